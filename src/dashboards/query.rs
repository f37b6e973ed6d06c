//! What a dashboard shows: its period and filters, all in the address of the page.

use super::figures::Scope;
use crate::{
    address::encode, error::AppError, incidents::filter::parse_day, text_enum::text_enum, usage::figures::format_count,
};
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// The longest period, in months.
const MAX_MONTHS: u32 = 60;
/// Days before and after these are slips of the finger.
const YEARS: std::ops::Range<i32> = 2000..2200;

text_enum! {
    /// A period that moves on with the calendar.
    Period {
        Last7Days = "7d", "Last 7 days";
        Last30Days = "30d", "Last 30 days";
        Last90Days = "90d", "Last 90 days";
        ThisMonth = "month", "This month";
        LastMonth = "last-month", "Last month";
        ThisQuarter = "quarter", "This quarter";
        ThisYear = "year", "This year";
        Last12Months = "12-months", "Last 12 months";
    }
}

impl Period {
    /// What a dashboard shows that was asked for nothing in particular: long enough to see a change.
    pub const DEFAULT: Self = Self::Last90Days;

    /// First and last day, both included. Nothing reaches into the future.
    pub fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let month = today.with_day(1).unwrap_or(today);
        match self {
            Self::Last7Days => (back(6), today),
            Self::Last30Days => (back(29), today),
            Self::Last90Days => (back(89), today),
            Self::ThisMonth => (month, today),
            Self::LastMonth => {
                let last = month.pred_opt().unwrap_or(month);
                (last.with_day(1).unwrap_or(last), last)
            }
            Self::ThisQuarter => (month.with_month0(today.month0() / 3 * 3).unwrap_or(month), today),
            Self::ThisYear => (month.with_month(1).unwrap_or(month), today),
            Self::Last12Months => (month.checked_sub_months(Months::new(11)).unwrap_or(month), today),
        }
    }
}

/// The page's state as its address has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct DashboardQuery {
    /// A [`Period`]; days of one's own go before it.
    pub period: String,
    /// First day, `2026-11-01`.
    pub from: String,
    /// Last day; today if only the first is given.
    pub to: String,
    pub site: String,
    pub participant: String,
}

impl DashboardQuery {
    /// The period, unless the days are somebody's own.
    pub fn period(&self) -> Option<Period> {
        let is_own = !(self.from.trim().is_empty() && self.to.trim().is_empty());
        (!is_own).then(|| Period::parse(&self.period).unwrap_or(Period::DEFAULT))
    }

    /// Reads the address. Days that can't be used are said at their fields.
    pub fn scope(&self, today: NaiveDate) -> Result<Scope, AppError> {
        let (from, to) = match self.period() {
            Some(period) => period.days(today),
            None => self.own_days(today)?,
        };
        Ok(Scope { from, to, site: self.site.parse().ok(), participant: self.participant.parse().ok() })
    }

    fn own_days(&self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), AppError> {
        let from = parse_day(&self.from, "from")?.ok_or_else(|| AppError::field("from", "Enter the first day."))?;
        let to = parse_day(&self.to, "to")?.unwrap_or(today);
        for (day, field) in [(from, "from"), (to, "to")] {
            if !YEARS.contains(&day.year()) {
                return Err(AppError::field(field, "Enter a day like 2026-11-20."));
            }
        }
        if to < from {
            return Err(AppError::field("to", "The last day is before the first day."));
        }
        if from.checked_add_months(Months::new(MAX_MONTHS)).is_none_or(|latest| to > latest) {
            return Err(AppError::field("from", "Choose at most five years."));
        }
        Ok((from, to))
    }

    /// The same without days that can't be used.
    pub fn without_errors(&self, today: NaiveDate) -> Self {
        if self.scope(today).is_ok() {
            self.clone()
        } else {
            Self { from: String::new(), to: String::new(), ..self.clone() }
        }
    }

    /// The query part of the address, without what isn't set.
    pub fn address(&self) -> String {
        let pairs = [
            ("period", &self.period),
            ("from", &self.from),
            ("to", &self.to),
            ("site", &self.site),
            ("participant", &self.participant),
        ];
        let set: Vec<_> = pairs
            .into_iter()
            .map(|(name, value)| (name, value.trim()))
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if set.is_empty() { String::new() } else { format!("?{}", set.join("&")) }
    }

    /// "Last 90 days", or the days themselves.
    pub fn title(&self, scope: &Scope) -> String {
        match self.period() {
            Some(period) => period.label().to_owned(),
            None => format!("{} to {}", day_in_words(scope.from), day_in_words(scope.to)),
        }
    }
}

