//! The usage ledger: limits that hold whoever calls at the same time, and figures that add up.

mod budgets;
mod summaries;

use super::{
    app::TestApp,
    seed::{TenantSeed, email},
};
use chrono::{DateTime, Datelike, Duration as Span, TimeZone, Utc};
use chrono_tz::Australia::Sydney;
use http::StatusCode;
use sqlx::PgPool;
use std::time::Duration;
use supportsignal::{
    ai::{BUILT_IN, provider::FallbackReason},
    error::AppError,
    ids::{CorrelationId, UsageEventId, UserId},
    platform::database::TenantTx,
    prompts::{step::WorkflowStep, store::find_active},
    providers::{settings_forms::NewSwitch, store::save_switch},
    usage::{
        ledger::{CallStep, Outcome},
        report::{Caller, Tally, UsageReport},
        store::{self, CallResult, CallSubject},
    },
};
use tokio::task::JoinSet;

const PRICED: Option<&str> = Some("2026-11-01");

fn call(user_id: Option<UserId>) -> CallSubject {
    CallSubject {
        step: CallStep::WorkflowStep(WorkflowStep::ClassifyIncident),
        prompt: None,
        provider: "Cloud".to_owned(),
        ai_model: "small".to_owned(),
        user_id,
        incident_id: None,
        correlation_id: CorrelationId::generate(),
        is_trial: false,
    }
}

fn result(outcome: Outcome, cost_micros: i64) -> CallResult {
    CallResult {
        outcome,
        problem: (outcome == Outcome::Failed).then_some(FallbackReason::TimedOut),
        input_tokens: 700,
        output_tokens: 300,
        cost_micros,
        latency: Duration::from_millis(120),
    }
}

async fn set_limits(pool: &PgPool, tenant: &TenantSeed, organisation: Option<i64>, person: Option<i64>) {
    let mut tx = TenantTx::begin(pool, &tenant.admin).await.unwrap();
    let revision = supportsignal::providers::store::find_switch(&mut tx).await.unwrap().revision;
    let new = NewSwitch { providers_off: false, monthly_cap_micros: organisation, person_monthly_cap_micros: person };
    save_switch(&mut tx, revision, &new).await.unwrap();
    tx.commit().await.unwrap();
}

/// One reservation in a transaction of its own, as callers make it.
async fn reserve(
    pool: &PgPool,
    tenant: &TenantSeed,
    user_id: Option<UserId>,
    most: i64,
    price: Option<&str>,
) -> Result<UsageEventId, FallbackReason> {
    let mut tx = TenantTx::begin_for_system(pool, tenant.id).await.unwrap();
    let reserved = store::reserve(&mut tx, &call(user_id), most, price).await.unwrap();
    tx.commit().await.unwrap();
    reserved
}

async fn settle(pool: &PgPool, tenant: &TenantSeed, id: UsageEventId, result: &CallResult) {
    let mut tx = TenantTx::begin_for_system(pool, tenant.id).await.unwrap();
    store::settle(&mut tx, id, result).await.unwrap();
    tx.commit().await.unwrap();
}

/// What happened at some other time, as the ledger would have it.
async fn insert_past(app: &TestApp, tenant: &TenantSeed, at: DateTime<Utc>, cost_micros: i64) {
    sqlx::query(
        "insert into usage_events (tenant_id, id, occurred_at, workflow_step, provider, ai_model, cost_micros,
                                   price_version, outcome, correlation_id)
         values ($1, $2, $3, 'classify_incident', 'Cloud', 'small', $4, '2026-11-01', 'succeeded', $2)",
    )
    .bind(tenant.id.uuid())
    .bind(UsageEventId::generate().uuid())
    .bind(at)
    .bind(cost_micros)
    .execute(&app.db.admin)
    .await
    .unwrap();
    sqlx::query(
        "insert into usage_summaries (tenant_id, id, day, workflow_step, provider, ai_model, price_version, calls, answers,
                                      failures, refused, input_tokens, output_tokens, cost_micros)
         values ($1, $2, ($3 at time zone 'Australia/Sydney')::date, 'classify_incident', 'Cloud', 'small', '2026-11-01',
                 1, 1, 0, 0, 0, 0, $4)
         on conflict on constraint usage_summaries_key do update
             set calls = usage_summaries.calls + 1, answers = usage_summaries.answers + 1,
                 cost_micros = usage_summaries.cost_micros + excluded.cost_micros",
    )
    .bind(tenant.id.uuid())
    .bind(UsageEventId::generate().uuid())
    .bind(at)
    .bind(cost_micros)
    .execute(&app.db.admin)
    .await
    .unwrap();
}

