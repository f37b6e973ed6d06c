//! What a list of incidents shows: filters, order and place, all in the address of the page.

use super::{
    incident::OverallStatus,
    narrowing::{Narrowing, SUBMITTED},
};
use crate::{
    address::encode,
    analysis::analysis::{IncidentType, Severity},
    error::AppError,
    ids::{IncidentId, ParticipantId, SiteId, UserId},
    text_enum::text_enum,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Rows on one page.
pub const PAGE_SIZE: usize = 25;

/// The list's state as its address has it; unknown or broken values count as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IncidentFilter {
    /// Words to find.
    pub q: String,
    /// An [`OverallStatus`], or [`SUBMITTED`].
    pub status: String,
    /// First day, `2026-11-01`.
    pub from: String,
    /// Last day.
    pub to: String,
    pub participant: String,
    pub site: String,
    pub reporter: String,
    /// A [`Severity`]: the highest that the report was signed off with.
    pub severity: String,
    /// An [`IncidentType`] that the report was signed off with.
    pub incident_type: String,
    /// 1 (Monday) to 7.
    pub weekday: String,
    /// "18-20", the last one included.
    pub hours: String,
    /// The [`Severity`] of a classification, not only the highest.
    pub level: String,
    /// A contributing condition, by its key.
    pub condition: String,
    /// How many phases are told.
    pub phases: String,
    /// A [`super::narrowing::Mark`].
    pub with: String,
    /// An [`IncidentOrder`].
    pub order: String,
    /// The cursor of the row that the page comes after.
    pub after: String,
}

text_enum! {
    /// The order of a list.
    #[derive(Default)]
    IncidentOrder {
        /// Latest event first.
        #[default]
        Newest = "newest", "Newest event first";
        /// Earliest event first.
        Oldest = "oldest", "Oldest event first";
        /// Latest change first.
        Updated = "updated", "Last changed first";
    }
}

/// Where a page begins: after the row with this time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub at: DateTime<Utc>,
    pub id: IncidentId,
}

impl Cursor {
    /// As addresses write it.
    pub fn write(self) -> String {
        format!("{}_{}", self.at.timestamp_micros(), self.id)
    }

    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('_')?;
        Some(Self { at: DateTime::from_timestamp_micros(at.parse().ok()?)?, id: id.parse().ok()? })
    }
}

/// The filter, parsed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedFilter {
    pub words: Option<String>,
    pub status: Option<OverallStatus>,
    /// No drafts.
    pub is_submitted: bool,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub participant: Option<ParticipantId>,
    pub site: Option<SiteId>,
    pub reporter: Option<UserId>,
    pub severity: Option<Severity>,
    pub incident_type: Option<IncidentType>,
    pub narrowing: Narrowing,
    pub order: IncidentOrder,
    pub after: Option<Cursor>,
}

impl IncidentFilter {
    /// Reads the address. A date that is none, or a range that ends before it begins, is said at its field.
    pub fn parse(&self) -> Result<ParsedFilter, AppError> {
        let from = parse_day(&self.from, "from")?;
        let to = parse_day(&self.to, "to")?;
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(AppError::field("to", "The last day is before the first day."));
        }
        let words: String = self
            .q
            .split_whitespace()
            .take(12)
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect();
        Ok(ParsedFilter {
            words: Some(words).filter(|words| !words.is_empty()),
            status: OverallStatus::parse(&self.status),
            is_submitted: self.status == SUBMITTED,
            from,
            to,
            participant: self.participant.parse().ok(),
            site: self.site.parse().ok(),
            reporter: self.reporter.parse().ok(),
            severity: Severity::parse(&self.severity),
            incident_type: IncidentType::parse(&self.incident_type),
            narrowing: Narrowing::parse(self),
            order: IncidentOrder::parse(&self.order).unwrap_or_default(),
            after: Cursor::read(&self.after),
        })
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        let narrowing = [
            &self.q,
            &self.status,
            &self.from,
            &self.to,
            &self.participant,
            &self.site,
            &self.reporter,
            &self.severity,
            &self.incident_type,
            &self.weekday,
            &self.hours,
            &self.level,
            &self.condition,
            &self.phases,
            &self.with,
        ];
        narrowing.iter().any(|value| !value.trim().is_empty())
    }

    /// The filter as the query part of an address, without what isn't set.
    pub fn query(&self) -> String {
        let pairs = [
            ("q", &self.q),
            ("status", &self.status),
            ("from", &self.from),
            ("to", &self.to),
            ("participant", &self.participant),
            ("site", &self.site),
            ("reporter", &self.reporter),
            ("severity", &self.severity),
            ("incident_type", &self.incident_type),
            ("weekday", &self.weekday),
            ("hours", &self.hours),
            ("level", &self.level),
            ("condition", &self.condition),
            ("phases", &self.phases),
            ("with", &self.with),
            ("order", &self.order),
            ("after", &self.after),
        ];
        let set: Vec<_> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if set.is_empty() { String::new() } else { format!("?{}", set.join("&")) }
    }
}

/// A day as an address has it; what is none is said at its field.
pub fn parse_day(text: &str, field: &str) -> Result<Option<NaiveDate>, AppError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
        .map(Some)
        .map_err(|_| AppError::field(field, "Enter a day like 2026-11-20."))
}

#[cfg(test)]
mod tests {
    use super::{Cursor, IncidentFilter};
    use crate::ids::IncidentId;
    use proptest::prelude::*;

    #[test]
    fn a_range_must_not_end_before_it_begins() {
        let filter = IncidentFilter { from: "2026-02-01".into(), to: "2026-01-01".into(), ..Default::default() };
        assert!(filter.parse().expect_err("backwards").at("to").is_some());
        let filter = IncidentFilter { from: "first of may".into(), ..Default::default() };
        assert!(filter.parse().expect_err("no date").at("from").is_some());
    }

    #[test]
    fn what_is_not_set_is_not_in_the_address() {
        assert_eq!(IncidentFilter::default().query(), "");
        let filter = IncidentFilter { q: "fell & hit".into(), status: "completed".into(), ..Default::default() };
        assert_eq!(filter.query(), "?q=fell%20%26%20hit&status=completed");
    }

    proptest! {
        #[test]
        fn a_cursor_reads_as_it_was_written(micros in 0_i64..4_000_000_000_000_000, id: u128) {
            let cursor = Cursor {
                at: chrono::DateTime::from_timestamp_micros(micros).expect("in range"),
                id: IncidentId::from(uuid::Uuid::from_u128(id)),
            };
            prop_assert_eq!(Cursor::read(&cursor.write()), Some(cursor));
        }

        #[test]
        fn no_address_breaks_the_parser(text in ".{0,80}") {
            let filter = IncidentFilter { q: text.clone(), status: text.clone(), after: text.clone(), reporter: text.clone(), severity: text.clone(), incident_type: text.clone(), hours: text.clone(), condition: text.clone(), participant: text, ..Default::default() };
            prop_assert!(filter.parse().is_ok());
        }
    }
}
