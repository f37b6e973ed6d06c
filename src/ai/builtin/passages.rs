//! Passages: sentences, and the parts of a sentence that goes on and on.
//!
//! People who dictate or hurry write without full stops. A sentence of more words than a reader takes
//! in at once is parted where a new thought begins, so that a quote stays short and a word counts for
//! the event beside which it stands.

use super::language::sentence_spans;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// A sentence up to this many words stays whole.
const LONGEST_WHOLE: usize = 26;
/// A part has at least this many words.
const SHORTEST_PART: usize = 6;

const SUBJECTS: &[&str] =
    &["i", "he", "she", "they", "we", "it", "staff", "there", "the", "his", "her", "my", "then", "you"];
const PEOPLE: &[&str] = &["i", "he", "she", "they", "we"];
const TURNS: &[&str] = &["but", "then"];
const JOINTS: &[&str] = &["and", "so", "because", "when", "while", "until", "as"];
/// After one of these a subject belongs to what came before.
const LEADS: &[&str] = &[
    "and", "but", "so", "because", "when", "while", "until", "as", "that", "if", "what", "how", "where", "why", "who",
    "than", "before", "after", "since", "said",
];

/// Byte ranges of the passages of a text, in order; together they are the text.
pub fn passage_spans(text: &str) -> Vec<Range<usize>> {
    sentence_spans(text).into_iter().flat_map(|span| parts(text, span)).collect()
}

struct Piece<'a> {
    start: usize,
    lower: String,
    written: &'a str,
    /// What stands between it and the word before.
    gap: &'a str,
}

fn parts(text: &str, span: Range<usize>) -> Vec<Range<usize>> {
    let pieces = pieces(text, &span);
    if pieces.len() <= LONGEST_WHOLE {
        return vec![span];
    }
    let mut parts = Vec::new();
    let (mut opened, mut cut) = (0, span.start);
    for position in 1..pieces.len() - 1 {
        let (size, rest) = (position - opened, pieces.len() - position);
        if rest >= 4 && size >= SHORTEST_PART && begins_a_thought(&pieces, position, size) {
            parts.push(cut..pieces[position].start);
            (opened, cut) = (position, pieces[position].start);
        }
    }
    parts.push(cut..span.end);
    parts
}

fn pieces<'a>(text: &'a str, span: &Range<usize>) -> Vec<Piece<'a>> {
    let mut end = span.start;
    let mut pieces = Vec::new();
    for (offset, written) in text[span.clone()].unicode_word_indices() {
        let start = span.start + offset;
        pieces.push(Piece { start, lower: written.to_lowercase(), written, gap: &text[end..start] });
        end = start + written.len();
    }
    pieces
}

fn begins_a_thought(pieces: &[Piece<'_>], position: usize, size: usize) -> bool {
    let (previous, piece, next) = (&pieces[position - 1], &pieces[position], &pieces[position + 1]);
    let word = piece.lower.as_str();
    let next_opens = SUBJECTS.contains(&next.lower.as_str()) || next.written.starts_with(char::is_uppercase);
    piece.gap.contains([';', '–', '—'])
        || piece.gap.contains(" - ")
        || TURNS.contains(&word)
        || (JOINTS.contains(&word) && next_opens)
        || (word == "and" && size >= 14)
        || (piece.gap.contains(',') && SUBJECTS.contains(&word))
        || (size >= 10 && PEOPLE.contains(&word) && !LEADS.contains(&previous.lower.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_together_are_the_text() {
        let long = "so this arvo he came off the bus already wound up and he was pacing up and down and yelling \
                    at the top of his voice that nobody listens to him and then he slapped the wall with his hand";
        for raw in ["", "One. Two.", long, "a\n\n- b\n- c", "我跌倒了。", &"x ".repeat(400)] {
            let joined: String = passage_spans(raw).into_iter().map(|span| &raw[span]).collect();
            assert_eq!(joined, raw);
        }
        assert!(passage_spans(long).len() >= 3);
    }

    #[test]
    fn an_ordinary_sentence_stays_whole() {
        let raw = "He walked to the shop, she stayed at home, and then they had lunch together.";
        assert_eq!(passage_spans(raw), vec![0..raw.len()]);
    }
}
