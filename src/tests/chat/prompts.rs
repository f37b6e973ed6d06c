//! The prompts of the chat: tried on a typed question, and what people think of their answers.

use super::library;
use crate::{app::TestApp, seed::email};
use supportsignal::{
    chat::message::AnswerOutcome,
    error::AppError,
    ids::PromptTrialId,
    prompts::{
        prompt::{StepSummary, StepVersions},
        step::WorkflowStep,
        trial::{Trial, TrialSubject},
        trial_output::TrialOutput,
    },
};

const QUESTION: &str = "Where is medication kept?";

#[tokio::test]
async fn a_chat_prompt_is_tried_on_a_typed_question() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let step = WorkflowStep::AnswerQuestion.as_str();
    let of_step = [("tenant", "banksia"), ("step", step)];
    let versions: StepVersions = dana.call("prompts/versions", &of_step).await.unwrap();
    let from = versions.in_use.to_string();
    let save = [
        ("tenant", "banksia"),
        ("step", step),
        ("from", from.as_str()),
        ("max_tokens", "400"),
        ("temperature", "0"),
        ("ai_model", ""),
        ("description", "Shorter"),
        ("template", "Answer {{question}} from <passages>{{passages}}</passages>."),
    ];
    dana.call::<()>("prompts/save", &save).await.unwrap();
    let versions_now: StepVersions = dana.call("prompts/versions", &of_step).await.unwrap();
    let own = versions_now.versions.iter().find(|version| version.id != versions.in_use).unwrap().id.to_string();
    assert!(dana.get(&format!("/banksia/prompts/{step}/versions/{own}/try")).await.body.contains("Question"));

    let fields = |question| [("tenant", "banksia"), ("step", step), ("id", own.as_str()), ("question", question)];
    let empty: AppError = dana.call::<()>("prompts/try", &fields(" ")).await.unwrap_err();
    assert!(empty.at("question").is_some());
    let answer = dana.post("prompts/try", &fields(QUESTION)).await;
    assert!(answer.status.is_success(), "{answer:?}");
    let trial: PromptTrialId = answer.location().rsplit('/').next().unwrap().parse().unwrap();
    app.finish_jobs().await;
    let done: Trial = dana.call("prompts/trial", &[("tenant", "banksia"), ("id", &trial.to_string())]).await.unwrap();
    assert_eq!(done.subject, TrialSubject::Typed(QUESTION.to_owned()));
    let (stood, tried) = done.outcome().expect("both outputs");
    assert_eq!(stood.output, tried.output);
    let TrialOutput::Text { text, outcome, citations } = &tried.output else { panic!("{tried:?}") };
    assert!(text.contains("locked cupboard. [1]"), "{text}");
    assert_eq!((*outcome, citations[0].title.as_str()), (Some(AnswerOutcome::Answered), library::MEDICATION));
    assert!(dana.get(answer.location()).await.body.contains("locked cupboard"));
    let kept: i64 = sqlx::query_scalar("select count(*) from chat_sessions").fetch_one(&app.db.admin).await.unwrap();
    assert_eq!(kept, 0, "nothing is kept as a conversation");
}

#[tokio::test]
async fn answers_called_not_helpful_count_against_their_prompt() {
    let app = TestApp::start().await;
    library::plant(&app, &app.seed.banksia).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    for is_helpful in [true, false, true] {
        let message = priya.answer_to("banksia", None, QUESTION).await;
        priya.rate("banksia", message.id, is_helpful, "").await.unwrap();
    }
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let steps: Vec<StepSummary> = dana.call("prompts/list", &[("tenant", "banksia")]).await.unwrap();
    let summary = steps.iter().find(|summary| summary.in_use.step == WorkflowStep::AnswerQuestion).unwrap();
    let figures = summary.in_use.figures;
    assert_eq!((figures.uses, figures.built_in, figures.reviewed, figures.overruled), (3, 3, 3, 1));
}
