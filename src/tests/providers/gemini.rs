//! Gemini's generateContent and streamGenerateContent.

use super::{
    INPUT_TOKENS, OUTPUT_TOKENS,
    reply::{End, Frames, Said},
};
use serde_json::{Value, json};

/// `GenerateContentResponse`. Of the output tokens some went into thinking, which Gemini counts apart.
pub fn body(said: &Said) -> Value {
    match said.end {
        End::Refusal => json!({
            "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
            "usageMetadata": {"promptTokenCount": INPUT_TOKENS, "totalTokenCount": INPUT_TOKENS},
            "modelVersion": said.model,
            "responseId": "eX4mPle",
        }),
        End::Done => response(said, &said.text, &json!("STOP")),
        End::Length => response(said, &said.text, &json!("MAX_TOKENS")),
    }
}

fn response(said: &Said, text: &str, finish_reason: &Value) -> Value {
    let mut candidate = json!({"content": {"parts": [{"text": text}], "role": "model"}, "index": 0});
    if !finish_reason.is_null() {
        candidate["finishReason"] = finish_reason.clone();
    }
    json!({
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": INPUT_TOKENS,
            "candidatesTokenCount": OUTPUT_TOKENS - 5,
            "thoughtsTokenCount": 5,
            "totalTokenCount": INPUT_TOKENS + OUTPUT_TOKENS,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": INPUT_TOKENS}],
        },
        "modelVersion": said.model,
        "responseId": "eX4mPle",
    })
}

/// The same in chunks; only the last has a finishReason.
pub fn frames(said: &Said) -> Frames {
    if said.end == End::Refusal {
        return Frames { body: Vec::new(), end: vec![frame(&body(said))] };
    }
    let reason = if said.end == End::Length { "MAX_TOKENS" } else { "STOP" };
    let mut pieces = said.pieces();
    let last = pieces.pop().unwrap_or_default();
    let body = pieces.iter().map(|piece| frame(&response(said, piece, &Value::Null))).collect();
    Frames { body, end: vec![frame(&response(said, &last, &json!(reason)))] }
}

fn frame(data: &Value) -> String {
    format!("data: {data}\r\n\r\n")
}

/// `BatchEmbedContentsResponse`; it counts nothing.
pub fn vectors(vectors: &[Vec<f32>]) -> Value {
    let embeddings: Vec<_> = vectors.iter().map(|vector| json!({"values": vector})).collect();
    json!({"embeddings": embeddings})
}

/// `google.rpc.Status`.
pub fn error(status: u16, says: &str) -> Value {
    let name = match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        _ => "INTERNAL",
    };
    json!({"error": {"code": status, "message": says, "status": name}})
}
