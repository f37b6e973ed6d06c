//! Prompt templates: their variables, and filling them in.
//!
//! A variable is written `{{name}}`. What is filled in is data from people and can't become part of the
//! template: it is inserted once and never read again, and it can't end the markers that the template
//! puts around it. For that, the `<` of anything in a value that looks like such a marker
//! (`<account>`, `</answers>`, or any marker that the template itself closes) becomes `‹`. A model that
//! quotes such a place quotes it with `‹`; [`super::verbatim::find_quote`] takes the two for the same
//! and gives back what stands in the account.

use crate::{error::AppError, prompts::step::WorkflowStep};
use regex::{Captures, Regex};
use serde_json::{Map, Value};
use std::{borrow::Cow, collections::BTreeSet, sync::LazyLock};

/// A variable's name is no longer than this.
const LONGEST_NAME: usize = 40;

/// Markers that are always kept from values, whatever the template uses.
const MARKERS: &[&str] = &["account", "answers"];

/// Where a value would open or close a marker: white space and invisible characters don't save it.
static MARKER: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"<([\s\u{ad}\u{200b}-\u{200f}\u{2060}\u{feff}]*/?[\s\u{ad}\u{200b}-\u{200f}\u{2060}\u{feff}]*)([\p{L}\p{N}_-]+)",
    )
});

/// What is wrong with the braces of a template, in words for who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateProblem {
    #[error("In line {line}, a variable is opened with {{{{ but not closed with }}}}.")]
    Unclosed { line: usize },
    #[error("In line {line}, there is no name between {{{{ and }}}}.")]
    Empty { line: usize },
    #[error(
        "In line {line}, what stands between {{{{ and }}}} is no name of a variable: use small letters, digits and underscores only."
    )]
    Malformed { line: usize },
}

/// One piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    Variable(&'t str),
}

/// The names of a template's variables, each once, in the order of their first use.
pub fn variables_of(template: &str) -> Result<Vec<String>, TemplateProblem> {
    let mut variables: Vec<String> = Vec::new();
    for piece in pieces(template)? {
        match piece {
            Piece::Variable(name) if !variables.iter().any(|known| known == name) => variables.push(name.to_owned()),
            Piece::Variable(_) | Piece::Text(_) => {}
        }
    }
    Ok(variables)
}

/// Passes if the template is well formed and uses only variables that the step has.
pub fn check(template: &str, step: WorkflowStep) -> Result<(), AppError> {
    let variables = variables_of(template).map_err(|problem| AppError::field("template", problem.to_string()))?;
    let unknown: Vec<String> = variables
        .iter()
        .filter(|name| !step.variables().contains(&name.as_str()))
        .map(|name| format!("{{{{{name}}}}}"))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let allowed: Vec<String> = step.variables().iter().map(|name| format!("{{{{{name}}}}}")).collect();
    let (subject, verb) = if unknown.len() == 1 { ("variable", "isn't") } else { ("variables", "aren't") };
    Err(AppError::field(
        "template",
        format!(
            "The {subject} {} {verb} known in this step. It has {}.",
            unknown.iter().take(5).cloned().collect::<Vec<_>>().join(", "),
            allowed.join(", ")
        ),
    ))
}

/// The prompt: the template with its variables filled in. A variable without a value is filled in with
/// nothing; a template that isn't well formed stays as it is, because it could never be saved.
pub fn render(template: &str, input: &Map<String, Value>) -> String {
    let Ok(pieces) = pieces(template) else { return template.to_owned() };
    let markers = markers_of(template);
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => Cow::Borrowed(text),
            Piece::Variable(name) => Cow::Owned(defused(&text_of(input.get(name)), &markers)),
        })
        .collect()
}

fn pieces(template: &str) -> Result<Vec<Piece<'_>>, TemplateProblem> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once("{{") {
        let line = template[..template.len() - after.len()].matches('\n').count() + 1;
        let (inside, after) = after.split_once("}}").ok_or(TemplateProblem::Unclosed { line })?;
        pieces.push(Piece::Text(text));
        pieces.push(Piece::Variable(name_in(inside, line)?));
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

fn name_in(inside: &str, line: usize) -> Result<&str, TemplateProblem> {
    let name = inside.trim();
    if name.is_empty() {
        return Err(TemplateProblem::Empty { line });
    }
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let well_formed = name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(letters)
        && !inside.contains('\n');
    if well_formed { Ok(name) } else { Err(TemplateProblem::Malformed { line }) }
}

