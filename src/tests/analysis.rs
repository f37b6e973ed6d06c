//! From a submitted report to the sign-off: what is suggested, what people decide, and the way back.

use super::{app::TestApp, browser::Browser, seed::email, story::full_account};
use http::StatusCode;
use serde_json::Value;
use supportsignal::{
    analysis::{
        analysis::{IncidentType, ReviewState, Severity, Verdict},
        jobs::AnalyseIncident,
        record::{Analysis, Classification, IncidentAnalysis},
    },
    dashboards::home::Home,
    error::AppError,
    ids::IncidentId,
    incidents::{
        incident::{AnalysisStatus, CaptureStatus, OverallStatus, WizardStep},
        narrative::Phase,
        record::IncidentRecord,
    },
    jobs::queue::{Job, JobContext},
    notifications::notification::{Notification, NotificationKind},
};

const TENANT: (&str, &str) = ("tenant", "banksia");

async fn person(app: &TestApp, member: &str) -> Browser {
    app.sign_in(&email(member, &app.seed.banksia)).await
}

async fn page(browser: &Browser, id: IncidentId) -> Result<IncidentAnalysis, AppError> {
    browser.call("analysis/get", &[TENANT, ("id", &id.to_string())]).await
}

async fn analysis(browser: &Browser, id: IncidentId) -> Analysis {
    page(browser, id).await.unwrap().analysis.expect("an analysis")
}

async fn record(browser: &Browser, id: IncidentId) -> Result<IncidentRecord, AppError> {
    browser.call("incidents/record", &[TENANT, ("id", &id.to_string())]).await
}

/// Sends something of the page as of a revision.
async fn send(
    browser: &Browser,
    endpoint: &str,
    id: IncidentId,
    revision: i32,
    fields: &[(&str, &str)],
) -> Result<(), AppError> {
    let (id, revision) = (id.to_string(), revision.to_string());
    let mut all = vec![TENANT, ("id", id.as_str()), ("revision", revision.as_str())];
    all.extend(fields);
    browser.call(endpoint, &all).await
}

/// Decides on a classification as the page stands now.
async fn decide(browser: &Browser, id: IncidentId, one: &Classification, decision: &str) -> Result<(), AppError> {
    let revision = analysis(browser, id).await.revision;
    let classification = one.id.to_string();
    let fields = [("classification", classification.as_str()), ("decision", decision), ("notes", "Not here.")];
    send(browser, "analysis/decide", id, revision, &fields).await
}

/// The fields of a form with these conditions, as the page has them.
fn condition_fields(analysis: &Analysis) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (index, condition) in analysis.conditions.iter().enumerate() {
        let mut add =
            |field: &str, value: &str| fields.push((format!("conditions[k{index}][{field}]"), value.to_owned()));
        add("group", condition.group.as_str());
        add("text", &condition.text);
        if let Some(evidence) = &condition.evidence {
            add("quote", &evidence.quote);
            add("phase", evidence.phase.as_str());
        }
    }
    fields
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

async fn told(browser: &Browser, kind: NotificationKind, about: IncidentId) -> Vec<Notification> {
    let all: Vec<Notification> = browser.call("notifications/list", &[TENANT]).await.unwrap();
    all.into_iter().filter(|one| one.kind == kind && one.incident_id() == Some(about)).collect()
}

/// Submits the report that is told, without a worker to analyse it.
async fn submit_told(app: &TestApp, priya: &Browser) -> IncidentId {
    let id = app.seed.banksia.told;
    let revision = priya.draft("banksia", id).await.unwrap().revision;
    priya.submit("banksia", id, revision).await.unwrap();
    id
}

/// The job that waits in the queue.
async fn waiting_job(app: &TestApp) -> AnalyseIncident {
    let payload: Value = sqlx::query_scalar("select payload from job_queue._private_jobs order by id desc limit 1")
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    serde_json::from_value(payload).unwrap()
}

