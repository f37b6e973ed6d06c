//! A calendar month as a tenant's clocks have it.

use chrono::{DateTime, Datelike, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A month of the years 2000 to 2199.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Month {
    first_day: NaiveDate,
}

impl Month {
    /// The month that it is at `instant` where the tenant is.
    pub fn at(instant: DateTime<Utc>, zone: Tz) -> Option<Self> {
        let local = instant.with_timezone(&zone);
        Self::new(local.year(), local.month())
    }

    /// Reads "2026-11".
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let is_number = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        (is_number(year, 4) && is_number(month, 2)).then_some(())?;
        Self::new(year.parse().ok()?, month.parse().ok()?)
    }

    fn new(year: i32, month: u32) -> Option<Self> {
        let first_day = NaiveDate::from_ymd_opt(year, month, 1)?;
        (2000..2200).contains(&year).then_some(Self { first_day })
    }

    /// The month of this day.
    pub fn of(day: NaiveDate) -> Option<Self> {
        Self::new(day.year(), day.month())
    }

    /// Its first day.
    pub const fn first_day(self) -> NaiveDate {
        self.first_day
    }

    /// The one before.
    pub fn previous(self) -> Option<Self> {
        let last_day = self.first_day.pred_opt()?;
        Self::new(last_day.year(), last_day.month())
    }

    /// The one after.
    pub fn next(self) -> Option<Self> {
        match self.first_day.month() {
            12 => Self::new(self.first_day.year() + 1, 1),
            month => Self::new(self.first_day.year(), month + 1),
        }
    }

    /// Its days in order.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.first_day.iter_days().take_while(move |day| day.month() == self.first_day.month())
    }

    /// The moment at which it begins where the tenant is. Where clocks skip midnight, the first
    /// moment after it.
    pub fn start(self, zone: Tz) -> Option<DateTime<Utc>> {
        let midnight = self.first_day.and_hms_opt(0, 0, 0)?;
        let start = zone.from_local_datetime(&midnight).earliest();
        let start = start.or_else(|| zone.from_local_datetime(&(midnight + Duration::hours(1))).earliest())?;
        Some(start.with_timezone(&Utc))
    }

    /// The moments at which it begins and at which the next one does.
    pub fn bounds(self, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        Some((self.start(zone)?, self.next()?.start(zone)?))
    }

    /// "November 2026".
    pub fn label(self) -> String {
        self.first_day.format("%B %Y").to_string()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first_day.format("%Y-%m"))
    }
}

#[cfg(test)]
mod tests {
    use super::Month;
    use chrono::{DateTime, Utc};
    use chrono_tz::{America::Asuncion, Australia::Sydney, UTC};

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn month(text: &str) -> Month {
        Month::parse(text).expect("a month")
    }

    #[test]
    fn it_begins_at_the_tenants_midnight() {
        assert_eq!(month("2026-11").start(Sydney), Some(moment("2026-10-31T13:00:00Z")), "daylight saving, UTC+11");
        assert_eq!(month("2026-07").start(Sydney), Some(moment("2026-06-30T14:00:00Z")));
        assert_eq!(Month::at(moment("2026-10-31T12:59:59Z"), Sydney), Some(month("2026-10")));
        assert_eq!(Month::at(moment("2026-10-31T13:00:00Z"), Sydney), Some(month("2026-11")));
        assert_eq!(Month::at(moment("2026-10-31T13:00:00Z"), UTC), Some(month("2026-10")));
    }

    #[test]
    fn months_meet_without_a_gap() {
        let mut here = month("2025-11");
        for _ in 0..24 {
            let (_, end) = here.bounds(Sydney).expect("bounds");
            here = here.next().expect("a next one");
            assert_eq!(here.start(Sydney), Some(end), "{here}");
            assert_eq!(here.next().and_then(Month::previous), Some(here));
        }
        assert_eq!(here, month("2027-11"));
    }

    #[test]
    fn a_month_without_a_midnight_begins_after_it() {
        // On 1 October 2017 the clocks of Paraguay went from midnight to one o'clock.
        assert_eq!(month("2017-10").start(Asuncion), Some(moment("2017-10-01T04:00:00Z")));
    }

    #[test]
    fn only_months_are_months() {
        assert_eq!(month("2026-11").to_string(), "2026-11");
        assert_eq!(month("2026-11").label(), "November 2026");
        assert_eq!(month("2028-02").days().count(), 29);
        for bad in ["", "2026", "2026-13", "2026-1", "1999-12", "2200-01", "+026-11", "2026-11-01", "november"] {
            assert_eq!(Month::parse(bad), None, "{bad}");
        }
    }
}
