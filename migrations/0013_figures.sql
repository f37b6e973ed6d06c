-- What the dashboards count, kept by the transactions that change incidents.
--
-- incident_contributions says what each submitted report adds to the figures, read from the record itself.
-- incident_figures remembers what each has added so far. incident_period_figures holds the sums by day and
-- by month, of the whole organisation and of each site. Whenever a report changes, the difference between
-- the first two moves the third. Triggers do it when the transaction commits, so nothing that changes a
-- report has to think of the figures and nothing can forget them.

-- What one report adds: a key says what is counted, its number how much of it there is.
--   reports, signed_off                 the report itself
--   day.2026-11-21, hour.6.18           its event, where the organisation is; Monday is 1
--   participant.<id> or named.<name>    whom it is about
--   site.<id>, or site. without a site
--   wait.<stage>.<bucket>               how long it waited; see src/dashboards/histogram.rs
--   phases.3, questions.asked, questions.answered, questions.not_known
-- and from a signed-off analysis
--   kind.<type>.<severity>, highest.<severity>, condition.<group>.<words>, ai.suggestions, ai.overruled
create view incident_contributions with (security_invoker = true) as
select i.tenant_id, i.id as incident_id, l.day, date_trunc('month', l.day)::date as month, i.site_id, i.participant_id,
       w.event_to_report, w.report_to_submission, w.submission_to_sign_off, c.counts
from incidents i
join tenants t on t.id = i.tenant_id
cross join lateral (
    select (i.event_date_time at time zone t.time_zone)::date as day,
           extract(isodow from i.event_date_time at time zone t.time_zone) as weekday,
           extract(hour from i.event_date_time at time zone t.time_zone) as hour
) l
left join incident_analyses a
    on a.tenant_id = i.tenant_id and a.incident_id = i.id and a.is_current and a.analysis_status = 'completed'
-- Whole minutes. An event that was corrected to after its report waited for nothing.
cross join lateral (
    select floor(greatest(0, extract(epoch from i.created_at - i.event_date_time)) / 60)::bigint as event_to_report,
           floor(greatest(0, extract(epoch from i.submitted_at - i.created_at)) / 60)::bigint as report_to_submission,
           case when a.completed_at is not null
                then floor(greatest(0, extract(epoch from a.completed_at - i.submitted_at)) / 60)::bigint
           end as submission_to_sign_off
) w
cross join lateral (
    select jsonb_object_agg(counted.key, counted.amount) as counts
    from (
        select fact.key, fact.amount
        from (values
            ('reports', 1),
            ('day.' || l.day, 1),
            ('hour.' || l.weekday || '.' || l.hour, 1),
            (coalesce('participant.' || i.participant_id, 'named.' || btrim(regexp_replace(i.participant_name, '\s+', ' ', 'g'))), 1),
            ('site.' || coalesce(i.site_id::text, ''), 1),
            ('signed_off', case when a.id is not null then 1 else 0 end)
        ) fact (key, amount)
        where fact.amount > 0
        union all
        -- Four buckets for each doubling; the last term keeps exact powers of two above their edge.
        select 'wait.' || waited.stage || '.' || floor(4 * ln(1 + waited.minutes) / ln(2) + 1e-9)::integer, 1
        from (values
            ('event_to_report', w.event_to_report::float8),
            ('report_to_submission', w.report_to_submission::float8),
            ('submission_to_sign_off', w.submission_to_sign_off::float8)
        ) waited (stage, minutes)
        where waited.minutes is not null
        union all
        select 'phases.' || coalesce((
            select (n.before_event ~ '\S')::integer + (n.during_event ~ '\S')::integer
                   + (n.end_event ~ '\S')::integer + (n.post_event ~ '\S')::integer
            from incident_narratives n
            where n.tenant_id = i.tenant_id and n.incident_id = i.id
            order by n.version desc limit 1), 0), 1
        union all
        select 'questions.' || counted_questions.what, counted_questions.amount
        from (
            select count(*) as asked, count(*) filter (where answer.answer_text <> '') as answered,
                   count(*) filter (where answer.not_known) as not_known
            from clarification_questions q
            left join clarification_answers answer on answer.tenant_id = q.tenant_id and answer.question_id = q.id
            where q.tenant_id = i.tenant_id and q.incident_id = i.id and q.is_active
        ) n
        cross join lateral (values ('asked', n.asked), ('answered', n.answered), ('not_known', n.not_known))
            counted_questions (what, amount)
        where counted_questions.amount > 0
        union all
        select distinct 'kind.' || k.incident_type || '.' || k.severity, 1
        from incident_classifications k
        where k.tenant_id = i.tenant_id and k.analysis_id = a.id and not k.is_dismissed
        union all
        (select 'highest.' || k.severity, 1
         from incident_classifications k
         where k.tenant_id = i.tenant_id and k.analysis_id = a.id and not k.is_dismissed
         order by array_position(array['High', 'Medium', 'Low'], k.severity) limit 1)
        union all
        (select distinct on (one ->> 'group', lower(words.text)) 'condition.' || (one ->> 'group') || '.' || words.text, 1
         from jsonb_array_elements(a.conditions) one
         cross join lateral (select left(btrim(regexp_replace(one ->> 'text', '\s+', ' ', 'g')), 300) as text) words
         order by one ->> 'group', lower(words.text), words.text)
        union all
        select 'ai.' || suggested.what, suggested.amount
        from (
            select count(*) as suggestions, count(*) filter (where k.user_modified or k.is_dismissed) as overruled
            from incident_classifications k
            where k.tenant_id = i.tenant_id and k.analysis_id = a.id and k.ai_generated
        ) n
        cross join lateral (values ('suggestions', n.suggestions), ('overruled', n.overruled)) suggested (what, amount)
        where suggested.amount > 0
    ) counted
) c
where i.submitted_at is not null;

