//! An answer of a provider: what it is told, and what is shown of what it says.

use super::{
    memory,
    retrieval::Source,
    written::{Written, may_say_not_found, says_not_found, verified},
};
use crate::{
    ai::run::text::{TextAnswer, TextCall, TextEnd},
    ai::{provider::FallbackReason, steps::AnswerInput},
    chat::{
        message::{AnswerOutcome, AnswerProblem},
        store::{answers::Ended, context::History},
    },
    error::AppError,
    platform::Services,
};
use serde_json::{Map, Value};
use std::fmt::Write as _;
use tokio_util::sync::CancellationToken;

/// What a provider made, or why the built-in engine has to.
pub enum Provided {
    Written {
        written: Written,
        input_tokens: u32,
        output_tokens: u32,
    },
    /// Nothing of it was shown.
    Nothing(FallbackReason),
}

/// The values of the template's variables.
pub fn input(question: &str, sources: &[Source], history: &History) -> Result<Map<String, Value>, AppError> {
    let input = AnswerInput {
        question: question.to_owned(),
        passages: passages(sources),
        conversation: memory::conversation(history),
    };
    match serde_json::to_value(&input) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(AppError::Internal),
    }
}

fn passages(sources: &[Source]) -> String {
    let mut text = String::new();
    for source in sources {
        // Writing to a string can't fail.
        let _ = write!(text, "[{}] {}\n{}\n\n", source.number, source.above(), source.content.trim());
    }
    text.trim_end().to_owned()
}

/// Asks, shows what comes, and checks what it cites. `halt` ends it early; `is_closing` tells why.
pub async fn provide(
    services: &Services,
    call: &TextCall<'_>,
    input: Map<String, Value>,
    sources: &[Source],
    halt: &CancellationToken,
    is_closing: impl Fn() -> bool,
    mut show: impl FnMut(&str) + Send,
) -> Result<Provided, AppError> {
    let mut held = Some(String::new());
    let answer = call
        .ask(input, halt, |piece| {
            if let Some(text) = held.as_mut() {
                text.push_str(piece);
                if may_say_not_found(text) {
                    return;
                }
                show(text);
                held = None;
            } else {
                show(piece);
            }
        })
        .await?;
    let TextAnswer { text, end, input_tokens, output_tokens } = answer;
    let was_shown = held.is_none();
    let written = match end {
        TextEnd::Whole if says_not_found(&text) => Written::not_found(sources),
        TextEnd::Whole => verified(services, &text, Ended::Completed(AnswerOutcome::Answered), sources).await,
        TextEnd::Halted if is_closing() => {
            verified(services, &text, Ended::Failed(AnswerProblem::Interrupted), sources).await
        }
        TextEnd::Halted => verified(services, &text, Ended::Completed(AnswerOutcome::Stopped), sources).await,
        TextEnd::Failed(reason) if !was_shown => return Ok(Provided::Nothing(reason)),
        TextEnd::Failed(_) => verified(services, &text, Ended::Failed(AnswerProblem::Failed), sources).await,
    };
    Ok(Provided::Written { written, input_tokens, output_tokens })
}
