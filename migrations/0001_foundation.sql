-- The foundation: who is asking (users, sessions), for whom (tenants, memberships), and the
-- one rule that every later table repeats: a row is visible only inside its tenant's context.

-- Roles belong to the whole cluster, so they may already exist; their rights are per database.
--   supportsignal_runtime  what the server may do; its login role is a member of it
--   supportsignal_auth     owns the few functions that run before a tenant is known; nobody logs in as it
do $$
begin
    if not exists (select from pg_roles where rolname = 'supportsignal_runtime') then
        create role supportsignal_runtime nologin nosuperuser nobypassrls;
    end if;
    if not exists (select from pg_roles where rolname = 'supportsignal_auth') then
        create role supportsignal_auth nologin nosuperuser nobypassrls;
    end if;
end
$$;

create schema app;
grant usage on schema app to supportsignal_runtime, supportsignal_auth;
revoke create on schema public from public;
grant usage on schema public to supportsignal_runtime, supportsignal_auth;

-- No context means no tenant and therefore no rows; there is no default tenant.
create function app.tenant_id() returns uuid
    language sql stable parallel safe
    as $$ select nullif(current_setting('app.current_tenant_id', true), '')::uuid $$;

create function app.user_id() returns uuid
    language sql stable parallel safe
    as $$ select nullif(current_setting('app.current_user_id', true), '')::uuid $$;

-- Owns the rows that every tenant may read (default prompts, shared documents).
create function app.system_tenant_id() returns uuid
    language sql immutable parallel safe
    as $$ select '00000000-0000-7000-8000-000000000001'::uuid $$;

