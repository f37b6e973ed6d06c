//! AI settings: keys that nobody gets to see, tests that are real calls, and who answers for what.

use super::{
    ai_rows::SERVER_KEY,
    app::TestApp,
    browser::{Answer, Browser},
    fake_provider::{FakeProvider, KEY},
    seed::{TenantSeed, email},
};
use http::StatusCode;
use sqlx::AssertSqlSafe;
use std::path::Path;
use supportsignal::{
    accounts::member::Member,
    ai::provider::FallbackReason,
    audit::store::find_break,
    error::AppError,
    ids::{ProviderId, UserId},
    platform::{database::TenantTx, seal::KeyRing},
    prompts::step::WorkflowStep,
    providers::{
        provider_settings::{AiSettings, Provider, ProviderPage},
        route::{Route, find_route},
        settings_forms::person_key,
        store::keys::reseal_outdated,
    },
};

const STEP: &str = "classify_incident";

/// What an admin does, as one call each.
impl Browser {
    async fn settings(&self) -> AiSettings {
        self.call("providers/settings", &[("tenant", "banksia")]).await.unwrap()
    }

    /// Saves a provider; fields left out are empty.
    async fn save_provider(&self, fields: &[(&str, &str)]) -> Result<(), AppError> {
        self.call("providers/save", &with_tenant(fields)).await
    }

    async fn test_provider(&self, id: ProviderId) -> Result<(), AppError> {
        self.call("providers/test", &with_tenant(&[("id", &id.to_string())])).await
    }

    async fn save_limits(
        &self,
        revision: i32,
        organisation: &str,
        person: &str,
        providers: &str,
    ) -> Result<(), AppError> {
        let revision = revision.to_string();
        let fields = [
            ("revision", revision.as_str()),
            ("monthly_cap", organisation),
            ("person_monthly_cap", person),
            ("providers", providers),
        ];
        self.call("providers/save-switch", &with_tenant(&fields)).await
    }

    /// Chooses a provider and model for [`STEP`].
    async fn choose(&self, provider: &str, model: &str) -> Result<(), AppError> {
        let revision = self.settings().await.switch.revision.to_string();
        let fields = [
            ("revision".to_owned(), revision),
            (format!("providers[{STEP}]"), provider.to_owned()),
            (format!("models[{STEP}]"), model.to_owned()),
            ("tenant".to_owned(), "banksia".to_owned()),
        ];
        self.call("providers/save-steps", &fields).await
    }

    /// Adds a server of this machine under the name "Local"; its only provider in these tests.
    async fn add_local(&self, fake: &FakeProvider, key: &str) -> Provider {
        let fields = [
            ("kind", "openai_compatible"),
            ("name", "Local"),
            ("base_url", fake.address.as_str()),
            ("key", key),
            ("test_model", "small"),
            ("is_enabled", "true"),
        ];
        self.save_provider(&fields).await.unwrap();
        self.only_provider().await
    }

    async fn only_provider(&self) -> Provider {
        let mut providers = self.settings().await.providers;
        assert_eq!(providers.len(), 1);
        providers.pop().unwrap()
    }
}

