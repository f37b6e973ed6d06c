-- Fills an empty database with organisations and their reports of five years: what generate.rs runs as the
-- owner of the tables, in one transaction. Chance comes from a number for each thing, so that the same size
-- always gives the same organisations; only ids and the moment of filling differ.

-- What is sorted and grouped is large.
set local work_mem = '128MB';

create temporary table story (
    number integer primary key,
    location text not null,
    before_event text not null,
    during_event text not null,
    end_event text not null,
    post_event text not null,
    headline text not null,
    -- Minutes after midnight between which it happens.
    earliest integer not null,
    latest integer not null,
    enhancement text not null,
    consolidated text not null,
    conditions text not null,
    confidence real not null,
    -- What is suggested: [{incident_type, severity, confidence, evidence}].
    classifications text not null,
    -- What is asked: [{phase, topic, text, purpose, answer}].
    questions text not null
) on commit drop;

-- The organisations made so far.
create temporary table made (tenant_id uuid primary key) on commit drop;

-- The people of one organisation.
create temporary table person (
    number integer primary key,
    user_id uuid not null,
    role text not null,
    name text not null
) on commit drop;

-- Its sites and participants, as `number` counts them.
create temporary table place (number integer primary key, id uuid not null, name text not null) on commit drop;
create temporary table supported (
    number integer primary key,
    id uuid not null,
    first_name text not null,
    name text not null,
    home integer not null
) on commit drop;

-- Its reports.
create temporary table report (
    number bigint primary key,
    id uuid not null,
    narrative_id uuid not null,
    analysis_id uuid not null,
    story integer not null,
    participant_id uuid,
    first_name text not null,
    participant_name text not null,
    site_id uuid,
    site_name text not null,
    reporter_id uuid not null,
    reporter_name text not null,
    lead_id uuid not null,
    event timestamptz not null,
    created timestamptz not null,
    submitted timestamptz, -- null: a draft
    completed timestamptz  -- null: waits for its review
) on commit drop;

-- From 0 to 1, always the same for the same two numbers.
create function pg_temp.dice(seed bigint, throw integer) returns float8
    language sql immutable parallel safe
    as $$ select (hashint8extended(seed, throw) & 2147483647)::float8 / 2147483648 $$;

-- One of many, the first ones more often.
create function pg_temp.pick(seed bigint, throw integer, many integer) returns integer
    language sql immutable parallel safe
    as $$ select least(many, 1 + floor(power(pg_temp.dice(seed, throw), 1.6) * many)::integer) $$;

-- A stretch of time that is usually about as long as `usual` and now and then much longer.
create function pg_temp.stretch(seed bigint, throw integer, usual interval) returns interval
    language sql immutable parallel safe
    as $$ select usual * (-ln(1 - pg_temp.dice(seed, throw))) $$;

