//! OpenAI's chat completions.

use super::{
    INPUT_TOKENS, OUTPUT_TOKENS,
    reply::{End, Frames, Said},
};
use serde_json::{Value, json};

const ID: &str = "chatcmpl-CeX4mPle";
const CREATED: u32 = 1_795_000_000;
const FINGERPRINT: &str = "fp_560af6e559";
const REFUSAL: &str = "I'm sorry, I can't help with that.";

/// `chat.completion`.
pub fn body(said: &Said) -> Value {
    let (content, refusal) = match said.end {
        End::Refusal => (Value::Null, json!(REFUSAL)),
        _ => (json!(said.text), Value::Null),
    };
    json!({
        "id": ID,
        "object": "chat.completion",
        "created": CREATED,
        "model": format!("{}-2024-07-18", said.model),
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": content, "refusal": refusal, "annotations": []},
            "logprobs": null,
            "finish_reason": finish_reason(said.end),
        }],
        "usage": usage(),
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
    })
}

/// `chat.completion.chunk` until `[DONE]`.
pub fn frames(said: &Said) -> Frames {
    let mut body = vec![chunk(said, &json!({"role": "assistant", "content": "", "refusal": null}), &Value::Null)];
    if said.end == End::Refusal {
        body.push(chunk(said, &json!({"refusal": REFUSAL}), &Value::Null));
    }
    body.extend(said.pieces().iter().map(|piece| chunk(said, &json!({"content": piece}), &Value::Null)));
    let usage = json!({
        "id": ID, "object": "chat.completion.chunk", "created": CREATED, "model": said.model,
        "system_fingerprint": FINGERPRINT, "choices": [], "usage": usage(),
    });
    let end = vec![
        chunk(said, &json!({}), &json!(finish_reason(said.end))),
        format!("data: {usage}\n\n"),
        "data: [DONE]\n\n".to_owned(),
    ];
    Frames { body, end }
}

fn chunk(said: &Said, delta: &Value, finish_reason: &Value) -> String {
    let chunk = json!({
        "id": ID, "object": "chat.completion.chunk", "created": CREATED, "model": said.model,
        "service_tier": "default", "system_fingerprint": FINGERPRINT,
        "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason}],
        "usage": null,
    });
    format!("data: {chunk}\n\n")
}

/// Refusals of structured outputs end with stop; the refusal stands in a field of its own.
const fn finish_reason(end: End) -> &'static str {
    match end {
        End::Done | End::Refusal => "stop",
        End::Length => "length",
    }
}

fn usage() -> Value {
    json!({
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": OUTPUT_TOKENS,
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
        },
    })
}

/// `list` of `embedding`s, the last one first: they are told apart by their index.
pub fn vectors(model: &str, vectors: &[Vec<f32>]) -> Value {
    let data = vectors.iter().enumerate().rev();
    let data: Vec<_> =
        data.map(|(index, vector)| json!({"object": "embedding", "index": index, "embedding": vector})).collect();
    let usage = json!({"prompt_tokens": INPUT_TOKENS, "total_tokens": INPUT_TOKENS});
    json!({"object": "list", "data": data, "model": model, "usage": usage})
}

/// `error`.
pub fn error(status: u16, says: &str) -> Value {
    let (kind, code) = match status {
        401 => ("invalid_request_error", json!("invalid_api_key")),
        404 => ("invalid_request_error", json!("model_not_found")),
        429 => ("requests", json!("rate_limit_exceeded")),
        500.. => ("server_error", Value::Null),
        _ => ("invalid_request_error", Value::Null),
    };
    json!({"error": {"message": says, "type": kind, "param": null, "code": code}})
}
