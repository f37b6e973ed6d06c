//! The word lists behind the guesses: see the head of each file for what it holds.

use std::{collections::HashSet, sync::LazyLock};

static GIVEN_NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| read(include_str!("given_names.txt")));
static WORD_NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| read(include_str!("word_names.txt")));
static NOT_NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| read(include_str!("not_names.txt")));

/// Whether a folded word is a common given name.
pub(super) fn is_given_name(word: &str) -> bool {
    GIVEN_NAMES.contains(word)
}

/// Whether a folded word is never taken for the name of a stranger.
pub(super) fn is_no_name(word: &str) -> bool {
    NOT_NAMES.contains(word)
}

/// Whether a folded word is also an everyday word, so that only a capital makes it a name.
pub(super) fn is_word(word: &str) -> bool {
    WORD_NAMES.contains(word) || NOT_NAMES.contains(word)
}

/// The months that are names.
pub(super) fn is_month(word: &str) -> bool {
    matches!(word, "april" | "may" | "june" | "august" | "jan" | "jun")
}

fn read(file: &str) -> HashSet<String> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .map(super::words::folded)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{is_given_name, is_no_name, is_word};

    #[test]
    fn the_lists_are_read_without_their_comments() {
        assert!(is_given_name("karen") && is_given_name("nguyet") && !is_given_name("origin"));
        assert!(is_no_name("monday") && is_no_name("panadol") && !is_no_name("karen"));
        assert!(is_word("will") && is_word("monday") && !is_word("sam"));
    }
}