-- A UUIDv7 of the moment.
create function pg_temp.id(moment timestamptz) returns uuid
    language sql volatile
    as $$
        select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
            placing substring(int8send((extract(epoch from moment) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
    $$;

create function pg_temp.tell(words text, participant text, site text) returns text
    language sql immutable parallel safe
    as $$ select replace(replace(words, '{p}', participant), '{site}', site) $$;

create function pg_temp.first_name(seed bigint) returns text
    language sql immutable
    as $$
        select (array['Ada', 'Aiden', 'Amina', 'Bao', 'Bella', 'Cassie', 'Chidi', 'Dana', 'Dev', 'Elena', 'Farid', 'Grace',
            'Hamish', 'Ines', 'Jarrah', 'Kiri', 'Leon', 'Mei', 'Mitch', 'Nadia', 'Oscar', 'Paula', 'Quentin', 'Rosa',
            'Sefa', 'Tara', 'Umar', 'Vera', 'Wendy', 'Xander', 'Yara', 'Zoe'])[1 + floor(pg_temp.dice(seed, 101) * 32)::integer]
    $$;

create function pg_temp.surname(seed bigint) returns text
    language sql immutable
    as $$
        select (array['Abbott', 'Baxter', 'Chen', 'Doyle', 'Evans', 'Fraser', 'Gupta', 'Hughes', 'Ibrahim', 'Jensen', 'Kaur',
            'Lam', 'Murphy', 'Nguyen', 'Orr', 'Petrov', 'Quinn', 'Rossi', 'Singh', 'Tran', 'Underwood', 'Vella', 'Walker',
            'Xu', 'Young', 'Zammit'])[1 + floor(pg_temp.dice(seed, 102) * 26)::integer]
    $$;

-- Everybody and everything that reports are about.
create function pg_temp.add_register(p_tenant uuid, p_slug text, p_number integer, p_reports integer, p_password_hash text,
                                     p_since timestamptz)
    returns void language plpgsql
    as $$
    declare
        sites integer := greatest(2, least(20, p_reports / 800));
        participants integer := greatest(8, least(300, p_reports / 50));
        workers integer := greatest(5, least(120, p_reports / 120));
        leads integer := greatest(2, least(6, p_reports / 2000));
        seed bigint := p_number::bigint * 100000000;
    begin
        insert into person
        select n, pg_temp.id(p_since), case when n = 1 then 'company_admin' when n <= 1 + leads then 'team_lead'
                                            when n = 2 + leads then 'viewer' else 'frontline_worker' end,
               pg_temp.first_name(seed + n) || ' ' || pg_temp.surname(seed + n)
        from generate_series(1, 2 + leads + workers) n;
        insert into users (id, email, password_hash, created_at, updated_at)
        select user_id, case role when 'company_admin' then 'admin' when 'team_lead' then 'lead' || number - 1
                                  when 'viewer' then 'viewer' else 'worker' || number - 2 - leads end || '@' || p_slug || '.example',
               p_password_hash, p_since, p_since
        from person;
        insert into memberships (tenant_id, user_id, display_name, role, created_at, updated_at)
        select p_tenant, user_id, name, role, p_since, p_since from person;

        insert into place
        select n, pg_temp.id(p_since),
               (array['Acacia', 'Boronia', 'Callistemon', 'Dianella', 'Eremophila', 'Fern', 'Grevillea', 'Hakea', 'Ironbark',
                      'Jacaranda', 'Kurrajong', 'Lilly Pilly', 'Melaleuca', 'Norfolk', 'Olearia', 'Pandanus', 'Quandong',
                      'River Gum', 'Saltbush', 'Tea Tree'])[n] || ' House'
        from generate_series(1, sites) n;
        insert into sites (tenant_id, id, name, address, created_at, updated_at)
        select p_tenant, id, name, 3 * number || ' Example Street', p_since, p_since from place;

        insert into supported
        select n, pg_temp.id(p_since), pg_temp.first_name(seed + 1000 + n),
               pg_temp.first_name(seed + 1000 + n) || ' ' || pg_temp.surname(seed + 1000 + n), pg_temp.pick(seed + 1000 + n, 1, sites)
        from generate_series(1, participants) n;
        insert into participants (tenant_id, id, name, ndis_number, site_id, created_at, updated_at)
        select p_tenant, s.id, s.name, lpad((43000000 + s.number)::text, 9, '4'), p.id, p_since, p_since
        from supported s join place p on p.number = s.home;
    end
    $$;

-- Which account becomes whose report, when, and how far it has come: reports move on as time passes, so the
-- newest wait and a few are drafts.
create function pg_temp.plan_reports(p_number integer, p_reports integer, p_zone text, p_now timestamptz)
    returns void language plpgsql
    as $$
    declare
        stories integer := (select count(*) from story);
        sites integer := (select count(*) from place);
        participants integer := (select count(*) from supported);
        workers integer := (select count(*) from person where role = 'frontline_worker');
        leads integer := (select count(*) from person where role = 'team_lead');
        everybody integer := (select count(*) from person);
        seed bigint := p_number::bigint * 100000000 + 1000000;
    begin
        insert into report
        select row_number() over (order by t.created, t.n), pg_temp.id(t.created), pg_temp.id(t.created),
               pg_temp.id(t.submitted), t.story, case when t.is_known then s.id end, s.first_name, s.name,
               case when t.has_site then p.id end, p.name, w.user_id, w.name, l.user_id, t.event, t.created,
               case when not t.is_draft then t.submitted end, case when not t.is_draft and t.completed < p_now then t.completed end
        from (
            select v.*, v.submitted + interval '40 minutes' + pg_temp.stretch(seed + v.n, 9, interval '2 days') as completed,
                   v.n > p_reports - greatest(4, p_reports / 400) and pg_temp.dice(seed + v.n, 10) < 0.5 as is_draft,
                   pg_temp.dice(seed + v.n, 11) < 0.93 as is_known, pg_temp.dice(seed + v.n, 12) < 0.96 as has_site
            from (
                select u.*, least(p_now, u.created + interval '14 minutes' + pg_temp.stretch(seed + u.n, 8,
                           case when pg_temp.dice(seed + u.n, 7) < 0.08 then interval '2 days' else interval '40 minutes' end)) as submitted
                from (
                    select e.n, e.story, e.event, least(p_now - interval '15 minutes', e.event + interval '12 minutes'
                               + pg_temp.stretch(seed + e.n, 6, case when pg_temp.dice(seed + e.n, 5) < 0.03
                                                                     then interval '20 days' else interval '5 hours' end)) as created
                    from (
                        select n, st.number as story,
                               least(p_now - interval '1 hour', (date_trunc('day', (p_now - interval '5 years'
                                   * ((p_reports - n + pg_temp.dice(seed + n, 1)) / p_reports)) at time zone p_zone)
                                   + make_interval(mins => st.earliest + floor(pg_temp.dice(seed + n, 2)
                                                                                * (st.latest - st.earliest))::integer)) at time zone p_zone) as event
                        from generate_series(1, p_reports) n
                        join story st on st.number = 1 + floor(pg_temp.dice(seed + n, 3) * stories)::integer
                    ) e
                ) u
            ) v
        ) t
        join supported s on s.number = pg_temp.pick(seed + t.n, 13, participants)
        join place p on p.number = case when pg_temp.dice(seed + t.n, 14) < 0.9 then s.home else pg_temp.pick(seed + t.n, 15, sites) end
        join person w on w.number = everybody - workers + pg_temp.pick(seed + t.n, 16, workers)
        join person l on l.number = 1 + pg_temp.pick(seed + t.n, 17, leads);
        analyze report;
    end
    $$;

-- What their reporters wrote and answered.
create function pg_temp.write_accounts(p_tenant uuid) returns void
    language plpgsql
    as $$
    begin
        insert into incidents (tenant_id, id, number, reporter_id, reporter_name, participant_id, participant_name, site_id,
                               location, event_date_time, capture_status, analysis_status, wizard_step, revision, headline,
                               search_document, submitted_at, created_at, updated_at)
        select p_tenant, r.id, r.number, r.reporter_id, r.reporter_name, r.participant_id, r.participant_name, r.site_id,
               pg_temp.tell(s.location, r.first_name, r.site_name), r.event,
               case when r.submitted is null then 'in_progress' else 'completed' end,
               case when r.submitted is null then 'not_started' when r.completed is null then 'in_progress' else 'completed' end,
               case when r.submitted is null then 'narrative' else 'complete' end, 4,
               pg_temp.tell(s.headline, r.first_name, r.site_name),
               to_tsvector('english', pg_temp.tell(concat_ws(' ', s.before_event, s.during_event, s.end_event, s.post_event),
                                                   r.first_name, r.site_name)),
               r.submitted, r.created, coalesce(r.completed, r.submitted, r.created)
        from report r join story s on s.number = r.story;
        insert into incident_words (tenant_id, word, incident_id)
        select p_tenant, word, i.id
        from incidents i cross join unnest(tsvector_to_array(i.search_document || i.search_labels)) word
        where i.tenant_id = p_tenant;
        insert into tenant_counters (tenant_id, counter, value) select p_tenant, 'incident', count(*) from report;

        insert into incident_narratives (tenant_id, id, incident_id, version, before_event, during_event, end_event, post_event,
                                         sealed_at, enhancement, consolidated_narrative, enhanced_at, enhanced_by_model,
                                         enhancement_prompt_tenant_id, enhancement_prompt_id, created_by, created_at, updated_at)
        select p_tenant, r.narrative_id, r.id, 1,
               pg_temp.tell(s.before_event, r.first_name, r.site_name), pg_temp.tell(s.during_event, r.first_name, r.site_name),
               pg_temp.tell(s.end_event, r.first_name, r.site_name), pg_temp.tell(s.post_event, r.first_name, r.site_name),
               r.submitted, pg_temp.tell(s.enhancement, r.first_name, r.site_name)::jsonb,
               case when r.submitted is not null then pg_temp.tell(s.consolidated, r.first_name, r.site_name) end,
               r.created + interval '10 minutes', 'built-in', p.tenant_id, p.id, r.reporter_id, r.created, r.created
        from report r join story s on s.number = r.story
        join prompt_templates p on p.tenant_id = app.system_tenant_id() and p.workflow_step = 'enhance_narrative' and p.is_active;

        create temporary table asked on commit drop as
        select pg_temp.id(r.created) as id, r.id as incident_id, r.narrative_id, r.reporter_id, r.created,
               q.asked ->> 'phase' as phase, q.asked ->> 'topic' as topic,
               pg_temp.tell(q.asked ->> 'text', r.first_name, r.site_name) as question,
               q.asked ->> 'purpose' as purpose, q.place, pg_temp.tell(q.asked ->> 'answer', r.first_name, r.site_name) as answer,
               pg_temp.dice(r.number, 20 + q.place::integer) as chance
        from report r join story s on s.number = r.story
        cross join lateral jsonb_array_elements(s.questions::jsonb) with ordinality q (asked, place);
        insert into clarification_questions (tenant_id, id, incident_id, narrative_id, phase, topic, question_text, purpose,
                                             question_order, ai_model, prompt_tenant_id, prompt_id, prompt_version, generated_at)
        select p_tenant, a.id, a.incident_id, a.narrative_id, a.phase, a.topic, a.question, a.purpose, a.place, 'built-in',
               p.tenant_id, p.id, p.prompt_version, a.created + interval '7 minutes'
        from asked a
        join prompt_templates p on p.tenant_id = app.system_tenant_id() and p.workflow_step = 'generate_questions' and p.is_active;
        insert into clarification_answers (tenant_id, id, question_id, answer_text, not_known, word_count, answered_by, answered_at)
        select p_tenant, a.id, a.id, case when a.chance < 0.8 then a.answer else '' end, a.chance >= 0.8,
               case when a.chance < 0.8 then cardinality(string_to_array(a.answer, ' ')) else 0 end,
               a.reporter_id, a.created + interval '11 minutes'
        from asked a where a.answer is not null and a.chance < 0.9;
        drop table asked;
    end
    $$;

-- What was suggested about them, and what a team lead made of it.
create function pg_temp.write_analyses(p_tenant uuid) returns void
    language plpgsql
    as $$
    begin
        insert into incident_analyses (tenant_id, id, incident_id, narrative_id, analysis_status, conditions, conditions_original,
                                       conditions_confidence, conditions_model, conditions_prompt_tenant_id, conditions_prompt_id,
                                       processing_time_ms, revision, analyzed_at, reviewed_by, reviewed_at, completed_by,
                                       completed_at, created_at, updated_at)
        select p_tenant, r.analysis_id, r.id, r.narrative_id, case when r.completed is null then 'ai_generated' else 'completed' end,
               c.conditions, c.conditions, s.confidence, 'built-in', p.tenant_id, p.id, 12, 4, r.submitted + interval '2 seconds',
               case when r.completed is not null then r.lead_id end, r.completed - interval '4 minutes',
               case when r.completed is not null then r.lead_id end, r.completed, r.submitted, coalesce(r.completed, r.submitted)
        from report r join story s on s.number = r.story
        cross join lateral (select pg_temp.tell(s.conditions, r.first_name, r.site_name)::jsonb as conditions) c
        join prompt_templates p on p.tenant_id = app.system_tenant_id() and p.workflow_step = 'analyse_conditions' and p.is_active
        where r.submitted is not null;

        -- One in ten is seen otherwise, and of those that aren't the first one in sixteen is dismissed.
        insert into incident_classifications (tenant_id, id, analysis_id, incident_type, severity, confidence_score,
                                              supporting_evidence, ai_generated, original_ai_classification, user_reviewed,
                                              user_modified, is_dismissed, ai_model, prompt_tenant_id, prompt_id, reviewed_by,
                                              reviewed_at, position, created_at, updated_at)
        select p_tenant, pg_temp.id(r.submitted), r.analysis_id, c.made ->> 'incident_type',
               case when c.is_changed then case c.made ->> 'severity' when 'Medium' then 'Low' else 'Medium' end
                    else c.made ->> 'severity' end,
               (c.made ->> 'confidence')::real, c.made -> 'evidence', true, c.made, r.completed is not null, c.is_changed,
               c.is_dismissed, 'built-in', p.tenant_id, p.id, case when r.completed is not null then r.lead_id end,
               r.completed - interval '5 minutes', c.place, r.submitted, coalesce(r.completed, r.submitted)
        from report r join story s on s.number = r.story
        cross join lateral (
            select one.made, one.place, r.completed is not null and pg_temp.dice(r.number, 40 + one.place::integer) < 0.1 as is_changed,
                   r.completed is not null and one.place > 1
                       and pg_temp.dice(r.number, 40 + one.place::integer) between 0.1 and 0.16 as is_dismissed
            from jsonb_array_elements(pg_temp.tell(s.classifications, r.first_name, r.site_name)::jsonb) with ordinality one (made, place)
        ) c
        join prompt_templates p on p.tenant_id = app.system_tenant_id() and p.workflow_step = 'classify_incident' and p.is_active
        where r.submitted is not null;

        -- One in thirty went back once.
        insert into incident_returns (tenant_id, id, incident_id, question, asked_by, asked_at, submitted_at, answered_at)
        select p_tenant, pg_temp.id(r.submitted), r.id, 'Who else was there, and at what time did you ring on-call?', r.lead_id,
               r.submitted - interval '2 minutes', r.submitted - interval '3 minutes', r.submitted
        from report r where r.submitted is not null and r.number % 30 = 0;
    end
    $$;

-- Who was told, what was done in the background, and what the ledger says of it; of the last year.
create function pg_temp.write_traces(p_tenant uuid, p_zone text, p_now timestamptz) returns void
    language plpgsql
    as $$
    begin
        insert into notifications (tenant_id, id, user_id, kind, incident_id, created_at, read_at)
        select p_tenant, pg_temp.id(r.submitted), l.user_id, 'incident_submitted', r.id, r.submitted, r.submitted + interval '3 hours'
        from report r cross join person l
        where r.submitted > p_now - interval '1 year' and l.role = 'team_lead'
        union all
        select p_tenant, pg_temp.id(r.completed), r.reporter_id, 'incident_signed_off', r.id, r.completed,
               case when r.number % 3 > 0 then r.completed + interval '9 hours' end
        from report r where r.completed > p_now - interval '1 year';

        insert into jobs (tenant_id, id, kind, status, progress, attempt, subject_type, subject_id, correlation_id, requested_by,
                          created_at, started_at, finished_at)
        select p_tenant, pg_temp.id(d.at), d.kind, 'completed', 100, 1, 'incident', r.id, pg_temp.id(d.at), r.reporter_id, d.at, d.at,
               d.at + interval '1 second'
        from report r
        cross join lateral (values ('generate_questions', r.created + interval '7 minutes'),
                                   ('enhance_narrative', r.created + interval '12 minutes'),
                                   ('analyse_incident', r.submitted)) d (kind, at)
        where d.at > p_now - interval '1 year';

        insert into usage_events (tenant_id, id, occurred_at, workflow_step, prompt_tenant_id, prompt_id, provider, ai_model,
                                  latency_ms, outcome, correlation_id, user_id, incident_id)
        select p_tenant, pg_temp.id(j.finished_at), j.finished_at, c.step, p.tenant_id, p.id, 'built-in', 'built-in', c.latency_ms,
               'succeeded', j.correlation_id, j.requested_by, j.subject_id
        from jobs j
        join (values ('generate_questions', 'generate_questions', 6), ('enhance_narrative', 'enhance_narrative', 4),
                     ('analyse_incident', 'analyse_conditions', 12), ('analyse_incident', 'classify_incident', 18))
             c (kind, step, latency_ms) on c.kind = j.kind
        join prompt_templates p on p.tenant_id = app.system_tenant_id() and p.workflow_step = c.step and p.is_active
        where j.tenant_id = p_tenant;
        insert into usage_summaries (tenant_id, id, day, workflow_step, provider, ai_model, user_id, price_version, calls, answers,
                                     failures, refused, input_tokens, output_tokens, cost_micros)
        select e.tenant_id, gen_random_uuid(), (e.occurred_at at time zone p_zone)::date, e.workflow_step, e.provider, e.ai_model,
               e.user_id, e.price_version, count(*), count(*), 0, 0, sum(e.input_tokens), sum(e.output_tokens), sum(e.cost_micros)
        from usage_events e where e.tenant_id = p_tenant
        group by 1, 3, 4, 5, 6, 7, 8;
        insert into usage_days (tenant_id, day, calls, cost_micros)
        select tenant_id, day, sum(calls), sum(cost_micros) from usage_summaries where tenant_id = p_tenant group by 1, 2;
    end
    $$;

-- The audit trail, each event with the hash of the one before, as app.chain_audit_event makes it.
create function pg_temp.chain_events(p_tenant uuid, p_since timestamptz) returns setof audit_events
    language plpgsql
    as $$
    declare
        e public.audit_events;
        happened record;
    begin
        e.tenant_id := p_tenant;
        e.position := 0;
        e.hash := sha256('');
        for happened in
            select p_since as at, null::uuid as actor_id, 'tenant.created' as action, 'tenant' as subject_type,
                   p_tenant as subject_id, '{}'::jsonb as details
            union all
            select p_since + interval '1 minute', null, 'membership.added', 'membership', user_id, jsonb_build_object('role', role) from person
            union all
            select r.created, r.reporter_id, 'incident.started', 'incident', r.id, jsonb_build_object('number', r.number) from report r
            union all
            select r.created + interval '1 minute', r.reporter_id, 'narrative.saved', 'incident', r.id, '{"version": 1}' from report r
            union all
            select r.submitted, r.reporter_id, 'incident.submitted', 'incident', r.id, '{}' from report r where r.submitted is not null
            union all
            select r.submitted + interval '2 seconds', null, 'analysis.generated', 'incident', r.id,
                   jsonb_build_object('analysis', r.analysis_id, 'model', 'built-in') from report r where r.submitted is not null
            union all
            select r.completed, r.lead_id, 'analysis.signed_off', 'incident', r.id, jsonb_build_object('analysis', r.analysis_id)
            from report r where r.completed is not null
            order by at
        loop
            e.id := pg_temp.id(happened.at);
            e.position := e.position + 1;
            e.occurred_at := happened.at;
            e.actor_id := happened.actor_id;
            e.action := happened.action;
            e.subject_type := happened.subject_type;
            e.subject_id := happened.subject_id;
            e.details := happened.details;
            e.previous_hash := e.hash;
            e.hash := app.audit_hash(e);
            return next e;
        end loop;
    end
    $$;

-- One organisation with all that belongs to it.
create function pg_temp.generate_tenant(p_number integer, p_reports integer, p_password_hash text, p_now timestamptz) returns void
    language plpgsql
    as $$
    declare
        since timestamptz := p_now - interval '5 years 2 months';
        tenant uuid := pg_temp.id(since);
        slug text := 'provider-' || lpad(p_number::text, 3, '0');
        zone text := (array['Australia/Sydney', 'Australia/Brisbane', 'Australia/Perth', 'Australia/Adelaide'])[1 + p_number % 4];
    begin
        perform set_config('app.current_tenant_id', tenant::text, true);
        truncate person, place, supported, report;
        insert into tenants (id, slug, name, status, time_zone, created_at, updated_at)
        values (tenant, slug, 'Provider ' || p_number, 'active', zone, since, since);
        perform pg_temp.add_register(tenant, slug, p_number, p_reports, p_password_hash, since);
        perform pg_temp.plan_reports(p_number, p_reports, zone, p_now);
        perform pg_temp.write_accounts(tenant);
        perform pg_temp.write_analyses(tenant);
        perform pg_temp.write_traces(tenant, zone, p_now);
        insert into audit_events select * from pg_temp.chain_events(tenant, since);
        insert into audit_heads (tenant_id, position, hash)
        select tenant_id, position, hash from audit_events where tenant_id = tenant order by position desc limit 1;
        insert into made values (tenant);
    end
    $$;

-- The figures of all of them, once PostgreSQL knows how many rows there are: with a guess it reads an
-- organisation's rows again for each of its reports.
create function pg_temp.count_reports() returns void
    language plpgsql
    as $$
    declare
        tenant uuid;
    begin
        analyze incidents, incident_narratives, clarification_questions, clarification_answers, incident_analyses,
            incident_classifications;
        for tenant in select tenant_id from made
        loop
            perform set_config('app.current_tenant_id', tenant::text, true);
            perform app.rebuild_figures(tenant);
        end loop;
    end
    $$;

-- What triggers would do row by row is done for each organisation at once.
alter table incidents disable trigger user;
alter table incident_narratives disable trigger user;
alter table clarification_questions disable trigger user;
alter table clarification_answers disable trigger user;
alter table incident_analyses disable trigger user;
alter table incident_classifications disable trigger user;
alter table usage_summaries disable trigger user;
alter table audit_events disable trigger user;
