//! Which account becomes whose report, when, and how far it has come. The same accounts and the same
//! moment always give the same plan.

use super::{
    accounts::{Account, Kind, Names},
    dice::Dice,
    providers::{Person, Provider},
};
use crate::incidents::incident::WizardStep;
use anyhow::Context;
use chrono::{DateTime, Days, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

/// How far back the reports go.
const SPAN_DAYS: i64 = 365;

/// What becomes of the newest reports, the newest first; all older ones are completed.
const NEWEST: [Fate; 28] = {
    use Fate::{Completed as C, Draft, InReview as R, Returned, Waiting as W};
    use LastTouched::{ThatDay, Today, Yesterday};
    use Progress::{At, Details, PartlyTold};
    [
        Draft(At(WizardStep::ClarifyDuring), Today),
        Draft(PartlyTold, Today),
        W,
        W,
        W,
        Draft(Details, Yesterday),
        W,
        W,
        Draft(At(WizardStep::Review), ThatDay),
        W,
        W,
        W,
        Draft(Details, ThatDay),
        W,
        R,
        W,
        Returned,
        W,
        Draft(At(WizardStep::ClarifyBefore), ThatDay),
        R,
        W,
        C,
        C,
        Draft(At(WizardStep::Complete), ThatDay),
        R,
        C,
        C,
        Draft(At(WizardStep::ClarifyAfter), ThatDay),
    ]
};

/// Why a report comes long after its event, for the few that do.
const LATE_REASONS: [&str; 2] = [
    "I was not on shift that day. It came up when we talked about the support plan today.",
    "Found in the communication book during a file check. No report had been made at the time.",
];

/// How far a report has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Draft(Progress, LastTouched),
    Waiting,
    InReview,
    /// A team lead asked its reporter for more.
    Returned,
    Completed,
}

/// Where the reporter of a draft stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Only who, where and when.
    Details,
    /// In the middle of the account.
    PartlyTold,
    /// At a step after the account.
    At(WizardStep),
}

/// When the reporter of a draft last wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastTouched {
    Today,
    Yesterday,
    /// On the day it was started; by now it is stuck.
    ThatDay,
}

/// A report to be.
#[derive(Debug, Clone)]
pub struct Plan {
    pub account: Account,
    /// Index into the provider's people.
    pub reporter: usize,
    /// Index into the provider's participants.
    pub participant: usize,
    /// Index into the provider's sites.
    pub site: Option<usize>,
    pub fate: Fate,
    pub late_reason: &'static str,
    pub event: DateTime<Utc>,
    pub created: DateTime<Utc>,
    /// When it was submitted, if it was.
    pub submitted: Option<DateTime<Utc>>,
    pub updated: DateTime<Utc>,
    dice: Dice,
}

impl Plan {
    /// The names that the account is told with.
    pub fn names(&self, provider: &Provider) -> Names<'static> {
        let participant = provider.participants.get(self.participant).map_or("", |participant| participant.first_name);
        let home = provider.participants.get(self.participant).map(|participant| participant.home);
        let site = self.site.or(home).and_then(|site| provider.sites.get(site)).map_or("", |site| site.name);
        Names { participant, site }
    }

    /// Whether the worker says "I don't know" to a question that the account has no answer to,
    /// instead of leaving it open.
    pub fn admits_not_knowing(&self, question: u64) -> bool {
        self.dice.between(100 + question, 1, 4) == 1
    }

    /// The dice of the report, for what happens to it after it was submitted.
    pub const fn dice(&self) -> Dice {
        self.dice
    }

    /// Whether the reviewers have looked at what was sent to them.
    pub fn is_seen(&self) -> bool {
        match self.fate {
            Fate::Draft(..) => false,
            Fate::Waiting => self.dice.between(20, 1, 4) == 1,
            Fate::InReview | Fate::Returned | Fate::Completed => true,
        }
    }
}

/// The reports of one provider in the order in which they are started.
pub fn make(provider: &Provider, accounts: Vec<Account>, now: DateTime<Utc>) -> anyhow::Result<Vec<Plan>> {
    let count = accounts.len();
    let mut shuffled: Vec<(Dice, Account)> =
        (0..).zip(accounts).map(|(index, account)| (Dice::of(provider.slug, index), account)).collect();
    shuffled.sort_by_key(|(dice, _)| dice.number(0));
    let mut plans = (0..)
        .zip(shuffled)
        .map(|(age, (dice, account))| Rank { age, count }.plan(provider, account, dice, now))
        .collect::<anyhow::Result<Vec<_>>>()?;
    plans.sort_by_key(|plan| plan.created);
    Ok(plans)
}

/// The place of a report among all, the newest first.
#[derive(Debug, Clone, Copy)]
struct Rank {
    age: usize,
    count: usize,
}

