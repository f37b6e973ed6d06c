//! Citations: which statement of an answer says that it comes from which passage, and whether it does.

use crate::ai::builtin::{
    language::sentence_spans,
    terms::{is_negative, numbers, terms},
};
use regex::Regex;
use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

/// The share of a statement's terms that has to stand in the passage.
const SUPPORTED: f32 = 0.6;
/// From this share on, vectors may decide.
const PERHAPS: f32 = 0.3;
/// The longest quote that is kept, in characters.
const MOST_QUOTE: usize = 600;

/// One or several numbers in square brackets, and more of them right behind.
static MARKS: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?:[ \t]*\[\s*\d{1,2}(?:\s*(?:,|;|and|&|-|–)\s*\d{1,2})*\s*\])+"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| compiled(r"\d{1,2}(?:\s*[-–]\s*\d{1,2})?"));

/// A statement and the passages that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Without its citation.
    pub statement: String,
    pub numbers: Vec<i32>,
    /// From the end of the claim before to the end of this one's citation.
    whole: Range<usize>,
    marks: Range<usize>,
}

/// What a passage says about a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Support {
    /// It says so, in these words.
    Yes(String),
    /// It may say so in other words; these come closest.
    Perhaps(String),
    No,
}

/// The claims of a text, in order.
pub fn claims(text: &str) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut done = 0;
    for marks in MARKS.find_iter(text) {
        let before = text.get(done..marks.start()).unwrap_or_default();
        let own_line = before.rsplit('\n').find(|line| has_words(line)).unwrap_or(before);
        let statement = sentence_spans(own_line)
            .into_iter()
            .rev()
            .filter_map(|span| own_line.get(span))
            .find(|sentence| has_words(sentence))
            .unwrap_or(own_line);
        claims.push(Claim {
            statement: statement.trim().trim_start_matches(['.', ',', ';', '-', '*', ' ']).to_owned(),
            numbers: numbers_in(marks.as_str()),
            whole: done..marks.end(),
            marks: marks.range(),
        });
        done = marks.end();
    }
    claims
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// "[1, 3-4]" is 1, 3 and 4.
fn numbers_in(marks: &str) -> Vec<i32> {
    let mut found = BTreeSet::new();
    for range in NUMBER.find_iter(marks) {
        let mut ends = range.as_str().split(['-', '–']).filter_map(|number| number.trim().parse::<i32>().ok());
        if let Some(first) = ends.next() {
            let last = ends.next().unwrap_or(first).min(first.saturating_add(20));
            found.extend(first..=last.max(first));
        }
    }
    found.into_iter().collect()
}

/// Whether a passage supports a statement. `above` is its document's title and its headings.
pub fn support(statement: &str, passage: &str, above: &str) -> Support {
    let claimed = terms(statement);
    if claimed.is_empty() {
        return Support::No;
    }
    let read = format!("{above}\n{passage}");
    if !numbers(statement).is_subset(&numbers(&read)) {
        return Support::No;
    }
    let standing = share(&claimed, &terms(&read));
    if standing < PERHAPS {
        return Support::No;
    }
    let (quote, best) = best_quote(&claimed, passage);
    // The same words with a "not" more or less say the opposite.
    if best >= SUPPORTED && is_negative(&quote) != is_negative(statement) {
        return Support::No;
    }
    let is_there = claimed.len() < 2 || claimed.intersection(&terms(passage)).count() >= 2;
    if standing >= SUPPORTED && is_there { Support::Yes(quote) } else { Support::Perhaps(quote) }
}

/// The sentence, or the two next to each other, with most of the terms; and their share.
fn best_quote(claimed: &BTreeSet<String>, passage: &str) -> (String, f32) {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for line in passage.split_inclusive('\n') {
        spans.extend(sentence_spans(line).into_iter().map(|span| start + span.start..start + span.end));
        start += line.len();
    }
    let pairs: Vec<_> = spans.windows(2).map(|pair| pair[0].start..pair[1].end).collect();
    let mut best = (String::new(), -1.0);
    for span in spans.into_iter().chain(pairs) {
        let text = passage.get(span).unwrap_or_default().trim();
        let found = share(claimed, &terms(text));
        // Two sentences have to be clearly better than one.
        if found > best.1 + 0.01 {
            best = (text.chars().take(MOST_QUOTE).collect(), found);
        }
    }
    best
}

