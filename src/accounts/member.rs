//! Who is signed in, and as what.

use super::{permission::Permission, role::Role};
use crate::{
    error::AppError,
    ids::{TenantId, UserId},
    tenants::{acting::Acting, standing::Standing, tenant::TenantSlug},
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A person inside one organisation: what every tenant-scoped server function starts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub tenant_id: TenantId,
    pub tenant: TenantSlug,
    pub tenant_name: String,
    pub time_zone: Tz,
    pub user_id: UserId,
    pub display_name: String,
    pub role: Role,
    /// What the organisation may do at this moment.
    pub standing: Standing,
    /// Whether the organisation's pages ask for a second factor.
    pub second_factor_required: bool,
    /// Who really sits there, if it is the system admin in the person's place.
    #[serde(default)]
    pub acting: Option<Acting>,
}

impl Member {
    /// Passes if the member's role has the permission.
    pub fn require(&self, permission: Permission) -> Result<(), AppError> {
        if self.role.may(permission) { Ok(()) } else { Err(AppError::Forbidden) }
    }
}
