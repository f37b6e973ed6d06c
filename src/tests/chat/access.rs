//! What stays with whom: conversations with their owners, documents with the roles that may read them.

use super::{library, titles, unanswered};
use crate::{
    app::TestApp,
    browser::Browser,
    seed::{SYSTEM_ADMIN, email},
};
use http::StatusCode;
use supportsignal::{
    chat::{
        conversation::{Asked, SessionPage},
        message::{AnswerOutcome, ChatMessage},
    },
    error::AppError,
};

const PAY_QUESTION: &str = "How much does the regional director earn a year?";

async fn find(browser: &Browser, words: &str) -> SessionPage {
    browser.call("chat/sessions", &[("tenant", "banksia"), ("search", words)]).await.unwrap()
}

#[tokio::test]
async fn nobody_else_finds_a_conversation() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let asked = priya.ask("banksia", None, "Where is medication kept?").await.unwrap();
    priya.answered("banksia", asked.answer).await;
    let (session, answer) = (asked.session.to_string(), asked.answer.to_string());
    for (person, tenant) in [
        (email("colleague", &app.seed.banksia), "banksia"),
        (email("admin", &app.seed.banksia), "banksia"),
        (email("worker", &app.seed.wattle), "wattle"),
    ] {
        let other = app.sign_in(&person).await;
        assert_eq!(other.conversation(tenant, asked.session).await, Err(AppError::NotFound));
        assert_eq!(other.message(tenant, asked.answer).await, Err(AppError::NotFound));
        assert_eq!(other.ask(tenant, Some(asked.session), "And then?").await, Err(AppError::NotFound));
        for endpoint in ["chat/archive", "chat/restore", "chat/delete"] {
            assert_eq!(other.about(endpoint, tenant, asked.session).await, Err(AppError::NotFound), "{endpoint}");
        }
        assert_eq!(other.about("chat/stop", tenant, asked.answer).await, Err(AppError::NotFound));
        for endpoint in ["chat/retry", "chat/regenerate"] {
            let fields = [("tenant", tenant), ("id", answer.as_str())];
            assert_eq!(other.call::<Asked>(endpoint, &fields).await, Err(AppError::NotFound), "{endpoint}");
        }
        assert_eq!(other.rate(tenant, asked.answer, false, "").await, Err(AppError::NotFound));
        let rename = [("tenant", tenant), ("id", session.as_str()), ("title", "Mine")];
        assert_eq!(other.call::<()>("chat/rename", &rename).await, Err(AppError::NotFound));
        for path in [
            format!("/{tenant}/chat/messages/{answer}/stream"),
            format!("/{tenant}/chat/{session}/export?format=md"),
            format!("/{tenant}/chat/{session}/export?format=json"),
        ] {
            let answer = other.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!answer.body.contains("locked"), "{path}");
        }
        let page: SessionPage = other.call("chat/sessions", &[("tenant", tenant)]).await.unwrap();
        assert!(page.sessions.is_empty());
    }
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    assert_eq!(sasha.conversation("system", asked.session).await, Err(AppError::Forbidden));
    let nobody = app.browser();
    assert_eq!(nobody.get(&format!("/banksia/chat/messages/{answer}/stream")).await.status, StatusCode::UNAUTHORIZED);
    assert!(unanswered(&app).await.is_empty(), "nobody rated it");
    assert_eq!(priya.conversation("banksia", asked.session).await.unwrap().messages.len(), 2, "nothing has changed");
}

#[tokio::test]
async fn a_restricted_document_answers_only_those_who_may_read_it() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let told = dana.answer_to("banksia", None, PAY_QUESTION).await;
    assert!(told.content.contains("190 thousand"), "{}", told.content);
    assert_eq!(titles(&told), [library::PAY]);
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, &app.seed.banksia)).await;
        let message = browser.answer_to("banksia", None, PAY_QUESTION).await;
        assert_eq!(message.outcome, Some(AnswerOutcome::NotFound), "{person}");
        let everything = serde_json::to_string(&message).unwrap();
        assert!(!everything.contains("190") && !everything.contains(library::PAY), "{person}: {everything}");
    }
}

#[tokio::test]
async fn what_is_restricted_later_disappears_from_old_answers() {
    let app = TestApp::start().await;
    let document = library::plant(&app, &app.seed.banksia).await;
    library::restrict(&app, document, &["company_admin", "frontline_worker"]).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let asked = priya.ask("banksia", None, PAY_QUESTION).await.unwrap();
    let before = priya.answered("banksia", asked.answer).await;
    assert!(before.content.contains("190 thousand") && titles(&before) == [library::PAY], "{before:?}");
    assert_eq!(find(&priya, "190 thousand").await.sessions.len(), 1);

    library::restrict(&app, document, &["company_admin"]).await;
    let after: ChatMessage = priya.message("banksia", asked.answer).await.unwrap();
    assert_eq!(after.citations.len(), 1);
    assert_eq!(after.citations[0].source, None, "the citation leads nowhere");
    assert!(after.content.contains("can no longer open"), "{}", after.content);
    assert!(find(&priya, "190 thousand").await.sessions.is_empty());
    let streamed = priya.get(&format!("/banksia/chat/messages/{}/stream", asked.answer)).await.body;
    let exports = ["md", "json"].map(|format| format!("/banksia/chat/{}/export?format={format}", asked.session));
    let mut seen = vec![serde_json::to_string(&after).unwrap(), streamed];
    for path in &exports {
        seen.push(priya.get(path).await.body);
    }
    for text in seen {
        assert!(!text.contains("190") && !text.contains(library::PAY), "{text}");
    }
}
