//! What providers charge: the table in `prices.json`, with its version in every cost that came from it.
//! A model that isn't in the table has no price; nobody's cost is guessed.

use super::provider::ProviderKind;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// A missing or broken table would be found by the test below; without it nothing has a price.
static TABLE: LazyLock<Table> = LazyLock::new(|| serde_json::from_str(include_str!("prices.json")).unwrap_or_default());

#[derive(Default, Deserialize)]
struct Table {
    version: String,
    kinds: BTreeMap<String, Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// US dollars per million input tokens, and per million output tokens.
    models: BTreeMap<String, (String, String)>,
    /// Of models that make vectors: US dollars per million tokens.
    #[serde(default)]
    embeddings: BTreeMap<String, String>,
}

/// What a model costs, in millionths of a US dollar per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub input_micros_per_million: u64,
    pub output_micros_per_million: u64,
}

impl Price {
    const NOTHING: Self = Self { input_micros_per_million: 0, output_micros_per_million: 0 };

    /// The cost of a call in millionths of a US dollar, rounded up. Tokens that the provider had in
    /// its cache count in full, so a call may have cost less.
    pub fn cost_micros(self, input_tokens: u32, output_tokens: u32) -> i64 {
        let input = u128::from(self.input_micros_per_million) * u128::from(input_tokens);
        let output = u128::from(self.output_micros_per_million) * u128::from(output_tokens);
        i64::try_from((input + output).div_ceil(1_000_000)).unwrap_or(i64::MAX)
    }
}

/// The version of the table, which is the day on which it was last checked.
pub fn version() -> &'static str {
    &TABLE.version
}

/// What a model costs, by its name or its name with a date. Ollama runs on the organisation's own
/// machine and costs nothing; nobody knows what a compatible server charges.
pub fn find(kind: ProviderKind, model: &str) -> Option<Price> {
    if kind == ProviderKind::Ollama {
        return Some(Price::NOTHING);
    }
    let model = model.trim().to_ascii_lowercase();
    let model = model.strip_prefix("models/").unwrap_or(&model); // as Gemini lists its models
    let models = &TABLE.kinds.get(kind.as_str())?.models;
    let (input, output) = models.iter().find(|(name, _)| is_version_of(model, name)).map(|(_, price)| price)?;
    Some(Price { input_micros_per_million: micros(input)?, output_micros_per_million: micros(output)? })
}

/// What a model that makes vectors costs.
pub fn find_embedding(kind: ProviderKind, model: &str) -> Option<Price> {
    if kind == ProviderKind::Ollama {
        return Some(Price::NOTHING);
    }
    let model = model.trim().to_ascii_lowercase();
    let model = model.strip_prefix("models/").unwrap_or(&model);
    let price = TABLE.kinds.get(kind.as_str())?.embeddings.get(model)?;
    Some(Price { input_micros_per_million: micros(price)?, output_micros_per_million: 0 })
}

/// The models of the table that make vectors.
pub fn known_embedding_models(kind: ProviderKind) -> Vec<&'static str> {
    TABLE.kinds.get(kind.as_str()).into_iter().flat_map(|kind| kind.embeddings.keys()).map(String::as_str).collect()
}

/// The models of the table, the cheapest first.
pub fn known_models(kind: ProviderKind) -> Vec<&'static str> {
    let models = TABLE.kinds.get(kind.as_str()).map(|kind| &kind.models);
    let mut models: Vec<_> = models.into_iter().flatten().collect();
    models.sort_by_key(|(_, (input, output))| (micros(output), micros(input)));
    models.into_iter().map(|(name, _)| name.as_str()).collect()
}

/// Whether `model` is `name` itself, its newest version (`-latest`) or one with a date or number of at
/// least three digits (`-2024-07-18`, `-20250929`, `-001`). A shorter number is another model:
/// claude-opus-5-5 is not a version of claude-opus-5.
fn is_version_of(model: &str, name: &str) -> bool {
    let Some(rest) = model.strip_prefix(name) else { return false };
    rest.is_empty()
        || rest == "-latest"
        || (rest.starts_with('-')
            && rest.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit())
            && rest.bytes().filter(u8::is_ascii_digit).count() >= 3)
}

