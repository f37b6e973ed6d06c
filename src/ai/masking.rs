//! Masking: what identifies a person leaves the machine as a placeholder and comes back restored.
//!
//! Three things are looked for: names that the organisation knows (participants, staff, sites), formats
//! (telephone and NDIS numbers, e-mail and street addresses, dates of birth ...), and names of strangers
//! where the sentence shows that a name stands there ("his mother Karen"). Dates and times of the event,
//! suburbs, medicines and shops stay: the account needs them, and they name nobody.
//!
//! It errs on the side of masking, because restoring is exact: `restore(mask(text)) == text` for any
//! text at all, also one that has something like a placeholder in it. A name of a stranger in small
//! letters without a hint around it, or a nickname nobody told us, can still get through.
//!
//! Mask the values that go into a template, not the rendered prompt: the template's own words are no
//! personal data, and a name may look like one of them.

mod formats;
mod homonym;
mod lists;
mod names;
mod pattern;
mod pieces;
mod placeholder;
mod span;
mod strangers;
mod words;

pub use pieces::RestoredPieces;

use names::NameTable;
use placeholder::{Kind, Ledger};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use span::Span;
use std::ops::Range;

/// The names that an organisation knows: as they are recorded, in any number.
#[derive(Clone, Default)]
pub struct KnownNames {
    pub participants: Vec<String>,
    /// Staff and the reporter.
    pub people: Vec<String>,
    /// Names and addresses of sites.
    pub places: Vec<String>,
}

/// Masks the texts of one call and restores its answer: the same original has the same placeholder in
/// all of them.
///
/// Has no `Debug`: it holds everything that must not be logged.
pub struct Masker {
    names: NameTable,
    ledger: Ledger,
}

impl Masker {
    /// A masker for one call.
    pub fn new(known: &KnownNames) -> Self {
        let mut names = NameTable::default();
        for name in known.participants.iter().chain(&known.people) {
            names.add_person(name);
        }
        for place in &known.places {
            names.add_place(place);
        }
        Self { names, ledger: Ledger::default() }
    }

    /// Takes note of the strangers that a text names, so that they are also masked in texts that are
    /// masked before it.
    pub fn read_ahead(&mut self, text: &str) {
        let words = words::split(text);
        for (first, last) in strangers::find(text, &words, &self.names) {
            self.names.learn(&words[first..=last]);
        }
    }

    /// The text with placeholders such as `[PERSON_1]`.
    ///
    /// A second form of the same person's name has a letter after the number (`[PERSON_1B]`), so that
    /// exactly what stood there comes back.
    pub fn mask(&mut self, text: &str) -> String {
        let words = words::split(text);
        let mut spans = formats::find(text);
        for (first, last) in strangers::find(text, &words, &self.names) {
            let owner = self.names.learn(&words[first..=last]);
            spans.push(Span::of_name(words[first].start..words[last].end, Kind::Person, owner));
        }
        spans.extend(self.names.find(text, &words));
        self.replace(text, span::merged(spans, &formats::identifiers(text)))
    }

    /// The text with the originals in place of their placeholders.
    ///
    /// Tolerates what models do to placeholders: another case of the letters, and brackets left out
    /// where the placeholder stands as a word of its own. One that was never given out stays.
    pub fn restore(&self, text: &str) -> String {
        self.ledger.restore(text)
    }

    /// The same for every text in a parsed answer, keys left alone. Restoring before parsing would let
    /// a quotation mark in an original break the JSON.
    pub fn restore_value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.restore(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.restore_value(item)).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(name, field)| (name, self.restore_value(field))).collect()
            }
            other => other,
        }
    }

    /// The same for an answer that is parsed into its type.
    pub fn restore_output<T: Serialize + DeserializeOwned>(&self, output: &T) -> Result<T, serde_json::Error> {
        serde_json::from_value(self.restore_value(serde_json::to_value(output)?))
    }

    fn replace(&mut self, text: &str, spans: Vec<Span>) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut done = 0;
        for Span { range: Range { start, end }, kind, owner } in spans {
            self.ledger.escape(&text[done..start], &mut masked);
            masked.push_str(&self.ledger.placeholder(kind, owner, &text[start..end]));
            done = end;
        }
        self.ledger.escape(&text[done..], &mut masked);
        masked
    }
}

#[cfg(test)]
mod tests;
