//! A notification, as its reader sees it.

use crate::{
    ids::{ActingId, IncidentId, NotificationId},
    text_enum::text_enum,
    usage::month::Month,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What it is about.
    NotificationKind {
        /// A report was submitted and waits for review.
        IncidentSubmitted = "incident_submitted", "Submitted";
        /// A report came back to its reporter with a question.
        IncidentReturned = "incident_returned", "Sent back";
        /// A reporter's report was signed off.
        IncidentSignedOff = "incident_signed_off", "Signed off";
        /// A part of the month's limit for AI calls was reached.
        BudgetAlert = "budget_alert", "AI spending";
        /// The system admin began to act as somebody of the organisation.
        ActingStarted = "acting_started", "Support access";
    }
}

/// One line of a person's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    pub id: NotificationId,
    pub kind: NotificationKind,
    pub subject: Subject,
    pub created_at: DateTime<Utc>,
    pub is_read: bool,
}

/// What a notification is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    Report(Report),
    Budget(Budget),
    Acting(ActingStart),
}

/// A report that something was done with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub id: IncidentId,
    pub number: i64,
    pub reporter_name: String,
    pub participant_name: String,
}

/// The system admin in somebody's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingStart {
    pub id: ActingId,
    /// In whose place.
    pub person_name: String,
    pub reason: String,
}

/// A part of a month's limit that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    pub month: Month,
    pub threshold_percent: i16,
    /// In millionths of a US dollar.
    pub cap_micros: i64,
}

impl Notification {
    /// The report that it is about, if it is about one.
    pub fn incident_id(&self) -> Option<IncidentId> {
        match &self.subject {
            Subject::Report(report) => Some(report.id),
            Subject::Budget(_) | Subject::Acting(_) => None,
        }
    }
}
