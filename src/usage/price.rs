//! What a call to a model costs, as far as anybody knows.

use crate::ai::{
    prices::{self, Price},
    provider::ProviderKind,
};

/// The price of a model. Without one its calls count as nothing, and no limit can be kept for them.
#[derive(Clone, Copy)]
pub struct ModelPrice(Option<Price>);

impl ModelPrice {
    /// The price of `model` at a provider of this kind; nothing for what runs on one's own machine.
    pub fn of(kind: ProviderKind, model: &str) -> Self {
        Self(prices::find(kind, model))
    }

    /// The price of a model that makes vectors; its output costs nothing.
    pub fn of_embedding(kind: ProviderKind, model: &str) -> Self {
        Self(prices::find_embedding(kind, model))
    }

    /// The version of the table that knows the price, if one does.
    pub fn version(&self) -> Option<&'static str> {
        self.0.map(|_| prices::version())
    }

    /// What so many tokens cost, in millionths of a US dollar.
    pub fn cost_micros(&self, input_tokens: u32, output_tokens: u32) -> i64 {
        self.0.map_or(0, |price| price.cost_micros(input_tokens, output_tokens))
    }
}
