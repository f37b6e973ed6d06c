//! Words as they were meant: a small tolerance for slips of the pen.
//!
//! Only the taxonomy's list of words that are often misspelt is corrected towards: one wrong letter in
//! words of six letters and more, two in words of nine and more. A word that the taxonomy knows, or that
//! it lists as an ordinary word of its own, stays as it is.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A word with fewer letters is too close to others.
const SHORTEST_MEANT: usize = 6;
/// From here on two letters may be wrong.
const LONG: usize = 9;

/// What the taxonomy says of spelling; words in a row are parted by "|".
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spelling {
    often_misspelt: String,
    ordinary: String,
    stands_for: BTreeMap<String, String>,
}

/// The words that are known, and what the others may be meant to be.
#[derive(Debug, Default)]
pub struct Speller {
    stands_for: BTreeMap<String, String>,
    meant: HashMap<char, BTreeSet<String>>,
    known: HashSet<String>,
    stems: HashSet<String>,
}

impl Speller {
    pub fn new(spelling: Spelling) -> Self {
        let mut meant: HashMap<char, BTreeSet<String>> = HashMap::new();
        let mut known: HashSet<String> = spelling.ordinary.split('|').map(str::to_owned).collect();
        for word in spelling.often_misspelt.split('|').filter(|word| word.chars().count() >= SHORTEST_MEANT) {
            known.insert(word.to_owned());
            if let Some(initial) = word.chars().next() {
                meant.entry(initial).or_default().insert(word.to_owned());
            }
        }
        Self { stands_for: spelling.stands_for, meant, known, stems: HashSet::new() }
    }

    /// Takes a word up that stays as it is.
    pub fn add_word(&mut self, word: &str) {
        self.known.insert(word.to_owned());
    }

    /// Takes the beginning of words up that stay as they are.
    pub fn add_stem(&mut self, stem: &str) {
        self.stems.insert(stem.to_owned());
    }

    /// The word that is meant.
    pub fn nearest(&self, word: &str) -> String {
        if let Some(meant) = self.stands_for.get(word) {
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
        self.known.contains(word) || begins.into_iter().any(|begin| self.stems.contains(begin))
    }

    /// "pickt" and "crackt", as they are said.
    fn spoken_ending(&self, word: &str) -> Option<String> {
        let body = word.strip_suffix('t')?;
        let written = format!("{body}ed");
        (body.ends_with(['k', 'p', 's', 'h', 'x', 'f']) && self.known.contains(&written)).then_some(written)
    }

    fn within_reach(&self, word: &str) -> Option<String> {
        let letters: Vec<char> = word.chars().collect();
        let candidates = self.meant.get(letters.first()?)?;
        let near = candidates.iter().filter_map(|candidate| {
            let target: Vec<char> = candidate.chars().collect();
            let reach = if letters.len() >= LONG && target.len() >= LONG { 2 } else { 1 };
            Some((slips(&letters, &target, reach)?, candidate))
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
        let mut speller = Speller::new(Spelling {
            often_misspelt: "ambulance|dropped|picked|medication|kicked|controller|nurse".to_owned(),
            ordinary: "pickled|meditation".to_owned(),
            stands_for: BTreeMap::from([("rn".to_owned(), "nurse".to_owned())]),
        });
        speller.add_word("kicker");
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
        for word in ["laser", "pickled", "meditation", "nurze", "wicked", "bruisd", "kicker", "éclair", "12345"] {
            assert_eq!(speller.nearest(word), word);
        }
    }
}
