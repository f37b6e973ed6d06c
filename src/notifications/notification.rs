//! A notification, as its reader sees it.

use crate::{
    ids::{IncidentId, NotificationId},
    text_enum::text_enum,
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
    }
}

/// One line of a person's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    pub id: NotificationId,
    pub kind: NotificationKind,
    pub incident_id: IncidentId,
    pub incident_number: i64,
    pub reporter_name: String,
    pub participant_name: String,
    pub created_at: DateTime<Utc>,
    pub is_read: bool,
}
