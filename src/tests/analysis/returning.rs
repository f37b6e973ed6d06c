//! A report that goes back to its reporter.

use super::{
    ANALYSES, CLASSIFICATIONS, GENERATED, TENANT, analysis, context, count, decide, page, person, send, submit_told,
    told, waiting_job,
};
use crate::{app::TestApp, browser::Browser, story::full_account};
use supportsignal::{
    analysis::{
        analysis::{ReviewState, Verdict},
        record::Classification,
    },
    dashboards::home::Home,
    error::AppError,
    ids::IncidentId,
    incidents::{
        incident::{CaptureStatus, WizardStep},
        narrative::Phase,
    },
    jobs::queue::Job,
    notifications::notification::NotificationKind,
};

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
