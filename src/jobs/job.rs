//! A piece of background work, as people see it.

use crate::ids::{CorrelationId, JobId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    Queued,
    Running,
    Completed,
    /// Failed and waiting for its next attempt.
    Failed,
    /// Failed for good; somebody has to look.
    Dead,
}

impl JobStatus {
    pub const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Completed, Self::Failed, Self::Dead];

    /// As the database writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Dead => "dead",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Queued => "Waiting",
            Self::Running => "Running",
            Self::Completed => "Done",
            Self::Failed => "Trying again",
            Self::Dead => "Gave up",
        }
    }

    /// Reads what [`JobStatus::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether there is still something to wait for.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Failed)
    }
}

/// What a page that waits for a job needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobState {
    pub id: JobId,
    pub status: JobStatus,
    /// 0 to 100.
    pub progress: i16,
    pub error: Option<String>,
}

/// One line of the admin's list of background work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRow {
    pub id: JobId,
    pub kind: String,
    pub status: JobStatus,
    pub attempt: i16,
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// Ties it to the request that asked for it and to its AI calls.
    pub trace: CorrelationId,
}
