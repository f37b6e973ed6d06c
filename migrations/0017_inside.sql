-- Looking inside: what went wrong (debug log), whether connections work, whether the audit trail holds.

-- What the server notes while it works, for the organisation that it worked for; the system tenant has what
-- belongs to nobody. No text of people: the writer keeps a closed list of fields.
create table debug_logs (
    tenant_id uuid not null constraint debug_logs_tenant_fkey references tenants (id),
    id uuid not null,
    occurred_at timestamptz not null,
    trace_id uuid, -- null: part of no request and no job
    -- What people are told of a trace: the first characters are a time that others share.
    reference text generated always as (right(trace_id::text, 8)) stored,
    level text not null constraint debug_logs_level check (level in ('error', 'warn', 'info')),
    system text not null constraint debug_logs_system_length check (char_length(system) between 1 and 50),
    message text not null constraint debug_logs_message_length check (char_length(message) between 1 and 500),
    context jsonb not null default '{}',
    stack text constraint debug_logs_stack_length check (char_length(stack) <= 2000), -- where in the program
    constraint debug_logs_pkey primary key (tenant_id, id)
);
create index debug_logs_time_idx on debug_logs (tenant_id, occurred_at desc, id desc);
create index debug_logs_level_idx on debug_logs (tenant_id, level, occurred_at desc, id desc);
create index debug_logs_trace_idx on debug_logs (tenant_id, trace_id, occurred_at);
create index debug_logs_reference_idx on debug_logs (tenant_id, reference, occurred_at desc);

-- A trace is followed from the log to its jobs and its AI calls.
create index jobs_correlation_idx on jobs (tenant_id, correlation_id);
create index usage_events_correlation_idx on usage_events (tenant_id, correlation_id);

-- A look at whether something that the server needs can be reached; the latest 20 of each are kept.
create table connection_checks (
    tenant_id uuid not null constraint connection_checks_tenant_fkey references tenants (id),
    id uuid not null,
    target text not null
        constraint connection_checks_target check (target in ('database', 'vectors', 'mail', 'files', 'model', 'ai_provider')),
    provider_id uuid, -- of an AI provider
    status text not null constraint connection_checks_status check (status in ('works', 'limited', 'failed')),
    latency_ms integer constraint connection_checks_latency check (latency_ms >= 0),
    error text constraint connection_checks_error_length check (char_length(error) <= 500), -- a sentence for people
    checked_at timestamptz not null default now(),
    checked_by uuid,
    constraint connection_checks_pkey primary key (tenant_id, id),
    constraint connection_checks_provider check ((target = 'ai_provider') = (provider_id is not null)),
    constraint connection_checks_provider_fkey foreign key (tenant_id, provider_id)
        references ai_providers (tenant_id, id) on delete cascade,
    constraint connection_checks_checked_by_fkey foreign key (tenant_id, checked_by) references memberships (tenant_id, user_id)
);
create index connection_checks_target_idx on connection_checks (tenant_id, target, provider_id, checked_at desc, id desc);

-- What came of verifying the audit trail.
create table audit_verifications (
    tenant_id uuid not null constraint audit_verifications_tenant_fkey references tenants (id),
    id uuid not null,
    verified_at timestamptz not null default now(),
    verified_by uuid,
    entries bigint not null constraint audit_verifications_entries check (entries >= 0),
    break_position bigint, -- the first entry at which the chain doesn't hold; null: it holds
    duration_ms integer not null constraint audit_verifications_duration check (duration_ms >= 0),
    constraint audit_verifications_pkey primary key (tenant_id, id),
    constraint audit_verifications_verified_by_fkey foreign key (tenant_id, verified_by)
        references memberships (tenant_id, user_id)
);
create index audit_verifications_time_idx on audit_verifications (tenant_id, verified_at desc, id desc);

-- The filters of the audit viewer. A period is looked up by time, everything else goes by position.
create index audit_events_time_idx on audit_events (tenant_id, occurred_at desc, position desc);
create index audit_events_action_idx on audit_events (tenant_id, action, position);
create index audit_events_actor_idx on audit_events (tenant_id, actor_id, position);

do $$
declare t text;
begin
    foreach t in array array['debug_logs', 'connection_checks', 'audit_verifications']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy %I on %I using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()))',
                       t || '_tenant', t);
        execute format('grant select, insert on %I to supportsignal_runtime', t);
    end loop;
end
$$;
grant delete on debug_logs, connection_checks to supportsignal_runtime;
