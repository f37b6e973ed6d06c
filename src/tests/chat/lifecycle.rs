//! Stop, retry, regenerate; what is true after a crash and at the end of a process.

use super::{is_interrupted, library, orphan, unanswered};
use crate::{
    ai_steps::choose,
    app::{TestApp, router},
    browser::Browser,
    providers::{FakeProvider, Format, Reply},
    seed::{PASSWORD, email},
    story::eventually,
};
use supportsignal::{
    chat::{
        conversation::Asked,
        housekeeping::end_all_interrupted,
        live::LiveAnswers,
        message::{AnswerOutcome, MessageStatus},
    },
    error::AppError,
    ids::ChatMessageId,
};

const QUESTION: &str = "Who do I call after a medication error on a weekend?";
const BEGINNING: &str = "Call the on-call manager before anybody else on a weekend. ";

/// A provider that begins to answer and then says nothing more, and somebody who asks it.
async fn stalled() -> (TestApp, FakeProvider, Browser, Asked) {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let provider = FakeProvider::scripted(
        Format::OpenAi,
        [Reply::Stalled(BEGINNING.to_owned()), Reply::Text("Then rest. [1]".to_owned())],
    )
    .await;
    choose(&app, &app.seed.banksia, &provider).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let asked = priya.ask("banksia", None, QUESTION).await.unwrap();
    eventually("the row has the beginning", async || {
        priya.message("banksia", asked.answer).await.unwrap().content.starts_with("Call the on-call")
    })
    .await;
    (app, provider, priya, asked)
}

async fn again(browser: &Browser, endpoint: &str, id: ChatMessageId) -> Result<Asked, AppError> {
    browser.call(endpoint, &[("tenant", "banksia"), ("id", &id.to_string())]).await
}

#[tokio::test]
async fn a_stopped_answer_keeps_what_it_has() {
    let (app, _provider, priya, asked) = stalled().await;
    let pending = priya.message("banksia", asked.answer).await.unwrap();
    assert!(pending.is_pending(), "a reload shows what there is so far: {pending:?}");
    let second = priya.ask("banksia", Some(asked.session), "And at night?").await.unwrap_err();
    assert!(second.to_string().contains("still being written"), "{second}");
    priya.about("chat/stop", "banksia", asked.answer).await.unwrap();
    let stopped = priya.answered("banksia", asked.answer).await;
    assert_eq!((stopped.status, stopped.outcome), (MessageStatus::Completed, Some(AnswerOutcome::Stopped)));
    assert!(stopped.content.starts_with("Call the on-call manager"), "{}", stopped.content);
    let reserved: i64 = sqlx::query_scalar("select count(*) from usage_events where outcome = 'reserved'")
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(reserved, 0, "the call is settled");
    priya.about("chat/stop", "banksia", asked.answer).await.unwrap();
    assert_eq!(priya.message("banksia", asked.answer).await.unwrap(), stopped, "stopping twice changes nothing");
}

#[tokio::test]
async fn what_is_restricted_disappears_from_an_answer_that_never_ended() {
    let (app, _provider, priya, asked) = stalled().await;
    sqlx::query("update documents set allowed_roles = '{company_admin}' where title = $1")
        .bind(library::MEDICATION)
        .execute(&app.db.admin)
        .await
        .unwrap();
    let pending = priya.message("banksia", asked.answer).await.unwrap();
    assert!(pending.is_pending() && pending.content.is_empty(), "{pending:?}");
    app.services.answers.close();
    let interrupted = priya.answered("banksia", asked.answer).await;
    assert!(is_interrupted(&interrupted) && interrupted.content.is_empty(), "{interrupted:?}");
}

#[tokio::test]
async fn a_call_for_an_answer_that_is_gone_is_settled() {
    let (app, _provider, _priya, asked) = stalled().await;
    let mut services = app.services.clone();
    services.answers = LiveAnswers::default();
    let elsewhere = Browser::new(router(services).await, "203.0.113.8");
    elsewhere.sign_in(&email("worker", &app.seed.banksia), PASSWORD).await.unwrap();
    elsewhere.about("chat/delete", "banksia", asked.session).await.unwrap();
    eventually("the call is settled", async || {
        let outcomes: Vec<String> =
            sqlx::query_scalar("select outcome from usage_events where workflow_step = 'answer_question'")
                .fetch_all(&app.db.admin)
                .await
                .unwrap();
        outcomes == ["succeeded"]
    })
    .await;
    assert!(unanswered(&app).await.is_empty());
}

