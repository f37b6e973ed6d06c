//! Finding the JSON object in a model's answer, and saying what is wrong with it.

use jsonschema::{
    ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::{Deserializer, Value};

/// An answer is no longer than this. The longest that a step allows is far shorter.
const LONGEST: usize = 500_000;

/// An object in prose is looked for at this many opening braces.
const MOST_TRIES: usize = 32;

const MOST_PROBLEMS: usize = 10;

/// The object in an answer that passes: the first one that does, or the problems of the longest one.
///
/// Takes time in proportion to the length of the answer, and no stack for how deeply it is nested:
/// serde_json stops at 128 levels.
pub(super) fn object_in(answer: &str, validator: &Validator) -> Result<Value, Vec<String>> {
    if answer.len() > LONGEST {
        return Err(vec!["The answer is longer than 500,000 bytes.".to_owned()]);
    }
    let text = after_thinking(answer);
    let mut longest: Option<(usize, Vec<String>)> = None;
    let mut mistake = None;
    let mut at = 0;
    for _ in 0..MOST_TRIES {
        let Some(open) = text[at..].find('{').map(|offset| at + offset) else { break };
        let mut values = Deserializer::from_str(&text[open..]).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                let length = values.byte_offset();
                let problems = problems_of(&value, validator);
                if problems.is_empty() {
                    return Ok(value);
                }
                if longest.as_ref().is_none_or(|(before, _)| length > *before) {
                    longest = Some((length, problems));
                }
                at = open + length;
            }
            Some(Err(error)) if error.is_eof() => {
                mistake = Some("The answer stops before its JSON object ends.".to_owned());
                break;
            }
            Some(Err(error)) => {
                mistake.get_or_insert_with(|| {
                    format!("The answer's JSON has a mistake in line {}, column {}.", error.line(), error.column())
                });
                at = open + 1;
            }
            None => break,
        }
    }
    let problems = longest.map(|(_, problems)| problems);
    Err(problems.unwrap_or_else(|| vec![mistake.unwrap_or_else(|| "The answer holds no JSON object.".to_owned())]))
}

/// What follows a reasoning model's thoughts, where it writes them into its answer.
fn after_thinking(answer: &str) -> &str {
    answer.rsplit_once("</think>").map_or(answer, |(_, after)| after)
}

fn problems_of(value: &Value, validator: &Validator) -> Vec<String> {
    validator.iter_errors(value).take(MOST_PROBLEMS).map(|error| problem(&error)).collect()
}

fn problem(error: &ValidationError<'_>) -> String {
    format!("{}: {}", place(error.instance_path().as_str()), what(error.kind()))
}

/// "questions[0].text" for the pointer "/questions/0/text". Its names are those of the schema, because
/// nothing inside an unknown property is looked at.
fn place(pointer: &str) -> String {
    let mut place = String::new();
    for segment in pointer.split('/').skip(1) {
        if segment.bytes().all(|byte| byte.is_ascii_digit()) {
            place.push_str(&format!("[{segment}]"));
        } else {
            if !place.is_empty() {
                place.push('.');
            }
            place.push_str(segment);
        }
    }
    if place.is_empty() { "the answer".to_owned() } else { place }
}

/// What is wrong, in words that hold nothing of the answer.
fn what(kind: &ValidationErrorKind) -> String {
    match kind {
        ValidationErrorKind::Required { property } => {
            format!("the property {} is missing", property.as_str().unwrap_or("that is required"))
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => match unexpected.len() {
            1 => "1 property that doesn't belong here".to_owned(),
            count => format!("{count} properties that don't belong here"),
        },
        ValidationErrorKind::Type { kind: TypeKind::Single(expected) } => format!("not of type {expected}"),
        ValidationErrorKind::Enum { options } => format!("none of {}", list(options)),
        ValidationErrorKind::Minimum { limit } => format!("less than {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("greater than {limit}"),
        ValidationErrorKind::MinLength { limit } => format!("shorter than {}", counted(*limit, "character")),
        ValidationErrorKind::MaxLength { limit } => format!("longer than {}", counted(*limit, "character")),
        ValidationErrorKind::MinItems { limit } => format!("fewer than {}", counted(*limit, "item")),
        ValidationErrorKind::MaxItems { limit } => format!("more than {}", counted(*limit, "item")),
        other => format!("doesn't pass \"{}\"", other.keyword()),
    }
}

fn list(options: &Value) -> String {
    let options = options.as_array().map_or(&[][..], Vec::as_slice);
    options.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}

fn counted(count: u64, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}
