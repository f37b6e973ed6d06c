//! Organisations that ask for the second step, and whoever has lost theirs.

use super::{NOTHING, WORKER};
use crate::{
    app::TestApp,
    seed::{SYSTEM_ADMIN, WORKS_FOR_BOTH},
};
use supportsignal::{
    accounts::{security_event::SecurityEventKind, viewer::Viewer},
    error::AppError,
    ids::UserId,
};

#[tokio::test]
async fn an_organisation_that_asks_for_the_second_step_opens_nothing_without_it() {
    let app = TestApp::start().await;
    let bao = app.sign_in(WORKS_FOR_BOTH).await;
    let report = bao.start_report("banksia").await;
    sqlx::query("update tenants set second_factor_required = true where slug = 'banksia'")
        .execute(&app.db.admin)
        .await
        .unwrap();
    let page = bao.get("/banksia/incidents").await;
    assert!(page.status.is_redirection(), "{page:?}");
    assert_eq!(page.location(), "/second-factor?required=1&next=/banksia/incidents");
    assert_eq!(bao.draft("banksia", report).await.unwrap_err(), AppError::SecondFactorNeeded);
    let outcome = bao.call::<Viewer>("accounts/viewer", &[("tenant", "banksia")]).await;
    assert_eq!(outcome.unwrap_err(), AppError::SecondFactorNeeded);
    let file = bao.get("/banksia/knowledge/0190a000-0000-7000-8000-000000000000/original").await;
    assert_eq!(file.status.as_u16(), 403, "what is no server function too");
    assert!(bao.get("/wattle").await.status.is_success(), "the other organisation doesn't ask");

    let set_up = bao.get(page.location()).await;
    assert!(set_up.body.contains("Your organisation asks everybody"), "{}", set_up.body);
    bao.enrol().await;
    assert!(bao.draft("banksia", report).await.is_ok());
    assert!(bao.get("/banksia/incidents").await.status.is_success());
}

#[tokio::test]
async fn an_admin_resets_the_second_step_of_somebody_who_has_lost_everything() {
    let app = TestApp::start().await;
    let worker = app.sign_in(WORKER).await;
    worker.enrol().await;
    let admin = app.sign_in("admin@banksia.example").await;
    let id: UserId = app.seed.banksia.worker.user_id;
    let reset = async |typed: &str| {
        let fields = [("tenant", "banksia"), ("id", &id.to_string()), ("reset_typed_name", typed)];
        admin.call::<()>("people/reset-second-factor", &fields).await
    };
    assert!(reset("Priya").await.unwrap_err().at("reset_typed_name").is_some());
    reset("Priya Nair").await.unwrap();
    let plain = app.sign_in(WORKER).await;
    assert!(plain.is_signed_in().await);
    assert!(plain.safety().await.events.iter().any(|event| event.kind == SecurityEventKind::SecondFactorReset));
    let audited: i64 =
        sqlx::query_scalar("select count(*) from audit_events where action = 'membership.second_factor_reset'")
            .fetch_one(&app.db.admin)
            .await
            .unwrap();
    assert_eq!(audited, 1);
    assert!(matches!(reset("Priya Nair").await, Err(AppError::NotPossible { .. })), "there is nothing left to reset");
}

#[tokio::test]
async fn only_whoever_runs_the_system_resets_it_for_somebody_who_works_for_several() {
    let app = TestApp::start().await;
    let bao = app.sign_in(WORKS_FOR_BOTH).await;
    bao.enrol().await;
    let admin = app.sign_in("admin@banksia.example").await;
    let fields = [("tenant", "banksia"), ("email", WORKS_FOR_BOTH)];
    assert_eq!(admin.call::<()>("accounts/reset-second-factor", &fields).await, Err(AppError::Forbidden));
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let reset = async |email: &str| {
        sasha.call::<()>("accounts/reset-second-factor", &[("tenant", "system"), ("email", email)]).await
    };
    assert!(reset("nobody@example.org").await.unwrap_err().at("email").is_some());
    let own = reset(SYSTEM_ADMIN).await.unwrap_err();
    assert!(own.at("email").is_some_and(|problem| problem.contains("your own account")), "{own:?}");
    reset(WORKS_FOR_BOTH).await.unwrap();
    assert!(app.sign_in(WORKS_FOR_BOTH).await.is_signed_in().await);
    let trails: i64 = sqlx::query_scalar(
        "select count(distinct tenant_id) from audit_events where action = 'membership.second_factor_reset'",
    )
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(trails, 3, "the system's and both organisations'");
    assert!(reset(WORKS_FOR_BOTH).await.unwrap_err().at("email").is_some(), "there is nothing left to reset");
}

#[tokio::test]
async fn whoever_acts_as_somebody_needs_a_second_step_of_their_own_there() {
    let app = TestApp::start().await;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    app.sign_in(WORKER).await.enrol().await;
    let person = app.seed.banksia.worker.user_id.to_string();
    let fields = [
        ("tenant", "system"),
        ("organisation", "banksia"),
        ("person", person.as_str()),
        ("acting_reason", "They asked for help with a report that doesn't open."),
    ];
    let view = async || sasha.call::<Viewer>("accounts/viewer", &[("tenant", "banksia")]).await;
    let begin = async || sasha.call::<()>("tenants/start-acting", &fields).await;
    begin().await.unwrap();
    sqlx::query("update tenants set second_factor_required = true where slug = 'banksia'")
        .execute(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(view().await.unwrap_err(), AppError::SecondFactorNeeded, "the person's own doesn't count for them");
    let begun = sasha.call::<()>("accounts/begin-second-factor", NOTHING).await;
    assert!(matches!(begun, Err(AppError::NotPossible { .. })), "not in the person's place: {begun:?}");
    sasha.call::<()>("tenants/stop-acting", NOTHING).await.unwrap();
    assert!(matches!(begin().await, Err(AppError::NotPossible { .. })), "nobody begins what leads nowhere");
    sasha.enrol().await;
    begin().await.unwrap();
    assert!(view().await.is_ok());
}
