//! Reading an account: sentences, words and cues, tolerant of how tired people write.
//!
//! A *cue* is a small pattern that shows that something is told:
//! - `rang|phon*` is one word out of several; `*` stands for any ending;
//! - a space means next to each other (an article or "his", "her" may stand between);
//! - ` + ` means later in the same sentence, at most six words on;
//! - `#` is a number, in figures or words; `@time` a time of day; `@person` a capitalised name
//!   other than the participant's; `@self` the participant's name; `@quote` speech in quotation marks; `@long` three sentences.

mod clauses;
mod cues;
mod sentences;
mod vocabulary;
mod words;

pub use sentences::{clean, cut, sentence_spans};
pub use vocabulary::Vocabulary;
pub use words::{CALENDAR, Word};
#[cfg(feature = "ssr")]
pub(super) use {cues::FILLERS, words::is_number};

use std::{collections::BTreeMap, ops::Range};

/// One phase of an account, read once and asked many cues.
#[derive(Debug)]
pub struct Text<'a> {
    raw: &'a str,
    words: Vec<Word>,
    index: BTreeMap<String, Vec<usize>>,
    spans: Vec<Range<usize>>,
}

/// The words that a cue was found in: indices of the first and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub first: usize,
    pub last: usize,
}

impl<'a> Text<'a> {
    /// Reads a text; `name` is the participant's, which counts as no other person.
    pub fn read(raw: &'a str, name: &str, vocabulary: &Vocabulary) -> Self {
        Self::read_spans(raw, name, sentence_spans(raw), |word, _| vocabulary.nearest(word))
    }

    /// Reads a text whose sentences or passages are known; `spell` is given each word and whether it
    /// looks like a name, and answers the word that is meant.
    pub fn read_spans(
        raw: &'a str,
        name: &str,
        spans: Vec<Range<usize>>,
        spell: impl Fn(&str, bool) -> String,
    ) -> Self {
        let words = words::read(raw, name, &spans, spell);
        let mut index: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, word) in words.iter().enumerate() {
            index.entry(word.text.clone()).or_default().push(position);
        }
        Self { raw, words, index, spans }
    }

    /// All words, in order.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// A sentence or passage as the account has it, without the space and the bullet around it.
    pub fn sentence(&self, number: usize) -> &'a str {
        let span = self.spans.get(number).cloned().unwrap_or_default();
        let sentence = &self.raw[span];
        sentence.trim().trim_start_matches(['-', '*', '•', '–', '·']).trim_start()
    }

    /// What stands between a word and the next one.
    pub fn gap_after(&self, position: usize) -> &'a str {
        match (self.words.get(position), self.words.get(position + 1)) {
            (Some(left), Some(right)) => &self.raw[left.range.end..right.range.start],
            _ => "",
        }
    }

    /// Whether there is too little to call it an account of the phase ("nil", "n/a", "").
    pub fn is_blank(&self) -> bool {
        self.words.len() < 3
    }

    /// Whether a place is in the first sentence, which says what happened in one line.
    pub fn in_first_sentence(&self, found: Found) -> bool {
        self.words.get(found.first).is_some_and(|word| word.sentence() == 0)
    }

    /// Whether a place opens its sentence, where a capital means nothing.
    pub fn opens_sentence(&self, found: Found) -> bool {
        let before = found.first.checked_sub(1).and_then(|position| self.words.get(position));
        before.is_none_or(|before| self.words.get(found.first).is_some_and(|word| word.sentence() != before.sentence()))
    }

    /// The words as the account has them.
    pub fn words_of(&self, found: Found) -> &'a str {
        match (self.words.get(found.first), self.words.get(found.last)) {
            (Some(first), Some(last)) => &self.raw[first.range.start..last.range.end],
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests;
