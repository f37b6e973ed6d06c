//! The pages of the sites' register.

mod edit;
mod list;

pub use edit::{NewSitePage, SiteEditPage};
pub use list::SiteListPage;

use crate::{ids::SiteId, tenants::tenant::TenantSlug};

fn list_path(tenant: &TenantSlug) -> String {
    format!("/{tenant}/sites")
}

fn new_path(tenant: &TenantSlug) -> String {
    format!("/{tenant}/sites/new")
}

fn site_path(tenant: &TenantSlug, id: SiteId) -> String {
    format!("/{tenant}/sites/{id}")
}
