-- What happened (audit), what is being done (jobs), who should know (notifications).

-- The audit trail is append-only and chained per tenant: each event carries the hash of the one
-- before, so a row that was changed, removed or slipped in later shows. Position and hashes are set
-- here and not by the caller.
create table audit_heads (
    tenant_id uuid not null constraint audit_heads_pkey primary key constraint audit_heads_tenant_fkey references tenants (id),
    position bigint not null,
    hash bytea not null
);

create table audit_events (
    tenant_id uuid not null constraint audit_events_tenant_fkey references tenants (id),
    id uuid not null,
    position bigint not null,
    occurred_at timestamptz not null default clock_timestamp(),
    actor_id uuid, -- null: the system itself
    action text not null constraint audit_events_action_format check (action ~ '^[a-z_]+\.[a-z_]+$'),
    subject_type text not null,
    subject_id uuid not null,
    details jsonb not null default '{}', -- ids, states and counts; never narrative text
    previous_hash bytea not null,
    hash bytea not null,
    constraint audit_events_pkey primary key (tenant_id, id),
    constraint audit_events_position_key unique (tenant_id, position),
    constraint audit_events_actor_fkey foreign key (tenant_id, actor_id) references memberships (tenant_id, user_id)
);
create index audit_events_subject_idx on audit_events (tenant_id, subject_type, subject_id, position);

-- The text that is hashed, in one place for writing and for checking.
create function app.audit_hash(e audit_events) returns bytea
    language sql immutable set search_path = pg_catalog, public, pg_temp
    as $$
        select sha256(e.previous_hash || convert_to(concat_ws(E'\x1f',
            e.tenant_id, e.id, e.position, extract(epoch from e.occurred_at)::numeric(20, 6), coalesce(e.actor_id::text, ''),
            e.action, e.subject_type, e.subject_id, e.details::text), 'UTF8'))
    $$;

-- Runs as supportsignal_auth because nobody else may move the head of the chain.
create function app.chain_audit_event() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare head public.audit_heads;
    begin
        insert into public.audit_heads (tenant_id, position, hash) values (new.tenant_id, 0, sha256(''))
            on conflict (tenant_id) do nothing;
        select * into strict head from public.audit_heads where tenant_id = new.tenant_id for update;
        new.position := head.position + 1;
        new.occurred_at := clock_timestamp();
        new.previous_hash := head.hash;
        new.hash := app.audit_hash(new);
        update public.audit_heads set position = new.position, hash = new.hash where tenant_id = new.tenant_id;
        return new;
    end
    $$;
create trigger audit_events_chain before insert on audit_events
    for each row execute function app.chain_audit_event();

-- The first position at which the chain of the current tenant does not hold, or null.
create function app.find_audit_break() returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with checked as (
            select e.position, e.hash, row_number() over w as expected,
                   e.previous_hash = coalesce(lag(e.hash) over w, sha256('')) and e.hash = app.audit_hash(e) as holds
            from public.audit_events e
            where e.tenant_id = app.tenant_id()
            window w as (order by e.position)
        ), tail as (
            select count(*) as position, (array_agg(hash order by position desc))[1] as hash from checked
        )
        select coalesce(
            (select min(expected) from checked where not holds or position <> expected),
            -- The head tells whether the end of the chain was cut off or written anew.
            (select greatest(tail.position, head.position)
             from tail left join public.audit_heads head on head.tenant_id = app.tenant_id()
             where (tail.position, tail.hash) is distinct from (coalesce(head.position, 0), head.hash)))
    $$;

-- What people see of background work: the queue itself belongs to the job library.
create table jobs (
    tenant_id uuid not null constraint jobs_tenant_fkey references tenants (id),
    id uuid not null,
    kind text not null,
    status text not null default 'queued'
        constraint jobs_status check (status in ('queued', 'running', 'completed', 'failed', 'dead')),
    progress smallint not null default 0 constraint jobs_progress check (progress between 0 and 100),
    attempt smallint not null default 0,
    subject_type text not null,
    subject_id uuid not null,
    correlation_id uuid not null,
    requested_by uuid,
    result jsonb,
    error text constraint jobs_error_length check (char_length(error) <= 500), -- a sentence for people, no payload
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    constraint jobs_pkey primary key (tenant_id, id),
    constraint jobs_requested_by_fkey foreign key (tenant_id, requested_by) references memberships (tenant_id, user_id)
);
create index jobs_subject_idx on jobs (tenant_id, subject_type, subject_id, created_at desc);
create index jobs_status_idx on jobs (tenant_id, status, created_at desc);
-- One piece of work of a kind at a time for a subject: asking twice changes nothing.
create unique index jobs_open_key on jobs (tenant_id, kind, subject_id) where status in ('queued', 'running', 'failed');

create table notifications (
    tenant_id uuid not null constraint notifications_tenant_fkey references tenants (id),
    id uuid not null,
    user_id uuid not null,
    kind text not null constraint notifications_kind check (kind in ('incident_submitted')),
    incident_id uuid not null,
    created_at timestamptz not null default now(),
    read_at timestamptz,
    constraint notifications_pkey primary key (tenant_id, id),
    constraint notifications_user_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id),
    constraint notifications_incident_fkey foreign key (tenant_id, incident_id) references incidents (tenant_id, id),
    constraint notifications_once_key unique (tenant_id, user_id, kind, incident_id)
);
create index notifications_user_idx on notifications (tenant_id, user_id, created_at desc, id desc);
create index notifications_unread_idx on notifications (tenant_id, user_id) where read_at is null;

do $$
declare t text;
begin
    foreach t in array array['audit_heads', 'audit_events', 'jobs', 'notifications']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy %I on %I using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()))',
                       t || '_tenant', t);
    end loop;
end
$$;
grant select on audit_heads to supportsignal_runtime;
grant select, insert on audit_events to supportsignal_runtime;
grant select, insert, update on jobs, notifications to supportsignal_runtime;
grant select, insert, update on audit_heads to supportsignal_auth;
grant select on audit_events to supportsignal_auth;

revoke execute on function app.audit_hash(audit_events), app.chain_audit_event(), app.find_audit_break() from public;
grant execute on function app.audit_hash(audit_events) to supportsignal_auth, supportsignal_runtime;
grant execute on function app.find_audit_break() to supportsignal_runtime;
grant create on schema app to supportsignal_auth;
alter function app.chain_audit_event() owner to supportsignal_auth;
alter function app.find_audit_break() owner to supportsignal_auth;
revoke create on schema app from supportsignal_auth;