fn context(app: &TestApp) -> JobContext {
    JobContext { services: app.services.clone(), attempt: 1, max_attempts: AnalyseIncident::MAX_ATTEMPTS }
}

async fn count(app: &TestApp, sql: &'static str, id: IncidentId) -> i64 {
    sqlx::query_scalar(sql).bind(id.uuid()).fetch_one(&app.db.admin).await.unwrap()
}

const CLASSIFICATIONS: &str = "select count(*) from incident_classifications c
    join incident_analyses a on a.tenant_id = c.tenant_id and a.id = c.analysis_id where a.incident_id = $1";
const ANALYSES: &str = "select count(*) from incident_analyses where incident_id = $1";
const GENERATED: &str = "select count(*) from audit_events where action = 'analysis.generated' and subject_id = $1";

#[tokio::test]
async fn a_submitted_report_is_analysed_and_its_evidence_stands_in_the_account() {
    let app = TestApp::start().await;
    let (priya, alex) = (person(&app, "worker").await, person(&app, "lead").await);
    let id = submit_told(&app, &priya).await;
    let before = page(&alex, id).await.unwrap();
    assert!(before.is_waiting(), "the work is asked for with the submission");
    assert_eq!(before.analysis.unwrap().state, ReviewState::Draft);

    app.finish_jobs().await;
    let after = page(&alex, id).await.unwrap();
    assert_eq!(after.job, None);
    let analysis = after.analysis.unwrap();
    assert_eq!(analysis.state, ReviewState::AiGenerated);
    assert!(!analysis.classifications.is_empty());
    let evidence = analysis
        .classifications
        .iter()
        .flat_map(|one| &one.evidence)
        .chain(analysis.conditions.iter().filter_map(|condition| condition.evidence.as_ref()))
        .collect::<Vec<_>>();
    assert!(!evidence.is_empty());
    for evidence in evidence {
        assert!(analysis.account.phase(evidence.phase).contains(&evidence.quote), "{evidence:?}");
    }
    for one in &analysis.classifications {
        let suggested = one.suggested.as_ref().expect("the suggestion is kept");
        assert_eq!((suggested.incident_type, suggested.severity), (one.incident_type, one.severity));
        assert_eq!(one.verdict, Verdict::Undecided);
        let maker = one.maker.as_ref().unwrap();
        assert_eq!((maker.model.as_str(), maker.prompt_version), ("built-in", Some(1)));
    }
    assert_eq!(analysis.suggested_conditions.as_ref(), Some(&analysis.conditions));
    assert!(after.history.iter().any(|entry| entry.action == "analysis.generated" && entry.actor_name.is_none()));

    let seen = record(&alex, id).await.unwrap();
    assert_eq!(seen.analysis_status, AnalysisStatus::InProgress);
    assert!(seen.analysis.is_some(), "team leads see it from the start");
    assert_eq!(record(&priya, id).await.unwrap().analysis, None, "its reporter once it is signed off");
}

