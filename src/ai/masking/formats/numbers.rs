//! Telephone, NDIS, Medicare, Centrelink and registration numbers.

use super::alone;
use crate::ai::masking::{
    lists,
    pattern::{compiled, each, is_attached},
    placeholder::Kind,
    span::Span,
};
use regex::Regex;
use std::{ops::Range, sync::LazyLock};

/// Numbers with a country or area code, and the national 13, 1300, 1800 and 1900 numbers.
static PHONES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"\+[0-9]{1,3}(?:[ .()-]{0,2}[0-9]){7,12}",
        r"0061(?:[ .-]?[0-9]){9}",
        r"(?:\(0[23478]\)|0[23478])(?:[ .-]?[0-9]){8}",
        r"61[ .-]?[23478](?:[ .-]?[0-9]){8}",
        r"1[389]00(?:[ .-]?[0-9]){6}",
        r"13(?:[0-9]{4}|[0-9] [0-9]{3}| [0-9]{2} [0-9]{2})",
    ]
    .map(compiled)
    .into()
});

/// Eight digits without an area code. Up to 2359 the first four may be a time, as in "2200-2300".
static LOCAL_PHONE: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?:[3-9][0-9]{3}|2[4-9][0-9]{2})[ -]?[0-9]{4}"));

/// Any number after a word that announces one.
static ANNOUNCED_PHONE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i)(?-u:\b)(?:ph|phone|mobile|mob|tel|telephone|fax|cell)(?-u:\b)(?:\s+(?:number|no\b\.?))?\s*(?:is\b|was\b|[:.#])?\s*([0-9](?:[ -]?[0-9]){5,13})",
    )
});

/// A date or times at the start of what would otherwise be a telephone number.
static DATE_OR_TIMES: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^(?:[0-3]?[0-9](?:-[01]?[0-9]-|\.[01]?[0-9]\.)(?:[0-9]{4}|[0-9]{2})(?: |$)|(?:[01][0-9]|2[0-3])[0-5][0-9][ -](?:[01][0-9]|2[0-3])[0-5][0-9]$)",
    )
});

static NDIS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [r"43[0-9](?:[ -]?[0-9]){6}", r"(?i)(?-u:\b)ndis(?-u:\b)[^0-9\n]{0,30}([0-9](?:[ -]?[0-9]){8,9})"]
        .map(compiled)
        .into()
});

static MEDICARE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"[2-6][0-9]{3}[ -][0-9]{5}[ -][0-9](?:[ /-][0-9])?",
        r"(?i)(?-u:\b)medicare(?-u:\b)[^0-9\n]{0,30}([0-9](?:[ /-]?[0-9]){8,10})",
    ]
    .map(compiled)
    .into()
});

static CRN: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}[A-Z]",
        r"(?i)(?-u:\b)(?:crn|centrelink)(?-u:\b)[^0-9\n]{0,30}([0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}(?:-?[a-z])?)",
    ]
    .map(compiled)
    .into()
});

/// Too long for anything that an account needs.
static LONG_NUMBER: LazyLock<Regex> = LazyLock::new(|| compiled(r"[0-9]{9,}"));

static REGO: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i)(?-u:\b)(?:rego|registration|(?:number|licence)\s?plate)(?-u:\b)(?:\s*(?:number|no\.?|is|was|:|#))*\s*([a-z0-9]{1,7}(?:[ -][a-z0-9]{1,4}){0,2})",
    )
});

/// Adds every such number in the text.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    for (kind, patterns) in [(Kind::Ndis, &NDIS), (Kind::Medicare, &MEDICARE), (Kind::Crn, &CRN)] {
        for pattern in patterns.iter() {
            spans.extend(alone(pattern, text).into_iter().map(|range| Span::of(range, kind)));
        }
    }
    let phones = PHONES.iter().chain([&*ANNOUNCED_PHONE]).flat_map(|pattern| phones(pattern, text));
    spans.extend(phones.chain(local_phones(text)).map(|range| Span::of(range, Kind::Phone)));
    spans.extend(alone(&LONG_NUMBER, text).into_iter().map(|range| Span::of(range, Kind::Number)));
    spans.extend(registrations(text).into_iter().map(|range| Span::of(range, Kind::Rego)));
}

fn phones(pattern: &Regex, text: &str) -> Vec<Range<usize>> {
    each(pattern, text, |captures| {
        let range = captures.get(1).unwrap_or_else(|| captures.get_match()).range();
        (!is_attached(text, &range) && !DATE_OR_TIMES.is_match(&text[range.clone()])).then_some(range)
    })
}

/// Neither an amount of money nor a part of a longer number.
fn local_phones(text: &str) -> Vec<Range<usize>> {
    each(&LOCAL_PHONE, text, |captures| {
        let range = captures.get_match().range();
        let before = text[..range.start].chars().next_back();
        let after = text[range.end..].chars().next();
        let longer = before.is_some_and(|c| matches!(c, '$' | '#' | '-' | '.' | '/')) || after == Some('-');
        (!longer && !is_attached(text, &range)).then_some(range)
    })
}

/// Up to seven characters with a letter and a digit; words in small letters after the first are the next
/// words of the sentence.
fn registrations(text: &str) -> Vec<Range<usize>> {
    each(&REGO, text, |captures| {
        let whole = captures.get(1)?;
        let mut end = None;
        let mut count = 0;
        let (mut letters, mut digits) = (false, false);
        let mut at = whole.start();
        for (position, group) in whole.as_str().split([' ', '-']).enumerate() {
            let next = at + group.len();
            let belongs = if position == 0 {
                !lists::is_no_name(&group.to_ascii_lowercase())
            } else {
                !group.chars().any(|c| c.is_ascii_lowercase())
            };
            count += group.len();
            if !belongs || count > 7 {
                break;
            }
            letters |= group.chars().any(|c| c.is_ascii_alphabetic());
            digits |= group.chars().any(|c| c.is_ascii_digit());
            if letters && digits && count >= 3 && !is_attached(text, &(at..next)) {
                end = Some(next);
            }
            at = next + 1;
        }
        end.map(|end| whole.start()..end)
    })
}
