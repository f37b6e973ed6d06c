//! The system admin in a person's place: for a while, with a reason, seen by everybody concerned, and never
//! with more rights than that person.

use super::{
    app::TestApp,
    browser::Browser,
    seed::{SYSTEM_ADMIN, TenantSeed, email},
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use supportsignal::{
    accounts::{
        role::Role,
        sessions::SessionRow,
        viewer::{TenantChoice, Viewer},
    },
    data_requests::store::member::list_activity,
    error::AppError,
    ids::UserId,
    incidents::record::IncidentRecord,
    notifications::notification::{Notification, NotificationKind},
    platform::database::TenantTx,
    tenants::{acted, settings::SettingsPage},
};

const NOTHING: &[(&str, &str)] = &[];

async fn act(browser: &Browser, organisation: &str, person: UserId, reason: &str) -> Result<(), AppError> {
    let person = person.to_string();
    let fields =
        [("tenant", "system"), ("organisation", organisation), ("person", person.as_str()), ("acting_reason", reason)];
    browser.call("tenants/start-acting", &fields).await
}

async fn viewer(browser: &Browser, tenant: &str) -> Result<Viewer, AppError> {
    browser.call("accounts/viewer", &[("tenant", tenant)]).await
}

/// Action, actor and details of what happened lately in an organisation, oldest first.
async fn trail(app: &TestApp, tenant: &TenantSeed) -> Vec<(String, Option<uuid::Uuid>, Value)> {
    let mut events: Vec<_> = sqlx::query_as(
        "select action, actor_id, details from audit_events where tenant_id = $1 order by position desc limit 4",
    )
    .bind(tenant.id.uuid())
    .fetch_all(&app.db.admin)
    .await
    .unwrap();
    events.reverse();
    events
}

async fn age(app: &TestApp) {
    sqlx::query(
        "update acting_sessions set started_at = started_at - interval '31 minutes', ends_at = ends_at - interval '31 minutes'",
    )
    .execute(&app.db.admin)
    .await
    .unwrap();
}

#[tokio::test]
async fn whoever_acts_is_that_person_and_every_trace_says_who_it_really_was() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    assert_eq!(viewer(&sasha, "banksia").await.unwrap_err(), AppError::NotFound);
    assert!(act(&sasha, "banksia", tenant.worker.user_id, " ").await.unwrap_err().at("acting_reason").is_some());
    act(&sasha, "banksia", tenant.worker.user_id, "A draft doesn't open").await.unwrap();

    let seen = viewer(&sasha, "banksia").await.unwrap();
    assert_eq!((seen.member.user_id, seen.member.role), (tenant.worker.user_id, Role::FrontlineWorker));
    let page = sasha.get("/banksia").await;
    assert!(page.body.contains("You act as Priya Nair at Banksia Support until"), "{}", page.body);
    assert!(sasha.get("/system").await.body.contains("You act as Priya Nair at Banksia Support until"));
    let report = sasha.start_report("banksia").await;
    sasha.call::<()>("tenants/stop-acting", NOTHING).await.unwrap();
    assert_eq!(viewer(&sasha, "banksia").await.unwrap_err(), AppError::NotFound);

    let trail = trail(&app, tenant).await;
    let actions: Vec<_> = trail.iter().map(|(action, ..)| action.as_str()).collect();
    let started = actions.iter().position(|action| *action == "acting.started").expect("the start is told");
    assert_eq!(actions.last(), Some(&"acting.ended"));
    let admin = trail[started].2["by"].clone();
    let (_, actor, details) = trail.iter().find(|(action, ..)| action == "incident.started").unwrap();
    assert_eq!(*actor, Some(tenant.worker.user_id.uuid()));
    assert_eq!(details["acting"]["by"], admin, "{details}");

    // The worker reads it in the report's own history, the admin among the notifications and in the settings.
    let priya = app.sign_in(&email("worker", tenant)).await;
    let record: IncidentRecord =
        priya.call("incidents/record", &[("tenant", "banksia"), ("id", &report.to_string())]).await.unwrap();
    assert_eq!(record.history[0].actor_name.as_deref(), Some("SupportSignal support as Priya Nair"));
    // So do the report's file and that of the person's own data.
    let lead = app.sign_in(&email("lead", tenant)).await;
    let saved = lead.get(&format!("/banksia/incidents/{report}/export.json")).await.body;
    assert!(saved.contains("SupportSignal support as Priya Nair"), "{saved}");
    let mut tx = TenantTx::begin_for_system(&app.db.pool, tenant.id).await.unwrap();
    let activity = list_activity(&mut tx, tenant.worker.user_id).await.unwrap();
    drop(tx);
    let started = activity.iter().find(|done| done.subject_id == report.uuid()).unwrap();
    assert_eq!(started.event.actor_name.as_deref(), Some("SupportSignal support as Priya Nair"));
    let dana = app.sign_in(&email("admin", tenant)).await;
    let told: Vec<Notification> = dana.call("notifications/list", &[("tenant", "banksia")]).await.unwrap();
    assert_eq!(told[0].kind, NotificationKind::ActingStarted);
    assert!(dana.get("/banksia/notifications").await.body.contains("began to act as Priya Nair"));
    let settings: SettingsPage = dana.call("tenants/settings", &[("tenant", "banksia")]).await.unwrap();
    assert_eq!((settings.support[0].person_name.as_str(), settings.support[0].is_over), ("Priya Nair", true));
}

