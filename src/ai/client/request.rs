//! A question in the library's terms.

use super::{
    Ask, CallProblem, Endpoint, Role,
    schema::strict,
    style::{Form, Style, Thinking},
};
use crate::ai::provider::ProviderKind;
use genai::{
    Headers, ModelIden, ServiceTarget,
    adapter::AdapterKind,
    chat::{ChatMessage, ChatOptions, ChatRequest, ChatResponseFormat, JsonSpec, ReasoningEffort},
    resolver::{AuthData, Endpoint as Target},
};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// One question to one endpoint.
pub struct Call<'a> {
    pub target: ServiceTarget,
    endpoint: &'a Endpoint,
    ask: &'a Ask<'a>,
    /// The schema as it can be enforced, if it can.
    strict: Option<Value>,
    most_output_tokens: u32,
}

impl<'a> Call<'a> {
    /// Prepares it; nothing is sent yet.
    pub fn new(
        endpoint: &'a Endpoint,
        ask: &'a Ask<'a>,
        address: &Url,
        most_output_tokens: u32,
    ) -> Result<Self, CallProblem> {
        // Gemini has the model in the path.
        if endpoint.kind == ProviderKind::Gemini && !endpoint.model.bytes().all(is_plain) {
            return Err(CallProblem::ModelUnknown);
        }
        let target = ServiceTarget {
            endpoint: Target::from_owned(address.as_str()),
            auth: auth(endpoint, address, "chat/completions")?,
            model: ModelIden::new(adapter(endpoint.kind), endpoint.model.trim()),
        };
        let strict = ask.schema.and_then(|schema| strict(&schema.schema));
        Ok(Self { target, endpoint, ask, strict, most_output_tokens })
    }

    /// What is said.
    pub fn request(&self, style: Style) -> ChatRequest {
        let turns = self.ask.turns.iter().map(|turn| match turn.role {
            Role::User => ChatMessage::user(turn.text.as_str()),
            Role::Assistant => ChatMessage::assistant(turn.text.as_str()),
        });
        let request = ChatRequest::new(turns.collect());
        let system = self.system(style);
        if system.is_empty() { request } else { request.with_system(system) }
    }

    fn system(&self, style: Style) -> String {
        match self.ask.schema {
            Some(schema) if self.form(style) != Form::Schema => format!(
                "{}\n\nAnswer with one JSON value and nothing else, no explanation and no code fence. \
                 It must be valid against this JSON Schema:\n{}",
                self.ask.system, schema.schema
            ),
            _ => self.ask.system.to_owned(),
        }
    }

    /// How it is said.
    pub fn options(&self, style: Style) -> ChatOptions {
        let options = ChatOptions {
            max_tokens: Some(self.most_output_tokens),
            temperature: self.ask.temperature.filter(|_| style.temperature).map(in_hundredths),
            response_format: self.response_format(style),
            reasoning_effort: effort(self.endpoint.kind, style.thinking),
            // Models that think aloud (<think>) in front of their answer.
            normalize_reasoning_content: Some(true),
            capture_usage: Some(true),
            capture_raw_body: Some(true),
            ..ChatOptions::default()
        };
        match &self.endpoint.key {
            // Ollama itself has no keys, but may stand behind something that has.
            Some(key) if self.endpoint.kind == ProviderKind::Ollama => options.with_extra_headers(bearer(key)),
            _ => options,
        }
    }

    fn response_format(&self, style: Style) -> Option<ChatResponseFormat> {
        let schema = self.ask.schema?;
        match self.form(style) {
            Form::Schema => self.strict.as_ref().map(|strict| JsonSpec::new(schema.name, strict.clone()).into()),
            Form::JsonMode => Some(ChatResponseFormat::JsonMode),
            Form::Prompt => None,
        }
    }

    /// A schema that can't be enforced is asked for in words.
    fn form(&self, style: Style) -> Form {
        match style.form {
            Form::Schema if self.strict.is_none() => Form::JsonMode,
            form => form,
        }
    }
}

/// Letters, digits and the signs in model names; nothing that means something in a path.
pub(super) const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Chat completions for everything that calls itself OpenAI, whatever the model's name.
pub(super) const fn adapter(kind: ProviderKind) -> AdapterKind {
    match kind {
        ProviderKind::OpenAi | ProviderKind::OpenAiCompatible => AdapterKind::OpenAI,
        ProviderKind::Anthropic => AdapterKind::Anthropic,
        ProviderKind::Gemini => AdapterKind::Gemini,
        ProviderKind::Ollama => AdapterKind::Ollama,
    }
}

/// `compatible_path` is where a compatible server does this, from its address.
pub(super) fn auth(endpoint: &Endpoint, address: &Url, compatible_path: &str) -> Result<AuthData, CallProblem> {
    match (&endpoint.key, endpoint.kind) {
        (_, ProviderKind::Ollama) => Ok(AuthData::None),
        (Some(key), _) => Ok(AuthData::from_single(key.expose_secret())),
        // The library insists on a key here, unless it is told address and headers.
        (None, ProviderKind::OpenAiCompatible) => {
            let url = joined(address, compatible_path).ok_or(CallProblem::AddressNotAllowed)?;
            Ok(AuthData::RequestOverride { url, headers: Headers::default() })
        }
        (None, _) => Err(CallProblem::Unauthorised),
    }
}

fn joined(address: &Url, path: &str) -> Option<String> {
    let mut url = address.join(path).ok()?;
    url.set_query(address.query());
    Some(url.into())
}

pub(super) fn bearer(key: &SecretString) -> Headers {
    Headers::from(("Authorization", format!("Bearer {}", key.expose_secret())))
}

/// Without a word on effort the library reads one from the end of a model's name, so that
/// `mistral-medium` would become `mistral`. Where nothing is to be said, a value is given of which this
/// kind's requests say nothing.
const fn effort(kind: ProviderKind, thinking: Thinking) -> Option<ReasoningEffort> {
    match (kind, thinking) {
        (_, Thinking::Little) => Some(ReasoningEffort::Low),
        (_, Thinking::Off) => Some(ReasoningEffort::Zero),
        (ProviderKind::OpenAi | ProviderKind::OpenAiCompatible, Thinking::Unsaid) => Some(ReasoningEffort::Budget(0)),
        (ProviderKind::Gemini, Thinking::Unsaid) => Some(ReasoningEffort::Zero),
        (ProviderKind::Anthropic | ProviderKind::Ollama, Thinking::Unsaid) => None,
    }
}

/// 0.2 as `f32` would be sent as 0.20000000298.
fn in_hundredths(temperature: f32) -> f64 {
    (f64::from(temperature) * 100.0).round() / 100.0
}
