//! The accounts that the demo's reports tell: written by hand, about nobody real.
//!
//! `{p}` stands for the participant's first name and `{site}` for the name of the site.

use crate::incidents::narrative::Narrative;
use anyhow::Context;
use regex::{Captures, Regex};
use serde::Deserialize;
use std::{collections::HashMap, sync::LazyLock};

/// A time of day as people write it: 7.40 pm, 19:40, 7pm, 1940 hrs. Three groups each, of which the
/// last may be missing: hour, minute, half of the day.
static CLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:([01]?\d|2[0-3])[.:]([0-5]\d)\s?([ap]m)?|(1[0-2]|[1-9])()\s?([ap]m)|([01]\d|2[0-3])([0-5]\d)(?:\s?hrs?)?)\b",
    )
    .ok()
});

const FILES: &[(&str, &str)] = &[
    ("absconding.json", include_str!("accounts/absconding.json")),
    ("behaviour_1.json", include_str!("accounts/behaviour_1.json")),
    ("behaviour_2.json", include_str!("accounts/behaviour_2.json")),
    ("communication.json", include_str!("accounts/communication.json")),
    ("community.json", include_str!("accounts/community.json")),
    ("environment.json", include_str!("accounts/environment.json")),
    ("falls.json", include_str!("accounts/falls.json")),
    ("injuries.json", include_str!("accounts/injuries.json")),
    ("medical.json", include_str!("accounts/medical.json")),
    ("medication.json", include_str!("accounts/medication.json")),
    ("near_miss.json", include_str!("accounts/near_miss.json")),
    ("property.json", include_str!("accounts/property.json")),
];

/// What an account is about; the demo uses it to let some things happen in some places more often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Absconding,
    Behaviour,
    Communication,
    Community,
    Environment,
    Fall,
    Injury,
    Medical,
    Medication,
    NearMiss,
    Property,
}

/// The participant's pronoun in an account; tells whose account it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pronoun {
    She,
    He,
    They,
}

/// The part of the day in which an account happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeOfDay {
    EarlyMorning,
    Morning,
    Afternoon,
    Evening,
    Night,
}

impl TimeOfDay {
    /// Its first and last minute, counted from midnight.
    pub const fn minutes(self) -> (i64, i64) {
        match self {
            Self::EarlyMorning => (5 * 60, 7 * 60 - 1),
            Self::Morning => (7 * 60, 12 * 60 - 1),
            Self::Afternoon => (12 * 60, 17 * 60 - 1),
            Self::Evening => (17 * 60, 21 * 60 - 1),
            Self::Night => (21 * 60, 24 * 60 - 1),
        }
    }

    /// Whether a minute counted from midnight belongs to it. The night goes on after midnight.
    fn contains(self, minute: i64) -> bool {
        let (first, last) = self.minutes();
        (first..=last).contains(&minute) || (self == Self::Night && minute < 5 * 60)
    }
}

/// One account, with what its worker would answer to questions about what it leaves out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub kind: Kind,
    pub pronoun: Pronoun,
    location: String,
    pub time_of_day: TimeOfDay,
    before: String,
    during: String,
    end: String,
    after: String,
    /// By topic, as the questions name it: `during.injury`.
    answers: HashMap<String, String>,
}

/// The names that an account is told with.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub participant: &'a str,
    pub site: &'a str,
}

impl Names<'_> {
    fn put_into(self, text: &str) -> String {
        text.replace("{p}", self.participant).replace("{site}", self.site)
    }
}

/// All accounts, always in the same order.
pub fn read_all() -> anyhow::Result<Vec<Account>> {
    let mut accounts = Vec::new();
    for (name, text) in FILES {
        let read: Vec<Account> =
            serde_json::from_str(text).with_context(|| format!("the demo's {name} can't be read"))?;
        accounts.extend(read);
    }
    Ok(accounts)
}

impl Account {
    /// Where it happened.
    pub fn location(&self, names: Names<'_>) -> String {
        names.put_into(&self.location)
    }

    /// The four phases.
    pub fn narrative(&self, names: Names<'_>) -> Narrative {
        Narrative {
            before: names.put_into(&self.before),
            during: names.put_into(&self.during),
            end: names.put_into(&self.end),
            after: names.put_into(&self.after),
        }
    }

