//! From a submitted report to the sign-off: what is suggested, what people decide, and the way back.

mod delivery;
mod pages;
mod returning;
mod review;
mod rights;

use crate::{app::TestApp, browser::Browser, seed::email};
use serde_json::Value;
use supportsignal::{
    analysis::{
        analysis::{ReviewState, Verdict},
        jobs::AnalyseIncident,
        record::{Analysis, Classification, IncidentAnalysis},
    },
    error::AppError,
    ids::IncidentId,
    incidents::{incident::AnalysisStatus, record::IncidentRecord},
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
