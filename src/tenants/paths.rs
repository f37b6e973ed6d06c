//! The addresses of the settings and of the system admin's organisations.

use super::{settings::SettingsGroup, tenant::TenantSlug};

/// `/{tenant}/settings`.
pub fn settings(tenant: &TenantSlug) -> String {
    format!("/{tenant}/settings")
}

/// The settings page after a group was saved.
pub fn saved(tenant: &TenantSlug, group: SettingsGroup) -> String {
    format!("/{tenant}/settings?saved={}", group.as_str())
}

/// `/{tenant}/organisations`; the tenant is the system's own.
pub fn organisations(tenant: &TenantSlug) -> String {
    format!("/{tenant}/organisations")
}

/// `/{tenant}/organisations/new`.
pub fn new_organisation(tenant: &TenantSlug) -> String {
    format!("/{tenant}/organisations/new")
}

/// The page of one organisation. `new` is no organisation's address (see [`TenantSlug::parse_new`]).
pub fn organisation(tenant: &TenantSlug, slug: &str) -> String {
    format!("/{tenant}/organisations/{slug}")
}
