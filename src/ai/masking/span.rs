//! Pieces of a text that are to be masked.

use super::placeholder::Kind;
use std::ops::Range;

/// One piece: bytes of the text, what it is, and whose name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub range: Range<usize>,
    pub kind: Kind,
    /// Names only: the person or place that all forms of the name belong to.
    pub owner: Option<usize>,
}

impl Span {
    /// Something with a format.
    pub fn of(range: Range<usize>, kind: Kind) -> Self {
        Self { range, kind, owner: None }
    }

    /// A name.
    pub fn of_name(range: Range<usize>, kind: Kind, owner: usize) -> Self {
        Self { range, kind, owner: Some(owner) }
    }
}

/// The spans in order and apart from each other. Those that overlap become one that covers them all, so
/// that nothing of any of them stays; it is called after the most telling of them. What lies inside one
/// of the `kept` ranges is dropped.
pub(super) fn merged(mut spans: Vec<Span>, kept: &[Range<usize>]) -> Vec<Span> {
    spans.retain(|span| !is_inside(&span.range, kept));
    spans.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end)));
    let mut apart: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.range.start < last.range.end => {
                let end = last.range.end.max(span.range.end);
                if span.kind < last.kind {
                    *last = Span { range: last.range.start..end, ..span };
                } else {
                    last.range.end = end;
                }
            }
            _ => apart.push(span),
        }
    }
    apart
}

fn is_inside(range: &Range<usize>, kept: &[Range<usize>]) -> bool {
    let next = kept.partition_point(|kept| kept.start <= range.start);
    next.checked_sub(1).and_then(|last| kept.get(last)).is_some_and(|kept| range.end <= kept.end)
}

#[cfg(test)]
mod tests {
    use super::{Kind, Span, merged};

    #[test]
    fn overlapping_spans_become_one_that_covers_them() {
        let spans =
            vec![Span::of_name(4..7, Kind::Person, 0), Span::of(0..6, Kind::Email), Span::of(9..12, Kind::Phone)];
        assert_eq!(merged(spans, &[]), vec![Span::of(0..7, Kind::Email), Span::of(9..12, Kind::Phone)]);
    }

    #[test]
    fn what_lies_inside_a_kept_range_is_dropped() {
        let spans = vec![Span::of(2..4, Kind::Phone), Span::of(20..24, Kind::Phone)];
        assert_eq!(merged(spans, &[0..10, 12..16]), vec![Span::of(20..24, Kind::Phone)]);
    }
}
