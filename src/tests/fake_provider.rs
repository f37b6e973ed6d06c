//! A server on this machine that speaks OpenAI's chat completions and remembers who asked.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::{net::TcpListener, task::JoinHandle};

/// The key that it answers to.
pub const KEY: &str = "sk-test-0123456789abcdefwxyz";

/// Runs until it is dropped.
pub struct FakeProvider {
    /// Up to the part before `/chat/completions`.
    pub address: String,
    seen: Seen,
    server: JoinHandle<()>,
}

type Seen = Arc<Mutex<Vec<Request>>>;

/// What was asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub authorization: String,
    pub body: Value,
}

impl FakeProvider {
    pub async fn start() -> Self {
        let seen = Seen::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/chat/completions", post(answer)).with_state(Arc::clone(&seen));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, seen, server }
    }

    /// Everything that was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(seen): State<Seen>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    let authorization = authorization.unwrap_or_default();
    seen.lock().unwrap().push(Request { authorization: authorization.clone(), body: body.clone() });
    if authorization != format!("Bearer {KEY}") {
        let error = json!({ "error": { "message": "Incorrect API key provided.", "type": "invalid_request_error",
                                       "param": null, "code": "invalid_api_key" } });
        return (StatusCode::UNAUTHORIZED, Json(error)).into_response();
    }
    let model = body["model"].as_str().unwrap_or_default();
    if body["stream"] == json!(true) {
        let chunk = json!({ "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": model,
                            "choices": [{ "index": 0, "delta": { "role": "assistant", "content": "ok" }, "finish_reason": null }] });
        let end = json!({ "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": model,
                          "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
        let events = format!("data: {chunk}\n\ndata: {end}\n\ndata: [DONE]\n\n");
        return ([(header::CONTENT_TYPE, "text/event-stream")], events).into_response();
    }
    let completion = json!({ "id": "c1", "object": "chat.completion", "created": 1, "model": model,
                             "choices": [{ "index": 0, "message": { "role": "assistant", "content": "ok" }, "finish_reason": "stop" }],
                             "usage": { "prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10 } });
    Json(completion).into_response()
}
