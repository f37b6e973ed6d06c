//! A suspended organisation, and one whose trial is over: everything is read, nothing is changed, and what
//! waits goes on later.

use super::{
    app::TestApp,
    browser::Browser,
    seed::{SYSTEM_ADMIN, TenantSeed, email},
    story::{eventually, full_account},
};
use http::StatusCode;
use supportsignal::{
    error::AppError,
    ids::DocumentId,
    incidents::{jobs::EnhanceNarrative, record::IncidentRecord},
    jobs,
    knowledge::record::Article,
    platform::database::TenantTx,
};
use tokio_util::sync::CancellationToken;

async fn set_status(app: &TestApp, sql: &'static str) {
    sqlx::query(sql).bind(app.seed.banksia.id.uuid()).execute(&app.db.admin).await.unwrap();
}

async fn suspend(app: &TestApp) {
    set_status(app, "update tenants set status = 'suspended' where id = $1").await;
}

async fn refused(browser: &Browser, endpoint: &str, fields: &[(&str, &str)]) {
    let mut all = vec![("tenant", "banksia")];
    all.extend_from_slice(fields);
    let answer = browser.post(endpoint, &all).await;
    assert_eq!(answer.error(), AppError::read_only(), "{endpoint}");
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{endpoint}");
}

/// How much there is of everything.
async fn rows(app: &TestApp) -> Vec<(String, i64)> {
    let tables = [
        "incidents",
        "incident_narratives",
        "clarification_answers",
        "sites",
        "participants",
        "chat_sessions",
        "prompt_templates",
        "documents",
        "audit_events",
        "jobs",
        "tenant_settings",
        "usage_events",
    ];
    let mut counts = Vec::new();
    for table in tables {
        let sql = format!("select count(*) from {table} where tenant_id = $1");
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(app.seed.banksia.id.uuid())
            .fetch_one(&app.db.admin)
            .await
            .unwrap();
        counts.push((table.to_owned(), count));
    }
    counts
}

#[tokio::test]
async fn nothing_is_changed_while_an_organisation_is_suspended() {
    let app = TestApp::start().await;
    let tenant: &TenantSeed = &app.seed.banksia;
    let (priya, alex, dana) = (
        app.sign_in(&email("worker", tenant)).await,
        app.sign_in(&email("lead", tenant)).await,
        app.sign_in(&email("admin", tenant)).await,
    );
    let told = priya.draft("banksia", tenant.told).await.unwrap();
    let submitted = tenant.submitted.to_string();
    suspend(&app).await;
    let before = rows(&app).await;

    let error = priya.save_account("banksia", tenant.told, told.revision, &full_account(), "stay").await.unwrap_err();
    assert_eq!(error, AppError::read_only());
    assert_eq!(priya.submit("banksia", tenant.told, told.revision).await.unwrap_err(), AppError::read_only());
    let when = super::story::yesterday();
    let report = [("participant_name", "Jo Field"), ("location", "Garden"), ("event_date_time", when.as_str())];
    refused(&priya, "incidents/start", &report).await;
    refused(&priya, "chat/ask", &[("question", "Who is on call?")]).await;
    refused(&priya, "notifications/mark-all-read", &[]).await;
    refused(&alex, "sites/save", &[("name", "New House")]).await;
    refused(&alex, "participants/save", &[("name", "New Person")]).await;
    refused(&alex, "analysis/analyse-again", &[("id", &submitted)]).await;
    refused(&dana, "connections/check", &[]).await;
    refused(&dana, "tenants/save-profile", &[("revision", "0"), ("name", "Other")]).await;
    refused(&dana, "tenants/save-address", &[("revision", "0"), ("slug", "other"), ("confirmed", "banksia")]).await;
    refused(&dana, "providers/save-switch", &[("revision", "0"), ("providers", "off")]).await;
    refused(
        &dana,
        "knowledge/write-article",
        &[("title", "On call"), ("body", "Ring the manager."), ("roles[team_lead]", "on")],
    )
    .await;
    let upload =
        dana.post_files("/banksia/knowledge/files", "application/json", &[], &[("files", "a.md", b"# A")]).await;
    assert_eq!(upload.error(), AppError::read_only());
    assert_eq!(rows(&app).await, before);

    // The other organisation notices nothing.
    app.sign_in(&email("worker", &app.seed.wattle)).await.start_report("wattle").await;
}

