//! What a step made in a try-out, read for people. The form of an output belongs to its step; one
//! that can't be read is shown as it came.

use super::step::WorkflowStep;
use crate::{
    analysis::analysis::{ConditionGroup, IncidentType, Severity},
    chat::message::AnswerOutcome,
    incidents::narrative::Phase,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An output of one of the steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialOutput {
    Questions(Vec<PhaseOutput<TriedQuestion>>),
    Sentences(Vec<PhaseOutput<TriedSentence>>),
    Conditions {
        conditions: Vec<TriedCondition>,
        confidence: Option<f64>,
    },
    Classifications(Vec<TriedClassification>),
    Text {
        text: String,
        /// An answer that has something to say about itself: that nothing was found, or not verified.
        outcome: Option<AnswerOutcome>,
        citations: Vec<TriedCitation>,
    },
    /// Of another form: JSON, to read.
    Raw(String),
}

/// What was made of one phase, or of all together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhaseOutput<T> {
    pub phase: Option<Phase>,
    pub items: Vec<T>,
}

/// A question and why it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedQuestion {
    pub text: String,
    pub purpose: String,
}

/// A sentence of an enhanced narrative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedSentence {
    pub text: String,
    /// An answer says it, not the account.
    pub is_added: bool,
}

/// A contributing condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedCondition {
    pub group: ConditionGroup,
    pub text: String,
    pub quote: Option<String>,
}

/// A classification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriedClassification {
    pub incident_type: IncidentType,
    pub severity: Severity,
    pub confidence: Option<f64>,
    pub quotes: Vec<String>,
}

/// A source that a text cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedCitation {
    pub number: i64,
    pub title: String,
    pub quote: String,
}

impl TrialOutput {
    /// Reads what a step made.
    pub fn read(step: WorkflowStep, output: &Value) -> Self {
        let read = match step {
            WorkflowStep::GenerateQuestions => phases(output, "questions", question).map(Self::Questions),
            WorkflowStep::EnhanceNarrative => phases(output, "sentences", sentence).map(Self::Sentences),
            WorkflowStep::AnalyseConditions => items(output, "conditions", condition).map(|conditions| {
                Self::Conditions { conditions, confidence: output.get("confidence").and_then(Value::as_f64) }
            }),
            WorkflowStep::ClassifyIncident => {
                items(output, "classifications", classification).map(Self::Classifications)
            }
            WorkflowStep::AnswerQuestion | WorkflowStep::SummariseChat => written(output),
        };
        read.unwrap_or_else(|| Self::Raw(serde_json::to_string_pretty(output).unwrap_or_default()))
    }
}

/// `{"phases": [{"phase": "before", key: [...]}]}`, or `{key: [...]}` for all together.
fn phases<T>(output: &Value, key: &str, read: fn(&Value) -> Option<T>) -> Option<Vec<PhaseOutput<T>>> {
    let Some(phases) = output.get("phases").unwrap_or(output).as_array() else {
        return Some(vec![PhaseOutput { phase: None, items: items(output, key, read)? }]);
    };
    let read_phase = |entry: &Value| {
        Some(PhaseOutput { phase: Some(Phase::parse(text(entry, "phase")?)?), items: items(entry, key, read)? })
    };
    phases.iter().map(read_phase).collect()
}

/// `{key: [...]}`, or the list itself.
fn items<T>(output: &Value, key: &str, read: fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    output.get(key).unwrap_or(output).as_array()?.iter().map(read).collect()
}

fn question(value: &Value) -> Option<TriedQuestion> {
    let purpose = text(value, "purpose").unwrap_or_default().to_owned();
    Some(TriedQuestion { text: text(value, "text")?.to_owned(), purpose })
}

fn sentence(value: &Value) -> Option<TriedSentence> {
    let source = value.get("source");
    let source = source.and_then(|source| source.as_str().or_else(|| text(source, "kind")));
    let is_added = source.is_some_and(|source| source != "original");
    Some(TriedSentence { text: text(value, "text")?.to_owned(), is_added })
}

fn condition(value: &Value) -> Option<TriedCondition> {
    Some(TriedCondition {
        group: ConditionGroup::parse(text(value, "group")?)?,
        text: text(value, "text")?.to_owned(),
        quote: value.get("evidence").and_then(quote),
    })
}

fn classification(value: &Value) -> Option<TriedClassification> {
    let evidence = value.get("evidence").and_then(Value::as_array);
    Some(TriedClassification {
        incident_type: IncidentType::parse(text(value, "incident_type")?)?,
        severity: Severity::parse(text(value, "severity")?)?,
        confidence: value.get("confidence").and_then(Value::as_f64),
        quotes: evidence.into_iter().flatten().filter_map(quote).collect(),
    })
}

