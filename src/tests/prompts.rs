//! Versions of prompts: made, compared, tried, put in use and taken back, by those who may.

mod figures;
mod trials;

use super::{
    app::TestApp,
    browser::Browser,
    seed::{SYSTEM_ADMIN, TenantSeed, email},
};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;
use supportsignal::{
    error::AppError,
    ids::{PromptId, TenantId},
    platform::database::TenantTx,
    prompts::{
        comparison::{Comparison, DiffKind},
        prompt::{Editor, Owner, StepSummary, StepVersions, Version, VersionDetails, VersionState},
        step::WorkflowStep,
        store,
        trial::TrialChoices,
    },
};

const STEP: WorkflowStep = WorkflowStep::EnhanceNarrative;
const TEMPLATE: &str = "Tidy this, adding nothing.\n\n<account>\n{{original}}\n</account>\n{{answers}}";

/// Dana, Banksia's admin.
async fn admin(app: &TestApp) -> Browser {
    app.sign_in(&email("admin", &app.seed.banksia)).await
}

fn form<'a>(tenant: &'a str, from: &'a str, description: &'a str, template: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("tenant", tenant),
        ("step", STEP.as_str()),
        ("from", from),
        ("description", description),
        ("template", template),
        ("max_tokens", "900"),
        ("temperature", "0.5"),
        ("ai_model", ""),
    ]
}

async fn save(browser: &Browser, tenant: &str, description: &str, template: &str) -> Result<(), AppError> {
    let from = versions(browser, tenant).await.unwrap().in_use.to_string();
    browser.call("prompts/save", &form(tenant, &from, description, template)).await
}

async fn versions(browser: &Browser, tenant: &str) -> Result<StepVersions, AppError> {
    browser.call("prompts/versions", &[("tenant", tenant), ("step", STEP.as_str())]).await
}

/// The newest of the organisation's own versions.
async fn newest_own(browser: &Browser, tenant: &str) -> Version {
    let all = versions(browser, tenant).await.unwrap().versions;
    all.into_iter().find(|version| version.name.owner == Owner::Own).expect("an own version")
}

async fn about<T: DeserializeOwned>(
    browser: &Browser,
    endpoint: &str,
    tenant: &str,
    id: PromptId,
    more: &[(&str, &str)],
) -> Result<T, AppError> {
    let id = id.to_string();
    let fields: Vec<_> = [("tenant", tenant), ("step", STEP.as_str()), ("id", id.as_str())]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    browser.call(endpoint, &fields).await
}

async fn activate(browser: &Browser, tenant: &str, id: PromptId, expected: PromptId) -> Result<(), AppError> {
    about(browser, "prompts/activate", tenant, id, &[("expected", &expected.to_string())]).await
}

/// What answers for the step in an organisation, as a job finds it.
async fn answering(app: &TestApp, tenant: &TenantSeed) -> PromptId {
    let mut tx = TenantTx::begin_for_system(&app.db.pool, tenant.id).await.unwrap();
    store::find_active(&mut tx, STEP).await.unwrap().version.id
}

async fn templates(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from prompt_templates").fetch_one(&app.db.admin).await.unwrap()
}

async fn audited(app: &TestApp, tenant: TenantId, action: &str) -> Vec<Value> {
    sqlx::query_scalar("select details from audit_events where tenant_id = $1 and action = $2 order by position")
        .bind(tenant.uuid())
        .bind(action)
        .fetch_all(&app.db.admin)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_variable_that_the_step_doesnt_have_is_an_error_at_the_template_and_nothing_is_written() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let before = templates(&app).await;
    for bad in ["Tidy {{nickname}}.", "Tidy {{original}.", " "] {
        let error = save(&dana, "banksia", "A try", bad).await.unwrap_err();
        assert!(error.at("template").is_some(), "{bad}: {error:?}");
    }
    let error = save(&dana, "banksia", "", TEMPLATE).await.unwrap_err();
    assert!(error.at("description").is_some() && error.at("template").is_none());
    assert_eq!(templates(&app).await, before);
    assert_eq!(audited(&app, app.seed.banksia.id, "prompt.saved").await, Vec::<Value>::new());
}

