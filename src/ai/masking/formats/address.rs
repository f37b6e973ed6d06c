//! Street addresses and post boxes. A suburb or a street without a number names no home and stays.

use super::alone;
use crate::ai::masking::{
    pattern::{compiled, each, is_attached},
    placeholder::Kind,
    span::Span,
};
use regex::Regex;
use std::{ops::Range, sync::LazyLock};

const STATE: &str = "(?:NSW|VIC|Vic|QLD|Qld|SA|WA|TAS|Tas|NT|ACT|(?i:New South Wales|Victoria|Queensland|South Australia|Western Australia|Tasmania|Northern Territory|Australian Capital Territory))(?-u:\\b)";

/// Street types that are no other word, in any case of their letters.
const CLEAR_TYPE: &str =
    "(?i:street|road|rd|avenue|ave|crescent|cres|highway|hwy|terrace|tce|boulevard|blvd|bvd|parade|pde|esplanade|cct)";

/// Street types that are also everyday words.
const CAPITAL_TYPE: &str = "(?:St|ST|Drive|DRIVE|Dr|DR|Court|COURT|Crt|Ct|Place|PLACE|Pl|Lane|LANE|Ln|Close|CLOSE|Cl|Cr|Av|Way|Circuit|Grove|Gve|Gr|Square|Sq|Loop|Rise|Walk|Mews|View|Row|Track|Gardens|Gdns|Quay|Parkway|Pkwy|Circle|Alley|Ridge|Retreat|Heights|Glade|Green|Pass|Vista|Promenade|Cove|Bend|Chase)";

static CAPITALISED: LazyLock<Regex> = LazyLock::new(|| {
    let unit = r"(?:(?:(?i:unit|flat|apartment|apt|lot|shop|suite|villa|townhouse|level)\.?\s*|U)[0-9]{1,5}[A-Za-z]?\s?[,/-]?\s*)?";
    let number = r"[0-9]{1,5}[A-Za-z]?(?:\s?[/–-]\s?[0-9]{1,5}[A-Za-z]?)?,?";
    let word = r"\p{Lu}[\p{L}'’.]*(?:-[\p{L}'’]+)?";
    let locality = format!(r"(?:,?\s+{word}(?:\s+{word}){{0,2}})?,?\s+{STATE}(?:,?\s+[0-9]{{4}}(?-u:\b))?");
    let street = format!(r"(?:{word}\s+){{1,3}}(?:{CLEAR_TYPE}|{CAPITAL_TYPE})(?-u:\b)");
    compiled(&format!(r"{unit}{number}\s+{street}(?:\.?{locality})?"))
});

static SMALL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(&format!(r"(?-u:\b)[0-9]{{1,5}}[a-z]?\s+(\p{{Ll}}[\p{{Ll}}'’]+)\s+(?:{CLEAR_TYPE}|st)(?-u:\b)"))
});

static POST_BOX: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?i)(?-u:\b)(?:p\.?\s?o\.?|gpo|locked)\s?(?:box|bag)\s+[0-9]{1,6}"));

/// Words between a number and a street type that make no address: "2 lane road".
const NO_STREET: &[&str] = &[
    "minute",
    "minutes",
    "min",
    "mins",
    "hour",
    "hours",
    "metre",
    "metres",
    "lane",
    "lanes",
    "busy",
    "quiet",
    "main",
    "side",
    "back",
    "other",
    "more",
    "different",
    "way",
    "people",
    "staff",
    "cars",
    "on",
    "the",
    "in",
    "to",
    "of",
    "and",
    "at",
    "or",
    "from",
    "by",
    "near",
    "down",
    "up",
    "along",
    "off",
    "km",
    "doors",
];

/// Adds every address in the text.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let found = alone(&CAPITALISED, text).into_iter().chain(alone(&POST_BOX, text)).chain(in_small_letters(text));
    spans.extend(found.map(|range| Span::of(range, Kind::Address)));
}

fn in_small_letters(text: &str) -> Vec<Range<usize>> {
    each(&SMALL, text, |captures| {
        let word = captures.get(1)?.as_str();
        let range = captures.get_match().range();
        (!NO_STREET.contains(&word) && !is_attached(text, &range)).then_some(range)
    })
}