impl Rank {
    fn plan(self, provider: &Provider, account: Account, dice: Dice, now: DateTime<Utc>) -> anyhow::Result<Plan> {
        let fate = NEWEST.get(self.age).copied().unwrap_or(Fate::Completed);
        let participant = self.pick_participant(provider, &account, dice).context("no participant fits an account")?;
        let home = provider.participants.get(participant).map_or(0, |participant| participant.home);
        let site = match account.kind {
            Kind::Community if !account.names_site() => None,
            _ if account.is_at_day_program() => Some(provider.sites.len() - 1),
            _ => Some(home),
        };
        let reporter = pick_reporter(provider, &account, fate, home, dice).context("nobody can report an account")?;
        let created_after_event = self.event(&account, provider.time_zone, dice, now)?;
        let created = (created_after_event + reporting_delay(dice)).min(now - Duration::minutes(40));
        let (event, late_reason) = match self.late_reason() {
            Some(reason) => (created_after_event - Duration::days(dice.between(6, 38, 90)), reason),
            None => (created_after_event, ""),
        };
        let submitted = match fate {
            Fate::Draft(..) => None,
            _ => Some((created + writing_time(dice)).min(now - Duration::minutes(15))),
        };
        let updated = last_change(fate, created, submitted, dice, now);
        Ok(Plan { account, reporter, participant, site, fate, late_reason, event, created, submitted, updated, dice })
    }

    /// By chance, but some people have more reports than others, one in a while a run of them, and
    /// falls have lately become more frequent at the first house.
    fn pick_participant(self, provider: &Provider, account: &Account, dice: Dice) -> Option<usize> {
        let block = self.age / 8;
        let in_focus = Dice::of(provider.slug, block).below(1, provider.participants.len());
        let is_run = block % 3 == 1;
        let is_recent_fall = account.kind == Kind::Fall && self.age < self.count / 4;
        dice.pick(
            2,
            provider.participants.iter().enumerate().map(|(index, participant)| {
                let fits = participant.pronoun == account.pronoun && !account.mentions(participant.first_name);
                let run = if is_run && index == in_focus { 8 } else { 1 };
                let fall = if is_recent_fall && participant.home == 0 { 5 } else { 1 };
                if fits { participant.share * run * fall } else { 0 }
            }),
        )
    }

    /// When it happened: denser towards today, at the account's time of day where the provider is.
    fn event(self, account: &Account, zone: Tz, dice: Dice, now: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
        let (age, count) = (i64::try_from(self.age)?, i64::try_from(self.count.max(1))?);
        let span = Duration::days(SPAN_DAYS - 2).num_minutes();
        let share = 55 * age * count + 45 * age * age;
        let ago = span * share / (100 * count * count) + dice.between(3, 0, span / (2 * count));
        let mut day = (now - Duration::minutes(ago)).with_timezone(&zone).date_naive();
        let (first, last) = account.time_of_day.minutes();
        let minute = account.minute_told().unwrap_or_else(|| dice.between(4, first, last));
        loop {
            let event = at(day, minute, zone).context("a day has no such time")?;
            if event <= now - Duration::hours(2) {
                return Ok(event);
            }
            day = day.checked_sub_days(Days::new(1)).context("the calendar ends")?;
        }
    }

    /// Two reports of each provider come late.
    fn late_reason(self) -> Option<&'static str> {
        let [first, second] = LATE_REASONS;
        if self.age == self.count / 3 {
            Some(first)
        } else if self.age == self.count * 2 / 3 {
            Some(second)
        } else {
            None
        }
    }
}

/// Today's drafts, and what came back, belong to the first worker, as whom visitors sign in first.
fn pick_reporter(provider: &Provider, account: &Account, fate: Fate, home: usize, dice: Dice) -> Option<usize> {
    if let Fate::Draft(_, LastTouched::Today) | Fate::Returned = fate {
        return Some(0);
    }
    let is_forgotten = matches!(fate, Fate::Draft(..));
    dice.pick(
        5,
        provider.people.iter().enumerate().map(|(index, person)| {
            // People work at some houses more than at others.
            let at_home = if (index + home).is_multiple_of(3) { 3 } else { 1 };
            // Who has today's drafts has no forgotten ones.
            let is_out = (is_forgotten && index == 0) || account.mentions(first_name(person));
            if is_out { 0 } else { person.share * at_home }
        }),
    )
}

fn first_name(person: &Person) -> &'static str {
    person.name.split(' ').next().unwrap_or(person.name)
}

fn at(day: NaiveDate, minute: i64, zone: Tz) -> Option<DateTime<Utc>> {
    let local = day.and_hms_opt(0, 0, 0)? + Duration::minutes(minute);
    // Daylight saving skips an hour of the night once a year.
    let instant = zone.from_local_datetime(&local).earliest();
    let instant = instant.or_else(|| zone.from_local_datetime(&(local + Duration::hours(1))).earliest())?;
    Some(instant.with_timezone(&Utc))
}

