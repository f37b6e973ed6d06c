//! The addresses of the AI settings.

use crate::{ids::ProviderId, tenants::tenant::TenantSlug};

/// A card of the settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsCard {
    Limits,
    Steps,
    Meaning,
    Providers,
    People,
}

impl SettingsCard {
    /// Its place on the page, and what its saving adds to the address.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Limits => "limits",
            Self::Steps => "steps",
            Self::Meaning => "meaning",
            Self::Providers => "providers",
            Self::People => "people",
        }
    }
}

/// `/{tenant}/ai`.
pub fn settings(tenant: &TenantSlug) -> String {
    format!("/{tenant}/ai")
}

/// The settings page after a card was saved, at that card.
pub fn saved(tenant: &TenantSlug, card: SettingsCard) -> String {
    format!("/{tenant}/ai?saved={id}#{id}", id = card.id())
}

/// The settings page after a provider was saved, and whether its key is gone because it has moved.
pub fn provider_saved(tenant: &TenantSlug, is_key_dropped: bool) -> String {
    let dropped = if is_key_dropped { "&key=dropped" } else { "" };
    format!("/{tenant}/ai?saved=providers{dropped}#providers")
}

/// The settings page after a provider was removed.
pub fn removed(tenant: &TenantSlug) -> String {
    format!("/{tenant}/ai?removed=1#providers")
}

/// The settings page after a provider was tested.
pub fn tested(tenant: &TenantSlug, id: ProviderId) -> String {
    format!("/{tenant}/ai?tested={id}#providers")
}

/// `/{tenant}/ai/providers/new`.
pub fn new_provider(tenant: &TenantSlug) -> String {
    format!("/{tenant}/ai/providers/new")
}

/// `/{tenant}/ai/providers/{id}`.
pub fn provider(tenant: &TenantSlug, id: ProviderId) -> String {
    format!("/{tenant}/ai/providers/{id}")
}
