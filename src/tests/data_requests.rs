//! What people may ask of their own data: the file, the deletion, and what stands in its way.

mod deletion;
mod files;

use super::{app::TestApp, browser::Browser, seed::email};
use supportsignal::{
    data_requests::request::{DataRequest, DataRequestDesk, DataRequestView, DataSubject},
    error::AppError,
    ids::DataRequestId,
};

const TENANT: (&str, &str) = ("tenant", "banksia");

async fn person(app: &TestApp, member: &str) -> Browser {
    app.sign_in(&email(member, &app.seed.banksia)).await
}

fn participant(app: &TestApp) -> DataSubject {
    DataSubject::Participant(app.seed.banksia.participant)
}

fn worker(app: &TestApp) -> DataSubject {
    DataSubject::Member(app.seed.banksia.worker.user_id)
}

async fn desk(browser: &Browser) -> Result<DataRequestDesk, AppError> {
    browser.call("data-requests/list", &[TENANT]).await
}

/// Opens a request and finds it in the list.
async fn open(browser: &Browser, request_type: &str, subject: DataSubject) -> DataRequest {
    let fields = [TENANT, ("request_type", request_type), ("subject", &subject.form_value()), ("note", "By letter.")];
    browser.call::<()>("data-requests/open", &fields).await.unwrap();
    let found = desk(browser)
        .await
        .unwrap()
        .requests
        .into_iter()
        .find(|request| request.subject == subject && request.status.is_open());
    found.expect("the request is in the list")
}

async fn view(browser: &Browser, id: DataRequestId) -> Result<DataRequestView, AppError> {
    browser.call("data-requests/get", &[TENANT, ("id", &id.to_string())]).await
}

/// Decides on the request as it stands now.
async fn decide(browser: &Browser, endpoint: &str, id: DataRequestId, field: (&str, &str)) -> Result<(), AppError> {
    let revision = view(browser, id).await.unwrap().request.revision.to_string();
    browser.call(endpoint, &[TENANT, ("id", &id.to_string()), ("revision", &revision), field]).await
}

async fn approve(browser: &Browser, id: DataRequestId, confirmation: &str) -> Result<(), AppError> {
    decide(browser, "data-requests/approve", id, ("confirmation", confirmation)).await
}

async fn hold(browser: &Browser, subject: &str, report_number: &str) -> Result<(), AppError> {
    let fields =
        [TENANT, ("subject", subject), ("report_number", report_number), ("reason", "Supreme Court, 2026/118")];
    browser.call("legal-holds/place", &fields).await
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).bind(app.seed.banksia.id.uuid()).fetch_one(&app.db.admin).await.unwrap()
}