-- What each report has added so far: a row of incident_contributions as it was.
create table incident_figures (
    tenant_id uuid not null constraint incident_figures_tenant_fkey references tenants (id),
    incident_id uuid not null,
    day date not null,
    month date not null, -- its first day
    site_id uuid,
    participant_id uuid,
    event_to_report bigint not null, -- minutes
    report_to_submission bigint not null,
    submission_to_sign_off bigint, -- null: not signed off
    counts jsonb not null,
    constraint incident_figures_pkey primary key (tenant_id, incident_id),
    constraint incident_figures_incident_fkey foreign key (tenant_id, incident_id) references incidents (tenant_id, id)
);
create index incident_figures_day_idx on incident_figures (tenant_id, day);
create index incident_figures_participant_idx on incident_figures (tenant_id, participant_id, day);
-- The slowest reports of a month, without reading the others.
create index incident_figures_event_to_report_idx
    on incident_figures (tenant_id, month, event_to_report desc, incident_id) include (site_id);
create index incident_figures_report_to_submission_idx
    on incident_figures (tenant_id, month, report_to_submission desc, incident_id) include (site_id);
create index incident_figures_submission_to_sign_off_idx
    on incident_figures (tenant_id, month, submission_to_sign_off desc, incident_id) include (site_id)
    where submission_to_sign_off is not null;

-- The sums. A period of five years is some sixty months and the days at its ends, however many reports
-- it has.
create table incident_period_figures (
    tenant_id uuid not null constraint incident_period_figures_tenant_fkey references tenants (id),
    scope_id uuid not null, -- a site, or the tenant itself for all reports together
    span text not null constraint incident_period_figures_span check (span in ('day', 'month')),
    starts_on date not null,
    counts jsonb not null,
    constraint incident_period_figures_pkey primary key (tenant_id, scope_id, span, starts_on)
);

