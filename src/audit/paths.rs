//! The addresses of the audit trail, and of what its entries are about.

use super::{filter::AuditFilter, trail::SubjectKind};
use crate::{
    incidents::paths as incidents, knowledge::paths as knowledge, providers::paths as providers,
    tenants::tenant::TenantSlug,
};
use uuid::Uuid;

/// `/{tenant}/audit`.
pub fn trail(tenant: &TenantSlug) -> String {
    format!("/{tenant}/audit")
}

/// The trail as `filter` has it.
pub fn filtered(tenant: &TenantSlug, filter: &AuditFilter) -> String {
    format!("{}{}", trail(tenant), filter.query())
}

/// The same as a file, from the beginning.
pub fn export(tenant: &TenantSlug, filter: &AuditFilter) -> String {
    let filter = AuditFilter { after: String::new(), ..filter.clone() };
    format!("{}/export{}", trail(tenant), filter.query())
}

/// The trail from an entry on backwards.
pub fn from_entry(tenant: &TenantSlug, position: i64) -> String {
    format!("{}?after={}", trail(tenant), position.saturating_add(1))
}

/// Where a record can be opened, if it has a page.
pub fn subject(tenant: &TenantSlug, subject_type: &str, id: Uuid) -> Option<String> {
    Some(match SubjectKind::parse(subject_type)? {
        SubjectKind::Incident => incidents::record(tenant, id.into()),
        SubjectKind::Participant => format!("/{tenant}/participants/{id}"),
        SubjectKind::Site => format!("/{tenant}/sites/{id}"),
        SubjectKind::Document => knowledge::document(tenant, id.into()),
        SubjectKind::Provider => providers::provider(tenant, id.into()),
        SubjectKind::AiSettings | SubjectKind::EmbeddingSettings => providers::settings(tenant),
        _ => return None,
    })
}
