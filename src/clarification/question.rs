//! A clarification question and its answer.

use crate::{
    ai::provider::FallbackReason,
    analysis::record::Return,
    error::{AppError, FieldError},
    ids::{IncidentId, QuestionId},
    incidents::narrative::{Phase, clean_text},
    jobs::job::JobState,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// An answer takes up to this many characters.
pub const MAX_ANSWER_CHARACTERS: usize = 5_000;

/// What a story leaves out, asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub id: QuestionId,
    pub phase: Phase,
    pub topic: String,
    pub text: String,
    /// Why it is asked.
    pub purpose: String,
    /// "built-in", or the model that asked.
    pub ai_model: String,
    pub prompt_version: i32,
    /// Why the built-in engine asked although a provider was chosen.
    pub fallback: Option<FallbackReason>,
    pub answer: Option<Answer>,
}

impl Question {
    /// Whether the reporter said something to it, if only that they don't know.
    pub fn is_answered(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| !answer.is_empty())
    }
}

/// What the reporter says to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub text: String,
    /// "I don't know / doesn't apply".
    pub not_known: bool,
}

impl Answer {
    /// Nothing was said yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && !self.not_known
    }

    /// Words in the answer, as seed 000 keeps them.
    pub fn word_count(&self) -> usize {
        self.text.split_whitespace().count()
    }
}

/// One clarification step of the wizard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClarificationStep {
    pub incident_id: IncidentId,
    pub participant_name: String,
    pub number: i64,
    pub phase: Phase,
    /// What the reporter wrote about the phase.
    pub told: String,
    pub questions: Vec<Question>,
    pub revision: i32,
    pub updated_at: DateTime<Utc>,
    pub time_zone: Tz,
    /// The work that makes the questions, while it runs or when it failed.
    pub job: Option<JobState>,
    /// Why the report is open again, if it came back with a question.
    pub returned: Option<Return>,
}

/// The answers of one step as its form sends them: `answers[<key>]` and `not_known[<key>]`, with the
/// question's [`field_key`].
pub type AnswerFields = HashMap<String, String>;

/// A question in the name of a form field. It starts with a letter, because a key that starts with a
/// digit would be read as a place in a list (serde_qs).
pub fn field_key(id: QuestionId) -> String {
    format!("q{id}")
}

/// Reads the answers. Text wins over "I don't know": nobody ticks a box to throw away what they wrote.
pub fn parse_answers(answers: &AnswerFields, not_known: &AnswerFields) -> Result<Vec<(QuestionId, Answer)>, AppError> {
    let mut parsed = Vec::new();
    let mut fields = Vec::new();
    for (key, text) in answers {
        let Some(id) = key.strip_prefix('q').and_then(|id| id.parse::<QuestionId>().ok()) else {
            continue;
        };
        let text = clean_text(text).trim().to_owned();
        if text.chars().count() > MAX_ANSWER_CHARACTERS {
            fields.push(FieldError {
                field: format!("answers[{key}]"),
                message: "This answer is longer than 5,000 characters. Shorten it.".to_owned(),
            });
        }
        let is_marked = not_known.get(key).is_some_and(|value| matches!(value.as_str(), "true" | "on" | "1"));
        parsed.push((id, Answer { not_known: is_marked && text.is_empty(), text }));
    }
    parsed.sort_by_key(|(id, _)| *id);
    if fields.is_empty() { Ok(parsed) } else { Err(AppError::Invalid { fields }) }
}

#[cfg(test)]
mod tests {
    use super::{AnswerFields, parse_answers};

    const ID: &str = "q01890000-0000-7000-8000-000000000001";

    fn fields(pairs: &[(&str, &str)]) -> AnswerFields {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_was_written_wins_over_not_known() {
        let parsed = parse_answers(&fields(&[(ID, " Two of us. ")]), &fields(&[(ID, "true")])).expect("short");
        assert_eq!(parsed[0].1.text, "Two of us.");
        assert!(!parsed[0].1.not_known);
        let parsed = parse_answers(&fields(&[(ID, "")]), &fields(&[(ID, "true")])).expect("short");
        assert!(parsed[0].1.not_known);
    }

    #[test]
    fn an_over_long_answer_is_an_error_at_its_field_and_foreign_keys_are_left_out() {
        let long = "a".repeat(5_001);
        let error = parse_answers(&fields(&[(ID, &long)]), &fields(&[])).expect_err("too long");
        assert!(error.at(&format!("answers[{ID}]")).is_some());
        assert!(parse_answers(&fields(&[("x", "y")]), &fields(&[])).expect("ignored").is_empty());
    }
}
