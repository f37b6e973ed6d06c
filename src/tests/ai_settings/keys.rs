//! Keys: seen by nobody, bound to their address, sealed anew.

use super::{audit_of, start, with_tenant};
use crate::{
    ai_rows::SERVER_KEY,
    app::TestApp,
    browser::Answer,
    fake_provider::{FakeProvider, KEY},
    seed::email,
};
use http::StatusCode;
use sqlx::AssertSqlSafe;
use std::path::Path;
use supportsignal::{
    ai::provider::FallbackReason,
    platform::{database::TenantTx, seal::KeyRing},
    providers::store::keys::reseal_outdated,
};

/// Everything that the database holds, as text.
async fn dump(app: &TestApp) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "select oid::regclass::text from pg_class where relkind in ('r', 'p')
           and relnamespace in ('public'::regnamespace, 'job_queue'::regnamespace)",
    )
    .fetch_all(&app.db.admin)
    .await
    .unwrap();
    let mut text = String::new();
    for table in tables {
        let sql = format!("select coalesce(string_agg(to_jsonb(t)::text, ' '), '') from {table} t");
        text += &sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)).fetch_one(&app.db.admin).await.unwrap();
    }
    text
}

#[tokio::test]
async fn a_key_is_in_no_answer_no_table_and_no_audit_event() {
    let (app, dana, fake) = start().await;
    let answer: Answer = dana
        .post_form(
            "/banksia/ai/providers/new",
            "providers/save",
            &with_tenant(&[
                ("kind", "openai_compatible"),
                ("name", "Local"),
                ("base_url", &fake.address),
                ("key", KEY),
                ("test_model", "small"),
                ("is_enabled", "true"),
                ("then", "test"),
            ]),
        )
        .await;
    assert_eq!(answer.status, StatusCode::FOUND, "{answer:?}");
    let provider = dana.only_provider().await;
    assert_eq!((provider.has_key, provider.key_hint.as_deref()), (true, Some("wxyz")));
    assert_eq!(fake.requests().last().unwrap().authorization, format!("Bearer {KEY}"), "it is used all the same");

    let id = provider.id.to_string();
    let mut texts = vec![format!("{:?} {}", answer.headers, answer.body)];
    for path in ["/banksia/ai", "/banksia/ai/providers/new", &format!("/banksia/ai/providers/{id}"), "/banksia/usage"] {
        let page = dana.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        texts.push(page.body);
    }
    texts.push(dana.post("providers/settings", &with_tenant(&[])).await.body);
    texts.push(dana.post("providers/get", &with_tenant(&[("id", &id)])).await.body);
    // Refused forms don't send it back either.
    let refused = [("kind", "openai_compatible"), ("name", ""), ("key", KEY)];
    texts.push(format!(
        "{:?}",
        dana.post_form("/banksia/ai/providers/new", "providers/save", &with_tenant(&refused)).await
    ));
    texts.push(dump(&app).await);
    let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let base64 = "c2stdGVzdC0wMTIzNDU2Nzg5YWJjZGVmd3h5eg==";
    for text in &texts {
        for secret in [KEY, hex.as_str(), base64, &KEY[..20]] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(texts.last().unwrap().contains("wxyz"), "the dump does read the providers");
    let saved = audit_of(&app, "ai_provider.saved").await;
    assert_eq!(saved, [serde_json::json!({ "kind": "openai_compatible", "added": true })]);
}

#[tokio::test]
async fn a_key_doesnt_move_to_another_address() {
    let (app, dana, fake) = start().await;
    let provider = dana.add_local(&fake, KEY).await;
    let elsewhere = FakeProvider::start().await;
    let id = provider.id.to_string();
    let moved = |revision: i32, kind: &str, address: &str, key: &str| {
        let fields = [
            ("id", id.as_str()),
            ("revision", &revision.to_string()),
            ("kind", kind),
            ("name", "Local"),
            ("base_url", address),
            ("key", key),
            ("test_model", "small"),
            ("is_enabled", "true"),
        ];
        with_tenant(&fields)
    };
    let answer =
        dana.post_form("/banksia/ai", "providers/save", &moved(1, "openai_compatible", &elsewhere.address, "")).await;
    assert!(answer.location().contains("key=dropped"), "{answer:?}");
    let provider = dana.only_provider().await;
    assert_eq!((provider.has_key, provider.key_hint.as_deref()), (false, None));
    dana.test_provider(provider.id).await.unwrap();
    assert!(elsewhere.requests().iter().all(|request| !request.authorization.contains(KEY)));

    // With the key entered again it goes along.
    dana.post("providers/save", &moved(2, "openai_compatible", &fake.address, KEY)).await;
    assert!(dana.only_provider().await.has_key);
    // A kind that needs a key isn't saved without one; nothing has changed.
    let error = dana.post("providers/save", &moved(3, "openai", "", "")).await.error();
    assert!(error.at("key").is_some_and(|message| message.contains("again")), "{error:?}");
    let provider = dana.only_provider().await;
    assert_eq!((provider.revision, provider.has_key, provider.kind.as_str()), (3, true, "openai_compatible"));
    let changes: Vec<_> =
        audit_of(&app, "ai_provider.saved").await.into_iter().map(|details| details["changed"].clone()).collect();
    assert_eq!(changes[1], serde_json::json!(["address", "key"]));
}

#[tokio::test]
async fn a_key_under_an_older_server_key_is_sealed_anew_and_still_opens() {
    let app = TestApp::start_with(|config| config.ai_keys = Some(SERVER_KEY.into())).await;
    let tenant = &app.seed.banksia;
    let dana = app.sign_in(&email("admin", tenant)).await;
    let fake = FakeProvider::start().await;
    let provider = dana.add_local(&fake, KEY).await;
    let two = format!("{SERVER_KEY},2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=");
    let newer = KeyRing::from_settings(Some(&two), Path::new("")).unwrap();
    let stored = async || -> (Vec<u8>, i32) {
        sqlx::query_as("select sealed_key, key_version from ai_providers where tenant_id = $1")
            .bind(tenant.id.uuid())
            .fetch_one(&app.db.admin)
            .await
            .unwrap()
    };
    let before = stored().await;
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.admin).await.unwrap();
    reseal_outdated(&mut tx, &app.services.keys).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stored().await, before, "what is up to date stays as it is");
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.admin).await.unwrap();
    reseal_outdated(&mut tx, &newer).await.unwrap();
    tx.commit().await.unwrap();
    let after = stored().await;
    assert!(after.0 != before.0 && after.1 == 2);
    let context = supportsignal::providers::route::key_context(tenant.id, provider.id);
    let opened = newer.open(&context, &after.0, after.1).unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&opened), KEY);

    // A server without the newer key says so instead of sending nothing or nonsense.
    dana.test_provider(provider.id).await.unwrap();
    assert_eq!(dana.only_provider().await.last_test.unwrap().problem, Some(FallbackReason::NoKey));
    assert_eq!(fake.requests().len(), 0);
}