fn share(claimed: &BTreeSet<String>, standing: &BTreeSet<String>) -> f32 {
    let count = |n: usize| f32::from(u16::try_from(n).unwrap_or(u16::MAX));
    count(claimed.intersection(standing).count()) / count(claimed.len().max(1))
}

/// The text with those citations only that `keep` lets stand: (claim, number).
pub fn with_kept(text: &str, claims: &[Claim], keep: &BTreeSet<(usize, i32)>) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut done = 0;
    for (place, claim) in claims.iter().enumerate() {
        kept.push_str(text.get(done..claim.marks.start).unwrap_or_default());
        let numbers: Vec<_> = claim.numbers.iter().filter(|number| keep.contains(&(place, **number))).collect();
        if !numbers.is_empty() {
            kept.push(' ');
        }
        for number in numbers {
            kept.push_str(&format!("[{number}]"));
        }
        done = claim.marks.end;
    }
    kept.push_str(text.get(done..).unwrap_or_default());
    kept.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Whether every sentence has a citation; what introduces a list needs none.
pub fn is_fully_cited(text: &str) -> bool {
    let claims = claims(text);
    let says = |part: &str| {
        let sentences = part
            .lines()
            .map(without_list_marker)
            .flat_map(|line| sentence_spans(line).into_iter().filter_map(move |span| line.get(span)).map(str::trim));
        sentences.filter(|sentence| has_words(sentence) && !sentence.ends_with(':')).count()
    };
    let rest = text.get(claims.last().map_or(0, |claim| claim.whole.end)..).unwrap_or_default();
    says(rest) == 0
        && claims.iter().all(|claim| says(text.get(claim.whole.start..claim.marks.start).unwrap_or_default()) <= 1)
}

/// "2. Wait." is "Wait.": the number of a step says nothing.
fn without_list_marker(line: &str) -> &str {
    let line = line.trim_start();
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix(". ").or_else(|| line.strip_prefix("- ")) {
        Some(said) if rest.len() < line.len() || line.starts_with("- ") => said,
        _ => line,
    }
}

/// A text without its citations.
pub fn without_marks(text: &str) -> String {
    MARKS.replace_all(text, "").into_owned()
}

/// What stands in place of what came from a document that the reader may no longer read.
pub const HIDDEN: &str = "(A part of this answer came from a document that you can no longer open.)";

/// The text without the claims that rest on one of these passages.
pub fn without_claims_of(text: &str, hidden: &BTreeSet<i32>) -> String {
    let claims = claims(text);
    let mut parts: Vec<&str> = Vec::new();
    for claim in &claims {
        let is_hidden = claim.numbers.iter().any(|number| hidden.contains(number));
        match (is_hidden, parts.last()) {
            (true, Some(last)) if *last == HIDDEN => {}
            (true, _) => parts.push(HIDDEN),
            (false, _) => parts.push(text.get(claim.whole.clone()).unwrap_or_default().trim()),
        }
    }
    let rest = text.get(claims.last().map_or(0, |claim| claim.whole.end)..).unwrap_or_default();
    if has_words(rest) {
        parts.push(rest.trim());
    }
    parts.join("\n\n")
}

#[expect(clippy::expect_used, reason = "written here and compiled in a test")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of ours is valid")
}

#[cfg(test)]
mod tests {
    use super::{HIDDEN, Support, claims, support, with_kept, without_claims_of, without_marks};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn read(text: &str) -> Vec<(String, Vec<i32>)> {
        claims(text).into_iter().map(|claim| (claim.statement, claim.numbers)).collect()
    }

