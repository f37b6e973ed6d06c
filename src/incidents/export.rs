//! The whole record of an incident as a file: one typed document, as JSON and as a PDF that says the same.

pub mod download;
pub mod pdf;
pub mod store;

use super::{
    incident::{AnalysisStatus, CaptureStatus},
    record::NarrativeVersion,
};
use crate::{
    analysis::record::{Analysis, Return},
    clarification::question::Question,
    ids::{IncidentId, QuestionId},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Raised when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that is known about one incident, and when it was saved as a file by whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentExport {
    pub schema_version: u32,
    pub exported_at: DateTime<Utc>,
    /// A person's name, or what the file was made for.
    pub exported_by: String,
    pub organisation: String,
    /// In which the PDF tells moments; JSON has them in UTC.
    pub time_zone: Tz,
    pub details: ExportedDetails,
    /// All versions of the account, the current one first, each with its enhanced narrative.
    pub versions: Vec<NarrativeVersion>,
    /// All that were asked, those of earlier versions included.
    pub questions: Vec<ExportedQuestion>,
    /// All that the person may see, the latest first.
    pub analyses: Vec<ExportedAnalysis>,
    /// The questions with which the report went back to its reporter, the latest first.
    pub returns: Vec<Return>,
    pub history: Vec<ExportedEvent>,
}

/// Who, where and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedDetails {
    pub id: IncidentId,
    pub number: i64,
    pub participant_name: String,
    pub reporter_name: String,
    pub site_name: Option<String>,
    pub location: String,
    pub event_date_time: DateTime<Utc>,
    pub late_reason: String,
    pub capture_status: CaptureStatus,
    pub analysis_status: AnalysisStatus,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub submitted_at: Option<DateTime<Utc>>,
}

/// A question with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedQuestion {
    #[serde(flatten)]
    pub question: Question,
    /// The version of the account that raised it.
    pub narrative_version: i32,
    /// Whether a later version of the account made it pointless.
    pub is_withdrawn: bool,
    pub asked_at: DateTime<Utc>,
    pub answered_by: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
}

/// An analysis, and whether it is the one that counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedAnalysis {
    pub is_current: bool,
    #[serde(flatten)]
    pub analysis: Analysis,
}

/// One entry of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedEvent {
    pub occurred_at: DateTime<Utc>,
    pub action: String,
    /// The same in words.
    pub description: String,
    /// Nobody: the system itself.
    pub actor_name: Option<String>,
    /// Ids, states and counts.
    pub details: Value,
}

/// For whom a file is made.
#[derive(Debug, Clone)]
pub struct ExportFrame {
    pub exported_at: DateTime<Utc>,
    pub exported_by: String,
    pub organisation: String,
    pub time_zone: Tz,
}

/// Which analyses go into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnalysisDepth {
    /// Every one, whatever its state.
    All,
    /// The one that was signed off, as its reporter sees it.
    SignedOff,
}

impl IncidentExport {
    /// What the files are called, without an ending: "report-12".
    pub fn file_name(&self) -> String {
        format!("report-{}", self.details.number)
    }

    /// The text of a question.
    fn question_text(&self, id: QuestionId) -> Option<&str> {
        self.questions.iter().map(|asked| &asked.question).find(|asked| asked.id == id).map(|asked| asked.text.as_str())
    }
}
