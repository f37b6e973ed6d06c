//! Identifiers: UUIDv7 newtypes, so that one kind of id cannot stand in for another.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, ordered by time.
            #[cfg(feature = "ssr")]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id as a plain UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// An organisation.
    TenantId;
    /// A person, whichever organisations they work for.
    UserId;
    /// A signed-in device, as shown to its owner; not the secret of the session.
    SessionHandle;
    /// A person who is supported.
    ParticipantId;
    /// A place where people are supported.
    SiteId;
    /// An incident, from draft to signed-off record.
    IncidentId;
    /// One version of an incident's narrative.
    NarrativeId;
    /// A clarification question.
    QuestionId;
    /// One version of a prompt template.
    PromptId;
    /// A try-out of a prompt template on a past incident.
    PromptTrialId;
    /// One analysis of a submitted incident.
    AnalysisId;
    /// One classification of an incident.
    ClassificationId;
    /// A report's way back to its reporter.
    ReturnId;
    /// A provider that a tenant has set up.
    ProviderId;
    /// One call in the usage ledger.
    UsageEventId;
    /// What the ledger adds up to for one day, step, model and person.
    UsageSummaryId;
    /// A part of a month's limit that was reached.
    BudgetAlertId;
    /// A document of the knowledge base.
    DocumentId;
    /// A part of a document: a section, or a passage that search finds.
    ChunkId;
    /// Questions of one meaning that the documents could not answer.
    GapId;
    /// One question that the documents could not answer.
    UnansweredQuestionId;
    /// A conversation with the knowledge base.
    ChatSessionId;
    /// One message of a conversation.
    ChatMessageId;
    /// A piece of background work.
    JobId;
    /// An invitation to join an organisation.
    InvitationId;
    /// A second factor of a person.
    FactorId;
    /// A device that need not show the second factor for a while.
    DeviceId;
    /// A time in which the system admin acts as somebody.
    ActingId;
    /// A dashboard's filters that a person keeps.
    SavedViewId;
    /// A file made of many records.
    ExportId;
    /// A request to export or delete a person's data.
    DataRequestId;
    /// Records that must not be deleted.
    LegalHoldId;
    /// A look at whether an audit trail holds.
    AuditVerificationId;
    /// A line of the debug log.
    DebugLogId;
    /// A look at whether something outside can be reached.
    ConnectionCheckId;
    /// A notification to one person.
    NotificationId;
    /// An entry of the audit trail.
    AuditEventId;
    /// Ties together what one request, its jobs and its AI calls did.
    CorrelationId;
}

impl CorrelationId {
    /// What people are told of it: its last eight characters. The first ones are a time that others share.
    pub fn reference(self) -> String {
        self.0.simple().to_string().chars().skip(24).collect()
    }
}

impl TenantId {
    /// The tenant that owns what every tenant may read, such as the default prompts.
    pub const SYSTEM: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));
}
