//! A text cut where quotes begin and end.

/// A part of the text and the quotes that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    /// Indexes into the quotes.
    pub quotes: Vec<usize>,
}

/// The whole text in order, each part with the quotes that cover it.
pub fn highlight_spans(text: &str, quotes: &[&str]) -> Vec<Span> {
    let ranges: Vec<_> = quotes
        .iter()
        .enumerate()
        .filter(|(_, quote)| !quote.is_empty())
        .filter_map(|(index, quote)| text.find(quote).map(|start| (index, start, start + quote.len())))
        .collect();
    let mut cuts: Vec<usize> = ranges.iter().flat_map(|(_, start, end)| [*start, *end]).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2)
        .filter_map(|cut| {
            let (start, end) = (*cut.first()?, *cut.last()?);
            let quotes =
                ranges.iter().filter(|(_, from, to)| *from <= start && end <= *to).map(|(index, ..)| *index).collect();
            Some(Span { text: text.get(start..end)?.to_owned(), quotes })
        })
        .collect()
}
