//! Background work: it happens if what asked for it happened, once, and a failure is seen.

use super::{
    app::TestApp,
    seed::email,
    story::{eventually, full_account},
};
use serde_json::Value;
use supportsignal::{
    clarification::{jobs::GenerateQuestions, store as clarification},
    ids::{CorrelationId, JobId},
    incidents::store::SUBJECT,
    jobs::{
        self,
        job::{JobRow, JobStatus},
        queue::{self, Job, JobContext},
        store,
    },
    platform::database::TenantTx,
};
use tokio_util::sync::CancellationToken;

async fn waiting(app: &TestApp) -> Vec<Value> {
    sqlx::query_scalar("select payload from job_queue._private_jobs order by id")
        .fetch_all(&app.db.admin)
        .await
        .unwrap()
}

#[tokio::test]
async fn work_asked_for_in_a_transaction_that_failed_is_never_done() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.worker).await.unwrap();
    let job_id =
        store::insert_job(&mut tx, "generate_questions", SUBJECT, tenant.draft.uuid(), CorrelationId::generate())
            .await
            .unwrap()
            .unwrap();
    let job = GenerateQuestions { tenant_id: tenant.id, incident_id: tenant.draft, job_id };
    queue::enqueue(tx.connection(), &job).await.unwrap();
    drop(tx);
    assert_eq!(waiting(&app).await, Vec::<Value>::new());
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.worker).await.unwrap();
    assert_eq!(store::find_latest(&mut tx, "generate_questions", SUBJECT, tenant.draft.uuid()).await.unwrap(), None);
}

#[tokio::test]
async fn asking_twice_makes_one_job_and_its_payload_holds_ids_only() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let priya = app.sign_in(&email("worker", tenant)).await;
    let draft = priya.draft("banksia", tenant.told).await.unwrap();
    let saved = priya.save_account("banksia", tenant.told, draft.revision, &full_account(), "continue").await.unwrap();
    priya.save_account("banksia", tenant.told, saved.revision, &full_account(), "continue").await.unwrap();
    let payloads = waiting(&app).await;
    assert_eq!(payloads.len(), 1);
    for (key, value) in payloads[0].as_object().unwrap() {
        assert!(value.as_str().unwrap().parse::<uuid::Uuid>().is_ok(), "{key} is no id: {value}");
    }
}

#[tokio::test]
async fn a_job_delivered_twice_changes_nothing_the_second_time() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let job: GenerateQuestions = {
        let id: uuid::Uuid =
            sqlx::query_scalar("select id from jobs where kind = 'generate_questions' and subject_id = $1")
                .bind(tenant.told.uuid())
                .fetch_one(&app.db.admin)
                .await
                .unwrap();
        GenerateQuestions { tenant_id: tenant.id, incident_id: tenant.told, job_id: JobId::from(id) }
    };
    let look = async || {
        let mut tx = TenantTx::begin(&app.db.pool, &tenant.worker).await.unwrap();
        let questions = clarification::list_questions(&mut tx, tenant.told, None).await.unwrap();
        let events: i64 =
            sqlx::query_scalar("select count(*) from audit_events").fetch_one(tx.connection()).await.unwrap();
        (questions, events)
    };
    let before = look().await;
    assert!(!before.0.is_empty());
    let context =
        JobContext { services: app.services.clone(), attempt: 2, max_attempts: GenerateQuestions::MAX_ATTEMPTS };
    job.clone().run(context.clone()).await.unwrap();
    assert_eq!(look().await, before);

    // As if the worker had died after the work and before noting it.
    sqlx::query("update jobs set status = 'running' where id = $1")
        .bind(job.job_id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    job.run(context).await.unwrap();
    assert_eq!(look().await.0, before.0);
}

#[tokio::test]
async fn a_failing_job_is_seen_tried_again_and_given_up_in_the_end() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let (priya, dana) = (app.sign_in(&email("worker", tenant)).await, app.sign_in(&email("admin", tenant)).await);
    let jobs = async || dana.call::<Vec<JobRow>>("jobs/list", &[("tenant", "banksia")]).await.unwrap();
    let switch_prompts = async |on: bool| {
        sqlx::query("update prompt_templates set is_active = $1 where prompt_name = 'clarification_questions' and prompt_version = 1 and tenant_id = app.system_tenant_id()")
            .bind(on)
            .execute(&app.db.admin)
            .await
            .unwrap();
    };
    switch_prompts(false).await;
    let draft = priya.draft("banksia", tenant.told).await.unwrap();
    priya.save_account("banksia", tenant.told, draft.revision, &full_account(), "continue").await.unwrap();

    let stop = CancellationToken::new();
    let worker = tokio::spawn(jobs::run_worker(app.services.clone(), stop.clone()));
    eventually("the failure shows in the admin's list", async || {
        jobs().await.iter().any(|job| job.status == JobStatus::Failed && job.error.is_some())
    })
    .await;
    stop.cancel();
    worker.await.unwrap().unwrap();
    let payload = waiting(&app).await.pop().expect("it waits for its next attempt");

    let job: GenerateQuestions = serde_json::from_value(payload).unwrap();
    let max_attempts = GenerateQuestions::MAX_ATTEMPTS;
    let context = JobContext { services: app.services.clone(), attempt: max_attempts, max_attempts };
    assert!(job.clone().run(context.clone()).await.is_err());
    let dead = jobs().await.remove(0);
    assert_eq!((dead.id, dead.status), (job.job_id, JobStatus::Dead), "what gave up comes first");
    assert!(dead.finished_at.is_some());

    // Once mended, asking again is new work and not a dead end.
    switch_prompts(true).await;
    let draft = priya.draft("banksia", tenant.told).await.unwrap();
    sqlx::query("delete from job_queue._private_jobs").execute(&app.db.admin).await.unwrap();
    priya.save_account("banksia", tenant.told, draft.revision, &full_account(), "continue").await.unwrap();
    app.finish_jobs().await;
    assert!(jobs().await.iter().any(|job| job.status == JobStatus::Completed && job.created_at > dead.created_at));
}

#[tokio::test]
async fn only_an_admin_sees_background_work() {
    let app = TestApp::start().await;
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, &app.seed.banksia)).await;
        let error = browser.call::<Vec<JobRow>>("jobs/list", &[("tenant", "banksia")]).await.unwrap_err();
        assert_eq!(error.status(), 403, "{person}");
    }
}
