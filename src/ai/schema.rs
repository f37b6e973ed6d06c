//! The JSON schemas of the steps, made from their types, and answers held against them.
//!
//! Two forms of each output schema: [`output_schema`] goes to providers, whose structured output accepts
//! only a part of JSON Schema (a limit on a length or a number is refused with an error by some), so the
//! limits stand in its descriptions; [`full_output_schema`] has them as keywords, and answers are held
//! against that one. Both are self-contained, close every object and require every property.

mod answer;

use super::steps::{
    AccountInput, AnswerInput, ClassificationsOutput, ConditionsOutput, EnhancementInput, EnhancementOutput,
    QuestionsInput, QuestionsOutput, SummaryInput,
};
use crate::prompts::step::WorkflowStep;
use jsonschema::Validator;
use schemars::{
    JsonSchema,
    generate::{Contract, SchemaSettings},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The schemas of one step.
struct StepSchemas {
    input: Value,
    portable_output: Value,
    full_output: Value,
    validator: Validator,
}

static QUESTIONS: LazyLock<StepSchemas> = LazyLock::new(StepSchemas::of::<QuestionsInput, QuestionsOutput>);
static ENHANCEMENT: LazyLock<StepSchemas> = LazyLock::new(StepSchemas::of::<EnhancementInput, EnhancementOutput>);
static CONDITIONS: LazyLock<StepSchemas> = LazyLock::new(StepSchemas::of::<AccountInput, ConditionsOutput>);
static CLASSIFICATIONS: LazyLock<StepSchemas> = LazyLock::new(StepSchemas::of::<AccountInput, ClassificationsOutput>);
// Text, not JSON.
static ANSWER: LazyLock<StepSchemas> = LazyLock::new(StepSchemas::of::<AnswerInput, String>);
static SUMMARY: LazyLock<StepSchemas> = LazyLock::new(StepSchemas::of::<SummaryInput, String>);

/// What a template of the step is filled in with.
pub fn input_schema(step: WorkflowStep) -> &'static Value {
    &schemas(step).input
}

/// What a provider is told to answer with.
pub fn output_schema(step: WorkflowStep) -> &'static Value {
    &schemas(step).portable_output
}

/// What an answer is held against, with every limit.
pub fn full_output_schema(step: WorkflowStep) -> &'static Value {
    &schemas(step).full_output
}

/// Reads a model's answer: one JSON object, alone, in a code block, or with prose around it.
///
/// The errors are at most ten readable problems, each with its place. They hold nothing of the answer,
/// which may hold personal data, so they can be logged and sent back for repair.
pub fn parse_output<T: DeserializeOwned>(step: WorkflowStep, text: &str) -> Result<T, Vec<String>> {
    let value = answer::object_in(text, &schemas(step).validator)?;
    serde_json::from_value(value).map_err(|_| vec!["The answer's JSON doesn't have the required form.".to_owned()])
}

fn schemas(step: WorkflowStep) -> &'static StepSchemas {
    match step {
        WorkflowStep::GenerateQuestions => &QUESTIONS,
        WorkflowStep::EnhanceNarrative => &ENHANCEMENT,
        WorkflowStep::AnalyseConditions => &CONDITIONS,
        WorkflowStep::ClassifyIncident => &CLASSIFICATIONS,
        WorkflowStep::AnswerQuestion => &ANSWER,
        WorkflowStep::SummariseChat => &SUMMARY,
    }
}

impl StepSchemas {
    #[expect(clippy::expect_used, reason = "made from our own types and compiled in a test of every step")]
    fn of<Input: JsonSchema, Output: JsonSchema>() -> Self {
        let full_output = schema_of::<Output>(Contract::Deserialize);
        let mut portable_output = full_output.clone();
        each_schema(&mut portable_output, &describe_limits);
        let validator = jsonschema::validator_for(&full_output).expect("the schema of a step is valid");
        Self { input: schema_of::<Input>(Contract::Serialize), portable_output, full_output, validator }
    }
}

fn schema_of<T: JsonSchema>(contract: Contract) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
        settings.contract = contract;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    each_schema(&mut schema, &close);
    schema
}

/// Changes a schema and every schema inside it.
fn each_schema(schema: &mut Value, change: &impl Fn(&mut Map<String, Value>)) {
    let Value::Object(fields) = schema else { return };
    change(fields);
    for (keyword, value) in fields.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties" | "$defs", Value::Object(schemas)) => {
                schemas.values_mut().for_each(|schema| each_schema(schema, change));
            }
            ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(schemas)) => {
                schemas.iter_mut().for_each(|schema| each_schema(schema, change));
            }
            ("items", schema) => each_schema(schema, change),
            _ => {}
        }
    }
}

