-- The job queue: the tables and functions of graphile_worker 0.14 (schema revision 22), created
-- here by the owner so that the server needs no right to create anything. At start the library
-- reads job_queue.migrations, finds its own revision and changes nothing. When an upgrade brings
-- a higher revision, add it as a new migration file; until then the worker refuses to start.
--
-- Three differences from the library's own files: the result of its 22 steps instead of the steps,
-- a security_invoker view, and at the end the rights of the server's role.
--
-- The parts taken from graphile_worker are under the MIT License:
--   Copyright (c) 2019 Benjie Gillam
--   Copyright (c) 2026 Léo Coletta
--   Permission is hereby granted, free of charge, to any person obtaining a copy of this software
--   and associated documentation files (the "Software"), to deal in the Software without
--   restriction, including without limitation the rights to use, copy, modify, merge, publish,
--   distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
--   Software is furnished to do so, subject to the following conditions: The above copyright
--   notice and this permission notice shall be included in all copies or substantial portions of
--   the Software.
--   THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING
--   BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
--   NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
--   DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
--   OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

create schema job_queue;

create table job_queue.migrations (
    id int not null,
    ts timestamptz not null default now(),
    breaking boolean not null default false,
    constraint migrations_pkey primary key (id)
);

insert into job_queue.migrations (id, breaking)
select revision, revision in (1, 3, 11, 13, 14, 16)
from generate_series(1, 22) as revision;

create type job_queue.job_spec as (
    identifier text,
    payload json,
    queue_name text,
    run_at timestamptz,
    max_attempts smallint,
    job_key text,
    priority smallint,
    flags text[]
);

create table job_queue._private_tasks (
    id int not null generated always as identity (sequence name job_queue.tasks_id_seq),
    identifier text not null,
    constraint tasks_pkey primary key (id),
    constraint tasks_identifier_key unique (identifier),
    constraint tasks_identifier_check check (length(identifier) <= 128)
);

create table job_queue._private_job_queues (
    id int not null generated always as identity (sequence name job_queue.job_queues_id_seq),
    queue_name text not null,
    locked_at timestamptz,
    locked_by text,
    is_available boolean not null generated always as (locked_at is null) stored,
    constraint job_queues_pkey1 primary key (id),
    constraint job_queues_queue_name_key unique (queue_name),
    constraint job_queues_queue_name_check check (length(queue_name) <= 128)
);

create table job_queue._private_jobs (
    id bigint not null generated always as identity (sequence name job_queue.jobs_id_seq1),
    job_queue_id int,
    task_id int not null,
    payload json not null default '{}'::json,
    priority smallint not null default 0,
    run_at timestamptz not null default now(),
    attempts smallint not null default 0,
    max_attempts smallint not null default 25,
    last_error text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    key text,
    locked_at timestamptz,
    locked_by text,
    revision int not null default 0,
    flags jsonb,
    is_available boolean not null generated always as (locked_at is null and attempts < max_attempts) stored,
    constraint jobs_pkey1 primary key (id),
    constraint jobs_key_key1 unique (key),
    constraint jobs_key_check check (length(key) > 0 and length(key) <= 512),
    constraint jobs_max_attempts_check check (max_attempts >= 1)
);

create index jobs_main_index on job_queue._private_jobs
    using btree (priority, run_at) include (id, task_id, job_queue_id)
    where is_available = true;

create index jobs_no_queue_index on job_queue._private_jobs
    using btree (priority, run_at) include (id, task_id)
    where is_available = true and job_queue_id is null;

create table job_queue._private_job_retirements (
    id bigint not null,
    constraint _private_job_retirements_pkey primary key (id),
    constraint _private_job_retirements_id_fkey foreign key (id)
        references job_queue._private_jobs (id) on delete cascade
);

create table job_queue._private_known_crontabs (
    identifier text not null,
    known_since timestamptz not null,
    last_execution timestamptz,
    constraint known_crontabs_pkey primary key (identifier)
);

