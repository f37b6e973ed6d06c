//! The address of the connections.

use crate::tenants::tenant::TenantSlug;

/// `/{tenant}/connections`.
pub fn list(tenant: &TenantSlug) -> String {
    format!("/{tenant}/connections")
}
