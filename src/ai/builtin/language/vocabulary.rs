//! The words of all cues, and the misspellings that are meant for one of them.

use std::collections::BTreeSet;

/// The words of all cues, so that a misspelt word of an account still counts as the one meant.
#[derive(Debug, Default)]
pub struct Vocabulary {
    whole: BTreeSet<String>,
    stems: BTreeSet<String>,
}

impl Vocabulary {
    /// Collects the words of cues; words under six letters are too easily another word.
    pub fn of<'c>(cues: impl IntoIterator<Item = &'c str>) -> Self {
        let mut vocabulary = Self::default();
        for option in cues.into_iter().flat_map(|cue| cue.split([' ', '|'])) {
            match option.strip_suffix('*') {
                Some(stem) => vocabulary.stems.insert(stem.to_owned()),
                None => vocabulary.whole.insert(option.to_owned()),
            };
        }
        vocabulary
    }

    /// The word of the cues that a word is one slip away from; else the word itself.
    pub(super) fn nearest(&self, word: &str) -> String {
        let letters: Vec<char> = word.chars().take(25).collect();
        if letters.len() < 6 || letters.len() > 24 {
            return word.to_owned();
        }
        let known = self.whole.contains(word)
            || (1..=letters.len()).any(|length| self.stems.contains(&letters[..length].iter().collect::<String>()));
        if known {
            return word.to_owned();
        }
        let initial = letters[0].to_string();
        let alike = |set: &BTreeSet<String>, whole: bool| {
            set.range(initial.clone()..)
                .take_while(|candidate| candidate.starts_with(&initial))
                .find(|candidate| {
                    let target: Vec<char> = candidate.chars().collect();
                    if target.len() < 6 {
                        return false;
                    }
                    let span = if whole { letters.len() } else { target.len().min(letters.len()) };
                    // "showed" is no slip for "shower": endings make other words.
                    let same_end = !whole || letters.last() == target.last();
                    same_end && within_one_slip(&letters[..span], &target)
                })
                .cloned()
        };
        alike(&self.whole, true).or_else(|| alike(&self.stems, false)).unwrap_or_else(|| word.to_owned())
    }
}

/// Whether two words differ by at most one letter added, dropped, changed or swapped.
fn within_one_slip(left: &[char], right: &[char]) -> bool {
    let same_start = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[same_start..], &right[same_start..]);
    let same_end = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[..left.len() - same_end], &right[..right.len() - same_end]);
    match (left, right) {
        ([], []) | ([_], [] | [_]) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}
