//! The addresses of the dashboard.

use super::query::DashboardQuery;
use crate::tenants::tenant::TenantSlug;

/// `/{tenant}/dashboard?period=30d`.
pub fn dashboard(tenant: &TenantSlug, query: &DashboardQuery) -> String {
    format!("/{tenant}/dashboard{}", query.address())
}

/// The same figures as a spreadsheet.
pub fn export(tenant: &TenantSlug, query: &DashboardQuery) -> String {
    format!("/{tenant}/dashboard/export{}", query.address())
}
