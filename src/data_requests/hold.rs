//! Legal holds: what must be kept whatever its age, until somebody lifts the hold.

use super::request::{DataSubject, parse_reason};
use crate::{
    error::AppError,
    ids::{IncidentId, LegalHoldId},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The form's value for everything that the organisation has.
pub const WHOLE_ORGANISATION: &str = "organisation";

/// What is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum HeldSubject {
    Organisation,
    /// A person, and every report about or by them.
    Person(DataSubject),
    Incident(IncidentId),
}

/// A hold as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalHold {
    pub id: LegalHoldId,
    /// "Robin Hale", "Report #12", "The whole organisation".
    pub subject: String,
    pub reason: String,
    pub placed_by: String,
    pub placed_at: DateTime<Utc>,
    pub lifted_by: Option<String>,
    pub lifted_at: Option<DateTime<Utc>>,
    pub lift_reason: String,
}

/// What the form names, before the report's number is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedSubject {
    Organisation,
    Person(DataSubject),
    /// The number that people say aloud.
    Report(i64),
}

/// The form that places a hold, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHold {
    pub subject: NamedSubject,
    pub reason: String,
}

impl NewHold {
    /// Reads the form: somebody from the list or the number of a report, not both.
    pub fn parse(subject: &str, report_number: &str, reason: &str) -> Result<Self, AppError> {
        let subject =
            match (subject.trim(), report_number.trim().trim_start_matches('#')) {
                ("", "") => {
                    return Err(AppError::field("subject", "Choose what to hold, or enter the number of a report."));
                }
                ("", number) => NamedSubject::Report(number.parse().map_err(|_| {
                    AppError::field("report_number", "Enter the report's number in digits, such as 128.")
                })?),
                (WHOLE_ORGANISATION, "") => NamedSubject::Organisation,
                (person, "") => NamedSubject::Person(
                    DataSubject::parse(person).ok_or_else(|| AppError::field("subject", "Choose from the list."))?,
                ),
                _ => return Err(AppError::field("report_number", "Choose from the list or enter a number, not both.")),
            };
        Ok(Self { subject, reason: parse_reason(reason)? })
    }
}

#[cfg(test)]
mod tests {
    use super::{NamedSubject, NewHold};

    #[test]
    fn a_hold_has_one_subject_and_a_reason() {
        let parse = |subject: &str, number: &str| NewHold::parse(subject, number, "Court order").map(|new| new.subject);
        assert_eq!(parse("", " #128 "), Ok(NamedSubject::Report(128)));
        assert_eq!(parse("organisation", ""), Ok(NamedSubject::Organisation));
        for (subject, number, field) in [
            ("", "", "subject"),
            ("", "twelve", "report_number"),
            ("site:1", "", "subject"),
            ("organisation", "1", "report_number"),
        ] {
            assert!(parse(subject, number).expect_err(field).at(field).is_some(), "{subject} {number}");
        }
        assert!(NewHold::parse("organisation", "", " ").expect_err("no reason").at("reason").is_some());
    }
}
