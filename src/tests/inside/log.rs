//! The debug log: what gets in, what never does, who sees it, and how long it stays.

use super::super::{
    app::TestApp,
    browser::Browser,
    inside_rows::line,
    seed::{SYSTEM_ADMIN, email},
    story::{eventually, full_account, yesterday},
};
use chrono::{Duration, Utc};
use sqlx::AssertSqlSafe;
use supportsignal::{
    clarification::{jobs::GenerateQuestions, question::ClarificationStep},
    debug_log::{
        housekeeping::delete_all_expired,
        line::{LogLevel, LogPage, TracePage},
        store::insert_lines,
        writer::NewLine,
    },
    error::AppError,
    ids::{CorrelationId, IncidentId, TenantId},
    incidents::narrative::{Narrative, Phase},
    jobs::{
        self,
        job::{JobRow, JobStatus},
        queue::Job,
    },
};
use tokio_util::sync::CancellationToken;

async fn list(browser: &Browser, tenant: &str, filter: &[(&str, &str)]) -> Result<LogPage, AppError> {
    let tenant = [("tenant".to_owned(), tenant.to_owned())];
    let filter = filter.iter().map(|(name, value)| (format!("filter[{name}]"), (*value).to_owned()));
    let fields: Vec<_> = tenant.into_iter().chain(filter).collect();
    browser.call("log/list", &fields).await
}

async fn trace(browser: &Browser, tenant: &str, name: &str) -> Option<TracePage> {
    browser.call("log/trace", &[("tenant", tenant), ("trace", name)]).await.unwrap()
}

async fn as_admin(app: &TestApp, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&app.db.admin).await.unwrap();
}

/// Works until it is so, without waiting for what is tried again later.
async fn work_until(app: &TestApp, what: &str, is_so: impl AsyncFn() -> bool) {
    let stop = CancellationToken::new();
    let worker = tokio::spawn(jobs::run_worker(app.services.clone(), stop.clone()));
    eventually(what, is_so).await;
    stop.cancel();
    worker.await.unwrap().unwrap();
}

