//! Admins are told when the month's limit comes near: once for each part of it and month.

use super::{PRICED, call, insert_past, month_start, reserve, result, set_limits, settle};
use crate::{
    app::TestApp,
    browser::Browser,
    seed::{TenantSeed, email},
};
use chrono::Duration as Span;
use supportsignal::{
    ai::provider::FallbackReason,
    notifications::notification::{Notification, NotificationKind, Subject},
    platform::database::TenantTx,
    usage::{ledger::Outcome, report::UsageReport, store},
};
use tokio::task::JoinSet;

/// What a person was told of the limit, in percent, the oldest first.
async fn told(browser: &Browser, tenant: &TenantSeed) -> Vec<i16> {
    let all: Vec<Notification> = browser.call("notifications/list", &[("tenant", tenant.slug)]).await.unwrap();
    let mut told: Vec<i16> = all
        .iter()
        .filter(|one| one.kind == NotificationKind::BudgetAlert)
        .map(|one| match &one.subject {
            Subject::Budget(budget) => budget.threshold_percent,
            Subject::Report(report) => panic!("about report {}", report.number),
            Subject::Acting(acting) => panic!("about support as {}", acting.person_name),
        })
        .collect();
    told.sort_unstable();
    told
}

/// A call that costs so much.
async fn spend(app: &TestApp, tenant: &TenantSeed, micros: i64) {
    let id = reserve(&app.db.pool, tenant, Some(tenant.worker.user_id), micros, PRICED).await.unwrap();
    settle(&app.db.pool, tenant, id, &result(Outcome::Succeeded, micros)).await;
}

#[tokio::test]
async fn an_admin_is_told_once_when_a_part_of_the_limit_is_reached() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let admin = app.sign_in(&email("admin", tenant)).await;
    spend(&app, tenant, 400).await;
    assert_eq!(told(&admin, tenant).await, Vec::<i16>::new(), "without a limit nothing is near it");
    set_limits(&app.db.pool, tenant, Some(1_000), Some(5_000)).await;
    spend(&app, tenant, 99).await;
    assert_eq!(told(&admin, tenant).await, Vec::<i16>::new());
    spend(&app, tenant, 1).await;
    assert_eq!(told(&admin, tenant).await, [50]);
    spend(&app, tenant, 200).await;
    spend(&app, tenant, 99).await;
    assert_eq!(told(&admin, tenant).await, [50], "not again for the same part");
    spend(&app, tenant, 150).await;
    assert_eq!(told(&admin, tenant).await, [50, 80]);
    set_limits(&app.db.pool, tenant, Some(1_100), None).await;
    spend(&app, tenant, 50).await;
    assert_eq!(told(&admin, tenant).await, [50, 80], "nor for another limit in the same month");

    for person in ["worker", "lead", "viewer"] {
        let other = app.sign_in(&email(person, tenant)).await;
        assert_eq!(told(&other, tenant).await, Vec::<i16>::new(), "{person}");
    }
    let elsewhere = app.sign_in(&email("admin", &app.seed.wattle)).await;
    assert_eq!(told(&elsewhere, &app.seed.wattle).await, Vec::<i16>::new(), "another organisation");
}

#[tokio::test]
async fn the_pages_say_which_part_was_reached() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    set_limits(&app.db.pool, tenant, Some(1_000_000), None).await;
    spend(&app, tenant, 850_000).await;
    let admin = app.sign_in(&email("admin", tenant)).await;
    let report: UsageReport = admin.call("usage/report", &[("tenant", "banksia")]).await.unwrap();
    let alerts: Vec<_> = report.alerts.iter().map(|alert| (alert.threshold_percent, alert.cap_micros)).collect();
    assert_eq!(alerts, [(50, 1_000_000), (80, 1_000_000)]);
    let usage = admin.get("/banksia/usage").await;
    assert!(usage.body.contains("80% of US$1.00"), "the usage page");
    let list = admin.get("/banksia/notifications").await;
    let month = report.month.label();
    assert!(list.body.contains(&format!("AI calls have used 80% of the limit of US$1.00 for {month}")), "the list");
    assert!(list.body.contains(&format!("href=\"/banksia/usage?month={}\"", report.month)), "leads to the figures");
    let earlier = (month_start() - Span::days(1)).format("%Y-%m").to_string();
    let fields = [("tenant", "banksia"), ("month", earlier.as_str())];
    let report: UsageReport = admin.call("usage/report", &fields).await.unwrap();
    assert_eq!(report.alerts, []);
}

#[tokio::test]
async fn a_call_that_the_limit_refuses_means_that_it_is_used_up() {
    let app = TestApp::start().await;
    let (tenant, pool) = (&app.seed.banksia, &app.db.pool);
    let admin = app.sign_in(&email("admin", tenant)).await;
    set_limits(pool, tenant, Some(1_000), Some(300)).await;
    let somebody = Some(tenant.worker.user_id);
    spend(&app, tenant, 300).await;
    assert_eq!(reserve(pool, tenant, somebody, 1, PRICED).await, Err(FallbackReason::CapPerson));
    assert_eq!(reserve(pool, tenant, somebody, 1, None).await, Err(FallbackReason::CapTenant), "no price is known");
    assert_eq!(told(&admin, tenant).await, Vec::<i16>::new(), "neither says anything about the limit");
    for _ in 0..2 {
        assert_eq!(reserve(pool, tenant, None, 701, PRICED).await, Err(FallbackReason::CapTenant));
    }
    assert_eq!(told(&admin, tenant).await, [100]);
}

#[tokio::test]
async fn calls_that_end_side_by_side_tell_of_a_part_once() {
    let app = TestApp::start().await;
    let (tenant, pool) = (&app.seed.banksia, &app.db.pool);
    set_limits(pool, tenant, Some(10_000), None).await;
    let mut open = Vec::new();
    for _ in 0..10 {
        open.push(reserve(pool, tenant, None, 100, PRICED).await.unwrap());
    }
    let mut settling = JoinSet::new();
    for id in open {
        let pool = pool.clone();
        settling.spawn(async move { settle(&pool, tenant, id, &result(Outcome::Succeeded, 1_000)).await });
    }
    settling.join_all().await;
    let admin = app.sign_in(&email("admin", tenant)).await;
    assert_eq!(told(&admin, tenant).await, [50, 80, 100]);
}

#[tokio::test]
async fn a_new_month_starts_anew_and_what_is_undone_told_nobody() {
    let app = TestApp::start().await;
    let (tenant, pool) = (&app.seed.banksia, &app.db.pool);
    let admin = app.sign_in(&email("admin", tenant)).await;
    set_limits(pool, tenant, Some(1_000), None).await;
    insert_past(&app, tenant, month_start() - Span::seconds(1), 990).await;
    spend(&app, tenant, 500).await;
    assert_eq!(told(&admin, tenant).await, [50], "last month's calls don't count");
    sqlx::query("update budget_alerts set month = (month - interval '1 month')::date where tenant_id = $1")
        .bind(tenant.id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();

    let mut tx = TenantTx::begin_for_system(pool, tenant.id).await.unwrap();
    let id = store::reserve(&mut tx, &call(None), 400, PRICED).await.unwrap().unwrap();
    store::settle(&mut tx, id, &result(Outcome::Succeeded, 400)).await.unwrap();
    drop(tx);
    assert_eq!(told(&admin, tenant).await, [50], "the alert belongs to the call's transaction");
    spend(&app, tenant, 1).await;
    assert_eq!(told(&admin, tenant).await, [50, 50], "one for each month");
}