create table job_queue._private_workers (
    id text not null,
    last_heartbeat_at timestamptz not null,
    started_at timestamptz not null default now(),
    metadata jsonb,
    constraint _private_workers_pkey primary key (id)
);

create index _private_workers_last_heartbeat_at_idx
    on job_queue._private_workers using btree (last_heartbeat_at);

create view job_queue.jobs with (security_invoker = true) as
select
    jobs.id,
    job_queues.queue_name,
    tasks.identifier as task_identifier,
    jobs.priority,
    jobs.run_at,
    jobs.attempts,
    jobs.max_attempts,
    jobs.last_error,
    jobs.created_at,
    jobs.updated_at,
    jobs.key,
    jobs.locked_at,
    jobs.locked_by,
    jobs.revision,
    jobs.flags
from job_queue._private_jobs as jobs
join job_queue._private_tasks as tasks on tasks.id = jobs.task_id
left join job_queue._private_job_queues as job_queues on job_queues.id = jobs.job_queue_id;

create function job_queue.add_jobs(specs job_queue.job_spec[], job_key_preserve_run_at boolean default false)
returns setof job_queue._private_jobs
language plpgsql
as $$
declare
    locked_key text;
begin
    for locked_key in
        select distinct spec.job_key
        from unnest(specs) spec
        where spec.job_key is not null
        order by spec.job_key
    loop
        perform pg_advisory_xact_lock(hashtext(locked_key));
    end loop;

    perform 1
    from job_queue._private_jobs as jobs
    where jobs.key = any(
        array(
            select distinct spec.job_key
            from unnest(specs) spec
            where spec.job_key is not null
        )
    )
    for update;

    insert into job_queue._private_tasks as tasks (identifier)
    select distinct spec.identifier
    from unnest(specs) spec
    where not exists (
        select 1 from job_queue._private_tasks as existing
        where existing.identifier = spec.identifier
    )
    on conflict do nothing;

    insert into job_queue._private_job_queues as job_queues (queue_name)
    select distinct spec.queue_name
    from unnest(specs) spec
    where spec.queue_name is not null
    and not exists (
        select 1 from job_queue._private_job_queues as existing
        where existing.queue_name = spec.queue_name
    )
    on conflict do nothing;

    with retired as (
        update job_queue._private_jobs as jobs
        set
            key = null,
            attempts = jobs.max_attempts,
            updated_at = now()
        from unnest(specs) spec
        where spec.job_key is not null
        and jobs.key = spec.job_key
        and is_available is not true
        returning jobs.id
    )
    insert into job_queue._private_job_retirements(id)
    select id from retired
    on conflict do nothing;

    perform pg_notify('jobs:insert', '{"r":' || random()::text || ',"count":' || array_length(specs, 1)::text || '}');

    return query insert into job_queue._private_jobs as jobs (
        job_queue_id,
        task_id,
        payload,
        run_at,
        max_attempts,
        key,
        priority,
        flags
    )
        select
            job_queues.id,
            tasks.id,
            coalesce(spec.payload, '{}'::json),
            coalesce(spec.run_at, now()),
            coalesce(spec.max_attempts, 25),
            spec.job_key,
            coalesce(spec.priority, 0),
            (
                select jsonb_object_agg(flag, true)
                from unnest(spec.flags) as item(flag)
            )
        from unnest(specs) spec
        inner join job_queue._private_tasks as tasks
        on tasks.identifier = spec.identifier
        left join job_queue._private_job_queues as job_queues
        on job_queues.queue_name = spec.queue_name
    on conflict (key) do update set
        job_queue_id = excluded.job_queue_id,
        task_id = excluded.task_id,
        payload =
            case
            when json_typeof(jobs.payload) = 'array' and json_typeof(excluded.payload) = 'array' then
                (jobs.payload::jsonb || excluded.payload::jsonb)::json
            else
                excluded.payload
            end,
        max_attempts = excluded.max_attempts,
        run_at = (case
            when job_key_preserve_run_at is true and jobs.attempts = 0 then jobs.run_at
            else excluded.run_at
        end),
        priority = excluded.priority,
        revision = jobs.revision + 1,
        flags = excluded.flags,
        attempts = 0,
        last_error = null,
        updated_at = now()
    where jobs.locked_at is null
    returning *;
