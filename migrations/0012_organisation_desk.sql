-- What an organisation's admin and the system admin decide about an organisation, as far as every
-- request needs it.

alter table tenants
    -- A trial that is over reads but doesn't write, like a suspended organisation. Null: no end is set.
    add column trial_ends_at timestamptz,
    -- Nobody reaches the organisation's pages without a second factor.
    add column second_factor_required boolean not null default false;

-- Every request asks this once, so it also tells what the organisation allows at this moment.
drop function app.memberships_of(uuid);
create function app.memberships_of(p_user_id uuid)
    returns table (tenant_id uuid, slug text, name text, tenant_status text, trial_ends_at timestamptz,
                   second_factor_required boolean, time_zone text, display_name text, role text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.id, t.slug, t.name, t.status, t.trial_ends_at, t.second_factor_required, t.time_zone,
               m.display_name, m.role
        from public.memberships m join public.tenants t on t.id = m.tenant_id
        where m.user_id = p_user_id and m.status = 'active'
        order by t.name, t.id
    $$;
revoke execute on function app.memberships_of(uuid) from public;
grant execute on function app.memberships_of(uuid) to supportsignal_runtime;
grant create on schema app to supportsignal_auth;
alter function app.memberships_of(uuid) owner to supportsignal_auth;
revoke create on schema app from supportsignal_auth;
