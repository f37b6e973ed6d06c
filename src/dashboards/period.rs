//! A period as the rollup has it: rows of whole years, months and days that add up to it.

use super::{figures::Scope, series::Grain};
use chrono::{Datelike, Months, NaiveDate};

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

/// A row of the rollup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub span: Span,
    /// The first day of what it stands for.
    pub start: NaiveDate,
    /// A day of a month that is counted whole although the period has only a part of it.
    pub is_taken_away: bool,
}

/// The rows that add up to a scope's period; none if the calendar ends there. Years stand in it only where the
/// period is drawn by year. Of the months at both ends that are not whole there are the days, or the month and
/// the days to take away from it: whichever is less to read.
pub fn rows(scope: &Scope) -> Option<Vec<Row>> {
    let mut rows = Vec::new();
    let mut start = scope.from.with_day(1)?;
    while start <= scope.to {
        let next_year = start.checked_add_months(Months::new(12))?;
        let is_year = Grain::of(scope) == Grain::Year && start.month() == 1;
        if is_year && scope.from <= start && next_year.pred_opt()? <= scope.to {
            rows.push(Row { span: Span::Year, start, is_taken_away: false });
            start = next_year;
        } else {
            let next = start.checked_add_months(Months::new(1))?;
            add_month(&mut rows, scope, start, next.pred_opt()?);
            start = next;
        }
    }
    Some(rows)
}

/// Adds what the period has of a month.
fn add_month(rows: &mut Vec<Row>, scope: &Scope, first: NaiveDate, last: NaiveDate) {
    let days = first.iter_days().take_while(|day| *day <= last);
    let (inside, outside): (Vec<_>, Vec<_>) = days.partition(|day| scope.from <= *day && *day <= scope.to);
    let day = |start, is_taken_away| Row { span: Span::Day, start, is_taken_away };
    if inside.len() <= outside.len() {
        rows.extend(inside.into_iter().map(|start| day(start, false)));
    } else {
        rows.push(Row { span: Span::Month, start: first, is_taken_away: false });
        rows.extend(outside.into_iter().map(|start| day(start, true)));
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Span, rows};
    use crate::dashboards::figures::Scope;
    use chrono::{Datelike, Days, Months, NaiveDate};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rows_of(from: NaiveDate, to: NaiveDate) -> Vec<Row> {
        rows(&Scope { from, to, site: None, participant: None }).unwrap()
    }

    /// How many days, taken away days, months and years.
    fn counts(rows: &[Row]) -> [usize; 4] {
        let count = |is: fn(&&Row) -> bool| rows.iter().filter(is).count();
        [
            count(|row| row.span == Span::Day && !row.is_taken_away),
            count(|row| row.is_taken_away),
            count(|row| row.span == Span::Month),
            count(|row| row.span == Span::Year),
        ]
    }

    #[test]
    fn whole_months_are_taken_whole() {
        assert_eq!(counts(&rows_of(day("2026-02-01"), day("2026-04-30"))), [0, 0, 3, 0]);
        let year = rows_of(day("2024-01-01"), day("2024-12-31"));
        assert_eq!(counts(&year), [0, 0, 12, 0], "a year by itself is drawn by month");
    }

    #[test]
    fn a_part_of_a_month_is_its_days_or_what_the_month_has_without_the_others() {
        // Three days of January, and April without its last three.
        let some = rows_of(day("2026-01-29"), day("2026-04-27"));
        assert_eq!(counts(&some), [3, 3, 3, 0]);
        assert!(some.contains(&Row { span: Span::Day, start: day("2026-04-28"), is_taken_away: true }));
        assert_eq!(counts(&rows_of(day("2026-01-05"), day("2026-01-07"))), [3, 0, 0, 0]);
        assert_eq!(counts(&rows_of(day("2026-01-03"), day("2026-01-30"))), [0, 3, 1, 0], "taken away at both ends");
    }

    #[test]
    fn whole_years_are_taken_whole_where_the_period_is_drawn_by_year() {
        let some = rows_of(day("2021-11-23"), day("2026-11-22"));
        assert_eq!(counts(&some), [8, 8, 1 + 11, 4]);
        let is_there = |start| some.contains(&Row { span: Span::Year, start: day(start), is_taken_away: false });
        assert!(is_there("2022-01-01") && is_there("2025-01-01"));
    }

    proptest! {
        #[test]
        fn rows_add_up_to_every_day_once(start in 0_u64..2_000, length in 0_u64..1_900) {
            let from = day("2020-01-01") + Days::new(start);
            let to = from + Days::new(length);
            let some = rows_of(from, to);
            let mut days: BTreeMap<NaiveDate, i32> = BTreeMap::new();
            for Row { span, start, is_taken_away } in &some {
                let next = match span {
                    Span::Day => *start + Days::new(1),
                    Span::Month => *start + Months::new(1),
                    Span::Year => *start + Months::new(12),
                };
                prop_assert!(*span == Span::Day || (start.day() == 1 && !is_taken_away));
                prop_assert!(*span != Span::Year || start.month() == 1);
                for day in start.iter_days().take_while(|day| *day < next) {
                    *days.entry(day).or_default() += if *is_taken_away { -1 } else { 1 };
                }
            }
            days.retain(|_, counted| *counted != 0);
            prop_assert!(days.values().all(|counted| *counted == 1));
            let all: Vec<_> = from.iter_days().take_while(|day| *day <= to).collect();
            prop_assert_eq!(days.into_keys().collect::<Vec<_>>(), all);
            // Half the days of both ends, and 38 months that are not drawn by year, or 22 months around the years.
            prop_assert!(some.len() <= 32 + 38);
        }
    }
}
