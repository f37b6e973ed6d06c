//! Contributing conditions, classifications, and the states on the way to the sign-off.

use crate::{incidents::narrative::Phase, text_enum::text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// A group of contributing conditions.
    ConditionGroup {
        Environmental = "environmental", "Environmental";
        Human = "human", "Human";
        Systemic = "systemic", "Systemic";
        Procedural = "procedural", "Procedural";
    }
}

text_enum! {
    /// What kind of event it was (seed 000: incident_type).
    IncidentType {
        Behavioural = "Behavioural", "Behavioural";
        Environmental = "Environmental", "Environmental";
        Medical = "Medical", "Medical";
        Communication = "Communication", "Communication";
        Other = "Other", "Other";
    }
}

text_enum! {
    /// How much harm and danger there was. Separate from whether it is reportable.
    Severity {
        Low = "Low", "Low";
        Medium = "Medium", "Medium";
        High = "High", "High";
    }
}

text_enum! {
    /// How far the managers are with one analysis.
    ReviewState {
        /// Asked for, nothing suggested yet.
        Draft = "draft", "Being prepared";
        /// Suggested, no person has decided anything.
        AiGenerated = "ai_generated", "Suggested";
        /// A person has changed or accepted something.
        UserReviewed = "user_reviewed", "In review";
        /// Signed off.
        Completed = "completed", "Signed off";
    }
}

/// The very words of the account that support something: `quote` stands in `phase`, letter by letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub phase: Phase,
    pub quote: String,
}

/// Something that made the event possible, more likely or worse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub group: ConditionGroup,
    pub text: String,
    /// None when a person wrote the condition without a quote.
    pub evidence: Option<Evidence>,
}

/// One suggestion: `confidence` from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuggestedClassification {
    pub incident_type: IncidentType,
    pub severity: Severity,
    pub confidence: f32,
    pub evidence: Vec<Evidence>,
}
