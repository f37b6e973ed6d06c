//! Try-outs of versions on past reports.

use super::{STEP, TEMPLATE, about, admin, audited, newest_own, save, versions};
use crate::{
    app::TestApp,
    browser::Browser,
    seed::{SYSTEM_ADMIN, email},
};
use serde_json::Value;
use supportsignal::{
    error::AppError,
    ids::{IncidentId, PromptId, PromptTrialId},
    jobs::queue::{Job, JobContext},
    prompts::{
        jobs::TryPrompt,
        prompt::VersionDetails,
        trial::{Trial, TrialChoices},
        trial_output::TrialOutput,
    },
};

/// Asks for a try-out; returns where it is found.
async fn ask_for_trial(browser: &Browser, id: PromptId, report: IncidentId) -> Result<PromptTrialId, AppError> {
    let (id, report) = (id.to_string(), report.to_string());
    let fields =
        [("tenant", "banksia"), ("step", STEP.as_str()), ("id", id.as_str()), ("incident_id", report.as_str())];
    let answer = browser.post("prompts/try", &fields).await;
    if !answer.status.is_success() {
        return Err(answer.error());
    }
    let path = answer.location().to_owned();
    Ok(path.rsplit('/').next().unwrap().parse().unwrap_or_else(|_| panic!("no try-out: {path}")))
}

/// A try-out that is done.
pub async fn try_out(app: &TestApp, browser: &Browser, id: PromptId, report: IncidentId) -> PromptTrialId {
    let trial = ask_for_trial(browser, id, report).await.unwrap();
    app.finish_jobs().await;
    trial
}

pub async fn read_trial(browser: &Browser, tenant: &str, id: PromptTrialId) -> Result<Trial, AppError> {
    browser.call("prompts/trial", &[("tenant", tenant), ("id", &id.to_string())]).await
}

/// Everything that is stored of a report, as text.
async fn everything_about(app: &TestApp, id: IncidentId) -> String {
    sqlx::query_scalar(
        "select concat_ws(' ',
             (select i::text from incidents i where i.id = $1),
             (select string_agg(n::text, ' ' order by n.id) from incident_narratives n where n.incident_id = $1),
             (select string_agg(q::text, ' ' order by q.id) from clarification_questions q where q.incident_id = $1))",
    )
    .bind(id.uuid())
    .fetch_one(&app.db.admin)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_try_out_shows_both_outputs_and_changes_nothing() {
    let app = TestApp::start().await;
    let report = app.seed.banksia.submitted;
    let dana = admin(&app).await;
    save(&dana, "banksia", "Shorter", TEMPLATE).await.unwrap();
    let own = newest_own(&dana, "banksia").await;
    let before = everything_about(&app, report).await;

    let choices: TrialChoices = about(&dana, "prompts/trial-choices", "banksia", own.id, &[]).await.unwrap();
    assert_eq!(choices.against.to_string(), "Default version 1");
    let offered: Vec<_> = choices.incidents.iter().map(|incident| incident.id).collect();
    assert_eq!(offered.len(), 2, "submitted reports only");
    assert!(offered.contains(&report) && offered.contains(&app.seed.banksia.completed));
    let number = choices.incidents.iter().find(|incident| incident.id == report).unwrap().number.to_string();
    let search = [("search", number.as_str())];
    let found: TrialChoices = about(&dana, "prompts/trial-choices", "banksia", own.id, &search).await.unwrap();
    assert_eq!(found.incidents.iter().map(|incident| incident.id).collect::<Vec<_>>(), [report]);

    let trial = ask_for_trial(&dana, own.id, report).await.unwrap();
    assert_eq!(ask_for_trial(&dana, own.id, report).await.unwrap(), trial, "a second press finds it running");
    let waiting = read_trial(&dana, "banksia", trial).await.unwrap();
    assert!(waiting.is_waiting() && waiting.outcome().is_none());
    let page = format!("/banksia/prompts/{}/trials/{trial}", STEP.as_str());
    assert!(dana.get(&page).await.body.contains("Running both versions"));

    app.finish_jobs().await;
    let done = read_trial(&dana, "banksia", trial).await.unwrap();
    let (stood, tried) = done.outcome().expect("both outputs");
    assert_eq!(
        (done.prompt.to_string().as_str(), done.against.to_string().as_str()),
        ("Own version 1", "Default version 1")
    );
    assert_eq!((stood.maker.as_str(), tried.maker.as_str()), ("built-in", "built-in"));
    assert!(matches!(&tried.output, TrialOutput::Sentences(phases) if phases.len() == 4), "{tried:?}");
    let body = dana.get(&page).await.body;
    assert!(body.contains("The built-in engine answered both times"), "it says why both are the same");
    assert_eq!(everything_about(&app, report).await, before);

    let details: VersionDetails = about(&dana, "prompts/version", "banksia", own.id, &[]).await.unwrap();
    assert_eq!(details.trials.iter().map(|row| (row.id, row.is_finished)).collect::<Vec<_>>(), [(trial, true)]);
    let audited = audited(&app, app.seed.banksia.id, "prompt.tried").await;
    assert_eq!(audited.len(), 1);
    assert_eq!(audited[0]["incident_id"], report.to_string());
}