impl Scope {
    /// How many days it has.
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// As many days directly before it.
    pub fn before(&self) -> Self {
        let days = Days::new(self.days().unsigned_abs());
        let back = |day: NaiveDate| day.checked_sub_days(days).unwrap_or(day);
        Self { from: back(self.from), to: back(self.to), ..*self }
    }

    /// What it is compared with: "the 30 days before".
    pub fn before_in_words(&self) -> String {
        match self.days() {
            1 => "the day before".to_owned(),
            days => format!("the {} days before", format_count(days)),
        }
    }
}

/// "1 Nov 2026".
pub fn day_in_words(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::{DashboardQuery, Period};
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn own(from: &str, to: &str) -> DashboardQuery {
        DashboardQuery { from: from.into(), to: to.into(), ..DashboardQuery::default() }
    }

    #[test]
    fn periods_follow_the_calendar_up_to_today() {
        let told: Vec<_> = Period::ALL
            .iter()
            .map(|period| {
                let (from, to) = period.days(day("2026-11-21"));
                format!("{}: {from} to {to}", period.label())
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        Last 7 days: 2026-11-15 to 2026-11-21
        Last 30 days: 2026-10-23 to 2026-11-21
        Last 90 days: 2026-08-24 to 2026-11-21
        This month: 2026-11-01 to 2026-11-21
        Last month: 2026-10-01 to 2026-10-31
        This quarter: 2026-10-01 to 2026-11-21
        This year: 2026-01-01 to 2026-11-21
        Last 12 months: 2025-12-01 to 2026-11-21
        ");
        assert_eq!(Period::LastMonth.days(day("2026-03-31")), (day("2026-02-01"), day("2026-02-28")));
        assert_eq!(Period::ThisQuarter.days(day("2026-03-31")).0, day("2026-01-01"));
    }

    #[test]
    fn days_of_ones_own_go_before_a_period() {
        let today = day("2026-11-21");
        let query = DashboardQuery { period: "7d".into(), ..own("2026-11-01", "2026-11-15") };
        let scope = query.scope(today).expect("days");
        assert_eq!((scope.from, scope.to, query.period()), (day("2026-11-01"), day("2026-11-15"), None));
        assert_eq!(query.title(&scope), "1 Nov 2026 to 15 Nov 2026");
        assert_eq!(own("2026-11-01", "").scope(today).expect("open").to, today);
        let plain = DashboardQuery::default().scope(today).expect("the default");
        assert_eq!(plain.from, Period::DEFAULT.days(today).0);
    }

    #[test]
    fn days_that_cannot_be_are_said_at_their_fields() {
        let at = |query: DashboardQuery, field| query.scope(day("2026-11-21")).expect_err("refused").at(field);
        assert_eq!(at(own("2026-11-15", "2026-11-01"), "to").as_deref(), Some("The last day is before the first day."));
        assert_eq!(at(own("", "2026-11-01"), "from").as_deref(), Some("Enter the first day."));
        assert_eq!(at(own("first of may", ""), "from").as_deref(), Some("Enter a day like 2026-11-20."));
        assert_eq!(at(own("2026-11-01", "20261-11-01"), "to").as_deref(), Some("Enter a day like 2026-11-20."));
        assert_eq!(at(own("2020-01-01", "2026-01-01"), "from").as_deref(), Some("Choose at most five years."));
        assert!(own("2021-01-01", "2026-01-01").scope(day("2026-11-21")).is_ok());
    }

    #[test]
    fn the_period_before_is_as_long_and_meets_it() {
        let scope = own("2026-11-01", "2026-11-15").scope(day("2026-11-21")).expect("days");
        let before = scope.before();
        assert_eq!((before.from, before.to, before.days()), (day("2026-10-17"), day("2026-10-31"), 15));
        assert_eq!(scope.before_in_words(), "the 15 days before");
    }

    #[test]
    fn the_address_holds_what_is_set() {
        assert_eq!(DashboardQuery::default().address(), "");
        let query = DashboardQuery { site: "a b".into(), ..own("2026-11-01", " ") };
        assert_eq!(query.address(), "?from=2026-11-01&site=a%20b");
    }

    proptest! {
        #[test]
        fn no_address_breaks_the_page(from in ".{0,20}", to in ".{0,20}", period in ".{0,12}") {
            let query = DashboardQuery { from, to, period: period.clone(), site: period.clone(), participant: period };
            let today = day("2026-11-21");
            if let Ok(scope) = query.without_errors(today).scope(today) {
                prop_assert!(scope.from <= scope.to && scope.before().to < scope.from);
            } else {
                prop_assert!(false, "days without errors");
            }
        }
    }
}
