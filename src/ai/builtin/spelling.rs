//! Words as they were meant: a small tolerance for slips of the pen.
//!
//! One wrong letter in words of five letters and more, two in words of nine and more, towards a word
//! that a cue looks for. A word that is an ordinary word of its own stays as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Ordinary words that are so close to a cue's word that they could pass for a slip of it.
const REAL_WORDS: &str = include_str!("real_words.txt");

/// The words that are known, and what the others may be meant to be.
#[derive(Debug, Default)]
pub struct Speller {
    replacements: BTreeMap<String, String>,
    by_initial: HashMap<char, BTreeSet<String>>,
    stems: HashSet<String>,
    real: HashSet<&'static str>,
}

impl Speller {
    /// `replacements` are words with what they stand for, whatever else holds.
    pub fn new(replacements: BTreeMap<String, String>) -> Self {
        let real = REAL_WORDS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self { replacements, by_initial: HashMap::new(), stems: HashSet::new(), real: real.collect() }
    }

    /// Takes a word up that may be meant.
    pub fn add_word(&mut self, word: &str) {
        if let Some(initial) = word.chars().next() {
            self.by_initial.entry(initial).or_default().insert(word.to_owned());
        }
    }

    /// Takes the beginning of words up that stay as they are.
    pub fn add_stem(&mut self, stem: &str) {
        self.stems.insert(stem.to_owned());
    }

    /// The word that is meant.
    pub fn nearest(&self, word: &str) -> String {
        if let Some(meant) = self.replacements.get(word) {
            return meant.clone();
        }
        let length = word.chars().count();
        if !(5..=24).contains(&length) || !word.chars().all(char::is_alphabetic) || self.is_known(word) {
            return word.to_owned();
        }
        self.spoken_ending(word).or_else(|| self.within_reach(word)).unwrap_or_else(|| word.to_owned())
    }

    fn is_known(&self, word: &str) -> bool {
        let begins = word.char_indices().skip(2).map(|(start, letter)| &word[..start + letter.len_utf8()]);
        self.real.contains(word) || self.has_word(word) || begins.into_iter().any(|begin| self.stems.contains(begin))
    }

    fn has_word(&self, word: &str) -> bool {
        word.chars().next().and_then(|initial| self.by_initial.get(&initial)).is_some_and(|words| words.contains(word))
    }

    /// "pickt" and "crackt", as they are said.
    fn spoken_ending(&self, word: &str) -> Option<String> {
        let body = word.strip_suffix('t')?;
        let written = format!("{body}ed");
        (body.ends_with(['k', 'p', 's', 'h', 'x', 'f']) && self.has_word(&written)).then_some(written)
    }

    fn within_reach(&self, word: &str) -> Option<String> {
        let letters: Vec<char> = word.chars().collect();
        let candidates = self.by_initial.get(letters.first()?)?;
        let near = candidates.iter().filter_map(|candidate| {
            let target: Vec<char> = candidate.chars().collect();
            let reach = if letters.len() >= 9 && target.len() >= 9 { 2 } else { 1 };
            let slips = (target.len() >= 5).then(|| slips(&letters, &target, reach)).flatten()?;
            Some((slips, candidate))
        });
        near.min().map(|(_, candidate)| candidate.clone())
    }
}

/// How many letters were added, dropped, changed or swapped, if at most `most`.
fn slips(left: &[char], right: &[char], most: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let changed = above[column] + usize::from(letter != other);
            let mut least = changed.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && *letter == right[column - 1] && left[row - 1] == *other;
            if swapped {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().filter(|slips| *slips <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speller() -> Speller {
        let mut speller = Speller::new(BTreeMap::from([("rn".to_owned(), "nurse".to_owned())]));
        for word in ["ambulance", "dropped", "picked", "medication", "kicked", "later", "fell", "controller", "money"] {
            speller.add_word(word);
        }
        speller.add_stem("bruis");
        speller
    }

    #[test]
    fn slips_are_put_right_within_their_reach() {
        let speller = speller();
        for (slip, meant) in [
            ("ambulence", "ambulance"),
            ("amublance", "ambulance"),
            ("amblulence", "ambulance"),
            ("droped", "dropped"),
            ("pickt", "picked"),
            ("medcation", "medication"),
            ("controler", "controller"),
            ("rn", "nurse"),
        ] {
            assert_eq!(speller.nearest(slip), meant);
        }
    }

    #[test]
    fn other_words_stay_as_they_are() {
        let speller = speller();
        for word in ["laser", "monkey", "fall", "bell", "wicked", "bruisd", "picnic", "éclair", "12345"] {
            assert_eq!(speller.nearest(word), word);
        }
    }

    #[test]
    fn the_list_of_real_words_is_sorted_and_small_letters() {
        let words: Vec<&str> = REAL_WORDS.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(words.is_sorted());
        assert!(words.iter().all(|word| word.chars().all(|letter| letter.is_ascii_lowercase())));
    }
}
