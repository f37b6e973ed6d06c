//! The words of a text that carry its sense, in a form in which "ringing", "rang" and "call" are one.
//!
//! Lighter than the search's own stemmer on purpose: it compares a question with a sentence, and a
//! sentence with the passage that is said to carry it, both on this machine and both in English.

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};
use unicode_segmentation::UnicodeSegmentation;

/// Words that say nothing about what a sentence is about.
const STOP_WORDS: &[&str] = &[
    "a",
    "about",
    "after",
    "again",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "are",
    "as",
    "ask",
    "at",
    "be",
    "because",
    "been",
    "before",
    "being",
    "but",
    "by",
    "can",
    "cannot",
    "come",
    "could",
    "did",
    "do",
    "does",
    "doing",
    "done",
    "during",
    "each",
    "else",
    "etc",
    "for",
    "from",
    "get",
    "go",
    "got",
    "had",
    "has",
    "have",
    "he",
    "her",
    "here",
    "hers",
    "him",
    "his",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "know",
    "let",
    "like",
    "long",
    "make",
    "many",
    "may",
    "me",
    "might",
    "more",
    "most",
    "much",
    "must",
    "my",
    "need",
    "needs",
    "of",
    "off",
    "on",
    "once",
    "one",
    "only",
    "or",
    "other",
    "our",
    "ours",
    "out",
    "over",
    "own",
    "per",
    "please",
    "same",
    "say",
    "shall",
    "she",
    "should",
    "so",
    "some",
    "such",
    "take",
    "tell",
    "than",
    "that",
    "the",
    "their",
    "theirs",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "this",
    "those",
    "to",
    "too",
    "under",
    "until",
    "up",
    "upon",
    "us",
    "use",
    "used",
    "very",
    "want",
    "was",
    "way",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "whom",
    "whose",
    "why",
    "will",
    "with",
    "would",
    "you",
    "your",
    "yours",
    "soon",
    "often",
    "happen",
    "happens",
    "someone",
    "somebody",
    "something",
    "anyone",
    "anybody",
    "anything",
    "dont",
    "doesnt",
    "cant",
    "im",
    "ive",
    "id",
    "okay",
    "ok",
    "allowed",
    "supposed",
];

/// Words of one sense in this field, and forms that no rule finds.
const SAME: &[&[&str]] = &[
    &["call", "phone", "ring", "rang", "telephone", "dial"],
    &["medication", "medicine", "meds", "med", "medicament"],
    &["error", "mistake"],
    &["staff", "worker", "employee"],
    &["manager", "supervisor"],
    &["weekend", "saturday", "sunday"],
    &["vehicle", "car"],
    &["start", "begin", "began", "begun", "commence"],
    &["buy", "bought", "purchase"],
    &["sick", "ill", "unwell", "illness"],
    &["give", "gave", "given", "administer"],
    &["report", "notify", "notification", "inform"],
    &["fall", "fell", "fallen"],
    &["urgent", "emergency"],
    &["money", "cash"],
    &["hour", "hr", "hrs"],
    &["minute", "min", "mins"],
    &["record", "document", "write", "written", "wrote"],
    &["keep", "kept", "store", "stored"],
    &["late", "overdue"],
    &["child", "children"],
    &["person", "people"],
    &["leave", "left"],
];

static SENSES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut senses = HashMap::new();
    for group in SAME {
        let canonical = group.first().map(|word| stem(word)).unwrap_or_default();
        for word in *group {
            senses.insert(stem(word), canonical.clone());
        }
    }
    senses
});

static STOPS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| STOP_WORDS.iter().copied().collect());

/// The terms of a text, each once.
pub fn terms(text: &str) -> BTreeSet<String> {
    list_terms(text).into_iter().collect()
}

/// The terms of a text in their order.
pub fn list_terms(text: &str) -> Vec<String> {
    text.unicode_words().filter_map(term).collect()
}

/// The term that a word stands for, if it carries any sense.
pub fn term(word: &str) -> Option<String> {
    let lower = word.to_lowercase().replace(['\'', '’'], "");
    if STOPS.contains(lower.as_str()) || (lower.chars().count() == 1 && !lower.chars().all(|c| c.is_ascii_digit())) {
        return None;
    }
    let stem = stem(&lower);
    Some(SENSES.get(&stem).cloned().unwrap_or(stem))
}

/// The numbers of a text, in figures, however they are written: "five", "5", "24", "1800 555 010".
pub fn numbers(text: &str) -> BTreeSet<String> {
    let mut numbers = BTreeSet::new();
    for word in text.unicode_words() {
        let lower = word.to_lowercase();
        if let Some(value) = number_word(&lower) {
            numbers.insert(value.to_owned());
        }
        for digits in lower.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()) {
            let trimmed = digits.trim_start_matches('0');
            numbers.insert(if trimmed.is_empty() { "0" } else { trimmed }.to_owned());
        }
    }
    numbers
}

