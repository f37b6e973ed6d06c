//! The system admin in the place of a person: for a while, with a reason, and seen by everybody concerned.

use crate::{
    accounts::member::Member,
    error::AppError,
    ids::{ActingId, TenantId, UserId},
    incidents::narrative::clean_line,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The longest time, in minutes; the database holds to it too.
pub const MAX_MINUTES: i64 = 30;
const MAX_REASON: usize = 500;

/// Who really sits in a member's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    pub id: ActingId,
    /// The system admin.
    pub actor_id: UserId,
    pub ends_at: DateTime<Utc>,
}

/// What a session carries: where to find the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedActing {
    pub tenant_id: TenantId,
    pub id: ActingId,
}

/// What every page says meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingNote {
    pub person_name: String,
    pub organisation_name: String,
    pub ends_at: DateTime<Utc>,
    /// The organisation's.
    pub time_zone: Tz,
}

impl ActingNote {
    /// What there is to say about a member.
    pub fn of(member: &Member) -> Option<Self> {
        let Acting { ends_at, .. } = member.acting?;
        Some(Self {
            person_name: member.display_name.clone(),
            organisation_name: member.tenant_name.clone(),
            ends_at,
            time_zone: member.time_zone,
        })
    }
}

/// A time that was, or is, as the organisation and the system admin see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingRow {
    pub id: ActingId,
    pub person_name: String,
    pub reason: String,
    pub started_at: DateTime<Utc>,
    /// When it was over, or is going to be.
    pub ended_at: DateTime<Utc>,
    pub is_over: bool,
}

/// Reads why somebody does what others should understand.
pub fn parse_reason(field: &str, text: &str) -> Result<String, AppError> {
    let reason = clean_line(text);
    if reason.is_empty() {
        Err(AppError::field(field, "Enter a reason. The organisation's admins read it."))
    } else if reason.chars().count() > MAX_REASON {
        Err(AppError::field(field, "Use at most 500 characters for the reason."))
    } else {
        Ok(reason)
    }
}