end;
$$;

create function job_queue.add_job(
    identifier text,
    payload json default null,
    queue_name text default null,
    run_at timestamptz default null,
    max_attempts integer default null,
    job_key text default null,
    priority integer default null,
    flags text[] default null,
    job_key_mode text default 'replace'
)
returns job_queue._private_jobs
language plpgsql
as $$
declare
    v_job job_queue._private_jobs;
begin
    if (job_key is null or job_key_mode is null or job_key_mode in ('replace', 'preserve_run_at')) then
        select * into v_job
        from job_queue.add_jobs(
            array[(
                identifier,
                payload,
                queue_name,
                run_at,
                max_attempts::smallint,
                job_key,
                priority::smallint,
                flags
            )::job_queue.job_spec],
            (job_key_mode = 'preserve_run_at')
        )
        limit 1;

        if v_job.id is null then
            raise exception 'Unable to schedule job for key "%"', coalesce(job_key, '<null>') using errcode = 'GWNOR';
        end if;

        return v_job;
    elsif job_key_mode = 'unsafe_dedupe' then
        insert into job_queue._private_tasks as tasks (identifier)
        select add_job.identifier
        where not exists (
            select 1 from job_queue._private_tasks as existing
            where existing.identifier = add_job.identifier
        )
        on conflict do nothing;

        if queue_name is not null then
            insert into job_queue._private_job_queues as job_queues (queue_name)
            select add_job.queue_name
            where not exists (
                select 1 from job_queue._private_job_queues as existing
                where existing.queue_name = add_job.queue_name
            )
            on conflict do nothing;
        end if;

        insert into job_queue._private_jobs as jobs (
            job_queue_id,
            task_id,
            payload,
            run_at,
            max_attempts,
            key,
            priority,
            flags
        )
        select
            job_queues.id,
            tasks.id,
            coalesce(payload, '{}'::json),
            coalesce(run_at, now()),
            coalesce(max_attempts::smallint, 25::smallint),
            job_key,
            coalesce(priority::smallint, 0::smallint),
            (
                select jsonb_object_agg(flag, true)
                from unnest(flags) as item(flag)
            )
        from job_queue._private_tasks as tasks
        left join job_queue._private_job_queues as job_queues
        on job_queues.queue_name = add_job.queue_name
        where tasks.identifier = add_job.identifier
        on conflict (key)
        do update set
            revision = jobs.revision + 1,
            updated_at = now()
        returning *
        into v_job;

        if v_job.revision = 0 then
            perform pg_notify('jobs:insert', '{"r":' || random()::text || ',"count":1}');
        end if;

        return v_job;
    else
        raise exception 'Invalid job_key_mode value, expected ''replace'', ''preserve_run_at'' or ''unsafe_dedupe''.' using errcode = 'GWBKM';
    end if;
end;
$$;

create function job_queue.remove_job(job_key text)
returns job_queue._private_jobs
language plpgsql strict
as $$
declare
    v_job job_queue._private_jobs;
begin
    -- Delete job if not locked
    delete from job_queue._private_jobs as jobs
    where key = job_key
    and (
        locked_at is null
    or
        locked_at < now() - interval '4 hours'
    )
    returning * into v_job;
    if not (v_job is null) then
        return v_job;
    end if;
    -- Otherwise prevent job from retrying, and clear the key
    update job_queue._private_jobs as jobs
    set
        key = null,
        attempts = jobs.max_attempts,
        updated_at = now()
    where key = job_key
    returning * into v_job;
    if v_job.id is not null then
        insert into job_queue._private_job_retirements(id)
        values (v_job.id) on conflict do nothing;
    end if;
    return v_job;
end;
$$;

create function job_queue.complete_jobs(job_ids bigint[])
returns setof job_queue._private_jobs
language sql
as $$
    delete from job_queue._private_jobs as jobs
        where id = any(job_ids)
        and (
            locked_at is null
        or
            locked_at < now() - interval '4 hours'
        )
        returning *;
