//! Names that are also everyday words: Will, May, Hope, Mark.

use super::{lists, words::Word};

/// Words that show, after a word that opens a sentence, that it is the word and no name: "Will you", "Hope the".
const AFTER_WORD: &[&str] = &[
    "the",
    "a",
    "an",
    "this",
    "that",
    "these",
    "those",
    "it",
    "he",
    "she",
    "they",
    "we",
    "you",
    "i",
    "of",
    "there",
    "everyone",
    "someone",
    "be",
    "not",
    "day",
    "morning",
    "afternoon",
    "weather",
    "people",
];

/// The same after "Will" and "May" in terse notes: "Will monitor", "May need".
const AFTER_MODAL: &[&str] = &[
    "have", "need", "require", "also", "continue", "follow", "monitor", "try", "do", "discuss", "check", "ask", "call",
    "update", "review", "let", "make", "keep", "send", "take", "get", "go", "see", "speak", "talk", "ring", "report",
    "arrange", "contact", "complete", "ensure", "advise", "notify", "document", "organise", "book", "remind", "only",
    "still", "never", "now", "look", "work", "provide", "support", "give", "help", "his", "her", "their", "our", "my",
];

/// Whether a capitalised word that may be a name stands where it is the everyday word or a month.
pub(super) fn is_plainly_the_word(text: &str, words: &[Word<'_>], at: usize) -> bool {
    let word = &words[at];
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    let after = words.get(at + 1);
    let is_number =
        |word: Option<&Word<'_>>| word.is_some_and(|word| word.text.starts_with(|c: char| c.is_ascii_digit()));
    if after.is_some_and(|after| after.folded == "s" && after.start - word.end <= '’'.len_utf8()) {
        return false;
    }
    if lists::is_month(&word.folded)
        && (is_number(before) || is_number(after) || before.is_some_and(|before| is_before_month(&before.folded)))
    {
        return true;
    }
    if word.is_all_capitals() && [before, after].into_iter().flatten().any(Word::is_all_capitals) {
        return true;
    }
    let Some(after) = after.filter(|after| {
        let mut next = text[after.end..].chars();
        // Neither the beginning of an e-mail address nor of a number with a point.
        let apart = match next.next() {
            Some('.') => !next.next().is_some_and(char::is_alphanumeric),
            c => c != Some('@'),
        };
        apart && !after.opens && text[word.end..after.start].trim().is_empty()
    }) else {
        return false;
    };
    let modal = matches!(word.folded.as_str(), "will" | "may");
    let says_word =
        AFTER_WORD.contains(&after.folded.as_str()) || modal && AFTER_MODAL.contains(&after.folded.as_str());
    word.opens && says_word
}

fn is_before_month(word: &str) -> bool {
    matches!(word, "in" | "since" | "until" | "last" | "next" | "early" | "late" | "mid" | "during" | "of" | "this")
}
