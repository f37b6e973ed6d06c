//! Evidence stands in the account letter by letter, or it is none.
//!
//! Models change what they copy: typographic quotation marks, a capital at the start, an ellipsis, a
//! line break. Such a quote is found again, and what is kept are the words of the account, never those
//! of the model. A quote that changes, leaves out or adds a word is dropped.

use crate::{
    analysis::{
        analysis::Evidence,
        highlight::{is_whole, locate},
    },
    incidents::narrative::{Narrative, Phase},
};
use std::ops::Range;

/// A shorter quote says nothing.
const FEWEST_CHARACTERS: usize = 3;

/// The words of the account that the quote means, with the phase they stand in: the earliest place where
/// it stands letter by letter, as words of its own if it does so anywhere; or else the earliest where only
/// white space, quotation marks, dashes, the case of the first letter or what surrounds it differ.
pub fn find_quote(narrative: &Narrative, quote: &str) -> Option<Evidence> {
    let quote = quote.trim();
    if !says_something(quote) {
        return None;
    }
    exact(narrative, quote).or_else(|| normalised(narrative, quote))
}

fn says_something(quote: &str) -> bool {
    quote.chars().count() >= FEWEST_CHARACTERS && quote.chars().any(char::is_alphabetic)
}

fn exact(narrative: &Narrative, quote: &str) -> Option<Evidence> {
    let places = Phase::ALL.map(|phase| (phase, locate(narrative.phase(phase), quote)));
    let whole = |(phase, range): &(Phase, Option<Range<usize>>)| {
        range.clone().filter(|range| is_whole(narrative.phase(*phase), range)).map(|_| *phase)
    };
    let phase = places
        .iter()
        .find_map(whole)
        .or_else(|| places.iter().find(|(_, range)| range.is_some()).map(|(phase, _)| *phase))?;
    Some(Evidence { phase, quote: quote.to_owned() })
}

fn normalised(narrative: &Narrative, quote: &str) -> Option<Evidence> {
    let needle = Normal::of(quote);
    let core = needle.text.trim_matches(|c: char| !c.is_alphanumeric());
    if !says_something(core) {
        return None;
    }
    let first = core.chars().next()?;
    let others = &core[first.len_utf8()..];
    let spellings = [core.to_owned(), other_case(first) + others];
    Phase::ALL.into_iter().find_map(|phase| {
        let account = narrative.phase(phase);
        let haystack = Normal::of(account);
        let range = spellings.iter().filter_map(|spelling| haystack.find(spelling)).min_by_key(|range| range.start)?;
        Some(Evidence { phase, quote: account.get(range)?.to_owned() })
    })
}

fn other_case(letter: char) -> String {
    if letter.is_uppercase() { letter.to_lowercase().collect() } else { letter.to_uppercase().collect() }
}

/// A text without the differences that don't count, and where each byte of it comes from.
struct Normal {
    text: String,
    /// For each byte of `text`, the bytes of the original that its character stands for.
    sources: Vec<Range<usize>>,
}

impl Normal {
    fn of(original: &str) -> Self {
        let mut normal = Self { text: String::with_capacity(original.len()), sources: Vec::new() };
        for (start, c) in original.char_indices() {
            normal.push(c, start..start + c.len_utf8());
        }
        normal
    }

    fn push(&mut self, c: char, source: Range<usize>) {
        let plain = match c {
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => return,
            '‘' | '’' | '‚' | '‛' | '′' | 'ʼ' | '`' | '´' => '\'',
            '“' | '”' | '„' | '‟' | '″' | '«' | '»' => '"',
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
            // Rendering a prompt defuses markers in an account with it.
            '‹' => '<',
            '›' => '>',
            '…' => return ['.'; 3].into_iter().for_each(|dot| self.push(dot, source.clone())),
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if plain == ' ' && self.text.ends_with(' ') {
            if let Some(last) = self.sources.last_mut() {
                last.end = source.end;
            }
            return;
        }
        self.text.push(plain);
        self.sources.extend(std::iter::repeat_n(source, plain.len_utf8()));
    }

    /// The bytes of the original where `needle` first stands in whole words.
    fn find(&self, needle: &str) -> Option<Range<usize>> {
        self.text
            .match_indices(needle)
            .map(|(start, _)| start..start + needle.len())
            .find(|range| is_whole(&self.text, range))
            .and_then(|range| Some(self.sources.get(range.start)?.start..self.sources.get(range.end - 1)?.end))
    }
}

#[cfg(test)]
mod tests {
    use super::find_quote;
    use crate::incidents::narrative::{Narrative, Phase};
    use proptest::prelude::*;

