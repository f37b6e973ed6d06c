//! A report, from its first line to the review queue, and what must not happen to it on the way.

use super::{
    app::TestApp,
    browser::Browser,
    seed::email,
    story::{full_account, local, short_account, yesterday},
};
use chrono::{Duration, Utc};
use http::StatusCode;
use std::collections::BTreeSet;
use supportsignal::{
    dashboards::home::Home,
    error::AppError,
    ids::IncidentId,
    incidents::{
        draft::{Review, Saved},
        enhancement::Source,
        incident::{OverallStatus, WizardStep},
        narrative::{Narrative, Phase},
        record::IncidentRecord,
    },
    notifications::notification::Notification,
};

const TENANT: (&str, &str) = ("tenant", "banksia");

async fn worker(app: &TestApp) -> Browser {
    app.sign_in(&email("worker", &app.seed.banksia)).await
}

async fn record(browser: &Browser, id: IncidentId) -> Result<IncidentRecord, AppError> {
    browser.call("incidents/record", &[TENANT, ("id", &id.to_string())]).await
}

async fn notifications(browser: &Browser, about: IncidentId) -> usize {
    let all: Vec<Notification> = browser.call("notifications/list", &[TENANT]).await.unwrap();
    all.iter().filter(|notification| notification.incident_id() == Some(about)).count()
}

/// A report that is told and has its questions.
async fn told_report(app: &TestApp, priya: &Browser, account: &Narrative) -> IncidentId {
    let id = priya.start_report("banksia").await;
    let revision = priya.draft("banksia", id).await.unwrap().revision;
    priya.save_account("banksia", id, revision, account, "continue").await.unwrap();
    app.finish_jobs().await;
    id
}

#[tokio::test]
async fn a_rough_account_becomes_a_submitted_report() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let id = told_report(&app, &priya, &short_account()).await;
    assert_eq!(priya.draft("banksia", id).await.unwrap().wizard_step, WizardStep::ClarifyBefore);

    let mut answered = None;
    for phase in Phase::ALL {
        let step = priya.questions("banksia", id, phase).await;
        assert!((3..=5).contains(&step.questions.len()), "{phase:?} asks {} questions", step.questions.len());
        for question in &step.questions {
            assert!(question.text.ends_with('?') && !question.purpose.is_empty(), "{question:?}");
            assert_eq!((question.ai_model.as_str(), question.prompt_version), ("built-in", 1));
        }
        let first = step.questions[0].id;
        answered.get_or_insert(first);
        priya.answer("banksia", id, step.revision, phase, &[(first, "Kim was in the room with us.")]).await.unwrap();
    }
    app.finish_jobs().await;

    let review: Review = priya.call("incidents/review", &[TENANT, ("id", &id.to_string())]).await.unwrap();
    let enhancement = review.enhancement.expect("an enhanced narrative");
    assert_eq!(review.model.as_deref(), Some("built-in"));
    let sources: Vec<_> =
        Phase::ALL.into_iter().flat_map(|phase| enhancement.sentences(phase)).map(|s| s.source).collect();
    assert!(
        sources.iter().any(|source| matches!(source, Source::Answer { question_id } if Some(*question_id) == answered)),
        "{sources:?}"
    );
    assert_eq!(review.draft.narrative, short_account(), "the original stands beside it");

    let alex = app.sign_in(&email("lead", &app.seed.banksia)).await;
    assert_eq!(notifications(&alex, id).await, 0);
    priya.submit("banksia", id, review.draft.revision).await.unwrap();
    assert_eq!(notifications(&alex, id).await, 1);
    let home: Home = alex.call("dashboards/home", &[TENANT]).await.unwrap();
    assert!(home.review.unwrap().queue.iter().any(|row| row.id == id), "it waits in the review queue");

    let record = record(&alex, id).await.unwrap();
    assert_eq!(record.overall_status, OverallStatus::AnalysisPending);
    assert_eq!(record.reporter_name, "Priya Nair");
    let history: Vec<_> = record.history.iter().map(|entry| entry.action.as_str()).collect();
    for action in [
        "incident.started",
        "narrative.saved",
        "questions.generated",
        "answers.saved",
        "narrative.enhanced",
        "incident.submitted",
    ] {
        assert!(history.contains(&action), "{action} in {history:?}");
    }
    let error =
        priya.save_account("banksia", id, review.draft.revision + 1, &full_account(), "stay").await.unwrap_err();
    assert!(matches!(error, AppError::NotPossible { .. }), "a submitted report is closed: {error:?}");
}