#[tokio::test]
async fn without_javascript_a_refused_form_comes_back_with_everything_that_was_typed() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let from = versions(&dana, "banksia").await.unwrap().in_use.to_string();
    let page = format!("/banksia/prompts/{}/new", STEP.as_str());
    let typed = form("banksia", &from, "About <b>nicknames</b>", "Tidy {{nickname}}\nand {{original}}.");
    let answer = dana.post_form(&page, "prompts/save", &typed).await;
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT, "{answer:?}");
    assert_eq!(answer.location(), format!("{page}?from={from}"), "and nothing that was typed is in the address");

    let answer = dana.post_page(answer.location(), &typed).await;
    assert_eq!(answer.status, StatusCode::OK);
    for kept in
        ["About &lt;b&gt;nicknames&lt;/b&gt;", "Tidy {{nickname}}\nand {{original}}.", "href=\"#template\"", "900"]
    {
        assert!(answer.body.contains(kept), "{kept} in {}", answer.body);
    }
    let fresh = dana.get(&format!("{page}?from={from}")).await;
    assert!(!fresh.body.contains("nickname"), "opened anew, the page starts anew");

    let typed = form("banksia", &from, "Shorter", TEMPLATE);
    let answer = dana.post_form(&page, "prompts/save", &typed).await;
    let saved = newest_own(&dana, "banksia").await;
    let leads_to = format!("/banksia/prompts/{}/versions/{}?done=saved", STEP.as_str(), saved.id);
    assert_eq!((answer.status, answer.location()), (StatusCode::FOUND, leads_to.as_str()));
}

#[tokio::test]
async fn an_own_version_takes_the_place_of_the_default_and_gives_it_back() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let dana = admin(&app).await;
    let default = versions(&dana, "banksia").await.unwrap();
    assert_eq!(default.version_in_use().unwrap().name.to_string(), "Default version 1");

    save(&dana, "banksia", "Shorter", TEMPLATE).await.unwrap();
    let own = newest_own(&dana, "banksia").await;
    assert_eq!((own.name.to_string().as_str(), own.state), ("Own version 1", VersionState::NotInUse));
    assert_eq!((own.author.as_deref(), own.description.as_str()), (Some("Dana Okafor"), "Shorter"));
    assert_eq!(answering(&app, tenant).await, default.in_use, "saving puts nothing in use");

    activate(&dana, "banksia", own.id, default.in_use).await.unwrap();
    assert_eq!(answering(&app, tenant).await, own.id);
    assert_eq!(answering(&app, &app.seed.wattle).await, default.in_use, "and nobody else's");
    let now = versions(&dana, "banksia").await.unwrap();
    let states: Vec<_> = now.versions.iter().map(|version| (version.name.to_string(), version.state)).collect();
    assert_eq!(
        states,
        [
            ("Own version 1".to_owned(), VersionState::InUse),
            ("Default version 1".to_owned(), VersionState::CurrentDefault)
        ]
    );
    activate(&dana, "banksia", own.id, default.in_use).await.expect("pressing twice changes nothing");

    // A second version, and back to the first.
    save(&dana, "banksia", "Shorter still", TEMPLATE).await.unwrap();
    let second = newest_own(&dana, "banksia").await;
    assert_eq!(second.name.number, 2);
    activate(&dana, "banksia", second.id, own.id).await.unwrap();
    let replaced: (Option<uuid::Uuid>, bool) =
        sqlx::query_as("select replaced_by, replaced_at is not null from prompt_templates where id = $1")
            .bind(own.id.uuid())
            .fetch_one(&app.db.admin)
            .await
            .unwrap();
    assert_eq!(replaced, (Some(second.id.uuid()), true));
    activate(&dana, "banksia", own.id, second.id).await.unwrap();
    assert_eq!(answering(&app, tenant).await, own.id, "rolled back");

    activate(&dana, "banksia", default.in_use, own.id).await.unwrap();
    assert_eq!(answering(&app, tenant).await, default.in_use);
    let audited = audited(&app, tenant.id, "prompt.activated").await;
    let chosen: Vec<_> = audited.iter().map(|details| (details["owner"].clone(), details["version"].clone())).collect();
    let expected = [("own", 1), ("own", 2), ("own", 1), ("default", 1)];
    assert_eq!(chosen, expected.map(|(owner, version)| (Value::from(owner), Value::from(version))));
    assert_eq!(audited[0]["step"], "enhance_narrative");
}