#[tokio::test]
async fn a_manager_overrules_accepts_and_signs_off_and_what_was_suggested_is_kept() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let (tom, alex) = (person(&app, "colleague").await, person(&app, "lead").await);
    let suggested = analysis(&alex, id).await;

    let first = suggested.classifications[0].clone();
    let classification = first.id.to_string();
    let change = |severity| {
        [
            ("classification", classification.as_str()),
            ("incident_type", "Communication"),
            ("severity", severity),
            ("notes", "Nobody had told the night shift."),
            ("edit_seconds", "99999"),
        ]
    };
    let refused = send(&alex, "analysis/sign-off", id, suggested.revision, &[]).await.unwrap_err();
    assert!(matches!(refused, AppError::NotPossible { .. }), "not while something is undecided: {refused:?}");
    let refused = send(&alex, "analysis/change", id, suggested.revision, &change("Extreme")).await.unwrap_err();
    assert!(refused.at("severity").is_some(), "{refused:?}");
    send(&alex, "analysis/change", id, suggested.revision, &change("High")).await.unwrap();
    for one in &suggested.classifications[1..] {
        decide(&alex, id, one, "accept").await.unwrap();
    }

    let revision = analysis(&alex, id).await.revision;
    let own = |quote| [("incident_type", "Other"), ("severity", "Low"), ("notes", ""), ("quote", quote)];
    let refused = send(&alex, "analysis/add", id, revision, &own("Words that nobody wrote.")).await.unwrap_err();
    assert!(refused.at("quote").is_some(), "{refused:?}");
    let quote = suggested.classifications[0].evidence[0].quote.clone();
    send(&alex, "analysis/add", id, revision, &own(&quote)).await.unwrap();

    let mut fields = condition_fields(&suggested);
    fields[1].1 = "Said otherwise.".to_owned();
    fields.push(("conditions[k90][group]".to_owned(), "systemic".to_owned()));
    fields.push(("conditions[k90][text]".to_owned(), "Nobody had a handover.".to_owned()));
    send(&alex, "analysis/save-conditions", id, revision + 1, &borrowed(&fields)).await.unwrap();
    let unchanged = analysis(&alex, id).await;
    let same = condition_fields(&unchanged);
    send(&alex, "analysis/save-conditions", id, unchanged.revision, &borrowed(&same)).await.unwrap();
    assert_eq!(analysis(&alex, id).await.revision, unchanged.revision, "saving the same is no change");

    send(&alex, "analysis/sign-off", id, unchanged.revision, &[]).await.unwrap();
    send(&alex, "analysis/sign-off", id, unchanged.revision, &[]).await.expect("a second press finds it signed off");
    let done = page(&alex, id).await.unwrap();
    assert_eq!(done.overall_status, OverallStatus::Completed);
    let signed_off = done.analysis.unwrap();
    assert_eq!((signed_off.state, signed_off.completer_name.as_deref()), (ReviewState::Completed, Some("Alex Moreau")));
    let changed = &signed_off.classifications[0];
    assert_eq!((changed.incident_type, changed.severity), (IncidentType::Communication, Severity::High));
    assert_eq!(changed.suggested, first.suggested, "as it was suggested");
    assert!(changed.is_overruled() && changed.notes == "Nobody had told the night shift.");
    let added = signed_off.classifications.last().unwrap();
    assert_eq!((added.author_name.as_deref(), added.suggested.as_ref()), (Some("Alex Moreau"), None));
    assert_eq!(added.evidence[0].quote, quote);
    assert_eq!(signed_off.suggested_conditions.as_ref(), Some(&suggested.conditions));
    assert_eq!(signed_off.conditions.len(), suggested.conditions.len() + 1);
    assert_eq!(signed_off.conditions[0].text, "Said otherwise.");
    assert_eq!(signed_off.conditions[0].evidence, suggested.conditions[0].evidence);
    assert_eq!(signed_off.revision_count, 3, "a change, an addition, the conditions; accepting changes nothing");
    assert_eq!(signed_off.edit_seconds, 3600, "one save counts an hour at most");

    assert_eq!(told(&tom, NotificationKind::IncidentSignedOff, id).await.len(), 1);
    let seen = record(&tom, id).await.unwrap();
    assert_eq!(seen.analysis.expect("its reporter reads it now"), signed_off);
    let late = send(&alex, "analysis/change", id, signed_off.revision, &change("Low")).await.unwrap_err();
    assert!(matches!(late, AppError::NotPossible { .. }), "signed off is final: {late:?}");
    let late = send(&alex, "analysis/send-back", id, signed_off.revision, &[("question", "Who?")]).await.unwrap_err();
    assert!(matches!(late, AppError::NotPossible { .. }), "{late:?}");
    assert_eq!(analysis(&alex, id).await, signed_off);
}

