-- What a person keeps of the dashboard, and how its figures lead to the reports behind them.

-- A dashboard's filters under a name of one's own.
create table saved_views (
    tenant_id uuid not null constraint saved_views_tenant_fkey references tenants (id),
    id uuid not null,
    user_id uuid not null, -- whose it is; nobody else sees it
    name text not null constraint saved_views_name_length check (char_length(name) between 1 and 60),
    query text not null constraint saved_views_query_length check (char_length(query) <= 300), -- of the page's address
    created_at timestamptz not null default now(),
    constraint saved_views_pkey primary key (tenant_id, id),
    constraint saved_views_name_key unique (tenant_id, user_id, name),
    constraint saved_views_user_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id)
);

alter table saved_views enable row level security;
alter table saved_views force row level security;
create policy saved_views_tenant on saved_views
    using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()));
grant select, insert, delete on saved_views to supportsignal_runtime;
grant update (name) on saved_views to supportsignal_runtime;

-- Stands for words in an address, which must not hold them: a name that is in no register, a condition.
-- Case, spaces and what follows 300 characters don't count, as in the figures (0013_figures.sql). The
-- organisation's id is part of it, so that the same words have another key elsewhere.
create function app.words_key(tenant_id uuid, words text) returns text
    language sql immutable parallel safe set search_path = pg_catalog, pg_temp
    as $$
        select left(encode(sha256(convert_to(
            tenant_id || lower(left(btrim(regexp_replace(words, '\s+', ' ', 'g')), 300)), 'UTF8')), 'hex'), 24)
    $$;
revoke execute on function app.words_key(uuid, text) from public;
grant execute on function app.words_key(uuid, text) to supportsignal_runtime;