#[tokio::test]
async fn the_session_gets_another_id_each_time_and_lasts_no_longer() {
    let app = TestApp::start().await;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let ends = async || -> Vec<DateTime<Utc>> {
        sqlx::query_scalar("select absolute_expires_at from sessions").fetch_all(&app.db.admin).await.unwrap()
    };
    sqlx::query(
        "update sessions set absolute_expires_at = absolute_expires_at - interval '1 hour',
                data = jsonb_set(data, '{ends_at}', to_jsonb((data ->> 'ends_at')::bigint - 3600))",
    )
    .execute(&app.db.admin)
    .await
    .unwrap();
    let (before, first) = (ends().await, sasha.session_cookie().unwrap());
    act(&sasha, "banksia", app.seed.banksia.worker.user_id, "A question").await.unwrap();
    let acting = sasha.session_cookie().unwrap();
    sasha.call::<()>("tenants/stop-acting", NOTHING).await.unwrap();
    let last = sasha.session_cookie().unwrap();
    assert!(first != acting && acting != last && first != last);
    assert_eq!(ends().await, before, "one session, which ends when it always would have");
    assert!(viewer(&sasha, "system").await.is_ok());
    for gone in [first, acting] {
        let thief = app.browser();
        thief.plant_session_cookie(&gone);
        assert_eq!(viewer(&thief, "system").await.unwrap_err(), AppError::SignedOut);
    }
}

#[tokio::test]
async fn nobody_gains_anything_by_acting() {
    let app = TestApp::start().await;
    let (banksia, wattle) = (&app.seed.banksia, &app.seed.wattle);
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    act(&sasha, "banksia", banksia.worker.user_id, "A question").await.unwrap();
    // Only what the worker may do, and only there.
    let settings = sasha.call::<SettingsPage>("tenants/settings", &[("tenant", "banksia")]).await;
    assert_eq!(settings.unwrap_err(), AppError::Forbidden);
    assert_eq!(viewer(&sasha, "wattle").await.unwrap_err(), AppError::NotFound);
    // No second place at the same time.
    let error = act(&sasha, "wattle", wattle.worker.user_id, "Another").await.unwrap_err();
    assert!(matches!(error, AppError::NotPossible { .. }), "{error:?}");
    // What is a person's own is out of reach: neither that person's nor the admin's.
    let error = sasha.call::<Vec<SessionRow>>("accounts/sessions", NOTHING).await.unwrap_err();
    assert!(matches!(error, AppError::NotPossible { .. }), "{error:?}");
    let error = sasha.call::<()>("accounts/revoke-other-sessions", NOTHING).await.unwrap_err();
    assert!(matches!(error, AppError::NotPossible { .. }), "{error:?}");
    let own: Vec<TenantChoice> = sasha.call("accounts/tenants", NOTHING).await.unwrap();
    assert_eq!(own.iter().map(|choice| choice.slug.as_str()).collect::<Vec<_>>(), ["system"]);

    // Nobody but the system admin begins it, and not as somebody of elsewhere.
    let dana = app.sign_in(&email("admin", banksia)).await;
    for organisation in ["banksia", "wattle"] {
        let error = act(&dana, organisation, wattle.worker.user_id, "Curious").await.unwrap_err();
        assert_eq!(error, AppError::NotFound, "{organisation}");
    }
    let other = app.sign_in(SYSTEM_ADMIN).await;
    assert!(act(&other, "banksia", wattle.worker.user_id, "Wrong place").await.unwrap_err().at("person").is_some());
    assert_eq!(act(&other, "system", banksia.worker.user_id, "x").await.unwrap_err(), AppError::NotFound);
}

#[tokio::test]
async fn it_ends_by_itself() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    act(&sasha, "banksia", tenant.worker.user_id, "A question").await.unwrap();
    age(&app).await;
    assert_eq!(viewer(&sasha, "banksia").await.unwrap_err(), AppError::NotFound);
    let ended = trail(&app, tenant).await.pop().unwrap();
    assert_eq!((ended.0.as_str(), ended.2["ran_out"].as_bool()), ("acting.ended", Some(true)));
    // The admin is only themselves again.
    let _: Vec<SessionRow> = sasha.call("accounts/sessions", NOTHING).await.unwrap();

    // Also if the session never comes back.
    act(&sasha, "banksia", tenant.worker.user_id, "Another question").await.unwrap();
    age(&app).await;
    acted::end_all_over(&app.services.pool).await.unwrap();
    let open: i64 = sqlx::query_scalar("select count(*) from acting_sessions where ended_at is null")
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(open, 0);
}

#[tokio::test]
async fn it_ends_with_the_session_with_the_admins_job_and_with_the_persons() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    act(&sasha, "banksia", tenant.worker.user_id, "A question").await.unwrap();
    sasha.call::<()>("accounts/sign-out", NOTHING).await.unwrap();
    assert_eq!(trail(&app, tenant).await.pop().unwrap().0, "acting.ended");

    let change = async |sql: &'static str, user: UserId| {
        sqlx::query(sql).bind(user.uuid()).execute(&app.db.admin).await.unwrap();
    };
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let admin: UserId = viewer(&sasha, "system").await.unwrap().member.user_id;
    act(&sasha, "banksia", tenant.worker.user_id, "A question").await.unwrap();
    change("update memberships set role = 'system_admin' where user_id = $1", tenant.worker.user_id).await;
    assert_eq!(viewer(&sasha, "banksia").await.unwrap_err(), AppError::NotFound);
    change("update memberships set role = 'frontline_worker' where user_id = $1", tenant.worker.user_id).await;

    act(&sasha, "banksia", tenant.worker.user_id, "A question").await.unwrap();
    viewer(&sasha, "banksia").await.unwrap();
    change("update memberships set status = 'deactivated' where user_id = $1", admin).await;
    assert_eq!(viewer(&sasha, "banksia").await.unwrap_err(), AppError::NotFound);
    let open: i64 = sqlx::query_scalar("select count(*) from acting_sessions where ended_at is null")
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(open, 0);
}
