//! Speaking to AI providers: one question, one answer, whole or as a stream. Everything that can go
//! wrong on the way is one of [`CallProblem`]; the library's own errors quote requests and answers,
//! so they are turned into one at once and neither logged nor handed on.

mod address;
mod answer;
mod circuits;
mod embedding;
mod failure;
mod gateway;
mod http;
mod problem;
mod request;
mod retry;
mod schema;
mod stream;
mod style;

pub use address::AddressProblem;
pub use embedding::{Embedded, Purpose};
pub use http::local as local_http;
pub use problem::CallProblem;
pub use stream::{CompletionStream, Piece};

use super::{breaker::CircuitRule, provider::ProviderKind};
use crate::ids::{ProviderId, TenantId};
use circuits::Circuits;
use failure::Failure;
use futures::future::BoxFuture;
use gateway::Gateway;
use request::Call;
use reqwest::Url;
use secrecy::SecretString;
use std::{sync::Arc, time::Duration};
use style::{Style, Styles};
use tokio::{
    sync::OnceCell,
    time::{Instant, sleep, timeout_at},
};

/// Who is asked, and how they are reached.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub kind: ProviderKind,
    /// Where it is, if not where the kind usually is.
    pub base_url: Option<String>,
    pub key: Option<SecretString>,
    pub model: String,
    /// Tells circuits apart.
    pub provider: (TenantId, ProviderId),
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub system: &'a str,
    pub turns: &'a [Turn],
    /// The form that the answer must have. Providers hold to it as well as they can; the answer has
    /// to be checked all the same.
    pub schema: Option<&'a OutputSchema>,
    /// The longest answer, in tokens, without what the model thinks before it.
    pub max_tokens: u32,
    pub temperature: Option<f32>,
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub role: Role,
    pub text: String,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    User,
    Assistant,
}

impl Turn {
    /// What is asked.
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, text: text.into() }
    }

    /// What the model said before.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, text: text.into() }
    }
}

/// A JSON Schema with a name of letters, digits, `_` and `-`.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputSchema {
    pub name: &'static str,
    pub schema: serde_json::Value,
}

/// An answer and what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub text: String,
    /// As the provider counted; 0 if it doesn't say.
    pub input_tokens: u32,
    /// With what the model thought before it answered.
    pub output_tokens: u32,
}

/// How long and how often is tried.
#[derive(Debug, Clone)]
pub struct ClientLimits {
    pub connect_timeout: Duration,
    /// For a whole answer over all attempts; for a stream, until its first piece.
    pub call_timeout: Duration,
    /// Between two pieces of a stream.
    pub idle_timeout: Duration,
    /// For a stream from its first piece to its last.
    pub stream_timeout: Duration,
    /// How often a question is put, the first time included.
    pub attempts: u32,
    /// The pause after the first failure; it doubles from there.
    pub first_backoff: Duration,
    /// The longest pause. A provider that asks for a longer one is not asked again.
    pub max_backoff: Duration,
    /// Whether providers may be on this machine or in its network, and be reached without TLS.
    pub allow_private_addresses: bool,
    pub circuit: CircuitRule,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(30),
            stream_timeout: Duration::from_secs(300),
            attempts: 3,
            first_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            allow_private_addresses: false,
            circuit: CircuitRule::default(),
        }
    }
}

/// The way to all providers. Clones share connections and circuits.
#[derive(Clone)]
pub struct AiClient {
    inner: Arc<Inner>,
}

struct Inner {
    genai: genai::Client,
    /// Reaches providers, for the gateway.
    guarded: reqwest::Client,
    /// Opened with the first call.
    gateway: OnceCell<Gateway>,
    limits: ClientLimits,
    circuits: Circuits,
    styles: Styles,
}

impl AiClient {
    /// Connects to nothing yet.
    pub fn new(limits: ClientLimits) -> anyhow::Result<Self> {
        let genai = genai::Client::builder()
            .with_reqwest(http::local()?)
            .build()
            .map_err(|_| anyhow::anyhow!("the client for AI providers can't be built"))?;
        let guarded = http::guarded(&limits)?;
        let circuits = Circuits::new(limits.circuit);
        let (gateway, styles) = (OnceCell::new(), Styles::default());
        Ok(Self { inner: Arc::new(Inner { genai, guarded, gateway, limits, circuits, styles }) })
    }

    /// Asks and waits for the whole answer.
    pub async fn complete(&self, endpoint: &Endpoint, ask: &Ask<'_>) -> Result<Completion, CallProblem> {
        let inner = &self.inner;
        let most_tokens = self.most_output_tokens(endpoint, ask.max_tokens);
        let call = inner.call(endpoint, ask, most_tokens, gateway::WHOLE_ANSWER_BYTES).await?;
        let permit = inner.circuits.admit(endpoint.provider).ok_or(CallProblem::CircuitOpen)?;
        let answered =
            inner.persist(endpoint, inner.limits.attempts, |style| Box::pin(inner.answer(&call, style))).await;
        permit.settle(answered.as_ref().err());
        answered.map_err(|failure| failure.problem)
    }