#[tokio::test]
async fn pressing_submit_twice_submits_once_and_tells_once() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let id = app.seed.banksia.told;
    let revision = priya.draft("banksia", id).await.unwrap().revision;
    let (first, second) = tokio::join!(priya.submit("banksia", id, revision), priya.submit("banksia", id, revision));
    assert_eq!((first, second), (Ok(()), Ok(())), "the second press finds it submitted");
    assert_eq!(priya.submit("banksia", id, revision).await, Ok(()));

    for person in ["lead", "admin"] {
        let browser = app.sign_in(&email(person, &app.seed.banksia)).await;
        assert_eq!(notifications(&browser, id).await, 1, "{person}");
    }
    let viewer = app.sign_in(&email("viewer", &app.seed.banksia)).await;
    assert_eq!(notifications(&viewer, id).await, 0);
    let history = record(&priya, id).await.unwrap().history;
    assert_eq!(history.iter().filter(|entry| entry.action == "incident.submitted").count(), 1);
}

#[tokio::test]
async fn the_second_of_two_tabs_is_told_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let id = priya.start_report("banksia").await;
    let opened = priya.draft("banksia", id).await.unwrap().revision;
    let first = Narrative { during: "Written in the first tab.".to_owned(), ..Narrative::default() };
    let second = Narrative { during: "Written in the second tab.".to_owned(), ..Narrative::default() };
    let saved = priya.save_account("banksia", id, opened, &first, "stay").await.unwrap();
    let error = priya.save_account("banksia", id, opened, &second, "stay").await.unwrap_err();
    assert_eq!(error, AppError::Stale { current_revision: saved.revision });
    assert_eq!(priya.draft("banksia", id).await.unwrap().narrative, first);

    // Both at the very same moment: one wins, the other is told.
    let both = tokio::join!(
        priya.save_account("banksia", id, saved.revision, &first, "stay"),
        priya.save_account("banksia", id, saved.revision, &second, "stay"),
    );
    let stale = [both.0, both.1].into_iter().filter(|outcome| matches!(outcome, Err(AppError::Stale { .. }))).count();
    assert_eq!(stale, 1);
}

#[tokio::test]
async fn another_organisations_participant_and_site_are_not_in_the_list() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let (participant, site) = (app.seed.wattle.participant.to_string(), app.seed.wattle.site.to_string());
    let when = yesterday();
    let start = async |who: (&str, &str), place: &str| {
        let fields = [TENANT, who, ("site_id", place), ("event_date_time", when.as_str())];
        priya.call::<IncidentId>("incidents/start", &fields).await
    };
    let error = start(("participant_id", &participant), "").await.unwrap_err();
    assert!(error.at("participant_id").is_some(), "{error:?}");
    let error = start(("participant_name", "Jo"), &site).await.unwrap_err();
    assert!(error.at("site_id").is_some(), "{error:?}");

    let own = app.seed.banksia.participant.to_string();
    let id = start(("participant_id", &own), &app.seed.banksia.site.to_string()).await.unwrap();
    let revision = priya.draft("banksia", id).await.unwrap().revision.to_string();
    let fields = [
        TENANT,
        ("id", &id.to_string()),
        ("revision", &revision),
        ("participant_id", &participant),
        ("event_date_time", &when),
    ];
    let error = priya.call::<Saved>("incidents/save-details", &fields).await.unwrap_err();
    assert!(error.at("participant_id").is_some(), "nor can a draft be changed to it: {error:?}");
    assert_eq!(priya.draft("banksia", id).await.unwrap().participant_name, "Robin Hale");
}

#[tokio::test]
async fn an_organisation_that_is_not_mine_does_not_exist_for_me() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let id = app.seed.wattle.submitted.to_string();
    for tenant in ["wattle", "no-such-place", "system"] {
        let error =
            priya.call::<IncidentRecord>("incidents/record", &[("tenant", tenant), ("id", &id)]).await.unwrap_err();
        assert_eq!(error, AppError::NotFound, "{tenant}");
        assert_eq!(priya.get(&format!("/{tenant}/incidents/{id}")).await.status, StatusCode::NOT_FOUND, "{tenant}");
    }
    assert_eq!(
        record(&priya, app.seed.wattle.submitted).await.unwrap_err(),
        AppError::NotFound,
        "under my own slug neither"
    );
}

