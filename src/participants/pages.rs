//! The pages of the participants' register.

mod edit;
mod list;

pub use edit::{NewParticipantPage, ParticipantEditPage};
pub use list::ParticipantListPage;

use crate::{ids::ParticipantId, tenants::tenant::TenantSlug};

fn list_path(tenant: &TenantSlug) -> String {
    format!("/{tenant}/participants")
}

fn new_path(tenant: &TenantSlug) -> String {
    format!("/{tenant}/participants/new")
}

fn participant_path(tenant: &TenantSlug, id: ParticipantId) -> String {
    format!("/{tenant}/participants/{id}")
}