fn phases(narrative: &Narrative) -> [(&'static str, String); 4] {
    [
        ("before", narrative.before.clone()),
        ("during", narrative.during.clone()),
        ("end", narrative.end.clone()),
        ("after", narrative.after.clone()),
    ]
}

/// Saves an account as its page does; the id of the request.
async fn save_account(browser: &Browser, id: IncidentId, narrative: &Narrative) -> CorrelationId {
    let revision = browser.draft("banksia", id).await.unwrap().revision.to_string();
    let (id, phases) = (id.to_string(), phases(narrative));
    let mut fields = vec![("tenant", "banksia"), ("id", &id), ("revision", &revision), ("intent", "continue")];
    fields.extend(phases.iter().map(|(name, text)| (*name, text.as_str())));
    let answer = browser.post("incidents/save-narrative", &fields).await;
    assert!(answer.status.is_success(), "{answer:?}");
    answer.header("x-request-id").parse().unwrap()
}

#[tokio::test]
async fn a_failing_jobs_trace_shows_the_request_the_job_and_the_ai_call() {
    let app = TestApp::start().await;
    let banksia = &app.seed.banksia;
    let (priya, dana) = (app.sign_in(&email("worker", banksia)).await, app.sign_in(&email("admin", banksia)).await);
    as_admin(&app, "revoke insert on clarification_questions from supportsignal_runtime").await;
    let request = save_account(&priya, banksia.told, &full_account()).await;
    work_until(&app, "the job has failed", async || {
        let jobs: Vec<JobRow> = dana.call("jobs/list", &[("tenant", "banksia")]).await.unwrap();
        jobs.iter().any(|job| job.trace == request && job.status == JobStatus::Failed)
    })
    .await;
    app.services.log.flush().await;

    let known = trace(&dana, "banksia", &request.reference()).await.expect("it is known by its reference");
    assert_eq!(Some(&known), trace(&dana, "banksia", &request.to_string()).await.as_ref());
    assert_eq!(known.id, request);
    let jobs: Vec<_> = known.jobs.iter().map(|job| (job.kind.as_str(), job.status)).collect();
    assert_eq!(jobs, [(GenerateQuestions::JOB_NAME, JobStatus::Failed)]);
    assert!(!known.calls.is_empty() && known.calls.iter().all(|call| call.step == "generate_questions"), "{known:?}");
    let told: Vec<_> = known.lines.iter().map(|line| (line.level, line.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (LogLevel::Info, "a job is asked for"),
            (LogLevel::Error, "a query failed"),
            (LogLevel::Warn, "an attempt at a job failed; it is tried again"),
        ]
    );
    assert_eq!(known.lines[0].context["origin"], "POST /api/incidents/save-narrative");
    assert_eq!(known.lines[1].context["origin"], "job generate_questions");
    assert_eq!(known.lines[1].context["error.code"], "42501");
    assert!(known.lines[1].stack.as_deref().is_some_and(|stack| stack.contains("error.rs:")));

    let page = dana.get(&format!("/banksia/log?trace={}", request.reference())).await.body;
    for word in ["Clarification questions", "Trying again", "built-in", "a query failed"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert!(dana.get("/banksia/jobs").await.body.contains(&format!("/banksia/log?trace={request}")));
}

#[tokio::test]
async fn nothing_that_people_wrote_gets_in() {
    const MARK: &str = "Quokkawombatry";
    let app = TestApp::start().await;
    let banksia = &app.seed.banksia;
    let (priya, dana) = (app.sign_in(&email("worker", banksia)).await, app.sign_in(&email("admin", banksia)).await);
    let marked = |text: String| format!("{text} {MARK} saw it.");
    let Narrative { before, during, end, after } = full_account();
    let account = Narrative { before: marked(before), during: marked(during), end: marked(end), after: marked(after) };
    let fields =
        [("tenant", "banksia"), ("participant_name", MARK), ("location", MARK), ("event_date_time", &yesterday())];
    let id: IncidentId = priya.call("incidents/start", &fields).await.unwrap();

    // First everything goes wrong that can, then nothing.
    as_admin(&app, "revoke insert on clarification_questions from supportsignal_runtime").await;
    save_account(&priya, id, &account).await;
    work_until(&app, "the job has failed", async || {
        let jobs: Vec<JobRow> = dana.call("jobs/list", &[("tenant", "banksia")]).await.unwrap();
        jobs.iter().any(|job| job.status == JobStatus::Failed)
    })
    .await;
    as_admin(
        &app,
        "grant insert on clarification_questions to supportsignal_runtime;
         update job_queue._private_jobs set run_at = now()",
    )
    .await;
    app.finish_jobs().await;
    let ClarificationStep { questions, .. } = priya.questions("banksia", id, Phase::Before).await;
    let revision = priya.draft("banksia", id).await.unwrap().revision;
    let answers: Vec<_> = questions.iter().map(|question| (question.id, MARK)).collect();
    priya.answer("banksia", id, revision, Phase::Before, &answers).await.unwrap();
    app.finish_jobs().await;
    let revision = priya.draft("banksia", id).await.unwrap().revision;
    priya.submit("banksia", id, revision).await.unwrap();
    app.finish_jobs().await;
    let refused = priya.call::<()>("incidents/start", &[("tenant", "banksia"), ("participant_name", MARK)]).await;
    assert!(refused.is_err());
    app.services.log.flush().await;

    let (lines, marked): (i64, i64) =
        sqlx::query_as("select count(*), count(*) filter (where l::text ilike '%' || $1 || '%') from debug_logs l")
            .bind(MARK)
            .fetch_one(&app.db.admin)
            .await
            .unwrap();
    assert!(lines >= 6, "{lines} lines of a whole report");
    assert_eq!(marked, 0);
    let people: i64 = sqlx::query_scalar(
        "select count(*) from debug_logs l where l::text ~* '(priya|nair|robin|rose street|@banksia)'",
    )
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(people, 0);
}

#[tokio::test]
async fn an_error_page_tells_a_reference_that_leads_to_what_went_wrong() {
    let app = TestApp::start().await;
    let banksia = &app.seed.banksia;
    let dana = app.sign_in(&email("admin", banksia)).await;
    as_admin(&app, "revoke select on documents from supportsignal_runtime").await;
    let page = dana.get("/banksia/knowledge").await;
    assert_eq!(page.status.as_u16(), 500, "{}", page.body);
    let request: CorrelationId = page.header("x-request-id").parse().unwrap();
    let told = format!("Reference {}", request.reference());
    assert!(page.body.contains(&told), "{told}: {}", page.body);
    assert!(page.body.contains(&format!("name=\"reference\" content=\"{}\"", request.reference())), "{}", page.body);
    app.services.log.flush().await;
    let known = trace(&dana, "banksia", &told).await.expect("the reference as it stands on the page");
    let messages: Vec<_> = known.lines.iter().map(|line| line.message.as_str()).collect();
    assert!(
        messages.contains(&"a query failed") && messages.contains(&"a request could not be answered"),
        "{messages:?}"
    );
    assert_eq!(known.lines[0].context["origin"], "GET /{tenant}/knowledge");
    let well = dana.get("/banksia/jobs").await;
    assert!(well.status.is_success() && !well.body.contains("Reference "));
}

#[tokio::test]
async fn every_request_has_an_id_that_its_sender_does_not_choose() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let chosen = CorrelationId::generate().to_string();
    let headers =
        [("accept", "application/json"), ("sec-fetch-site", "same-origin"), ("x-request-id", chosen.as_str())];
    let fields = [("email", "nobody@example.org"), ("password", "grevillea")];
    let first = browser.post_with("accounts/sign-in", &fields, &headers).await;
    let second = browser.post_with("accounts/sign-in", &fields, &headers).await;
    let ids = [&chosen, first.header("x-request-id"), second.header("x-request-id")];
    assert!(ids.iter().all(|id| id.parse::<CorrelationId>().is_ok()), "{ids:?}");
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
}

#[tokio::test]
async fn lines_stay_as_long_as_their_level_says() {
    let app = TestApp::start().await;
    let tenant = app.seed.banksia.id;
    let planted = |level: LogLevel, days: i64| NewLine {
        message: format!("{} {days}", level.as_str()),
        ..line(tenant, level, Utc::now() - Duration::days(days))
    };
    let lines: Vec<_> =
        LogLevel::ALL.iter().flat_map(|level| [6, 8, 29, 31, 89, 91].map(|days| planted(*level, days))).collect();
    insert_lines(&app.db.pool, tenant, &lines).await.unwrap();
    assert_eq!(delete_all_expired(&app.db.pool).await.unwrap(), 1 + 3 + 5);
    let mut left: Vec<String> =
        sqlx::query_scalar("select message from debug_logs").fetch_all(&app.db.admin).await.unwrap();
    left.sort();
    assert_eq!(
        left,
        ["error 29", "error 31", "error 6", "error 8", "error 89", "info 6", "warn 29", "warn 6", "warn 8"]
    );
    assert_eq!(delete_all_expired(&app.db.pool).await.unwrap(), 0);

    // An organisation may want them gone sooner, for itself alone.
    let wattle = app.seed.wattle.id;
    let theirs =
        NewLine { message: "theirs".to_owned(), ..line(wattle, LogLevel::Error, Utc::now() - Duration::days(31)) };
    insert_lines(&app.db.pool, wattle, &[theirs]).await.unwrap();
    as_admin(&app, "update tenants set debug_log_days = 7 where slug = 'banksia'").await;
    assert_eq!(delete_all_expired(&app.db.pool).await.unwrap(), 6);
    let mut left: Vec<String> =
        sqlx::query_scalar("select message from debug_logs").fetch_all(&app.db.admin).await.unwrap();
    left.sort();
    assert_eq!(left, ["error 6", "info 6", "theirs", "warn 6"]);
}

#[tokio::test]
async fn lines_are_narrowed_and_follow_each_other() {
    let app = TestApp::start().await;
    let tenant = app.seed.banksia.id;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let at = |minutes: i64| Utc::now() - Duration::minutes(minutes);
    let lines: Vec<_> = (0..70).map(|minutes| line(tenant, LogLevel::Warn, at(minutes))).collect();
    insert_lines(&app.db.pool, tenant, &lines).await.unwrap();
    let audit = NewLine { system: "audit".to_owned(), ..line(tenant, LogLevel::Error, at(5)) };
    insert_lines(&app.db.pool, tenant, &[audit]).await.unwrap();
    let first = list(&dana, "banksia", &[("level", "warn")]).await.unwrap();
    assert_eq!(first.lines.len(), 50);
    let second = list(&dana, "banksia", &[("level", "warn"), ("after", &first.next.unwrap())]).await.unwrap();
    assert_eq!((second.lines.len(), second.next), (20, None));
    let seen: Vec<_> = first.lines.iter().chain(&second.lines).map(|line| line.occurred_at).collect();
    assert!(seen.is_sorted_by(|one, other| one > other));
    assert_eq!(list(&dana, "banksia", &[("system", "audit")]).await.unwrap().lines.len(), 1);
    assert_eq!(list(&dana, "banksia", &[("system", "audit"), ("level", "info")]).await.unwrap().lines, []);
    let page = dana.get("/banksia/log?level=error").await.body;
    assert!(page.contains("a planted error") && !page.contains("a planted warn"), "{page}");
}

#[tokio::test]
async fn everybody_sees_their_own_lines_at_most() {
    let app = TestApp::start().await;
    let (banksia, wattle) = (&app.seed.banksia, &app.seed.wattle);
    let theirs = line(banksia.id, LogLevel::Error, Utc::now());
    insert_lines(&app.db.pool, banksia.id, std::slice::from_ref(&theirs)).await.unwrap();
    insert_lines(&app.db.pool, TenantId::SYSTEM, &[line(TenantId::SYSTEM, LogLevel::Warn, Utc::now())]).await.unwrap();
    let stranger = app.sign_in(&email("admin", wattle)).await;
    assert_eq!(list(&stranger, "wattle", &[]).await.unwrap().lines, []);
    assert_eq!(trace(&stranger, "wattle", &theirs.trace_id.to_string()).await, None);
    assert_eq!(list(&stranger, "banksia", &[]).await.unwrap_err(), AppError::NotFound);
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, banksia)).await;
        assert_eq!(list(&browser, "banksia", &[]).await.unwrap_err(), AppError::Forbidden, "{person}");
    }
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let lines = list(&sasha, "system", &[]).await.unwrap().lines;
    assert_eq!(lines.iter().map(|line| line.level).collect::<Vec<_>>(), [LogLevel::Warn]);
    assert_eq!(list(&sasha, "banksia", &[]).await.unwrap_err(), AppError::NotFound);
    assert!(sasha.get("/system/log").await.body.contains("a planted warn"));
}
