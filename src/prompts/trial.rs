//! Try-outs: a version on trial and the version in use, both on the same past report, or for a step of
//! the chat on the same typed text.

use super::{prompt::VersionName, step::WorkflowStep, trial_output::TrialOutput};
use crate::{
    ai::{built_in_label, provider::FallbackReason},
    ids::{IncidentId, PromptId, PromptTrialId},
    jobs::job::JobState,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// How many reports are offered at once.
pub const MAX_CHOICES: usize = 20;

/// What a try-out can be made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialChoices {
    pub step: WorkflowStep,
    pub prompt_id: PromptId,
    pub prompt: VersionName,
    /// The version in use.
    pub against: VersionName,
    /// Submitted reports that the search finds, the newest event first; none for a step of the chat.
    pub incidents: Vec<TrialIncident>,
    pub time_zone: Tz,
}

/// A report to try a version on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialIncident {
    pub id: IncidentId,
    pub number: i64,
    pub participant_name: String,
    pub event_date_time: DateTime<Utc>,
}

/// What a version is tried on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialSubject {
    /// A past report.
    Report { id: IncidentId, number: i64, participant_name: String },
    /// What somebody typed, for a step of the chat.
    Typed(String),
}

/// One line of a version's try-outs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialRow {
    pub id: PromptTrialId,
    pub subject: TrialSubject,
    pub against: VersionName,
    pub requested_by: String,
    pub created_at: DateTime<Utc>,
    pub is_finished: bool,
}

/// A try-out, running or done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    pub id: PromptTrialId,
    pub step: WorkflowStep,
    pub prompt_id: PromptId,
    pub prompt: VersionName,
    pub against_id: PromptId,
    pub against: VersionName,
    pub subject: TrialSubject,
    pub requested_by: String,
    pub created_at: DateTime<Utc>,
    /// What the version on trial made; nothing before it is done.
    pub tried: Option<Tried>,
    /// What the version that was in use made.
    pub stood: Option<Tried>,
    /// The work, while it runs or when it failed.
    pub job: Option<JobState>,
    pub time_zone: Tz,
}

/// What one of the two made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    pub output: TrialOutput,
    /// [`crate::ai::BUILT_IN`] or [`crate::ai::BUILT_IN_WITH_MEANING`], or provider and model.
    pub maker: String,
    /// Why the built-in engine had to answer.
    pub problem: Option<FallbackReason>,
}

impl Tried {
    /// Whether the template had no part in it.
    pub fn is_built_in(&self) -> bool {
        built_in_label(&self.maker).is_some()
    }
}

impl Trial {
    /// The report, if it is tried on one.
    pub fn incident_id(&self) -> Option<IncidentId> {
        match &self.subject {
            TrialSubject::Report { id, .. } => Some(*id),
            TrialSubject::Typed(_) => None,
        }
    }

    /// Both outputs, once they are there.
    pub fn outcome(&self) -> Option<(&Tried, &Tried)> {
        self.stood.as_ref().zip(self.tried.as_ref())
    }

    /// Whether there is something to wait for.
    pub fn is_waiting(&self) -> bool {
        self.outcome().is_none() && self.job.as_ref().is_some_and(|job| job.status.is_open())
    }
}
