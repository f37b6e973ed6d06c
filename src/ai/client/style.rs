//! How a model likes to be asked. Models differ in what they take (a schema, a temperature, a word on
//! how long to think), and which one takes what changes with every release. So a question starts with
//! what its kind usually takes; what the model then says it doesn't take is left out and remembered.

use super::Endpoint;
use crate::{
    ai::provider::ProviderKind,
    ids::{ProviderId, TenantId},
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// How many tokens a model may think before its answer, on top of the answer's own.
const THINKING_TOKENS: u32 = 4096;

/// One way to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub form: Form,
    pub temperature: bool,
    pub thinking: Thinking,
}

/// How the form of an answer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// By the provider's own schema enforcement.
    Schema,
    /// By the provider's JSON mode, with the schema in the system prompt.
    JsonMode,
    /// By the schema in the system prompt alone.
    Prompt,
}

/// What is said about thinking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thinking {
    Off,
    Little,
    Unsaid,
}

impl Style {
    /// What a model is asked with the first time.
    pub fn first(kind: ProviderKind, model: &str) -> Self {
        let form = match kind {
            ProviderKind::OpenAi | ProviderKind::Anthropic | ProviderKind::Gemini => Form::Schema,
            ProviderKind::Ollama | ProviderKind::OpenAiCompatible => Form::JsonMode,
        };
        let thinking = match kind {
            ProviderKind::OpenAi if openai_thinks(model) => Thinking::Little,
            ProviderKind::Gemini if gemini_thinks(model) => Thinking::Little,
            ProviderKind::Anthropic if anthropic_always_thinks(model) => Thinking::Little,
            ProviderKind::Anthropic | ProviderKind::Ollama => Thinking::Off,
            ProviderKind::OpenAi | ProviderKind::Gemini | ProviderKind::OpenAiCompatible => Thinking::Unsaid,
        };
        Self { form, temperature: true, thinking }
    }

    /// The same without what a provider complains about; `None` if it complains about something else.
    pub fn without_what_is_told(self, kind: ProviderKind, told: &str) -> Option<Self> {
        let tells = |words: &[&str]| words.iter().any(|word| told.contains(word));
        if self.temperature && tells(&["temperature"]) {
            return Some(Self { temperature: false, ..self });
        }
        if self.thinking != Thinking::Unsaid && tells(&["thinking", "think value", "reasoning_effort", "effort"]) {
            let thinking = match self.thinking {
                Thinking::Off if kind == ProviderKind::Anthropic => Thinking::Little,
                _ => Thinking::Unsaid,
            };
            return Some(Self { thinking, ..self });
        }
        let about_form = ["response_format", "json_schema", "output_config", "output_format", "responsejsonschema"];
        if self.form != Form::Prompt && tells(&about_form) {
            let form = match self.form {
                Form::Schema if kind == ProviderKind::OpenAi => Form::JsonMode,
                _ => Form::Prompt,
            };
            return Some(Self { form, ..self });
        }
        None
    }

    /// What is sent as the limit of output tokens: most providers count thinking towards it.
    pub fn most_output_tokens(self, kind: ProviderKind, max_tokens: u32) -> u32 {
        let thinks = match self.thinking {
            Thinking::Off => false,
            Thinking::Little => true,
            Thinking::Unsaid => kind == ProviderKind::Anthropic, // it takes neither off nor little
        };
        if thinks { max_tokens.saturating_add(THINKING_TOKENS) } else { max_tokens }
    }
}

/// The o series, and GPT from 5 on.
fn openai_thinks(model: &str) -> bool {
    let number =
        |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|text| text.parse::<u32>().ok());
    let is_o = model.strip_prefix('o').is_some_and(|rest| number(rest).is_some());
    is_o || model.strip_prefix("gpt-").and_then(number).is_some_and(|version| version >= 5)
}

/// Gemini from 2.5 on.
fn gemini_thinks(model: &str) -> bool {
    let model = model.strip_prefix("models/").unwrap_or(model);
    let version = model.strip_prefix("gemini-").and_then(|rest| rest.split('-').next());
    version.and_then(|version| version.parse::<f32>().ok()).is_some_and(|version| version >= 2.5)
}