/// Outcome, problem and cost of every entry, oldest first.
async fn ledger(app: &TestApp, tenant: &TenantSeed) -> Vec<(String, Option<String>, i64)> {
    sqlx::query_as("select outcome, problem, cost_micros from usage_events where tenant_id = $1 order by id")
        .bind(tenant.id.uuid())
        .fetch_all(&app.db.admin)
        .await
        .unwrap()
}

fn month_start() -> DateTime<Utc> {
    let now = Utc::now().with_timezone(&Sydney);
    Sydney.with_ymd_and_hms(now.year(), now.month(), 1, 0, 0, 0).earliest().unwrap().with_timezone(&Utc)
}

#[tokio::test]
async fn calls_side_by_side_never_pass_the_organisations_limit() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    set_limits(&app.db.pool, tenant, Some(3_999), None).await;
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let pool = app.db.pool.clone();
        callers.spawn(async move { reserve(&pool, tenant, None, 1_000, PRICED).await });
    }
    let answers = callers.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    assert!(answers.iter().all(|answer| answer.is_ok() || *answer == Err(FallbackReason::CapTenant)));
    let ledger = ledger(&app, tenant).await;
    let refused: Vec<_> = ledger.iter().filter(|(outcome, ..)| outcome == "refused").collect();
    assert_eq!((ledger.len(), refused.len()), (20, 17), "who was refused is written down, too");
    assert!(refused.iter().all(|(_, problem, cost)| problem.as_deref() == Some("cap_tenant") && *cost == 0));
    assert_eq!(ledger.iter().map(|(.., cost)| cost).sum::<i64>(), 3_000);
}

#[tokio::test]
async fn calls_side_by_side_never_pass_a_persons_limit() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    set_limits(&app.db.pool, tenant, None, Some(2_000)).await;
    let mut callers = JoinSet::new();
    for index in 0..20 {
        let pool = app.db.pool.clone();
        let who = if index % 2 == 0 { &tenant.worker } else { &tenant.colleague };
        callers.spawn(async move { (who.user_id, reserve(&pool, tenant, Some(who.user_id), 1_000, PRICED).await) });
    }
    let answers = callers.join_all().await;
    for who in [&tenant.worker, &tenant.colleague] {
        let passed = answers.iter().filter(|(user_id, answer)| *user_id == who.user_id && answer.is_ok()).count();
        assert_eq!(passed, 2, "{}", who.display_name);
    }
    assert!(answers.iter().all(|(_, answer)| answer.is_ok() || *answer == Err(FallbackReason::CapPerson)));
    assert!(
        reserve(&app.db.pool, tenant, None, 1_000, PRICED).await.is_ok(),
        "work that nobody asked for has no person"
    );
}

#[tokio::test]
async fn a_month_begins_at_the_organisations_midnight() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    set_limits(&app.db.pool, tenant, Some(1_000), None).await;
    insert_past(&app, tenant, month_start() - Span::seconds(1), 1_000).await;
    assert!(reserve(&app.db.pool, tenant, None, 400, PRICED).await.is_ok(), "last month's calls don't count");
    insert_past(&app, tenant, month_start(), 400).await;
    assert_eq!(
        reserve(&app.db.pool, tenant, None, 300, PRICED).await,
        Err(FallbackReason::CapTenant),
        "this month's count from its first moment"
    );
    assert!(reserve(&app.db.pool, tenant, None, 200, PRICED).await.is_ok(), "a limit may be reached");
    assert!(reserve(&app.db.pool, &app.seed.wattle, None, 10_000, PRICED).await.is_ok(), "and is one organisation's");
}

#[tokio::test]
async fn what_a_call_did_cost_replaces_what_it_might_have_and_only_once() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    set_limits(&app.db.pool, tenant, Some(1_000), None).await;
    let id = reserve(&app.db.pool, tenant, None, 1_000, PRICED).await.unwrap();
    assert!(reserve(&app.db.pool, tenant, None, 500, PRICED).await.is_err());
    settle(&app.db.pool, tenant, id, &result(Outcome::Succeeded, 100)).await;
    settle(&app.db.pool, tenant, id, &result(Outcome::Failed, 900)).await;
    assert_eq!(ledger(&app, tenant).await[0], ("succeeded".to_owned(), None, 100));
    assert!(reserve(&app.db.pool, tenant, None, 500, PRICED).await.is_ok(), "what wasn't spent is there again");
    settle(&app.db.pool, &app.seed.wattle, id, &result(Outcome::Failed, 0)).await;
    assert_eq!(ledger(&app, tenant).await[0].0, "succeeded", "another organisation's call can't be settled");
    let refused = ledger(&app, tenant).await[1].clone();
    assert_eq!(refused, ("refused".to_owned(), Some("cap_tenant".to_owned()), 0));
}

