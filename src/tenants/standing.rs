//! What an organisation may do: its status, and what follows from it at a moment.

use crate::{error::AppError, text_enum::text_enum};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What the system admin decided about the organisation.
    TenantStatus {
        Trial = "trial", "Trial";
        Active = "active", "Active";
        /// Reads, and writes nothing.
        Suspended = "suspended", "Suspended";
    }
}

/// What the organisation may do at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Everything.
    Active,
    /// Everything, until the trial ends.
    Trial { ends_at: Option<DateTime<Utc>> },
    /// Reads only: the trial is over.
    TrialOver { ended_at: DateTime<Utc> },
    /// Reads only.
    Suspended,
}

impl Standing {
    /// The standing that follows from the status at `now`.
    pub fn at(now: DateTime<Utc>, status: TenantStatus, trial_ends_at: Option<DateTime<Utc>>) -> Self {
        match (status, trial_ends_at) {
            (TenantStatus::Active, _) => Self::Active,
            (TenantStatus::Suspended, _) => Self::Suspended,
            (TenantStatus::Trial, Some(ended_at)) if ended_at <= now => Self::TrialOver { ended_at },
            (TenantStatus::Trial, ends_at) => Self::Trial { ends_at },
        }
    }

    /// Whether anything may be changed.
    pub const fn may_write(self) -> bool {
        matches!(self, Self::Active | Self::Trial { .. })
    }

    /// Passes if anything may be changed: for what happens before a transaction or beside it, such as
    /// storing a file or asking a provider.
    pub fn require_write(self) -> Result<(), AppError> {
        if self.may_write() { Ok(()) } else { Err(AppError::read_only()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Standing, TenantStatus};
    use chrono::{TimeDelta, Utc};

    #[test]
    fn a_trial_that_is_over_reads_only() {
        let now = Utc::now();
        let at = |status, ends| Standing::at(now, status, ends).may_write();
        let (past, future) = (now - TimeDelta::seconds(1), now + TimeDelta::seconds(1));
        assert!(at(TenantStatus::Trial, None) && at(TenantStatus::Trial, Some(future)));
        assert!(!at(TenantStatus::Trial, Some(past)) && !at(TenantStatus::Trial, Some(now)));
        assert!(at(TenantStatus::Active, Some(past)), "an old trial's end says nothing about an active organisation");
        assert!(!at(TenantStatus::Suspended, None) && !at(TenantStatus::Suspended, Some(future)));
    }
}
