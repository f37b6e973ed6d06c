-- What people may ask of their own data: a file of it, or its deletion; and what must not be deleted.

create table data_requests (
    tenant_id uuid not null constraint data_requests_tenant_fkey references tenants (id),
    id uuid not null,
    request_type text not null constraint data_requests_type check (request_type in ('export', 'deletion')),
    participant_id uuid, -- whose data: a participant's ...
    user_id uuid, -- ... or that of somebody who works here
    is_own boolean not null default false, -- the person asked for themself: the file is theirs alone
    note text not null default '' constraint data_requests_note_length check (char_length(note) <= 1000),
    status text not null default 'received' constraint data_requests_status check (
        status in ('received', 'preparing', 'completed', 'refused')),
    requested_by uuid not null,
    requested_at timestamptz not null default now(),
    due_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    reason text not null default '' constraint data_requests_reason_length check (char_length(reason) <= 1000), -- why it was refused, or why it couldn't be carried out
    completed_at timestamptz,
    outcome jsonb, -- what the file holds, or what was deleted, made anonymous and kept; counts and dates only
    storage_key text constraint data_requests_storage_key_length check (char_length(storage_key) between 1 and 300), -- null: there is no file (any more)
    byte_size bigint,
    file_expires_at timestamptz,
    -- Raised by every decision; one that names an older revision is refused.
    revision integer not null default 1,
    constraint data_requests_pkey primary key (tenant_id, id),
    constraint data_requests_participant_fkey foreign key (tenant_id, participant_id) references participants (tenant_id, id),
    constraint data_requests_user_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id),
    constraint data_requests_requested_by_fkey foreign key (tenant_id, requested_by) references memberships (tenant_id, user_id),
    constraint data_requests_decided_by_fkey foreign key (tenant_id, decided_by) references memberships (tenant_id, user_id),
    constraint data_requests_subject check (participant_id is not null or user_id is not null),
    constraint data_requests_own check (not is_own or user_id = requested_by),
    constraint data_requests_completed check ((status = 'completed') = (completed_at is not null)),
    constraint data_requests_file check (
        storage_key is null or (request_type = 'export' and byte_size is not null and file_expires_at is not null))
);
create index data_requests_status_idx on data_requests (tenant_id, status, due_at, id);
create index data_requests_participant_idx on data_requests (tenant_id, participant_id);
create index data_requests_user_idx on data_requests (tenant_id, user_id);
create index data_requests_file_idx on data_requests (tenant_id, file_expires_at) where storage_key is not null;
-- Asking twice makes one request.
create unique index data_requests_open_key on data_requests (tenant_id, request_type, participant_id, user_id)
    nulls not distinct where status in ('received', 'preparing');

-- What must be kept whatever its age, such as for a court. It stands until somebody lifts it.
create table legal_holds (
    tenant_id uuid not null constraint legal_holds_tenant_fkey references tenants (id),
    id uuid not null,
    subject_type text not null constraint legal_holds_subject_type check (
        subject_type in ('organisation', 'participant', 'member', 'incident')),
    participant_id uuid,
    user_id uuid,
    incident_id uuid,
    reason text not null constraint legal_holds_reason_length check (char_length(reason) between 1 and 1000),
    placed_by uuid not null,
    placed_at timestamptz not null default now(),
    lifted_by uuid,
    lifted_at timestamptz,
    lift_reason text not null default '' constraint legal_holds_lift_reason_length check (char_length(lift_reason) <= 1000),
    constraint legal_holds_pkey primary key (tenant_id, id),
    constraint legal_holds_participant_fkey foreign key (tenant_id, participant_id) references participants (tenant_id, id),
    constraint legal_holds_user_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id),
    constraint legal_holds_incident_fkey foreign key (tenant_id, incident_id) references incidents (tenant_id, id),
    constraint legal_holds_placed_by_fkey foreign key (tenant_id, placed_by) references memberships (tenant_id, user_id),
    constraint legal_holds_lifted_by_fkey foreign key (tenant_id, lifted_by) references memberships (tenant_id, user_id),
    constraint legal_holds_subject check (case subject_type
        when 'participant' then participant_id when 'member' then user_id when 'incident' then incident_id else tenant_id
        end is not null),
    constraint legal_holds_lifted check ((lifted_at is null) = (lifted_by is null))
);
create index legal_holds_open_idx on legal_holds (tenant_id, placed_at desc) where lifted_at is null;
create index legal_holds_participant_idx on legal_holds (tenant_id, participant_id);
create index legal_holds_user_idx on legal_holds (tenant_id, user_id);
create index legal_holds_incident_idx on legal_holds (tenant_id, incident_id);

do $$
declare t text;
begin
    foreach t in array array['data_requests', 'legal_holds']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy %I on %I using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()))',
                       t || '_tenant', t);
        execute format('grant select, insert on %I to supportsignal_runtime', t);
    end loop;
end
$$;
-- Whose data and what is asked never changes; only what becomes of it.
grant update (status, decided_by, decided_at, reason, completed_at, outcome, storage_key, byte_size, file_expires_at, revision)
    on data_requests to supportsignal_runtime;
