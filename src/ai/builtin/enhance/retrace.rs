//! Where the sentences of an edited text come from.

use super::{Sentence, Source, close_paragraph, tidy::with_paragraph_end};
use crate::ai::builtin::language::sentence_spans;
use std::collections::HashMap;

/// Re-traces an edited text: sentences unchanged keep their source, the rest are Edited.
///
/// Unchanged means the same words and signs; only the line breaks around them may differ. Each
/// previous sentence is used once, so that a copied sentence doesn't borrow a source.
pub fn retrace<Q: Copy>(previous: &[Sentence<Q>], edited: &str) -> Vec<Sentence<Q>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, sentence) in previous.iter().enumerate().rev() {
        places.entry(squeezed(&sentence.text)).or_default().push(place);
    }
    let mut used = vec![false; previous.len()];
    let mut next = 0;
    let mut sentences = Vec::new();
    let mut spans = sentence_spans(edited).into_iter().peekable();
    let mut position = 0;
    while position < edited.len() {
        let rest = &edited[position..];
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            position += blank;
            continue;
        }
        while spans.next_if(|span| span.end <= position).is_some() {}
        // In the old order first: what we call a sentence may look like half or two to the splitter.
        let (length, source) = match in_order(previous, &used, next, rest) {
            Some(length) => {
                used[next] = true;
                next += 1;
                (length, previous[next - 1].source)
            }
            None => {
                let end = spans.peek().map_or(edited.len(), |span| span.end);
                let moved = places.get_mut(&squeezed(&edited[position..end])).and_then(|places| {
                    while let Some(place) = places.pop() {
                        if !used[place] {
                            return Some(place);
                        }
                    }
                    None
                });
                if let Some(place) = moved {
                    used[place] = true;
                    next = place + 1;
                }
                (end - position, moved.map_or(Source::Edited, |place| previous[place].source))
            }
        };
        let body = edited[position..position + length].trim_end();
        let after = &edited[position + body.len()..];
        let gap = &after[..after.len() - after.trim_start().len()];
        sentences.push(Sentence { text: with_paragraph_end(body, gap), source });
        position += length;
    }
    close_paragraph(&mut sentences);
    sentences
}

/// The length of the next previous sentence, if the text goes on with exactly that.
fn in_order<Q>(previous: &[Sentence<Q>], used: &[bool], next: usize, rest: &str) -> Option<usize> {
    let expected = previous.get(next).filter(|_| !used[next])?.text.trim();
    let after = rest.strip_prefix(expected).filter(|_| !expected.is_empty())?;
    let closed = expected.ends_with(['.', '!', '?', '…', '。']);
    let line_ends = after[..after.len() - after.trim_start().len()].contains('\n');
    let followed =
        previous.get(next + 1).is_some_and(|following| after.trim_start().starts_with(following.text.trim()));
    let apart =
        after.trim().is_empty() || (after.starts_with(char::is_whitespace) && (closed || line_ends || followed));
    apart.then_some(expected.len())
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
