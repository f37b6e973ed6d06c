//! Ollama's own chat API.

use super::{
    INPUT_TOKENS, OUTPUT_TOKENS,
    reply::{End, Frames, Said},
};
use serde_json::{Value, json};

const CREATED: &str = "2026-11-21T03:12:55.512000000Z";

/// The last line of a stream, and the whole answer without one. A model here may decline in words,
/// but has no way of its own to say so.
pub fn body(said: &Said) -> Value {
    json!({
        "model": said.model,
        "created_at": CREATED,
        "message": {"role": "assistant", "content": said.text},
        "done": true,
        "done_reason": if said.end == End::Length { "length" } else { "stop" },
        "total_duration": 4_883_583_458_u64,
        "load_duration": 1_334_875_u64,
        "prompt_eval_count": INPUT_TOKENS,
        "prompt_eval_duration": 342_546_000_u64,
        "eval_count": OUTPUT_TOKENS,
        "eval_duration": 4_535_599_000_u64,
    })
}

/// A line of JSON for each piece.
pub fn frames(said: &Said) -> Frames {
    let line = |piece: &String| {
        let message = json!({"role": "assistant", "content": piece});
        format!("{}\n", json!({"model": said.model, "created_at": CREATED, "message": message, "done": false}))
    };
    let last = Said { model: said.model.clone(), text: String::new(), end: said.end };
    Frames { body: said.pieces().iter().map(line).collect(), end: vec![format!("{}\n", body(&last))] }
}

/// The answer of `/api/embed`.
pub fn vectors(model: &str, vectors: &[Vec<f32>]) -> Value {
    json!({
        "model": model,
        "embeddings": vectors,
        "total_duration": 14_143_917_u64,
        "load_duration": 1_019_500_u64,
        "prompt_eval_count": INPUT_TOKENS,
    })
}

/// `error`.
pub fn error(says: &str) -> Value {
    json!({"error": says})
}