create table tenants (
    id uuid not null constraint tenants_pkey primary key,
    slug text not null constraint tenants_slug_key unique
        constraint tenants_slug_format check (slug ~ '^[a-z0-9](-?[a-z0-9]){1,39}$'),
    name text not null constraint tenants_name_length check (char_length(name) between 1 and 120),
    status text not null default 'trial'
        constraint tenants_status check (status in ('trial', 'active', 'suspended')),
    time_zone text not null default 'Australia/Sydney',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
alter table tenants enable row level security;
alter table tenants force row level security;
create policy tenants_own on tenants
    using (id = (select app.tenant_id())) with check (id = (select app.tenant_id()));
-- Signing in has to find a tenant by its slug before there is a context.
create policy tenants_lookup on tenants for select to supportsignal_auth using (true);
grant select, insert, update on tenants to supportsignal_runtime;
grant select on tenants to supportsignal_auth;

-- People. One person may work for several providers, so a user belongs to no tenant; what a
-- provider calls the person, and what they may do there, is the membership.
create table users (
    id uuid not null constraint users_pkey primary key,
    email text not null constraint users_email_key unique
        constraint users_email_normal check (email = lower(email) and char_length(email) between 3 and 254),
    password_hash text not null,
    status text not null default 'active' constraint users_status check (status in ('active', 'disabled')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    last_signed_in_at timestamptz
);
grant select, insert, update on users to supportsignal_auth;

create table memberships (
    tenant_id uuid not null constraint memberships_tenant_fkey references tenants (id),
    user_id uuid not null constraint memberships_user_fkey references users (id),
    display_name text not null
        constraint memberships_display_name_length check (char_length(display_name) between 1 and 120),
    role text not null constraint memberships_role
        check (role in ('system_admin', 'company_admin', 'team_lead', 'frontline_worker', 'viewer')),
    status text not null default 'active' constraint memberships_status check (status in ('active', 'deactivated')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint memberships_pkey primary key (tenant_id, user_id)
);
create index memberships_user_idx on memberships (user_id, tenant_id);
alter table memberships enable row level security;
alter table memberships force row level security;
create policy memberships_tenant on memberships
    using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()));
create policy memberships_lookup on memberships for select to supportsignal_auth using (true);
grant select, insert, update on memberships to supportsignal_runtime;
grant select on memberships to supportsignal_auth;

-- A session is known by the SHA-256 of its id: a leaked table opens nothing.
create table sessions (
    id_hash bytea not null constraint sessions_pkey primary key
        constraint sessions_id_hash_length check (octet_length(id_hash) = 32),
    handle uuid not null constraint sessions_handle_key unique,
    user_id uuid not null constraint sessions_user_fkey references users (id),
    data jsonb not null,
    device text not null constraint sessions_device_length check (char_length(device) <= 200),
    ip text not null constraint sessions_ip_length check (char_length(ip) <= 64),
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    idle_expires_at timestamptz not null,
    absolute_expires_at timestamptz not null
);
create index sessions_user_idx on sessions (user_id, last_seen_at desc);
create index sessions_expiry_idx on sessions (idle_expires_at);
grant select, insert, update, delete on sessions to supportsignal_auth;

create table password_reset_tokens (
    token_hash bytea not null constraint password_reset_tokens_pkey primary key
        constraint password_reset_tokens_hash_length check (octet_length(token_hash) = 32),
    user_id uuid not null constraint password_reset_tokens_user_fkey references users (id),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);
create index password_reset_tokens_user_idx on password_reset_tokens (user_id, expires_at);
grant select, insert, update, delete on password_reset_tokens to supportsignal_auth;

-- Failed sign-ins, counted per key in a sliding window. A key is a hash of what is throttled
-- (address; account with address; account), never the e-mail itself.
create table sign_in_failures (
    key_hash bytea not null constraint sign_in_failures_pkey primary key,
    failures integer not null,
    window_ends_at timestamptz not null
);
create index sign_in_failures_window_idx on sign_in_failures (window_ends_at);
grant select, insert, update, delete on sign_in_failures to supportsignal_auth;

-- ---------------------------------------------------------------------------------------------
-- What must be read before a tenant is known. Each function does one thing, runs as
-- supportsignal_auth with a pinned search_path, and is all the server has of these tables.

create function app.find_login(p_email text)
    returns table (user_id uuid, password_hash text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$ select id, users.password_hash from public.users where email = p_email and status = 'active' $$;

create function app.find_user_by_email(p_email text)
    returns uuid
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$ select id from public.users where email = p_email $$;

create function app.find_user_email(p_user_id uuid)
    returns text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$ select email from public.users where id = p_user_id and status = 'active' $$;

create function app.create_user(p_id uuid, p_email text, p_password_hash text)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$ insert into public.users (id, email, password_hash) values (p_id, p_email, p_password_hash) $$;

create function app.memberships_of(p_user_id uuid)
    returns table (tenant_id uuid, slug text, name text, tenant_status text, time_zone text, display_name text, role text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.id, t.slug, t.name, t.status, t.time_zone, m.display_name, m.role
        from public.memberships m join public.tenants t on t.id = m.tenant_id
        where m.user_id = p_user_id and m.status = 'active'
        order by t.name, t.id
    $$;

-- For the system admin's list of organisations; answers only to a system admin.
create function app.list_tenants(p_user_id uuid)
    returns table (slug text, name text, status text, time_zone text, created_at timestamptz, members bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.slug, t.name, t.status, t.time_zone, t.created_at,
               (select count(*) from public.memberships m where m.tenant_id = t.id and m.status = 'active')
        from public.tenants t
        where t.id <> app.system_tenant_id()
          and exists (
              select from public.memberships a
              where a.user_id = p_user_id and a.role = 'system_admin' and a.status = 'active'
                and a.tenant_id = app.system_tenant_id())
        order by t.name, t.id
    $$;

create function app.has_tenants()
    returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$ select exists (select from public.tenants where id <> app.system_tenant_id()) $$;

create function app.save_session(
    p_id_hash bytea, p_handle uuid, p_user_id uuid, p_data jsonb, p_device text, p_ip text,
    p_idle interval, p_absolute timestamptz)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        insert into public.sessions
            (id_hash, handle, user_id, data, device, ip, idle_expires_at, absolute_expires_at)
        values (p_id_hash, p_handle, p_user_id, p_data, p_device, p_ip,
                least(now() + p_idle, p_absolute), p_absolute)
        on conflict (id_hash) do update
            set data = excluded.data, last_seen_at = now(), idle_expires_at = excluded.idle_expires_at
    $$;

-- Reading a session keeps it alive, but writes at most once a minute.
create function app.load_session(p_id_hash bytea, p_idle interval)
    returns table (data jsonb, absolute_expires_at timestamptz)
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        update public.sessions s
            set last_seen_at = now(), idle_expires_at = least(now() + p_idle, s.absolute_expires_at)
            where s.id_hash = p_id_hash and s.idle_expires_at > now() and s.last_seen_at < now() - interval '1 minute';
        return query
            select s.data, s.absolute_expires_at
            from public.sessions s join public.users u on u.id = s.user_id
            where s.id_hash = p_id_hash and s.idle_expires_at > now() and u.status = 'active';
    end
    $$;

create function app.delete_session(p_id_hash bytea)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$ delete from public.sessions where id_hash = p_id_hash $$;

create function app.list_sessions(p_user_id uuid)
    returns table (handle uuid, device text, ip text, created_at timestamptz, last_seen_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select handle, device, ip, created_at, last_seen_at from public.sessions
        where user_id = p_user_id and idle_expires_at > now()
        order by last_seen_at desc, handle
    $$;

create function app.revoke_session(p_user_id uuid, p_handle uuid)
    returns bigint
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with gone as (delete from public.sessions where user_id = p_user_id and handle = p_handle returning 1)
        select count(*) from gone
    $$;

create function app.revoke_other_sessions(p_user_id uuid, p_keep uuid)
    returns bigint
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with gone as (delete from public.sessions where user_id = p_user_id and handle <> p_keep returning 1)
        select count(*) from gone
    $$;

create function app.issue_password_reset(p_email text, p_token_hash bytea, p_lifetime interval)
    returns uuid
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare found_user uuid;
    begin
        select id into found_user from public.users where email = p_email and status = 'active';
        if found_user is null then
            return null;
        end if;
        -- Only the newest link works, and old ones need not be kept.
        delete from public.password_reset_tokens where user_id = found_user;
        insert into public.password_reset_tokens (token_hash, user_id, expires_at)
            values (p_token_hash, found_user, now() + p_lifetime);
        return found_user;
    end
    $$;

create function app.password_reset_is_open(p_token_hash bytea)
    returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select exists (select from public.password_reset_tokens
                       where token_hash = p_token_hash and used_at is null and expires_at > now())
    $$;

-- Using a link sets the password and ends every session of the person; a second use finds nothing.
create function app.use_password_reset(p_token_hash bytea, p_password_hash text)
    returns uuid
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare found_user uuid;
    begin
        update public.password_reset_tokens set used_at = now()
            where token_hash = p_token_hash and used_at is null and expires_at > now()
            returning user_id into found_user;
        if found_user is null then
            return null;
        end if;
        update public.users set password_hash = p_password_hash, updated_at = now() where id = found_user;
        delete from public.sessions where user_id = found_user;
        return found_user;
    end
    $$;

create function app.note_sign_in(p_user_id uuid)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$ update public.users set last_signed_in_at = now() where id = p_user_id $$;

create function app.sign_in_failures(p_key_hash bytea)
    returns table (failures integer, window_ends_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select failures, window_ends_at from public.sign_in_failures
        where key_hash = p_key_hash and window_ends_at > now()
    $$;

create function app.record_sign_in_failure(p_key_hash bytea, p_window interval)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        insert into public.sign_in_failures as f (key_hash, failures, window_ends_at)
            values (p_key_hash, 1, now() + p_window)
        on conflict (key_hash) do update
            set failures = case when f.window_ends_at > now() then f.failures + 1 else 1 end,
                window_ends_at = case when f.window_ends_at > now() then f.window_ends_at else excluded.window_ends_at end
    $$;

create function app.clear_sign_in_failures(p_key_hash bytea)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$ delete from public.sign_in_failures where key_hash = p_key_hash $$;

-- House-keeping, run by the worker.
create function app.delete_expired_credentials()
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        delete from public.sessions where idle_expires_at < now();
        delete from public.password_reset_tokens where expires_at < now() - interval '1 day';
        delete from public.sign_in_failures where window_ends_at < now();
    $$;

-- Functions are executable by everybody until told otherwise.
revoke execute on all functions in schema app from public;
grant execute on all functions in schema app to supportsignal_runtime;
grant execute on function app.tenant_id(), app.user_id(), app.system_tenant_id() to supportsignal_auth;

-- Handing a function over needs a moment's right to create in the schema for its new owner.
grant create on schema app to supportsignal_auth;
do $$
declare f regprocedure;
begin
    for f in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where n.nspname = 'app' and p.prosecdef
    loop
        execute format('alter function %s owner to supportsignal_auth', f);
    end loop;
end
$$;
revoke create on schema app from supportsignal_auth;

-- The owner of the tables is bound by row security too, so it sets the context like everybody else.
select set_config('app.current_tenant_id', app.system_tenant_id()::text, true);
insert into tenants (id, slug, name, status) values (app.system_tenant_id(), 'system', 'SupportSignal', 'active');