#[tokio::test]
async fn the_future_is_refused_at_its_field() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let tomorrow = local(Utc::now() + Duration::days(1));
    let fields = [TENANT, ("participant_name", "Jo"), ("event_date_time", tomorrow.as_str())];
    let error = priya.call::<IncidentId>("incidents/start", &fields).await.unwrap_err();
    assert!(error.at("event_date_time").is_some_and(|message| message.contains("future")), "{error:?}");
}

#[tokio::test]
async fn an_over_long_text_is_refused_at_its_field_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let id = priya.start_report("banksia").await;
    let opened = priya.draft("banksia", id).await.unwrap().revision;
    let saved = priya.save_account("banksia", id, opened, &short_account(), "stay").await.unwrap();
    let long = Narrative { end: "å".repeat(20_001), ..short_account() };
    let error = priya.save_account("banksia", id, saved.revision, &long, "stay").await.unwrap_err();
    assert_eq!(error.fields().iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), ["end"]);
    assert_eq!(priya.draft("banksia", id).await.unwrap().narrative, short_account());
    let fits = Narrative { end: "å".repeat(20_000), ..short_account() };
    priya.save_account("banksia", id, saved.revision, &fits, "stay").await.expect("the page can go on saving");
}

#[tokio::test]
async fn any_text_comes_back_as_it_was_written() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let id = priya.start_report("banksia").await;
    let revision = priya.draft("banksia", id).await.unwrap().revision;
    let written = Narrative {
        before: "Robin 😟👩🏽‍🦽 said \u{201c}no\u{201d}; 100% & <b>loud</b>\t+ tea=yes".to_owned(),
        during: "بدأ يصرخ ثم خرج\u{200f} إلى الحديقة".to_owned(),
        end: "שלום\nDrop table incidents;--'\"\\".to_owned(),
        after: "Ŵe ﬁnished e\u{301} é".to_owned(),
    };
    let sent = Narrative { after: format!("{}\u{0}\u{7}\u{1b}\r", written.after), ..written.clone() };
    priya.save_account("banksia", id, revision, &sent, "stay").await.unwrap();
    let kept = priya.draft("banksia", id).await.unwrap().narrative;
    let expected = Narrative { after: format!("{}\n", written.after), ..written };
    assert_eq!(kept, expected, "only control characters are left out");
    let page = priya.get(&format!("/banksia/incidents/{id}/narrative")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("<b>loud</b>"), "text is never markup");
}

#[tokio::test]
async fn when_the_story_changes_its_questions_change_and_answered_ones_stay() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let id = told_report(&app, &priya, &short_account()).await;
    let texts = async || {
        let mut texts = BTreeSet::new();
        for phase in Phase::ALL {
            let step = priya.questions("banksia", id, phase).await;
            texts.extend(step.questions.into_iter().map(|question| question.text));
        }
        texts
    };
    let before = texts().await;
    let step = priya.questions("banksia", id, Phase::Before).await;
    let answered = &step.questions[0];
    let saved = priya
        .answer("banksia", id, step.revision, Phase::Before, &[(answered.id, "We had all just come home.")])
        .await
        .unwrap();

    priya.save_account("banksia", id, saved.revision, &full_account(), "continue").await.unwrap();
    app.finish_jobs().await;
    let after = texts().await;
    let gone = before.difference(&after).count();
    assert!(gone >= 4, "what is told now is asked no more ({gone} of {} went)", before.len());
    let step = priya.questions("banksia", id, Phase::Before).await;
    let kept = step.questions.iter().find(|question| question.id == answered.id).expect("the answered question stays");
    assert_eq!(kept.answer.as_ref().map(|answer| answer.text.as_str()), Some("We had all just come home."));
}

#[tokio::test]
async fn a_draft_is_its_reporters_alone() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let tom = app.sign_in(&email("colleague", tenant)).await;
    let priya = worker(&app).await;
    let draft = priya.draft("banksia", tenant.told).await.unwrap();
    assert_eq!(tom.draft("banksia", tenant.told).await.unwrap_err(), AppError::NotFound);
    assert_eq!(record(&tom, tenant.told).await.unwrap_err(), AppError::NotFound);
    let alex = app.sign_in(&email("lead", tenant)).await;
    for other in [&tom, &alex] {
        let written = other.save_account("banksia", tenant.told, draft.revision, &full_account(), "stay").await;
        assert_eq!(written.unwrap_err(), AppError::NotFound);
        assert_eq!(other.submit("banksia", tenant.told, draft.revision).await.unwrap_err(), AppError::NotFound);
    }
    assert_eq!(priya.draft("banksia", tenant.told).await.unwrap(), draft, "untouched");
}