/// Whether something is denied or forbidden.
pub fn is_negative(text: &str) -> bool {
    text.unicode_words().any(|word| {
        let lower = word.to_lowercase().replace('’', "'");
        lower.ends_with("n't")
            || ["not", "no", "never", "none", "nobody", "nothing", "cannot", "without"].contains(&lower.as_str())
    })
}

fn number_word(word: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 19] = [
        ("two", "2"),
        ("three", "3"),
        ("four", "4"),
        ("five", "5"),
        ("six", "6"),
        ("seven", "7"),
        ("eight", "8"),
        ("nine", "9"),
        ("ten", "10"),
        ("eleven", "11"),
        ("twelve", "12"),
        ("fifteen", "15"),
        ("twenty", "20"),
        ("thirty", "30"),
        ("forty", "40"),
        ("fifty", "50"),
        ("sixty", "60"),
        ("ninety", "90"),
        ("hundred", "100"),
    ];
    WORDS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

/// Endings off, as far as that can be done without a dictionary.
fn stem(word: &str) -> String {
    if word.chars().count() <= 3 || word.chars().any(|c| c.is_ascii_digit()) {
        return word.to_owned();
    }
    let singular = singular(word);
    let bare = without_ending(&singular);
    let bare = bare.strip_suffix('e').filter(|rest| rest.len() >= 3).unwrap_or(&bare);
    match bare.strip_suffix('y') {
        Some(rest) if rest.len() >= 3 => format!("{rest}i"),
        _ => bare.to_owned(),
    }
}

fn singular(word: &str) -> String {
    if let Some(rest) = word.strip_suffix("ies").filter(|rest| rest.len() >= 2) {
        return format!("{rest}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if word.ends_with(ending) {
            return word.trim_end_matches("es").to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(rest) if !rest.ends_with(['s', 'u', 'i']) => rest.to_owned(),
        _ => word.to_owned(),
    }
}

fn without_ending(word: &str) -> String {
    if let Some(rest) = word.strip_suffix("ied").filter(|rest| rest.len() >= 2) {
        return format!("{rest}y");
    }
    for ending in ["ing", "ed"] {
        if let Some(rest) = word.strip_suffix(ending).filter(|rest| rest.len() >= 3 && has_vowel(rest)) {
            return undoubled(rest);
        }
    }
    match word.strip_suffix("ly").filter(|rest| rest.len() >= 4) {
        Some(rest) => rest.to_owned(),
        None => word.to_owned(),
    }
}

fn has_vowel(word: &str) -> bool {
    word.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// "stopp" is "stop"; "call" and "pass" stay.
fn undoubled(word: &str) -> String {
    let mut letters = word.chars().rev();
    match (letters.next(), letters.next()) {
        (Some(last), Some(before)) if last == before && !matches!(last, 'l' | 's' | 'z' | 'e' | 'o') => {
            word.strip_suffix(last).unwrap_or(word).to_owned()
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_negative, list_terms, numbers, term};

    #[test]
    fn forms_of_one_word_are_one_term() {
        for group in [
            &["report", "reports", "reported", "reporting", "notify"][..],
            &["policy", "policies"],
            &["stop", "stopped", "stopping"],
            &["medication", "medications", "medicine", "meds"],
            &["call", "calls", "called", "ring", "phoned"],
            &["store", "stored", "keep", "kept"],
        ] {
            let stems: std::collections::BTreeSet<_> = group.iter().filter_map(|word| term(word)).collect();
            assert_eq!(stems.len(), 1, "{group:?}: {stems:?}");
        }
        assert_ne!(term("medication"), term("meditation"));
        assert_ne!(term("restraint"), term("restaurant"));
    }

    #[test]
    fn words_without_sense_are_left_out() {
        assert_eq!(
            list_terms("Who do I call after a medication error on the weekend?"),
            ["call", "medication", "error", "weekend"]
        );
        assert!(list_terms("What do I do then?").is_empty());
    }

    #[test]
    fn numbers_are_read_in_figures_and_words() {
        let read = |text: &str| numbers(text).into_iter().collect::<Vec<_>>();
        assert_eq!(read("within five business days, by 5pm"), ["5"]);
        assert_eq!(read("Ring 1800 555 010 within 24 hours"), ["10", "1800", "24", "555"]);
    }

    #[test]
    fn denials_are_seen() {
        assert!(
            is_negative("Don't crush tablets") && is_negative("Never leave alone") && is_negative("It is not allowed")
        );
        assert!(!is_negative("Note the time and notify the nurse"));
    }
}