-- The keys of a month that have no end (people, and conditions in somebody's words) are rows of their own,
-- of which a dashboard reads the most frequent only.
create table incident_month_ranks (
    tenant_id uuid not null constraint incident_month_ranks_tenant_fkey references tenants (id),
    scope_id uuid not null,
    month date not null,
    key text not null,
    kind text not null generated always as (case when starts_with(key, 'condition.') then 'condition' else 'participant' end) stored,
    reports bigint not null,
    constraint incident_month_ranks_pkey primary key (tenant_id, scope_id, month, key)
);
create index incident_month_ranks_top_idx on incident_month_ranks (tenant_id, scope_id, month, kind, reports desc);

do $$
declare t text;
begin
    foreach t in array array['incident_figures', 'incident_period_figures', 'incident_month_ranks']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy %I on %I using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()))',
                       t || '_tenant', t);
        -- The server reads the figures; only the functions below, which belong to supportsignal_auth, write them.
        execute format('grant select on %I to supportsignal_runtime', t);
        execute format('grant select, insert, update, delete on %I to supportsignal_auth', t);
    end loop;
end
$$;
grant select on incident_contributions, incidents, incident_narratives, clarification_questions, clarification_answers,
    incident_analyses, incident_classifications to supportsignal_auth;

-- Whether a key is one of incident_month_ranks.
create function app.is_ranked(key text) returns boolean
    language sql immutable parallel safe
    as $$ select split_part(key, '.', 1) in ('participant', 'named', 'condition') $$;

-- The sums of both, without those that are nothing.
create function app.add_counts(counts jsonb, change jsonb) returns jsonb
    language sql immutable parallel safe set search_path = pg_catalog, pg_temp
    as $$
        select (counts || coalesce(jsonb_object_agg(s.key, s.amount) filter (where s.amount <> 0), '{}'))
               - coalesce(array_agg(s.key) filter (where s.amount = 0), '{}')
        from (select c.key, coalesce((counts ->> c.key)::bigint, 0) + c.value::bigint as amount from jsonb_each(change) c) s
    $$;

-- Takes what some reports added out of the sums and puts what others add in.
create function app.move_figures(p_tenant_id uuid, p_gone incident_figures[], p_come incident_figures[]) returns void
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
            cross join lateral (values ('day', report.day), ('month', report.month)) span (name, starts_on)
            cross join lateral jsonb_each(report.counts) e
            where scope.id is not null and (span.name = 'day' or not app.is_ranked(e.key))
            group by scope.id, span.name, span.starts_on, e.key
            having sum(report.sign * e.value::bigint) <> 0
        ) moved
        group by moved.scope_id, moved.span, moved.starts_on
        on conflict on constraint incident_period_figures_pkey do update set counts = app.add_counts(f.counts, excluded.counts);

        insert into public.incident_month_ranks as r (tenant_id, scope_id, month, key, reports)
        select p_tenant_id, scope.id, report.month, e.key, sum(report.sign * e.value::bigint)
        from (select -1 as sign, gone.* from unnest(p_gone) gone
              union all select 1, come.* from unnest(p_come) come) report
        cross join lateral (values (p_tenant_id), (report.site_id)) scope (id)
        cross join lateral jsonb_each(report.counts) e
        where scope.id is not null and app.is_ranked(e.key)
        group by scope.id, report.month, e.key
        having sum(report.sign * e.value::bigint) <> 0
        on conflict on constraint incident_month_ranks_pkey do update set reports = r.reports + excluded.reports;

        -- What counts nothing any more is gone, as if it had never been.
        delete from public.incident_period_figures f using unnest(p_gone) gone
        where f.tenant_id = p_tenant_id and f.scope_id in (p_tenant_id, gone.site_id)
          and (f.span, f.starts_on) in (('day', gone.day), ('month', gone.month)) and f.counts = '{}';
        delete from public.incident_month_ranks r using unnest(p_gone) gone
        where r.tenant_id = p_tenant_id and r.scope_id in (p_tenant_id, gone.site_id) and r.month = gone.month
          and r.key in (select jsonb_object_keys(gone.counts)) and r.reports = 0;
    end
    $$;

-- The figures of one organisation change one transaction after the other, shortly before they commit.
create function app.lock_figures(p_tenant_id uuid) returns void
    language sql set search_path = pg_catalog, pg_temp
    as $$ select pg_advisory_xact_lock(hashtextextended('supportsignal.figures.' || p_tenant_id, 0)) $$;

