//! What came back: an answer, or why there is none.

use super::{Completion, failure::Failure};
use genai::chat::{ChatResponse, StopReason, Usage};
use serde_json::Value;

/// Reads a whole answer.
pub fn completion(response: ChatResponse) -> Result<Completion, Failure> {
    if response.captured_raw_body.as_ref().is_some_and(is_refusal) {
        return Err(Failure::refused());
    }
    check_end(response.stop_reason.as_ref())?;
    let text = response.content.texts().concat();
    if text.trim().is_empty() {
        return Err(Failure::of_answer(response.captured_raw_body.as_ref().unwrap_or(&Value::Null)));
    }
    Ok(counted(text, &response.usage))
}

/// Whether the model stopped because it was done.
pub fn check_end(reason: Option<&StopReason>) -> Result<(), Failure> {
    match reason {
        Some(StopReason::ContentFilter(_)) => Err(Failure::refused()),
        Some(StopReason::MaxTokens(_)) => Err(Failure::too_long()),
        // Compatible servers have words of their own for being done.
        _ => Ok(()),
    }
}

/// An answer with its tokens.
pub fn counted(text: String, usage: &Usage) -> Completion {
    let count = |tokens: Option<i32>| tokens.and_then(|tokens| u32::try_from(tokens).ok()).unwrap_or_default();
    Completion { text, input_tokens: count(usage.prompt_tokens), output_tokens: count(usage.completion_tokens) }
}

/// The refusals that the library doesn't tell: OpenAI's has a field of its own beside the text, and
/// Gemini's leaves the answer out and says why in the feedback on the prompt.
pub fn is_refusal(body: &Value) -> bool {
    let says = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    says("/choices/0/message/refusal") || says("/choices/0/delta/refusal") || says("/promptFeedback/blockReason")
}
