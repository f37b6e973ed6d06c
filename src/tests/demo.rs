//! The demo, filled as `supportsignal demo` does.

use super::{
    app::{DataFolder, config, services},
    database::TestDb,
};
use supportsignal::{demo, platform::Services};

/// A database as `migrate` leaves it, without any organisation.
async fn empty_database() -> TestDb {
    let db = TestDb::create().await;
    sqlx::raw_sql(
        "do $$
         declare t text;
         begin
             set local session_replication_role = replica;
             for t in select c.table_name from information_schema.columns c
                      join information_schema.tables using (table_schema, table_name)
                      where c.table_schema = 'public' and c.column_name = 'tenant_id' and table_type = 'BASE TABLE'
             loop
                 execute format('delete from %I where tenant_id <> app.system_tenant_id()', t);
             end loop;
             delete from memberships;
             delete from tenants where id <> app.system_tenant_id();
             delete from users;
         end
         $$",
    )
    .execute(&db.admin)
    .await
    .unwrap();
    db
}

/// What the organisation's people were told when they asked this.
async fn answers(db: &TestDb, slug: &str, question: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select a.content from chat_messages q
         join chat_messages a on a.tenant_id = q.tenant_id and a.question_id = q.id
         join tenants t on t.id = q.tenant_id
         where t.slug = $1 and q.content = $2 and a.status = 'completed'",
    )
    .bind(slug)
    .bind(question)
    .fetch_all(&db.admin)
    .await
    .unwrap()
}

async fn count(db: &TestDb, query: &'static str, slug: &str) -> i64 {
    sqlx::query_scalar(query).bind(slug).fetch_one(&db.admin).await.unwrap()
}

async fn fill(services: &Services) {
    assert!(demo::fill(services).await.unwrap());
}

#[tokio::test]
async fn the_demo_can_be_asked_and_each_organisation_says_what_its_own_documents_say() {
    let db = empty_database().await;
    let folder = DataFolder::new();
    let services = services(db.pool.clone(), config(folder.path()));
    fill(&services).await;

    let weekend = "Who do I call after a medication error on a weekend?";
    let [banksia] = answers(&db, "banksia", weekend).await.try_into().unwrap();
    assert!(banksia.contains("0491 570 156") && !banksia.contains("(07)"), "{banksia}");
    let [coolibah] = answers(&db, "coolibah", weekend).await.try_into().unwrap();
    assert!(coolibah.contains("(07) 5550 0133") && !coolibah.contains("0491 570 156"), "{coolibah}");

    for slug in ["banksia", "coolibah"] {
        let documents = "select count(*) from documents d join tenants t on t.id = d.tenant_id
                         where t.slug = $1 and d.processing_status = 'completed' and d.chunk_count > 1";
        assert!(count(&db, documents, slug).await >= 20);
        let told = "select count(*) from chat_messages m join tenants t on t.id = m.tenant_id
                    where t.slug = $1 and m.outcome = 'answered'
                      and exists (select from chat_citations c where c.tenant_id = m.tenant_id and c.message_id = m.id and c.was_cited)";
        assert!(count(&db, told, slug).await >= 8);
        let open = "select count(*) from chat_messages m join tenants t on t.id = m.tenant_id
                    where t.slug = $1 and m.status <> 'completed'";
        assert_eq!(count(&db, open, slug).await, 0);
        let asked_often =
            "select count(*) from (select gap_id from unanswered_questions u join tenants t on t.id = u.tenant_id
                           where t.slug = $1 group by gap_id having count(*) >= 3) g";
        assert_eq!(count(&db, asked_often, slug).await, 1);
        let returned = "select count(*) from incident_returns r join tenants t on t.id = r.tenant_id
                        where t.slug = $1 and r.answered_at is null and r.asked_at < now() - interval '30 minutes'";
        assert_eq!(count(&db, returned, slug).await, 1);
        let months = "select count(distinct date_trunc('month', occurred_at)) from usage_events u
                      join tenants t on t.id = u.tenant_id where t.slug = $1 and cost_micros = 0";
        assert!(count(&db, months, slug).await >= 6);
        let waiting = "select count(*) from data_requests r join tenants t on t.id = r.tenant_id
                       where t.slug = $1 and r.status = 'received'
                         and exists (select from legal_holds h where h.tenant_id = r.tenant_id and h.lifted_at is null)";
        assert_eq!(count(&db, waiting, slug).await, 1);
    }

    let everything = "select (select count(*) from documents) + (select count(*) from chat_messages)
                             + (select count(*) from usage_events) where $1 <> ''";
    let before = count(&db, everything, "all").await;
    fill(&services).await;
    assert_eq!(count(&db, everything, "all").await, before, "a second run adds nothing");
}
