//! An invitation to join an organisation, and the form that makes one.

use super::{email::Email, role::Role};
use crate::{
    error::{AppError, FieldError},
    ids::InvitationId,
    incidents::narrative::clean_line,
    tenants::tenant::TenantSlug,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// As long as `memberships.display_name` may be.
pub const MAX_NAME: usize = 120;

/// An invitation that nobody has accepted or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub display_name: String,
    pub role: Role,
    /// When the latest mail went out.
    pub sent_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub is_expired: bool,
}

/// What the page behind an invitation's link shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joining {
    pub tenant: TenantSlug,
    pub tenant_name: String,
    pub email: String,
    pub display_name: String,
    pub role: Role,
    pub way: JoiningWay,
}

/// How the invited person goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoiningWay {
    /// The address has no account: name and password.
    NewAccount,
    /// It has one, and nobody is signed in.
    SignIn,
    /// Its owner is signed in.
    Accept,
    /// Somebody else is signed in.
    SignedInAsSomebodyElse,
}

/// The form as it is sent, all text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InvitationForm {
    pub display_name: String,
    pub email: String,
    pub role: String,
}

/// The form, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    pub display_name: String,
    pub email: Email,
    pub role: Role,
}

impl NewInvitation {
    /// Reads the form; every field that can't be used has its own message.
    pub fn parse(form: &InvitationForm) -> Result<Self, AppError> {
        let mut fields = Vec::new();
        let display_name = kept(&mut fields, parse_name(&form.display_name));
        let email = kept(&mut fields, Email::parse(&form.email));
        let role = kept(&mut fields, parse_role(&form.role));
        match (display_name, email, role) {
            (Some(display_name), Some(email), Some(role)) => Ok(Self { display_name, email, role }),
            _ => Err(AppError::Invalid { fields }),
        }
    }
}

/// Reads a person's name.
pub fn parse_name(text: &str) -> Result<String, AppError> {
    let name = clean_line(text);
    if name.is_empty() {
        Err(AppError::field("display_name", "Enter the person's name."))
    } else if name.chars().count() > MAX_NAME {
        Err(AppError::field("display_name", "Use at most 120 characters for the name."))
    } else {
        Ok(name)
    }
}

/// Reads a role that an organisation may give.
pub fn parse_role(text: &str) -> Result<Role, AppError> {
    Role::parse(text.trim())
        .filter(|role| Role::OF_ORGANISATIONS.contains(role))
        .ok_or_else(|| AppError::field("role", "Choose a role from the list."))
}

/// What was read, or nothing and its messages among the others.
pub fn kept<T>(fields: &mut Vec<FieldError>, parsed: Result<T, AppError>) -> Option<T> {
    match parsed {
        Ok(value) => Some(value),
        Err(error) => {
            fields.extend(error.fields().into_iter().map(|(field, message)| FieldError { field, message }));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{InvitationForm, NewInvitation};
    use crate::accounts::role::Role;

    fn form() -> InvitationForm {
        InvitationForm {
            display_name: " Mai\tLe ".into(),
            email: " Mai@Banksia.Example ".into(),
            role: "team_lead".into(),
        }
    }

    #[test]
    fn an_invitation_names_a_person_an_address_and_a_role() {
        let new = NewInvitation::parse(&form()).expect("valid");
        assert_eq!(
            (new.display_name.as_str(), new.email.as_str(), new.role),
            ("Mai Le", "mai@banksia.example", Role::TeamLead)
        );
    }

    #[test]
    fn every_bad_field_gets_its_message_and_nobody_becomes_system_admin() {
        let bad = InvitationForm { display_name: " ".into(), email: "mai".into(), role: "system_admin".into() };
        let error = NewInvitation::parse(&bad).expect_err("all bad");
        for field in ["display_name", "email", "role"] {
            assert!(error.at(field).is_some(), "{field}");
        }
    }
}
