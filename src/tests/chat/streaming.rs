//! The route that sends an answer piece by piece.

use super::library;
use crate::{
    ai_steps::choose,
    app::{TestApp, router},
    browser::Browser,
    providers::{FakeProvider, Reply},
    seed::{PASSWORD, email},
};
use serde_json::Value;
use supportsignal::chat::live::LiveAnswers;

const QUESTION: &str = "Who do I call after a medication error on a weekend?";
const ANSWER: &str = "Call the on-call manager after a medication error on weekends. [1] Ring nobody else before that, \
                      whatever the hour is. Then stay where you are and wait.";

/// (name, data) of each event.
fn events(body: &str) -> Vec<(String, Value)> {
    let events = body.split("\n\n").filter(|event| event.contains("event:"));
    events
        .map(|event| {
            let field = |name: &str| {
                event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
            };
            (field("event:"), serde_json::from_str(&field("data:")).unwrap())
        })
        .collect()
}

/// What a page has that follows the events.
fn read(events: &[(String, Value)]) -> String {
    events.iter().fold(String::new(), |shown, (name, data)| match name.as_str() {
        "text" => data["text"].as_str().unwrap().to_owned(),
        "piece" => shown + data["text"].as_str().unwrap(),
        _ => shown,
    })
}

async fn slow() -> (TestApp, FakeProvider, Browser) {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let provider = FakeProvider::openai(|_| Reply::Slowly(ANSWER.to_owned())).await;
    choose(&app, &app.seed.banksia, &provider).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    (app, provider, priya)
}

#[tokio::test]
async fn an_answer_comes_in_pieces_in_order_and_ends() {
    let (_app, _provider, priya) = slow().await;
    let asked = priya.ask("banksia", None, QUESTION).await.unwrap();
    let answer = priya.get(&format!("/banksia/chat/messages/{}/stream", asked.answer)).await;
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert_eq!(answer.header("content-encoding"), "", "pieces don't wait to be compressed");
    let sent = events(&answer.body);
    let names: Vec<_> = sent.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.first(), Some(&"text"));
    assert_eq!(names.last(), Some(&"done"));
    assert!(names.iter().filter(|name| **name == "piece").count() >= 2, "{names:?}");
    assert_eq!(read(&sent), ANSWER);
    assert_eq!(sent.last().unwrap().1["status"], "completed");
    let message = priya.message("banksia", asked.answer).await.unwrap();
    assert!(!message.is_pending(), "done means that the row is final");

    let again = events(&priya.get(&format!("/banksia/chat/messages/{}/stream", asked.answer)).await.body);
    let names: Vec<_> = again.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["text", "done"], "an answer that is there is sent at once");
    assert_eq!(read(&again), message.content);
}

#[tokio::test]
async fn another_server_reads_the_row() {
    let (app, _provider, priya) = slow().await;
    let mut services = app.services.clone();
    services.answers = LiveAnswers::default();
    let elsewhere = Browser::new(router(services).await, "203.0.113.8");
    elsewhere.sign_in(&email("worker", &app.seed.banksia), PASSWORD).await.unwrap();
    let asked = priya.ask("banksia", None, QUESTION).await.unwrap();
    let sent = events(&elsewhere.get(&format!("/banksia/chat/messages/{}/stream", asked.answer)).await.body);
    let names: Vec<_> = sent.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.len() >= 2 && names[..names.len() - 1].iter().all(|name| *name == "text"), "{names:?}");
    assert_eq!(names.last(), Some(&"done"));
    assert_eq!(read(&sent), priya.message("banksia", asked.answer).await.unwrap().content);
}
