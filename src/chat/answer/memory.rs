//! A conversation within a budget: the last turns as they were, what came before as a summary.

use super::retrieval::{MOST_LENT, token_estimate};
use crate::{
    accounts::member::Member,
    ai::{
        BUILT_IN,
        builtin::language::{cut, sentence_spans},
        provider::FallbackReason,
        run::{
            Caller,
            text::{TextEnd, TextRoute, find_text_route, record_built_in_text},
        },
        steps::SummaryInput,
    },
    chat::store::{
        context::{History, PastTurn, find_history, save_summary},
        has_hidden,
    },
    error::AppError,
    ids::ChatSessionId,
    platform::{Services, database::TenantTx},
    prompts::store::{ActivePrompt, WorkflowStep},
};
use serde_json::{Map, Value};
use std::{fmt::Write as _, time::Instant};
use tokio_util::sync::CancellationToken;

/// Tokens of the turns that are told as they were.
const TURN_TOKENS: usize = 1_200;
/// Turns that are never summarised: a question mostly goes on from these.
const KEPT_TURNS: usize = 2;
/// The longest answer of a turn, in characters.
const MOST_ANSWER: usize = 1_200;
/// The longest summary, in characters.
const MOST_SUMMARY: usize = 4_000;

/// What a provider is told of the conversation: the summary and the last turns that have room.
pub fn conversation(history: &History) -> String {
    let mut left = TURN_TOKENS;
    let mut told: Vec<String> = Vec::new();
    for turn in history.turns.iter().rev() {
        let text = turn_text(turn);
        let cost = token_estimate(&text);
        if cost > left && !told.is_empty() {
            break;
        }
        left = left.saturating_sub(cost);
        told.push(text);
    }
    if !history.summary.is_empty() {
        told.push(format!("Before that: {}", history.summary));
    }
    told.reverse();
    told.join("\n\n")
}

/// What was answered in the turns that a question may go on from.
pub fn told(history: &History) -> String {
    let turns = history.turns.iter().rev().take(MOST_LENT).rev();
    turns.map(|turn| turn.answer.as_str()).collect::<Vec<_>>().join("\n")
}

fn turn_text(turn: &PastTurn) -> String {
    let answer = if turn.answer.is_empty() { "(no answer)".to_owned() } else { cut(&turn.answer, MOST_ANSWER) };
    format!("Question: {}\nAnswer: {answer}", turn.question)
}

/// Summarises what no longer has room, after an answer. Nobody waits for it; what fails is tried again
/// after the next answer.
pub async fn summarise(
    services: &Services,
    member: &Member,
    session: ChatSessionId,
    caller: &Caller,
) -> Result<(), AppError> {
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let history = find_history(&mut tx, member, session, i32::MAX).await?;
    let may_be_kept = !has_hidden(&mut tx, member, session).await?;
    tx.commit().await?;
    let tokens: usize = history.turns.iter().map(|turn| token_estimate(&turn_text(turn))).sum();
    if tokens <= TURN_TOKENS || history.turns.len() <= KEPT_TURNS || !may_be_kept {
        return Ok(());
    }
    let old = &history.turns[..history.turns.len() - KEPT_TURNS];
    let Some(last) = old.last() else { return Ok(()) };
    let summary = summary_of(services, caller, &history.summary, old, None).await?;
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    save_summary(&mut tx, session, &summary.text, last.position).await?;
    tx.commit().await
}

/// A summary, and who made it.
pub struct Summary {
    pub text: String,
    pub maker: String,
    /// Why the built-in engine had to.
    pub problem: Option<FallbackReason>,
}

/// A summary of the old one and these turns.
async fn summary_of(
    services: &Services,
    caller: &Caller,
    before: &str,
    turns: &[PastTurn],
    trial: Option<&ActivePrompt>,
) -> Result<Summary, AppError> {
    let conversation = turns.iter().map(turn_text).collect::<Vec<_>>().join("\n\n");
    let (prompt, reason) = match find_text_route(services, caller, WorkflowStep::SummariseChat, trial).await? {
        TextRoute::BuiltIn { prompt, reason } => (prompt, reason),
        TextRoute::Provider(call) => {
            let input = SummaryInput { summary: before.to_owned(), conversation };
            let answer = call.ask(variables(&input)?, &CancellationToken::new(), |_| ()).await?;
            match answer.end {
                TextEnd::Whole if !answer.text.trim().is_empty() => {
                    let text = cut(answer.text.trim(), MOST_SUMMARY);
                    return Ok(Summary { text, maker: call.model(), problem: None });
                }
                TextEnd::Failed(reason) => (call.prompt(), Some(reason)),
                TextEnd::Whole | TextEnd::Halted => (call.prompt(), None),
            }
        }
    };
    let started = Instant::now();
    let text = plain_summary(before, turns);
    let latency = started.elapsed();
    record_built_in_text(services, caller, WorkflowStep::SummariseChat, prompt, reason, latency).await?;
    Ok(Summary { text, maker: BUILT_IN.to_owned(), problem: reason })
}

