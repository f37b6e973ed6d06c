-- Who belongs to an organisation (invitations), and a second step when signing in.

alter table memberships add column revision integer not null default 1;

-- An invitation is known by the SHA-256 of the code in its mail. It is open until it is accepted,
-- withdrawn or too old; a newer mail replaces the code.
create table invitations (
    tenant_id uuid not null constraint invitations_tenant_fkey references tenants (id),
    id uuid not null,
    email text not null
        constraint invitations_email_normal check (email = lower(email) and char_length(email) between 3 and 254),
    display_name text not null
        constraint invitations_display_name_length check (char_length(display_name) between 1 and 120),
    role text not null constraint invitations_role
        check (role in ('company_admin', 'team_lead', 'frontline_worker', 'viewer')),
    token_hash bytea not null constraint invitations_token_hash_length check (octet_length(token_hash) = 32),
    invited_by uuid, -- null: whoever runs the system
    created_at timestamptz not null default now(),
    sent_at timestamptz not null default now(),
    expires_at timestamptz not null,
    accepted_at timestamptz,
    accepted_by uuid,
    withdrawn_at timestamptz,
    constraint invitations_pkey primary key (tenant_id, id),
    constraint invitations_inviter_fkey foreign key (tenant_id, invited_by) references memberships (tenant_id, user_id),
    constraint invitations_accepter_fkey foreign key (tenant_id, accepted_by) references memberships (tenant_id, user_id),
    constraint invitations_end check (accepted_at is null or withdrawn_at is null),
    constraint invitations_accepted check (accepted_at is null or accepted_by is not null)
);
create unique index invitations_open_key on invitations (tenant_id, email)
    where accepted_at is null and withdrawn_at is null;
create index invitations_token_idx on invitations (token_hash); -- before a tenant is known
alter table invitations enable row level security;
alter table invitations force row level security;
create policy invitations_tenant on invitations
    using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()));
create policy invitations_lookup on invitations for select to supportsignal_auth using (true);
grant select, insert, update on invitations to supportsignal_runtime;
grant select on invitations to supportsignal_auth;

-- ---------------------------------------------------------------------------------------------
-- Of people, whichever organisations they work for: the server's role reaches these tables through
-- the functions below only.

-- The secret that a person's authenticator app shares with the server, sealed for its row.
create table mfa_factors (
    user_id uuid not null constraint mfa_factors_pkey primary key
        constraint mfa_factors_user_fkey references users (id),
    id uuid not null,
    secret_sealed bytea not null,
    key_version integer not null,
    created_at timestamptz not null default now(),
    confirmed_at timestamptz, -- null: being set up, and asked for nowhere
    last_step bigint, -- of the latest code that was used; no code of it or before it works again
    -- The recovery codes until the person has said that they are kept somewhere, sealed too.
    codes_sealed bytea,
    codes_key_version integer,
    codes_made_at timestamptz,
    constraint mfa_factors_codes check ((codes_sealed is null) = (codes_key_version is null))
);

create table mfa_recovery_codes (
    user_id uuid not null constraint mfa_recovery_codes_user_fkey references users (id),
    code_hash bytea not null constraint mfa_recovery_codes_hash_length check (octet_length(code_hash) = 32),
    used_at timestamptz,
    constraint mfa_recovery_codes_pkey primary key (user_id, code_hash)
);

