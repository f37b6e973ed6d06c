//! Anthropic's messages.

use super::{
    INPUT_TOKENS, OUTPUT_TOKENS,
    reply::{End, Frames, Said},
};
use serde_json::{Value, json};

/// `message`.
pub fn body(said: &Said) -> Value {
    let content = match said.end {
        End::Refusal => json!([]),
        _ => json!([{"type": "text", "text": said.text}]),
    };
    message(said, &content, &json!(stop_reason(said.end)), OUTPUT_TOKENS)
}

fn message(said: &Said, content: &Value, stop_reason: &Value, output_tokens: u32) -> Value {
    json!({
        "id": "msg_01XeX4mPle",
        "type": "message",
        "role": "assistant",
        "model": said.model,
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": null,
        "usage": {
            "input_tokens": INPUT_TOKENS,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": output_tokens,
            "service_tier": "standard",
        },
    })
}

/// From `message_start` to `message_stop`.
pub fn frames(said: &Said) -> Frames {
    let mut body = vec![
        event(&json!({"type": "message_start", "message": message(said, &json!([]), &Value::Null, 1)})),
        event(&json!({"type": "ping"})),
    ];
    let mut end = Vec::new();
    if said.end != End::Refusal {
        body.push(event(
            &json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        ));
        body.extend(said.pieces().iter().map(|piece| {
            event(&json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}))
        }));
        end.push(event(&json!({"type": "content_block_stop", "index": 0})));
    }
    end.push(event(&json!({
        "type": "message_delta",
        "delta": {"stop_reason": stop_reason(said.end), "stop_sequence": null},
        "usage": {"output_tokens": OUTPUT_TOKENS},
    })));
    end.push(event(&json!({"type": "message_stop"})));
    Frames { body, end }
}

fn event(data: &Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap())
}

const fn stop_reason(end: End) -> &'static str {
    match end {
        End::Done => "end_turn",
        End::Length => "max_tokens",
        End::Refusal => "refusal",
    }
}

/// `error`.
pub fn error(status: u16, says: &str) -> Value {
    let kind = match status {
        401 => "authentication_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        503 | 529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    };
    json!({"type": "error", "error": {"type": kind, "message": says}, "request_id": "req_011CeX4mPle"})
}