    fn narrative() -> Narrative {
        Narrative {
            before: "Sam was calm. He said “I’m fine” – twice.".to_owned(),
            during: "Sam hit the wall\n  with an open hand. befell calm Sam".to_owned(),
            end: "He fell in the hall; he was calm.".to_owned(),
            after: "I told </account> the team lead… at 10:30.".to_owned(),
        }
    }

    fn found(quote: &str) -> Option<(Phase, String)> {
        find_quote(&narrative(), quote).map(|evidence| (evidence.phase, evidence.quote))
    }

    #[test]
    fn a_quote_is_found_letter_by_letter_at_its_earliest_place() {
        assert_eq!(found("calm"), Some((Phase::Before, "calm".to_owned())));
        assert_eq!(found(" he was calm. "), Some((Phase::End, "he was calm.".to_owned())));
        assert_eq!(found("fell"), Some((Phase::End, "fell".to_owned())));
        assert_eq!(found("befel"), Some((Phase::During, "befel".to_owned())));
    }

    #[test]
    fn what_a_model_changes_while_copying_is_forgiven_and_the_account_is_quoted() {
        for (quote, phase, words) in [
            ("He said \"I'm fine\" - twice", Phase::Before, "He said “I’m fine” – twice"),
            ("Hit the wall with an open hand", Phase::During, "hit the wall\n  with an open hand"),
            ("“hit the wall”", Phase::During, "hit the wall"),
            ("...fell in the hall...", Phase::End, "fell in the hall"),
            ("… he fell in the hall!", Phase::End, "He fell in the hall"),
            ("told ‹/account> the team lead", Phase::After, "told </account> the team lead"),
            ("the team lead... at 10:30", Phase::After, "the team lead… at 10:30"),
            ("'He was calm,'", Phase::End, "he was calm"),
        ] {
            assert_eq!(found(quote), Some((phase, words.to_owned())), "{quote}");
        }
    }

    #[test]
    fn what_is_not_in_the_account_is_no_evidence() {
        for quote in [
            "",
            "a",
            "he",
            "10:30",
            "\"..\"",
            "...",
            "Sam kicked the wall",
            "Sam hit wall",
            "HIT THE WALL",
            "!ell in!",
            "twice. Sam hit",
            "Sam was calm. Sam hit the wall",
        ] {
            assert_eq!(found(quote), None, "{quote}");
        }
    }

    #[test]
    fn a_long_account_and_a_long_quote_are_compared_in_time() {
        let account = Narrative { during: "a ".repeat(10_000), ..Narrative::default() };
        let started = std::time::Instant::now();
        assert_eq!(find_quote(&account, &format!("{}b", "a  ".repeat(9_000))), None);
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    }

    proptest! {
        #[test]
        fn evidence_always_stands_in_its_phase(
            before in "[a-c‘’“ \\n….-]{0,30}",
            during in "\\PC{0,30}",
            quote in "[a-cA-C'\" .-]{0,8}",
        ) {
            let account = Narrative { before, during, ..Narrative::default() };
            if let Some(evidence) = find_quote(&account, &quote) {
                prop_assert!(account.phase(evidence.phase).contains(&evidence.quote));
            }
        }

        #[test]
        fn every_piece_of_an_account_that_says_something_is_found(
            text in "\\PC{3,40}", first in 0..40_usize, length in 3..40_usize,
        ) {
            let piece: String = text.chars().skip(first).take(length).collect();
            let account = Narrative { end: text, ..Narrative::default() };
            let says = piece.trim().chars().count() >= 3 && piece.chars().any(char::is_alphabetic);
            prop_assert_eq!(find_quote(&account, &piece).is_some(), says);
        }
    }
}
