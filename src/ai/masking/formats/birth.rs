//! Dates of birth: a date counts only beside a word that says so.

use super::alone;
use crate::ai::masking::{pattern::compiled, placeholder::Kind, span::Span};
use regex::Regex;
use std::{ops::Range, sync::LazyLock};

const MONTH: &str = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?-u:\b)\.?";

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let figures = r"[0-9]{1,2}\s?[/.-]\s?[0-9]{1,2}\s?[/.-]\s?(?:[0-9]{4}|[0-9]{2})|[0-9]{4}[/.-][0-9]{1,2}[/.-][0-9]{1,2}|[0-9]{1,2} [0-9]{1,2} (?:[0-9]{4}|[0-9]{2})|[0-9]{8}|[0-9]{6}";
    let day_first = format!(r"[0-9]{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[ -]?{MONTH}(?:,?[ -]?(?:[0-9]{{4}}|[0-9]{{2}}))?");
    let month_first = format!(r"{MONTH}\s+(?:[0-9]{{4}}|[0-9]{{1,2}}(?:st|nd|rd|th)?(?:,?\s+[0-9]{{4}})?)");
    let date = format!("(?:{figures}|{day_first}|{month_first})");
    [
        format!(r"(?i)(?-u:\b)(?:d\.?\s?o\.?\s?b|date\s+of\s+birth|birth\s?date)(?-u:\b)[^0-9\n]{{0,20}}?({date})"),
        format!(r"(?i)(?-u:\b)born(?:\s+(?:on|in))?(?:\s+the)?\s*:?\s+({date}|(?:19|20)[0-9]{{2}})"),
        format!(r"(?i)(?-u:\b)birthday\s*(?:\s(?:is|was|on|the)|[:,-]){{0,3}}\s*({date})"),
        format!(r"(?i)({date})\s*[(\[]\s*(?:d\.?o\.?b|date of birth)(?-u:\b)"),
        format!(r"(?i)({date})\s+(?:is|was)\s+(?:his|her|their|my)\s+(?:date of birth|dob|birthday)(?-u:\b)"),
    ]
    .iter()
    .map(|pattern| compiled(pattern))
    .collect()
});

/// Adds every date of birth in the text.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    for pattern in PATTERNS.iter() {
        for Range { start, end } in alone(pattern, text) {
            // A full stop after a month may end the sentence.
            let date = text[start..end].trim_end_matches('.');
            spans.push(Span::of(start..start + date.len(), Kind::DateOfBirth));
        }
    }
}
