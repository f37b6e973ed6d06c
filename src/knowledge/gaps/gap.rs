//! A gap: questions of one meaning that the documents could not answer.

use crate::{
    ids::{DocumentId, GapId},
    text_enum::text_enum,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Gaps on one page of the list.
pub const PAGE_SIZE: i64 = 20;

text_enum! {
    /// What has become of a gap.
    GapStatus {
        Open = "open", "Open";
        /// An article answers it.
        Closed = "closed", "Answered";
        Dismissed = "dismissed", "Not for us";
    }
}

text_enum! {
    /// Why a question counts as unanswered.
    UnansweredCause {
        NotFound = "not_found", "Nothing was found";
        Unverified = "unverified", "The answer had no source";
        NotHelpful = "not_helpful", "The answer didn't help";
    }
}

/// A gap as admins see it. Who asked stays with those who asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub id: GapId,
    /// Its most typical question.
    pub title: String,
    pub status: GapStatus,
    pub revision: i32,
    pub question_count: i64,
    /// How many different people asked.
    pub people_count: i64,
    /// The latest questions, the newest first.
    pub questions: Vec<GapQuestion>,
    /// Words that the questions have in common: an article that uses them is found.
    pub words: Vec<String>,
    pub latest_at: Option<DateTime<Utc>>,
    /// The article that answers it.
    pub article: Option<(DocumentId, String)>,
    pub closed_at: Option<DateTime<Utc>>,
    /// Who answered or dismissed it.
    pub closed_by: Option<String>,
}

/// One question of a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapQuestion {
    pub question: String,
    pub asked_at: DateTime<Utc>,
    pub cause: UnansweredCause,
}

/// One page of gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapPage {
    pub gaps: Vec<Gap>,
    pub counts: GapCounts,
    /// Whether there are more after these.
    pub has_more: bool,
    /// The other open gaps, the most asked first, for saying that two are the same.
    pub open: Vec<(GapId, String)>,
    pub time_zone: Tz,
    pub now: DateTime<Utc>,
}

/// How many gaps are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapCounts {
    pub open: i64,
    pub closed: i64,
    pub dismissed: i64,
}

impl GapCounts {
    /// How many are in this one.
    pub const fn of(self, status: GapStatus) -> i64 {
        match status {
            GapStatus::Open => self.open,
            GapStatus::Closed => self.closed,
            GapStatus::Dismissed => self.dismissed,
        }
    }
}
