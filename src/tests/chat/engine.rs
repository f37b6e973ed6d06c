//! Answers of the built-in engine.

use super::{library, titles, unanswered};
use crate::{app::TestApp, seed::email};
use sqlx::Row;
use supportsignal::chat::{
    conversation::{AnsweredBy, ChatStart},
    message::{AnswerOutcome, MessageStatus, Speaker},
    turn::{NOT_FOUND, NOTHING_FURTHER},
};

const QUESTION: &str = "Who do I call after a medication error on a weekend?";

#[tokio::test]
async fn a_worker_asks_and_gets_sentences_of_the_documents_with_their_sources() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let start: ChatStart = priya.call("chat/start", &[("tenant", "banksia")]).await.unwrap();
    assert_eq!((start.document_count, start.answered_by), (2, AnsweredBy::BuiltIn));
    assert!(!start.titles.iter().any(|title| title == library::PAY), "{:?}", start.titles);

    let answer = priya.post("chat/ask", &[("tenant", "banksia"), ("question", QUESTION)]).await;
    let asked: supportsignal::chat::conversation::Asked = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(answer.location(), format!("/banksia/chat/{}", asked.session), "a new conversation leads to its page");
    let message = priya.answered("banksia", asked.answer).await;
    assert_eq!((message.status, message.outcome), (MessageStatus::Completed, Some(AnswerOutcome::Answered)));
    assert!(
        message.content.starts_with("On weekends the on-call manager is the first person to call"),
        "{}",
        message.content
    );
    assert!(message.content.contains(". [1]"), "{}", message.content);
    assert_eq!(message.model_used.as_deref(), Some("built-in"));
    let source = message.citations[0].source.as_ref().unwrap();
    assert_eq!((source.document_title.as_str(), source.heading.as_str()), (library::MEDICATION, "After hours"));
    assert!(source.chunk_id.is_some() && source.quote.contains("on-call manager"));

    let conversation = priya.conversation("banksia", asked.session).await.unwrap();
    assert_eq!(conversation.title, QUESTION);
    let speakers: Vec<_> = conversation.messages.iter().map(|message| message.speaker).collect();
    assert_eq!(speakers, [Speaker::User, Speaker::Assistant]);
    let row = sqlx::query(
        "select u.provider, u.user_id, u.prompt_id is not null as has_prompt, m.tool_calls
         from chat_messages m join usage_events u on u.correlation_id = m.correlation_id where m.id = $1",
    )
    .bind(asked.answer.uuid())
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(row.get::<String, _>("provider"), "built-in");
    assert_eq!(row.get::<uuid::Uuid, _>("user_id"), app.seed.banksia.worker.user_id.uuid());
    assert!(row.get::<bool, _>("has_prompt"));
    let calls: serde_json::Value = row.get("tool_calls");
    assert_eq!(calls[0]["name"], "search_knowledge");
    assert!(calls[0]["results"].as_u64().unwrap() >= 1, "{calls}");
    assert!(unanswered(&app).await.is_empty());
}

#[tokio::test]
async fn what_the_documents_dont_hold_is_not_answered_and_becomes_a_gap() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let question = "How many days of annual leave do medication staff get?";
    let message = priya.answer_to("banksia", None, question).await;
    assert_eq!(message.outcome, Some(AnswerOutcome::NotFound));
    assert_eq!(message.content, "");
    assert!(message.citations.iter().all(|citation| !citation.was_cited));
    assert!(titles(&message).contains(&library::MEDICATION.to_owned()), "{:?}", titles(&message));
    assert_eq!(unanswered(&app).await, [(question.to_owned(), "not_found".to_owned())]);
}

#[tokio::test]
async fn a_question_may_go_on_from_the_one_before() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let asked = priya.ask("banksia", None, "Where is medication kept?").await.unwrap();
    let first = priya.answered("banksia", asked.answer).await;
    assert!(first.content.contains("locked cupboard") && !first.content.contains("leader"), "{}", first.content);
    let message = priya.answer_to("banksia", Some(asked.session), "And who has the key?").await;
    assert_eq!(message.outcome, Some(AnswerOutcome::Answered), "{message:?}");
    assert!(message.content.contains("The key stays with the shift leader."), "{}", message.content);
    assert!(!message.content.contains("locked cupboard"), "that was said: {}", message.content);

    let again = priya.answer_to("banksia", Some(asked.session), "And the key?").await;
    assert_eq!((again.outcome, again.content.as_str()), (Some(AnswerOutcome::NotFound), NOTHING_FURTHER));
    assert!(unanswered(&app).await.is_empty(), "nothing is missing in the documents");
    let page = priya.get(&format!("/banksia/chat/{}", asked.session)).await.body;
    assert!(page.contains(NOTHING_FURTHER) && !page.contains(NOT_FOUND));
    let beyond = priya.answer_to("banksia", Some(asked.session), "And for the dentist?").await;
    assert_eq!((beyond.outcome, beyond.content.as_str()), (Some(AnswerOutcome::NotFound), ""));
    assert_eq!(unanswered(&app).await.len(), 1);
}

#[tokio::test]
async fn an_answer_that_did_not_help_becomes_a_gap_once() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let message = priya.answer_to("banksia", None, QUESTION).await;
    priya.rate("banksia", message.id, true, "").await.unwrap();
    assert!(unanswered(&app).await.is_empty());
    priya.rate("banksia", message.id, false, "incomplete").await.unwrap();
    priya.rate("banksia", message.id, false, "wrong").await.unwrap();
    assert_eq!(unanswered(&app).await, [(QUESTION.to_owned(), "not_helpful".to_owned())]);
    let feedback = priya.message("banksia", message.id).await.unwrap().feedback.unwrap();
    assert_eq!((feedback.is_helpful, feedback.reason.map(|reason| reason.as_str())), (false, Some("wrong")));
    assert!(priya.rate("banksia", message.id, false, "because").await.unwrap_err().at("reason").is_some());
}

#[tokio::test]
async fn a_question_has_an_end() {
    let app = TestApp::start().await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    for question in ["", "   ", &"x".repeat(2_001)] {
        assert!(priya.ask("banksia", None, question).await.unwrap_err().at("question").is_some());
    }
}
