//! What stays with whom: conversations with their owners, documents with the roles that may read them.

use super::{library, provider::number_of, titles, unanswered};
use crate::{
    ai_steps::choose,
    app::TestApp,
    browser::Browser,
    providers::{FakeProvider, Reply},
    seed::{SYSTEM_ADMIN, email},
};
use http::StatusCode;
use supportsignal::{
    chat::{
        conversation::{Asked, SessionPage},
        message::{AnswerOutcome, ChatMessage},
    },
    error::AppError,
    ids::DocumentId,
};

const PAY_QUESTION: &str = "How much does the regional director earn a year?";
const VISITORS: &str = "Visitors sign the book at the door. Visitors leave by nine.";
const VISITORS_QUESTION: &str = "What do visitors do at the door?";

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
        assert!(!everything.contains("190 thousand") && !everything.contains(library::PAY), "{person}: {everything}");
    }
}

#[tokio::test]
async fn a_document_that_is_kept_from_admins_does_not_answer_them() {
    let app = TestApp::start().await;
    let document = library::plant(&app, &app.seed.banksia).await;
    library::restrict(&app, document, &["team_lead"]).await;
    let (dana, alex) =
        (app.sign_in(&email("admin", &app.seed.banksia)).await, app.sign_in(&email("lead", &app.seed.banksia)).await);
    assert!(alex.answer_to("banksia", None, PAY_QUESTION).await.content.contains("190 thousand"));
    let message = dana.answer_to("banksia", None, PAY_QUESTION).await;
    assert_eq!(message.outcome, Some(AnswerOutcome::NotFound));
    let everything = serde_json::to_string(&message).unwrap();
    assert!(!everything.contains("190 thousand") && !everything.contains(library::PAY), "{everything}");
}

/// An admin removes a document for good.
async fn remove(app: &TestApp, document: DocumentId, title: &str) {
    sqlx::query(
        "insert into document_versions (tenant_id, document_id, version, file_name, file_type, byte_size, content_hash, storage_key)
         values ($1, $2, 1, 'a.md', 'markdown', 1, sha256('a'), 'a')",
    )
    .bind(app.seed.banksia.id.uuid())
    .bind(document.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let id = document.to_string();
    let fields = [("tenant", "banksia"), ("id", id.as_str()), ("revision", "1"), ("title", title)];
    dana.call::<()>("knowledge/remove", &fields).await.unwrap();
}

#[tokio::test]
async fn what_everybody_could_read_stays_readable_when_it_is_removed() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let document = library::add(&app, tenant, "Visitors", None, &[("At the door", VISITORS)]).await;
    let priya = app.sign_in(&email("worker", tenant)).await;
    let before = priya.answer_to("banksia", None, VISITORS_QUESTION).await;
    assert!(before.content.contains("sign the book"), "{before:?}");
    remove(&app, document, "Visitors").await;
    let after = priya.message("banksia", before.id).await.unwrap();
    assert_eq!((after.content, after.citations[0].source.as_ref()), (before.content, None));
}

#[tokio::test]
async fn what_an_answer_says_without_a_citation_disappears_too() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    library::plant(&app, tenant).await;
    let visitors = library::add(&app, tenant, "Visitors", None, &[("At the door", VISITORS)]).await;
    let provider = FakeProvider::openai(|request| {
        // The conversation before it is in the request, too.
        if request["messages"].to_string().contains("Question: Who do I call") {
            let number = number_of(request, "On weekends the on-call manager");
            Reply::Text(format!(
                "Call the on-call manager after a medication error on weekends. [{number}] Visitors sign the book."
            ))
        } else {
            let number = number_of(request, "Visitors sign the book");
            Reply::Text(format!("Visitors sign the book at the door. [{number}] They leave by nine."))
        }
    })
    .await;
    choose(&app, tenant, &provider).await;
    let priya = app.sign_in(&email("worker", tenant)).await;
    let first = priya.ask("banksia", None, VISITORS_QUESTION).await.unwrap();
    let about_visitors = priya.answered("banksia", first.answer).await;
    assert!(about_visitors.content.ends_with("They leave by nine."), "{}", about_visitors.content);
    let question = "Who do I call after a medication error on a weekend?";
    let repeating = priya.answer_to("banksia", Some(first.session), question).await;
    assert!(repeating.content.ends_with("Visitors sign the book."), "{}", repeating.content);
    assert_eq!(titles(&repeating), [library::MEDICATION], "what it may only repeat isn't named");

    library::restrict(&app, visitors, &["company_admin"]).await;
    for answer in [about_visitors.id, repeating.id] {
        let message = priya.message("banksia", answer).await.unwrap();
        assert!(!message.content.contains("nine") && !message.content.contains("book"), "{}", message.content);
    }
    let later = priya.answer_to("banksia", Some(first.session), question).await;
    assert!(later.content.contains("on-call manager"), "what is hidden already isn't repeated: {}", later.content);
    let sent = provider.requests().last().unwrap().body.to_string();
    assert!(!sent.contains("sign the book") && !sent.contains("nine"), "{sent}");
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
    sees_nothing_of_the_pay(&priya, asked).await;

    remove(&app, document, library::PAY).await;
    sees_nothing_of_the_pay(&priya, asked).await;
}

/// An answer about the pay, for somebody who may no longer read where it came from.
async fn sees_nothing_of_the_pay(priya: &Browser, asked: Asked) {
    let after: ChatMessage = priya.message("banksia", asked.answer).await.unwrap();
    assert_eq!(after.citations.len(), 1);
    assert_eq!(after.citations[0].source, None, "the citation leads nowhere");
    assert!(after.content.contains("can no longer open"), "{}", after.content);
    assert!(find(priya, "190 thousand").await.sessions.is_empty());
    let streamed = priya.get(&format!("/banksia/chat/messages/{}/stream", asked.answer)).await.body;
    let exports = ["md", "json"].map(|format| format!("/banksia/chat/{}/export?format={format}", asked.session));
    let mut seen = vec![serde_json::to_string(&after).unwrap(), streamed];
    for path in &exports {
        seen.push(priya.get(path).await.body);
    }
    for text in seen {
        assert!(!text.contains("190 thousand") && !text.contains(library::PAY), "{text}");
    }
}