    /// Asks, and returns as soon as the answer begins.
    pub async fn stream(&self, endpoint: &Endpoint, ask: &Ask<'_>) -> Result<CompletionStream, CallProblem> {
        let inner = &self.inner;
        let most_tokens = self.most_output_tokens(endpoint, ask.max_tokens);
        let call = inner.call(endpoint, ask, most_tokens, gateway::LONG_ANSWER_BYTES).await?;
        let permit = inner.circuits.admit(endpoint.provider).ok_or(CallProblem::CircuitOpen)?;
        let opened =
            inner.persist(endpoint, inner.limits.attempts, |style| Box::pin(inner.open_stream(&call, style))).await;
        permit.settle(opened.as_ref().err());
        let opened = opened.map_err(|failure| failure.problem)?;
        Ok(CompletionStream::new(opened, &inner.limits, inner.circuits.clone(), endpoint.provider))
    }

    /// Puts a tiny question once, to see whether address, key and model fit, and says how long the
    /// answer took. An open circuit doesn't hold it back: it is how somebody who has mended
    /// something finds out, and its success closes the circuit.
    pub async fn check(&self, endpoint: &Endpoint) -> Result<Duration, CallProblem> {
        let inner = &self.inner;
        let turns = [Turn::user("Are you there?")];
        let ask =
            Ask { system: "Answer with the word yes.", turns: &turns, schema: None, max_tokens: 16, temperature: None };
        // Without room to think: an answer that is cut off is an answer.
        let call = inner.call(endpoint, &ask, ask.max_tokens, gateway::WHOLE_ANSWER_BYTES).await?;
        let permit = inner.circuits.force(endpoint.provider);
        let started = Instant::now();
        let answered = inner.persist(endpoint, 1, |style| Box::pin(inner.answer(&call, style))).await;
        permit.settle(answered.as_ref().err());
        match answered {
            Ok(_) => Ok(started.elapsed()),
            Err(failure) if failure.problem == CallProblem::Truncated && !failure.is_outage => Ok(started.elapsed()),
            Err(failure) => Err(failure.problem),
        }
    }

    /// The most output tokens that one call may be charged for: the answer's, and those of what the
    /// model may think before it.
    pub fn most_output_tokens(&self, endpoint: &Endpoint, max_tokens: u32) -> u32 {
        self.inner.styles.of(endpoint).most_output_tokens(endpoint.kind, max_tokens)
    }

    /// Whether a provider may be at this address, as far as can be told without connecting.
    pub fn check_address(&self, kind: ProviderKind, base_url: Option<&str>) -> Result<(), AddressProblem> {
        address::base_url(kind, base_url, self.inner.limits.allow_private_addresses).map(|_| ())
    }
}

impl Inner {
    async fn call<'a>(
        &self,
        endpoint: &'a Endpoint,
        ask: &'a Ask<'a>,
        most_output_tokens: u32,
        most_bytes: usize,
    ) -> Result<Call<'a>, CallProblem> {
        let way = self.way_to(endpoint, most_bytes).await?;
        Call::new(endpoint, ask, &way, most_output_tokens)
    }

    /// The address under which the library reaches a provider that may be where it is, through the
    /// gateway, which hands on at most this much of an answer.
    async fn way_to(&self, endpoint: &Endpoint, most_bytes: usize) -> Result<Url, CallProblem> {
        let address =
            address::base_url(endpoint.kind, endpoint.base_url.as_deref(), self.limits.allow_private_addresses)
                .map_err(|_| CallProblem::AddressNotAllowed)?;
        let opened = self.gateway.get_or_try_init(|| Gateway::open(self.guarded.clone())).await;
        let gateway = opened.map_err(|_| CallProblem::Unreachable)?;
        gateway.way_to(&address, most_bytes).ok_or(CallProblem::AddressNotAllowed)
    }

    async fn answer(&self, call: &Call<'_>, style: Style) -> Result<Completion, Failure> {
        let options = call.options(style);
        let response = self.genai.exec_chat(call.target.clone(), call.request(style), Some(&options)).await;
        answer::completion(response.map_err(|error| Failure::of(&error))?)
    }

    async fn open_stream(&self, call: &Call<'_>, style: Style) -> Result<stream::Opened, Failure> {
        let watch = Arc::new(stream::Watch::default());
        let options = call.options(style).with_raw_frame_sink_arc(watch.clone());
        let response = self.genai.exec_chat_stream(call.target.clone(), call.request(style), Some(&options)).await;
        stream::open(response.map_err(|error| Failure::of(&error))?.stream, watch).await
    }

    /// Puts the question until it is answered, refused for good, or the time is over.
    async fn persist<'a, T>(
        &self,
        endpoint: &Endpoint,
        attempts: u32,
        once: impl Fn(Style) -> BoxFuture<'a, Result<T, Failure>> + Send,
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + self.limits.call_timeout;
        let mut style = self.styles.of(endpoint);
        let mut attempt = 1;
        loop {
            let failure = match timeout_at(deadline, once(style)).await {
                Ok(Ok(answer)) => {
                    self.styles.remember(endpoint, style);
                    return Ok(answer);
                }
                Ok(Err(failure)) => failure,
                Err(_) => return Err(Failure::timed_out()),
            };
            if let Some(simpler) = failure.complaint().and_then(|told| style.without_what_is_told(endpoint.kind, told))
            {
                style = simpler;
                continue;
            }
            match retry::pause(&self.limits, attempt, attempts, failure.retry) {
                Some(pause) if Instant::now() + pause < deadline => sleep(pause).await,
                _ => return Err(failure),
            }
            attempt += 1;
        }
    }
}
