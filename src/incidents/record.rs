//! Incidents as lists and the record page show them.

use super::{
    enhancement::Enhancement,
    incident::{AnalysisStatus, CaptureStatus, OverallStatus, WizardStep},
    narrative::{Narrative, Phase},
};
use crate::{
    ai::provider::FallbackReason,
    analysis::record::{Analysis, Finding, Return},
    audit::event::HistoryEntry,
    clarification::question::Question,
    ids::{IncidentId, UserId},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentRow {
    pub id: IncidentId,
    pub number: i64,
    pub participant_name: String,
    /// What happened in one line; empty before anything is told.
    pub headline: String,
    pub event_date_time: DateTime<Utc>,
    pub reporter_id: UserId,
    pub reporter_name: String,
    pub site_name: Option<String>,
    pub overall_status: OverallStatus,
    pub wizard_step: WizardStep,
    pub submitted_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    /// What it was signed off as. Only lists that show it have it.
    pub findings: Vec<Finding>,
    /// The question with which it came back, while that is open. Only lists of drafts have it.
    pub question: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentPage {
    pub rows: Vec<IncidentRow>,
    /// The cursor of the next page.
    pub next: Option<String>,
    pub time_zone: Tz,
    /// When the page was made, for words like "2 hours ago".
    pub now: DateTime<Utc>,
    pub choices: FilterChoices,
}

/// What the filter offers, as (id, name).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterChoices {
    pub participants: Vec<(String, String)>,
    /// Whether these are only the people of recent reports, because the register has too many for a menu.
    pub are_recent_participants: bool,
    pub sites: Vec<(String, String)>,
    /// Empty for people who see only their own reports.
    pub reporters: Vec<(String, String)>,
    /// What the keys in the address stand for, if a report was found by them.
    pub unlisted: Option<String>,
    pub condition: Option<String>,
}

impl FilterChoices {
    /// What to do about somebody who isn't offered.
    pub fn participant_hint(&self) -> Option<&'static str> {
        self.are_recent_participants.then_some("The people of recent reports. For others, go to Participants.")
    }
}

/// The whole record of an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentRecord {
    pub id: IncidentId,
    pub number: i64,
    pub participant_name: String,
    pub headline: String,
    pub site_name: Option<String>,
    pub location: String,
    pub event_date_time: DateTime<Utc>,
    pub late_reason: String,
    pub reporter_name: String,
    /// Whether the person who looks is the reporter.
    pub is_mine: bool,
    pub capture_status: CaptureStatus,
    pub analysis_status: AnalysisStatus,
    pub overall_status: OverallStatus,
    pub wizard_step: WizardStep,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub submitted_at: Option<DateTime<Utc>>,
    /// All versions of the account, the current one first.
    pub versions: Vec<NarrativeVersion>,
    pub questions: Vec<Question>,
    /// Once it is signed off; for those who review, from the start.
    pub analysis: Option<Analysis>,
    /// The questions with which it went back to its reporter, the latest first.
    pub returns: Vec<Return>,
    pub history: Vec<HistoryEntry>,
    pub time_zone: Tz,
    pub now: DateTime<Utc>,
}

/// One version of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NarrativeVersion {
    pub version: i32,
    pub author_name: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub narrative: Narrative,
    pub enhancement: Option<Enhancement>,
    pub enhanced_by_model: Option<String>,
    /// Why the built-in engine enhanced it although a provider was chosen.
    pub fallback: Option<FallbackReason>,
    /// Version of the prompt behind the enhancement.
    pub prompt_version: Option<i32>,
}

impl NarrativeVersion {
    /// The enhanced text of a phase if there is one, or else the reporter's own.
    pub fn text(&self, phase: Phase) -> String {
        self.enhancement
            .as_ref()
            .map_or_else(|| self.narrative.phase(phase).to_owned(), |enhancement| enhancement.text(phase))
    }
}
