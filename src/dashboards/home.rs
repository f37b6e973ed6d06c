//! What the home page shows: for reviewers what waits, for reporters what to go on with.

use crate::incidents::record::IncidentRow;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A draft that nobody has touched for this long counts as stuck.
pub const STUCK_AFTER_HOURS: i64 = 48;

/// The home page of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// For those who review.
    pub review: Option<ReviewHome>,
    /// The person's own drafts, the latest touched first.
    pub drafts: Vec<IncidentRow>,
    /// The person's own submitted reports, the latest first.
    pub recent: Vec<IncidentRow>,
    pub time_zone: Tz,
    pub now: DateTime<Utc>,
}

/// What reviewers look at first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewHome {
    /// Submitted reports that wait, the longest-waiting first.
    pub queue: Vec<IncidentRow>,
    /// Other people's and own drafts that nobody has touched for [`STUCK_AFTER_HOURS`].
    pub stuck: Vec<IncidentRow>,
    pub counts: Counts,
    /// What waits in the knowledge base; for those who edit it.
    pub knowledge: Option<KnowledgeCounts>,
}

/// What waits in the knowledge base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnowledgeCounts {
    /// Questions, grouped by meaning, that the documents couldn't answer.
    pub open_gaps: i64,
    pub failed_documents: i64,
}

/// How many reports are where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub waiting_for_review: i64,
    pub stuck_drafts: i64,
    pub open_drafts: i64,
    /// Submitted in the last seven days, and in the seven before.
    pub submitted_last_week: i64,
    pub submitted_week_before: i64,
}
