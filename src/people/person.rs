//! A person of an organisation, and the form that changes one.

use crate::{
    accounts::{
        invitation::{Invitation, kept, parse_name, parse_role},
        role::Role,
    },
    error::AppError,
    ids::UserId,
    text_enum::text_enum,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Whether a person may open the organisation.
    MembershipStatus {
        Active = "active", "Active";
        /// Kept for what they did, and let in no more.
        Deactivated = "deactivated", "Deactivated";
    }
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub user_id: UserId,
    pub display_name: String,
    pub email: String,
    pub role: Role,
    pub status: MembershipStatus,
    pub has_second_factor: bool,
    pub llm_access: bool,
    /// To whichever organisation.
    pub last_signed_in_at: Option<DateTime<Utc>>,
}

/// One page of the list, and who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeoplePage {
    pub people: Vec<PersonRow>,
    /// The row that the next page comes after, if there is a next page.
    pub next: Option<UserId>,
    pub invitations: Vec<Invitation>,
}

/// Everything on a person's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRecord {
    pub person: PersonRow,
    pub member_since: DateTime<Utc>,
    /// Whether the person also works for another organisation: then their sign-in isn't this one's affair.
    pub works_elsewhere: bool,
    /// Whether it is the reader.
    pub is_self: bool,
    pub revision: i32,
}

/// The form as it is sent, all text. One's own has no role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonForm {
    pub display_name: String,
    pub role: Option<String>,
}

/// The form, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonEdit {
    pub display_name: String,
    /// Nothing: stays as it is.
    pub role: Option<Role>,
}

impl PersonEdit {
    /// Reads the form; every field that can't be used has its own message.
    pub fn parse(form: &PersonForm) -> Result<Self, AppError> {
        let mut fields = Vec::new();
        let display_name = kept(&mut fields, parse_name(&form.display_name));
        let role = form.role.as_deref().and_then(|text| kept(&mut fields, parse_role(text)));
        match display_name {
            Some(display_name) if fields.is_empty() => Ok(Self { display_name, role }),
            _ => Err(AppError::Invalid { fields }),
        }
    }
}

/// Whether a dangerous action was confirmed by typing the person's name.
pub fn require_typed_name(display_name: &str, typed: &str) -> Result<(), AppError> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if plain(display_name) == plain(typed) {
        Ok(())
    } else {
        Err(AppError::field("typed_name", "Type the person's name as it stands on this page."))
    }
}

#[cfg(test)]
mod tests {
    use super::{PersonEdit, PersonForm, require_typed_name};

    #[test]
    fn a_role_is_changed_only_if_one_is_sent() {
        let form = |role: Option<&str>| PersonForm { display_name: "Mai Le".into(), role: role.map(str::to_owned) };
        assert_eq!(PersonEdit::parse(&form(None)).map(|edit| edit.role), Ok(None));
        assert!(PersonEdit::parse(&form(Some("viewer"))).is_ok_and(|edit| edit.role.is_some()));
        for bad in ["", "system_admin", "boss"] {
            assert!(PersonEdit::parse(&form(Some(bad))).is_err_and(|error| error.at("role").is_some()), "{bad}");
        }
    }

    #[test]
    fn a_name_is_typed_however_it_is_spaced() {
        assert!(require_typed_name("Mai  Le", " mai le ").is_ok());
        assert!(require_typed_name("Mai Le", "Mai").is_err_and(|error| error.at("typed_name").is_some()));
    }
}
