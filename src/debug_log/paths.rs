//! The addresses of the debug log.

use super::line::LogFilter;
use crate::{ids::CorrelationId, tenants::tenant::TenantSlug};

/// `/{tenant}/log`.
pub fn log(tenant: &TenantSlug) -> String {
    format!("/{tenant}/log")
}

/// The log as `filter` has it.
pub fn filtered(tenant: &TenantSlug, filter: &LogFilter) -> String {
    format!("{}{}", log(tenant), filter.query())
}

/// Everything of one trace.
pub fn trace(tenant: &TenantSlug, id: CorrelationId) -> String {
    format!("{}?trace={id}", log(tenant))
}
