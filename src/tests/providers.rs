//! AI providers of our own: servers on this machine that speak the real formats of OpenAI, Anthropic,
//! Gemini and Ollama, say what a test has them say, and keep what they were asked.
//!
//! ```ignore
//! let provider = FakeProvider::openai(|request| Reply::json_text(json!({"questions": []}))).await;
//! let endpoint = provider.endpoint();
//! // ... the product asks it ...
//! assert!(!provider.requests()[0].body.to_string().contains("Robin"));
//! ```

mod anthropic;
mod gemini;
mod ollama;
mod openai;
mod reply;

pub use reply::Reply;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use http::HeaderMap;
use secrecy::SecretString;
use serde_json::Value;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use supportsignal::{
    ai::{client::Endpoint, provider::ProviderKind},
    ids::{ProviderId, TenantId},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What every answer says that it took.
pub const INPUT_TOKENS: u32 = 120;
/// What every answer says that it is long.
pub const OUTPUT_TOKENS: u32 = 45;
/// What a provider is given as its key.
pub const KEY: &str = "sk-test-grevillea";

/// The language that a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    OpenAi,
    Anthropic,
    Gemini,
    Ollama,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::OpenAi, Self::Anthropic, Self::Gemini, Self::Ollama];

    /// The kind of provider that speaks it.
    pub const fn kind(self) -> ProviderKind {
        match self {
            Self::OpenAi => ProviderKind::OpenAi,
            Self::Anthropic => ProviderKind::Anthropic,
            Self::Gemini => ProviderKind::Gemini,
            Self::Ollama => ProviderKind::Ollama,
        }
    }

    /// A model that such a provider has.
    pub const fn model(self) -> &'static str {
        match self {
            Self::OpenAi => "gpt-4o-mini",
            Self::Anthropic => "claude-sonnet-4-6",
            Self::Gemini => "gemini-2.5-flash",
            Self::Ollama => "llama3.2",
        }
    }
}

/// What a provider was asked.
#[derive(Debug, Clone)]
pub struct Received {
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Received {
    /// A header's text; empty if it isn't there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Whether the answer is wanted piece by piece.
    pub fn wants_stream(&self) -> bool {
        self.body["stream"] == Value::Bool(true) || self.path.ends_with(":streamGenerateContent")
    }
}

type Behaviour = Box<dyn Fn(&Received) -> Reply + Send + Sync>;

/// One provider.
pub struct FakeProvider {
    pub format: Format,
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    server: JoinHandle<()>,
}

struct Shared {
    format: Format,
    behaviour: Behaviour,
    received: Arc<Mutex<Vec<Received>>>,
}

impl FakeProvider {
    /// A provider that answers each request as told.
    pub async fn start(format: Format, behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let shared = Shared { format, behaviour: Box::new(behaviour), received: received.clone() };
        let router = Router::new().fallback(answer).with_state(Arc::new(shared));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { format, address, received, server }
    }

    /// A provider that gives these replies one after the other, and the last one from then on.
    pub async fn scripted(format: Format, replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<Reply> = replies.into_iter().collect();
        let next = Mutex::new(0);
        Self::start(format, move |_| {
            let mut next = next.lock().unwrap();
            let reply = replies[(*next).min(replies.len() - 1)].clone();
            *next += 1;
            reply
        })
        .await
    }

    /// A provider in OpenAI's format that answers by the body of the request.
    pub async fn openai(answer: impl Fn(&Value) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(Format::OpenAi, move |request| answer(&request.body)).await
    }

    /// The same in Anthropic's format.
    pub async fn anthropic(answer: impl Fn(&Value) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(Format::Anthropic, move |request| answer(&request.body)).await
    }

    /// Where it is.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How the product reaches it: a provider of a tenant of its own, with a key.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint {
            kind: self.format.kind(),
            base_url: Some(self.base_url()),
            key: (self.format != Format::Ollama).then(|| SecretString::from(KEY)),
            model: self.format.model().to_owned(),
            provider: (TenantId::generate(), ProviderId::generate()),
        }
    }

    /// What it was asked, in order.
    pub fn requests(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let request = Received {
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    };
    let reply = (shared.behaviour)(&request);
    shared.received.lock().unwrap().push(request.clone());
    reply.render(shared.format, &request).await
}
