//! A participant in the register, and the form that adds or changes one.

use crate::{
    error::{AppError, FieldError},
    ids::{ParticipantId, SiteId},
    incidents::narrative::clean_line,
    sites::site::SiteOption,
    text_enum::text_enum,
};
use serde::{Deserialize, Serialize};

const MAX_NAME: usize = 120;
const NDIS_NUMBER_DIGITS: usize = 9;

text_enum! {
    /// Whether a participant is offered for new reports.
    #[derive(Default)]
    ParticipantStatus {
        /// Offered for new reports.
        #[default]
        Active = "active", "Active";
        /// Kept for the reports that name them, offered for no new one.
        Archived = "archived", "Archived";
    }
}

/// Somebody in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    pub id: ParticipantId,
    pub name: String,
    /// Nine digits.
    pub ndis_number: Option<String>,
    /// Where they are usually supported.
    pub site_id: Option<SiteId>,
    pub site_name: Option<String>,
    pub status: ParticipantStatus,
    pub revision: i32,
}

/// One page of the register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantPage {
    pub participants: Vec<Participant>,
    /// The row that the next page comes after, if there is a next page.
    pub next: Option<ParticipantId>,
}

/// A participant with what the form offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantRecord {
    pub participant: Participant,
    pub sites: Vec<SiteOption>,
}

/// An active participant to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantOption {
    pub id: ParticipantId,
    pub name: String,
    /// Where they are usually supported.
    pub site_id: Option<SiteId>,
}

/// The form as it is sent, all text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParticipantForm {
    pub name: String,
    pub ndis_number: String,
    /// Id of a site, or empty.
    pub site_id: String,
    /// A [`ParticipantStatus`]; empty means active.
    pub status: String,
}

/// The form, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParticipant {
    pub name: String,
    pub ndis_number: Option<String>,
    pub site_id: Option<SiteId>,
    pub status: ParticipantStatus,
}

impl NewParticipant {
    /// Reads the form; every field that can't be used has its own message.
    pub fn parse(form: &ParticipantForm) -> Result<Self, AppError> {
        let mut fields = Vec::new();
        let mut refuse = |field: &str, message: &str| {
            fields.push(FieldError { field: field.to_owned(), message: message.to_owned() });
        };

        let name = clean_line(&form.name);
        if name.is_empty() {
            refuse("name", "Enter the participant's name.");
        } else if name.chars().count() > MAX_NAME {
            refuse("name", "Use at most 120 characters for the name.");
        }

        let digits: String = form.ndis_number.chars().filter(|c| !c.is_whitespace()).collect();
        if !digits.is_empty() && !is_ndis_number(&digits) {
            refuse("ndis_number", "An NDIS number has nine digits. Check it, or leave it empty for now.");
        }

        let site_id = match form.site_id.trim() {
            "" => None,
            id => id.parse().map_or_else(
                |_| {
                    refuse("site_id", "Choose a site from the list.");
                    None
                },
                Some,
            ),
        };

        let status = match form.status.trim() {
            "" => ParticipantStatus::default(),
            text => ParticipantStatus::parse(text).unwrap_or_else(|| {
                refuse("status", "Choose active or archived.");
                ParticipantStatus::default()
            }),
        };

        if fields.is_empty() {
            Ok(Self { name, ndis_number: Some(digits).filter(|digits| !digits.is_empty()), site_id, status })
        } else {
            Err(AppError::Invalid { fields })
        }
    }
}

fn is_ndis_number(text: &str) -> bool {
    text.len() == NDIS_NUMBER_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An NDIS number in groups of three, easier to compare with a letter.
pub fn format_ndis_number(number: &str) -> String {
    if is_ndis_number(number) {
        let (first, rest) = number.split_at(3);
        let (second, third) = rest.split_at(3);
        format!("{first} {second} {third}")
    } else {
        number.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{NewParticipant, ParticipantForm, ParticipantStatus, format_ndis_number};
    use proptest::prelude::*;

    fn form() -> ParticipantForm {
        ParticipantForm { name: "Robin Vale".into(), ..ParticipantForm::default() }
    }

    #[test]
    fn a_name_is_enough() {
        let new = NewParticipant::parse(&ParticipantForm { name: "  Robin\tVale ".into(), ..form() }).expect("valid");
        assert_eq!(
            new,
            NewParticipant {
                name: "Robin Vale".into(),
                ndis_number: None,
                site_id: None,
                status: ParticipantStatus::Active
            }
        );
    }

    #[test]
    fn an_ndis_number_may_be_typed_as_it_is_printed() {
        let new = NewParticipant::parse(&ParticipantForm { ndis_number: " 430 123 456 ".into(), ..form() });
        assert_eq!(new.expect("valid").ndis_number.as_deref(), Some("430123456"));
        for bad in ["43012345", "4301234567", "43O123456", "٤٣٠١٢٣٤٥٦", "430-123-456"] {
            let error = NewParticipant::parse(&ParticipantForm { ndis_number: bad.into(), ..form() }).expect_err(bad);
            assert!(error.at("ndis_number").is_some_and(|message| message.contains("nine digits")), "{bad}");
        }
        assert_eq!(format_ndis_number("430123456"), "430 123 456");
    }

    #[test]
    fn every_bad_field_gets_its_message() {
        let bad = ParticipantForm {
            name: " \n ".into(),
            ndis_number: "1".into(),
            site_id: "somewhere".into(),
            status: "gone".into(),
        };
        let error = NewParticipant::parse(&bad).expect_err("all bad");
        for field in ["name", "ndis_number", "site_id", "status"] {
            assert!(error.at(field).is_some(), "{field}");
        }
        assert!(NewParticipant::parse(&ParticipantForm { name: "é".repeat(120), ..form() }).is_ok());
        assert!(NewParticipant::parse(&ParticipantForm { name: "é".repeat(121), ..form() }).is_err());
    }

    proptest! {
        #[test]
        fn what_passes_fits_the_table(name in "\\PC{0,130}[\\x00-\\x1f]{0,3}", ndis_number in "[0-9 ]{0,13}|\\PC{0,12}") {
            if let Ok(new) = NewParticipant::parse(&ParticipantForm { name, ndis_number, ..form() }) {
                prop_assert!((1..=120).contains(&new.name.chars().count()));
                prop_assert!(!new.name.chars().any(char::is_control));
                if let Some(number) = new.ndis_number {
                    prop_assert!(number.len() == 9 && number.bytes().all(|byte| byte.is_ascii_digit()));
                    prop_assert_eq!(format_ndis_number(&number).replace(' ', ""), number);
                }
            }
        }

        #[test]
        fn nine_digits_pass_however_they_are_spaced(number in "[0-9]{9}", gap in 0_usize..9, spaces in " {0,4}") {
            let typed = format!("{}{spaces}{}", &number[..gap], &number[gap..]);
            let new = NewParticipant::parse(&ParticipantForm { ndis_number: typed, ..form() }).expect("nine digits");
            prop_assert_eq!(new.ndis_number, Some(number));
        }
    }
}