#[tokio::test]
async fn at_least_one_classification_has_to_stand() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let alex = person(&app, "lead").await;
    let suggested = analysis(&alex, id).await.classifications;
    for one in &suggested {
        decide(&alex, id, one, "dismiss").await.unwrap();
    }
    let sign_off = async || {
        let revision = analysis(&alex, id).await.revision;
        send(&alex, "analysis/sign-off", id, revision, &[]).await
    };
    assert!(matches!(sign_off().await.unwrap_err(), AppError::NotPossible { .. }), "all are dismissed");
    let dismissed = analysis(&alex, id).await.classifications;
    assert!(dismissed.iter().all(|one| one.verdict == Verdict::Dismissed && one.notes == "Not here."));

    decide(&alex, id, &suggested[0], "restore").await.unwrap();
    let restored = analysis(&alex, id).await.classifications[0].clone();
    assert_eq!((restored.verdict, restored.notes.as_str()), (Verdict::Undecided, ""));
    assert!(matches!(sign_off().await.unwrap_err(), AppError::NotPossible { .. }), "one is undecided");
    decide(&alex, id, &suggested[0], "accept").await.unwrap();
    sign_off().await.unwrap();
    let row = record(&alex, id).await.unwrap().analysis.unwrap();
    assert_eq!(row.classifications.iter().filter(|one| one.verdict == Verdict::Kept).count(), 1);
}

#[tokio::test]
async fn the_second_of_two_managers_is_told_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let (alex, dana) = (person(&app, "lead").await, person(&app, "admin").await);
    let opened = analysis(&dana, id).await;
    let first = &opened.classifications[0];
    let classification = first.id.to_string();
    decide(&alex, id, first, "dismiss").await.unwrap();
    let standing = analysis(&alex, id).await;

    let conditions = condition_fields(&opened);
    let mut conditions = borrowed(&conditions);
    conditions.truncate(2);
    let attempts: [(&str, Vec<(&str, &str)>); 7] = [
        ("analysis/decide", vec![("classification", &classification), ("decision", "accept")]),
        (
            "analysis/change",
            vec![("classification", &classification), ("incident_type", "Other"), ("severity", "Low"), ("notes", "")],
        ),
        ("analysis/add", vec![("incident_type", "Other"), ("severity", "Low"), ("notes", "")]),
        ("analysis/save-conditions", conditions),
        ("analysis/sign-off", vec![]),
        ("analysis/send-back", vec![("question", "Who was there?")]),
        ("analysis/analyse-again", vec![]),
    ];
    for (endpoint, fields) in &attempts {
        let error = send(&dana, endpoint, id, opened.revision, fields).await.unwrap_err();
        assert_eq!(error, AppError::Stale { current_revision: standing.revision }, "{endpoint}");
    }
    assert_eq!(analysis(&dana, id).await, standing, "nothing was overwritten");

    // Both at the very same moment: one wins, the other is told.
    let (endpoint, fields) = &attempts[1];
    let both = tokio::join!(
        send(&alex, endpoint, id, standing.revision, fields),
        send(&dana, endpoint, id, standing.revision, fields),
    );
    let stale = [both.0, both.1].into_iter().filter(|outcome| matches!(outcome, Err(AppError::Stale { .. }))).count();
    assert_eq!(stale, 1);
}