#[tokio::test]
async fn nobody_has_many_answers_written_at_once() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let provider = FakeProvider::openai(|_| Reply::Stalled(BEGINNING.to_owned())).await;
    choose(&app, &app.seed.banksia, &provider).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let mut asked = Vec::new();
    for _ in 0..3 {
        asked.push(priya.ask("banksia", None, QUESTION).await.unwrap());
    }
    let refused = priya.ask("banksia", None, QUESTION).await.unwrap_err();
    assert_eq!(refused, AppError::not_possible("Wait for your other answers first."));
    let colleague = app.sign_in(&email("colleague", &app.seed.banksia)).await;
    colleague.ask("banksia", None, QUESTION).await.unwrap();
    priya.about("chat/stop", "banksia", asked[0].answer).await.unwrap();
    priya.answered("banksia", asked[0].answer).await;
    priya.ask("banksia", None, QUESTION).await.unwrap();
    app.services.answers.close();
    app.services.tasks.close();
    app.services.tasks.wait().await;
}

#[tokio::test]
async fn a_stop_reaches_the_server_that_writes() {
    let (app, _provider, _priya, asked) = stalled().await;
    let mut services = app.services.clone();
    services.answers = LiveAnswers::default();
    let elsewhere = Browser::new(router(services).await, "203.0.113.8");
    elsewhere.sign_in(&email("worker", &app.seed.banksia), PASSWORD).await.unwrap();
    elsewhere.about("chat/stop", "banksia", asked.answer).await.unwrap();
    let stopped = elsewhere.answered("banksia", asked.answer).await;
    assert_eq!(stopped.outcome, Some(AnswerOutcome::Stopped));
}

#[tokio::test]
async fn the_end_of_the_process_interrupts_what_it_writes() {
    let (app, _provider, priya, asked) = stalled().await;
    app.services.answers.close();
    let interrupted = priya.answered("banksia", asked.answer).await;
    assert!(is_interrupted(&interrupted), "{interrupted:?}");
    assert!(interrupted.content.starts_with("Call the on-call manager"), "{}", interrupted.content);
    app.services.tasks.close();
    app.services.tasks.wait().await;
}

#[tokio::test]
async fn an_answer_whose_writer_died_is_interrupted_and_tried_again() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let asked = priya.ask("banksia", None, QUESTION).await.unwrap();
    priya.answered("banksia", asked.answer).await;
    orphan(&app, asked.answer).await;
    let dead = priya.message("banksia", asked.answer).await.unwrap();
    assert!(is_interrupted(&dead), "as soon as somebody looks: {dead:?}");
    assert_eq!(dead.content, "Ring the");

    let retried = again(&priya, "chat/retry", asked.answer).await.unwrap();
    assert_eq!((retried.session, retried.question), (asked.session, asked.question));
    let answer = priya.answered("banksia", retried.answer).await;
    assert_eq!(answer.outcome, Some(AnswerOutcome::Answered));
    let conversation = priya.conversation("banksia", asked.session).await.unwrap();
    let standing: Vec<_> = conversation.messages.iter().map(|message| message.id).collect();
    assert_eq!(standing, [asked.question, retried.answer]);
    assert_eq!(conversation.older_tries.iter().map(|message| message.id).collect::<Vec<_>>(), [asked.answer]);
    assert!(again(&priya, "chat/retry", asked.answer).await.is_err(), "it was tried again already");
}

#[tokio::test]
async fn housekeeping_ends_what_nobody_writes() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let asked = priya.ask("banksia", None, QUESTION).await.unwrap();
    priya.answered("banksia", asked.answer).await;
    assert_eq!(end_all_interrupted(&app.services.pool).await.unwrap(), 0);
    orphan(&app, asked.answer).await;
    assert_eq!(end_all_interrupted(&app.services.pool).await.unwrap(), 1);
    let status: String = sqlx::query_scalar("select status || ' ' || problem from chat_messages where id = $1")
        .bind(asked.answer.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(status, "failed interrupted");
    // And a new question passes a dead answer by itself.
    orphan(&app, asked.answer).await;
    let next = priya.answer_to("banksia", Some(asked.session), "Where is medication kept?").await;
    assert_eq!(next.outcome, Some(AnswerOutcome::Answered));
}

#[tokio::test]
async fn an_answer_is_made_again_in_its_place_and_the_older_try_is_kept() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let first = priya.ask("banksia", None, QUESTION).await.unwrap();
    priya.answered("banksia", first.answer).await;
    let second = priya.ask("banksia", Some(first.session), "Where is medication kept?").await.unwrap();
    priya.answered("banksia", second.answer).await;
    assert!(again(&priya, "chat/retry", first.answer).await.is_err(), "it didn't fail");
    let newer = again(&priya, "chat/regenerate", first.answer).await.unwrap();
    priya.answered("banksia", newer.answer).await;
    let conversation = priya.conversation("banksia", first.session).await.unwrap();
    let standing: Vec<_> = conversation.messages.iter().map(|message| message.id).collect();
    assert_eq!(standing, [first.question, newer.answer, second.question, second.answer], "each under its question");
    assert_eq!(conversation.older_tries[0].id, first.answer);
    assert_eq!(conversation.older_tries[0].question_id, Some(first.question));
}
