//! The person in front of a page: what the frame around every page shows.

use super::{member::Member, role::Role};
use crate::tenants::{acting::ActingNote, settings::Branding, tenant::TenantSlug};
use serde::{Deserialize, Serialize};

/// The signed-in person in one organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub member: Member,
    /// All organisations of the person, this one included, by name.
    pub tenants: Vec<TenantChoice>,
    pub unread_notifications: i64,
    /// How the organisation looks.
    pub branding: Branding,
    /// As whom the person acts just now, here or in another organisation.
    pub acting: Option<ActingNote>,
}

/// An organisation to switch to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantChoice {
    pub slug: TenantSlug,
    pub name: String,
    pub role: Role,
}

impl TenantChoice {
    /// The organisation of a membership.
    pub fn of(member: Member) -> Self {
        Self { slug: member.tenant, name: member.tenant_name, role: member.role }
    }
}