/// No other properties than those named, and all of them required.
fn close(schema: &mut Map<String, Value>) {
    schema.remove("title");
    schema.remove("format");
    let Some(Value::Object(properties)) = schema.get("properties") else { return };
    let names: Vec<Value> = properties.keys().cloned().map(Value::String).collect();
    schema.insert("required".to_owned(), Value::Array(names));
    schema.insert("additionalProperties".to_owned(), Value::Bool(false));
}

/// Puts limits into words, in the description.
fn describe_limits(schema: &mut Map<String, Value>) {
    let limits = [
        limit(schema, "minLength", "maxLength", " characters"),
        limit(schema, "minItems", "maxItems", " items"),
        limit(schema, "minimum", "maximum", ""),
    ];
    let description = schema.get("description").and_then(Value::as_str).map(str::to_owned);
    let sentences: Vec<String> = description.into_iter().chain(limits.into_iter().flatten()).collect();
    if !sentences.is_empty() {
        schema.insert("description".to_owned(), Value::String(sentences.join(" ")));
    }
}

fn limit(schema: &mut Map<String, Value>, least: &str, most: &str, unit: &str) -> Option<String> {
    match (schema.remove(least), schema.remove(most)) {
        (Some(least), Some(most)) => Some(format!("From {least} to {most}{unit}.")),
        (Some(least), None) => Some(format!("At least {least}{unit}.")),
        (None, Some(most)) => Some(format!("At most {most}{unit}.")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{full_output_schema, input_schema, output_schema, parse_output};
    use crate::{
        ai::steps::{ClassificationsOutput, ConditionsOutput, EnhancementOutput, QuestionsOutput},
        prompts::step::WorkflowStep,
    };
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const QUESTIONS: WorkflowStep = WorkflowStep::GenerateQuestions;

    fn questions() -> Value {
        let question = json!({"topic": "Injury", "text": "Where was Sam hurt?", "purpose": "To check care."});
        json!({"questions": [question, question, question]})
    }

    fn problems(text: &str) -> Vec<String> {
        parse_output::<QuestionsOutput>(QUESTIONS, text).map(|_| ()).expect_err("has problems")
    }

    /// Every schema inside a schema, itself first.
    fn all_in(schema: &Value) -> Vec<&Value> {
        let inner = match schema {
            Value::Object(fields) => fields.values().collect::<Vec<_>>(),
            Value::Array(items) => items.iter().collect(),
            _ => vec![],
        };
        std::iter::once(schema).chain(inner.into_iter().flat_map(all_in)).collect()
    }

    #[test]
    fn schemas_are_self_contained_closed_and_complete() {
        for step in WorkflowStep::ALL {
            for schema in [input_schema(*step), output_schema(*step), full_output_schema(*step)] {
                for part in all_in(schema) {
                    assert!(part.get("$ref").is_none() && part.get("oneOf").is_none(), "{step:?}: {part}");
                    if let Some(Value::Object(properties)) = part.get("properties") {
                        assert_eq!(part["type"], "object");
                        assert_eq!(part["additionalProperties"], false);
                        assert_eq!(part["required"].as_array().map(Vec::len), Some(properties.len()));
                    }
                }
            }
            let made = if step.is_about_incidents() { "object" } else { "string" };
            let types = [input_schema(*step), output_schema(*step)].map(|schema| schema["type"].clone());
            assert_eq!(types, ["object", made]);
        }
    }

    #[test]
    fn the_inputs_are_the_variables_of_the_step() {
        for step in WorkflowStep::ALL {
            let mut names: Vec<&str> =
                input_schema(*step)["properties"].as_object().expect("an object").keys().map(String::as_str).collect();
            let mut variables = step.variables().to_vec();
            names.sort_unstable();
            variables.sort_unstable();
            assert_eq!(names, variables);
        }
    }

    #[test]
    fn limits_are_keywords_for_us_and_words_for_providers() {
        let full = full_output_schema(QUESTIONS);
        assert_eq!(full["properties"]["questions"]["maxItems"], 5);
        let portable = output_schema(QUESTIONS);
        assert_eq!(portable["properties"]["questions"]["description"], "From 3 to 5 items.");
        let conditions = output_schema(WorkflowStep::AnalyseConditions);
        assert_eq!(conditions["properties"]["confidence"]["description"], "From 0 to 1.");
        for step in WorkflowStep::ALL {
            for part in all_in(output_schema(*step)) {
                for keyword in ["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "format"] {
                    assert!(part.get(keyword).is_none(), "{keyword} in {part}");
                }
            }
        }
    }

    #[test]
    fn an_answer_is_found_alone_in_a_block_and_in_prose() {
        let answer = questions().to_string();
        for text in [
            answer.clone(),
            format!("```json\n{answer}\n```"),
            format!("\u{feff}Here you {{are}}, as asked {{\"like\": \"this\"}}:\n{answer}\nAnything else? {{}}"),
            format!("<think>Maybe {{\"questions\": []}} or {answer}?</think>\n{answer}"),
        ] {
            let output: QuestionsOutput = parse_output(QUESTIONS, &text).expect("valid");
            assert_eq!(output.questions.len(), 3, "{text}");
        }
    }

    #[test]
    fn problems_name_the_place_and_quote_nothing() {
        let mut value = questions();
        value["questions"][0]["text"] = json!("Secret");
        value["questions"][1]["purpose"] = json!(7);
        value["questions"][2]["Karen"] = json!("Secret");
        value["questions"][2].as_object_mut().expect("an object").remove("topic");
        let mut problems = problems(&value.to_string());
        problems.sort();
        assert_eq!(
            problems,
            [
                "questions[0].text: shorter than 10 characters",
                "questions[1].purpose: not of type string",
                "questions[2]: 1 property that doesn't belong here",
                "questions[2]: the property topic is missing",
            ]
        );
        let answer =
            r#"{"classifications": [{"incident_type": "Karen", "severity": "Low", "confidence": 2, "evidence": []}]}"#;
        let mut problems =
            parse_output::<ClassificationsOutput>(WorkflowStep::ClassifyIncident, answer).expect_err("has problems");
        problems.sort();
        assert_eq!(
            problems,
            [
                "classifications[0].confidence: greater than 1",
                "classifications[0].evidence: fewer than 1 item",
                "classifications[0].incident_type: none of \"Behavioural\", \"Environmental\", \"Medical\", \
                 \"Communication\", \"Other\"",
            ]
        );
    }

    #[test]
    fn there_are_at_most_ten_problems() {
        let question = json!({"topic": "", "text": "", "purpose": ""});
        assert_eq!(problems(&json!({"questions": vec![question; 50]}).to_string()).len(), 10);
    }

    #[test]
    fn an_answer_without_its_object_says_so() {
        assert_eq!(problems("I can't help with that."), ["The answer holds no JSON object."]);
        assert_eq!(problems("{\"questions\": [{\"topic\": \"x\"}"), ["The answer stops before its JSON object ends."]);
        assert_eq!(problems("{\"questions\": [,]}"), ["The answer's JSON has a mistake in line 1, column 16."]);
        assert_eq!(problems(&"x".repeat(600_000)), ["The answer is longer than 500,000 bytes."]);
    }

    #[test]
    fn hostile_answers_are_read_in_time() {
        let started = std::time::Instant::now();
        for piece in ["{", "[", "{\"a\":", "{\"a\":[", "{\"a\":[{},", "{\"", "{}", "```", "<think>"] {
            problems(&piece.repeat(400_000 / piece.len()));
        }
        problems(&format!("{{\"questions\":[{}1]}}", "{},".repeat(150_000)));
        problems(&format!("{}1{}", "{\"questions\":".repeat(10_000), "}".repeat(10_000)));
        assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
    }

    #[test]
    fn every_step_reads_its_answer() {
        let sentence = r#"{"sentences": [{"text": "He fell.", "source": "original"}]}"#;
        assert!(parse_output::<EnhancementOutput>(WorkflowStep::EnhanceNarrative, sentence).is_ok());
        let conditions =
            r#"{"conditions": [{"group": "human", "text": "Tired.", "evidence": "was tired"}], "confidence": 1}"#;
        assert!(parse_output::<ConditionsOutput>(WorkflowStep::AnalyseConditions, conditions).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_an_answer_or_a_problem(text in "[{}\\[\\]\":,a-c1 \\\\\\PC]{0,60}") {
            prop_assert!((1..=10).contains(&problems(&text).len()));
        }
    }
}
