//! Where the words of a query stand in a passage.

use std::collections::HashSet;
use unicode_segmentation::UnicodeSegmentation;

/// The different words of texts, in small letters.
pub fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let words: HashSet<String> =
        texts.into_iter().flat_map(|text| text.unicode_words().map(str::to_lowercase).collect::<Vec<_>>()).collect();
    words.into_iter().collect()
}

/// The byte ranges of words in a text, in order; `wanted` is in small letters.
pub fn ranges(text: &str, wanted: &HashSet<String>) -> Vec<(usize, usize)> {
    text.unicode_word_indices()
        .filter(|(_, word)| wanted.contains(&word.to_lowercase()))
        .map(|(start, word)| (start, start + word.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{ranges, words};
    use std::collections::HashSet;

    #[test]
    fn words_are_found_where_they_stand() {
        let text = "Café staff call; CALLING comes first.";
        let wanted = HashSet::from(["call".to_owned(), "calling".to_owned(), "café".to_owned()]);
        let found: Vec<&str> = ranges(text, &wanted).into_iter().map(|(start, end)| &text[start..end]).collect();
        assert_eq!(found, ["Café", "call", "CALLING"]);
        assert!(ranges("", &wanted).is_empty());
    }

    #[test]
    fn each_word_is_asked_about_once() {
        let mut found = words(["Call the lead.", "the Call"]);
        found.sort();
        assert_eq!(found, ["call", "lead", "the"]);
    }
}