/// Most people report before their shift ends, some the next day.
fn reporting_delay(dice: Dice) -> Duration {
    Duration::minutes(match dice.between(7, 1, 20) {
        1..=12 => dice.between(8, 10, 90),
        13..=17 => dice.between(8, 90, 8 * 60),
        _ => dice.between(8, 8 * 60, 24 * 60),
    })
}

/// Most reports are written in one sitting.
fn writing_time(dice: Dice) -> Duration {
    Duration::minutes(match dice.between(9, 1, 10) {
        1..=7 => dice.between(10, 14, 45),
        8..=9 => dice.between(10, 2 * 60, 9 * 60),
        _ => dice.between(10, 20 * 60, 47 * 60),
    })
}

fn last_change(
    fate: Fate,
    created: DateTime<Utc>,
    submitted: Option<DateTime<Utc>>,
    dice: Dice,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let submitted = submitted.unwrap_or(created);
    match fate {
        Fate::Draft(_, LastTouched::Today) => now - Duration::minutes(dice.between(11, 12, 35)),
        Fate::Draft(_, LastTouched::Yesterday) => now - Duration::hours(dice.between(11, 18, 26)),
        Fate::Draft(_, LastTouched::ThatDay) => created + Duration::minutes(dice.between(11, 15, 50)),
        Fate::Waiting => submitted,
        Fate::Returned => (submitted + Duration::hours(dice.between(11, 6, 30))).min(now - Duration::hours(1)),
        Fate::InReview => (submitted + Duration::hours(dice.between(11, 20, 70))).min(now - Duration::hours(1)),
        Fate::Completed => (submitted + Duration::hours(dice.between(11, 18, 9 * 24))).min(now - Duration::hours(3)),
    }
    .max(submitted)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{accounts, providers::PROVIDERS, split_accounts},
        Fate, LastTouched, Plan, make,
    };
    use crate::{accounts::permission::Permission, incidents::details::is_late};
    use chrono::{DateTime, Duration, TimeZone, Utc};

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 20, 9, 0, 0).unwrap()
    }

    fn plans() -> Vec<(usize, Plan)> {
        let accounts = split_accounts(accounts::read_all().unwrap());
        let planned = PROVIDERS.into_iter().zip(accounts).enumerate();
        planned
            .flat_map(|(index, (provider, accounts))| {
                make(provider, accounts, now()).unwrap().into_iter().map(move |plan| (index, plan))
            })
            .collect()
    }

    #[test]
    fn every_account_becomes_one_report_in_an_order_that_time_allows() {
        let plans = plans();
        assert_eq!(plans.len(), accounts::read_all().unwrap().len());
        for (_, plan) in &plans {
            assert!(plan.event < plan.created, "{plan:?}");
            assert!(plan.created < plan.submitted.unwrap_or(plan.updated), "{plan:?}");
            assert!(plan.submitted.unwrap_or(plan.created) <= plan.updated && plan.updated < now(), "{plan:?}");
            assert!(now() - plan.event < Duration::days(366), "{plan:?}");
            assert_eq!(is_late(plan.event, plan.created), !plan.late_reason.is_empty(), "{plan:?}");
        }
    }

    #[test]
    fn reports_fit_their_participant_and_come_from_people_who_may_report() {
        for (provider, plan) in plans() {
            let provider = PROVIDERS[provider];
            assert_eq!(provider.participants[plan.participant].pronoun, plan.account.pronoun);
            assert!(provider.people[plan.reporter].role.may(Permission::ReportIncidents));
            assert!(!plan.names(provider).site.is_empty());
        }
    }

    #[test]
    fn both_organisations_have_work_in_every_state() {
        let plans = plans();
        for provider in 0..PROVIDERS.len() {
            let count =
                |fate: fn(Fate) -> bool| plans.iter().filter(|(of, plan)| *of == provider && fate(plan.fate)).count();
            assert_eq!(count(|fate| fate == Fate::Waiting), 12);
            assert_eq!(count(|fate| fate == Fate::InReview), 3);
            assert_eq!(count(|fate| fate == Fate::Returned), 1);
            assert_eq!(count(|fate| matches!(fate, Fate::Draft(..))), 8);
            assert!(count(|fate| fate == Fate::Completed) > 100);
            let fresh: Vec<_> = plans
                .iter()
                .filter(|(of, plan)| *of == provider && matches!(plan.fate, Fate::Draft(_, LastTouched::Today)))
                .collect();
            assert!(fresh.len() == 2 && fresh.iter().all(|(_, plan)| plan.reporter == 0));
        }
    }

    #[test]
    fn the_same_moment_gives_the_same_plan() {
        let facts =
            || plans().into_iter().map(|(_, plan)| (plan.event, plan.participant, plan.reporter)).collect::<Vec<_>>();
        assert_eq!(facts(), facts());
    }
}