#[tokio::test]
async fn a_report_that_goes_back_is_written_and_analysed_again_and_the_first_analysis_is_kept() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let (tom, alex, dana) = (person(&app, "colleague").await, person(&app, "lead").await, person(&app, "admin").await);
    let first = analysis(&alex, id).await;
    decide(&alex, id, &first.classifications[0], "dismiss").await.unwrap();
    page(&dana, id).await.unwrap();
    assert!(told(&dana, NotificationKind::IncidentSubmitted, id).await[0].is_read, "opening it reads what was said");

    let refused = send(&alex, "analysis/send-back", id, first.revision + 1, &[("question", "  ")]).await.unwrap_err();
    assert!(refused.at("question").is_some(), "{refused:?}");
    send(&alex, "analysis/send-back", id, first.revision + 1, &[("question", "Who pushed the chair?")]).await.unwrap();

    let returned = page(&alex, id).await.unwrap();
    assert_eq!((returned.capture_status, returned.analysis), (CaptureStatus::InProgress, None));
    assert_eq!(told(&tom, NotificationKind::IncidentReturned, id).await.len(), 1);
    let draft = tom.draft("banksia", id).await.unwrap();
    assert_eq!(draft.wizard_step, WizardStep::Narrative);
    let question = draft.returned.expect("the question stands above every step");
    assert_eq!((question.question.as_str(), question.asked_by.as_str()), ("Who pushed the chair?", "Alex Moreau"));
    let home: Home = tom.call("dashboards/home", &[TENANT]).await.unwrap();
    let row = home.drafts.iter().find(|row| row.id == id).expect("it is among the drafts");
    assert_eq!(row.question.as_deref(), Some("Who pushed the chair?"));
    let page_of_tom = tom.get(&format!("/banksia/incidents/{id}/narrative")).await;
    assert!(page_of_tom.body.contains("Who pushed the chair?"), "the wizard says it");
    let late = decide_at(&alex, id, first.revision + 1, &first.classifications[0]).await.unwrap_err();
    assert!(matches!(late, AppError::NotPossible { .. }), "it is with its reporter: {late:?}");

    let account = supportsignal::incidents::narrative::Narrative {
        during: format!("{} Kim pushed the chair.", full_account().during),
        ..full_account()
    };
    let saved = tom.save_account("banksia", id, draft.revision, &account, "stay").await.unwrap();
    tom.submit("banksia", id, saved.revision).await.unwrap();
    app.finish_jobs().await;

    let again = page(&alex, id).await.unwrap();
    let second = again.analysis.unwrap();
    assert!(second.id != first.id && second.revision > first.revision + 1, "no page of the first one fits it");
    assert_eq!(second.state, ReviewState::AiGenerated);
    assert!(second.account.phase(Phase::During).contains("Kim pushed the chair."));
    assert!(second.classifications.iter().all(|one| one.verdict == Verdict::Undecided));
    assert!(again.returns[0].answered_at.is_some());
    assert!(tom.draft("banksia", id).await.unwrap().returned.is_none());
    assert!(!told(&dana, NotificationKind::IncidentSubmitted, id).await[0].is_read, "managers are told again");
    assert_eq!(count(&app, ANALYSES, id).await, 2);
    let kept: i64 = sqlx::query_scalar(
        "select count(*) from incident_classifications where analysis_id = $1 and is_dismissed and review_notes <> ''",
    )
    .bind(first.id.uuid())
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(kept, 1, "with what was decided in it");
}

async fn decide_at(browser: &Browser, id: IncidentId, revision: i32, one: &Classification) -> Result<(), AppError> {
    let classification = one.id.to_string();
    let fields = [("classification", classification.as_str()), ("decision", "accept")];
    send(browser, "analysis/decide", id, revision, &fields).await
}