-- Brings the figures to what a report adds now; doing it twice changes nothing.
create function app.refresh_figures(p_tenant_id uuid, p_incident_id uuid, p_is_deleted boolean) returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    -- One plan for every organisation, made once: by the report's key, whatever is known of the tenant's size.
    set plan_cache_mode = force_generic_plan
    as $$
    declare
        before public.incident_figures;
        after public.incident_figures;
    begin
        -- Most changes are a draft's, which counts nowhere.
        if not exists (select from public.incidents
                       where tenant_id = p_tenant_id and id = p_incident_id and submitted_at is not null)
           and not exists (select from public.incident_figures where tenant_id = p_tenant_id and incident_id = p_incident_id)
        then
            return;
        end if;
        perform app.lock_figures(p_tenant_id);
        select f.* into before from public.incident_figures f
            where f.tenant_id = p_tenant_id and f.incident_id = p_incident_id;
        select c.* into after from public.incident_contributions c
            where c.tenant_id = p_tenant_id and c.incident_id = p_incident_id and not p_is_deleted;
        if before is not distinct from after then
            return;
        end if;
        delete from public.incident_figures where tenant_id = p_tenant_id and incident_id = p_incident_id;
        if after.incident_id is not null then
            insert into public.incident_figures select after.*;
        end if;
        perform app.move_figures(
            p_tenant_id,
            case when before.incident_id is null then '{}' else array[before] end,
            case when after.incident_id is null then '{}' else array[after] end);
    end
    $$;

-- Counts an organisation's reports anew.
create function app.rebuild_figures(p_tenant_id uuid) returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        perform app.lock_figures(p_tenant_id);
        delete from public.incident_month_ranks where tenant_id = p_tenant_id;
        delete from public.incident_period_figures where tenant_id = p_tenant_id;
        delete from public.incident_figures where tenant_id = p_tenant_id;
        insert into public.incident_figures select c.* from public.incident_contributions c where c.tenant_id = p_tenant_id;
        perform app.move_figures(
            p_tenant_id, '{}', (select array_agg(f) from public.incident_figures f where f.tenant_id = p_tenant_id));
    end
    $$;

-- Follows a change to the report that it is about.
create function app.follow_incident() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        changed record;
        followed uuid;
    begin
        if tg_op = 'DELETE' then
            changed := old;
        else
            changed := new;
        end if;
        if tg_table_name = 'incidents' then
            followed := changed.id;
        elsif tg_table_name = 'clarification_answers' then
            select q.incident_id into followed from public.clarification_questions q
                where q.tenant_id = changed.tenant_id and q.id = changed.question_id;
        elsif tg_table_name = 'incident_classifications' then
            -- Until it is signed off, an analysis counts nowhere.
            select a.incident_id into followed from public.incident_analyses a
                where a.tenant_id = changed.tenant_id and a.id = changed.analysis_id and a.analysis_status = 'completed';
        else
            followed := changed.incident_id;
        end if;
        if followed is not null then
            perform app.refresh_figures(changed.tenant_id, followed, tg_table_name = 'incidents' and tg_op = 'DELETE');
        end if;
        return changed;
    end
    $$;

-- The day and the hour of an event are those of the organisation's time zone.
create function app.follow_time_zone() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        perform app.rebuild_figures(new.id);
        return new;
    end
    $$;

-- At the end of the transaction, when the report is whole; the conditions keep writing a draft cheap.
create constraint trigger incidents_submitted_figures after insert on incidents
    deferrable initially deferred for each row when (new.submitted_at is not null) execute function app.follow_incident();
create constraint trigger incidents_changed_figures
    after update of event_date_time, created_at, submitted_at, site_id, participant_id, participant_name on incidents
    deferrable initially deferred for each row when (old.submitted_at is not null or new.submitted_at is not null)
    execute function app.follow_incident();
-- While the row that is counted can still be named.
create trigger incidents_deleted_figures before delete on incidents
    for each row when (old.submitted_at is not null) execute function app.follow_incident();
create constraint trigger incident_narratives_figures
    after insert or update of before_event, during_event, end_event, post_event or delete on incident_narratives
    deferrable initially deferred for each row execute function app.follow_incident();