fn variables(input: &SummaryInput) -> Result<Map<String, Value>, AppError> {
    match serde_json::to_value(input) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(AppError::Internal),
    }
}

/// The built-in engine's: what was asked, and the first sentence of each answer. The oldest goes first
/// when it grows too long.
fn plain_summary(before: &str, turns: &[PastTurn]) -> String {
    let mut lines: Vec<String> = before.lines().map(str::to_owned).collect();
    for turn in turns {
        let mut line = format!("Asked: {}", cut(&one_line(&turn.question), 200));
        if let Some(first) = first_sentence(&turn.answer) {
            // Writing to a string can't fail.
            let _ = write!(line, " Answer: {}", cut(&first, 300));
        }
        lines.push(line);
    }
    while lines.len() > 1 && lines.iter().map(|line| line.chars().count() + 1).sum::<usize>() > MOST_SUMMARY {
        lines.remove(0);
    }
    lines.join("\n")
}

fn first_sentence(answer: &str) -> Option<String> {
    let line = one_line(answer.lines().find(|line| !line.trim().is_empty())?);
    let span = sentence_spans(&line).into_iter().next()?;
    let sentence = line.get(span)?.trim().to_owned();
    (!sentence.is_empty()).then_some(sentence)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a template on trial makes of a conversation that was typed.
pub async fn try_summary(
    services: &Services,
    caller: &Caller,
    typed: &str,
    prompt: &ActivePrompt,
) -> Result<Summary, AppError> {
    let turn = PastTurn { question: typed.to_owned(), answer: String::new(), position: 1 };
    summary_of(services, caller, "", &[turn], Some(prompt)).await
}

#[cfg(test)]
mod tests {
    use super::{MOST_SUMMARY, conversation, plain_summary, told};
    use crate::chat::store::context::{History, PastTurn};

    fn turn(position: i32, question: &str, answer: &str) -> PastTurn {
        PastTurn { question: question.to_owned(), answer: answer.to_owned(), position }
    }

    #[test]
    fn the_last_turns_are_told_and_the_summary_before_them() {
        let long = "Much was said about it. ".repeat(60);
        let turns: Vec<_> = (0..6).map(|n| turn(n * 2 + 1, &format!("Question {n}?"), &long)).collect();
        let told = conversation(&History { summary: "They asked about keys.".to_owned(), turns });
        assert!(told.starts_with("Before that: They asked about keys."), "{told}");
        assert!(told.contains("Question 5?") && !told.contains("Question 0?"));
        assert!(told.len() < 8_000, "{}", told.len());
        assert_eq!(conversation(&History::default()), "");
    }

    #[test]
    fn what_was_told_is_that_of_the_turns_that_lend_their_words() {
        let turns: Vec<_> = (0..5).map(|n| turn(n * 2 + 1, "And then?", &format!("Answer {n}."))).collect();
        assert_eq!(told(&History { summary: String::new(), turns }), "Answer 2.\nAnswer 3.\nAnswer 4.");
        assert_eq!(told(&History::default()), "");
    }

    #[test]
    fn the_engines_summary_has_questions_and_first_sentences_and_an_end() {
        let turns = [turn(1, "Who do I call?", "Call the manager.\n\n- Then write."), turn(3, "And then?", "")];
        assert_eq!(plain_summary("", &turns), "Asked: Who do I call? Answer: Call the manager.\nAsked: And then?");
        let many: Vec<_> = (0..200).map(|n| turn(n, &format!("Question {n} {}", "x".repeat(100)), "Yes.")).collect();
        let summary = plain_summary("the oldest", &many);
        assert!(
            summary.chars().count() <= MOST_SUMMARY
                && summary.contains("Question 199")
                && !summary.contains("the oldest")
        );
    }
}