/// Dollars with up to six decimals, in millionths.
fn micros(dollars: &str) -> Option<u64> {
    let (whole, fraction) = dollars.split_once('.').unwrap_or((dollars, ""));
    if fraction.len() > 6 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let fraction: u64 = format!("{fraction:0<6}").parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::{Price, TABLE, find, known_models, micros, version};
    use crate::ai::provider::ProviderKind::{Anthropic, Gemini, Ollama, OpenAi, OpenAiCompatible};

    fn dollars(kind: crate::ai::provider::ProviderKind, model: &str) -> Option<(u64, u64)> {
        find(kind, model).map(|price| (price.input_micros_per_million, price.output_micros_per_million))
    }

    #[test]
    fn every_price_in_the_table_can_be_read() {
        assert!(chrono::NaiveDate::parse_from_str(version(), "%Y-%m-%d").is_ok());
        assert_eq!(TABLE.kinds.len(), 3);
        for (kind, prices) in &TABLE.kinds {
            assert!(prices.models.len() >= 5, "{kind}");
            for (model, (input, output)) in &prices.models {
                let (Some(input), Some(output)) = (micros(input), micros(output)) else { panic!("{kind} {model}") };
                assert!(0 < input && input < output, "{kind} {model}");
            }
        }
    }

    #[test]
    fn vectors_have_prices_of_their_own() {
        let small = super::find_embedding(OpenAi, "text-embedding-3-small");
        assert_eq!(small.map(|price| price.cost_micros(1_000_000, 0)), Some(20_000));
        assert_eq!(find(OpenAi, "text-embedding-3-small"), None, "no model for answers");
        assert_eq!(super::find_embedding(Ollama, "nomic-embed-text").map(|price| price.cost_micros(9, 0)), Some(0));
        for kind in TABLE.kinds.values() {
            assert!(kind.embeddings.values().all(|price| micros(price).is_some_and(|price| price > 0)));
        }
    }

    #[test]
    fn a_dated_name_has_the_price_of_its_model() {
        let mini = Some((150_000, 600_000));
        assert_eq!(dollars(OpenAi, "gpt-4o-mini"), mini);
        assert_eq!(dollars(OpenAi, "gpt-4o-mini-2024-07-18"), mini);
        assert_eq!(dollars(OpenAi, "gpt-4o-2024-08-06"), Some((2_500_000, 10_000_000)));
        assert_eq!(dollars(Anthropic, "claude-sonnet-4-5-20250929"), Some((3_000_000, 15_000_000)));
        assert_eq!(dollars(Gemini, "models/gemini-2.5-flash-001"), Some((300_000, 2_500_000)));
    }

    #[test]
    fn another_model_with_the_same_beginning_has_no_price() {
        assert_eq!(dollars(OpenAi, "gpt-5-pro"), None);
        assert_eq!(dollars(OpenAi, "gpt-5.9"), None);
        assert_eq!(dollars(Anthropic, "claude-opus-5-5"), Some((4_000_000, 20_000_000)));
        assert_eq!(dollars(Anthropic, "claude-opus-5-6"), None);
        assert_eq!(dollars(Gemini, "gemini-2.5-flash-lite"), Some((100_000, 400_000)));
        assert_eq!(dollars(Gemini, "gpt-4o"), None, "another provider's model");
    }

    #[test]
    fn the_cheapest_model_comes_first() {
        let models = known_models(OpenAi);
        assert_eq!(models.first(), Some(&"gpt-5-nano"));
        let prices: Vec<_> = models.iter().map(|model| dollars(OpenAi, model).expect(model).1).collect();
        assert!(prices.is_sorted(), "{prices:?}");
        assert!(known_models(Ollama).is_empty() && known_models(OpenAiCompatible).is_empty());
    }

    #[test]
    fn what_runs_here_costs_nothing_and_what_nobody_knows_has_no_price() {
        assert_eq!(find(Ollama, "llama3.2").map(|price| price.cost_micros(9999, 9999)), Some(0));
        assert_eq!(find(OpenAiCompatible, "gpt-4o"), None);
    }

    #[test]
    fn costs_are_rounded_up() {
        let price = Price { input_micros_per_million: 150_000, output_micros_per_million: 600_000 };
        assert_eq!(price.cost_micros(0, 0), 0);
        assert_eq!(price.cost_micros(1, 0), 1);
        assert_eq!(price.cost_micros(1_000_000, 1_000_000), 750_000);
        assert_eq!(price.cost_micros(10, 1), 3); // 2.1
        let dear = Price { input_micros_per_million: u64::MAX, output_micros_per_million: u64::MAX };
        assert_eq!(dear.cost_micros(u32::MAX, u32::MAX), i64::MAX);
    }

    #[test]
    fn dollars_are_read_exactly() {
        assert_eq!((micros("2.50"), micros("0.05"), micros("10")), (Some(2_500_000), Some(50_000), Some(10_000_000)));
        assert_eq!((micros("1.1234567"), micros("x"), micros("")), (None, None, None));
    }
}
