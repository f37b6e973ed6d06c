//! Deleting what may be deleted, and nothing that must stay.

use super::{TENANT, approve, count, desk, hold, open, participant, person, plant_conversation, view, worker};
use crate::app::TestApp;
use http::StatusCode;
use supportsignal::{
    audit::store::find_break,
    data_requests::{plan::DeletionPlan, request::RequestStatus, store::holds},
    error::AppError,
    ids::{IncidentId, TenantId},
    platform::database::TenantTx,
};

const REPORTS: &str = "select count(*) from incidents where tenant_id = $1";

/// Every report that was submitted is signed off, so many years ago.
async fn sign_off_all(app: &TestApp, years: i32) {
    sqlx::query(
        "update incident_analyses
         set analysis_status = 'completed', analyzed_at = coalesce(analyzed_at, now()),
             completed_at = now() - make_interval(years => $2)
         where tenant_id = $1",
    )
    .bind(app.seed.banksia.id.uuid())
    .bind(years)
    .execute(&app.db.admin)
    .await
    .unwrap();
}

/// Everything about the reports of the organisation happened eight years ago.
async fn age_reports(app: &TestApp) {
    age_events(app).await;
    sign_off_all(app, 8).await;
}

/// The events and the reports are eight years old, whenever they were signed off.
async fn age_events(app: &TestApp) {
    sqlx::query(
        "update incidents set event_date_time = event_date_time - interval '8 years', created_at = created_at - interval '8 years',
                submitted_at = submitted_at - interval '8 years'
         where tenant_id = $1",
    )
    .bind(app.seed.banksia.id.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
}

async fn number_of(app: &TestApp, id: IncidentId) -> i64 {
    sqlx::query_scalar("select number from incidents where id = $1")
        .bind(id.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap()
}

async fn participant_name(app: &TestApp) -> String {
    sqlx::query_scalar("select name from participants where id = $1")
        .bind(app.seed.banksia.participant.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap()
}

/// As if the server's own role had been taken over.
async fn delete_directly(app: &TestApp, tenant: TenantId, id: IncidentId) -> bool {
    let mut tx = TenantTx::begin_for_system(&app.db.pool, tenant).await.unwrap();
    let gone =
        sqlx::query_scalar("select app.delete_incident($1)").bind(id.uuid()).fetch_one(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    gone
}

async fn keep_for(app: &TestApp, years: i16) {
    sqlx::query("update tenants set retention_years = $2 where id = $1")
        .bind(app.seed.banksia.id.uuid())
        .bind(years)
        .execute(&app.db.admin)
        .await
        .unwrap();
}

async fn assert_trail_is_whole(app: &TestApp) {
    let mut tx = TenantTx::begin_for_system(&app.db.pool, app.seed.banksia.id).await.unwrap();
    assert_eq!(find_break(&mut tx).await.unwrap(), None);
}

fn plan_of(plan: Option<DeletionPlan>) -> DeletionPlan {
    plan.expect("a deletion that isn't decided has a plan")
}

#[tokio::test]
async fn within_the_time_of_retention_reports_and_the_register_stay() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    assert_eq!(desk(&admin).await.unwrap().past_retention, 0);
    sign_off_all(&app, 0).await;
    let request = open(&admin, "deletion", participant(&app)).await;
    let plan = plan_of(view(&admin, request.id).await.unwrap().plan);
    assert!(plan.deleted.is_empty() && plan.anonymised.is_empty() && !plan.is_blocked());
    assert_eq!(plan.kept[0].what, "4 reports about the person");
    assert!(plan.kept[0].until.is_some_and(|until| (until - request.requested_at).num_days() > 7 * 365));

    let refused = approve(&admin, request.id, "Robin Hale").await.unwrap_err();
    assert!(matches!(refused, AppError::NotPossible { .. }), "nothing would be deleted: {refused:?}");
    app.finish_jobs().await;
    assert_eq!(view(&admin, request.id).await.unwrap().request.status, RequestStatus::Received);
    assert_eq!((count(&app, REPORTS).await, participant_name(&app).await), (4, "Robin Hale".to_owned()));
}

#[tokio::test]
async fn the_time_of_retention_begins_with_the_sign_off() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    let seed = &app.seed.banksia;
    age_events(&app).await;
    assert_eq!(desk(&admin).await.unwrap().past_retention, 2, "the drafts");
    let request = open(&admin, "deletion", participant(&app)).await;
    let plan = plan_of(view(&admin, request.id).await.unwrap().plan);
    assert_eq!(plan.deleted, ["2 reports about the person with all versions, answers and analyses"]);
    assert_eq!((plan.kept[0].what.as_str(), plan.kept[0].until), ("2 reports about the person", None));
    assert!(!delete_directly(&app, seed.id, seed.submitted).await, "never signed off");
    assert!(!delete_directly(&app, seed.id, seed.completed).await, "signed off today");
    sign_off_all(&app, 8).await;
    assert!(delete_directly(&app, seed.id, seed.submitted).await, "signed off eight years ago");
}

#[tokio::test]
async fn after_it_reports_go_unless_a_hold_keeps_them() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    age_reports(&app).await;
    let held = app.seed.banksia.completed;
    assert_eq!(desk(&admin).await.unwrap().past_retention, 4);
    hold(&admin, "", &number_of(&app, held).await.to_string()).await.unwrap();
    assert_eq!(desk(&admin).await.unwrap().past_retention, 3);

    let request = open(&admin, "deletion", participant(&app)).await;
    let plan = plan_of(view(&admin, request.id).await.unwrap().plan);
    assert_eq!(plan.deleted, ["3 reports about the person with all versions, answers and analyses"]);
    assert!(plan.kept.iter().any(|kept| kept.what == "1 report about the person" && kept.why.contains("legal hold")));
    let unsure = approve(&admin, request.id, "robin").await.unwrap_err();
    assert!(unsure.at("confirmation").is_some(), "{unsure:?}");
    approve(&admin, request.id, " Robin Hale ").await.unwrap();
    app.finish_jobs().await;
    let done = view(&admin, request.id).await.unwrap().request;
    assert_eq!(done.status, RequestStatus::Completed);
    assert!(done.outcome.iter().any(|line| line.starts_with("Kept: 1 report about the person.")), "{:?}", done.outcome);
    let left: Vec<uuid::Uuid> = sqlx::query_scalar("select id from incidents where tenant_id = $1")
        .bind(app.seed.banksia.id.uuid())
        .fetch_all(&app.db.admin)
        .await
        .unwrap();
    assert_eq!((left, participant_name(&app).await), (vec![held.uuid()], "Robin Hale".to_owned()));

    let hold = desk(&admin).await.unwrap().holds.remove(0);
    let fields = [TENANT, ("id", &hold.id.to_string()), ("reason", "The case is closed.")];
    admin.call::<()>("legal-holds/lift", &fields).await.unwrap();
    let twice = admin.call::<()>("legal-holds/lift", &fields).await.unwrap_err();
    assert!(matches!(twice, AppError::NotPossible { .. }));
    let request = open(&admin, "deletion", participant(&app)).await;
    approve(&admin, request.id, "Robin Hale").await.unwrap();
    app.finish_jobs().await;
    assert_eq!((count(&app, REPORTS).await, participant_name(&app).await), (0, "Former participant 1".to_owned()));
    let parts = "select (select count(*) from incident_narratives where tenant_id = $1)
                      + (select count(*) from clarification_questions where tenant_id = $1)
                      + (select count(*) from clarification_answers where tenant_id = $1)
                      + (select count(*) from incident_classifications where tenant_id = $1)
                      + (select count(*) from incident_words where tenant_id = $1)
                      + (select count(*) from notifications where tenant_id = $1 and incident_id is not null)";
    assert_eq!(count(&app, parts).await, 0);
    let elsewhere: i64 = sqlx::query_scalar("select count(*) from incidents where tenant_id = $1")
        .bind(app.seed.wattle.id.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(elsewhere, 4, "the other organisation has what it had");
    assert_trail_is_whole(&app).await;
}

#[tokio::test]
async fn a_hold_on_the_person_or_on_everything_stops_a_deletion_before_and_after_the_decision() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    age_reports(&app).await;
    let request = open(&admin, "deletion", participant(&app)).await;
    approve(&admin, request.id, "Robin Hale").await.unwrap();
    // Before the work begins.
    hold(&admin, "organisation", "").await.unwrap();
    app.finish_jobs().await;
    let back = view(&admin, request.id).await.unwrap();
    assert_eq!(back.request.status, RequestStatus::Received);
    assert!(back.request.reason.contains("Nothing was deleted"));
    assert_eq!(plan_of(back.plan).blocked_by[0].subject, "The whole organisation");
    let refused = approve(&admin, request.id, "Robin Hale").await.unwrap_err();
    assert!(matches!(refused, AppError::NotPossible { .. }), "{refused:?}");
    assert_eq!((count(&app, REPORTS).await, participant_name(&app).await), (4, "Robin Hale".to_owned()));
    let told: Vec<(String, Option<uuid::Uuid>)> =
        sqlx::query_as("select action, actor_id from audit_events where subject_id = $1 order by position")
            .bind(request.id.uuid())
            .fetch_all(&app.db.admin)
            .await
            .unwrap();
    let dana = Some(app.seed.banksia.admin.user_id.uuid());
    let expected = [("data_request.opened", dana), ("data_request.approved", dana), ("data_request.put_back", None)];
    assert_eq!(told, expected.map(|(action, actor)| (action.to_owned(), actor)));
}

#[tokio::test]
async fn a_worker_who_left_leaves_reports_and_no_trace_of_what_was_theirs_alone() {
    let app = TestApp::start().await;
    let seed = &app.seed.banksia;
    plant_conversation(&app).await;
    let (admin, priya) = (person(&app, "admin").await, person(&app, "worker").await);
    let request = open(&admin, "deletion", worker(&app)).await;
    let plan = plan_of(view(&admin, request.id).await.unwrap().plan);
    assert!(plan.deleted.contains(&"1 conversation with the documents".to_owned()), "{:?}", plan.deleted);
    assert!(plan.deleted.contains(&"1 saved view of the dashboard".to_owned()), "{:?}", plan.deleted);
    assert!(plan.deleted.contains(&"2 drafts that were never submitted".to_owned()), "{:?}", plan.deleted);
    assert_eq!(plan.kept[0].what, "1 report that they wrote, with their name");
    approve(&admin, request.id, "Priya Nair").await.unwrap();
    app.finish_jobs().await;

    assert_eq!(count(&app, "select count(*) from chat_sessions where tenant_id = $1").await, 0);
    let views = "select count(*) from saved_views v join memberships m using (tenant_id, user_id)
                 where tenant_id = $1 and m.status = 'deactivated'";
    assert_eq!(count(&app, views).await, 0);
    let left: Vec<(uuid::Uuid, String)> =
        sqlx::query_as("select id, reporter_name from incidents where tenant_id = $1 order by reporter_name")
            .bind(seed.id.uuid())
            .fetch_all(&app.db.admin)
            .await
            .unwrap();
    let expected = [(seed.completed.uuid(), "Priya Nair".to_owned()), (seed.submitted.uuid(), "Tom Becker".to_owned())];
    assert_eq!(left, expected);
    let request = view(&admin, request.id).await.unwrap().request;
    assert_eq!(request.subject_name, "Former worker 1");
    for line in ["Deleted: 1 conversation with the documents", "Deleted: 1 saved view of the dashboard"] {
        assert!(request.outcome.iter().any(|done| done == line), "{:?}", request.outcome);
    }
    let drafts = "Deleted: 2 drafts that were never submitted";
    assert!(request.outcome.iter().any(|done| done == drafts), "{:?}", request.outcome);
    assert_eq!(priya.get("/banksia").await.location(), "/sign-in?next=/banksia", "she is signed out");
    let again = person(&app, "worker").await;
    assert_eq!(again.get("/banksia").await.status, StatusCode::NOT_FOUND, "the account opens nothing here");
    let told: i64 = sqlx::query_scalar("select count(*) from notifications where user_id = $1")
        .bind(seed.worker.user_id.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(told, 0);
    assert_trail_is_whole(&app).await;
}

#[tokio::test]
async fn the_names_of_old_reporters_go_and_a_held_draft_stays() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    age_reports(&app).await;
    hold(&admin, "", &number_of(&app, app.seed.banksia.draft).await.to_string()).await.unwrap();
    let request = open(&admin, "deletion", worker(&app)).await;
    approve(&admin, request.id, "Priya Nair").await.unwrap();
    app.finish_jobs().await;
    let left: Vec<(uuid::Uuid, String)> = sqlx::query_as(
        "select id, reporter_name from incidents where tenant_id = $1 and reporter_id = $2 order by number",
    )
    .bind(app.seed.banksia.id.uuid())
    .bind(app.seed.banksia.worker.user_id.uuid())
    .fetch_all(&app.db.admin)
    .await
    .unwrap();
    let expected = [
        (app.seed.banksia.draft.uuid(), "Priya Nair".to_owned()),
        (app.seed.banksia.completed.uuid(), "Former worker 1".to_owned()),
    ];
    assert_eq!(left, expected);
}

#[tokio::test]
async fn a_deletion_waits_for_a_hold_that_is_being_placed() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    age_reports(&app).await;
    let request = open(&admin, "deletion", participant(&app)).await;
    approve(&admin, request.id, "Robin Hale").await.unwrap();
    let mut placing = TenantTx::begin_for_system(&app.db.pool, app.seed.banksia.id).await.unwrap();
    holds::lock(&mut placing).await.unwrap();
    sqlx::query(
        "insert into legal_holds (tenant_id, id, subject_type, reason, placed_by)
         values ($1, gen_random_uuid(), 'organisation', 'Court order', $2)",
    )
    .bind(app.seed.banksia.id.uuid())
    .bind(app.seed.banksia.admin.user_id.uuid())
    .execute(placing.connection())
    .await
    .unwrap();
    let place_once_it_waits = async {
        while !deletion_waits_or_is_over(&app).await {}
        placing.commit().await.unwrap();
    };
    tokio::join!(app.finish_jobs(), place_once_it_waits);
    assert_eq!(view(&admin, request.id).await.unwrap().request.status, RequestStatus::Received);
    assert_eq!(count(&app, REPORTS).await, 4);
}