/// Claude models whose thinking can't be switched off.
fn anthropic_always_thinks(model: &str) -> bool {
    ["claude-fable-", "claude-mythos-", "claude-opus-5-5"].iter().any(|name| model.starts_with(name))
}

/// What was learnt about models since the server started.
#[derive(Default)]
pub struct Styles {
    learnt: Mutex<HashMap<(TenantId, ProviderId, String), Style>>,
}

impl Styles {
    /// How an endpoint's model is asked.
    pub fn of(&self, endpoint: &Endpoint) -> Style {
        let learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        learnt.get(&key(endpoint)).copied().unwrap_or_else(|| Style::first(endpoint.kind, &endpoint.model))
    }

    /// An endpoint's model answered to this.
    pub fn remember(&self, endpoint: &Endpoint, style: Style) {
        if style != self.of(endpoint) {
            self.learnt.lock().unwrap_or_else(PoisonError::into_inner).insert(key(endpoint), style);
        }
    }
}

fn key(endpoint: &Endpoint) -> (TenantId, ProviderId, String) {
    (endpoint.provider.0, endpoint.provider.1, endpoint.model.clone())
}

#[cfg(test)]
mod tests {
    use super::{Form, Style, THINKING_TOKENS, Thinking};
    use crate::ai::provider::ProviderKind::{self, Anthropic, Gemini, Ollama, OpenAi, OpenAiCompatible};

    #[test]
    fn models_that_think_get_room_for_it() {
        for (kind, model, thinks) in [
            (OpenAi, "gpt-4o-mini", false),
            (OpenAi, "gpt-4.1", false),
            (OpenAi, "gpt-5-mini", true),
            (OpenAi, "gpt-6.1-sol", true),
            (OpenAi, "o4-mini", true),
            (OpenAi, "omni", false),
            (Gemini, "gemini-2.0-flash", false),
            (Gemini, "models/gemini-2.5-pro", true),
            (Gemini, "gemini-3.8-flash", true),
            (Anthropic, "claude-sonnet-5-5", false),
            (Anthropic, "claude-opus-5-5", true),
            (Ollama, "qwen3", false),
            (OpenAiCompatible, "gpt-5", false),
        ] {
            let most = Style::first(kind, model).most_output_tokens(kind, 100);
            assert_eq!(most, if thinks { 100 + THINKING_TOKENS } else { 100 }, "{model}");
        }
    }

    fn leave_out(kind: ProviderKind, style: Style, told: &str) -> Option<Style> {
        style.without_what_is_told(kind, &told.to_lowercase())
    }

    #[test]
    fn what_a_model_does_not_take_is_left_out() {
        let first = Style::first(OpenAi, "gpt-5-mini");
        let told = "Unsupported value: 'temperature' does not support 0 with this model.";
        let second = leave_out(OpenAi, first, told).expect("without temperature");
        assert!(!second.temperature && second.form == Form::Schema);
        assert_eq!(leave_out(OpenAi, second, told), None, "it isn't left out twice");
        let told = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.";
        let third = leave_out(OpenAi, second, told).expect("without a schema");
        assert_eq!(third.form, Form::JsonMode);
        assert_eq!(leave_out(OpenAi, third, told).map(|style| style.form), Some(Form::Prompt));
        let told = "Unrecognized request argument supplied: reasoning_effort";
        assert_eq!(leave_out(OpenAi, third, told).map(|style| style.thinking), Some(Thinking::Unsaid));
        assert_eq!(leave_out(OpenAi, first, "This model's maximum context length is 8192 tokens."), None);
    }

    #[test]
    fn a_claude_that_cannot_stop_thinking_thinks_little() {
        let first = Style::first(Anthropic, "claude-sonnet-9");
        let told = "thinking: disabled is not supported for this model";
        let second = leave_out(Anthropic, first, told).expect("another word on thinking");
        assert_eq!(second.thinking, Thinking::Little);
        assert_eq!(leave_out(Anthropic, second, told).map(|style| style.thinking), Some(Thinking::Unsaid));
    }
}
