//! A piece of background work, as people see it.

use crate::{
    ids::{CorrelationId, JobId},
    text_enum::text_enum,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Where a job stands.
    JobStatus {
        Queued = "queued", "Waiting";
        Running = "running", "Running";
        Completed = "completed", "Done";
        /// Failed and waiting for its next attempt.
        Failed = "failed", "Trying again";
        /// Failed for good; somebody has to look.
        Dead = "dead", "Gave up";
    }
}

impl JobStatus {
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
