//! An organisation as the system admin sees it: no reports, and of its people only names and roles.

use super::{
    acting::{ActingRow, parse_reason},
    settings::SettingsChange,
    settings_forms::{Problems, parse_time_zone},
    standing::{Standing, TenantStatus},
    tenant::TenantSlug,
};
use crate::{
    accounts::{email::Email, role::Role},
    error::AppError,
    ids::UserId,
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The page of one organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub slug: String,
    pub name: String,
    pub status: TenantStatus,
    pub standing: Standing,
    /// The last day of the trial, if one was set.
    pub trial_ends_on: Option<NaiveDate>,
    pub time_zone: Tz,
    pub created_at: DateTime<Utc>,
    /// How often the status was changed.
    pub revision: i32,
    /// Those whose place the system admin may take, by name.
    pub people: Vec<OrganisationPerson>,
    /// Of the status, the newest first.
    pub changes: Vec<SettingsChange>,
    pub acting: Vec<ActingRow>,
}

/// Somebody who works there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationPerson {
    pub user_id: UserId,
    pub name: String,
    pub role: Role,
}

/// A new organisation as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewOrganisationForm {
    pub name: String,
    pub slug: String,
    pub time_zone: String,
    /// `trial` or `active`.
    pub status: String,
    /// A date, or empty.
    pub trial_ends_on: String,
    pub admin_name: String,
    pub admin_email: String,
}

/// The same, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganisation {
    pub name: String,
    pub slug: TenantSlug,
    pub time_zone: Tz,
    pub status: TenantStatus,
    pub trial_ends_at: Option<DateTime<Utc>>,
    pub admin_name: String,
    pub admin_email: Email,
}

impl NewOrganisation {
    /// Reads the form; every field that can't be used has its own message.
    pub fn parse(form: &NewOrganisationForm) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        let name = problems.line("name", &form.name, 120);
        if name.is_empty() {
            problems.add("name", "Enter the organisation's name.");
        }
        let admin_name = problems.line("admin_name", &form.admin_name, 120);
        if admin_name.is_empty() {
            problems.add("admin_name", "Enter the name of the first admin.");
        }
        let slug = problems.take(TenantSlug::parse_new("slug", &form.slug));
        let time_zone = problems.take(parse_time_zone(&form.time_zone));
        let admin_email = problems.take(
            Email::parse(&form.admin_email)
                .map_err(|_| AppError::field("admin_email", "Enter an e-mail address, like name@example.org.")),
        );
        let status = match TenantStatus::parse(&form.status) {
            Some(TenantStatus::Active) => TenantStatus::Active,
            _ => TenantStatus::Trial,
        };
        let trial_ends_at =
            problems.take(parse_trial_end(status, &form.trial_ends_on, time_zone.unwrap_or(Tz::UTC))).flatten();
        let (Some(slug), Some(time_zone), Some(admin_email)) = (slug, time_zone, admin_email) else {
            return problems.or(()).and(Err(AppError::Internal));
        };
        problems.or(Self { name, slug, time_zone, status, trial_ends_at, admin_name, admin_email })
    }
}

/// A status as the system admin sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatusForm {
    pub status: String,
    pub trial_ends_on: String,
    pub reason: String,
}

/// The same, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatus {
    pub status: TenantStatus,
    pub trial_ends_at: Option<DateTime<Utc>>,
    pub reason: String,
}

impl NewStatus {
    /// Reads the form, with the organisation's time zone.
    pub fn parse(form: &StatusForm, zone: Tz) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        let status = TenantStatus::parse(&form.status);
        if status.is_none() {
            problems.add("status", "Choose a status.");
        }
        let status = status.unwrap_or(TenantStatus::Trial);
        let trial_ends_at = problems.take(parse_trial_end(status, &form.trial_ends_on, zone)).flatten();
        let reason = problems.take(parse_reason("reason", &form.reason)).unwrap_or_default();
        problems.or(Self { status, trial_ends_at, reason })
    }
}

/// The end of a trial's last day; only a trial has one.
fn parse_trial_end(status: TenantStatus, text: &str, zone: Tz) -> Result<Option<DateTime<Utc>>, AppError> {
    let text = text.trim();
    if status != TenantStatus::Trial || text.is_empty() {
        return Ok(None);
    }
    let end = text.parse::<NaiveDate>().ok().and_then(|day| {
        let midnight = day.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN);
        zone.from_local_datetime(&midnight).earliest()
    });
    end.map(|end| Some(end.with_timezone(&Utc)))
        .ok_or_else(|| AppError::field("trial_ends_on", "Enter the last day of the trial as a date."))
}

/// The last day of a trial that ends at a moment.
pub fn last_day(ends_at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    let day = ends_at.with_timezone(&zone).date_naive();
    day.pred_opt().unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::{NewOrganisation, NewOrganisationForm, NewStatus, StatusForm, TenantStatus, last_day};
    use chrono_tz::Australia::Sydney;

    fn form() -> NewOrganisationForm {
        NewOrganisationForm {
            name: "Grevillea Care".into(),
            slug: "grevillea".into(),
            time_zone: "Australia/Sydney".into(),
            status: "trial".into(),
            trial_ends_on: "2027-01-31".into(),
            admin_name: "Rosa Lim".into(),
            admin_email: "Rosa@Grevillea.example".into(),
        }
    }

    #[test]
    fn a_trial_lasts_until_the_end_of_its_last_day_where_the_organisation_is() {
        let new = NewOrganisation::parse(&form()).expect("valid");
        let ends_at = new.trial_ends_at.expect("a trial");
        assert_eq!(ends_at.to_rfc3339(), "2027-01-31T13:00:00+00:00");
        assert_eq!(last_day(ends_at, Sydney).to_string(), "2027-01-31");
        let active = NewOrganisation::parse(&NewOrganisationForm { status: "active".into(), ..form() }).expect("valid");
        assert_eq!((active.status, active.trial_ends_at), (TenantStatus::Active, None));
    }

    #[test]
    fn every_bad_field_has_its_message() {
        let bad = NewOrganisationForm { trial_ends_on: "soon".into(), ..NewOrganisationForm::default() };
        let error = NewOrganisation::parse(&bad).expect_err("all bad");
        for field in ["name", "slug", "time_zone", "trial_ends_on", "admin_name", "admin_email"] {
            assert!(error.at(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_status_is_changed_with_a_reason() {
        let form =
            StatusForm { status: "suspended".into(), trial_ends_on: "2027-01-31".into(), reason: "Unpaid.".into() };
        let new = NewStatus::parse(&form, Sydney).expect("valid");
        assert_eq!((new.status, new.trial_ends_at), (TenantStatus::Suspended, None));
        let error = NewStatus::parse(&StatusForm { reason: " ".into(), status: "gone".into(), ..form }, Sydney);
        let error = error.expect_err("bad");
        assert!(error.at("reason").is_some() && error.at("status").is_some());
    }
}
