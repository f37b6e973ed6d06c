//! The addresses of incidents.

use super::incident::WizardStep;
use crate::{
    ids::{IncidentId, ParticipantId},
    tenants::tenant::TenantSlug,
};

/// `/{tenant}/incidents`.
pub fn list(tenant: &TenantSlug) -> String {
    format!("/{tenant}/incidents")
}

/// `/{tenant}/incidents?participant={id}`: the reports about one person.
pub fn about(tenant: &TenantSlug, participant: ParticipantId) -> String {
    format!("{}?participant={participant}", list(tenant))
}

/// `/{tenant}/incidents/{id}`.
pub fn record(tenant: &TenantSlug, id: IncidentId) -> String {
    format!("/{tenant}/incidents/{id}")
}

/// `/{tenant}/incidents/{id}/analysis`, the managers' page.
pub fn analysis(tenant: &TenantSlug, id: IncidentId) -> String {
    format!("{}/analysis", record(tenant, id))
}

/// `/{tenant}/incidents/{id}/export.pdf`; `format` is `pdf` or `json`.
pub fn export(tenant: &TenantSlug, id: IncidentId, format: &str) -> String {
    format!("{}/export.{format}", record(tenant, id))
}

/// A step of the wizard: `/{tenant}/incidents/{id}/narrative`.
pub fn step(tenant: &TenantSlug, id: IncidentId, step: WizardStep) -> String {
    format!("/{tenant}/incidents/{id}/{}", step.path())
}

/// Where a form leads once it is saved.
#[cfg(feature = "ssr")]
pub fn redirect_after(tenant: &TenantSlug, id: IncidentId, intent: super::draft::Intent, next: WizardStep) {
    use super::draft::Intent;
    match intent {
        Intent::Stay => (),
        Intent::Continue => leptos_axum::redirect(&step(tenant, id, next)),
        Intent::Leave => leptos_axum::redirect(&format!("/{tenant}?saved=1")),
    }
}