async fn deletion_waits_or_is_over(app: &TestApp) -> bool {
    sqlx::query_scalar(
        "select exists (select from pg_locks l join pg_stat_activity a on a.pid = l.pid
                        where not l.granted and a.datname = current_database())
             or not exists (select from data_requests where status = 'preparing')",
    )
    .fetch_one(&app.db.admin)
    .await
    .unwrap()
}

#[tokio::test]
async fn the_last_admin_stays() {
    let app = TestApp::start().await;
    let seed = &app.seed.banksia;
    let admin = person(&app, "admin").await;
    let request = open(&admin, "deletion", worker(&app)).await;
    approve(&admin, request.id, "Priya Nair").await.unwrap();
    // Before the work begins, the worker becomes the only admin.
    sqlx::query(
        "update memberships set role = case when user_id = $2 then 'company_admin' else 'viewer' end
         where tenant_id = $1",
    )
    .bind(seed.id.uuid())
    .bind(seed.worker.user_id.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
    app.finish_jobs().await;
    let (status, reason): (String, String) = sqlx::query_as("select status, reason from data_requests where id = $1")
        .bind(request.id.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(status, "received");
    assert!(reason.contains("only admin") && reason.ends_with("Nothing was deleted."), "{reason}");
    let active =
        "select count(*) from memberships where tenant_id = $1 and role = 'company_admin' and status = 'active'";
    assert_eq!(count(&app, active).await, 1);
}

#[tokio::test]
async fn nobody_deletes_themself() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    let oneself = supportsignal::data_requests::request::DataSubject::Member(app.seed.banksia.admin.user_id);
    let request = open(&admin, "deletion", oneself).await;
    assert!(view(&admin, request.id).await.unwrap().is_about_me);
    let refused = approve(&admin, request.id, "Dana Okafor").await.unwrap_err();
    assert!(matches!(refused, AppError::NotPossible { .. }), "{refused:?}");
}

#[tokio::test]
async fn the_database_itself_refuses_to_delete_what_must_stay() {
    let app = TestApp::start().await;
    let (banksia, wattle) = (app.seed.banksia.id, app.seed.wattle.id);
    let report = app.seed.banksia.completed;
    assert!(!delete_directly(&app, banksia, report).await, "within the time of retention");
    age_reports(&app).await;
    keep_for(&app, 9).await;
    assert!(!delete_directly(&app, banksia, report).await, "the organisation keeps its records for longer");
    let years_of_ones_own =
        sqlx::query("select app.delete_incident($1, 0)").bind(report.uuid()).execute(&app.db.pool).await.unwrap_err();
    assert_eq!(years_of_ones_own.as_database_error().and_then(|error| error.code()).as_deref(), Some("42883"));
    keep_for(&app, 7).await;
    assert!(!delete_directly(&app, wattle, report).await, "in another organisation's name");
    let admin = person(&app, "admin").await;
    hold(&admin, &participant(&app).form_value(), "").await.unwrap();
    assert!(!delete_directly(&app, banksia, report).await, "under a hold on the participant");
    assert_eq!(count(&app, REPORTS).await, 4);
    let refused = sqlx::query("delete from incidents").execute(&app.db.pool).await.unwrap_err();
    assert_eq!(refused.as_database_error().and_then(|error| error.code()).as_deref(), Some("42501"));
}
