-- The record: an incident, the versions of its narrative, the questions that each version raised
-- and their answers.

-- Numbers that people say aloud ("report 128") run per tenant.
create table tenant_counters (
    tenant_id uuid not null constraint tenant_counters_tenant_fkey references tenants (id),
    counter text not null,
    value bigint not null,
    constraint tenant_counters_pkey primary key (tenant_id, counter)
);

create table incidents (
    tenant_id uuid not null constraint incidents_tenant_fkey references tenants (id),
    id uuid not null,
    number bigint not null,
    reporter_id uuid not null,
    reporter_name text not null constraint incidents_reporter_name_length check (char_length(reporter_name) between 1 and 120),
    participant_id uuid,
    participant_name text not null constraint incidents_participant_name_length check (char_length(participant_name) between 1 and 120),
    site_id uuid,
    location text not null default '' constraint incidents_location_length check (char_length(location) <= 200),
    event_date_time timestamptz not null,
    late_reason text not null default '' constraint incidents_late_reason_length check (char_length(late_reason) <= 2000),
    capture_status text not null default 'draft'
        constraint incidents_capture_status check (capture_status in ('draft', 'in_progress', 'completed')),
    analysis_status text not null default 'not_started'
        constraint incidents_analysis_status check (analysis_status in ('not_started', 'in_progress', 'completed')),
    overall_status text not null generated always as (
        case when capture_status <> 'completed' then 'capture_pending'
             when analysis_status <> 'completed' then 'analysis_pending'
             else 'completed' end) stored,
    -- Where the reporter stopped, so that any device can go on from there.
    wizard_step text not null default 'details' constraint incidents_wizard_step check (wizard_step in
        ('details', 'narrative', 'clarify_before', 'clarify_during', 'clarify_end', 'clarify_after', 'review', 'complete')),
    -- Raised by every save; a save that names an older one is refused, so two tabs cannot overwrite each other.
    revision integer not null default 1,
    -- Kept beside the narrative for lists: what happened in one line, and the words to find it by.
    -- Written by the statement that writes the narrative. Row security keeps PostgreSQL from using a
    -- GIN index for @@, so the search reads the tenant's rows and has no index of its own.
    headline text not null default '',
    search_document tsvector not null default ''::tsvector,
    submitted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint incidents_pkey primary key (tenant_id, id),
    constraint incidents_number_key unique (tenant_id, number),
    constraint incidents_reporter_fkey foreign key (tenant_id, reporter_id) references memberships (tenant_id, user_id),
    constraint incidents_participant_fkey foreign key (tenant_id, participant_id) references participants (tenant_id, id),
    constraint incidents_site_fkey foreign key (tenant_id, site_id) references sites (tenant_id, id),
    constraint incidents_submitted check ((capture_status = 'completed') = (submitted_at is not null)),
    constraint incidents_analysis_after_capture check (analysis_status = 'not_started' or capture_status = 'completed')
);
create index incidents_event_idx on incidents (tenant_id, event_date_time desc, id desc);
create index incidents_reporter_idx on incidents (tenant_id, reporter_id, event_date_time desc, id desc);
create index incidents_participant_idx on incidents (tenant_id, participant_id, event_date_time desc, id desc);
create index incidents_site_idx on incidents (tenant_id, site_id, event_date_time desc, id desc);
create index incidents_queue_idx on incidents (tenant_id, overall_status, submitted_at, id);
create index incidents_updated_idx on incidents (tenant_id, updated_at desc, id desc);

-- SHA-256 of the four phases. convert_to is only marked stable because the encoding could be a
-- variable; a constant one makes it immutable.
create function app.narrative_hash(before_event text, during_event text, end_event text, post_event text) returns bytea
    language sql immutable parallel safe set search_path = pg_catalog, pg_temp
    as $$
        select sha256(convert_to(
            before_event || E'\x1f' || during_event || E'\x1f' || end_event || E'\x1f' || post_event, 'UTF8'))
    $$;
revoke execute on function app.narrative_hash(text, text, text, text) from public;
grant execute on function app.narrative_hash(text, text, text, text) to supportsignal_runtime;