#[tokio::test]
async fn only_those_who_review_decide_and_only_in_their_own_organisation() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let alex = person(&app, "lead").await;
    let before = analysis(&alex, id).await;
    let classification = before.classifications[0].id.to_string();
    let endpoints: [(&str, Vec<(&str, &str)>); 7] = [
        ("analysis/decide", vec![("classification", &classification), ("decision", "accept")]),
        (
            "analysis/change",
            vec![("classification", &classification), ("incident_type", "Other"), ("severity", "Low"), ("notes", "")],
        ),
        ("analysis/add", vec![("incident_type", "Other"), ("severity", "Low"), ("notes", "")]),
        ("analysis/save-conditions", vec![]),
        ("analysis/sign-off", vec![]),
        ("analysis/send-back", vec![("question", "Who?")]),
        ("analysis/analyse-again", vec![]),
    ];
    for member in ["worker", "colleague", "viewer"] {
        let browser = person(&app, member).await;
        assert_eq!(page(&browser, id).await.unwrap_err(), AppError::Forbidden, "{member}");
        for (endpoint, fields) in &endpoints {
            let error = send(&browser, endpoint, id, before.revision, fields).await.unwrap_err();
            assert_eq!(error, AppError::Forbidden, "{member}: {endpoint}");
        }
        let answer = browser.get(&format!("/banksia/incidents/{id}/analysis")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{member}");
    }
    let stranger = app.sign_in(&email("lead", &app.seed.wattle)).await;
    assert_eq!(page(&stranger, id).await.unwrap_err(), AppError::NotFound, "under the other's slug");
    let own_slug = [("tenant", "wattle"), ("id", &id.to_string()), ("revision", "2")];
    let error = stranger.call::<IncidentAnalysis>("analysis/get", &own_slug).await.unwrap_err();
    assert_eq!(error, AppError::NotFound, "nor under one's own");
    for endpoint in ["analysis/sign-off", "analysis/analyse-again"] {
        assert_eq!(stranger.call::<()>(endpoint, &own_slug).await.unwrap_err(), AppError::NotFound, "{endpoint}");
    }
    let foreign = app.seed.wattle.submitted;
    let error = send(
        &alex,
        "analysis/decide",
        id,
        before.revision,
        &[("classification", &foreign.to_string()), ("decision", "accept")],
    )
    .await
    .unwrap_err();
    assert_eq!(error, AppError::NotFound, "a classification of something else");
    assert_eq!(analysis(&alex, id).await, before, "nothing has changed");

    // A viewer reads what was signed off and nothing before that.
    let vera = person(&app, "viewer").await;
    assert_eq!(record(&vera, id).await.unwrap().analysis, None);
    assert!(record(&vera, app.seed.banksia.completed).await.unwrap().analysis.is_some());
}

