//! A notification, as its reader sees it.

use crate::ids::{IncidentId, NotificationId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A report was submitted and waits for review.
    IncidentSubmitted,
}

impl NotificationKind {
    /// As the database keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IncidentSubmitted => "incident_submitted",
        }
    }

    /// Reads what [`NotificationKind::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        (text == Self::IncidentSubmitted.as_str()).then_some(Self::IncidentSubmitted)
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