#[tokio::test]
async fn a_model_without_a_price_is_used_only_where_no_limit_is_set() {
    let app = TestApp::start().await;
    let (tenant, pool) = (&app.seed.banksia, &app.db.pool);
    assert!(reserve(pool, tenant, None, 0, None).await.is_ok());
    set_limits(pool, tenant, None, Some(1_000_000)).await;
    assert_eq!(reserve(pool, tenant, None, 0, None).await, Err(FallbackReason::CapTenant));
    set_limits(pool, tenant, Some(0), None).await;
    assert_eq!(reserve(pool, tenant, None, 0, None).await, Err(FallbackReason::CapTenant));
    assert_eq!(reserve(pool, tenant, None, 1, PRICED).await, Err(FallbackReason::CapTenant), "nothing paid at all");
    assert!(reserve(pool, tenant, None, 0, PRICED).await.is_ok(), "what costs nothing goes on");
}

#[tokio::test]
async fn a_months_figures_add_up() {
    let app = TestApp::start().await;
    let (tenant, pool) = (&app.seed.banksia, &app.db.pool);
    let priya = Some(tenant.worker.user_id);
    let answered = reserve(pool, tenant, priya, 5_000, PRICED).await.unwrap();
    settle(pool, tenant, answered, &result(Outcome::Repaired, 2_000)).await;
    let failed = reserve(pool, tenant, priya, 5_000, PRICED).await.unwrap();
    settle(pool, tenant, failed, &result(Outcome::Failed, 1_000)).await;
    reserve(pool, tenant, None, 4_000, None).await.unwrap();
    let mut tx = TenantTx::begin(pool, &tenant.worker).await.unwrap();
    let prompt = Some(find_active(&mut tx, WorkflowStep::GenerateQuestions).await.unwrap().version);
    let step = CallStep::WorkflowStep(WorkflowStep::GenerateQuestions);
    let own = CallSubject { step, prompt, incident_id: Some(tenant.told), ..call(priya) }.built_in();
    store::record(&mut tx, &own, &result(Outcome::Succeeded, 0)).await.unwrap();
    tx.commit().await.unwrap();
    insert_past(&app, tenant, month_start() - Span::seconds(1), 9_000).await;

    let admin = app.sign_in(&email("admin", tenant)).await;
    let report: UsageReport = admin.call("usage/report", &[("tenant", "banksia")]).await.unwrap();
    let Tally {
        calls,
        provider_calls,
        provider_answers,
        provider_failures,
        built_in_answers,
        unpriced,
        cost_micros,
        ..
    } = report.totals;
    assert_eq!((calls, provider_calls, provider_answers, provider_failures), (4, 3, 1, 1));
    assert_eq!((built_in_answers, unpriced, cost_micros), (1, 1, 7_000));
    assert_eq!((report.totals.input_tokens, report.totals.output_tokens), (2_100, 900));
    assert_eq!((report.totals.success_rate(), report.totals.built_in_share()), (Some(50), Some(50)));
    assert_eq!(report.price_versions, ["2026-11-01"]);
    assert!(report.is_current && report.earliest < Some(report.month));

    let steps: Vec<_> = report.by_step.iter().map(|(step, tally)| (step.as_str(), tally.calls)).collect();
    assert_eq!(steps, [("generate_questions", 1), ("classify_incident", 3)]);
    let models: Vec<_> = report.by_model.iter().map(|(model, tally)| (model.ai_model.as_str(), tally.calls)).collect();
    assert_eq!(models, [("small", 3), (BUILT_IN, 1)]);
    let people: Vec<_> = report.by_person.iter().map(|(caller, tally)| (caller.clone(), tally.cost_micros)).collect();
    assert_eq!(people, [(Caller::Nobody, 4_000), (Caller::Person("Priya Nair".to_owned()), 3_000)]);
    let today = Utc::now().with_timezone(&Sydney).date_naive();
    let days: Vec<_> =
        report.by_day.iter().filter(|(_, tally)| tally.calls > 0).map(|(day, tally)| (*day, tally.calls)).collect();
    assert_eq!(days, [(today, 4)]);

    let other = app.sign_in(&email("admin", &app.seed.wattle)).await;
    let report: UsageReport = other.call("usage/report", &[("tenant", "wattle")]).await.unwrap();
    assert_eq!((report.totals, report.earliest), (Tally::default(), None), "one organisation's only");
}