fn written(output: &Value) -> Option<TrialOutput> {
    Some(TrialOutput::Text {
        text: text(output, "text")?.to_owned(),
        outcome: text(output, "outcome").and_then(AnswerOutcome::parse),
        citations: items(output, "citations", citation)?,
    })
}

fn citation(value: &Value) -> Option<TriedCitation> {
    Some(TriedCitation {
        number: value.get("number")?.as_i64()?,
        title: text(value, "title")?.to_owned(),
        quote: text(value, "quote").unwrap_or_default().to_owned(),
    })
}

/// The words themselves, or an object that has them as its quote.
fn quote(value: &Value) -> Option<String> {
    value.as_str().or_else(|| text(value, "quote")).map(str::to_owned)
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::{
        AnswerOutcome, PhaseOutput, TrialOutput, TriedClassification, TriedCondition, TriedQuestion, TriedSentence,
    };
    use crate::{
        analysis::analysis::{ConditionGroup, IncidentType, Severity},
        incidents::narrative::Phase,
        prompts::step::WorkflowStep,
    };
    use serde_json::json;

    #[test]
    fn questions_are_read_by_phase_or_together() {
        let asked = json!([{ "topic": "who", "text": "Who was there?", "purpose": "To know." }]);
        let question = TriedQuestion { text: "Who was there?".into(), purpose: "To know.".into() };
        let read = |output| TrialOutput::read(WorkflowStep::GenerateQuestions, &output);
        let one = |phase| TrialOutput::Questions(vec![PhaseOutput { phase, items: vec![question.clone()] }]);
        assert_eq!(read(json!({ "phases": [{ "phase": "end", "questions": asked }] })), one(Some(Phase::End)));
        assert_eq!(read(json!({ "questions": asked })), one(None));
    }

    #[test]
    fn a_sentence_tells_whether_an_answer_added_it() {
        let output = json!({ "sentences": [
            { "text": "Sam fell.", "source": "original" },
            { "text": "Kim saw it.", "source": "01890000-0000-7000-8000-000000000001" },
            { "text": "It rained.", "source": { "kind": "answer", "question_id": "x" } },
        ]});
        let TrialOutput::Sentences(phases) = TrialOutput::read(WorkflowStep::EnhanceNarrative, &output) else {
            panic!("{output}");
        };
        let added: Vec<_> = phases[0].items.iter().map(|sentence: &TriedSentence| sentence.is_added).collect();
        assert_eq!(added, [false, true, true]);
    }

    #[test]
    fn evidence_is_read_with_and_without_its_phase() {
        let output = json!({ "confidence": 0.5, "conditions": [
            { "group": "human", "text": "Tired", "evidence": "slept badly" },
            { "group": "systemic", "text": "Alone", "evidence": { "phase": "before", "quote": "one of us" } },
            { "group": "procedural", "text": "No plan", "evidence": null },
        ]});
        let condition = |group, text: &str, quote: Option<&str>| TriedCondition {
            group,
            text: text.into(),
            quote: quote.map(str::to_owned),
        };
        assert_eq!(
            TrialOutput::read(WorkflowStep::AnalyseConditions, &output),
            TrialOutput::Conditions {
                conditions: vec![
                    condition(ConditionGroup::Human, "Tired", Some("slept badly")),
                    condition(ConditionGroup::Systemic, "Alone", Some("one of us")),
                    condition(ConditionGroup::Procedural, "No plan", None),
                ],
                confidence: Some(0.5),
            }
        );
        let output = json!([{ "incident_type": "Medical", "severity": "High", "confidence": 1, "evidence": ["fell"] }]);
        assert_eq!(
            TrialOutput::read(WorkflowStep::ClassifyIncident, &output),
            TrialOutput::Classifications(vec![TriedClassification {
                incident_type: IncidentType::Medical,
                severity: Severity::High,
                confidence: Some(1.0),
                quotes: vec!["fell".into()],
            }])
        );
    }

    #[test]
    fn an_answer_is_read_with_its_citations() {
        let output = json!({ "text": "Ring. [1]", "outcome": "answered",
                             "citations": [{ "number": 1, "title": "Policy", "quote": "Ring." }] });
        let TrialOutput::Text { text, outcome, citations } = TrialOutput::read(WorkflowStep::AnswerQuestion, &output)
        else {
            panic!("{output}");
        };
        assert_eq!((text.as_str(), outcome), ("Ring. [1]", Some(AnswerOutcome::Answered)));
        assert_eq!((citations[0].number, citations[0].title.as_str()), (1, "Policy"));
    }

    #[test]
    fn what_cant_be_read_is_shown_as_it_came() {
        for step in WorkflowStep::ALL {
            let read = TrialOutput::read(*step, &json!({ "answer": 42 }));
            assert_eq!(read, TrialOutput::Raw("{\n  \"answer\": 42\n}".into()), "{step:?}");
        }
    }
}
