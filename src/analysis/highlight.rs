//! Quotes in their text: where they stand, and the text cut at their edges for highlighting.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A piece of a text, covered by the same quotes from end to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub text: String,
    /// Indexes of the quotes that cover it, in order; none for plain text.
    pub quotes: Vec<usize>,
}

/// The whole text in pieces, in order. Each quote is marked once, where [`locate`] finds it; one that
/// doesn't stand in the text letter by letter marks nothing.
pub fn highlight_spans(text: &str, quotes: &[&str]) -> Vec<Span> {
    let places: Vec<Option<Range<usize>>> = quotes.iter().map(|quote| locate(text, quote)).collect();
    let mut edges: Vec<usize> = places.iter().flatten().flat_map(|place| [place.start, place.end]).collect();
    edges.extend([0, text.len()]);
    edges.sort_unstable();
    edges.dedup();
    edges
        .windows(2)
        .filter_map(|edge| {
            let (start, end) = (*edge.first()?, *edge.last()?);
            let covers = |place: &Range<usize>| place.start <= start && end <= place.end;
            let quotes = places.iter().enumerate().filter(|(_, place)| place.as_ref().is_some_and(covers));
            Some(Span { text: text.get(start..end)?.to_owned(), quotes: quotes.map(|(index, _)| index).collect() })
        })
        .collect()
}

/// Where a quote stands in a text letter by letter: its earliest place as words of its own, or else its
/// earliest place.
pub fn locate(text: &str, quote: &str) -> Option<Range<usize>> {
    if quote.is_empty() {
        return None;
    }
    let places = || text.match_indices(quote).map(|(start, found)| start..start + found.len());
    places().find(|place| is_whole(text, place)).or_else(|| places().next())
}

/// Whether the range neither begins nor ends inside a word.
pub fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let inside = text.get(range.clone()).unwrap_or_default();
    let before = text.get(..range.start).and_then(|before| before.chars().next_back());
    let after = text.get(range.end..).and_then(|after| after.chars().next());
    let begins_inside = is_word(before) && is_word(inside.chars().next());
    let ends_inside = is_word(inside.chars().next_back()) && is_word(after);
    !begins_inside && !ends_inside
}

#[cfg(test)]
mod tests {
    use super::{Span, highlight_spans, locate};
    use proptest::prelude::*;

    fn pieces(text: &str, quotes: &[&str]) -> Vec<(String, Vec<usize>)> {
        highlight_spans(text, quotes).into_iter().map(|Span { text, quotes }| (text, quotes)).collect()
    }

    #[test]
    fn a_text_is_cut_at_the_edges_of_its_quotes() {
        let text = "He hit the wall and fell.";
        let expected: [(&str, Vec<usize>); 5] =
            [("He ", vec![]), ("hit ", vec![0]), ("the wall", vec![0, 1]), (" and fell", vec![1]), (".", vec![])];
        let expected = expected.map(|(text, quotes)| (text.to_owned(), quotes));
        assert_eq!(pieces(text, &["hit the wall", "the wall and fell", "kicked", ""]), expected);
    }

    #[test]
    fn without_quotes_there_is_one_plain_piece() {
        assert_eq!(pieces("He fell.", &[]), [("He fell.".to_owned(), Vec::new())]);
        assert!(pieces("", &["fell"]).is_empty());
    }

    #[test]
    fn a_quote_stands_where_it_is_words_of_its_own() {
        assert_eq!(locate("befell, he fell", "fell"), Some(11..15));
        assert_eq!(locate("befell", "fell"), Some(2..6));
        assert_eq!(locate("fall", "fell"), None);
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_text_and_every_quote_is_its_pieces(
            text in "[ab é😟]{0,40}",
            quotes in prop::collection::vec("[ab é😟]{0,4}", 0..6),
        ) {
            let quotes: Vec<&str> = quotes.iter().map(String::as_str).collect();
            let spans = highlight_spans(&text, &quotes);
            prop_assert_eq!(spans.iter().map(|span| span.text.as_str()).collect::<String>(), text.as_str());
            prop_assert!(spans.iter().all(|span| !span.text.is_empty()));
            prop_assert!(spans.windows(2).all(|pair| pair[0].quotes != pair[1].quotes));
            for (index, quote) in quotes.iter().enumerate() {
                let marked = spans.iter().filter(|span| span.quotes.contains(&index)).map(|span| span.text.as_str());
                let expected = if text.contains(quote) { *quote } else { "" };
                prop_assert_eq!(marked.collect::<String>(), expected);
            }
        }
    }
}