-- Each row is one version of the account; the highest is the current one. Autosaves of one stretch
-- of writing go into the open version, so the history holds what a person would call versions.
create table incident_narratives (
    tenant_id uuid not null constraint incident_narratives_tenant_fkey references tenants (id),
    id uuid not null,
    incident_id uuid not null,
    version integer not null constraint incident_narratives_version check (version > 0),
    before_event text not null default '' constraint incident_narratives_before_length check (char_length(before_event) <= 20000),
    during_event text not null default '' constraint incident_narratives_during_length check (char_length(during_event) <= 20000),
    end_event text not null default '' constraint incident_narratives_end_length check (char_length(end_event) <= 20000),
    post_event text not null default '' constraint incident_narratives_post_length check (char_length(post_event) <= 20000),
    -- Tells when questions or an enhancement were made from another text.
    narrative_hash bytea not null generated always as
        (app.narrative_hash(before_event, during_event, end_event, post_event)) stored,
    sealed_at timestamptz, -- set when something was made from it; the next save opens a new version
    -- The enhanced narrative of this version: per phase the sentences, each with the source it can be
    -- traced to. What clarification added (before_extra ... in the first schema) is derived from it.
    enhancement jsonb,
    consolidated_narrative text,
    enhanced_at timestamptz,
    enhanced_by_model text,
    enhancement_prompt_tenant_id uuid,
    enhancement_prompt_id uuid,
    created_by uuid not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint incident_narratives_pkey primary key (tenant_id, id),
    constraint incident_narratives_version_key unique (tenant_id, incident_id, version),
    constraint incident_narratives_incident_fkey foreign key (tenant_id, incident_id) references incidents (tenant_id, id),
    constraint incident_narratives_author_fkey foreign key (tenant_id, created_by) references memberships (tenant_id, user_id),
    constraint incident_narratives_prompt_tenant check (enhancement_prompt_tenant_id in (tenant_id, '00000000-0000-7000-8000-000000000001')),
    constraint incident_narratives_prompt_fkey foreign key (enhancement_prompt_tenant_id, enhancement_prompt_id)
        references prompt_templates (tenant_id, id)
);

create table clarification_questions (
    tenant_id uuid not null constraint clarification_questions_tenant_fkey references tenants (id),
    id uuid not null,
    incident_id uuid not null,
    narrative_id uuid not null, -- the version that raised it
    phase text not null constraint clarification_questions_phase check (phase in ('before', 'during', 'end', 'after')),
    topic text not null constraint clarification_questions_topic_length check (char_length(topic) between 1 and 60),
    question_text text not null constraint clarification_questions_text_length check (char_length(question_text) between 1 and 500),
    purpose text not null constraint clarification_questions_purpose_length check (char_length(purpose) between 1 and 300),
    question_order integer not null,
    is_active boolean not null default true, -- false: a later version of the account made it pointless
    ai_model text not null,
    prompt_tenant_id uuid not null,
    prompt_id uuid not null,
    prompt_version integer not null,
    generated_at timestamptz not null default now(),
    constraint clarification_questions_pkey primary key (tenant_id, id),
    constraint clarification_questions_incident_fkey foreign key (tenant_id, incident_id) references incidents (tenant_id, id),
    constraint clarification_questions_narrative_fkey foreign key (tenant_id, narrative_id) references incident_narratives (tenant_id, id),
    constraint clarification_questions_prompt_tenant check (prompt_tenant_id in (tenant_id, '00000000-0000-7000-8000-000000000001')),
    constraint clarification_questions_prompt_fkey foreign key (prompt_tenant_id, prompt_id) references prompt_templates (tenant_id, id)
);
create index clarification_questions_incident_idx on clarification_questions (tenant_id, incident_id, phase, question_order);
create index clarification_questions_narrative_idx on clarification_questions (tenant_id, narrative_id);
-- A phase never asks the same thing twice at once.
create unique index clarification_questions_topic_key
    on clarification_questions (tenant_id, incident_id, phase, topic) where is_active;

create table clarification_answers (
    tenant_id uuid not null constraint clarification_answers_tenant_fkey references tenants (id),
    id uuid not null,
    question_id uuid not null,
    answer_text text not null default '' constraint clarification_answers_text_length check (char_length(answer_text) <= 5000),
    -- "I don't know / doesn't apply": an answer too, and not the same as not answered yet.
    not_known boolean not null default false,
    is_complete boolean not null generated always as (not_known or answer_text <> '') stored,
    character_count integer not null generated always as (char_length(answer_text)) stored,
    word_count integer not null,
    answered_by uuid not null,
    answered_at timestamptz not null default now(),
    constraint clarification_answers_pkey primary key (tenant_id, id),
    constraint clarification_answers_question_key unique (tenant_id, question_id),
    constraint clarification_answers_question_fkey foreign key (tenant_id, question_id) references clarification_questions (tenant_id, id),
    constraint clarification_answers_author_fkey foreign key (tenant_id, answered_by) references memberships (tenant_id, user_id),
    constraint clarification_answers_either check (not (not_known and answer_text <> ''))
);

do $$
declare t text;
begin
    foreach t in array array['tenant_counters', 'incidents', 'incident_narratives', 'clarification_questions', 'clarification_answers']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy %I on %I using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()))',
                       t || '_tenant', t);
        execute format('grant select, insert, update on %I to supportsignal_runtime', t);
    end loop;
end
$$;
