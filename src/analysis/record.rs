//! An analysis as pages show it.

use super::analysis::{
    Condition, ConditionGroup, Evidence, IncidentType, ReviewState, Severity, SuggestedClassification, Verdict,
    require_decided,
};
use crate::{
    ai::provider::FallbackReason,
    audit::event::HistoryEntry,
    error::AppError,
    ids::{AnalysisId, ClassificationId, IncidentId},
    incidents::{
        incident::{CaptureStatus, OverallStatus},
        narrative::Narrative,
    },
    jobs::job::JobState,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Everything on a manager's page of one incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentAnalysis {
    pub incident_id: IncidentId,
    pub number: i64,
    pub participant_name: String,
    pub reporter_name: String,
    pub event_date_time: DateTime<Utc>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub capture_status: CaptureStatus,
    pub overall_status: OverallStatus,
    /// The current one. None while the report is with its reporter, and for reports from before there
    /// were analyses.
    pub analysis: Option<Analysis>,
    /// The work that makes suggestions, while it runs or when it has failed.
    pub job: Option<JobState>,
    /// The latest first.
    pub returns: Vec<Return>,
    pub history: Vec<HistoryEntry>,
    pub time_zone: Tz,
    pub now: DateTime<Utc>,
}

impl IncidentAnalysis {
    /// Whether suggestions are being made now.
    pub fn is_waiting(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.status.is_open())
    }
}

/// One analysis of a submitted account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    pub id: AnalysisId,
    pub state: ReviewState,
    /// Names what the page was made from; a save sends it along.
    pub revision: i32,
    /// How often a person changed something.
    pub revision_count: i32,
    /// Seconds that people spent in its forms.
    pub edit_seconds: i32,
    /// What was analysed: the enhanced text, or where there is none the reporter's own.
    pub account: Narrative,
    /// In the order in which they were suggested or added; dismissed ones keep their place.
    pub classifications: Vec<Classification>,
    pub conditions: Vec<Condition>,
    /// As they were suggested; None before there was a suggestion.
    pub suggested_conditions: Option<Vec<Condition>>,
    /// From 0 to 1.
    pub conditions_confidence: Option<f32>,
    pub conditions_maker: Option<SuggestionMaker>,
    pub analyzed_at: Option<DateTime<Utc>>,
    pub reviewer_name: Option<String>,
    pub reviewed_at: Option<DateTime<Utc>>,
    pub completer_name: Option<String>,
    pub completed_at: Option<DateTime<Utc>>,
}

impl Analysis {
    /// Passes if it can be signed off as it stands.
    pub fn require_decided(&self) -> Result<(), AppError> {
        let verdicts: Vec<_> = self.classifications.iter().map(|one| one.verdict).collect();
        require_decided(&verdicts)
    }

    /// How many classifications wait for a decision.
    pub fn undecided(&self) -> usize {
        self.classifications.iter().filter(|one| one.verdict == Verdict::Undecided).count()
    }

    /// The conditions of one group with their place in the list.
    pub fn conditions_in(&self, group: ConditionGroup) -> impl Iterator<Item = (usize, &Condition)> {
        self.conditions.iter().enumerate().filter(move |(_, condition)| condition.group == group)
    }

    /// Whether a person changed the conditions.
    pub fn has_edited_conditions(&self) -> bool {
        self.suggested_conditions.as_ref().is_some_and(|suggested| *suggested != self.conditions)
    }
}

/// One classification, with what was suggested beside what was decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    pub id: ClassificationId,
    pub incident_type: IncidentType,
    pub severity: Severity,
    /// From 0 to 1; None for a person's own.
    pub confidence: Option<f32>,
    pub evidence: Vec<Evidence>,
    /// As it was suggested; None for a person's own.
    pub suggested: Option<SuggestedClassification>,
    pub verdict: Verdict,
    /// Why somebody decided as they did.
    pub notes: String,
    /// Who suggested it; None for a person's own.
    pub maker: Option<SuggestionMaker>,
    /// Who added it; None for a suggestion.
    pub author_name: Option<String>,
    pub reviewer_name: Option<String>,
    pub reviewed_at: Option<DateTime<Utc>>,
}

impl Classification {
    /// Whether type or severity are no longer as suggested.
    pub fn is_overruled(&self) -> bool {
        self.suggested.as_ref().is_some_and(|suggested| {
            (suggested.incident_type, suggested.severity) != (self.incident_type, self.severity)
        })
    }
}

/// Which model suggested something, by which prompt, and why the built-in engine if it wasn't chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestionMaker {
    /// "built-in", or provider and model.
    pub model: String,
    pub prompt_version: Option<i32>,
    pub fallback: Option<FallbackReason>,
}

/// A report's way back to its reporter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    pub question: String,
    pub asked_by: String,
    pub asked_at: DateTime<Utc>,
    /// When the report was submitted again.
    pub answered_at: Option<DateTime<Utc>>,
}

/// What a list tells of a signed-off incident: one classification that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub incident_type: IncidentType,
    pub severity: Severity,
}