    #[test]
    fn citations_are_read_however_they_are_written() {
        let text =
            "Ring the manager [1]. Then write it down. [2][3]\n\n- Stay there [4, 6-7]\n- Wait for help [ 5 ].\nMore.";
        assert_eq!(
            read(text),
            [
                ("Ring the manager".to_owned(), vec![1]),
                ("Then write it down.".to_owned(), vec![2, 3]),
                ("Stay there".to_owned(), vec![4, 6, 7]),
                ("Wait for help".to_owned(), vec![5]),
            ]
        );
        assert_eq!(read("It costs $5 [PERSON_1] [x] (1) [2019]"), []);
        assert_eq!(read("First. Second is meant [1]")[0].0, "Second is meant");
        assert_eq!(read("Ring the manager.\n[1]")[0].0, "Ring the manager.");
    }

    const PASSAGE: &str = "On weekends the on-call manager is called after a medication error. The number is 1800 555 010.\n\
                           - Do not crush tablets.\n- Watch the person for 24 hours.";

    fn of(statement: &str) -> Support {
        support(statement, PASSAGE, "Medication policy > After hours")
    }

    #[test]
    fn what_the_passage_says_is_supported_with_its_words() {
        let says = of("Call the on-call manager after a medication error on a weekend.");
        assert_eq!(
            says,
            Support::Yes("On weekends the on-call manager is called after a medication error.".to_owned())
        );
        assert!(matches!(of("Ring 1800 555 010."), Support::Yes(_) | Support::Perhaps(_)));
        assert!(
            matches!(of("Watch the person for twenty-four hours (24)."), Support::No),
            "20 and 4 don't stand there"
        );
        assert!(matches!(of("Watch them for 24 hours."), Support::Yes(_)));
    }

    #[test]
    fn what_it_doesnt_say_is_not() {
        for invented in [
            "Call the on-call manager within 15 minutes after a medication error on weekends.",
            "The number is 1800 555 011.",
            "Annual leave is approved by the coordinator.",
            "Crush tablets.",
            "The on-call manager is not called after a medication error on weekends.",
            "...",
        ] {
            assert_eq!(of(invented), Support::No, "{invented}");
        }
        assert!(!matches!(of("The pharmacist is told about the error on weekends by mail."), Support::Yes(_)));
    }

    #[test]
    fn citations_that_dont_hold_are_taken_out() {
        let text = "Ring the manager [1][2]. Go home. [3]";
        let found = claims(text);
        let keep = BTreeSet::from([(0, 2)]);
        assert_eq!(with_kept(text, &found, &keep), "Ring the manager [2]. Go home.");
        assert_eq!(without_marks(text), "Ring the manager. Go home.");
    }

    #[test]
    fn a_sentence_without_a_citation_is_noticed() {
        for whole in ["Ring. [1] Wait [2].", "Do this:\n\n1. Ring. [1]\n2. Wait. [1]", ""] {
            assert!(super::is_fully_cited(whole), "{whole}");
        }
        for part in ["Ring. Wait. [1]", "Ring. [1] Wait.", "Ring."] {
            assert!(!super::is_fully_cited(part), "{part}");
        }
    }

    #[test]
    fn what_rests_on_a_hidden_document_is_not_shown() {
        let text = "Ring the manager. [1]\n\nAfter that:\n- Pay 500 dollars. [2]\n- Tell nobody. [2]\n\nThen rest. [1]";
        let shown = without_claims_of(text, &BTreeSet::from([2]));
        assert_eq!(shown, format!("Ring the manager. [1]\n\n{HIDDEN}\n\nThen rest. [1]"));
        assert_eq!(without_claims_of("No citation.", &BTreeSet::from([2])), "No citation.");
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "[a-c .\\n\\[\\]0-9,-]{0,60}") {
            let found = claims(&text);
            let all: BTreeSet<_> =
                found.iter().enumerate().flat_map(|(place, claim)| claim.numbers.iter().map(move |n| (place, *n))).collect();
            prop_assert!(claims(&with_kept(&text, &found, &BTreeSet::new())).len() <= found.len());
            let _ = with_kept(&text, &found, &all);
            let _ = without_claims_of(&text, &BTreeSet::from([1]));
        }
    }
}
