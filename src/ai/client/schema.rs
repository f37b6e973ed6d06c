//! Schemas as providers' own enforcement takes them: every property required, nothing additional, no
//! limits on numbers and lengths. A limit becomes a word in the description, and the answer is checked
//! against the whole schema later.

use serde_json::{Map, Value, json};

/// What enforcement doesn't know, but a model should.
const LIMITS: &[&str] = &[
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
];
/// What neither has to know.
const ORNAMENTS: &[&str] = &["$schema", "$id", "title", "default", "examples", "deprecated"];
/// What enforcement knows.
const KNOWN: &[&str] = &["type", "description", "enum", "const", "$ref"];

/// The schema for enforcement; `None` if it can't say the same (an optional property, a map, a choice
/// that isn't one of values).
pub fn strict(schema: &Value) -> Option<Value> {
    let strict = node(schema)?;
    (strict.get("type")? == "object").then_some(strict)
}

fn node(schema: &Value) -> Option<Value> {
    let schema = schema.as_object()?;
    let mut strict = Map::new();
    for (keyword, value) in schema {
        match keyword.as_str() {
            "properties" | "$defs" | "definitions" => {
                strict.insert(keyword.clone(), map(value)?);
            }
            "items" => {
                strict.insert(keyword.clone(), node(value)?);
            }
            "anyOf" => {
                strict.insert(keyword.clone(), list(value)?);
            }
            "oneOf" => choice(&mut strict, value)?,
            "required" => {
                strict.insert(keyword.clone(), value.clone());
            }
            "additionalProperties" if value == &Value::Bool(false) => (), // set below for every object
            known if KNOWN.contains(&known) => {
                strict.insert(keyword.clone(), value.clone());
            }
            known if LIMITS.contains(&known) || ORNAMENTS.contains(&known) => (),
            _ => return None,
        }
    }
    if strict.get("type").is_some_and(|kind| kind == "object") || strict.contains_key("properties") {
        let properties = strict.get("properties")?.as_object()?;
        let required = strict.get("required")?.as_array()?;
        if !properties.keys().all(|name| required.iter().any(|required| required == name)) {
            return None;
        }
        strict.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    describe_limits(schema, &mut strict);
    Some(Value::Object(strict))
}

fn map(value: &Value) -> Option<Value> {
    let entries = value.as_object()?.iter().map(|(name, schema)| Some((name.clone(), node(schema)?)));
    entries.collect::<Option<Map<_, _>>>().map(Value::Object)
}

fn list(value: &Value) -> Option<Value> {
    value.as_array()?.iter().map(node).collect::<Option<Vec<_>>>().map(Value::Array)
}

/// Values with descriptions, as schemars writes an enum whose variants have comments.
fn choice(strict: &mut Map<String, Value>, value: &Value) -> Option<()> {
    let values: Option<Vec<Value>> = value.as_array()?.iter().map(|choice| choice.get("const").cloned()).collect();
    let values = values?;
    if values.iter().all(Value::is_string) {
        strict.insert("type".to_owned(), json!("string"));
    }
    strict.insert("enum".to_owned(), Value::Array(values));
    Some(())
}

fn describe_limits(schema: &Map<String, Value>, strict: &mut Map<String, Value>) {
    let limits: Vec<String> = LIMITS
        .iter()
        // A format of numbers ("float") is the machine's business.
        .filter(|name| **name != "format" || schema.get("type").is_some_and(|kind| kind == "string"))
        .filter_map(|name| schema.get(*name).map(|value| format!("{name}: {value}")))
        .collect();
    if limits.is_empty() {
        return;
    }
    let limits = format!("({})", limits.join(", "));
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(description) => format!("{description} {limits}"),
        None => limits,
    };
    strict.insert("description".to_owned(), Value::String(description));
}

#[cfg(test)]
mod tests {
    use super::strict;
    use crate::ai::steps::{ClassificationsOutput, ConditionsOutput, EnhancementOutput, QuestionsOutput};
    use serde_json::{Value, json};

    #[test]
    fn limits_become_words_and_objects_are_closed() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Answer", "type": "object",
            "properties": {
                "title": {"type": "string", "minLength": 3, "maxLength": 60, "description": "A short title."},
                "scores": {"type": "array", "minItems": 1, "items": {"type": "number", "format": "float", "minimum": 0}},
                "kind": {"oneOf": [{"const": "a", "description": "first"}, {"const": "b"}]},
            },
            "required": ["title", "scores", "kind"],
        });
        assert_eq!(
            strict(&schema),
            Some(json!({
                "type": "object",
                "properties": {
                    "title": {"type": "string", "description": "A short title. (minLength: 3, maxLength: 60)"},
                    "scores": {"type": "array", "description": "(minItems: 1)",
                        "items": {"type": "number", "description": "(minimum: 0)"}},
                    "kind": {"type": "string", "enum": ["a", "b"]},
                },
                "required": ["title", "scores", "kind"],
                "additionalProperties": false,
            }))
        );
    }

    #[test]
    fn what_enforcement_cannot_say_is_not_enforced() {
        let object = |properties: Value, required: Value| json!({"type": "object", "properties": properties, "required": required});
        let text = json!({"type": "string"});
        assert!(strict(&object(json!({"a": text}), json!(["a"]))).is_some());
        for schema in [
            object(json!({"a": text, "b": text}), json!(["a"])),
            json!({"type": "object", "additionalProperties": text}),
            json!({"type": "object", "properties": {"a": text}, "required": ["a"], "additionalProperties": true}),
            object(json!({"a": {"type": "array", "items": {"type": "object"}}}), json!(["a"])),
            object(json!({"a": {"oneOf": [text, {"type": "number"}]}}), json!(["a"])),
            object(json!({"a": {"not": text}}), json!(["a"])),
            json!({"type": "array", "items": text}),
        ] {
            assert_eq!(strict(&schema), None, "{schema}");
        }
    }

    #[test]
    fn the_forms_of_all_steps_can_be_enforced() {
        for schema in [
            schemars::schema_for!(QuestionsOutput),
            schemars::schema_for!(EnhancementOutput),
            schemars::schema_for!(ConditionsOutput),
            schemars::schema_for!(ClassificationsOutput),
        ] {
            assert!(strict(schema.as_value()).is_some(), "{}", schema.as_value());
        }
    }
}
