//! An entry's details in words: what is known has a name, what isn't is shown as it is.

use crate::{accounts::role::Role, ai::provider::FallbackReason, prompts::step::WorkflowStep};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The key under which an entry says that support acted in the person's place.
const ACTING: &str = "acting";

/// What is shown of one entry, as term and definition.
pub fn in_words(details: &Value) -> Vec<(String, String)> {
    let Value::Object(fields) = details else {
        return if details.is_null() { Vec::new() } else { vec![("Details".to_owned(), plain("", details))] };
    };
    let mut lines = Vec::new();
    match pair(fields) {
        Some((Value::Object(before), Value::Object(after))) => lines.extend(differences(before, after)),
        Some((before, after)) => lines.push(("Changed".to_owned(), change("", before, after))),
        None => {}
    }
    let has_pair = pair(fields).is_some();
    let rest = by_name(fields).into_iter().filter(|(key, _)| !(has_pair && is_side(key)) && key.as_str() != ACTING);
    lines.extend(rest.map(|(key, value)| (term(key), definition(key, value))));
    lines
}

/// The server keeps the order of fields and the browser doesn't; both have to show the same.
fn by_name(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(name, _)| *name);
    fields
}

/// Whether somebody of support did it in the person's place.
pub fn was_by_support(details: &Value) -> bool {
    details.get(ACTING).is_some_and(|acting| !acting.is_null())
}

/// What was and what is, under either pair of names.
fn pair(fields: &Map<String, Value>) -> Option<(&Value, &Value)> {
    let sides = |before, after| fields.get(before).zip(fields.get(after));
    sides("before", "after").or_else(|| sides("from", "to"))
}

fn is_side(key: &str) -> bool {
    matches!(key, "before" | "after" | "from" | "to")
}

fn differences(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<(String, String)> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let lines = keys.into_iter().map(|key| {
        let (old, new) = (before.get(key).unwrap_or(&Value::Null), after.get(key).unwrap_or(&Value::Null));
        (term(key), change(key, old, new))
    });
    lines.collect()
}

fn change(key: &str, before: &Value, after: &Value) -> String {
    format!("from {} to {}", plain(key, before), plain(key, after))
}

fn definition(key: &str, value: &Value) -> String {
    match value {
        Value::Object(fields) => match pair(fields) {
            Some((before, after)) => change(key, before, after),
            None => plain(key, value),
        },
        _ => plain(key, value),
    }
}

fn plain(key: &str, value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.is_empty() => "nothing".to_owned(),
        Value::String(text) => word(key, text),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => values.iter().map(|value| plain(key, value)).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let parts =
                by_name(fields).into_iter().map(|(key, value)| format!("{}: {}", term(key), definition(key, value)));
            parts.collect::<Vec<_>>().join("; ")
        }
    }
}

/// Codes that people never see elsewhere in words.
fn word(key: &str, text: &str) -> String {
    let known = match key {
        "role" | "roles" => Role::parse(text).map(Role::label),
        "step" => WorkflowStep::parse(text).map(WorkflowStep::label),
        "problem" => FallbackReason::parse(text).map(FallbackReason::label),
        _ => None,
    };
    match known {
        Some(label) => label.to_owned(),
        None if is_code(text) => text.replace('_', " "),
        None => text.to_owned(),
    }
}

/// "in_progress", and not the name of a model.
fn is_code(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn term(key: &str) -> String {
    let known = match key {
        "added" => "Added",
        "against_version" => "Compared with version",
        "allowed" => "May use AI providers",
        "break_position" => "Breaks at entry",
        "bytes" => "Size in bytes",
        "changed" => "Fields changed",
        "duration_ms" => "Took (ms)",
        "incident_id" => "Report",
        "into" => "Merged into",
        "is_enabled" => "Switched on",
        "kind" => "Kind",
        "model" => "Model",
        "number" => "Report number",
        "owner" => "Whose version",
        "replaced_owner" => "Whose version it replaced",
        "replaced_version" => "Version it replaced",
        "type" => "Type",
        _ => return capitalised(&key.replace('_', " ")),
    };
    known.to_owned()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{in_words, was_by_support};
    use serde_json::{Value, json};

    fn told(details: &Value) -> Vec<String> {
        in_words(details).into_iter().map(|(term, definition)| format!("{term}: {definition}")).collect()
    }

    #[test]
    fn known_details_are_told_in_words() {
        assert_eq!(told(&json!({})), Vec::<String>::new());
        assert_eq!(
            told(&json!({ "changed": ["name", "support_notes"], "roles": ["team_lead", "viewer"] })),
            ["Fields changed: name, support notes", "Roles: Team lead, Viewer"]
        );
        assert_eq!(
            told(&json!({ "model": "gpt_4o-mini", "problem": null, "allowed": false })),
            ["May use AI providers: no", "Model: gpt_4o-mini", "Problem: nothing"]
        );
    }

    #[test]
    fn what_was_stands_beside_what_is() {
        assert_eq!(told(&json!({ "from": "trial", "to": "active" })), ["Changed: from trial to active"]);
        assert_eq!(
            told(&json!({ "before": { "role": "viewer", "tags": [] }, "after": { "role": "team_lead", "site": "x" } })),
            ["Role: from Viewer to Team lead", "Site: from nothing to x", "Tags: from none to nothing"]
        );
        assert_eq!(
            told(&json!({ "role": { "from": "viewer", "to": "team_lead" } })),
            ["Role: from Viewer to Team lead"]
        );
    }

    #[test]
    fn unknown_details_are_shown_as_they_are() {
        assert_eq!(told(&json!({ "moon_phase": { "a": 1, "b": [true] } })), ["Moon phase: A: 1; B: yes"]);
        assert_eq!(told(&json!("plain")), ["Details: plain"]);
    }

    #[test]
    fn support_shows() {
        let details = json!({ "acting": { "session": "0192", "by": "0193" }, "number": 4 });
        assert!(was_by_support(&details) && !was_by_support(&json!({ "number": 4, "acting": null })));
        assert_eq!(told(&details), ["Report number: 4"]);
    }
}