create table trusted_devices (
    token_hash bytea not null constraint trusted_devices_pkey primary key
        constraint trusted_devices_hash_length check (octet_length(token_hash) = 32),
    id uuid not null constraint trusted_devices_id_key unique,
    user_id uuid not null constraint trusted_devices_user_fkey references users (id),
    device text not null constraint trusted_devices_device_length check (char_length(device) <= 200),
    ip text not null constraint trusted_devices_ip_length check (char_length(ip) <= 64),
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index trusted_devices_user_idx on trusted_devices (user_id, last_used_at desc);

-- Somebody who gave the right password and not yet the code. They are signed in nowhere.
create table pending_sign_ins (
    token_hash bytea not null constraint pending_sign_ins_pkey primary key
        constraint pending_sign_ins_hash_length check (octet_length(token_hash) = 32),
    user_id uuid not null constraint pending_sign_ins_user_fkey references users (id),
    expires_at timestamptz not null
);
create index pending_sign_ins_user_idx on pending_sign_ins (user_id);

-- What a person should know about the safety of their account.
create table security_events (
    id uuid not null constraint security_events_pkey primary key,
    user_id uuid not null constraint security_events_user_fkey references users (id),
    occurred_at timestamptz not null default now(),
    kind text not null constraint security_events_kind check (kind in (
        'sign_in_failed', 'sign_in_locked', 'new_device', 'password_changed', 'second_factor_on', 'second_factor_off',
        'second_factor_reset', 'recovery_code_used', 'recovery_codes_replaced', 'device_trusted', 'sessions_ended')),
    device text not null constraint security_events_device_length check (char_length(device) <= 200),
    ip text not null constraint security_events_ip_length check (char_length(ip) <= 64)
);
create index security_events_user_idx on security_events (user_id, occurred_at desc);

grant select, insert, update, delete
    on mfa_factors, mfa_recovery_codes, trusted_devices, pending_sign_ins, security_events to supportsignal_auth;

-- ---------------------------------------------------------------------------------------------
-- Invitations before their organisation is known.

create function app.find_invitation(p_token_hash bytea)
    returns table (tenant_id uuid, invitation_id uuid, slug text, tenant_name text, tenant_status text,
                   trial_ends_at timestamptz, email text, display_name text, role text, has_account boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.id, i.id, t.slug, t.name, t.status, t.trial_ends_at, i.email, i.display_name, i.role,
               exists (select from public.users u where u.email = i.email)
        from public.invitations i join public.tenants t on t.id = i.tenant_id
        where i.token_hash = p_token_hash and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > now()
    $$;

-- What an organisation's admin may know about its own people's accounts.
create function app.members()
    returns table (user_id uuid, email text, last_signed_in_at timestamptz, has_second_factor boolean,
                   works_elsewhere boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select u.id, u.email, u.last_signed_in_at,
               exists (select from public.mfa_factors f where f.user_id = u.id and f.confirmed_at is not null),
               exists (select from public.memberships o
                       where o.user_id = u.id and o.tenant_id <> m.tenant_id and o.status = 'active')
        from public.memberships m join public.users u on u.id = m.user_id
        where m.tenant_id = app.tenant_id()
    $$;

-- The same of one of them.
create function app.member(p_user_id uuid)
    returns table (user_id uuid, email text, last_signed_in_at timestamptz, has_second_factor boolean,
                   works_elsewhere boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select u.id, u.email, u.last_signed_in_at,
               exists (select from public.mfa_factors f where f.user_id = u.id and f.confirmed_at is not null),
               exists (select from public.memberships o
                       where o.user_id = u.id and o.tenant_id <> m.tenant_id and o.status = 'active')
        from public.memberships m join public.users u on u.id = m.user_id
        where m.tenant_id = app.tenant_id() and m.user_id = p_user_id
    $$;

-- Which of them has this address.
create function app.find_member(p_email text)
    returns uuid
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select u.id from public.users u
        join public.memberships m on m.tenant_id = app.tenant_id() and m.user_id = u.id
        where u.email = p_email
    $$;

-- A person's account is the current organisation's affair only while they work nowhere else.
create function app.works_here_only(p_user_id uuid)
    returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select exists (select from public.memberships where tenant_id = app.tenant_id() and user_id = p_user_id)
           and not exists (select from public.memberships
                           where tenant_id <> app.tenant_id() and user_id = p_user_id and status = 'active')
    $$;

-- Both answer null where it isn't the organisation's affair.
create function app.end_member_sessions(p_user_id uuid)
    returns bigint
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare ended bigint;
    begin
        if not app.works_here_only(p_user_id) then
            return null;
        end if;
        delete from public.pending_sign_ins where user_id = p_user_id;
        delete from public.trusted_devices where user_id = p_user_id;
        delete from public.sessions where user_id = p_user_id;
        get diagnostics ended = row_count;
        return ended;
    end
    $$;

create function app.reset_member_second_factor(p_user_id uuid)
    returns boolean
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if not app.works_here_only(p_user_id) then
            return null;
        end if;
        delete from public.mfa_recovery_codes where user_id = p_user_id;
        delete from public.trusted_devices where user_id = p_user_id;
        delete from public.mfa_factors where user_id = p_user_id;
        return found;
    end
    $$;

-- ---------------------------------------------------------------------------------------------
-- The second step.

create function app.has_second_factor(p_user_id uuid)
    returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$ select exists (select from public.mfa_factors where user_id = p_user_id and confirmed_at is not null) $$;

create function app.find_factor(p_user_id uuid)
    returns table (id uuid, secret_sealed bytea, key_version integer, is_confirmed boolean, codes_sealed bytea,
                   codes_key_version integer, codes_left bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select f.id, f.secret_sealed, f.key_version, f.confirmed_at is not null, f.codes_sealed, f.codes_key_version,
               (select count(*) from public.mfa_recovery_codes c where c.user_id = f.user_id and c.used_at is null)
        from public.mfa_factors f where f.user_id = p_user_id
    $$;

-- One that counts already is never replaced; false then.
create function app.begin_factor(p_user_id uuid, p_id uuid, p_secret_sealed bytea, p_key_version integer)
    returns boolean
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        insert into public.mfa_factors as f (user_id, id, secret_sealed, key_version)
            values (p_user_id, p_id, p_secret_sealed, p_key_version)
        on conflict (user_id) do update
            set id = excluded.id, secret_sealed = excluded.secret_sealed, key_version = excluded.key_version, created_at = now()
            where f.confirmed_at is null;
        return found;
    end
    $$;

create function app.cancel_factor(p_user_id uuid)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$ delete from public.mfa_factors where user_id = p_user_id and confirmed_at is null $$;

create function app.replace_recovery_codes(
    p_user_id uuid, p_factor_id uuid, p_hashes bytea[], p_codes_sealed bytea, p_codes_key_version integer)
    returns boolean
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        update public.mfa_factors
            set codes_sealed = p_codes_sealed, codes_key_version = p_codes_key_version, codes_made_at = now()
            where user_id = p_user_id and id = p_factor_id and confirmed_at is not null;
        if not found then
            return false;
        end if;
        delete from public.mfa_recovery_codes where user_id = p_user_id;
        insert into public.mfa_recovery_codes (user_id, code_hash) select p_user_id, unnest(p_hashes);
        return true;
    end
    $$;

create function app.confirm_factor(
    p_user_id uuid, p_id uuid, p_step bigint, p_hashes bytea[], p_codes_sealed bytea, p_codes_key_version integer)
    returns boolean
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        update public.mfa_factors set confirmed_at = now(), last_step = p_step
            where user_id = p_user_id and id = p_id and confirmed_at is null;
        return found and app.replace_recovery_codes(p_user_id, p_id, p_hashes, p_codes_sealed, p_codes_key_version);
    end
    $$;

create function app.forget_shown_codes(p_user_id uuid)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$ update public.mfa_factors set codes_sealed = null, codes_key_version = null where user_id = p_user_id $$;

-- A code works once: its step, and every one before it, is used up. Two at once: one finds nothing.
create function app.use_factor_step(p_user_id uuid, p_id uuid, p_step bigint)
    returns boolean
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        update public.mfa_factors set last_step = p_step
            where user_id = p_user_id and id = p_id and confirmed_at is not null
              and (last_step is null or last_step < p_step);
        return found;
    end
    $$;

create function app.use_recovery_code(p_user_id uuid, p_hash bytea)
    returns boolean
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        update public.mfa_recovery_codes set used_at = now()
            where user_id = p_user_id and code_hash = p_hash and used_at is null;
        return found;
    end
    $$;

create function app.reseal_factor(p_user_id uuid, p_id uuid, p_secret_sealed bytea, p_key_version integer)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        update public.mfa_factors set secret_sealed = p_secret_sealed, key_version = p_key_version
        where user_id = p_user_id and id = p_id and key_version < p_key_version
    $$;

create function app.remove_second_factor(p_user_id uuid)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        delete from public.mfa_recovery_codes where user_id = p_user_id;
        delete from public.trusted_devices where user_id = p_user_id;
        delete from public.mfa_factors where user_id = p_user_id;
    $$;

create function app.begin_sign_in(p_token_hash bytea, p_user_id uuid, p_lifetime interval)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        insert into public.pending_sign_ins (token_hash, user_id, expires_at) values (p_token_hash, p_user_id, now() + p_lifetime)
    $$;

create function app.find_pending_sign_in(p_token_hash bytea)
    returns uuid
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select u.id from public.pending_sign_ins p join public.users u on u.id = p.user_id
        where p.token_hash = p_token_hash and p.expires_at > now() and u.status = 'active'
    $$;

-- True once: whoever ends it may sign in.
create function app.end_pending_sign_in(p_token_hash bytea)
    returns boolean
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        delete from public.pending_sign_ins where token_hash = p_token_hash and expires_at > now();
        return found;
    end
    $$;

-- Counts a try before it is made, so that tries made at once are counted one by one.
create function app.count_attempt(p_key_hash bytea, p_window interval)
    returns integer
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        insert into public.sign_in_failures as f (key_hash, failures, window_ends_at)
            values (p_key_hash, 1, now() + p_window)
        on conflict (key_hash) do update
            set failures = case when f.window_ends_at > now() then f.failures + 1 else 1 end,
                window_ends_at = case when f.window_ends_at > now() then f.window_ends_at else excluded.window_ends_at end
        returning failures
    $$;

-- ---------------------------------------------------------------------------------------------
-- Trusted devices.

create function app.trust_device(
    p_token_hash bytea, p_id uuid, p_user_id uuid, p_device text, p_ip text, p_lifetime interval)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        insert into public.trusted_devices (token_hash, id, user_id, device, ip, expires_at)
        values (p_token_hash, p_id, p_user_id, p_device, p_ip, now() + p_lifetime)
    $$;

create function app.use_trusted_device(p_user_id uuid, p_token_hash bytea)
    returns boolean
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        update public.trusted_devices set last_used_at = now()
            where token_hash = p_token_hash and user_id = p_user_id and expires_at > now();
        return found;
    end
    $$;

create function app.list_trusted_devices(p_user_id uuid)
    returns table (id uuid, device text, ip text, created_at timestamptz, last_used_at timestamptz, expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.id, d.device, d.ip, d.created_at, d.last_used_at, d.expires_at from public.trusted_devices d
        where d.user_id = p_user_id and d.expires_at > now()
        order by d.last_used_at desc, d.id
    $$;

create function app.revoke_trusted_device(p_user_id uuid, p_id uuid)
    returns boolean
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        delete from public.trusted_devices where user_id = p_user_id and id = p_id;
        return found;
    end
    $$;

-- ---------------------------------------------------------------------------------------------
-- Security events.

-- Failures of one kind from one place within ten minutes are one event, as a person would tell it.
create function app.note_security_event(p_id uuid, p_user_id uuid, p_kind text, p_device text, p_ip text)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        insert into public.security_events (id, user_id, kind, device, ip)
        select p_id, p_user_id, p_kind, p_device, p_ip
        where p_kind not in ('sign_in_failed', 'sign_in_locked') or not exists (
            select from public.security_events e
            where e.user_id = p_user_id and e.kind = p_kind and e.device = p_device and e.ip = p_ip
              and e.occurred_at > now() - interval '10 minutes')
    $$;

-- The device is new if nobody has signed in with one of its name before.
create function app.note_device(p_id uuid, p_user_id uuid, p_device text, p_ip text)
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        insert into public.security_events (id, user_id, kind, device, ip)
        select p_id, p_user_id, 'new_device', p_device, p_ip
        where not exists (
            select from public.security_events e
            where e.user_id = p_user_id and e.kind = 'new_device' and e.device = p_device)
    $$;

create function app.list_security_events(p_user_id uuid, p_limit bigint)
    returns table (kind text, device text, ip text, occurred_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select e.kind, e.device, e.ip, e.occurred_at from public.security_events e
        where e.user_id = p_user_id order by e.occurred_at desc, e.id desc limit p_limit
    $$;

-- ---------------------------------------------------------------------------------------------

-- As in 0001; a new password also asks every device for the code again.
create or replace function app.use_password_reset(p_token_hash bytea, p_password_hash text)
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
        delete from public.pending_sign_ins where user_id = found_user;
        delete from public.trusted_devices where user_id = found_user;
        return found_user;
    end
    $$;

-- House-keeping, run by the worker. Recovery codes that nobody said they have kept are not shown for ever.
create function app.delete_expired_sign_in_steps()
    returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp
    as $$
        delete from public.pending_sign_ins where expires_at < now();
        delete from public.trusted_devices where expires_at < now();
        delete from public.mfa_factors where confirmed_at is null and created_at < now() - interval '1 day';
        update public.mfa_factors set codes_sealed = null, codes_key_version = null
            where codes_sealed is not null and codes_made_at < now() - interval '1 day';
        delete from public.security_events where occurred_at < now() - interval '1 year';
    $$;

-- As at the end of 0001, for the functions that are new here.
grant create on schema app to supportsignal_auth;
do $$
declare f regprocedure;
begin
    for f in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where n.nspname = 'app' and p.prosecdef and p.proowner <> 'supportsignal_auth'::regrole
    loop
        execute format('revoke execute on function %s from public', f);
        execute format('grant execute on function %s to supportsignal_runtime', f);
        execute format('alter function %s owner to supportsignal_auth', f);
    end loop;
end
$$;
revoke create on schema app from supportsignal_auth;
