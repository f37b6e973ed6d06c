//! What the audit trail tells.

use crate::text_enum::text_enum;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Everything that is audited, as `subject.verb`.
    Action {
        IncidentStarted = "incident.started", "Report started";
        IncidentDetailsChanged = "incident.details_changed", "Details changed";
        IncidentSubmitted = "incident.submitted", "Submitted for analysis";
        NarrativeSaved = "narrative.saved", "Account written";
        QuestionsGenerated = "questions.generated", "Questions prepared";
        AnswersSaved = "answers.saved", "Questions answered";
        NarrativeEnhanced = "narrative.enhanced", "Enhanced narrative prepared";
        EnhancementEdited = "narrative.enhancement_edited", "Enhanced narrative edited";
        AnalysisGenerated = "analysis.generated", "Analysis suggested";
        AnalysisEdited = "analysis.edited", "Analysis reviewed";
        AnalysisSignedOff = "analysis.signed_off", "Signed off";
        IncidentReturned = "incident.returned", "Sent back with a question";
        PromptSaved = "prompt.saved", "Prompt version saved";
        PromptActivated = "prompt.activated", "Prompt version activated";
        PromptTried = "prompt.tried", "Prompt tried out";
        ProviderSaved = "ai_provider.saved", "AI provider saved";
        ProviderRemoved = "ai_provider.removed", "AI provider removed";
        ProviderTested = "ai_provider.tested", "AI provider tested";
        AiSettingsChanged = "ai_settings.changed", "AI settings changed";
        LlmAccessChanged = "membership.llm_access_changed", "AI access changed";
        DocumentAdded = "document.added", "Document added";
        DocumentReplaced = "document.replaced", "Document replaced";
        DocumentChanged = "document.changed", "Document changed";
        DocumentArchived = "document.archived", "Document archived";
        DocumentRestored = "document.restored", "Document restored";
        DocumentRemoved = "document.removed", "Document removed";
        EmbeddingModelChanged = "embedding_model.changed", "Meaning search changed";
        GapClosed = "knowledge_gap.closed", "Gap closed";
        GapDismissed = "knowledge_gap.dismissed", "Gap dismissed";
        GapReopened = "knowledge_gap.reopened", "Gap opened again";
        GapMerged = "knowledge_gap.merged", "Gaps merged";
        ChatExported = "chat.exported", "Conversation saved as a file";
        ChatRemoved = "chat.removed", "Conversation deleted";
        ParticipantAdded = "participant.added", "Participant added";
        ParticipantChanged = "participant.changed", "Participant changed";
        SiteAdded = "site.added", "Site added";
        SiteChanged = "site.changed", "Site changed";
        TenantCreated = "tenant.created", "Organisation created";
        MembershipAdded = "membership.added", "Person added";
        IncidentExported = "incident.exported", "Record saved as a file";
        FiguresExported = "dashboard.exported", "Figures saved as a file";
        PersonInvited = "invitation.sent", "Person invited";
        InvitationWithdrawn = "invitation.withdrawn", "Invitation withdrawn";
        InvitationAccepted = "invitation.accepted", "Invitation accepted";
        MembershipChanged = "membership.changed", "Person changed";
        RoleChanged = "membership.role_changed", "Role changed";
        MembershipDeactivated = "membership.deactivated", "Person deactivated";
        MembershipReactivated = "membership.reactivated", "Person active again";
        SessionsEnded = "membership.sessions_ended", "Sessions ended";
        SecondFactorReset = "membership.second_factor_reset", "Second factor reset";
        TenantChanged = "tenant.changed", "Organisation changed";
        TenantStatusChanged = "tenant.status_changed", "Status of the organisation changed";
        TenantSettingsChanged = "tenant_settings.changed", "Settings changed";
        ActingStarted = "acting.started", "Support began to act as a person";
        ActingEnded = "acting.ended", "Support stopped acting as a person";
        AuditExported = "audit.exported", "Audit trail saved as a file";
        AuditVerified = "audit.verified", "Audit trail verified";
        ConnectionsChecked = "connections.checked", "Connections checked";
        LegalHoldPlaced = "legal_hold.placed", "Legal hold placed";
        LegalHoldLifted = "legal_hold.lifted", "Legal hold lifted";
        DataRequestOpened = "data_request.opened", "Data request opened";
        DataRequestApproved = "data_request.approved", "Data request approved";
        DataRequestPutBack = "data_request.put_back", "Data request put back for another decision";
        DataRequestCompleted = "data_request.completed", "Data request completed";
        DataRequestRefused = "data_request.refused", "Data request refused";
        DataRequestDownloaded = "data_request.downloaded", "Data request's file opened";
    }
}

/// Whose name stands in front of a person's if the system admin acted in the person's place.
pub const SUPPORT: &str = "SupportSignal support";

/// What an action is called in a record's history.
pub fn describe(action: &str) -> &'static str {
    Action::parse(action).map_or("Changed", Action::label)
}

/// One line of a record's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub occurred_at: DateTime<Utc>,
    pub action: String,
    /// Nobody: the system itself. If the system admin acted in the person's place, it says so.
    pub actor_name: Option<String>,
}
