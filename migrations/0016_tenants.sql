-- What an organisation says about itself and decides for itself, what became of it and when, and the
-- times in which the system admin acts as one of its people.

alter table tenants
    add column abn text not null default '' constraint tenants_abn_format check (abn ~ '^([0-9]{11})?$'),
    add column contact_email text not null default ''
        constraint tenants_contact_email_length check (char_length(contact_email) <= 254),
    add column contact_phone text not null default ''
        constraint tenants_contact_phone_length check (char_length(contact_phone) <= 40),
    add column postal_address text not null default ''
        constraint tenants_postal_address_length check (char_length(postal_address) <= 300),
    -- What a narrow place shows instead of the name; empty: the name.
    add column short_name text not null default ''
        constraint tenants_short_name_length check (char_length(short_name) <= 24),
    add column accent text not null default 'teal'
        constraint tenants_accent check (accent in ('teal', 'blue', 'violet', 'plum', 'forest')),
    -- How long records are kept after they were signed off. The Rules ask for seven years.
    add column retention_years smallint not null default 7
        constraint tenants_retention_years check (retention_years between 7 and 100),
    add column debug_log_days smallint not null default 90
        constraint tenants_debug_log_days check (debug_log_days between 1 and 365);

-- A time in which a system admin acts as a person of the organisation: why, and for how long.
create table acting_sessions (
    tenant_id uuid not null constraint acting_sessions_tenant_fkey references tenants (id),
    id uuid not null,
    actor_id uuid not null constraint acting_sessions_actor_fkey references users (id), -- who really acts
    user_id uuid not null, -- as whom
    reason text not null constraint acting_sessions_reason_length check (char_length(reason) between 1 and 500),
    started_at timestamptz not null default now(),
    ends_at timestamptz not null,
    ended_at timestamptz, -- null: it goes on, or nobody has looked since it was over
    constraint acting_sessions_pkey primary key (tenant_id, id),
    constraint acting_sessions_user_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id),
    constraint acting_sessions_duration
        check (ends_at > started_at and ends_at <= started_at + interval '30 minutes')
);
create index acting_sessions_started_idx on acting_sessions (tenant_id, started_at desc, id desc);

-- Every version of each group of settings: who saved it, and what it was before. Never a secret.
create table tenant_settings (
    tenant_id uuid not null constraint tenant_settings_tenant_fkey references tenants (id),
    id uuid not null,
    settings_group text not null
        constraint tenant_settings_group_length check (char_length(settings_group) between 1 and 40),
    revision integer not null constraint tenant_settings_revision_positive check (revision > 0),
    before jsonb not null, -- what changed, as people read it
    after jsonb not null,
    reason text not null default '' constraint tenant_settings_reason_length check (char_length(reason) <= 500),
    saved_by uuid, -- null: SupportSignal, which runs the system
    acting_id uuid, -- the time in which the system admin acted as saved_by
    saved_at timestamptz not null default now(),
    constraint tenant_settings_pkey primary key (tenant_id, id),
    constraint tenant_settings_revision_key unique (tenant_id, settings_group, revision),
    constraint tenant_settings_saved_by_fkey foreign key (tenant_id, saved_by) references memberships (tenant_id, user_id),
    constraint tenant_settings_acting_fkey foreign key (tenant_id, acting_id) references acting_sessions (tenant_id, id)
);
create index tenant_settings_saved_idx on tenant_settings (tenant_id, saved_at desc, id desc);

-- Addresses that an organisation has left. They lead its members to the new one until somebody else
-- takes them.
create table tenant_former_slugs (
    tenant_id uuid not null constraint tenant_former_slugs_tenant_fkey references tenants (id),
    slug text not null constraint tenant_former_slugs_format check (slug ~ '^[a-z0-9](-?[a-z0-9]){1,39}$'),
    left_at timestamptz not null default now(),
    constraint tenant_former_slugs_pkey primary key (tenant_id, slug)
);

do $$
declare t text;
begin
    foreach t in array array['acting_sessions', 'tenant_settings', 'tenant_former_slugs']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy %I on %I using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()))',
                       t || '_tenant', t);
        execute format('grant select, insert on %I to supportsignal_runtime', t);
    end loop;
end
$$;
grant update (ended_at) on acting_sessions to supportsignal_runtime;

-- Every request of somebody who acts asks as whom, before there is a context; so does an old address.
create policy acting_sessions_lookup on acting_sessions for select to supportsignal_auth using (true);
create policy tenant_former_slugs_lookup on tenant_former_slugs for select to supportsignal_auth using (true);
grant select on acting_sessions, tenant_former_slugs to supportsignal_auth;

