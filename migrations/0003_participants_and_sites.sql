-- Whom and where a provider supports. Deliberately small: a report also takes a name that is not
-- in the list, so that nobody has to stop reporting in order to keep a register.

create table sites (
    tenant_id uuid not null constraint sites_tenant_fkey references tenants (id),
    id uuid not null,
    name text not null constraint sites_name_length check (char_length(name) between 1 and 120),
    address text not null default '' constraint sites_address_length check (char_length(address) <= 300),
    status text not null default 'active' constraint sites_status check (status in ('active', 'archived')),
    revision integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint sites_pkey primary key (tenant_id, id),
    constraint sites_name_key unique (tenant_id, name)
);

create table participants (
    tenant_id uuid not null constraint participants_tenant_fkey references tenants (id),
    id uuid not null,
    name text not null constraint participants_name_length check (char_length(name) between 1 and 120),
    ndis_number text constraint participants_ndis_number_format check (ndis_number ~ '^[0-9]{9}$'),
    site_id uuid,
    status text not null default 'active' constraint participants_status check (status in ('active', 'archived')),
    revision integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint participants_pkey primary key (tenant_id, id),
    constraint participants_ndis_number_key unique (tenant_id, ndis_number),
    constraint participants_site_fkey foreign key (tenant_id, site_id) references sites (tenant_id, id)
);
create index participants_name_idx on participants (tenant_id, name, id);
create index participants_site_idx on participants (tenant_id, site_id);

alter table sites enable row level security;
alter table sites force row level security;
create policy sites_tenant on sites
    using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()));
alter table participants enable row level security;
alter table participants force row level security;
create policy participants_tenant on participants
    using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()));
grant select, insert, update on sites, participants to supportsignal_runtime;
