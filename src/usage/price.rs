//! What a call to a model costs, as far as anybody knows.

use crate::ai::{
    prices::{self, Price},
    provider::ProviderKind,
};

/// The price of a model.
pub enum ModelPrice {
    /// It runs on the organisation's own machine.
    Free,
    /// It stands in the price table.
    Known(Price),
    /// Nobody has written it down: it counts as nothing, and no limit can be kept for it.
    Unknown,
}

impl ModelPrice {
    /// The price of `model` at a provider of this kind.
    pub fn of(kind: ProviderKind, model: &str) -> Self {
        match kind {
            ProviderKind::Ollama => Self::Free,
            _ => prices::find(kind, model).map_or(Self::Unknown, Self::Known),
        }
    }

    /// The version of the table that knows it; nothing if its price is unknown.
    pub fn version(&self) -> Option<&'static str> {
        match self {
            Self::Free | Self::Known(_) => Some(prices::version()),
            Self::Unknown => None,
        }
    }

    /// What so many tokens cost, in millionths of a US dollar.
    pub fn cost_micros(&self, input_tokens: u32, output_tokens: u32) -> i64 {
        match self {
            Self::Known(price) => price.cost_micros(input_tokens, output_tokens),
            Self::Free | Self::Unknown => 0,
        }
    }
}
