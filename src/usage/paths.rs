//! The addresses of the usage ledger.

use super::month::Month;
use crate::tenants::tenant::TenantSlug;

/// `/{tenant}/usage?month=2026-11`.
pub fn month(tenant: &TenantSlug, month: Month) -> String {
    format!("/{tenant}/usage?month={month}")
}