#[tokio::test]
async fn a_try_out_that_was_cut_off_goes_on_and_ends_once() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    save(&dana, "banksia", "Shorter", TEMPLATE).await.unwrap();
    let own = newest_own(&dana, "banksia").await;
    let trial = ask_for_trial(&dana, own.id, app.seed.banksia.submitted).await.unwrap();
    let payload: Value =
        sqlx::query_scalar("select payload from job_queue._private_jobs").fetch_one(&app.db.admin).await.unwrap();
    for (key, value) in payload.as_object().unwrap() {
        assert!(value.as_str().unwrap().parse::<uuid::Uuid>().is_ok(), "{key} is no id: {value}");
    }
    let job: TryPrompt = serde_json::from_value(payload).unwrap();
    let context = JobContext { services: app.services.clone(), attempt: 1, max_attempts: TryPrompt::MAX_ATTEMPTS };
    // As if the worker had died after the first output.
    sqlx::query(
        "update prompt_trials set against_output = '{\"sentences\": []}', against_maker = 'kept' where id = $1",
    )
    .bind(trial.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
    job.clone().run(context.clone()).await.unwrap();
    let done = read_trial(&dana, "banksia", trial).await.unwrap();
    assert_eq!(done.outcome().map(|(stood, _)| stood.maker.as_str()), Some("kept"), "what was paid for is kept");
    job.run(context).await.unwrap();
    assert_eq!(read_trial(&dana, "banksia", trial).await.unwrap(), done, "delivered twice, done once");
}

#[tokio::test]
async fn what_cant_be_tried_is_refused() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    save(&dana, "banksia", "Shorter", TEMPLATE).await.unwrap();
    let (own, in_use) = (newest_own(&dana, "banksia").await, versions(&dana, "banksia").await.unwrap().in_use);
    for report in [app.seed.banksia.told, app.seed.wattle.submitted] {
        let error = ask_for_trial(&dana, own.id, report).await.unwrap_err();
        assert!(error.at("incident_id").is_some(), "a draft, or somebody else's: {error:?}");
    }
    let error = ask_for_trial(&dana, in_use, app.seed.banksia.submitted).await.unwrap_err();
    assert!(matches!(error, AppError::NotPossible { .. }), "there is nothing to try it against: {error:?}");
    let trials: i64 = sqlx::query_scalar("select count(*) from prompt_trials where prompt_id = $1")
        .bind(own.id.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(trials, 0);
}

#[tokio::test]
async fn nobody_of_another_organisation_sees_a_try_out() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    save(&dana, "banksia", "Shorter", TEMPLATE).await.unwrap();
    let own = newest_own(&dana, "banksia").await;
    let trial = try_out(&app, &dana, own.id, app.seed.banksia.submitted).await;
    let vera = app.sign_in(&email("viewer", &app.seed.wattle)).await;
    assert_eq!(
        read_trial(&vera, "banksia", trial).await,
        Err(AppError::NotFound),
        "not even the organisation is there"
    );
    assert_eq!(read_trial(&vera, "wattle", trial).await, Err(AppError::Forbidden));
    let theirs = app.sign_in(&email("admin", &app.seed.wattle)).await;
    assert_eq!(read_trial(&theirs, "wattle", trial).await, Err(AppError::NotFound));
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    assert_eq!(read_trial(&sasha, "system", trial).await, Err(AppError::Forbidden), "running the system is no reason");
}
