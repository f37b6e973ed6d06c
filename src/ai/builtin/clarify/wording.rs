//! The wording of a question, filled with the account's own words.

use super::{QUOTE_WORDS, story::Story};
use crate::{
    ai::builtin::{
        language::{Found, clean, cut},
        topics::kinds::Kind,
    },
    incidents::narrative::Phase,
};

/// The longest question.
const WORDS_PER_QUESTION: usize = 30;

impl Story<'_> {
    /// The wording with the story's own words, within the limit of words.
    pub fn worded(&self, wording: &str, place: Option<(Phase, Found)>) -> String {
        let Some((phase, found)) = place else { return self.filled(&without_lead(wording)) };
        let text = self.text(phase);
        let thing = cut(&clean(text.words_of(found)), 60);
        let thing = if text.opens_sentence(found) { thing.to_lowercase() } else { thing };
        let wording = wording.replace("{thing}", &thing);
        if !wording.contains("{quote}") {
            return self.filled(&wording);
        }
        (2..=QUOTE_WORDS)
            .rev()
            .find_map(|limit| self.with_quote(&wording, &text.clause(found, limit)))
            .unwrap_or_else(|| self.filled(&without_lead(&wording)))
    }

    /// The wording with these words of the account; nothing if that makes it too long.
    pub fn with_quote(&self, wording: &str, quote: &str) -> Option<String> {
        let text = self.filled(wording).replace("{quote}", quote);
        (!quote.is_empty() && text.split_whitespace().count() <= WORDS_PER_QUESTION).then_some(text)
    }

    /// The wording with the names of people, places and the event.
    pub fn filled(&self, wording: &str) -> String {
        let event = match self.kind {
            Kind::Fall => "the fall",
            Kind::Medical if self.told(&["seizure*"], &Phase::ALL).is_some() => "the seizure",
            _ => "this happened",
        };
        let place = self.place.map_or("the place".to_owned(), |place| format!("the {place}"));
        let fill = |name: &str| wording.replace("{event}", event).replace("{place}", &place).replace("{name}", name);
        let text = fill(&self.name);
        if text.split_whitespace().count() <= WORDS_PER_QUESTION {
            return text;
        }
        fill(self.name.split_whitespace().next().unwrap_or("the participant"))
    }
}

/// The wording's question alone, where there is nothing to quote.
pub fn without_lead(wording: &str) -> String {
    match wording.split_once("”. ") {
        Some((_, question)) => question.to_owned(),
        None => wording.to_owned(),
    }
}