-- People are told when somebody begins to act as one of them.
alter table notifications drop constraint notifications_kind;
alter table notifications add constraint notifications_kind
    check (kind in ('incident_submitted', 'incident_returned', 'incident_signed_off', 'budget_alert', 'acting_started'));
alter table notifications add column acting_id uuid;
alter table notifications drop constraint notifications_subject;
alter table notifications add constraint notifications_subject
    check (case kind when 'budget_alert' then budget_alert_id when 'acting_started' then acting_id else incident_id end is not null);
alter table notifications add constraint notifications_acting_fkey
    foreign key (tenant_id, acting_id) references acting_sessions (tenant_id, id);
alter table notifications add constraint notifications_acting_once_key unique (tenant_id, user_id, acting_id);

-- ---------------------------------------------------------------------------------------------
-- What runs before a tenant is known.

-- As whom a system admin acts, and whether that still holds: not ended, not over, the admin still runs
-- the system, and the person still works there and doesn't run the system.
create function app.find_acting(p_tenant_id uuid, p_id uuid, p_actor_id uuid)
    returns table (slug text, name text, tenant_status text, trial_ends_at timestamptz, second_factor_required boolean,
                   time_zone text, user_id uuid, display_name text, role text, ends_at timestamptz, is_live boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.slug, t.name, t.status, t.trial_ends_at, t.second_factor_required, t.time_zone,
               m.user_id, m.display_name, m.role, a.ends_at,
               a.ended_at is null and a.ends_at > now() and m.status = 'active' and m.role <> 'system_admin'
                   and t.id <> app.system_tenant_id()
                   and exists (
                       select from public.memberships s join public.users u on u.id = s.user_id
                       where s.user_id = a.actor_id and s.tenant_id = app.system_tenant_id()
                         and s.role = 'system_admin' and s.status = 'active' and u.status = 'active')
        from public.acting_sessions a
        join public.tenants t on t.id = a.tenant_id
        join public.memberships m on m.tenant_id = a.tenant_id and m.user_id = a.user_id
        where a.tenant_id = p_tenant_id and a.id = p_id and a.actor_id = p_actor_id
    $$;

-- Where a former address leads one of the organisation's own people.
create function app.find_moved(p_user_id uuid, p_slug text)
    returns text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.slug
        from public.memberships m
        join public.tenant_former_slugs f on f.tenant_id = m.tenant_id and f.slug = p_slug
        join public.tenants t on t.id = m.tenant_id
        where m.user_id = p_user_id and m.status = 'active'
          and not exists (select from public.tenants other where other.slug = p_slug)
        order by f.left_at desc limit 1
    $$;

-- An organisation by its address; answers only to a system admin.
create function app.find_organisation(p_user_id uuid, p_slug text)
    returns uuid
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.id from public.tenants t
        where t.slug = p_slug and t.id <> app.system_tenant_id()
          and exists (
              select from public.memberships a
              where a.user_id = p_user_id and a.role = 'system_admin' and a.status = 'active'
                and a.tenant_id = app.system_tenant_id())
    $$;

drop function app.list_tenants(uuid);
create function app.list_tenants(p_user_id uuid)
    returns table (slug text, name text, status text, trial_ends_at timestamptz, time_zone text, created_at timestamptz,
                   members bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.slug, t.name, t.status, t.trial_ends_at, t.time_zone, t.created_at,
               (select count(*) from public.memberships m where m.tenant_id = t.id and m.status = 'active')
        from public.tenants t
        where t.id <> app.system_tenant_id()
          and exists (
              select from public.memberships a
              where a.user_id = p_user_id and a.role = 'system_admin' and a.status = 'active'
                and a.tenant_id = app.system_tenant_id())
        order by t.name, t.id
    $$;

grant create on schema app to supportsignal_auth;
do $$
declare f text;
begin
    foreach f in array array['app.find_acting(uuid, uuid, uuid)', 'app.find_moved(uuid, text)',
                             'app.find_organisation(uuid, text)', 'app.list_tenants(uuid)']
    loop
        execute format('revoke execute on function %s from public', f);
        execute format('grant execute on function %s to supportsignal_runtime', f);
        execute format('alter function %s owner to supportsignal_auth', f);
    end loop;
end
$$;
revoke create on schema app from supportsignal_auth;