fn with_tenant(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    [("tenant", "banksia")]
        .iter()
        .chain(fields)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

async fn start() -> (TestApp, Browser, FakeProvider) {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    (app, dana, FakeProvider::start().await)
}

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

async fn audit_of(app: &TestApp, action: &str) -> Vec<serde_json::Value> {
    sqlx::query_scalar("select details from audit_events where tenant_id = $1 and action = $2 order by position")
        .bind(app.seed.banksia.id.uuid())
        .bind(action)
        .fetch_all(&app.db.admin)
        .await
        .unwrap()
}

async fn route(app: &TestApp, user_id: Option<UserId>, model: Option<&str>) -> Result<String, Option<FallbackReason>> {
    let mut tx = TenantTx::begin_for_system(&app.db.pool, app.seed.banksia.id).await.unwrap();
    match find_route(&mut tx, WorkflowStep::ClassifyIncident, user_id, model).await.unwrap() {
        Route::BuiltIn => Err(None),
        Route::Fallback(reason) => Err(Some(reason)),
        Route::Provider(access) => Ok(format!("{} {}", access.name, access.model)),
    }
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
async fn every_bad_field_of_a_provider_is_told() {
    let app = TestApp::start_with(|config| config.ai_private_addresses = false).await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let error = dana
        .save_provider(&[("kind", "openai_compatible"), ("name", "Local"), ("base_url", "http://10.0.0.1/v1")])
        .await
        .unwrap_err();
    assert!(error.at("base_url").is_some_and(|message| message.contains("https://")));
    let error = dana.save_provider(&[("kind", "openai"), ("name", "OpenAI")]).await.unwrap_err();
    assert!(error.at("key").is_some());
    dana.save_provider(&[("kind", "openai"), ("name", "OpenAI"), ("key", KEY)]).await.unwrap();
    let error = dana.save_provider(&[("kind", "anthropic"), ("name", "OpenAI"), ("key", KEY)]).await.unwrap_err();
    assert!(error.at("name").is_some(), "{error:?}");
    assert_eq!(dana.settings().await.providers.len(), 1);
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

#[tokio::test]
async fn the_later_of_two_changes_is_told() {
    let (app, dana, fake) = start().await;
    dana.save_limits(1, "25", "", "on").await.unwrap();
    let error = dana.save_limits(1, "2500", "", "on").await.unwrap_err();
    assert_eq!(error, AppError::Stale { current_revision: 2 });
    let fields = [("revision", "1"), ("tenant", "banksia")];
    let error = dana.call::<()>("providers/save-steps", &fields).await.unwrap_err();
    assert_eq!(error, AppError::Stale { current_revision: 2 });
    assert_eq!(dana.settings().await.switch.monthly_cap_micros, Some(25_000_000));
    let error = dana.save_limits(2, "lots", "", "on").await.unwrap_err();
    assert!(error.at("monthly_cap").is_some());
    assert_eq!(audit_of(&app, "ai_settings.changed").await, [serde_json::json!({ "changed": ["monthly_cap"] })]);

    let provider = dana.add_local(&fake, KEY).await;
    let id = provider.id.to_string();
    let fields = [("id", id.as_str()), ("revision", "7"), ("kind", "ollama"), ("name", "Mine")];
    assert_eq!(dana.save_provider(&fields).await.unwrap_err(), AppError::Stale { current_revision: 1 });
}

#[tokio::test]
async fn a_provider_goes_only_when_its_name_is_typed_and_no_step_needs_it() {
    let (app, dana, fake) = start().await;
    let provider = dana.add_local(&fake, KEY).await;
    let id = provider.id.to_string();
    let remove = async |name: &str| {
        dana.call::<()>("providers/remove", &with_tenant(&[("id", &id), ("confirmed_name", name)])).await
    };
    dana.choose(&id, "small").await.unwrap();
    let error = remove("Local").await.unwrap_err();
    assert!(matches!(&error, AppError::NotPossible { reason } if reason.contains("Classification")), "{error:?}");
    assert!(dana.get(&format!("/banksia/ai/providers/{id}")).await.body.contains("Classification"));
    dana.choose("", "").await.unwrap();
    assert!(remove("local").await.unwrap_err().at("confirmed_name").is_some());
    remove(" Local ").await.unwrap();
    assert_eq!(dana.settings().await.providers, []);
    assert_eq!(remove("Local").await.unwrap_err(), AppError::NotFound);
    assert_eq!(audit_of(&app, "ai_provider.removed").await.len(), 1);
}

#[tokio::test]
async fn another_organisations_provider_isnt_there() {
    let (app, dana, fake) = start().await;
    let provider = dana.add_local(&fake, KEY).await;
    let id = provider.id.to_string();
    let intruder = app.sign_in(&email("admin", &app.seed.wattle)).await;
    let own = |fields: &[(&str, &str)]| -> Vec<(String, String)> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        fields.chain([("tenant".to_owned(), "wattle".to_owned())]).collect()
    };
    let save = [("id", id.as_str()), ("revision", "1"), ("kind", "ollama"), ("name", "Mine")];
    for (endpoint, fields) in [
        ("providers/save", own(&save)),
        ("providers/remove", own(&[("id", &id), ("confirmed_name", "Local")])),
        ("providers/test", own(&[("id", &id)])),
    ] {
        assert_eq!(intruder.call::<()>(endpoint, &fields).await.unwrap_err(), AppError::NotFound, "{endpoint}");
    }
    let error = intruder.call::<ProviderPage>("providers/get", &own(&[("id", &id)])).await.unwrap_err();
    assert_eq!(error, AppError::NotFound);
    assert_eq!(intruder.get(&format!("/wattle/ai/providers/{id}")).await.status, StatusCode::NOT_FOUND);
    let steps = [("revision", "1"), ("providers[classify_incident]", &id), ("models[classify_incident]", "small")];
    let error = intruder.call::<()>("providers/save-steps", &own(&steps)).await.unwrap_err();
    assert!(error.at("provider_classify_incident").is_some(), "{error:?}");
    let error = intruder.call::<AiSettings>("providers/settings", &[("tenant", "banksia")]).await.unwrap_err();
    assert_eq!(error, AppError::NotFound, "nor are its settings");
    assert_eq!(fake.requests().len(), 0);
    assert_eq!(dana.only_provider().await, provider);
}

#[tokio::test]
async fn only_admins_configure() {
    let (app, dana, fake) = start().await;
    let tenant: &TenantSeed = &app.seed.banksia;
    let id = dana.add_local(&fake, KEY).await.id.to_string();
    let calls = [
        ("providers/settings", with_tenant(&[])),
        ("providers/get", with_tenant(&[("id", &id)])),
        ("providers/save", with_tenant(&[("kind", "ollama"), ("name", "Mine")])),
        ("providers/remove", with_tenant(&[("id", &id), ("confirmed_name", "Local")])),
        ("providers/test", with_tenant(&[("id", &id)])),
        ("providers/save-switch", with_tenant(&[("revision", "1"), ("providers", "off")])),
        ("providers/save-steps", with_tenant(&[("revision", "1")])),
        ("providers/save-access", with_tenant(&[])),
    ];
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, tenant)).await;
        for (endpoint, fields) in &calls {
            let answer = browser.post(endpoint, fields).await;
            assert_eq!(
                (answer.status, answer.error()),
                (StatusCode::FORBIDDEN, AppError::Forbidden),
                "{person}: {endpoint}"
            );
        }
        for path in ["/banksia/ai", "/banksia/ai/providers/new", &format!("/banksia/ai/providers/{id}")] {
            assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{person}: {path}");
        }
        let home = browser.get("/banksia").await.body;
        assert!(!home.contains("AI settings") && !home.contains("AI usage"), "{person} isn't offered it");
    }
    assert!(dana.get("/banksia").await.body.contains("AI settings"));
    assert_eq!(fake.requests().len(), 0);
}

#[tokio::test]
async fn the_settings_are_saved_without_javascript() {
    let (_app, dana, _fake) = start().await;
    let fields = [("revision", "1"), ("providers", "off"), ("monthly_cap", "25.50"), ("person_monthly_cap", "")];
    let answer = dana.post_form("/banksia/ai", "providers/save-switch", &with_tenant(&fields)).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::FOUND, "/banksia/ai?saved=limits#limits"));
    let page = dana.get("/banksia/ai?saved=limits").await.body;
    assert!(page.contains("Saved.") && page.contains("25.50"));
    let bad = [("revision", "2"), ("providers", "off"), ("monthly_cap", "much")];
    let answer = dana.post_form("/banksia/ai", "providers/save-switch", &with_tenant(&bad)).await;
    let page = dana.get(answer.location().trim_start_matches("http://127.0.0.1:3000")).await.body;
    assert!(page.contains("Enter an amount in US dollars"));
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
