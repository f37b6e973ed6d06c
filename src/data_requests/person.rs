//! What a file of a person's data holds.

use crate::{
    accounts::sessions::SessionRow, ids::DataRequestId, incidents::export::ExportedEvent,
    participants::participant::Participant,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Raised when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// `data.json`: everything but the reports, which are files of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonExport {
    pub schema_version: u32,
    pub request: DataRequestId,
    pub exported_at: DateTime<Utc>,
    pub organisation: String,
    pub person: Person,
    /// About a participant, or written by somebody who works here.
    pub reports: Vec<ReportFile>,
    /// What the file does not hold, and why.
    pub left_out: Vec<String>,
}

/// The person, with what is kept about them apart from reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Person {
    Participant {
        entry: Participant,
    },
    Member {
        membership: Membership,
        activity: Vec<Activity>,
        notifications: Vec<Told>,
        ai_calls: Vec<AiCall>,
        /// Only in a file that the person asked for themself.
        conversations: Option<Vec<Conversation>>,
        /// Only in a file that the person asked for themself.
        #[serde(default)]
        saved_views: Option<Vec<KeptView>>,
        /// Only in a file that the person asked for themself.
        signed_in_devices: Option<Vec<SessionRow>>,
    },
}

/// Where in the archive a report is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportFile {
    pub number: i64,
    pub json: String,
    pub pdf: String,
}

/// Who somebody is in the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub display_name: String,
    pub email: Option<String>,
    pub role: String,
    pub status: String,
    pub may_use_ai_providers: bool,
    pub since: DateTime<Utc>,
}

/// Something that the person did, as the audit trail has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    #[serde(flatten)]
    pub event: ExportedEvent,
    pub subject_type: String,
    pub subject_id: Uuid,
}

/// Something that the person was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub kind: String,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

/// An AI call that the person caused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiCall {
    pub occurred_at: DateTime<Utc>,
    pub workflow_step: String,
    pub provider: String,
    pub ai_model: String,
    pub input_tokens: i32,
    pub output_tokens: i32,
    /// Millionths of a US dollar.
    pub cost_micros: i64,
    pub outcome: String,
}

/// A conversation with the documents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub title: String,
    pub messages: Vec<Message>,
}

/// Filters of the dashboard under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptView {
    pub name: String,
    /// Of the page's address.
    pub query: String,
    pub created_at: DateTime<Utc>,
}

/// One message of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// "user" or "assistant".
    pub role: String,
    pub content: String,
    pub created_at: DateTime<Utc>,
}

/// What isn't in a participant's file.
pub fn left_out_of_participant() -> Vec<String> {
    vec![
        "Reports that name the person without choosing them from the register: SupportSignal can't tell whom such a name means.".to_owned(),
        "Documents of the knowledge base: they are the organisation's, and are not searched for names.".to_owned(),
    ]
}

/// What isn't in the file of somebody who works here.
pub fn left_out_of_member(is_own: bool) -> Vec<String> {
    let mut left_out = vec![
        "Analyses of reports that are not signed off: they are the team leads' drafts.".to_owned(),
        "The password and the second step, which nobody can read.".to_owned(),
        "Failed sign-ins and other events of the account, which the person sees on the page \"Your account\"."
            .to_owned(),
    ];
    if !is_own {
        left_out.push(
            "Conversations with the documents, saved views of the dashboard and signed-in devices: only the person can ask for these, on the page \"Your account\".".to_owned(),
        );
    }
    left_out
}