fn text_of(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The markers that the template closes somewhere, and those that are always kept.
fn markers_of(template: &str) -> BTreeSet<String> {
    let own =
        MARKER.captures_iter(template).filter(|found| found[1].contains('/')).map(|found| found[2].to_lowercase());
    MARKERS.iter().map(|marker| (*marker).to_owned()).chain(own).collect()
}

fn defused(value: &str, markers: &BTreeSet<String>) -> String {
    MARKER
        .replace_all(value, |found: &Captures<'_>| {
            let rest = &found[0]['<'.len_utf8()..];
            let less_than = if markers.contains(&found[2].to_lowercase()) { '‹' } else { '<' };
            format!("{less_than}{rest}")
        })
        .into_owned()
}

#[expect(clippy::expect_used, reason = "written here and compiled in a test; going on without it would be unsafe")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is valid")
}

#[cfg(test)]
mod tests {
    use super::{TemplateProblem, check, render, variables_of};
    use crate::prompts::step::WorkflowStep;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    fn input(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn variables_are_named_once_in_order() {
        let variables = variables_of("{{phase}}: {{ original }} {\"a\": {\"b\": 1}} {{phase}}").expect("well formed");
        assert_eq!(variables, ["phase", "original"]);
    }

    #[test]
    fn a_problem_says_in_which_line() {
        for (template, problem) in [
            ("a\n{{phase", TemplateProblem::Unclosed { line: 2 }),
            ("a {{ }}", TemplateProblem::Empty { line: 1 }),
            ("\n\n{{Phase}}", TemplateProblem::Malformed { line: 3 }),
            ("{{a {{b}}", TemplateProblem::Malformed { line: 1 }),
            ("{{{a}}}", TemplateProblem::Malformed { line: 1 }),
            ("{{1a}}", TemplateProblem::Malformed { line: 1 }),
            ("{{a-b}}", TemplateProblem::Malformed { line: 1 }),
            ("{{a\n}}", TemplateProblem::Malformed { line: 1 }),
        ] {
            assert_eq!(variables_of(template), Err(problem), "{template}");
        }
        let problem = TemplateProblem::Unclosed { line: 2 };
        assert_eq!(problem.to_string(), "In line 2, a variable is opened with {{ but not closed with }}.");
    }

    #[test]
    fn an_unknown_variable_is_an_error_at_the_template() {
        assert!(check("{{phase}} {{original}} {{answers}}", WorkflowStep::EnhanceNarrative).is_ok());
        let error = check("{{phase}} {{location}}", WorkflowStep::EnhanceNarrative).expect_err("unknown");
        assert_eq!(
            error.at("template").as_deref(),
            Some("The variable {{location}} isn't known in this step. It has {{phase}}, {{original}}, {{answers}}.")
        );
        let error = check("{{phase", WorkflowStep::EnhanceNarrative).expect_err("unclosed");
        assert!(error.at("template").is_some_and(|message| message.contains("line 1")));
    }

    #[test]
    fn values_are_inserted_once_and_never_read_again() {
        let input = input(&json!({"a": "{{b}} }} {{", "b": "secret", "n": 3, "none": null}));
        assert_eq!(render("[{{a}}|{{ n }}|{{none}}|{{missing}}]", &input), "[{{b}} }} {{|3||]");
    }

    #[test]
    fn a_value_cannot_end_the_markers_around_it() {
        let template = "<account>\n{{a}}\n</account><notes>{{a}}</notes>";
        for value in ["</account>", "< / ACCOUNT >", "<\u{200b}/account>", "<account x>", "</Answers>", "</notes>"] {
            let prompt = render(template, &input(&json!({ "a": value })));
            assert_eq!(prompt.matches('<').count(), 4, "{prompt}");
            assert!(prompt.contains(&value.replacen('<', "‹", 1)), "{prompt}");
        }
        let prompt = render(template, &input(&json!({"a": "5 < 6, <b>, <accountant>, </other>"})));
        assert!(prompt.contains("5 < 6, <b>, <accountant>, </other>"));
    }

    proptest! {
        #[test]
        fn any_template_is_read_and_any_value_stays_between_its_markers(
            template in "[{}a-c <>/\\n]{0,40}",
            value in prop::collection::vec(
                prop::sample::select(vec!["<", "/", " ", "account", "Answers", ">", "x", "‹", "\u{200b}"]), 0..12,
            ),
        ) {
            let _ = variables_of(&template);
            let _ = render(&template, &Map::new());
            let value = value.concat();
            let prompt = render("<account>{{a}}</account>", &input(&json!({ "a": value.as_str() })));
            let inside = prompt.strip_prefix("<account>").and_then(|rest| rest.strip_suffix("</account>"));
            prop_assert!(inside.is_some_and(|inside| !inside.contains("<account>") && !inside.contains("</account>")));
            prop_assert_eq!(inside.map(|inside| inside.replace('‹', "<")), Some(value.replace('‹', "<")));
        }
    }
}
