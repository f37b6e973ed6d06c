//! The audit trail shows what was done to it, even by somebody with the owner's and the superuser's password.

use super::database::TestDb;
use sqlx::{AssertSqlSafe, PgPool, Postgres, pool::PoolConnection};
use supportsignal::{
    audit::{
        event::Action,
        store::{find_break, record},
    },
    ids::TenantId,
    platform::database::TenantTx,
};
use uuid::Uuid;

/// Who rewrites a row with its hash leaves the rest of the chain.
const REHASH: &str = "update audit_events e set hash = app.audit_hash(e) where";

#[tokio::test]
async fn the_trail_of_everything_that_was_seeded_holds() {
    let db = TestDb::create().await;
    let seed = db.seed().await;
    for tenant in [&seed.banksia, &seed.wattle] {
        let mut tx = TenantTx::begin(&db.pool, &tenant.worker).await.unwrap();
        assert_eq!(find_break(&mut tx).await.unwrap(), None);
        let events: i64 =
            sqlx::query_scalar("select count(*) from audit_events").fetch_one(tx.connection()).await.unwrap();
        assert!(events > 10, "{} has a trail of {events} events", tenant.slug);
    }
}

#[tokio::test]
async fn whatever_is_done_to_the_trail_is_found_where_it_was_done() {
    let db = TestDb::create().await;
    let tenant = db.seed().await.banksia.id;
    let last: i64 = sqlx::query_scalar("select position from audit_heads where tenant_id = $1")
        .bind(tenant.uuid())
        .fetch_one(&db.admin)
        .await
        .unwrap();
    let tampering = [
        ("details changed", "update audit_events set details = '{\"number\": 99}' where position = 4".to_owned(), 4),
        ("somebody else named", "update audit_events set actor_id = null where position = 9".to_owned(), 9),
        (
            "a time moved",
            "update audit_events set occurred_at = occurred_at - interval '1 day' where position = 3".to_owned(),
            3,
        ),
        ("a row removed", "delete from audit_events where position = 5".to_owned(), 5),
        ("the first row removed", "delete from audit_events where position = 1".to_owned(), 1),
        ("the last row removed", format!("delete from audit_events where position = {last}"), last),
        (
            "two rows exchanged",
            "update audit_events set position = -6 where position = 6;
             update audit_events set position = 6 where position = 7;
             update audit_events set position = 7 where position = -6"
                .to_owned(),
            6,
        ),
        (
            "a gap closed",
            "delete from audit_events where position = 5;
             update audit_events set position = position - 1 where position > 5"
                .to_owned(),
            5,
        ),
        (
            "a row rewritten with its hash",
            format!(
                "update audit_events set details = '{{}}', action = 'site.added' where position = 4; {REHASH} position = 4"
            ),
            5,
        ),
        (
            "the newest row rewritten with its hash",
            format!(
                "update audit_events set details = '{{\"number\": 99}}' where position = {last}; {REHASH} position = {last}"
            ),
            last,
        ),
        (
            "a row slipped in",
            "insert into audit_events (tenant_id, id, position, action, subject_type, subject_id, previous_hash, hash)
             select tenant_id, gen_random_uuid(), position + 1, 'site.added', 'site', gen_random_uuid(), hash, hash
             from audit_events order by position desc limit 1"
                .to_owned(),
            last + 1,
        ),
    ];
    for (what, sql, position) in tampering {
        assert_eq!(find_break_after(&db, tenant, &sql).await, Some(position), "{what}");
    }
    assert_eq!(find_break_after(&db, tenant, "select 1").await, None, "left alone, it holds");
}

/// Tampers, looks, and undoes it.
async fn find_break_after(db: &TestDb, tenant: TenantId, sql: &str) -> Option<i64> {
    let mut connection = acquire(&db.admin).await;
    let begin = format!(
        "begin;
         set local session_replication_role = replica; -- or a trigger would chain what is slipped in
         set local role supportsignal_owner; -- who may do everything, in this organisation's rows
         select set_config('app.current_tenant_id', '{tenant}', true)"
    );
    sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut *connection).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *connection).await.unwrap();
    let found = sqlx::query_scalar("select app.find_audit_break()").fetch_one(&mut *connection).await.unwrap();
    sqlx::raw_sql("rollback").execute(&mut *connection).await.unwrap();
    found
}

#[tokio::test]
async fn an_event_takes_its_place_in_the_chain_whatever_its_writer_claims() {
    let db = TestDb::create().await;
    let tenant = &db.seed().await.wattle;
    let mut tx = TenantTx::begin(&db.pool, &tenant.worker).await.unwrap();
    let claimed =
        "insert into audit_events (tenant_id, id, position, action, subject_type, subject_id, previous_hash, hash,
                                             occurred_at)
                   values ($1, $2, 1, 'site.added', 'site', $2, 'forged', 'forged', '2001-01-01')";
    sqlx::query(claimed).bind(tenant.id.uuid()).bind(Uuid::now_v7()).execute(tx.connection()).await.unwrap();
    record(&mut tx, Action::SiteAdded, "site", tenant.site.uuid(), serde_json::json!({})).await.unwrap();
    assert_eq!(find_break(&mut tx).await.unwrap(), None);
    let forged: i64 =
        sqlx::query_scalar("select count(*) from audit_events where occurred_at < '2020-01-01' or hash = 'forged'")
            .fetch_one(tx.connection())
            .await
            .unwrap();
    assert_eq!(forged, 0);
}

#[tokio::test]
async fn the_servers_role_can_only_add_to_the_trail() {
    let db = TestDb::create().await;
    let tenant = &db.seed().await.banksia;
    for sql in [
        "update audit_events set details = '{}'",
        "delete from audit_events",
        "truncate audit_events",
        "update audit_heads set position = 0",
        "delete from audit_heads",
        "alter table audit_events disable trigger audit_events_chain",
    ] {
        let mut tx = TenantTx::begin(&db.pool, &tenant.admin).await.unwrap();
        let error = sqlx::raw_sql(sql).execute(tx.connection()).await.unwrap_err();
        assert_eq!(error.as_database_error().and_then(|error| error.code()).as_deref(), Some("42501"), "{sql}");
    }
}

#[expect(clippy::disallowed_methods, reason = "whoever tampers doesn't come through TenantTx")]
async fn acquire(admin: &PgPool) -> PoolConnection<Postgres> {
    admin.acquire().await.unwrap()
}
