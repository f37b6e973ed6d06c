-- What a dashboard reads of a large organisation, made less: it compares two periods by their totals, and it names
-- the slowest reports of periods that begin or end within a month.

-- Whether a key goes into what two periods are compared by.
create function app.is_total(key text) returns boolean
    language sql immutable parallel safe
    as $$ select split_part(key, '.', 1) in ('reports', 'signed_off', 'kind', 'highest', 'wait', 'phases', 'questions', 'ai') $$;
revoke execute on function app.is_total(text) from public;
grant execute on function app.is_total(text) to supportsignal_auth;

-- The totals in a column of their own, so that they are read without the rest; `counts` keeps the others.
alter table incident_period_figures add column totals jsonb not null default '{}';
alter table incident_period_figures no force row level security;
update incident_period_figures f
set totals = split.totals, counts = split.counts
from (select tenant_id, scope_id, span, starts_on,
             coalesce(jsonb_object_agg(e.key, e.value) filter (where app.is_total(e.key)), '{}') as totals,
             coalesce(jsonb_object_agg(e.key, e.value) filter (where not app.is_total(e.key)), '{}') as counts
      from incident_period_figures p cross join lateral jsonb_each(p.counts) e
      group by tenant_id, scope_id, span, starts_on) split
where (f.tenant_id, f.scope_id, f.span, f.starts_on) = (split.tenant_id, split.scope_id, split.span, split.starts_on);
alter table incident_period_figures force row level security;
-- As text they are read as they stand; a jsonb is written out each time.
alter table incident_period_figures
    alter column totals drop default,
    alter column totals type json using totals::json,
    alter column counts type json using counts::json;

-- Takes what some reports added out of the sums and puts what others add in.
create or replace function app.move_figures(p_tenant_id uuid, p_gone incident_figures[], p_come incident_figures[]) returns void
    language plpgsql set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        insert into public.incident_period_figures as f (tenant_id, scope_id, span, starts_on, totals, counts)
        select p_tenant_id, moved.scope_id, moved.span, moved.starts_on,
               coalesce(jsonb_object_agg(moved.key, moved.amount) filter (where app.is_total(moved.key)), '{}')::json,
               coalesce(jsonb_object_agg(moved.key, moved.amount) filter (where not app.is_total(moved.key)), '{}')::json
        from (
            select scope.id as scope_id, span.name as span, span.starts_on, e.key, sum(report.sign * e.value::bigint) as amount
            from (select -1 as sign, gone.* from unnest(p_gone) gone
                  union all select 1, come.* from unnest(p_come) come) report
            cross join lateral (values (p_tenant_id), (report.site_id)) scope (id)
            cross join lateral (values ('day', report.day), ('month', report.month),
                                       ('year', date_trunc('year', report.month)::date)) span (name, starts_on)
            cross join lateral jsonb_each(report.counts) e
            where scope.id is not null and app.is_summed(span.name, e.key)
            group by scope.id, span.name, span.starts_on, e.key
            having sum(report.sign * e.value::bigint) <> 0
        ) moved
        group by moved.scope_id, moved.span, moved.starts_on
        on conflict on constraint incident_period_figures_pkey do update
            set totals = app.add_counts(f.totals::jsonb, excluded.totals::jsonb)::json,
                counts = app.add_counts(f.counts::jsonb, excluded.counts::jsonb)::json;

        insert into public.incident_ranks as r (tenant_id, scope_id, span, starts_on, key, reports)
        select p_tenant_id, scope.id, span.name, span.starts_on, e.key, sum(report.sign * e.value::bigint)
        from (select -1 as sign, gone.* from unnest(p_gone) gone
              union all select 1, come.* from unnest(p_come) come) report
        cross join lateral (values (p_tenant_id), (report.site_id)) scope (id)
        cross join lateral (values ('month', report.month), ('year', date_trunc('year', report.month)::date)) span (name, starts_on)
        cross join lateral jsonb_each(report.counts) e
        where scope.id is not null and app.is_ranked(e.key)
        group by scope.id, span.name, span.starts_on, e.key
        having sum(report.sign * e.value::bigint) <> 0
        on conflict on constraint incident_ranks_pkey do update set reports = r.reports + excluded.reports;

        -- What counts nothing any more is gone, as if it had never been.
        delete from public.incident_period_figures f using unnest(p_gone) gone
        where f.tenant_id = p_tenant_id and f.scope_id in (p_tenant_id, gone.site_id)
          and (f.span, f.starts_on) in (('day', gone.day), ('month', gone.month), ('year', date_trunc('year', gone.month)::date))
          and f.totals::text = '{}' and f.counts::text = '{}';
        delete from public.incident_ranks r using unnest(p_gone) gone
        where r.tenant_id = p_tenant_id and r.scope_id in (p_tenant_id, gone.site_id)
          and (r.span, r.starts_on) in (('month', gone.month), ('year', date_trunc('year', gone.month)::date))
          and r.key in (select jsonb_object_keys(gone.counts)) and r.reports = 0;
    end
    $$;

-- The slowest of some days of a month, too, without reading the others: each index has the day, and nothing looks
-- days up by themselves any more.
drop index incident_figures_day_idx, incident_figures_event_to_report_idx, incident_figures_report_to_submission_idx,
           incident_figures_submission_to_sign_off_idx;
create index incident_figures_event_to_report_idx
    on incident_figures (tenant_id, month, event_to_report desc, incident_id) include (site_id, day);
create index incident_figures_report_to_submission_idx
    on incident_figures (tenant_id, month, report_to_submission desc, incident_id) include (site_id, day);
create index incident_figures_submission_to_sign_off_idx
    on incident_figures (tenant_id, month, submission_to_sign_off desc, incident_id) include (site_id, day)
    where submission_to_sign_off is not null;

-- Whoever is counted in a month is found by the key; to PostgreSQL the list of the month looked as good, which it then
-- read whole. A part of the table that only lists ask for can't be taken for it. What counts nothing is deleted, so
-- the part has every row.
drop index incident_ranks_top_idx;
create index incident_ranks_top_idx
    on incident_ranks (tenant_id, scope_id, span, starts_on, kind, reports desc) include (key) where reports > 0;
