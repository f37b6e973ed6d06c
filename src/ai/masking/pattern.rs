//! Compiling patterns, and finding them where nothing is attached.

use regex::{Captures, Regex};
use std::ops::Range;

/// A pattern of this module, compiled.
#[expect(clippy::expect_used, reason = "written here and compiled in a test; going on without one would leak")]
pub(super) fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of this product is valid")
}

/// Every place where the pattern stands and `take` accepts it, as the range that `take` returns. After
/// a refusal the search goes on one character further, so that a refused match hides no other.
pub(super) fn each<'t>(
    pattern: &Regex,
    text: &'t str,
    take: impl Fn(&Captures<'t>) -> Option<Range<usize>>,
) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(captures) = pattern.captures_at(text, at) {
        let whole = captures.get_match();
        at = match take(&captures) {
            Some(range) => {
                let next = range.end.max(whole.start() + 1);
                found.push(range);
                text.ceil_char_boundary(next)
            }
            None => text.ceil_char_boundary(whole.start() + 1),
        };
    }
    found
}

/// Whether letters or digits touch the range on either side.
pub(super) fn is_attached(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    [before, after].into_iter().flatten().any(char::is_alphanumeric)
}
