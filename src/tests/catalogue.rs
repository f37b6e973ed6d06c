//! Every table is isolated by tenant, as PostgreSQL itself tells it.

use super::{
    catalogue_walk::{find_defects, find_stale_exceptions},
    database::TestDb,
};

#[tokio::test]
async fn every_table_is_isolated_by_tenant_or_excused_with_a_reason() {
    let db = TestDb::create().await;
    assert_eq!(find_defects(&db.admin).await, Vec::<String>::new());
}

#[tokio::test]
async fn no_excuse_outlives_what_it_excuses() {
    let db = TestDb::create().await;
    assert_eq!(find_stale_exceptions(&db.admin).await, Vec::<&str>::new());
}

#[tokio::test]
async fn the_walk_names_every_defect() {
    let db = TestDb::create().await;
    let bad = "
        create table stray (id uuid primary key);
        create table loose (
            tenant_id uuid not null, id uuid not null, code text not null unique, author uuid, other_tenant uuid,
            primary key (tenant_id, id),
            constraint loose_author_fkey foreign key (other_tenant, author) references memberships (tenant_id, user_id));
        create index loose_author_idx on loose (author, tenant_id);
        alter table loose enable row level security;
        create policy loose_tenant on loose using (true);
        alter table sites no force row level security;
        create policy sites_everybody on sites for select using (true);
        grant select (email) on users to supportsignal_runtime;
        grant truncate on sites to supportsignal_runtime;
        grant update (details) on audit_events to supportsignal_runtime;
        create function app.peek() returns bigint language sql security definer as 'select count(*) from public.users';
        create view everything as select * from incidents;
        create schema elsewhere;
        create table elsewhere.notes (body text);";
    sqlx::raw_sql(bad).execute(&db.admin).await.unwrap();

    let mut defects = find_defects(&db.admin).await;
    defects.sort();
    insta::assert_snapshot!(defects.join("\n"), @"
    app.peek(): a function can be executed by everybody
    app.peek(): a function runs as its owner without a pinned search_path
    app.peek(): a function runs as somebody else than supportsignal_auth
    audit_events: the server's role may rewrite the audit trail
    elsewhere.notes: it lies outside the schemas public and job_queue
    everything: a view reads as its owner
    loose.loose_author_fkey: a foreign key to tenant data doesn't match tenant_id with tenant_id
    loose.loose_author_idx: an index doesn't lead with tenant_id
    loose.loose_code_key: a unique key doesn't start with tenant_id
    loose.loose_tenant: * to public using true: a policy lets more through
    loose: its tenant_id is no foreign key to tenants
    loose: no policy compares tenant_id for reading and for writing
    loose: row-level security doesn't bind its owner
    sites.sites_everybody: r to public using true: a policy lets more through
    sites: row-level security doesn't bind its owner
    sites: the server's role may do what row-level security doesn't see
    stray.stray_pkey: a unique key doesn't start with tenant_id
    stray: it has no column tenant_id uuid not null
    stray: it has no index that leads with tenant_id
    stray: its primary key doesn't start with tenant_id
    stray: its tenant_id is no foreign key to tenants
    stray: no policy compares tenant_id for reading and for writing
    stray: row-level security doesn't bind its owner
    stray: row-level security is off
    users: the server's role may touch it
    ");
}

#[tokio::test]
async fn a_role_with_power_over_row_level_security_is_a_defect() {
    let db = TestDb::create().await;
    // In a transaction, because roles belong to the whole server; a pool of one sees it.
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(1)
        .connect_with(db.admin.connect_options().as_ref().clone())
        .await
        .unwrap();
    sqlx::raw_sql("begin; alter role supportsignal_runtime bypassrls").execute(&pool).await.unwrap();
    let defects = find_defects(&pool).await;
    sqlx::raw_sql("rollback").execute(&pool).await.unwrap();
    assert_eq!(defects, ["supportsignal_runtime: the server's role has power over row-level security"]);
}