create constraint trigger clarification_questions_figures
    after insert or update of is_active or delete on clarification_questions
    deferrable initially deferred for each row execute function app.follow_incident();
create constraint trigger clarification_answers_figures
    after insert or update of answer_text, not_known or delete on clarification_answers
    deferrable initially deferred for each row execute function app.follow_incident();
create constraint trigger incident_analyses_figures
    after insert or update of analysis_status, is_current, conditions, completed_at or delete on incident_analyses
    deferrable initially deferred for each row execute function app.follow_incident();
create constraint trigger incident_classifications_figures
    after insert or update of incident_type, severity, is_dismissed, user_modified or delete on incident_classifications
    deferrable initially deferred for each row execute function app.follow_incident();
create constraint trigger tenants_figures after update of time_zone on tenants
    deferrable initially deferred for each row when (old.time_zone is distinct from new.time_zone)
    execute function app.follow_time_zone();

-- What was reported before, one organisation after the other.
alter table tenants no force row level security;
do $$
declare tenant uuid;
begin
    for tenant in select id from tenants
    loop
        perform set_config('app.current_tenant_id', tenant::text, true);
        perform app.rebuild_figures(tenant);
    end loop;
    perform set_config('app.current_tenant_id', '', true);
end
$$;
alter table tenants force row level security;

revoke execute on function app.is_ranked(text), app.add_counts(jsonb, jsonb),
    app.move_figures(uuid, incident_figures[], incident_figures[]), app.lock_figures(uuid),
    app.refresh_figures(uuid, uuid, boolean), app.rebuild_figures(uuid), app.follow_incident(), app.follow_time_zone() from public;
grant execute on function app.is_ranked(text), app.add_counts(jsonb, jsonb),
    app.move_figures(uuid, incident_figures[], incident_figures[]), app.lock_figures(uuid) to supportsignal_auth;
grant create on schema app to supportsignal_auth;
alter function app.refresh_figures(uuid, uuid, boolean) owner to supportsignal_auth;
alter function app.rebuild_figures(uuid) owner to supportsignal_auth;
alter function app.follow_incident() owner to supportsignal_auth;
alter function app.follow_time_zone() owner to supportsignal_auth;
revoke create on schema app from supportsignal_auth;

-- What AI calls cost a day, all together: a dashboard of five years reads days and not who called what.
create table usage_days (
    tenant_id uuid not null constraint usage_days_tenant_fkey references tenants (id),
    day date not null,
    calls bigint not null,
    cost_micros bigint not null, -- millionths of a US dollar
    constraint usage_days_pkey primary key (tenant_id, day)
);

create function app.follow_usage() returns trigger
    language plpgsql set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        insert into public.usage_days as d (tenant_id, day, calls, cost_micros)
        select moved.tenant_id, moved.day, sum(moved.calls), sum(moved.cost_micros)
        from (select new.tenant_id, new.day, new.calls, new.cost_micros where tg_op <> 'DELETE'
              union all select old.tenant_id, old.day, -old.calls, -old.cost_micros where tg_op <> 'INSERT') moved
        group by moved.tenant_id, moved.day
        order by moved.day
        on conflict on constraint usage_days_pkey do update
            set calls = d.calls + excluded.calls, cost_micros = d.cost_micros + excluded.cost_micros;
        return null;
    end
    $$;
revoke execute on function app.follow_usage() from public;

alter table usage_summaries no force row level security;
insert into usage_days select tenant_id, day, sum(calls), sum(cost_micros) from usage_summaries group by 1, 2;
alter table usage_summaries force row level security;

alter table usage_days enable row level security;
alter table usage_days force row level security;
create policy usage_days_tenant on usage_days
    using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()));
grant select, insert, update on usage_days to supportsignal_runtime;
-- At the end of the transaction, so that whoever notes several calls at once waits for nobody in between.
create constraint trigger usage_summaries_days after insert or update of day, calls, cost_micros or delete on usage_summaries
    deferrable initially deferred for each row execute function app.follow_usage();
