-- After submission: what an AI suggests about an incident, what a person decides, and the way back
-- to the reporter.

-- One row for each time that a submitted account is analysed; one of them is current. A report that
-- goes back to its reporter gets a new one when it is submitted again.
create table incident_analyses (
    tenant_id uuid not null constraint incident_analyses_tenant_fkey references tenants (id),
    id uuid not null,
    incident_id uuid not null,
    narrative_id uuid not null, -- the version of the account that was analysed
    analysis_status text not null default 'draft' constraint incident_analyses_status check (
        analysis_status in ('draft', 'ai_generated', 'user_reviewed', 'completed')),
    is_current boolean not null default true,
    conditions jsonb not null default '[]', -- as they stand
    conditions_original jsonb, -- as they were suggested; null until then
    conditions_edited boolean not null default false,
    conditions_confidence real constraint incident_analyses_confidence check (conditions_confidence between 0 and 1),
    conditions_model text,
    conditions_prompt_tenant_id uuid,
    conditions_prompt_id uuid,
    conditions_fallback_reason text constraint incident_analyses_fallback_length check (char_length(conditions_fallback_reason) <= 60),
    processing_time_ms integer,
    -- Raised by every save; a save that names an older one is refused, so two managers cannot
    -- overwrite each other.
    revision integer not null default 1,
    revision_count integer not null default 0, -- how often a person changed something
    total_edit_time_s integer not null default 0,
    analyzed_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    completed_by uuid,
    completed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint incident_analyses_pkey primary key (tenant_id, id),
    constraint incident_analyses_incident_fkey foreign key (tenant_id, incident_id) references incidents (tenant_id, id),
    constraint incident_analyses_narrative_fkey foreign key (tenant_id, narrative_id) references incident_narratives (tenant_id, id),
    constraint incident_analyses_prompt_tenant check (conditions_prompt_tenant_id in (tenant_id, '00000000-0000-7000-8000-000000000001')),
    constraint incident_analyses_prompt_fkey foreign key (conditions_prompt_tenant_id, conditions_prompt_id)
        references prompt_templates (tenant_id, id),
    constraint incident_analyses_reviewer_fkey foreign key (tenant_id, reviewed_by) references memberships (tenant_id, user_id),
    constraint incident_analyses_completer_fkey foreign key (tenant_id, completed_by) references memberships (tenant_id, user_id),
    constraint incident_analyses_completed check ((analysis_status = 'completed') = (completed_at is not null)),
    constraint incident_analyses_generated check (analysis_status = 'draft' or analyzed_at is not null)
);
create unique index incident_analyses_current_key on incident_analyses (tenant_id, incident_id) where is_current;
create index incident_analyses_incident_idx on incident_analyses (tenant_id, incident_id, created_at desc);
create index incident_analyses_status_idx on incident_analyses (tenant_id, analysis_status, created_at);

create table incident_classifications (
    tenant_id uuid not null constraint incident_classifications_tenant_fkey references tenants (id),
    id uuid not null,
    analysis_id uuid not null,
    incident_type text not null constraint incident_classifications_type check (
        incident_type in ('Behavioural', 'Environmental', 'Medical', 'Communication', 'Other')),
    severity text not null constraint incident_classifications_severity check (severity in ('Low', 'Medium', 'High')),
    confidence_score real constraint incident_classifications_confidence check (confidence_score between 0 and 1), -- null: a person's own
    supporting_evidence jsonb not null default '[]', -- quotes, verbatim in the account
    ai_generated boolean not null,
    original_ai_classification jsonb, -- as it was suggested; null for a person's own
    user_reviewed boolean not null default false,
    user_modified boolean not null default false,
    is_dismissed boolean not null default false, -- overruled altogether; kept, because it was suggested
    review_notes text not null default '' constraint incident_classifications_notes_length check (char_length(review_notes) <= 2000),
    ai_model text,
    prompt_tenant_id uuid,
    prompt_id uuid,
    fallback_reason text constraint incident_classifications_fallback_length check (char_length(fallback_reason) <= 60),
    classified_by uuid, -- null: an AI
    reviewed_by uuid,
    reviewed_at timestamptz,
    position integer not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint incident_classifications_pkey primary key (tenant_id, id),
    constraint incident_classifications_analysis_fkey foreign key (tenant_id, analysis_id) references incident_analyses (tenant_id, id),
    constraint incident_classifications_prompt_tenant check (prompt_tenant_id in (tenant_id, '00000000-0000-7000-8000-000000000001')),
    constraint incident_classifications_prompt_fkey foreign key (prompt_tenant_id, prompt_id) references prompt_templates (tenant_id, id),
    constraint incident_classifications_author_fkey foreign key (tenant_id, classified_by) references memberships (tenant_id, user_id),
    constraint incident_classifications_reviewer_fkey foreign key (tenant_id, reviewed_by) references memberships (tenant_id, user_id),
    constraint incident_classifications_original check (ai_generated = (original_ai_classification is not null))
);
create index incident_classifications_analysis_idx on incident_classifications (tenant_id, analysis_id, position);
create index incident_classifications_prompt_idx on incident_classifications (tenant_id, prompt_tenant_id, prompt_id);

-- A report that went back to its reporter with a question.
create table incident_returns (
    tenant_id uuid not null constraint incident_returns_tenant_fkey references tenants (id),
    id uuid not null,
    incident_id uuid not null,
    question text not null constraint incident_returns_question_length check (char_length(question) between 1 and 1000),
    asked_by uuid not null,
    asked_at timestamptz not null default now(),
    submitted_at timestamptz not null, -- of the submission that went back
    answered_at timestamptz, -- when the report was submitted again
    constraint incident_returns_pkey primary key (tenant_id, id),
    constraint incident_returns_incident_fkey foreign key (tenant_id, incident_id) references incidents (tenant_id, id),
    constraint incident_returns_asked_by_fkey foreign key (tenant_id, asked_by) references memberships (tenant_id, user_id)
);
create index incident_returns_incident_idx on incident_returns (tenant_id, incident_id, asked_at desc);

do $$
declare t text;
begin
    foreach t in array array['incident_analyses', 'incident_classifications', 'incident_returns']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy %I on %I using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()))',
                       t || '_tenant', t);
        execute format('grant select, insert, update on %I to supportsignal_runtime', t);
    end loop;
end
$$;

-- Two more things to tell people. A report can be submitted, and go back, more than once; its
-- notification then becomes unread again.
alter table notifications drop constraint notifications_kind;
alter table notifications add constraint notifications_kind
    check (kind in ('incident_submitted', 'incident_returned', 'incident_signed_off'));