#[tokio::test]
async fn the_second_of_two_admins_is_told_that_somebody_was_faster() {
    let app = TestApp::start().await;
    let (dana, again) = (admin(&app).await, admin(&app).await);
    for description in ["First", "Second"] {
        save(&dana, "banksia", description, TEMPLATE).await.unwrap();
    }
    let opened = versions(&dana, "banksia").await.unwrap();
    let own: Vec<_> = opened.versions.iter().filter(|version| version.name.owner == Owner::Own).collect();
    let (first, second) = tokio::join!(
        activate(&dana, "banksia", own[0].id, opened.in_use),
        activate(&again, "banksia", own[1].id, opened.in_use),
    );
    let refused = [first, second].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert_eq!(refused.len(), 1, "one of them was first");
    let reason = refused[0].to_string();
    assert!(reason.contains("Somebody else has activated own version"), "{reason}");

    let error = activate(&dana, "banksia", opened.in_use, opened.in_use).await.unwrap_err();
    assert!(matches!(error, AppError::NotPossible { .. }), "an old page takes nothing out of use: {error:?}");
    let active: i64 = sqlx::query_scalar("select count(*) from prompt_templates where tenant_id = $1 and is_active")
        .bind(app.seed.banksia.id.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(active, 1);
}

#[tokio::test]
async fn two_who_save_at_once_get_two_numbers() {
    let app = TestApp::start().await;
    let (dana, again) = (admin(&app).await, admin(&app).await);
    let (first, second) =
        tokio::join!(save(&dana, "banksia", "One", TEMPLATE), save(&again, "banksia", "Other", TEMPLATE));
    assert_eq!((first, second), (Ok(()), Ok(())));
    let mut numbers: Vec<_> = versions(&dana, "banksia").await.unwrap().versions;
    numbers.retain(|version| version.name.owner == Owner::Own);
    let mut numbers: Vec<_> = numbers.iter().map(|version| version.name.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2]);
}

#[tokio::test]
async fn a_versions_text_cant_be_changed_even_in_the_database() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    save(&dana, "banksia", "Shorter", TEMPLATE).await.unwrap();
    for sql in [
        "update prompt_templates set template = 'Say nothing.'",
        "update prompt_templates set description = 'Other'",
        "update prompt_templates set ai_model = 'other'",
        "update prompt_templates set prompt_version = 9",
        "delete from prompt_templates",
        "truncate prompt_templates cascade",
    ] {
        let mut tx = TenantTx::begin(&app.db.pool, &app.seed.banksia.admin).await.unwrap();
        let error = sqlx::raw_sql(sql).execute(tx.connection()).await.unwrap_err();
        assert_eq!(error.as_database_error().and_then(|error| error.code()).as_deref(), Some("42501"), "{sql}");
    }
    // A default can be read by everybody and chosen or retired by nobody but the system.
    let mut tx = TenantTx::begin(&app.db.pool, &app.seed.banksia.admin).await.unwrap();
    let touched = sqlx::query("update prompt_templates set is_active = false where tenant_id = app.system_tenant_id()")
        .execute(tx.connection())
        .await
        .unwrap();
    assert_eq!(touched.rows_affected(), 0);
}

#[tokio::test]
async fn another_organisations_version_is_not_there() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    save(&dana, "banksia", "Shorter", TEMPLATE).await.unwrap();
    let theirs = newest_own(&dana, "banksia").await;
    let default = versions(&dana, "banksia").await.unwrap().in_use;

    let other = app.sign_in(&email("admin", &app.seed.wattle)).await;
    assert!(versions(&other, "wattle").await.unwrap().versions.iter().all(|version| version.id != theirs.id));
    let not_found = Err(AppError::NotFound);
    assert_eq!(about::<VersionDetails>(&other, "prompts/version", "wattle", theirs.id, &[]).await.map(drop), not_found);
    assert_eq!(activate(&other, "wattle", theirs.id, default).await, not_found);
    assert_eq!(
        about::<TrialChoices>(&other, "prompts/trial-choices", "wattle", theirs.id, &[]).await.map(drop),
        not_found
    );
    let report = app.seed.wattle.submitted.to_string();
    assert_eq!(about::<()>(&other, "prompts/try", "wattle", theirs.id, &[("incident_id", &report)]).await, not_found);
    let (id, default) = (theirs.id.to_string(), default.to_string());
    let fields = [("tenant", "wattle"), ("step", STEP.as_str()), ("a", default.as_str()), ("b", id.as_str())];
    assert_eq!(other.call::<Comparison>("prompts/compare", &fields).await.map(drop), not_found);
    let fields = [("tenant", "wattle"), ("step", STEP.as_str()), ("from", id.as_str())];
    assert_eq!(other.call::<Editor>("prompts/editor", &fields).await.map(drop), not_found);
    let page = other.get(&format!("/wattle/prompts/{}/versions/{id}", STEP.as_str())).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    // Nor is one of another step at this step's address.
    let fields = [("tenant", "banksia"), ("step", "generate_questions"), ("id", id.as_str())];
    assert_eq!(dana.call::<VersionDetails>("prompts/version", &fields).await.map(drop), not_found);
}

