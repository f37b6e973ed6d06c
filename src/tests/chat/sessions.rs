//! The list of one's conversations, and what becomes of each.

use super::library;
use crate::{app::TestApp, browser::Browser, seed::email};
use supportsignal::{chat::conversation::SessionPage, error::AppError, ids::ChatSessionId};

async fn list(browser: &Browser, fields: &[(&str, &str)]) -> SessionPage {
    let fields: Vec<_> = fields.iter().copied().chain([("tenant", "banksia")]).collect();
    browser.call("chat/sessions", &fields).await.unwrap()
}

fn titles(page: &SessionPage) -> Vec<&str> {
    page.sessions.iter().map(|session| session.title.as_str()).collect()
}

async fn start(browser: &Browser, question: &str) -> ChatSessionId {
    let asked = browser.ask("banksia", None, question).await.unwrap();
    browser.answered("banksia", asked.answer).await;
    asked.session
}

#[tokio::test]
async fn conversations_are_found_renamed_archived_and_deleted() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let storage = start(&priya, "Where is medication kept?").await;
    let falls = start(&priya, "Can I lift a person after a fall?").await;
    assert_eq!(titles(&list(&priya, &[]).await), ["Can I lift a person after a fall?", "Where is medication kept?"]);

    let found = list(&priya, &[("search", "LOCKED cupboard")]).await;
    assert_eq!(titles(&found), ["Where is medication kept?"]);
    assert!(found.sessions[0].found.as_deref().unwrap().contains("locked cupboard"), "{found:?}");
    assert!(list(&priya, &[("search", "spaceship")]).await.sessions.is_empty());

    let rename = [("tenant", "banksia"), ("id", &falls.to_string()), ("title", "  After a   fall ")];
    priya.call::<()>("chat/rename", &rename).await.unwrap();
    assert_eq!(titles(&list(&priya, &[("search", "after fall")]).await), ["After a fall"]);
    let empty = [("tenant", "banksia"), ("id", &falls.to_string()), ("title", " ")];
    assert!(priya.call::<()>("chat/rename", &empty).await.unwrap_err().at("title").is_some());

    priya.about("chat/archive", "banksia", falls).await.unwrap();
    assert_eq!(titles(&list(&priya, &[]).await), ["Where is medication kept?"]);
    assert_eq!(titles(&list(&priya, &[("archived", "true")]).await), ["After a fall"]);
    priya.about("chat/restore", "banksia", falls).await.unwrap();
    assert_eq!(list(&priya, &[]).await.sessions.len(), 2);
    priya.about("chat/archive", "banksia", falls).await.unwrap();
    priya.answer_to("banksia", Some(falls), "Who do I call then?").await;
    assert_eq!(list(&priya, &[]).await.sessions.len(), 2, "asking again brings it back");

    priya.about("chat/delete", "banksia", storage).await.unwrap();
    assert_eq!(priya.conversation("banksia", storage).await, Err(AppError::NotFound));
    let left: i64 = sqlx::query_scalar("select count(*) from chat_messages where session_id = $1")
        .bind(storage.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(left, 0);
    let audited: i64 = sqlx::query_scalar("select count(*) from audit_events where action = 'chat.removed'")
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(audited, 1);
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let app = TestApp::start().await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    sqlx::query(
        "insert into chat_sessions (tenant_id, id, user_id, title, last_message_at)
         select $1, gen_random_uuid(), $2, 'Question ' || n, now() - n * interval '1 minute' from generate_series(1, 70) n",
    )
    .bind(app.seed.banksia.id.uuid())
    .bind(app.seed.banksia.worker.user_id.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let fields: Vec<_> = after.iter().map(|id| ("after", id.as_str())).collect();
        let page = list(&priya, &fields).await;
        seen.extend(page.sessions.iter().map(|session| session.title.clone()));
        match page.next {
            Some(next) => after = Some(next.to_string()),
            None => break,
        }
    }
    let expected: Vec<_> = (1..=70).map(|n| format!("Question {n}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_conversation_can_be_taken_along() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let session = start(&priya, "Where is medication kept?").await;
    let markdown = priya.get(&format!("/banksia/chat/{session}/export?format=md")).await;
    assert!(markdown.header("content-disposition").contains(".md"), "{:?}", markdown.headers);
    for words in
        ["# Where is medication kept?", "locked cupboard. [1]", "- [1] Medication policy > Storage", "built-in"]
    {
        assert!(markdown.body.contains(words), "{words}: {}", markdown.body);
    }
    let json = priya.get(&format!("/banksia/chat/{session}/export?format=json")).await;
    let read: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(read["messages"].as_array().unwrap().len(), 2);
    assert_eq!(read["messages"][1]["citations"][0]["source"]["document_title"], "Medication policy");
    assert_eq!(priya.get(&format!("/banksia/chat/{session}/export?format=exe")).await.status, 404);
}