#[tokio::test]
async fn a_viewer_reads_what_is_submitted_and_writes_nothing() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let vera = app.sign_in(&email("viewer", tenant)).await;
    assert!(record(&vera, tenant.submitted).await.is_ok());
    assert_eq!(record(&vera, tenant.told).await.unwrap_err(), AppError::NotFound, "somebody's draft");
    let fields = [TENANT, ("participant_name", "Jo"), ("event_date_time", &yesterday())];
    assert_eq!(vera.call::<IncidentId>("incidents/start", &fields).await.unwrap_err(), AppError::Forbidden);
    let saved = vera.save_account("banksia", tenant.submitted, 1, &full_account(), "stay").await;
    assert_eq!(saved.unwrap_err(), AppError::Forbidden);
}

#[tokio::test]
async fn a_version_that_questions_were_made_from_is_never_overwritten() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let id = priya.start_report("banksia").await;
    let mut revision = priya.draft("banksia", id).await.unwrap().revision;
    for during in ["R", "Robin fell", &short_account().during] {
        let typed = Narrative { during: during.to_owned(), ..short_account() };
        revision = priya.save_account("banksia", id, revision, &typed, "stay").await.unwrap().revision;
    }
    assert_eq!(record(&priya, id).await.unwrap().versions.len(), 1, "one stretch of typing is one version");

    let saved = priya.save_account("banksia", id, revision, &short_account(), "continue").await.unwrap();
    priya.save_account("banksia", id, saved.revision, &full_account(), "stay").await.unwrap();
    let versions = record(&priya, id).await.unwrap().versions;
    let texts: Vec<_> = versions.into_iter().map(|version| (version.version, version.narrative)).collect();
    assert_eq!(texts, [(2, full_account()), (1, short_account())]);
}

#[tokio::test]
async fn answers_to_another_reports_questions_change_nothing() {
    let app = TestApp::start().await;
    let (priya, wattle) = (worker(&app).await, app.sign_in(&email("worker", &app.seed.wattle)).await);
    let step = wattle.questions("wattle", app.seed.wattle.told, Phase::During).await;
    let foreign = step.questions[0].id;
    let mine = priya.questions("banksia", app.seed.banksia.told, Phase::During).await;
    priya
        .answer("banksia", app.seed.banksia.told, mine.revision, Phase::During, &[(foreign, "Not mine to say.")])
        .await
        .unwrap();
    assert_eq!(wattle.questions("wattle", app.seed.wattle.told, Phase::During).await.questions, step.questions);
    assert_eq!(priya.questions("banksia", app.seed.banksia.told, Phase::During).await.questions, mine.questions);
}

#[tokio::test]
async fn too_little_to_go_on_is_kept_and_said() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let id = priya.start_report("banksia").await;
    let revision = priya.draft("banksia", id).await.unwrap().revision;
    let little = Narrative { during: "Robin fell.".to_owned(), ..Narrative::default() };
    let error = priya.save_account("banksia", id, revision, &little, "continue").await.unwrap_err();
    assert!(error.at("during").is_some(), "{error:?}");
    assert_eq!(priya.draft("banksia", id).await.unwrap().narrative, little, "what is there is kept");
    let AppError::Unfinished { revision, .. } = error else { panic!("the answer names no revision: {error:?}") };
    let saved = priya.save_account("banksia", id, revision, &short_account(), "continue").await;
    assert!(saved.is_ok(), "the next save isn't taken for somebody else's: {saved:?}");
}

#[tokio::test]
async fn after_the_session_has_ended_what_was_saved_is_there() {
    let app = TestApp::start().await;
    let priya = worker(&app).await;
    let id = priya.start_report("banksia").await;
    let revision = priya.draft("banksia", id).await.unwrap().revision;
    let saved = priya.save_account("banksia", id, revision, &short_account(), "stay").await.unwrap();
    sqlx::query("delete from sessions").execute(&app.db.admin).await.unwrap();
    let error = priya.save_account("banksia", id, saved.revision, &full_account(), "stay").await.unwrap_err();
    assert_eq!(error, AppError::SignedOut);

    let again = worker(&app).await;
    assert_eq!(again.draft("banksia", id).await.unwrap().narrative, short_account());
    again
        .save_account("banksia", id, saved.revision, &full_account(), "stay")
        .await
        .expect("the page goes on where it was");
}
