//! Placeholder: the price table.

use super::provider::ProviderKind;

/// What a model costs.
#[derive(Debug, Clone, Copy)]
pub struct Price {
    input_micros_per_million: i64,
    output_micros_per_million: i64,
}

impl Price {
    pub fn cost_micros(&self, input_tokens: u32, output_tokens: u32) -> i64 {
        (i64::from(input_tokens) * self.input_micros_per_million
            + i64::from(output_tokens) * self.output_micros_per_million)
            / 1_000_000
    }
}

pub fn find(kind: ProviderKind, model: &str) -> Option<Price> {
    if kind == ProviderKind::Ollama {
        return Some(Price { input_micros_per_million: 0, output_micros_per_million: 0 });
    }
    (kind == ProviderKind::OpenAi && model == "gpt-4o-mini")
        .then_some(Price { input_micros_per_million: 150_000, output_micros_per_million: 600_000 })
}

pub const fn version() -> &'static str {
    "2026-11-01"
}

pub fn known_models(kind: ProviderKind) -> Vec<&'static str> {
    if kind == ProviderKind::OpenAi { vec!["gpt-4o-mini"] } else { Vec::new() }
}
