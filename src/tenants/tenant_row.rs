//! One line of the system admin's list of organisations.

use super::standing::Standing;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An organisation as its operator sees it: no reports, no people's names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRow {
    pub slug: String,
    pub name: String,
    pub standing: Standing,
    pub time_zone: String,
    pub created_at: DateTime<Utc>,
    pub members: i64,
}
