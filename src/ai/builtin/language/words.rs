//! The words of an account, each with where it stands and whose name it may be.

use super::sentences::normal;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};
use unicode_segmentation::UnicodeSegmentation;

const NUMBER_WORDS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "fifteen", "twenty", "thirty",
    "forty", "half", "couple", "few", "several",
];

/// The days and months in lower case; they have a capital by good grammar alone.
pub const CALENDAR: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Other capitalised words that are no person in these accounts.
const NOT_A_PERSON: &[&str] = &[
    "i",
    "i'm",
    "i've",
    "i'd",
    "i'll",
    "christmas",
    "easter",
    "webster",
    "panadol",
    "nurofen",
    "epilim",
    "ventolin",
    "seroquel",
    "maccas",
    "woolies",
    "woolworths",
    "coles",
    "bunnings",
    "kmart",
    "aldi",
    "medicare",
    "english",
    "auslan",
    "police",
    "house",
    "hospital",
    "street",
    "park",
    "centre",
    "netflix",
    "youtube",
    "bluey",
    "ipad",
    "uber",
    "team",
    "lead",
    "leader",
    "manager",
    "mum",
    "dad",
    "dr",
    "mr",
    "mrs",
    "ms",
];

/// One word of an account.
#[derive(Debug, Clone)]
pub struct Word {
    /// Lower case, straight apostrophes, spelling nudged towards the vocabulary.
    pub text: String,
    /// Byte range in the account.
    pub range: Range<usize>,
    sentence: usize,
    name: Named,
}

impl Word {
    /// Which sentence or passage it stands in, counted from 0.
    pub fn sentence(&self) -> usize {
        self.sentence
    }

    /// Whether it is a name other than the participant's.
    pub fn is_person(&self) -> bool {
        self.name == Named::Other
    }

    /// Whether it is the participant's name.
    pub fn is_participant(&self) -> bool {
        self.name == Named::Participant
    }
}

/// Whose name a word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Nobody,
    Participant,
    Other,
}

/// The words of the sentences or passages of a text; `name` is the participant's, `spell` answers the
/// word that is meant by a word that may look like a name.
pub fn read(raw: &str, name: &str, spans: &[Range<usize>], spell: impl Fn(&str, bool) -> String) -> Vec<Word> {
    let own: BTreeSet<String> = name.unicode_words().map(normal).collect();
    let mut words: Vec<Word> = Vec::new();
    let mut spellings: BTreeMap<(String, bool), String> = BTreeMap::new();
    for (sentence, span) in spans.iter().enumerate() {
        let mut opening = true;
        for (offset, piece) in raw[span.clone()].unicode_word_indices() {
            for part in split_at_figures(piece) {
                let start = span.start + offset + part.start;
                let written = &piece[part.clone()];
                let lower = normal(written);
                let name = if own.contains(lower.trim_end_matches("'s")) {
                    Named::Participant
                } else if !opening && looks_like_name(written) && may_be_person(&lower) {
                    Named::Other
                } else {
                    Named::Nobody
                };
                let text = spellings
                    .entry((lower, name != Named::Nobody))
                    .or_insert_with_key(|(word, is_name)| spell(word, *is_name))
                    .clone();
                words.push(Word { text, range: start..start + written.len(), sentence, name });
                opening = false;
            }
        }
    }
    join_compounds(&mut words);
    words
}

/// Whether a word is a number, in figures or written out.
pub fn is_number(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit()) || NUMBER_WORDS.contains(&word)
}

fn looks_like_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

fn may_be_person(word: &str) -> bool {
    !CALENDAR.contains(&word) && !NOT_A_PERSON.contains(&word)
}

/// "5min" and "3pm" are two words to the reader.
fn split_at_figures(word: &str) -> impl Iterator<Item = Range<usize>> {
    let figures = word.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(word.len());
    let splits = figures > 0 && word[figures..].starts_with(char::is_alphabetic);
    let middle = if splits { figures } else { 0 };
    [0..middle, middle..word.len()].into_iter().filter(|part| !part.is_empty())
}

/// "on call" is a person in this field, not a verb.
fn join_compounds(words: &mut [Word]) {
    for position in 1..words.len() {
        if words[position].text == "call" && words[position - 1].text == "on" {
            "oncall".clone_into(&mut words[position].text);
        }
    }
}
