//! Connection checks: what works, what doesn't, and that the page says so.

use super::super::{
    app::TestApp,
    browser::Browser,
    fake_provider::{FakeProvider, KEY},
    seed::{SYSTEM_ADMIN, email},
};
use supportsignal::{
    connections::{
        connection::{CheckStatus, Connection, Target},
        probe::Finding,
        store::insert_check,
    },
    error::AppError,
    ids::ProviderId,
    platform::database::TenantTx,
    providers::{
        settings_forms::{NewProvider, ProviderForm},
        store::providers::{delete_provider, insert_provider},
    },
};

/// Where nothing listens.
const DEAD: &str = "http://127.0.0.1:1/v1";

async fn list(browser: &Browser, tenant: &str) -> Result<Vec<Connection>, AppError> {
    browser.call("connections/list", &[("tenant", tenant)]).await
}

async fn add_provider(app: &TestApp, name: &str, address: &str) -> ProviderId {
    let form = ProviderForm {
        kind: "openai_compatible".to_owned(),
        name: name.to_owned(),
        base_url: address.to_owned(),
        key: KEY.to_owned(),
        test_model: "small".to_owned(),
        is_enabled: "true".to_owned(),
        ..ProviderForm::default()
    };
    let new = NewProvider::parse(&form, |_, _| Ok(())).unwrap_or_else(|error| panic!("{error}"));
    let mut tx = TenantTx::begin(&app.db.pool, &app.seed.banksia.admin).await.unwrap();
    let id = insert_provider(&mut tx, &app.services.keys, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_check_says_in_plain_words_what_works_and_what_does_not() {
    let app = TestApp::start_with(|config| config.smtp_url = Some("smtp://user:secret@127.0.0.1:1".to_owned())).await;
    let fake = FakeProvider::start().await;
    add_provider(&app, "Alive", &fake.address).await;
    add_provider(&app, "Dead", DEAD).await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    assert!(list(&dana, "banksia").await.unwrap().iter().all(|connection| connection.last.is_none()));
    assert!(dana.get("/banksia/connections").await.body.contains("Nothing has been checked yet"));

    dana.call::<()>("connections/check", &[("tenant", "banksia")]).await.unwrap();
    let found = list(&dana, "banksia").await.unwrap();
    let told: Vec<_> =
        found.iter().map(|connection| (connection.name(), connection.last.as_ref().unwrap().status)).collect();
    let expected = [
        ("Database", CheckStatus::Works),
        ("Vector search (pgvector)", CheckStatus::Works),
        ("Mail", CheckStatus::Failed),
        ("File store", CheckStatus::Works),
        ("Meaning search on this server", CheckStatus::Limited),
        ("AI provider Alive", CheckStatus::Works),
        ("AI provider Dead", CheckStatus::Failed),
    ];
    assert_eq!(told, expected.map(|(name, status)| (name.to_owned(), status)));
    let error = |place: usize| found[place].last.as_ref().unwrap().error.clone().unwrap_or_default();
    assert!(error(2).contains("doesn't take our connection") && !error(2).contains("127.0.0.1"), "{}", error(2));
    assert!(error(6).contains("could not be reached"), "{}", error(6));
    assert!(found[0].last.as_ref().unwrap().latency_ms.is_some());
    let page = dana.get("/banksia/connections").await.body;
    assert!(page.contains("work at the last check: Mail, AI provider Dead"), "{page}");

    let calls: i64 = sqlx::query_scalar("select count(*) from usage_events where workflow_step = 'connection_test'")
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(calls, 2, "a check of a provider is a call as any other");
    let noted: serde_json::Value =
        sqlx::query_scalar("select details from audit_events where action = 'connections.checked'")
            .fetch_one(&app.db.admin)
            .await
            .unwrap();
    assert_eq!(noted, serde_json::json!({ "checked": 7, "failed": 2 }));
    app.services.log.flush().await;
    let lines: i64 = sqlx::query_scalar(
        "select count(*) from debug_logs where tenant_id = $1 and message = 'a connection doesn''t work'",
    )
    .bind(app.seed.banksia.id.uuid())
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(lines, 2);
}

#[tokio::test]
async fn the_latest_twenty_checks_are_kept_and_go_with_their_provider() {
    let app = TestApp::start().await;
    let (alive, other) = (add_provider(&app, "Alive", DEAD).await, add_provider(&app, "Other", DEAD).await);
    let admin = &app.seed.banksia.admin;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    for number in 0..23 {
        let status = if number % 2 == 0 { CheckStatus::Works } else { CheckStatus::Failed };
        for provider_id in [alive, other] {
            let finding = Finding {
                target: Target::AiProvider,
                provider_id: Some(provider_id),
                status,
                latency_ms: Some(number),
                error: None,
            };
            let mut tx = TenantTx::begin(&app.db.pool, admin).await.unwrap();
            insert_check(&mut tx, &finding).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
    let last = list(&dana, "banksia").await.unwrap().pop().unwrap().last.unwrap();
    assert_eq!((last.kept, last.failures, last.latency_ms), (20, 10, Some(22)));
    let mut tx = TenantTx::begin(&app.db.pool, admin).await.unwrap();
    delete_provider(&mut tx, alive, "Alive").await.unwrap();
    tx.commit().await.unwrap();
    let left: i64 =
        sqlx::query_scalar("select count(*) from connection_checks").fetch_one(&app.db.admin).await.unwrap();
    assert_eq!(left, 20, "those of the other provider");
}

#[tokio::test]
async fn each_sees_the_connections_of_their_own_place() {
    let app = TestApp::start().await;
    add_provider(&app, "Alive", DEAD).await;
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, &app.seed.banksia)).await;
        assert_eq!(list(&browser, "banksia").await.unwrap_err(), AppError::Forbidden, "{person}");
        let check = browser.call::<()>("connections/check", &[("tenant", "banksia")]).await;
        assert_eq!(check.unwrap_err(), AppError::Forbidden, "{person}");
    }
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let answer = sasha.post_form("/system/connections", "connections/check", &[("tenant", "system")]).await;
    assert_eq!(answer.location(), "/system/connections");
    let page = sasha.get("/system/connections").await;
    assert!(page.status.is_success() && page.body.contains("Mail is kept as files on the server"), "{}", page.body);
    assert!(list(&sasha, "system").await.unwrap().iter().all(|connection| connection.provider.is_none()));
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    assert!(list(&dana, "banksia").await.unwrap().iter().all(|connection| connection.last.is_none()));
}
