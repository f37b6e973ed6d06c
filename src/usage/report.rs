//! A month of the ledger in figures.

use super::{budget::BudgetAlert, figures::percent, ledger::CallStep, month::Month};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How many people have a line of their own; the others share one.
const MAX_PEOPLE: usize = 50;

/// What happened in some calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Calls that were made, by the built-in engine too.
    pub calls: i64,
    /// Of these, to a provider.
    pub provider_calls: i64,
    /// Of these, with an answer that could be used.
    pub provider_answers: i64,
    /// Of these, without one.
    pub provider_failures: i64,
    /// Answers to a step (not to a connection test), from providers.
    pub step_answers: i64,
    /// Answers to a step, from the built-in engine.
    pub built_in_answers: i64,
    /// Calls that a limit kept from being made.
    pub refused: i64,
    /// Calls to models whose price isn't known; they count as free.
    pub unpriced: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    /// In millionths of a US dollar.
    pub cost_micros: i64,
}

impl Tally {
    /// How many of the calls to providers that have ended gave a usable answer, in percent.
    pub fn success_rate(&self) -> Option<i64> {
        percent(self.provider_answers, self.provider_answers + self.provider_failures)
    }

    /// How many of the answers to steps came from the built-in engine, in percent.
    pub fn built_in_share(&self) -> Option<i64> {
        percent(self.built_in_answers, self.built_in_answers + self.step_answers)
    }

    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.provider_calls += other.provider_calls;
        self.provider_answers += other.provider_answers;
        self.provider_failures += other.provider_failures;
        self.step_answers += other.step_answers;
        self.built_in_answers += other.built_in_answers;
        self.refused += other.refused;
        self.unpriced += other.unpriced;
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
        self.cost_micros += other.cost_micros;
    }
}

/// A month's usage of one organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageReport {
    pub month: Month,
    /// It is not over yet, so limits still hold.
    pub is_current: bool,
    /// The first month with a call, if any.
    pub earliest: Option<Month>,
    pub totals: Tally,
    pub by_step: Vec<(CallStep, Tally)>,
    pub by_model: Vec<(ModelName, Tally)>,
    pub by_person: Vec<(Caller, Tally)>,
    /// Every day of the month, those without a call too.
    pub by_day: Vec<(NaiveDate, Tally)>,
    pub limits: Limits,
    /// Which parts of the organisation's limit were reached, the lowest first.
    pub alerts: Vec<BudgetAlert>,
    /// The price tables that this month's costs were counted with.
    pub price_versions: Vec<String>,
}

/// A model at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelName {
    pub provider: String,
    pub ai_model: String,
}

/// Who started calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Caller {
    Person(String),
    /// Work that nobody in particular asked for.
    Nobody,
    /// So many people with less usage.
    Others(usize),
}

/// What may be spent in a month, in millionths of a US dollar; nothing: as much as it takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    pub monthly_cap_micros: Option<i64>,
    pub person_monthly_cap_micros: Option<i64>,
}

impl Limits {
    /// Whether any limit is set.
    pub const fn any(&self) -> bool {
        self.monthly_cap_micros.is_some() || self.person_monthly_cap_micros.is_some()
    }
}

/// The people with the most usage, those with the least together in one line.
pub fn rank_people(mut people: Vec<(Caller, Tally)>) -> Vec<(Caller, Tally)> {
    people.sort_by_key(|(_, tally)| std::cmp::Reverse((tally.cost_micros, tally.calls)));
    if people.len() > MAX_PEOPLE {
        let rest = people.split_off(MAX_PEOPLE - 1);
        let mut together = Tally::default();
        rest.iter().for_each(|(_, tally)| together.add(tally));
        people.push((Caller::Others(rest.len()), together));
    }
    people
}

/// Every day of a month with its tally.
pub fn fill_days(month: Month, days: &[(NaiveDate, Tally)]) -> Vec<(NaiveDate, Tally)> {
    let of = |day| days.iter().find(|(known, _)| *known == day).map(|(_, tally)| *tally).unwrap_or_default();
    month.days().map(|day| (day, of(day))).collect()
}

/// The finding of the days' chart, as a sentence.
pub fn busiest_day(days: &[(NaiveDate, Tally)]) -> String {
    let total: i64 = days.iter().map(|(_, tally)| tally.calls).sum();
    let busiest = days.iter().rev().max_by_key(|(_, tally)| tally.calls);
    let Some((day, tally)) = busiest.filter(|(_, tally)| tally.calls > 0) else {
        return "No call was made".to_owned();
    };
    let day = day.format("%-d %B");
    match (tally.calls, total) {
        (1, 1) => format!("The only call was made on {day}"),
        (calls, total) if calls == total => format!("All {total} calls were made on {day}"),
        (calls, total) => format!("Most calls were made on {day}: {calls} of {total}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, Month, Tally, busiest_day, fill_days, rank_people};
    use chrono::NaiveDate;

    fn day(number: u32, calls: i64) -> (NaiveDate, Tally) {
        let day = NaiveDate::from_ymd_opt(2026, 11, number).expect("a day");
        (day, Tally { calls, ..Tally::default() })
    }

    #[test]
    fn a_month_is_told_in_one_sentence() {
        let month = Month::parse("2026-11").expect("a month");
        let told = [vec![], vec![day(3, 1)], vec![day(3, 4)], vec![day(3, 4), day(12, 40)], vec![day(3, 4), day(9, 4)]]
            .map(|days| busiest_day(&fill_days(month, &days)));
        insta::assert_snapshot!(told.join("\n"), @r"
        No call was made
        The only call was made on 3 November
        All 4 calls were made on 3 November
        Most calls were made on 12 November: 40 of 44
        Most calls were made on 3 November: 4 of 8
        ");
        assert_eq!(fill_days(month, &[]).len(), 30);
    }

    #[test]
    fn many_people_end_in_one_line_that_loses_nothing() {
        let people: Vec<_> = (1..=60)
            .map(|n| {
                (
                    Caller::Person(format!("Person {n}")),
                    Tally { calls: 1, cost_micros: i64::from(n), ..Tally::default() },
                )
            })
            .collect();
        let ranked = rank_people(people);
        assert_eq!(ranked.len(), 50);
        assert_eq!(ranked[0].0, Caller::Person("Person 60".to_owned()));
        assert_eq!(ranked[49].0, Caller::Others(11));
        assert_eq!(ranked.iter().map(|(_, tally)| tally.calls).sum::<i64>(), 60);
        assert_eq!(ranked.iter().map(|(_, tally)| tally.cost_micros).sum::<i64>(), 60 * 61 / 2);
    }

    #[test]
    fn rates_count_what_has_ended() {
        let tally = Tally {
            provider_calls: 5,
            provider_answers: 3,
            provider_failures: 1,
            step_answers: 3,
            built_in_answers: 1,
            ..Tally::default()
        };
        assert_eq!((tally.success_rate(), tally.built_in_share()), (Some(75), Some(25)));
        assert_eq!((Tally::default().success_rate(), Tally::default().built_in_share()), (None, None));
    }
}
