//! Tests that are real calls, and what forbids them.

use super::{audit_of, start};
use crate::fake_provider::KEY;
use supportsignal::ai::provider::FallbackReason;

#[tokio::test]
async fn a_test_is_a_real_call_and_says_what_came_back() {
    let (app, dana, fake) = start().await;
    let provider = dana.add_local(&fake, KEY).await;
    assert_eq!(provider.last_test, None);
    dana.test_provider(provider.id).await.unwrap();
    let test = dana.only_provider().await.last_test.unwrap();
    assert!(test.problem.is_none() && test.latency_ms.is_some());
    assert_eq!(fake.requests().last().unwrap().body["model"], "small");
    assert!(dana.get("/banksia/ai").await.body.contains("Works"));

    // A wrong key is told as such.
    let revision = provider.revision.to_string();
    let id = provider.id.to_string();
    let fields = [
        ("id", id.as_str()),
        ("revision", &revision),
        ("kind", "openai_compatible"),
        ("name", "Local"),
        ("base_url", &fake.address),
        ("key", "sk-another-key-altogether"),
        ("test_model", "small"),
        ("is_enabled", "true"),
    ];
    dana.save_provider(&fields).await.unwrap();
    assert_eq!(dana.only_provider().await.last_test, None, "what was tested isn't there any more");
    dana.test_provider(provider.id).await.unwrap();
    assert_eq!(dana.only_provider().await.last_test.unwrap().problem, Some(FallbackReason::Unauthorised));
    let page = dana.get(&format!("/banksia/ai?tested={id}")).await;
    assert!(page.body.contains("The provider refused the key."));

    let ledger: Vec<(String, String, String, Option<String>)> = sqlx::query_as(
        "select workflow_step, ai_model, outcome, problem from usage_events where tenant_id = $1 order by id",
    )
    .bind(app.seed.banksia.id.uuid())
    .fetch_all(&app.db.admin)
    .await
    .unwrap();
    let entry = |outcome: &str, problem: Option<&str>| {
        ("connection_test".to_owned(), "small".to_owned(), outcome.to_owned(), problem.map(str::to_owned))
    };
    assert_eq!(ledger, [entry("succeeded", None), entry("failed", Some("unauthorised"))]);
    let tested = audit_of(&app, "ai_provider.tested").await;
    assert_eq!(tested, [serde_json::json!({ "problem": null }), serde_json::json!({ "problem": "unauthorised" })]);
}

#[tokio::test]
async fn nothing_is_sent_when_limits_or_the_switch_forbid_it() {
    let (_app, dana, fake) = start().await;
    let provider = dana.add_local(&fake, KEY).await;
    dana.save_limits(1, "25", "", "on").await.unwrap();
    dana.test_provider(provider.id).await.unwrap();
    let test = dana.only_provider().await.last_test.unwrap();
    assert_eq!(test.problem, Some(FallbackReason::CapTenant), "no limit can be kept for an unknown price");
    dana.save_limits(2, "", "", "off").await.unwrap();
    dana.test_provider(provider.id).await.unwrap();
    assert_eq!(dana.only_provider().await.last_test.unwrap().problem, Some(FallbackReason::ProvidersOff));
    assert_eq!(fake.requests().len(), 0);
    dana.save_limits(3, "", "", "on").await.unwrap();
    dana.test_provider(provider.id).await.unwrap();
    assert_eq!(fake.requests().len(), 1, "and it is once they don't");
}