async fn plant_saved_view(app: &TestApp) {
    sqlx::query(
        "insert into saved_views (tenant_id, id, user_id, name, query) values ($1, gen_random_uuid(), $2, 'Falls', 'days=30')",
    )
    .bind(app.seed.banksia.id.uuid())
    .bind(app.seed.banksia.worker.user_id.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
}

/// A conversation and a saved view of the worker, as their rows are.
async fn plant_conversation(app: &TestApp) {
    let statements = [
        "insert into chat_sessions (tenant_id, id, user_id, title) values ($1, $3, $2, 'Hot weather')",
        "insert into chat_messages (tenant_id, id, session_id, position, role, content, correlation_id)
         select $1, gen_random_uuid(), $3, 1, 'user', 'May I take Robin to the pool?', gen_random_uuid() where $2 is not null",
    ];
    plant_saved_view(app).await;
    let session = uuid::Uuid::now_v7();
    for statement in statements {
        sqlx::query(statement)
            .bind(app.seed.banksia.id.uuid())
            .bind(app.seed.banksia.worker.user_id.uuid())
            .bind(session)
            .execute(&app.db.admin)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn only_admins_handle_requests_and_each_only_their_own_organisations() {
    let app = TestApp::start().await;
    for member in ["worker", "lead", "viewer"] {
        let browser = person(&app, member).await;
        assert_eq!(desk(&browser).await, Err(AppError::Forbidden), "{member}");
        assert_eq!(hold(&browser, "organisation", "").await, Err(AppError::Forbidden), "{member}");
    }
    let admin = person(&app, "admin").await;
    let request = open(&admin, "export", participant(&app)).await;
    assert_eq!((request.subject_name.as_str(), request.requested_by.as_str()), ("Robin Hale", "Dana Okafor"));
    assert_eq!((request.due_at - request.requested_at).num_days(), 30);

    let elsewhere = app.sign_in(&email("admin", &app.seed.wattle)).await;
    let id = request.id.to_string();
    let wattle = ("tenant", "wattle");
    let found: Result<DataRequestView, _> = elsewhere.call("data-requests/get", &[wattle, ("id", &id)]).await;
    assert_eq!(found, Err(AppError::NotFound));
    let refused = elsewhere.call::<()>("data-requests/approve", &[wattle, ("id", &id), ("revision", "1")]).await;
    assert_eq!(refused, Err(AppError::NotFound));
    let subject = participant(&app).form_value();
    let fields = [wattle, ("request_type", "export"), ("subject", &subject)];
    let refused = elsewhere.call::<()>("data-requests/open", &fields).await.unwrap_err();
    assert!(refused.at("subject").is_some(), "{refused:?}");
    let refused =
        elsewhere.call::<()>("legal-holds/place", &[wattle, ("subject", &subject), ("reason", "Theirs")]).await;
    assert!(refused.unwrap_err().at("subject").is_some());
}

#[tokio::test]
async fn a_request_is_opened_once_and_decided_once() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    let request = open(&admin, "export", participant(&app)).await;
    let fields = [TENANT, ("request_type", "export"), ("subject", &participant(&app).form_value())];
    let again = admin.call::<()>("data-requests/open", &fields).await.unwrap_err();
    assert!(again.at("subject").is_some_and(|message| message.contains("open request")));

    let unreasoned = decide(&admin, "data-requests/refuse", request.id, ("reason", " ")).await.unwrap_err();
    assert!(unreasoned.at("reason").is_some());
    decide(&admin, "data-requests/refuse", request.id, ("reason", "We could not tell who asked.")).await.unwrap();
    let refused = view(&admin, request.id).await.unwrap().request;
    assert_eq!(
        (refused.reason.as_str(), refused.decided_by.as_deref()),
        ("We could not tell who asked.", Some("Dana Okafor"))
    );
    let late = approve(&admin, request.id, "").await.unwrap_err();
    assert!(matches!(late, AppError::NotPossible { .. }), "{late:?}");

    let actions: Vec<String> =
        sqlx::query_scalar("select action from audit_events where subject_id = $1 order by position")
            .bind(request.id.uuid())
            .fetch_all(&app.db.admin)
            .await
            .unwrap();
    assert_eq!(actions, ["data_request.opened", "data_request.refused"]);
}

#[tokio::test]
async fn the_pages_show_what_is_decided_on() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    let request = open(&admin, "deletion", participant(&app)).await;
    hold(&admin, &participant(&app).form_value(), "").await.unwrap();
    let list = admin.get("/banksia/data-requests").await.body;
    for words in ["Robin Hale", "Waiting for a decision", "Supreme Court, 2026/118", "In force"] {
        assert!(list.contains(words), "{words}");
    }
    let page = admin.get(&format!("/banksia/data-requests/{}", request.id)).await.body;
    assert!(page.contains("A legal hold stands, so nothing can be deleted") && !page.contains("Delete for good"));
    for path in ["/banksia/data-requests/new", "/banksia/data-requests/holds/new"] {
        assert!(admin.get(path).await.body.contains("Robin Hale (participant)"), "{path}");
    }
    assert!(person(&app, "worker").await.get("/banksia/account").await.body.contains("Ask for your data"));
}
