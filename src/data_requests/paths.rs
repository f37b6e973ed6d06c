//! The addresses of data requests.

use crate::{ids::DataRequestId, tenants::tenant::TenantSlug};

/// `/{tenant}/data-requests`.
pub fn list(tenant: &TenantSlug) -> String {
    format!("/{tenant}/data-requests")
}

/// `/{tenant}/data-requests/new`.
pub fn new(tenant: &TenantSlug) -> String {
    format!("/{tenant}/data-requests/new")
}

/// `/{tenant}/data-requests/{id}`.
pub fn request(tenant: &TenantSlug, id: DataRequestId) -> String {
    format!("/{tenant}/data-requests/{id}")
}

/// `/{tenant}/data-requests/{id}/file`: the finished file.
pub fn file(tenant: &TenantSlug, id: DataRequestId) -> String {
    format!("/{tenant}/data-requests/{id}/file")
}

/// `/{tenant}/data-requests/holds/new`.
pub fn new_hold(tenant: &TenantSlug) -> String {
    format!("/{tenant}/data-requests/holds/new")
}