#[tokio::test]
async fn however_often_the_work_is_delivered_there_is_one_set_of_suggestions() {
    let app = TestApp::start().await;
    let priya = person(&app, "worker").await;
    let id = submit_told(&app, &priya).await;
    let job = waiting_job(&app).await;

    // Two workers at once: the first was taken for dead.
    let both = tokio::join!(job.clone().run(context(&app)), job.clone().run(context(&app)));
    assert_eq!(both, (Ok(()), Ok(())));
    let made = count(&app, CLASSIFICATIONS, id).await;
    assert!(made > 0);

    // As if a worker had died after its work and before noting it.
    sqlx::query("update jobs set status = 'running' where id = $1")
        .bind(job.job_id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    job.run(context(&app)).await.unwrap();
    let alex = person(&app, "lead").await;
    let analysis = analysis(&alex, id).await;
    assert_eq!(i64::try_from(analysis.classifications.len()).unwrap(), made);
    for sql in [ANALYSES, GENERATED] {
        assert_eq!(count(&app, sql, id).await, 1, "{sql}");
    }
    assert_eq!(count(&app, CLASSIFICATIONS, id).await, made);
}

#[tokio::test]
async fn work_for_a_report_that_went_back_writes_nothing_and_stands_in_nobodys_way() {
    let app = TestApp::start().await;
    let (priya, alex) = (person(&app, "worker").await, person(&app, "lead").await);
    let id = submit_told(&app, &priya).await;
    let first_job = waiting_job(&app).await;
    let waiting = analysis(&alex, id).await;
    send(&alex, "analysis/send-back", id, waiting.revision, &[("question", "Who was there?")]).await.unwrap();
    let revision = priya.draft("banksia", id).await.unwrap().revision;
    priya.submit("banksia", id, revision).await.unwrap();
    let second_job = waiting_job(&app).await;
    assert_ne!(first_job.job_id, second_job.job_id, "the second submission has work of its own");

    first_job.run(context(&app)).await.unwrap();
    assert_eq!(count(&app, CLASSIFICATIONS, id).await, 0);
    second_job.run(context(&app)).await.unwrap();
    let analysis = analysis(&alex, id).await;
    assert_eq!(analysis.state, ReviewState::AiGenerated);
    assert_eq!(count(&app, GENERATED, id).await, 1);
}

#[tokio::test]
async fn analysing_again_replaces_suggestions_only_while_nobody_has_reviewed_them() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let alex = person(&app, "lead").await;
    let first = analysis(&alex, id).await;
    send(&alex, "analysis/analyse-again", id, first.revision, &[]).await.unwrap();
    send(&alex, "analysis/analyse-again", id, first.revision, &[]).await.expect("asking twice makes one job");
    assert_eq!(analysis(&alex, id).await, first, "nothing is taken away before the new ones are there");
    let job = waiting_job(&app).await;
    app.finish_jobs().await;
    let second = analysis(&alex, id).await;
    assert!(second.id != first.id && second.state == ReviewState::AiGenerated);
    assert_eq!(count(&app, ANALYSES, id).await, 2, "the first is kept");
    sqlx::query("update jobs set status = 'running' where id = $1")
        .bind(job.job_id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    job.run(context(&app)).await.unwrap();
    assert_eq!(analysis(&alex, id).await, second, "delivered again it changes nothing");

    send(&alex, "analysis/analyse-again", id, second.revision, &[]).await.unwrap();
    decide(&alex, id, &second.classifications[0], "accept").await.unwrap();
    app.finish_jobs().await;
    let reviewed = analysis(&alex, id).await;
    assert_eq!((reviewed.id, reviewed.state), (second.id, ReviewState::UserReviewed), "a decision was faster");
    let refused = send(&alex, "analysis/analyse-again", id, reviewed.revision, &[]).await.unwrap_err();
    assert!(matches!(refused, AppError::NotPossible { .. }), "{refused:?}");
}

#[tokio::test]
async fn the_page_and_its_forms_work_without_javascript() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let alex = person(&app, "lead").await;
    let opened = analysis(&alex, id).await;
    let address = format!("/banksia/incidents/{id}/analysis");
    let first = &opened.classifications[0];
    let shown = alex.get(&address).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.body.contains("<mark"), "evidence is marked in the server's HTML");
    assert!(shown.body.contains(&format!("href=\"{address}?edit=change-{}#c-{}\"", first.id, first.id)));
    for (form, field) in [
        (format!("change-{}", first.id), "name=\"severity\""),
        (format!("dismiss-{}", first.id), "name=\"notes\""),
        ("add".to_owned(), "name=\"quote\""),
        ("conditions".to_owned(), "name=\"conditions[k0][text]\""),
        ("send-back".to_owned(), "name=\"question\""),
        ("sign-off".to_owned(), "/api/analysis/sign-off"),
    ] {
        let shown = alex.get(&format!("{address}?edit={form}")).await;
        assert!(shown.status == StatusCode::OK && shown.body.contains(field), "{form}");
        assert!(!shown.body.contains("value=\"accept\""), "no press stands beside an open form: {form}");
    }

    let (incident, revision, classification) = (id.to_string(), opened.revision.to_string(), first.id.to_string());
    let fields = [
        TENANT,
        ("id", incident.as_str()),
        ("revision", revision.as_str()),
        ("classification", classification.as_str()),
        ("decision", "accept"),
    ];
    let answer = alex.post_form(&address, "analysis/decide", &fields).await;
    assert_eq!(answer.location(), format!("{address}#c-{}", first.id), "back to where the press was");
    let answer = alex.post_form(&address, "analysis/decide", &fields).await;
    assert!(answer.location().contains("__err="), "{}", answer.location());
    let path = answer.location().replace("http://127.0.0.1:3000", "");
    let shown = alex.get(&path).await;
    assert!(shown.body.contains("Somebody changed this analysis after you opened it"));
}