#[tokio::test]
async fn only_admins_come_near_prompts() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    save(&dana, "banksia", "Shorter", TEMPLATE).await.unwrap();
    let (own, default) = (newest_own(&dana, "banksia").await.id, versions(&dana, "banksia").await.unwrap().in_use);
    let trial = trials::try_out(&app, &dana, own, app.seed.banksia.submitted).await;
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, &app.seed.banksia)).await;
        let forbidden = Err(AppError::Forbidden);
        let fields = [("tenant", "banksia")];
        assert_eq!(browser.call::<Vec<StepSummary>>("prompts/list", &fields).await.map(drop), forbidden, "{person}");
        assert_eq!(versions(&browser, "banksia").await.map(drop), forbidden, "{person}");
        let saved = browser.call::<()>("prompts/save", &form("banksia", &default.to_string(), "Mine", TEMPLATE)).await;
        assert_eq!(saved, forbidden, "{person}");
        assert_eq!(activate(&browser, "banksia", own, default).await, forbidden, "{person}");
        assert_eq!(trials::read_trial(&browser, "banksia", trial).await.map(drop), forbidden, "{person}");
        let page = browser.get("/banksia/prompts").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{person}");
        assert!(!page.body.contains("href=\"/banksia/prompts\""), "{person} isn't offered the place");
    }
    assert!(dana.get("/banksia/prompts").await.body.contains("href=\"/banksia/prompts\""));
}

#[tokio::test]
async fn two_versions_stand_side_by_side() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    save(&dana, "banksia", "First", "Tidy this.\nBe kind.\n{{original}}").await.unwrap();
    let first = newest_own(&dana, "banksia").await.id.to_string();
    save(&dana, "banksia", "Second", "Tidy this well.\n{{original}}\n{{answers}}").await.unwrap();
    let second = newest_own(&dana, "banksia").await.id.to_string();
    let fields = [("tenant", "banksia"), ("step", STEP.as_str()), ("a", first.as_str()), ("b", second.as_str())];
    let comparison: Comparison = dana.call("prompts/compare", &fields).await.unwrap();
    let kinds: Vec<_> = comparison.rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [DiffKind::Changed, DiffKind::Removed, DiffKind::Same, DiffKind::Added]);
    assert_eq!((comparison.before.name.number, comparison.after.name.number), (1, 2));
    let page = dana.get(&format!("/banksia/prompts/{}/compare?a={first}&b={second}", STEP.as_str())).await;
    for words in ["Removed", "Added", "<ins", "Be kind."] {
        assert!(page.body.contains(words), "{words}");
    }
}

#[tokio::test]
async fn a_new_default_answers_wherever_there_is_no_own_version() {
    let app = TestApp::start().await;
    let (dana, sasha) = (admin(&app).await, app.sign_in(SYSTEM_ADMIN).await);
    save(&dana, "banksia", "Ours", TEMPLATE).await.unwrap();
    let own = newest_own(&dana, "banksia").await;
    let old = versions(&dana, "banksia").await.unwrap().in_use;
    activate(&dana, "banksia", own.id, old).await.unwrap();
    assert_eq!(versions(&dana, "banksia").await.unwrap().newer_default, None);

    save(&sasha, "system", "A better default", TEMPLATE).await.unwrap();
    let defaults = versions(&sasha, "system").await.unwrap();
    let new = &defaults.versions[0];
    assert_eq!((new.name.to_string().as_str(), new.author.as_deref()), ("Default version 2", Some("Sasha Iyer")));
    activate(&sasha, "system", new.id, old).await.unwrap();

    assert_eq!(answering(&app, &app.seed.wattle).await, new.id);
    assert_eq!(answering(&app, &app.seed.banksia).await, own.id, "an own version stays");
    let seen = versions(&dana, "banksia").await.unwrap();
    assert_eq!(seen.newer_default, Some(new.name));
    let theirs = seen.versions.iter().find(|version| version.id == new.id).unwrap();
    assert_eq!((theirs.state, theirs.author.as_deref()), (VersionState::CurrentDefault, None));
    assert!(dana.get(&format!("/banksia/prompts/{}", STEP.as_str())).await.body.contains("A newer default exists"));
    let error = activate(&dana, "banksia", old, own.id).await.unwrap_err();
    assert!(matches!(error, AppError::NotPossible { .. }), "an old default isn't the organisation's: {error:?}");
    assert_eq!(answering(&app, &app.seed.banksia).await, own.id);
    activate(&dana, "banksia", new.id, own.id).await.unwrap();
    assert_eq!(answering(&app, &app.seed.banksia).await, new.id);
    assert_eq!(audited(&app, TenantId::SYSTEM, "prompt.activated").await.len(), 1);

    for page in ["/system/prompts".to_owned(), format!("/system/prompts/{}/versions/{old}/try", STEP.as_str())] {
        assert_eq!(sasha.get(&page).await.status, StatusCode::OK, "{page}");
    }
    let fields = [("tenant", "banksia")];
    assert_eq!(sasha.call::<Vec<StepSummary>>("prompts/list", &fields).await.map(drop), Err(AppError::NotFound));
}
