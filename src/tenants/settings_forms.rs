//! The forms of the settings, parsed.

use super::{
    abn,
    settings::{Accent, Branding, Profile, Retention},
    tenant::TenantSlug,
};
use crate::{
    accounts::email::Email,
    error::{AppError, FieldError},
    incidents::narrative::clean_line,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

const MAX_NAME: usize = 120;
const MAX_PHONE: usize = 40;
const MAX_ADDRESS: usize = 300;
const MAX_SHORT_NAME: usize = 24;
/// What the NDIS Rules ask for, in years.
pub const LEAST_RECORD_YEARS: i16 = 7;
const MOST_RECORD_YEARS: i16 = 100;
const MOST_DEBUG_LOG_DAYS: i16 = 365;

/// First parts of addresses that are the product's own.
const RESERVED: [&str; 20] = [
    "system",
    "api",
    "pkg",
    "fonts",
    "assets",
    "static",
    "healthz",
    "readyz",
    "metrics",
    "sign-in",
    "sign-out",
    "sign-up",
    "forgot-password",
    "reset-password",
    "invitation",
    "invitations",
    "help",
    "new",
    "join",
    "second-factor",
];

impl TenantSlug {
    /// Reads the address that an organisation wants to have.
    pub fn parse_new(field: &str, text: &str) -> Result<Self, AppError> {
        let text = text.trim();
        if RESERVED.contains(&text) {
            return Err(AppError::field(field, "SupportSignal uses this address itself. Choose another."));
        }
        text.parse().map_err(|_| {
            AppError::field(field, "Use 2 to 40 small letters, digits and single hyphens, such as banksia-support.")
        })
    }
}

/// The profile as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    pub name: String,
    pub abn: String,
    pub contact_email: String,
    pub contact_phone: String,
    pub postal_address: String,
}

impl Profile {
    /// Reads the form; every field that can't be used has its own message.
    pub fn parse(form: &ProfileForm) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        let name = problems.line("name", &form.name, MAX_NAME);
        if name.is_empty() {
            problems.add("name", "Enter the organisation's name.");
        }
        let abn = match form.abn.trim() {
            "" => String::new(),
            typed => abn::parse(typed).unwrap_or_else(|| {
                problems.add("abn", "This isn't an ABN: it has eleven digits, such as 51 824 753 556.");
                String::new()
            }),
        };
        let contact_email = match form.contact_email.trim() {
            "" => String::new(),
            typed => Email::parse(typed).map_or_else(
                |_| {
                    problems.add("contact_email", "Enter an e-mail address, like name@example.org.");
                    String::new()
                },
                |email| email.as_str().to_owned(),
            ),
        };
        let contact_phone = problems.line("contact_phone", &form.contact_phone, MAX_PHONE);
        let postal_address = problems.line("postal_address", &form.postal_address, MAX_ADDRESS);
        problems.or(Self { name, abn, contact_email, contact_phone, postal_address })
    }
}

/// Reads a time zone's name.
pub fn parse_time_zone(text: &str) -> Result<Tz, AppError> {
    text.trim().parse().map_err(|_| AppError::field("time_zone", "Choose a time zone from the list."))
}

impl Branding {
    /// Reads the form.
    pub fn parse(short_name: &str, accent: &str) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        let short_name = problems.line("short_name", short_name, MAX_SHORT_NAME);
        let accent = Accent::parse(accent.trim()).unwrap_or_else(|| {
            problems.add("accent", "Choose one of the colours.");
            Accent::Teal
        });
        problems.or(Self { short_name, accent })
    }
}

impl Retention {
    /// Reads the form.
    pub fn parse(record_years: &str, debug_log_days: &str) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        let record_years = problems.number(
            "record_years",
            record_years,
            LEAST_RECORD_YEARS..=MOST_RECORD_YEARS,
            "Enter a number of years from 7 to 100. The NDIS Rules ask for at least 7.",
        );
        let debug_log_days = problems.number(
            "debug_log_days",
            debug_log_days,
            1..=MOST_DEBUG_LOG_DAYS,
            "Enter a number of days from 1 to 365.",
        );
        problems.or(Self { record_years, debug_log_days })
    }
}

/// What is wrong with a form so far.
#[derive(Default)]
pub(super) struct Problems(Vec<FieldError>);

impl Problems {
    pub fn add(&mut self, field: &str, message: &str) {
        self.0.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    }

    /// The messages of an error, at their fields.
    pub fn take<T>(&mut self, result: Result<T, AppError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.extend(error.fields().into_iter().map(|(field, message)| FieldError { field, message }));
                None
            }
        }
    }

    pub fn line(&mut self, field: &str, text: &str, longest: usize) -> String {
        let line = clean_line(text);
        if line.chars().count() > longest {
            self.add(field, &format!("Use at most {longest} characters."));
        }
        line
    }

    fn number(&mut self, field: &str, text: &str, range: std::ops::RangeInclusive<i16>, message: &str) -> i16 {
        text.trim().parse().ok().filter(|number| range.contains(number)).unwrap_or_else(|| {
            self.add(field, message);
            *range.start()
        })
    }

    pub fn or<T>(self, value: T) -> Result<T, AppError> {
        if self.0.is_empty() { Ok(value) } else { Err(AppError::Invalid { fields: self.0 }) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Branding, Profile, ProfileForm, Retention, parse_time_zone};
    use crate::tenants::{settings::Accent, tenant::TenantSlug};

    #[test]
    fn a_name_is_enough_and_every_bad_field_has_its_message() {
        let form = ProfileForm { name: " Banksia\tSupport ".into(), ..ProfileForm::default() };
        assert_eq!(Profile::parse(&form).expect("valid").name, "Banksia Support");
        let bad = ProfileForm {
            name: " ".into(),
            abn: "51 824 753 557".into(),
            contact_email: "nobody".into(),
            contact_phone: "0".repeat(41),
            postal_address: "a".repeat(301),
        };
        let error = Profile::parse(&bad).expect_err("all bad");
        for field in ["name", "abn", "contact_email", "contact_phone", "postal_address"] {
            assert!(error.at(field).is_some(), "{field}");
        }
    }

    #[test]
    fn records_are_kept_at_least_as_long_as_the_rules_ask() {
        assert!(Retention::parse("7", "30").is_ok() && Retention::parse("100", "365").is_ok());
        for (years, days, field) in [
            ("6", "30", "record_years"),
            ("101", "30", "record_years"),
            ("", "30", "record_years"),
            ("7", "0", "debug_log_days"),
        ] {
            assert!(Retention::parse(years, days).expect_err(field).at(field).is_some(), "{years} {days}");
        }
    }

    #[test]
    fn an_address_of_the_products_own_cannot_be_had() {
        assert!(TenantSlug::parse_new("slug", " banksia-2 ").is_ok());
        for bad in ["system", "api", "sign-in", "new", "join", "second-factor", "a", "Banksia", "-x", ""] {
            assert!(TenantSlug::parse_new("slug", bad).expect_err(bad).at("slug").is_some(), "{bad}");
        }
    }

    #[test]
    fn only_what_is_offered_can_be_chosen() {
        assert_eq!(Branding::parse("Banksia", "plum").expect("valid").accent, Accent::Plum);
        assert!(Branding::parse("Banksia", "#ff0000").is_err() && Branding::parse(&"a".repeat(25), "teal").is_err());
        assert!(parse_time_zone("Australia/Perth").is_ok() && parse_time_zone("Perth").is_err());
    }
}
