//! Where sentences end, and texts made short and plain.

use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Shortenings whose full stop doesn't end a sentence.
const SHORTENINGS: &[&str] = &["dr", "mr", "mrs", "ms", "st", "approx", "e.g", "i.e", "eg", "ie", "vs", "prof"];

/// Words whose full stop ends a sentence only before a capital.
const HALF_SHORTENINGS: &[&str] = &["etc", "a.m", "p.m", "min", "mins", "hr", "hrs", "appt", "temp"];

/// Byte ranges of the sentences of a text, trailing space included; together they are the text.
///
/// UAX 29, with two changes: a full stop ends a sentence before a small letter too (many people
/// write without capitals), and one after a common shortening doesn't.
pub fn sentence_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for (start, piece) in text.split_sentence_bound_indices() {
        for part in split_before_small_letters(piece) {
            let range = start + part.start..start + part.end;
            match spans.last_mut() {
                Some(previous)
                    if ends_in_shortening(&text[previous.clone()], SHORTENINGS) || piece.trim().is_empty() =>
                {
                    previous.end = range.end;
                }
                _ => spans.push(range),
            }
        }
    }
    spans
}

fn split_before_small_letters(piece: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut stop_seen = false;
    let mut space_seen = false;
    for (position, letter) in piece.char_indices() {
        if letter.is_whitespace() {
            space_seen = stop_seen;
        } else if matches!(letter, '.' | '!' | '?') {
            stop_seen = true;
        } else {
            if space_seen
                && letter.is_alphanumeric()
                && !ends_in_shortening(&piece[start..position], SHORTENINGS)
                && !ends_in_shortening(&piece[start..position], HALF_SHORTENINGS)
            {
                parts.push(start..position);
                start = position;
            }
            (stop_seen, space_seen) = (false, false);
        }
    }
    parts.push(start..piece.len());
    parts
}

fn ends_in_shortening(sentence: &str, shortenings: &[&str]) -> bool {
    if sentence.ends_with(['\n', '\r']) {
        return false;
    }
    let Some(body) = sentence.trim_end().strip_suffix('.') else { return false };
    let last = body.rsplit(|letter: char| letter.is_whitespace() || letter == '(').next().unwrap_or(body);
    let initial = last.chars().count() == 1 && last.chars().all(char::is_uppercase);
    initial || shortenings.contains(&last.to_lowercase().as_str())
}

/// A text on one line: control characters become spaces, double quotation marks single.
pub fn clean(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|letter| match letter {
            '"' | '“' | '”' => '\'',
            // Direction overrides could make our own words read backwards.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `limit` characters, cut between graphemes.
pub fn cut(text: &str, limit: usize) -> String {
    let mut length = 0;
    text.graphemes(true)
        .take_while(|grapheme| {
            length += grapheme.chars().count();
            length <= limit
        })
        .collect()
}

pub(super) fn normal(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}
