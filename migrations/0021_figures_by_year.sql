-- Figures by year. A period of years is drawn by year, and reads some ten months and four years where it read
-- sixty months: what a large organisation keeps of a month is many times what a small one keeps.

-- People and conditions now also stand by year, so the table is no longer one of months.
alter table incident_month_ranks rename to incident_ranks;
alter table incident_ranks rename column month to starts_on;
alter table incident_ranks rename constraint incident_month_ranks_tenant_fkey to incident_ranks_tenant_fkey;
alter policy incident_month_ranks_tenant on incident_ranks rename to incident_ranks_tenant;
alter table incident_ranks
    add column span text not null default 'month' constraint incident_ranks_span check (span in ('month', 'year'));
alter table incident_ranks alter column span drop default;
alter table incident_ranks drop constraint incident_month_ranks_pkey,
    -- With the number inside, somebody's count is read from the index alone.
    add constraint incident_ranks_pkey primary key (tenant_id, scope_id, span, starts_on, key) include (reports);
drop index incident_month_ranks_top_idx;
create index incident_ranks_top_idx on incident_ranks (tenant_id, scope_id, span, starts_on, kind, reports desc) include (key);

alter table incident_period_figures
    drop constraint incident_period_figures_span,
    add constraint incident_period_figures_span check (span in ('day', 'month', 'year'));

-- Whether the sums of a span keep a key. People and conditions of longer spans than a day are ranks, and a year's
-- days are drawn as the year.
create function app.is_summed(span text, key text) returns boolean
    language sql immutable parallel safe
    as $$ select case span when 'day' then true
                           when 'month' then not app.is_ranked(key)
                           else not app.is_ranked(key) and not starts_with(key, 'day.') end $$;

-- Takes what some reports added out of the sums and puts what others add in.
create or replace function app.move_figures(p_tenant_id uuid, p_gone incident_figures[], p_come incident_figures[]) returns void
    language plpgsql set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        insert into public.incident_period_figures as f (tenant_id, scope_id, span, starts_on, counts)
        select p_tenant_id, moved.scope_id, moved.span, moved.starts_on, jsonb_object_agg(moved.key, moved.amount)
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
        on conflict on constraint incident_period_figures_pkey do update set counts = app.add_counts(f.counts, excluded.counts);

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
          and f.counts = '{}';
        delete from public.incident_ranks r using unnest(p_gone) gone
        where r.tenant_id = p_tenant_id and r.scope_id in (p_tenant_id, gone.site_id)
          and (r.span, r.starts_on) in (('month', gone.month), ('year', date_trunc('year', gone.month)::date))
          and r.key in (select jsonb_object_keys(gone.counts)) and r.reports = 0;
    end
    $$;

-- Counts an organisation's reports anew.
create or replace function app.rebuild_figures(p_tenant_id uuid) returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        perform app.lock_figures(p_tenant_id);
        delete from public.incident_ranks where tenant_id = p_tenant_id;
        delete from public.incident_period_figures where tenant_id = p_tenant_id;
        delete from public.incident_figures where tenant_id = p_tenant_id;
        insert into public.incident_figures select c.* from public.incident_contributions c where c.tenant_id = p_tenant_id;
        perform app.move_figures(
            p_tenant_id, '{}', (select array_agg(f) from public.incident_figures f where f.tenant_id = p_tenant_id));
    end
    $$;

revoke execute on function app.is_summed(text, text) from public;
grant execute on function app.is_summed(text, text) to supportsignal_auth;

-- The years so far, from their months.
alter table incident_ranks no force row level security;
alter table incident_period_figures no force row level security;
insert into incident_period_figures (tenant_id, scope_id, span, starts_on, counts)
select tenant_id, scope_id, 'year', year, jsonb_object_agg(key, amount)
from (select f.tenant_id, f.scope_id, date_trunc('year', f.starts_on)::date as year, e.key, sum(e.value::bigint) as amount
      from incident_period_figures f cross join lateral jsonb_each(f.counts) e
      where f.span = 'month' and app.is_summed('year', e.key)
      group by 1, 2, 3, 4) summed
group by 1, 2, 4;
insert into incident_ranks (tenant_id, scope_id, span, starts_on, key, reports)
select tenant_id, scope_id, 'year', date_trunc('year', starts_on)::date, key, sum(reports)
from incident_ranks where span = 'month'
group by 1, 2, 4, 5;
alter table incident_period_figures force row level security;
alter table incident_ranks force row level security;
