//! What the audit viewer shows.

use super::event::Action;
use crate::{ids::UserId, jobs::job::JobState, text_enum::text_enum};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Entries on one page.
pub const PAGE_SIZE: usize = 50;

text_enum! {
    /// Actions that belong together.
    ActionGroup {
        Reports = "reports", "Reports";
        People = "people", "People and access";
        Registers = "registers", "Participants and sites";
        Knowledge = "knowledge", "Documents and questions";
        Ai = "ai", "AI";
        Organisation = "organisation", "Organisation and support";
        Data = "data", "Files and data requests";
    }
}

impl ActionGroup {
    /// The group of an action.
    pub fn of(action: Action) -> Self {
        let subject = action.as_str().split_once('.').map_or("", |(subject, _)| subject);
        match subject {
            "incident" | "narrative" | "questions" | "answers" | "analysis" => Self::Reports,
            "membership" | "invitation" => Self::People,
            "participant" | "site" => Self::Registers,
            "document" | "knowledge_gap" | "chat" => Self::Knowledge,
            "prompt" | "ai_provider" | "ai_settings" | "embedding_model" => Self::Ai,
            "audit" | "dashboard" | "legal_hold" | "data_request" => Self::Data,
            _ => Self::Organisation,
        }
    }

    /// Its actions.
    pub fn actions(self) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |action| Self::of(*action) == self)
    }
}

text_enum! {
    /// What an entry may be about.
    SubjectKind {
        Incident = "incident", "Report";
        Membership = "membership", "Person";
        Invitation = "invitation", "Invitation";
        Participant = "participant", "Participant";
        Site = "site", "Site";
        Document = "document", "Document";
        Gap = "knowledge_gap", "Gap in the documents";
        Chat = "chat_session", "Conversation";
        Prompt = "prompt", "Prompt";
        Provider = "ai_provider", "AI provider";
        AiSettings = "ai_settings", "AI settings";
        EmbeddingSettings = "embedding_settings", "Meaning search";
        Tenant = "tenant", "Organisation";
        LegalHold = "legal_hold", "Legal hold";
        DataRequest = "data_request", "Data request";
    }
}

/// What a kind of subject is called.
pub fn subject_label(subject_type: &str) -> String {
    SubjectKind::parse(subject_type).map_or_else(|| subject_type.replace('_', " "), |kind| kind.label().to_owned())
}

/// One entry of the trail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number in the organisation's chain, from 1.
    pub position: i64,
    pub occurred_at: DateTime<Utc>,
    /// Nobody: the system itself.
    pub actor_name: Option<String>,
    /// An [`Action`], unless a later version of the product wrote it.
    pub action: String,
    pub subject_type: String,
    pub subject_id: Uuid,
    /// What the subject is called now.
    pub subject_name: Option<String>,
    /// Ids, states and counts.
    pub details: Value,
}

/// One page of the trail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// The position that the next page comes after.
    pub next: Option<i64>,
    /// Everybody who is or was here: id and name.
    pub people: Vec<(UserId, String)>,
}

/// What came of verifying the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    pub verified_at: DateTime<Utc>,
    /// Nobody: the system itself.
    pub verified_by: Option<String>,
    pub entries: i64,
    /// The first entry at which the chain doesn't hold.
    pub break_position: Option<i64>,
    /// When that entry says that it was written, if it is still there.
    pub break_at: Option<DateTime<Utc>>,
    pub duration_ms: i32,
}

/// Where verifying stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationState {
    pub last: Option<Verification>,
    /// The latest job, if the trail was ever long enough for one.
    pub job: Option<JobState>,
}

impl VerificationState {
    /// Whether there is something to wait for.
    pub fn is_under_way(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.status.is_open())
    }
}

#[cfg(test)]
mod tests {
    use super::{ActionGroup, subject_label};
    use crate::audit::event::Action;

    #[test]
    fn every_action_belongs_to_one_group() {
        let grouped: usize = ActionGroup::ALL.iter().map(|group| group.actions().count()).sum();
        assert_eq!(grouped, Action::ALL.len());
        assert!(ActionGroup::ALL.iter().all(|group| group.actions().count() > 0));
        assert_eq!(ActionGroup::of(Action::LlmAccessChanged), ActionGroup::People);
    }

    #[test]
    fn what_is_not_known_is_named_as_it_is() {
        assert_eq!([subject_label("ai_provider"), subject_label("moon_base")], ["AI provider", "moon base"]);
    }
}
