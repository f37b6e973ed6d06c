//! The addresses of the pages about people.

use crate::{ids::UserId, tenants::tenant::TenantSlug, text_enum::text_enum};

text_enum! {
    /// What was just done to a person, for the note on their page.
    PersonChange {
        Saved = "saved", "Saved.";
        Deactivated = "deactivated", "The person is deactivated. They can't open your organisation any more.";
        Reactivated = "reactivated", "The person is active again.";
        SessionsEnded = "sessions", "The person is signed out on all devices.";
        SecondFactorReset = "second-factor", "Two-step sign-in is reset. The person signs in with the password only, until they set it up again.";
    }
}

text_enum! {
    /// What was just done to an invitation, for the note on the list.
    InvitationChange {
        Sent = "sent", "The invitation is on its way.";
        SentAgain = "again", "A new invitation is on its way. The link before it no longer works.";
        Withdrawn = "withdrawn", "The invitation is withdrawn. Its link no longer works.";
    }
}

/// `/{tenant}/people`.
pub fn list(tenant: &TenantSlug) -> String {
    format!("/{tenant}/people")
}

/// The list after something was done to an invitation.
pub fn list_after(tenant: &TenantSlug, change: InvitationChange) -> String {
    format!("/{tenant}/people?invitation={}", change.as_str())
}

/// `/{tenant}/people/invite`.
pub fn invite(tenant: &TenantSlug) -> String {
    format!("/{tenant}/people/invite")
}

/// `/{tenant}/people/{id}`.
pub fn person(tenant: &TenantSlug, id: UserId) -> String {
    format!("/{tenant}/people/{id}")
}

/// A person's page after something was done.
pub fn person_after(tenant: &TenantSlug, id: UserId, change: PersonChange) -> String {
    format!("/{tenant}/people/{id}?done={}", change.as_str())
}