#[tokio::test]
async fn an_event_late_in_the_evening_belongs_to_the_organisations_day() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    // 11.30 pm on 9 July and 12.30 am on 10 July in Sydney (UTC+10), both 9 July in UTC.
    for instant in ["2026-07-09T13:30:00Z", "2026-07-09T14:30:00Z"] {
        insert_past(&app, tenant, instant.parse().unwrap(), 1_000).await;
    }
    let admin = app.sign_in(&email("admin", tenant)).await;
    let fields = [("tenant", "banksia"), ("month", "2026-07")];
    let report: UsageReport = admin.call("usage/report", &fields).await.unwrap();
    let days: Vec<_> =
        report.by_day.iter().filter(|(_, tally)| tally.calls > 0).map(|(day, _)| day.to_string()).collect();
    assert_eq!(days, ["2026-07-09", "2026-07-10"]);
    assert_eq!((report.by_day.len(), report.is_current), (31, false));
    let page = admin.get("/banksia/usage?month=2026-07").await;
    assert_eq!(page.status, StatusCode::OK);
    for text in ["July 2026", "Most calls were made on 9 July: 1 of 2", "US$0.0020", "at Cloud"] {
        assert!(page.body.contains(text), "{text}");
    }
}

#[tokio::test]
async fn a_download_holds_the_month_and_no_formula() {
    let app = TestApp::start().await;
    let (tenant, pool) = (&app.seed.banksia, &app.db.pool);
    let mut tx = TenantTx::begin(pool, &tenant.worker).await.unwrap();
    let hostile = CallSubject {
        provider: "=HYPERLINK(\"https://evil.example\")".to_owned(),
        ai_model: "a, \"b\"".to_owned(),
        ..call(Some(tenant.worker.user_id))
    };
    let id = store::reserve(&mut tx, &hostile, 1_500_000, PRICED).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    settle(pool, tenant, id, &result(Outcome::Failed, 1_500_000)).await;
    insert_past(&app, tenant, month_start() - Span::seconds(1), 1_000).await;
    insert_past(&app, &app.seed.wattle, Utc::now(), 1_000).await;

    let admin = app.sign_in(&email("admin", tenant)).await;
    let file = admin.get("/banksia/usage/export").await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let month = Utc::now().with_timezone(&Sydney).format("%Y-%m").to_string();
    assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"ai-usage-banksia-{month}.csv\""));
    let lines: Vec<_> = file.body.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 2, "this month's and this organisation's only: {lines:?}");
    assert!(lines[0].starts_with("Time,Step,"));
    for part in [
        "Classification",
        "\"'=HYPERLINK(\"\"https://evil.example\"\")\"",
        "\"a, \"\"b\"\"\"",
        "Priya Nair",
        "failed",
        "the provider took too long",
        ",700,300,1.50,2026-11-01,120,",
    ] {
        assert!(lines[1].contains(part), "{part} in {}", lines[1]);
    }
    let earlier = (month_start() - Span::days(1)).with_timezone(&Sydney).format("%Y-%m").to_string();
    let file = admin.get(&format!("/banksia/usage/export?month={earlier}")).await;
    assert_eq!(file.body.lines().count(), 2);
}

#[tokio::test]
async fn many_entries_are_downloaded_exactly_once() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    // More than two batches; many share their moment.
    sqlx::query(
        "insert into usage_events (tenant_id, id, occurred_at, workflow_step, provider, ai_model, outcome, correlation_id)
         select $1, gen_random_uuid(), '2026-03-10T00:00Z'::timestamptz + n / 700 * interval '1 second',
                'classify_incident', 'built-in', 'built-in', 'succeeded', gen_random_uuid()
         from generate_series(1, 4500) as n",
    )
    .bind(tenant.id.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
    let admin = app.sign_in(&email("admin", tenant)).await;
    let file = admin.get("/banksia/usage/export?month=2026-03").await;
    let mut entries: Vec<_> = file.body.lines().skip(1).map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(entries.len(), 4_500);
    entries.sort_unstable();
    entries.dedup();
    assert_eq!(entries.len(), 4_500);
}

#[tokio::test]
async fn only_admins_of_the_organisation_see_its_usage() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, tenant)).await;
        let error = browser.call::<UsageReport>("usage/report", &[("tenant", "banksia")]).await.unwrap_err();
        assert_eq!(error, AppError::Forbidden, "{person}");
        assert_eq!(browser.get("/banksia/usage").await.status, StatusCode::FORBIDDEN, "{person}");
        let file = browser.get("/banksia/usage/export").await;
        assert_eq!(file.status, StatusCode::FORBIDDEN, "{person}");
        assert!(!file.body.contains("Time,"), "{person}");
    }
    let foreign = app.sign_in(&email("admin", &app.seed.wattle)).await;
    assert_eq!(foreign.get("/banksia/usage/export").await.status, StatusCode::NOT_FOUND);
    assert_eq!(foreign.get("/no--slug/usage/export").await.status, StatusCode::NOT_FOUND);
    let stranger = app.browser().get("/banksia/usage/export").await;
    assert_eq!((stranger.status, stranger.location()), (StatusCode::SEE_OTHER, "/sign-in?next=/banksia/usage"));
}
