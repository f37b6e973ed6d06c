//! Who answers for what and for whom.

use super::{audit_of, start};
use crate::{app::TestApp, browser::Browser, fake_provider::KEY};
use supportsignal::{
    accounts::member::Member,
    ai::provider::FallbackReason,
    audit::store::find_break,
    ids::UserId,
    platform::database::TenantTx,
    prompts::step::WorkflowStep,
    providers::{
        route::{Route, find_route},
        settings_forms::person_key,
    },
};

async fn route(app: &TestApp, user_id: Option<UserId>, model: Option<&str>) -> Result<String, Option<FallbackReason>> {
    let mut tx = TenantTx::begin_for_system(&app.db.pool, app.seed.banksia.id).await.unwrap();
    match find_route(&mut tx, WorkflowStep::ClassifyIncident, user_id, model).await.unwrap() {
        Route::BuiltIn => Err(None),
        Route::Fallback(reason) => Err(Some(reason)),
        Route::Provider(access) => Ok(format!("{} {}", access.name, access.model)),
    }
}

#[tokio::test]
async fn a_step_is_answered_by_whom_the_settings_say() {
    let (app, dana, fake) = start().await;
    let tenant = &app.seed.banksia;
    let priya = Some(tenant.worker.user_id);
    assert_eq!(route(&app, priya, None).await, Err(None));
    let provider = dana.add_local(&fake, KEY).await;
    assert_eq!(route(&app, priya, None).await, Err(None), "a provider that nobody chose gets nothing");
    dana.choose(&provider.id.to_string(), "small").await.unwrap();
    assert_eq!(route(&app, priya, None).await, Ok("Local small".to_owned()));
    assert_eq!(route(&app, None, Some("large")).await, Ok("Local large".to_owned()));

    set_access(&dana, &[(&tenant.worker, false), (&tenant.colleague, true)]).await;
    assert_eq!(route(&app, priya, None).await, Err(Some(FallbackReason::NoAccess)));
    assert_eq!(route(&app, Some(tenant.colleague.user_id), None).await, Ok("Local small".to_owned()));
    assert_eq!(route(&app, None, None).await, Ok("Local small".to_owned()));
    let stranger = Some(app.seed.wattle.worker.user_id);
    assert_eq!(route(&app, stranger, None).await, Err(Some(FallbackReason::NoAccess)), "not a member");

    // Switched off: without the tick.
    let fields = [
        ("id", provider.id.to_string()),
        ("revision", provider.revision.to_string()),
        ("kind", "openai_compatible".to_owned()),
        ("name", "Local".to_owned()),
        ("base_url", fake.address.clone()),
        ("test_model", "small".to_owned()),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    dana.save_provider(&fields).await.unwrap();
    assert_eq!(route(&app, None, None).await, Err(Some(FallbackReason::ProviderDisabled)));
    assert!(dana.only_provider().await.has_key, "an empty key field keeps the key");
    let revision = dana.settings().await.switch.revision;
    dana.save_limits(revision, "", "", "off").await.unwrap();
    assert_eq!(route(&app, priya, None).await, Err(Some(FallbackReason::ProvidersOff)), "said first");
    dana.choose("", "").await.unwrap();
    assert_eq!(route(&app, priya, None).await, Err(None));

    let mut tx = TenantTx::begin(&app.db.pool, &tenant.admin).await.unwrap();
    assert_eq!(find_break(&mut tx).await.unwrap(), None);
}

async fn set_access(admin: &Browser, people: &[(&Member, bool)]) {
    let mut fields = vec![("tenant".to_owned(), "banksia".to_owned())];
    for (person, allowed) in people {
        let key = person_key(person.user_id);
        fields.push((format!("shown[{key}]"), "1".to_owned()));
        if *allowed {
            fields.push((format!("allowed[{key}]"), "true".to_owned()));
        }
    }
    admin.call::<()>("providers/save-access", &fields).await.unwrap();
}

#[tokio::test]
async fn access_changes_for_those_on_the_page_and_is_audited() {
    let (app, dana, _fake) = start().await;
    let (tenant, other) = (&app.seed.banksia, &app.seed.wattle);
    set_access(&dana, &[(&tenant.worker, false), (&tenant.colleague, true), (&other.worker, false)]).await;
    let people = dana.settings().await.people;
    let without: Vec<_> = people.iter().filter(|person| !person.llm_access).map(|person| person.user_id).collect();
    assert_eq!(without, [tenant.worker.user_id], "who wasn't on the page keeps theirs");
    assert_eq!(audit_of(&app, "membership.llm_access_changed").await, [serde_json::json!({ "allowed": false })]);
    let foreign: bool = sqlx::query_scalar("select llm_access from memberships where tenant_id = $1 and user_id = $2")
        .bind(other.id.uuid())
        .bind(other.worker.user_id.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert!(foreign, "another organisation's people aren't touched");
}
