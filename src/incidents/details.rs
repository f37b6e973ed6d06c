//! Step 1 of the wizard: who, where and when.

use super::narrative::{clean_line, clean_text};
use crate::{
    error::{AppError, FieldError},
    ids::{ParticipantId, SiteId},
};
use chrono::{DateTime, Duration, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A report of something older than this says why it comes late. It is never refused for its age:
/// disclosures of what happened years ago are reports too.
pub const LATE_AFTER_DAYS: i64 = 30;
const MAX_NAME: usize = 120;
const MAX_LOCATION: usize = 200;
const MAX_LATE_REASON: usize = 2000;

/// Step 1 as the form sends it, all text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DetailsForm {
    /// Id of a participant in the register; empty when `participant_name` names somebody new.
    pub participant_id: String,
    pub participant_name: String,
    pub site_id: String,
    pub location: String,
    /// `2026-11-20T18:45` in the tenant's time zone, as a datetime-local field writes it.
    pub event_date_time: String,
    pub late_reason: String,
}

/// Whom the report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportedParticipant {
    /// Somebody in the register.
    Known(ParticipantId),
    /// A name that isn't in the register.
    Named(String),
}

/// Step 1, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentDetails {
    pub participant: ReportedParticipant,
    pub site: Option<SiteId>,
    pub location: String,
    pub event_date_time: DateTime<Utc>,
    pub late_reason: String,
}

impl IncidentDetails {
    /// Reads the form; every field that can't be used has its own message.
    pub fn parse(form: &DetailsForm, zone: Tz, now: DateTime<Utc>) -> Result<Self, AppError> {
        let mut fields = Vec::new();
        let mut refuse = |field: &str, message: &str| {
            fields.push(FieldError { field: field.to_owned(), message: message.to_owned() });
        };

        let name = clean_line(&form.participant_name);
        let participant = match form.participant_id.trim() {
            "" if name.is_empty() => {
                refuse("participant_id", "Choose the participant, or type the name if it isn't in the list.");
                None
            }
            "" if name.chars().count() > MAX_NAME => {
                refuse("participant_name", "Use at most 120 characters for the name.");
                None
            }
            "" => Some(ReportedParticipant::Named(name)),
            id => match id.parse() {
                Ok(id) => Some(ReportedParticipant::Known(id)),
                Err(_) => {
                    refuse("participant_id", "Choose a participant from the list.");
                    None
                }
            },
        };

        let site = match form.site_id.trim() {
            "" => None,
            id => id.parse().map_or_else(
                |_| {
                    refuse("site_id", "Choose a site from the list.");
                    None
                },
                Some,
            ),
        };

        let location = clean_line(&form.location);
        if location.chars().count() > MAX_LOCATION {
            refuse("location", "Use at most 200 characters for the place.");
        }

        let event_date_time = match parse_local(form.event_date_time.trim(), zone) {
            None => {
                refuse("event_date_time", "Enter the date and time of the event. An estimate is fine.");
                None
            }
            Some(instant) if instant > now => {
                refuse("event_date_time", "This is in the future. Enter when the event happened.");
                None
            }
            Some(instant) => Some(instant),
        };

        let late_reason = clean_text(&form.late_reason).trim().to_owned();
        if late_reason.chars().count() > MAX_LATE_REASON {
            refuse("late_reason", "Use at most 2,000 characters for the reason.");
        } else if late_reason.is_empty() && event_date_time.is_some_and(|instant| is_late(instant, now)) {
            refuse("late_reason", "This was more than 30 days ago. Say in a few words why it is reported now.");
        }

        match (participant, event_date_time) {
            (Some(participant), Some(event_date_time)) if fields.is_empty() => {
                Ok(Self { participant, site, location, event_date_time, late_reason })
            }
            _ => Err(AppError::Invalid { fields }),
        }
    }
}

/// Whether a report made now about `event` needs a reason for being late.
pub fn is_late(event: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - event > Duration::days(LATE_AFTER_DAYS)
}

/// Reads a local time of the tenant's zone. In the hour that daylight saving repeats, the earlier
/// reading; in the hour that it skips, the first moment after it.
fn parse_local(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    let instant = match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => instant,
        LocalResult::None => zone.from_local_datetime(&(local + Duration::hours(1))).earliest()?,
    };
    let instant = instant.with_timezone(&Utc);
    let earliest = Utc.with_ymd_and_hms(1900, 1, 1, 0, 0, 0).earliest()?;
    (instant >= earliest).then_some(instant)
}

/// An instant as a datetime-local field of the tenant's zone wants it.
pub fn format_local(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::{DetailsForm, IncidentDetails, format_local, parse_local};
    use chrono::{DateTime, TimeZone, Utc};
    use chrono_tz::Australia::Sydney;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 20, 9, 0, 0).single().expect("a time")
    }

    fn form() -> DetailsForm {
        DetailsForm {
            participant_name: "Robin".into(),
            event_date_time: "2026-11-20T18:45".into(),
            ..DetailsForm::default()
        }
    }

    #[test]
    fn a_name_and_a_time_are_enough() {
        let details = IncidentDetails::parse(&form(), Sydney, now()).expect("valid");
        assert_eq!(details.event_date_time, Utc.with_ymd_and_hms(2026, 11, 20, 7, 45, 0).single().expect("a time"));
        assert_eq!(format_local(details.event_date_time, Sydney), "2026-11-20T18:45");
    }

    #[test]
    fn the_future_is_refused_and_the_far_past_only_asks_why() {
        let future = DetailsForm { event_date_time: "2026-11-20T20:01".into(), ..form() };
        let error = IncidentDetails::parse(&future, Sydney, now()).expect_err("future");
        assert!(error.at("event_date_time").is_some_and(|message| message.contains("future")));

        let old = DetailsForm { event_date_time: "1998-03-01T10:00".into(), ..form() };
        let error = IncidentDetails::parse(&old, Sydney, now()).expect_err("no reason given");
        assert!(error.at("late_reason").is_some() && error.at("event_date_time").is_none());
        let explained = DetailsForm { late_reason: "Robin told me today.".into(), ..old };
        assert!(IncidentDetails::parse(&explained, Sydney, now()).is_ok());
    }

    #[test]
    fn every_bad_field_gets_its_message() {
        let bad = DetailsForm {
            participant_id: "not-an-id".into(),
            site_id: "x".into(),
            location: "a".repeat(201),
            event_date_time: "yesterday".into(),
            ..DetailsForm::default()
        };
        let error = IncidentDetails::parse(&bad, Sydney, now()).expect_err("all bad");
        for field in ["participant_id", "site_id", "location", "event_date_time"] {
            assert!(error.at(field).is_some(), "{field}");
        }
    }

    #[test]
    fn hours_that_daylight_saving_skips_or_repeats_are_times_too() {
        assert!(parse_local("2026-10-04T02:30", Sydney).is_some());
        assert!(parse_local("2026-04-05T02:30", Sydney).is_some());
    }
}
