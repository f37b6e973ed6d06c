//! What goes into each step and what comes out: the types behind the JSON schemas that templates and
//! providers are held to.

use crate::{
    analysis::analysis::{ConditionGroup, IncidentType, Severity},
    incidents::narrative::{Narrative, Phase},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One phase of an account, to ask about what it leaves out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QuestionsInput {
    pub participant_name: String,
    pub location: String,
    pub phase: Phase,
    #[serde(flatten)]
    pub account: AccountInput,
}

/// Three to five questions about it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionsOutput {
    #[schemars(length(min = 3, max = 5))]
    pub questions: Vec<QuestionOutput>,
}

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionOutput {
    /// What it is about, in a word or two.
    #[schemars(length(min = 1, max = 60))]
    pub topic: String,
    #[schemars(length(min = 10, max = 300))]
    pub text: String,
    /// Why it is asked.
    #[schemars(length(min = 3, max = 150))]
    pub purpose: String,
}

/// One phase of an account with the answers to its questions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EnhancementInput {
    pub phase: Phase,
    pub original: String,
    /// Each answer under its id and question.
    pub answers: String,
}

/// The phase in good order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnhancementOutput {
    #[schemars(length(max = 400))]
    pub sentences: Vec<SentenceOutput>,
}

/// One sentence of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SentenceOutput {
    #[schemars(length(min = 1, max = 2000))]
    pub text: String,
    /// "original", or the id of the answer that it comes from.
    pub source: String,
}

/// A question to the knowledge base. What comes out is text with citations such as `[1]`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AnswerInput {
    pub question: String,
    /// The passages that search found, each with its number, document and headings.
    pub passages: String,
    /// The conversation before the question: its summary and its last turns.
    pub conversation: String,
}

/// A conversation that grows too long. What comes out is its new summary, as text.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SummaryInput {
    /// Of what came before.
    pub summary: String,
    pub conversation: String,
}

/// A whole account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccountInput {
    pub before_event: String,
    pub during_event: String,
    pub end_event: String,
    pub post_event: String,
}

impl From<&Narrative> for AccountInput {
    fn from(narrative: &Narrative) -> Self {
        Self {
            before_event: narrative.before.clone(),
            during_event: narrative.during.clone(),
            end_event: narrative.end.clone(),
            post_event: narrative.after.clone(),
        }
    }
}

/// What made the event possible or worse.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionsOutput {
    #[schemars(length(max = 20))]
    pub conditions: Vec<ConditionOutput>,
    #[schemars(range(min = 0, max = 1))]
    pub confidence: f32,
}

/// One contributing condition.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionOutput {
    pub group: ConditionGroup,
    #[schemars(length(min = 3, max = 300))]
    pub text: String,
    /// Words of the account, letter by letter.
    #[schemars(length(min = 3, max = 600))]
    pub evidence: String,
}

/// What kinds of event the account tells.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassificationsOutput {
    #[schemars(length(min = 1, max = 6))]
    pub classifications: Vec<ClassificationOutput>,
}

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassificationOutput {
    pub incident_type: IncidentType,
    pub severity: Severity,
    #[schemars(range(min = 0, max = 1))]
    pub confidence: f32,
    /// Words of the account, letter by letter.
    #[schemars(length(min = 1, max = 5))]
    pub evidence: Vec<String>,
}