grant update (lifted_by, lifted_at, lift_reason) on legal_holds to supportsignal_runtime;

-- Whether an incident of the current tenant is under a legal hold: its own, its participant's, its
-- reporter's, or the whole organisation's.
create function app.is_held(p_incident_id uuid, p_participant_id uuid, p_reporter_id uuid) returns boolean
    language sql stable set search_path = pg_catalog, public, pg_temp
    as $$
        select exists (
            select from public.legal_holds
            where tenant_id = app.tenant_id() and lifted_at is null
              and (subject_type = 'organisation' or incident_id = p_incident_id or participant_id = p_participant_id
                   or user_id = p_reporter_id))
    $$;

-- From when on an incident's record of the current tenant may go: so many years after the last
-- sign-off, or after the event or the report if those came later. Until it is signed off, never. A draft
-- that was never submitted counts from its creation.
create function app.retained_until(p_incident_id uuid, p_years integer) returns timestamptz
    language sql stable set search_path = pg_catalog, public, pg_temp
    as $$
        select coalesce((
            select (counted.since at time zone 'UTC' + make_interval(years => p_years)) at time zone 'UTC'
            from (
                select case
                           when i.capture_status <> 'completed' and count(a.id) = 0 then i.created_at
                           when max(a.completed_at) is not null
                               then greatest(i.event_date_time, i.created_at, i.submitted_at, max(a.completed_at))
                       end as since
                from public.incidents i
                left join public.incident_analyses a on a.tenant_id = i.tenant_id and a.incident_id = i.id
                where i.tenant_id = app.tenant_id() and i.id = p_incident_id
                group by i.tenant_id, i.id) as counted),
            'infinity')
    $$;

-- The server's role may delete no record. This is the one way, and it asks for itself what the page
-- asked before: false, and nothing is gone, if the record has to stay.
create function app.delete_incident(p_incident_id uuid) returns boolean
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        tenant uuid := app.tenant_id();
        years integer; -- the organisation's own; no caller brings them
        incident public.incidents;
        was_submitted boolean;
    begin
        select * into incident from public.incidents where tenant_id = tenant and id = p_incident_id;
        if not found or app.is_held(incident.id, incident.participant_id, incident.reporter_id) then
            return false;
        end if;
        was_submitted := incident.capture_status = 'completed'
            or exists (select from public.incident_analyses where tenant_id = tenant and incident_id = incident.id);
        select retention_years into years from public.tenants where id = tenant;
        if was_submitted and app.retained_until(incident.id, years) > now() then
            return false;
        end if;
        delete from public.notifications where tenant_id = tenant and incident_id = incident.id;
        delete from public.prompt_trials where tenant_id = tenant and incident_id = incident.id;
        update public.usage_events set incident_id = null where tenant_id = tenant and incident_id = incident.id;
        delete from public.incident_classifications c using public.incident_analyses a
            where c.tenant_id = tenant and a.tenant_id = tenant and a.id = c.analysis_id and a.incident_id = incident.id;
        delete from public.incident_analyses where tenant_id = tenant and incident_id = incident.id;
        delete from public.incident_returns where tenant_id = tenant and incident_id = incident.id;
        delete from public.clarification_answers a using public.clarification_questions q
            where a.tenant_id = tenant and q.tenant_id = tenant and q.id = a.question_id and q.incident_id = incident.id;
        delete from public.clarification_questions where tenant_id = tenant and incident_id = incident.id;
        delete from public.incident_narratives where tenant_id = tenant and incident_id = incident.id;
        delete from public.legal_holds where tenant_id = tenant and incident_id = incident.id; -- lifted ones
        delete from public.incidents where tenant_id = tenant and id = incident.id;
        return true;
    end
    $$;

-- What somebody was told who no longer works here.
create function app.delete_notifications_of(p_user_id uuid) returns bigint
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with gone as (
            delete from public.notifications n using public.memberships m
            where n.tenant_id = app.tenant_id() and n.user_id = p_user_id
              and m.tenant_id = n.tenant_id and m.user_id = n.user_id and m.status = 'deactivated'
            returning 1)
        select count(*) from gone
    $$;

grant select, delete on incidents, incident_narratives, clarification_questions, clarification_answers, incident_analyses,
    incident_classifications, incident_returns, notifications, prompt_trials, legal_holds to supportsignal_auth;
grant select on usage_events to supportsignal_auth;
grant update (incident_id) on usage_events to supportsignal_auth;

revoke execute on function app.is_held(uuid, uuid, uuid), app.retained_until(uuid, integer),
    app.delete_incident(uuid), app.delete_notifications_of(uuid) from public;
grant execute on function app.is_held(uuid, uuid, uuid), app.retained_until(uuid, integer)
    to supportsignal_runtime, supportsignal_auth;
grant execute on function app.delete_incident(uuid), app.delete_notifications_of(uuid) to supportsignal_runtime;
grant create on schema app to supportsignal_auth;
alter function app.delete_incident(uuid) owner to supportsignal_auth;
alter function app.delete_notifications_of(uuid) owner to supportsignal_auth;
revoke create on schema app from supportsignal_auth;
