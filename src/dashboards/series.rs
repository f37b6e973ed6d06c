//! Reports over time: days added up to as many points as a phone can show.

use super::figures::{DayCount, Scope};
use crate::text_enum::text_enum;
use chrono::{Datelike, Days, Months, NaiveDate};

text_enum! {
    /// What one point stands for.
    Grain {
        Day = "day", "day";
        Week = "week", "week";
        Month = "month", "month";
        Quarter = "quarter", "quarter";
        Year = "year", "year";
    }
}

/// Reports of some days in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub reports: i64,
}

impl Grain {
    /// At most 14 points, so that each can be touched on a phone.
    pub fn of(scope: &Scope) -> Self {
        let months = i64::from(scope.to.year() - scope.from.year()) * 12 + i64::from(scope.to.month())
            - i64::from(scope.from.month())
            + 1;
        match (scope.days(), months) {
            (..=10, _) => Self::Day,
            (..=98, _) => Self::Week,
            (_, ..=13) => Self::Month,
            (_, ..=39) => Self::Quarter,
            _ => Self::Year,
        }
    }

    /// The last day of the point that begins on `day`. Weeks count back from the end of the period, so that
    /// the last one is whole.
    fn end(self, day: NaiveDate, scope: &Scope) -> NaiveDate {
        let month = day.with_day(1).unwrap_or(day);
        let before = |next: Option<NaiveDate>| next.and_then(|next| next.pred_opt()).unwrap_or(scope.to);
        let end = match self {
            Self::Day => day,
            Self::Week => {
                let rest = (scope.to - day).num_days().rem_euclid(7).unsigned_abs();
                day.checked_add_days(Days::new(rest)).unwrap_or(scope.to)
            }
            Self::Month => before(month.checked_add_months(Months::new(1))),
            Self::Quarter => before(month.checked_add_months(Months::new(3 - day.month0() % 3))),
            Self::Year => before(NaiveDate::from_ymd_opt(day.year() + 1, 1, 1)),
        };
        end.min(scope.to)
    }
}

impl Point {
    /// "2 Nov", "Nov", "Q4 26" below the chart.
    pub fn short_label(&self, grain: Grain) -> String {
        match grain {
            Grain::Day | Grain::Week => self.from.format("%-d %b").to_string(),
            Grain::Month => self.from.format("%b").to_string(),
            Grain::Quarter => format!("Q{} {}", self.from.month0() / 3 + 1, self.from.format("%y")),
            Grain::Year => self.from.format("%Y").to_string(),
        }
    }

    /// "2 Nov to 8 Nov", "November 2026".
    pub fn label(&self, grain: Grain) -> String {
        match grain {
            Grain::Day => self.from.format("%a %-d %b").to_string(),
            Grain::Month if self.is_whole_month() => self.from.format("%B %Y").to_string(),
            _ if self.from == self.to => self.from.format("%-d %b %Y").to_string(),
            Grain::Week => format!("{} to {}", self.from.format("%-d %b"), self.to.format("%-d %b")),
            _ => format!("{} to {}", self.from.format("%-d %b %Y"), self.to.format("%-d %b %Y")),
        }
    }

    fn is_whole_month(&self) -> bool {
        self.from.day() == 1 && self.to.succ_opt().is_some_and(|next| next.day() == 1)
    }
}

/// The whole period as points, those without reports included.
pub fn points(scope: &Scope, days: &[DayCount]) -> (Grain, Vec<Point>) {
    let grain = Grain::of(scope);
    let mut points = Vec::new();
    let mut from = scope.from;
    while from <= scope.to {
        let to = grain.end(from, scope);
        let reports = days.iter().filter(|day| (from..=to).contains(&day.day)).map(|day| day.reports).sum();
        points.push(Point { from, to, reports });
        match to.succ_opt() {
            Some(next) => from = next,
            None => break,
        }
    }
    (grain, points)
}

#[cfg(test)]
mod tests {
    use super::{Grain, points};
    use crate::dashboards::figures::{DayCount, Scope};
    use chrono::{Days, NaiveDate};
    use proptest::prelude::*;

    fn scope(from: &str, to: &str) -> Scope {
        Scope { from: from.parse().expect("a day"), to: to.parse().expect("a day"), site: None, participant: None }
    }

    #[test]
    fn points_get_longer_with_the_period() {
        let told = |from, to| {
            let scope = scope(from, to);
            let (grain, points) = points(&scope, &[]);
            let (first, last) = (points.first().expect("one"), points.last().expect("one"));
            format!(
                "{} {}: {} ({}), {}",
                points.len(),
                grain.label(),
                first.label(grain),
                first.short_label(grain),
                last.label(grain)
            )
        };
        let told = [
            told("2026-11-15", "2026-11-21"),
            told("2026-10-23", "2026-11-21"),
            told("2026-08-24", "2026-11-21"),
            told("2025-12-01", "2026-11-21"),
            told("2024-01-01", "2026-11-21"),
            told("2021-11-22", "2026-11-21"),
            told("2026-11-21", "2026-11-21"),
        ];
        insta::assert_snapshot!(told.join("\n"), @r"
        7 day: Sun 15 Nov (15 Nov), Sat 21 Nov
        5 week: 23 Oct to 24 Oct (23 Oct), 15 Nov to 21 Nov
        13 week: 24 Aug to 29 Aug (24 Aug), 15 Nov to 21 Nov
        12 month: December 2025 (Dec), 1 Nov 2026 to 21 Nov 2026
        12 quarter: 1 Jan 2024 to 31 Mar 2024 (Q1 24), 1 Oct 2026 to 21 Nov 2026
        6 year: 22 Nov 2021 to 31 Dec 2021 (2021), 1 Jan 2026 to 21 Nov 2026
        1 day: Sat 21 Nov (21 Nov), Sat 21 Nov
        ");
    }

    proptest! {
        #[test]
        fn every_day_is_in_exactly_one_point(first in 0_u64..4_000, length in 0_u64..1_826, event in 0_u64..1_826) {
            let start = NaiveDate::from_ymd_opt(2018, 1, 1).expect("a day");
            let from = start.checked_add_days(Days::new(first)).expect("a day");
            let to = from.checked_add_days(Days::new(length)).expect("a day");
            let scope = Scope { from, to, site: None, participant: None };
            let day = from.checked_add_days(Days::new(event % (length + 1))).expect("a day");
            let (grain, points) = points(&scope, &[DayCount { day, reports: 3 }]);
            prop_assert!((1..=14).contains(&points.len()), "{} points of a {}", points.len(), grain.label());
            prop_assert_eq!(points.iter().map(|point| point.reports).sum::<i64>(), 3);
            prop_assert_eq!(points[0].from, from);
            prop_assert_eq!(points[points.len() - 1].to, to);
            for pair in points.windows(2) {
                prop_assert_eq!(pair[0].to.succ_opt(), Some(pair[1].from));
            }
            prop_assert_eq!(Grain::of(&scope), grain);
        }
    }
}
