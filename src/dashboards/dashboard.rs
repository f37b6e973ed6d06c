//! Everything that a dashboard shows.

use super::{
    figures::{Figures, Scope, Totals},
    saved_view::SavedView,
};
use crate::{ids::IncidentId, incidents::record::FilterChoices};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    pub overview: Overview,
    /// The sites and participants to choose from.
    pub choices: FilterChoices,
    /// The person's own, by name.
    pub views: Vec<SavedView>,
    /// The day that it is where the organisation is.
    pub today: NaiveDate,
    pub now: DateTime<Utc>,
}

/// The figures of a period beside those of the period before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    pub scope: Scope,
    pub figures: Figures,
    pub before: Totals,
    pub queue: Queue,
    pub keys: WordsKeys,
}

/// Reports that wait for a sign-off now, whenever their events were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    pub waiting: i64,
    /// The longest-waiting first; at most three.
    pub oldest: Vec<WaitingReport>,
}

/// A report that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingReport {
    pub id: IncidentId,
    pub number: i64,
    pub submitted_at: DateTime<Utc>,
}

/// What stands in addresses for words that must not stand there, in the order of the figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordsKeys {
    /// Of each participant's name.
    pub participants: Vec<String>,
    /// Of each condition's words.
    pub conditions: Vec<String>,
}
