//! What the ledger says about a call.

use crate::{ids::UsageEventId, prompts::step::WorkflowStep, text_enum::text_enum};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a call was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CallStep {
    /// A step of the product.
    WorkflowStep(WorkflowStep),
    /// Vectors of documents or of a question.
    Embedding,
    /// An admin tried whether a provider answers.
    ConnectionTest,
}

impl CallStep {
    const EMBEDDING: &'static str = "embedding";
    const TEST: &'static str = "connection_test";

    /// As the database keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkflowStep(step) => step.as_str(),
            Self::Embedding => Self::EMBEDDING,
            Self::ConnectionTest => Self::TEST,
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::WorkflowStep(step) => step.label(),
            Self::Embedding => "Meaning search",
            Self::ConnectionTest => "Connection test",
        }
    }

    /// Reads what [`CallStep::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            Self::EMBEDDING => Some(Self::Embedding),
            Self::TEST => Some(Self::ConnectionTest),
            step => WorkflowStep::parse(step).map(Self::WorkflowStep),
        }
    }
}

impl From<WorkflowStep> for CallStep {
    fn from(step: WorkflowStep) -> Self {
        Self::WorkflowStep(step)
    }
}

text_enum! {
    /// How a call that was made ended.
    Outcome {
        Succeeded = "succeeded", "Succeeded";
        /// The first answer could not be used, the second could.
        Repaired = "repaired", "Succeeded after a repair";
        Failed = "failed", "Failed";
    }
}

/// A call as the trace that it belongs to shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedCall {
    pub id: UsageEventId,
    pub occurred_at: DateTime<Utc>,
    /// A [`CallStep`].
    pub step: String,
    pub provider: String,
    pub ai_model: String,
    /// An [`Outcome`], or what a call is before and without one: reserved, refused.
    pub outcome: String,
    /// A [`crate::ai::provider::FallbackReason`].
    pub problem: Option<String>,
    pub latency_ms: i32,
}

#[cfg(test)]
mod tests {
    use super::CallStep;
    use crate::prompts::step::WorkflowStep;

    #[test]
    fn every_step_is_read_as_it_is_written() {
        let steps = WorkflowStep::ALL
            .iter()
            .copied()
            .map(CallStep::from)
            .chain([CallStep::Embedding, CallStep::ConnectionTest]);
        for step in steps {
            assert_eq!(CallStep::parse(step.as_str()), Some(step));
        }
        assert_eq!(CallStep::parse("chat"), None);
    }
}
