//! Evidence has to stand in the account, letter by letter.

use crate::{
    analysis::analysis::Evidence,
    incidents::narrative::{Narrative, Phase},
};

/// The first phase that holds the quote.
pub fn find_quote(narrative: &Narrative, quote: &str) -> Option<Evidence> {
    let quote = quote.trim();
    Phase::ALL
        .into_iter()
        .find(|phase| !quote.is_empty() && narrative.phase(*phase).contains(quote))
        .map(|phase| Evidence { phase, quote: quote.to_owned() })
}
