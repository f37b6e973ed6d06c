//! A site in the register, and the form that adds or changes one.

use crate::{
    error::{AppError, FieldError},
    ids::SiteId,
    incidents::narrative::clean_line,
    text_enum::text_enum,
};
use serde::{Deserialize, Serialize};

const MAX_NAME: usize = 120;
const MAX_ADDRESS: usize = 300;

text_enum! {
    /// Whether a site is offered for new reports.
    #[derive(Default)]
    SiteStatus {
        /// Offered for new reports.
        #[default]
        Active = "active", "Active";
        /// Kept for the reports that name it, offered for no new one.
        Archived = "archived", "Archived";
    }
}

/// A place in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    pub id: SiteId,
    /// No two sites of an organisation share it.
    pub name: String,
    /// One line, or empty.
    pub address: String,
    pub status: SiteStatus,
    pub revision: i32,
}

/// One page of the register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitePage {
    pub sites: Vec<Site>,
    /// The row that the next page comes after, if there is a next page.
    pub next: Option<SiteId>,
}

/// An active site to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteOption {
    pub id: SiteId,
    pub name: String,
}

/// The form as it is sent, all text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteForm {
    pub name: String,
    pub address: String,
    /// A [`SiteStatus`]; empty means active.
    pub status: String,
}

/// The form, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSite {
    pub name: String,
    pub address: String,
    pub status: SiteStatus,
}

impl NewSite {
    /// Reads the form; every field that can't be used has its own message.
    pub fn parse(form: &SiteForm) -> Result<Self, AppError> {
        let mut fields = Vec::new();
        let mut refuse = |field: &str, message: &str| {
            fields.push(FieldError { field: field.to_owned(), message: message.to_owned() });
        };

        let name = clean_line(&form.name);
        if name.is_empty() {
            refuse("name", "Enter the site's name.");
        } else if name.chars().count() > MAX_NAME {
            refuse("name", "Use at most 120 characters for the name.");
        }

        let address = clean_line(&form.address);
        if address.chars().count() > MAX_ADDRESS {
            refuse("address", "Use at most 300 characters for the address.");
        }

        let status = match form.status.trim() {
            "" => SiteStatus::default(),
            text => SiteStatus::parse(text).unwrap_or_else(|| {
                refuse("status", "Choose active or archived.");
                SiteStatus::default()
            }),
        };

        if fields.is_empty() { Ok(Self { name, address, status }) } else { Err(AppError::Invalid { fields }) }
    }
}

#[cfg(test)]
mod tests {
    use super::{NewSite, SiteForm, SiteStatus};
    use proptest::prelude::*;

    fn form() -> SiteForm {
        SiteForm { name: "Banksia House".into(), ..SiteForm::default() }
    }

    #[test]
    fn a_name_is_enough() {
        let new = NewSite::parse(&SiteForm { name: " Banksia\nHouse ".into(), ..form() }).expect("valid");
        assert_eq!(new, NewSite { name: "Banksia House".into(), address: String::new(), status: SiteStatus::Active });
    }

    #[test]
    fn a_site_can_be_archived() {
        let new = NewSite::parse(&SiteForm { status: "archived".into(), ..form() }).expect("valid");
        assert_eq!(new.status, SiteStatus::Archived);
    }

    #[test]
    fn every_bad_field_gets_its_message() {
        let bad = SiteForm { name: "\t".into(), address: "a".repeat(301), status: "closed".into() };
        let error = NewSite::parse(&bad).expect_err("all bad");
        for field in ["name", "address", "status"] {
            assert!(error.at(field).is_some(), "{field}");
        }
        assert!(NewSite::parse(&SiteForm { name: "é".repeat(120), ..form() }).is_ok());
        assert!(NewSite::parse(&SiteForm { name: "é".repeat(121), ..form() }).is_err());
    }

    proptest! {
        #[test]
        fn what_passes_fits_the_table(name in "\\PC{0,130}[\\x00-\\x1f]{0,3}", address in "\\PC{0,310}[\\x00-\\x1f]{0,3}") {
            if let Ok(new) = NewSite::parse(&SiteForm { name, address, ..form() }) {
                prop_assert!((1..=120).contains(&new.name.chars().count()));
                prop_assert!(new.address.chars().count() <= 300);
                prop_assert!(!new.name.chars().chain(new.address.chars()).any(char::is_control));
            }
        }
    }
}