$$;

create function job_queue.permanently_fail_jobs(job_ids bigint[], error_message text default null)
returns setof job_queue._private_jobs
language sql
as $$
    with retired as (
    update job_queue._private_jobs as jobs
    set
        last_error = coalesce(error_message, 'Manually marked as failed'),
        attempts = max_attempts,
        updated_at = now()
    where id = any(job_ids)
    and (
        locked_at is null
    or
        locked_at < now() - interval '4 hours'
    )
    returning *
    ), marked as (
        insert into job_queue._private_job_retirements(id)
        select id from retired
        on conflict do nothing
    )
    select * from retired;
$$;

create function job_queue.reschedule_jobs(
    job_ids bigint[],
    run_at timestamptz default null,
    priority integer default null,
    attempts integer default null,
    max_attempts integer default null
)
returns setof job_queue._private_jobs
language plpgsql
as $$
begin
    -- Explicit revival must see and clear a concurrently committed retirement.
    perform 1 from job_queue._private_jobs as jobs
    where jobs.id = any(job_ids)
    and (jobs.locked_at is null or jobs.locked_at < now() - interval '4 hours')
    order by jobs.id
    for update;

    return query with updated as (
    update job_queue._private_jobs as jobs
    set
        run_at = coalesce(reschedule_jobs.run_at, jobs.run_at),
        priority = coalesce(reschedule_jobs.priority::smallint, jobs.priority),
        attempts = coalesce(reschedule_jobs.attempts::smallint, jobs.attempts),
        max_attempts = coalesce(reschedule_jobs.max_attempts::smallint, jobs.max_attempts),
        updated_at = now()
    where id = any(job_ids)
    and (
        locked_at is null
    or
        locked_at < now() - interval '4 hours'
    )
    returning *
    ), cleared as (
        delete from job_queue._private_job_retirements as retired
        using updated
        where retired.id = updated.id
    )
    select * from updated;
end;
$$;

create function job_queue.force_unlock_workers(worker_ids text[])
returns void
language sql
as $$
        update job_queue._private_jobs as jobs
        set locked_at = null, locked_by = null
        where locked_by = any(worker_ids);
        update job_queue._private_job_queues as job_queues
        set locked_at = null, locked_by = null
        where locked_by = any(worker_ids);
$$;

create function job_queue._private_return_jobs(
    worker_id text,
    job_ids bigint[],
    recovery_delay_ms bigint default null,
    recovery_error text default null,
    update_recovery_metadata boolean default false
)
returns void
language plpgsql
as $$
begin
    perform 1 from job_queue._private_jobs as jobs
    where jobs.id = any(job_ids) and jobs.locked_by = worker_id
    order by jobs.id
    for update;

    with returned as (
        update job_queue._private_jobs as jobs
        set
            attempts = case when exists (
                select 1 from job_queue._private_job_retirements as retired
                where retired.id = jobs.id
            ) then jobs.attempts else greatest(0, jobs.attempts - 1) end,
            locked_by = null,
            locked_at = null,
            run_at = case when update_recovery_metadata and recovery_delay_ms is not null
                then greatest(jobs.run_at, now() + recovery_delay_ms * interval '1 millisecond')
                else jobs.run_at end,
            last_error = case when update_recovery_metadata
                then coalesce(recovery_error, jobs.last_error) else jobs.last_error end,
            updated_at = case when update_recovery_metadata then now() else jobs.updated_at end
        where jobs.id = any(job_ids) and jobs.locked_by = worker_id
        returning jobs.job_queue_id
    )
    update job_queue._private_job_queues as queues
    set locked_by = null, locked_at = null
    from returned
    where queues.id = returned.job_queue_id and queues.locked_by = worker_id;
end;
$$;

create function job_queue.worker_heartbeat(worker_id text, metadata json default null)
returns void
language sql
as $$
    insert into job_queue._private_workers as workers (id, last_heartbeat_at, metadata)
    values (worker_heartbeat.worker_id, now(), metadata::jsonb)
    on conflict (id) do update
    set
        last_heartbeat_at = now(),
        metadata = coalesce(excluded.metadata, workers.metadata);