#[tokio::test]
async fn everything_is_read_while_an_organisation_is_suspended() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let dana = app.sign_in(&email("admin", tenant)).await;
    let article = [
        ("tenant", "banksia"),
        ("title", "On call"),
        ("body", "Ring the manager."),
        ("roles[team_lead]", "on"),
        ("roles[company_admin]", "on"),
    ];
    dana.call::<()>("knowledge/write-article", &article).await.unwrap();
    let article: DocumentId = sqlx::query_scalar(
        "select id from documents where tenant_id = $1 and file_type = 'article' and title = 'On call'",
    )
    .bind(tenant.id.uuid())
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    suspend(&app).await;
    let (draft, record) =
        (format!("/banksia/incidents/{}/narrative", tenant.told), format!("/banksia/incidents/{}", tenant.submitted));
    let analysis = format!("{record}/analysis");
    let site = format!("/banksia/sites/{}", tenant.site);
    let visits: [(&str, &[&str]); 3] = [
        (
            "worker",
            &["/banksia", "/banksia/incidents", &draft, "/banksia/notifications", "/banksia/chat", "/banksia/account"],
        ),
        ("lead", &["/banksia", &record, &analysis, &site, "/banksia/participants", "/banksia/knowledge?q=on+call"]),
        (
            "admin",
            &[
                "/banksia",
                "/banksia/ai",
                "/banksia/usage",
                "/banksia/jobs",
                "/banksia/prompts",
                "/banksia/settings",
                "/banksia/knowledge/gaps",
            ],
        ),
    ];
    for (person, paths) in visits {
        let browser = app.sign_in(&email(person, tenant)).await;
        for path in paths {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.body.contains("Your organisation is suspended."), "{path} says so");
            assert!(!page.body.contains("That didn&#x27;t work") && !page.body.contains("That didn't work"), "{path}");
        }
    }
    let alex = app.sign_in(&email("lead", tenant)).await;
    let fields = [("tenant", "banksia"), ("id", &tenant.submitted.to_string())];
    let _: IncidentRecord = alex.call("incidents/record", &fields).await.unwrap();
    let fields = [("tenant", "banksia"), ("id", &article.to_string())];
    let stored: Article = dana.call("knowledge/article", &fields).await.unwrap();
    assert_eq!(stored.body, "Ring the manager.");
    // Files are read, too, and that they were saved is noted.
    assert_eq!(alex.get("/banksia/dashboard/export").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_trial_that_is_over_reads_only_and_one_that_goes_on_tells_its_admins() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let (priya, dana) = (app.sign_in(&email("worker", tenant)).await, app.sign_in(&email("admin", tenant)).await);
    set_status(&app, "update tenants set status = 'trial', trial_ends_at = now() + interval '3 days' where id = $1")
        .await;
    priya.start_report("banksia").await;
    assert!(dana.get("/banksia").await.body.contains("Your trial ends on"));
    assert!(!priya.get("/banksia").await.body.contains("Your trial ends on"));
    set_status(&app, "update tenants set trial_ends_at = now() where id = $1").await;
    refused(&priya, "notifications/mark-all-read", &[]).await;
    assert!(priya.get("/banksia").await.body.contains("The trial ended on"));
}

#[tokio::test]
async fn work_waits_for_a_suspended_organisation_and_goes_on_when_it_is_active_again() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.worker).await.unwrap();
    EnhanceNarrative::request(&mut tx, tenant.told, true).await.unwrap();
    tx.commit().await.unwrap();
    suspend(&app).await;

    let stop = CancellationToken::new();
    let worker = tokio::spawn(jobs::run_worker(app.services.clone(), stop.clone()));
    eventually("the job is put off", async || {
        sqlx::query_scalar::<_, bool>(
            "select exists (select from job_queue._private_jobs where run_at > now() + interval '5 minutes' and attempts = 0)
                    and (select count(*) from job_queue._private_jobs) = 1",
        )
        .fetch_one(&app.db.admin)
        .await
        .unwrap()
    })
    .await;
    stop.cancel();
    worker.await.unwrap().unwrap();
    let status = async || -> (String, i16) {
        sqlx::query_as("select status, attempt from jobs where kind = 'enhance_narrative' and subject_id = $1 order by created_at desc limit 1")
            .bind(tenant.told.uuid())
            .fetch_one(&app.db.admin)
            .await
            .unwrap()
    };
    assert_eq!(status().await, ("queued".to_owned(), 0));

    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let form = [
        ("tenant", "system"),
        ("organisation", "banksia"),
        ("revision", "0"),
        ("status", "active"),
        ("reason", "Paid."),
    ];
    sasha.call::<()>("tenants/save-status", &form).await.unwrap();
    app.finish_jobs().await;
    assert_eq!(status().await.0, "completed");
}
