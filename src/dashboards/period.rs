//! Days as the rollup has them: whole months or years, and the days at both ends.

use super::{figures::Scope, series::Grain};
use chrono::{Datelike, Days, Months, NaiveDate};

/// First and last day, both included; empty if the last comes before the first.
pub type Range = (NaiveDate, NaiveDate);

/// What a row of the rollup stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Day,
    Month,
    Year,
}

impl Span {
    /// As the rollup's tables name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// A period in the pieces of the rollup, which together are all its days once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pieces {
    /// Days before the first whole month.
    pub head: Range,
    /// The first day of the first whole month and of the last one.
    pub months: Range,
    /// Of these months, the first day of the first whole year and of the last one; empty unless the period is
    /// drawn by year.
    years: Range,
    /// Days after the last whole month.
    pub tail: Range,
}

impl Pieces {
    /// The pieces of a scope's period; none if the calendar ends there.
    pub fn of(scope: &Scope) -> Option<Self> {
        let Scope { from, to, .. } = *scope;
        let nothing = (from, from.pred_opt()?);
        let begin = next_start(from, first_of_month(from)?, Months::new(1))?;
        let end = first_of_month(to.checked_add_days(Days::new(1))?)?;
        if begin >= end {
            return Some(Self { head: (from, to), months: nothing, years: nothing, tail: nothing });
        }
        let first_year = next_start(begin, first_of_year(begin)?, Months::new(12))?;
        let end_of_years = first_of_year(end)?;
        let has_years = Grain::of(scope) == Grain::Year && first_year < end_of_years;
        Some(Self {
            head: (from, begin.pred_opt()?),
            months: (begin, end.checked_sub_months(Months::new(1))?),
            years: if has_years { (first_year, end_of_years.checked_sub_months(Months::new(12))?) } else { nothing },
            tail: (end, to),
        })
    }

    /// The rows of the rollup that add up to the period: their span and first day.
    pub fn rows(&self) -> Vec<(Span, NaiveDate)> {
        let mut rows: Vec<_> = days(self.head).chain(days(self.tail)).map(|day| (Span::Day, day)).collect();
        let mut start = self.months.0;
        while start <= self.months.1 {
            let is_of_year = self.years.0 <= start && start <= self.years.1;
            let (span, length) = if is_of_year { (Span::Year, 12) } else { (Span::Month, 1) };
            rows.push((span, start));
            let Some(next) = start.checked_add_months(Months::new(length)) else { break };
            start = next;
        }
        rows
    }
}

fn days((first, last): Range) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |day| *day <= last)
}

/// `day` if a month or year starts there, or the start of the next one.
fn next_start(day: NaiveDate, start: NaiveDate, length: Months) -> Option<NaiveDate> {
    if day == start { Some(day) } else { start.checked_add_months(length) }
}

fn first_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)
}

fn first_of_year(day: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year(), 1, 1)
}

#[cfg(test)]
mod tests {
    use super::{Pieces, Span};
    use crate::dashboards::figures::Scope;
    use chrono::{Datelike, Days, Months, NaiveDate};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn pieces(from: NaiveDate, to: NaiveDate) -> Pieces {
        Pieces::of(&Scope { from, to, site: None, participant: None }).unwrap()
    }

    #[test]
    fn whole_months_are_taken_whole() {
        let some = pieces(day("2026-01-15"), day("2026-04-03"));
        assert_eq!(some.head, (day("2026-01-15"), day("2026-01-31")));
        assert_eq!(some.months, (day("2026-02-01"), day("2026-03-01")));
        assert_eq!(some.tail, (day("2026-04-01"), day("2026-04-03")));
        let year = pieces(day("2024-01-01"), day("2024-12-31"));
        assert_eq!(year.months, (day("2024-01-01"), day("2024-12-01")));
        assert!(year.head.0 > year.head.1 && year.tail.0 > year.tail.1);
        assert!(year.rows().iter().all(|(span, _)| *span == Span::Month), "a year by itself is drawn by month");
    }

    #[test]
    fn whole_years_are_taken_whole_where_the_period_is_drawn_by_year() {
        let rows = pieces(day("2021-11-23"), day("2026-11-22")).rows();
        let count = |wanted| rows.iter().filter(|(span, _)| *span == wanted).count();
        assert_eq!((count(Span::Day), count(Span::Month), count(Span::Year)), (8 + 22, 1 + 10, 4));
        assert!(rows.contains(&(Span::Year, day("2022-01-01"))) && rows.contains(&(Span::Year, day("2025-01-01"))));
    }

    proptest! {
        #[test]
        fn every_day_is_in_one_row(start in 0_u64..2_000, length in 0_u64..1_900) {
            let from = day("2020-01-01") + Days::new(start);
            let to = from + Days::new(length);
            let some = pieces(from, to);
            let mut days = Vec::new();
            for (span, first) in some.rows() {
                let next = match span {
                    Span::Day => first + Days::new(1),
                    Span::Month => first + Months::new(1),
                    Span::Year => first + Months::new(12),
                };
                prop_assert!(span == Span::Day || first.day() == 1);
                prop_assert!(span != Span::Year || first.month() == 1);
                days.extend(first.iter_days().take_while(|day| *day < next));
            }
            days.sort_unstable();
            let all: Vec<_> = from.iter_days().take_while(|day| *day <= to).collect();
            prop_assert_eq!(days, all);
            prop_assert!(some.tail.1 < some.tail.0 || (some.tail.1 - some.tail.0).num_days() < 31);
            // 59 days of both ends, 38 months that are not drawn by year, or 22 months around the years.
            prop_assert!(some.rows().len() <= 60 + 38);
        }
    }
}