$$;

create function job_queue.worker_deregister(worker_id text)
returns void
language sql
as $$
    delete from job_queue._private_workers
    where id = worker_deregister.worker_id;
$$;

create function job_queue.list_stale_workers(stale_threshold interval)
returns table(worker_id text)
language sql
as $$
    select workers.id as worker_id
    from job_queue._private_workers as workers
    where workers.last_heartbeat_at < now() - stale_threshold;
$$;

create function job_queue.list_orphan_locked_workers(stale_threshold interval)
returns table(worker_id text)
language sql
as $$
    select distinct locks.locked_by as worker_id
    from (
        select jobs.locked_by, jobs.locked_at
        from job_queue._private_jobs as jobs
        where jobs.locked_by is not null
        union all
        select job_queues.locked_by, job_queues.locked_at
        from job_queue._private_job_queues as job_queues
        where job_queues.locked_by is not null
    ) as locks
    where locks.locked_at < now() - stale_threshold
    and not exists (
        select 1
        from job_queue._private_workers as workers
        where workers.id = locks.locked_by
    );
$$;

create function job_queue.recover_dead_worker_jobs(worker_ids text[], recovery_delay interval default interval '0 seconds')
returns integer
language plpgsql
as $$
declare
    recovered_count integer := 0;
begin
    -- Take row locks before the statement that reads retirement markers.
    perform 1 from job_queue._private_jobs as jobs
    where jobs.locked_by = any(worker_ids)
    order by jobs.id
    for update;

    with j as (
        update job_queue._private_jobs as jobs
        set
            attempts = case when exists (
                select 1 from job_queue._private_job_retirements as retired
                where retired.id = jobs.id
            ) then jobs.attempts
                else greatest(0, jobs.attempts - 1) end,
            locked_by = null,
            locked_at = null,
            run_at = greatest(jobs.run_at, now() + recovery_delay),
            last_error = 'Job recovered after worker interruption',
            updated_at = now()
        where jobs.locked_by = any(worker_ids)
        returning jobs.job_queue_id
    )
    select count(*) into recovered_count from j;

    update job_queue._private_job_queues as job_queues
    set locked_by = null, locked_at = null
    where job_queues.locked_by = any(worker_ids);

    return recovered_count;
end;
$$;

create function job_queue.delete_stale_workers(worker_ids text[])
returns void
language sql
as $$
    delete from job_queue._private_workers as workers
    where workers.id = any(worker_ids);
$$;

alter table job_queue._private_job_queues enable row level security;
alter table job_queue._private_jobs enable row level security;
alter table job_queue._private_known_crontabs enable row level security;
alter table job_queue._private_tasks enable row level security;

-- The library switches row level security on and leaves the policies to its user. The queue is
-- the server's own: a worker takes jobs of all tenants, and a payload holds ids only, so that
-- what a job reads or writes goes through the tenant's policies again.
create policy server_uses_job_queues on job_queue._private_job_queues
    to supportsignal_runtime using (true) with check (true);
create policy server_uses_jobs on job_queue._private_jobs
    to supportsignal_runtime using (true) with check (true);
create policy server_uses_known_crontabs on job_queue._private_known_crontabs
    to supportsignal_runtime using (true) with check (true);
create policy server_uses_tasks on job_queue._private_tasks
    to supportsignal_runtime using (true) with check (true);

revoke all on all functions in schema job_queue from public;

grant usage on schema job_queue to supportsignal_runtime;
grant select on job_queue.migrations, job_queue.jobs to supportsignal_runtime;
grant select, insert, update, delete
    on job_queue._private_jobs, job_queue._private_job_queues, job_queue._private_workers
    to supportsignal_runtime;
grant select, insert, delete on job_queue._private_job_retirements to supportsignal_runtime;
grant select, insert, update on job_queue._private_known_crontabs to supportsignal_runtime;
grant select, insert on job_queue._private_tasks to supportsignal_runtime;
grant execute on all functions in schema job_queue to supportsignal_runtime;
