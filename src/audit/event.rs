//! What the audit trail tells.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Everything that is audited, as `subject.verb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    IncidentStarted,
    IncidentDetailsChanged,
    IncidentSubmitted,
    NarrativeSaved,
    QuestionsGenerated,
    AnswersSaved,
    NarrativeEnhanced,
    EnhancementEdited,
    AnalysisGenerated,
    AnalysisEdited,
    AnalysisSignedOff,
    IncidentReturned,
    PromptSaved,
    PromptActivated,
    PromptTried,
    ProviderSaved,
    ProviderRemoved,
    ProviderTested,
    AiSettingsChanged,
    LlmAccessChanged,
    DocumentAdded,
    DocumentReplaced,
    DocumentChanged,
    DocumentArchived,
    DocumentRestored,
    DocumentRemoved,
    EmbeddingModelChanged,
    GapClosed,
    GapDismissed,
    GapReopened,
    GapMerged,
    ChatExported,
    ChatRemoved,
    ParticipantAdded,
    ParticipantChanged,
    SiteAdded,
    SiteChanged,
    TenantCreated,
    MembershipAdded,
}

impl Action {
    /// As the database keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IncidentStarted => "incident.started",
            Self::IncidentDetailsChanged => "incident.details_changed",
            Self::IncidentSubmitted => "incident.submitted",
            Self::NarrativeSaved => "narrative.saved",
            Self::QuestionsGenerated => "questions.generated",
            Self::AnswersSaved => "answers.saved",
            Self::NarrativeEnhanced => "narrative.enhanced",
            Self::EnhancementEdited => "narrative.enhancement_edited",
            Self::AnalysisGenerated => "analysis.generated",
            Self::AnalysisEdited => "analysis.edited",
            Self::AnalysisSignedOff => "analysis.signed_off",
            Self::IncidentReturned => "incident.returned",
            Self::PromptSaved => "prompt.saved",
            Self::PromptActivated => "prompt.activated",
            Self::PromptTried => "prompt.tried",
            Self::ProviderSaved => "ai_provider.saved",
            Self::ProviderRemoved => "ai_provider.removed",
            Self::ProviderTested => "ai_provider.tested",
            Self::AiSettingsChanged => "ai_settings.changed",
            Self::LlmAccessChanged => "membership.llm_access_changed",
            Self::DocumentAdded => "document.added",
            Self::DocumentReplaced => "document.replaced",
            Self::DocumentChanged => "document.changed",
            Self::DocumentArchived => "document.archived",
            Self::DocumentRestored => "document.restored",
            Self::DocumentRemoved => "document.removed",
            Self::EmbeddingModelChanged => "embedding_model.changed",
            Self::GapClosed => "knowledge_gap.closed",
            Self::GapDismissed => "knowledge_gap.dismissed",
            Self::GapReopened => "knowledge_gap.reopened",
            Self::GapMerged => "knowledge_gap.merged",
            Self::ChatExported => "chat.exported",
            Self::ChatRemoved => "chat.removed",
            Self::ParticipantAdded => "participant.added",
            Self::ParticipantChanged => "participant.changed",
            Self::SiteAdded => "site.added",
            Self::SiteChanged => "site.changed",
            Self::TenantCreated => "tenant.created",
            Self::MembershipAdded => "membership.added",
        }
    }
}

/// What an action is called in a record's history.
pub fn describe(action: &str) -> &'static str {
    match action {
        "incident.started" => "Report started",
        "incident.details_changed" => "Details changed",
        "incident.submitted" => "Submitted for analysis",
        "narrative.saved" => "Account written",
        "questions.generated" => "Questions prepared",
        "answers.saved" => "Questions answered",
        "narrative.enhanced" => "Enhanced narrative prepared",
        "narrative.enhancement_edited" => "Enhanced narrative edited",
        "analysis.generated" => "Analysis suggested",
        "analysis.edited" => "Analysis reviewed",
        "analysis.signed_off" => "Signed off",
        "incident.returned" => "Sent back with a question",
        _ => "Changed",
    }
}

/// One line of a record's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub occurred_at: DateTime<Utc>,
    pub action: String,
    /// Nobody: the system itself.
    pub actor_name: Option<String>,
}