    /// What the worker says about a topic, if they know.
    pub fn answer(&self, topic: &str, names: Names<'_>) -> Option<String> {
        self.answers.get(topic).map(|answer| names.put_into(answer))
    }

    /// The minute of the day at which the story says that it happened, if it says so.
    pub fn minute_told(&self) -> Option<i64> {
        let told = |text: &str| {
            let found = CLOCK.as_ref().into_iter().flat_map(|clock| clock.captures_iter(text));
            found.filter_map(|time| self.minute_of(&time)).collect::<Vec<_>>()
        };
        told(&self.during).first().or(told(&self.before).last()).copied()
    }

    /// The minute that a written time means, if it can be one of this part of the day.
    fn minute_of(&self, time: &Captures<'_>) -> Option<i64> {
        let mut parts = time.iter().skip(1).flatten().map(|part| part.as_str().to_lowercase());
        let hour = parts.next()?.parse::<i64>().ok()?;
        let minute = 60 * hour + parts.next()?.parse::<i64>().unwrap_or(0);
        let other_half = (minute + 12 * 60) % (24 * 60);
        let meant = match parts.next().as_deref() {
            Some("am") if hour == 12 => [other_half; 2],
            Some("pm") if hour < 12 => [other_half; 2],
            Some(_) => [minute; 2],
            // Without a half of the day it may be either.
            None => [minute, other_half],
        };
        meant.into_iter().find(|minute| self.time_of_day.contains(*minute))
    }

    /// Whether the site is part of the story.
    pub fn names_site(&self) -> bool {
        self.texts().any(|text| text.contains("{site}"))
    }

    /// Whether it happened where people spend the day together.
    pub fn is_at_day_program(&self) -> bool {
        let location = self.location.to_lowercase();
        location.contains("day program") || location.contains("workshop")
    }

    /// Whether the story speaks of somebody with this first name.
    pub fn mentions(&self, first_name: &str) -> bool {
        self.texts().any(|text| text.split(|c: char| !c.is_alphabetic()).any(|word| word == first_name))
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        [&self.location, &self.before, &self.during, &self.end, &self.after]
            .into_iter()
            .chain(self.answers.values())
            .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, TimeOfDay, read_all};
    use crate::incidents::narrative::{Narrative, Phase};

    #[test]
    fn every_account_can_be_told_and_leaves_no_placeholder() {
        let names = Names { participant: "Robin", site: "Wattle House" };
        let accounts = read_all().unwrap();
        assert!(accounts.len() > 300);
        for account in accounts {
            let Narrative { before, during, end, after } = account.narrative(names);
            let narrative = Narrative::parse(&before, &during, &end, &after).unwrap();
            assert!(narrative.is_told(), "{during}");
            let answers = account.answers.keys().filter_map(|topic| account.answer(topic, names));
            for text in [account.location(names), before, during, end, after].into_iter().chain(answers) {
                assert!(!text.contains(['{', '}']), "{text}");
            }
        }
    }

    #[test]
    fn the_time_that_a_story_tells_is_found() {
        let mut account = read_all().unwrap().remove(0);
        let mut told = |time_of_day, during: &str| {
            account.time_of_day = time_of_day;
            account.before = String::new();
            account.during = during.to_owned();
            account.minute_told()
        };
        assert_eq!(told(TimeOfDay::Evening, "At 7.40 pm he fell, 2m from me."), Some(19 * 60 + 40));
        assert_eq!(told(TimeOfDay::Evening, "1940 hrs found on floor"), Some(19 * 60 + 40));
        assert_eq!(told(TimeOfDay::Afternoon, "walked out at 1.20 with $40"), Some(13 * 60 + 20));
        assert_eq!(told(TimeOfDay::Night, "a branch came down at 1:40am"), Some(100));
        assert_eq!(told(TimeOfDay::Morning, "BP 120/80, temp 37.8, the 6pm tablets"), None);
    }

    #[test]
    fn answers_belong_to_topics_of_a_phase() {
        for account in read_all().unwrap() {
            for topic in account.answers.keys() {
                let phase = topic.split_once('.').and_then(|(phase, _)| Phase::parse(phase));
                assert!(phase.is_some(), "{topic}");
            }
        }
    }
}
