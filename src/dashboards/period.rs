//! Days as the rollup has them: whole months, and the days at both ends.

use chrono::{Datelike, Days, Months, NaiveDate};

/// First and last day, both included; empty if the last comes before the first.
pub type Range = (NaiveDate, NaiveDate);

/// A period in the pieces of the rollup, which together are all its days once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pieces {
    /// Days before the first whole month.
    pub head: Range,
    /// The first day of the first whole month and of the last one.
    pub months: Range,
    /// Days after the last whole month.
    pub tail: Range,
}

impl Pieces {
    /// The pieces of `from` to `to`; none if the calendar ends there.
    pub fn of(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        let nothing = (from, from.pred_opt()?);
        let begin = if from.day() == 1 { from } else { first_of_month(from)?.checked_add_months(Months::new(1))? };
        let end = first_of_month(to.checked_add_days(Days::new(1))?)?;
        if begin >= end {
            return Some(Self { head: (from, to), months: nothing, tail: nothing });
        }
        Some(Self {
            head: (from, begin.pred_opt()?),
            months: (begin, end.checked_sub_months(Months::new(1))?),
            tail: (end, to),
        })
    }
}

fn first_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)
}

#[cfg(test)]
mod tests {
    use super::Pieces;
    use chrono::{Datelike, Days, Months, NaiveDate};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn whole_months_are_taken_whole() {
        let pieces = Pieces::of(day("2026-01-15"), day("2026-04-03")).unwrap();
        assert_eq!(pieces.head, (day("2026-01-15"), day("2026-01-31")));
        assert_eq!(pieces.months, (day("2026-02-01"), day("2026-03-01")));
        assert_eq!(pieces.tail, (day("2026-04-01"), day("2026-04-03")));
        let year = Pieces::of(day("2024-01-01"), day("2024-12-31")).unwrap();
        assert_eq!(year.months, (day("2024-01-01"), day("2024-12-01")));
        assert!(year.head.0 > year.head.1 && year.tail.0 > year.tail.1);
    }

    proptest! {
        #[test]
        fn every_day_is_in_one_piece(start in 0_u64..2_000, length in 0_u64..1_900) {
            let from = day("2020-01-01") + Days::new(start);
            let to = from + Days::new(length);
            let Pieces { head, months, tail } = Pieces::of(from, to).unwrap();
            let mut days = Vec::new();
            let mut add = |(first, last): (NaiveDate, NaiveDate)| days.extend(first.iter_days().take_while(|day| *day <= last));
            add(head);
            let mut month = months.0;
            while month <= months.1 {
                prop_assert_eq!(month.day(), 1);
                let next = month + Months::new(1);
                add((month, next.pred_opt().unwrap()));
                month = next;
            }
            add(tail);
            let all: Vec<_> = from.iter_days().take_while(|day| *day <= to).collect();
            prop_assert_eq!(days, all);
            prop_assert!(tail.1 < tail.0 || (tail.1 - tail.0).num_days() < 31);
        }
    }
}
