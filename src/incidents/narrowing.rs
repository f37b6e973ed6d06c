//! What the link of a figure asks a list of incidents for, beyond what its form offers.

use super::filter::IncidentFilter;
use crate::{
    analysis::analysis::{ConditionGroup, Severity},
    text_enum::text_enum,
};
use std::fmt;

/// Stands for nobody's site in an address.
pub const NO_SITE: &str = "none";
/// The status of every report that is no draft.
pub const SUBMITTED: &str = "submitted";
/// What a name that is in no register begins with in an address; its key follows.
const UNLISTED: &str = "name.";
/// Letters and digits of a key that stands for words (see `app.words_key`).
const MAX_KEY: usize = 64;

text_enum! {
    /// Something about a report that is worth a second look.
    Mark {
        Overruled = "overruled", "With an overruled suggestion";
        OpenQuestions = "open-questions", "With questions left open";
    }
}

/// Monday to Sunday, as PostgreSQL's `isodow` counts them: 1 to 7.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Hours of the day from the first to the last, both included, 0 to 23.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    pub first: u8,
    pub last: u8,
}

impl Hours {
    /// Reads "18-20".
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-')?;
        let hours = Self { first: first.parse().ok()?, last: last.parse().ok()? };
        (hours.first <= hours.last && hours.last < 24).then_some(hours)
    }

    /// "6 pm to 9 pm".
    pub fn in_words(self) -> String {
        format!("{} to {}", clock(self.first), clock(self.last + 1))
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// "12 am", "6 pm".
pub fn clock(hour: u8) -> String {
    let half = if hour % 24 < 12 { "am" } else { "pm" };
    match hour % 12 {
        0 => format!("12 {half}"),
        hour => format!("{hour} {half}"),
    }
}

/// The address's part for a name that is in no register.
pub fn unlisted(key: &str) -> String {
    format!("{UNLISTED}{key}")
}

/// The address's part for a contributing condition.
pub fn condition(group: ConditionGroup, key: &str) -> String {
    format!("{}.{key}", group.as_str())
}

/// All of it, parsed. What isn't known counts as not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// 1 (Monday) to 7, where the organisation is.
    pub weekday: Option<i32>,
    pub hours: Option<Hours>,
    /// The severity of a classification; with a type, of one of that type.
    pub level: Option<Severity>,
    /// The key of a participant's name that is in no register.
    pub unlisted: Option<String>,
    pub no_site: bool,
    /// Group of a signed-off condition, and the key of its words.
    pub condition: Option<(ConditionGroup, String)>,
    /// How many of the four phases are told.
    pub phases: Option<i32>,
    pub mark: Option<Mark>,
}

impl Narrowing {
    /// Reads an address.
    pub fn parse(filter: &IncidentFilter) -> Self {
        let number = |text: &str, most: i32| text.parse().ok().filter(|number| (0..=most).contains(number));
        Self {
            weekday: number(&filter.weekday, 7).filter(|weekday| *weekday > 0),
            hours: Hours::parse(&filter.hours),
            level: Severity::parse(&filter.level),
            unlisted: filter.participant.strip_prefix(UNLISTED).and_then(parse_key),
            no_site: filter.site == NO_SITE,
            condition: filter
                .condition
                .split_once('.')
                .and_then(|(group, key)| Some((ConditionGroup::parse(group)?, parse_key(key)?))),
            phases: number(&filter.phases, 4),
            mark: Mark::parse(&filter.with),
        }
    }

    /// Whether it asks for anything.
    pub fn is_set(&self) -> bool {
        *self != Self::default()
    }
}

fn parse_key(text: &str) -> Option<String> {
    let is_key = (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_key.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Hours, Mark, Narrowing, clock, condition, unlisted};
    use crate::{
        analysis::analysis::{ConditionGroup, Severity},
        incidents::filter::IncidentFilter,
    };

    #[test]
    fn what_a_figure_links_to_is_read_back() {
        let hours = Hours { first: 18, last: 20 };
        let filter = IncidentFilter {
            weekday: "7".into(),
            hours: hours.to_string(),
            level: "High".into(),
            participant: unlisted("0af3"),
            site: "none".into(),
            condition: condition(ConditionGroup::Systemic, "beef"),
            phases: "4".into(),
            with: Mark::Overruled.as_str().into(),
            ..IncidentFilter::default()
        };
        let expected = Narrowing {
            weekday: Some(7),
            hours: Some(hours),
            level: Some(Severity::High),
            unlisted: Some("0af3".into()),
            no_site: true,
            condition: Some((ConditionGroup::Systemic, "beef".into())),
            phases: Some(4),
            mark: Some(Mark::Overruled),
        };
        assert_eq!(Narrowing::parse(&filter), expected);
        assert!(expected.is_set() && !Narrowing::parse(&IncidentFilter::default()).is_set());
    }

    #[test]
    fn what_makes_no_sense_asks_for_nothing() {
        for text in ["0", "8", "-1", "x", "20-18", "18-24", "18", "name.", "name.x y", "systemic.", ".beef", "none "] {
            let filter = IncidentFilter {
                weekday: if text == "0" { text.into() } else { "8".into() },
                hours: text.into(),
                level: text.into(),
                participant: text.into(),
                site: text.into(),
                condition: text.into(),
                phases: if text == "0" { "5".into() } else { text.into() },
                with: text.into(),
                ..IncidentFilter::default()
            };
            let narrowing = Narrowing::parse(&filter);
            assert!(!narrowing.is_set(), "{text}: {narrowing:?}");
        }
    }

    #[test]
    fn hours_read_as_a_clock_says_them() {
        assert_eq!([0, 11, 12, 23, 24].map(clock), ["12 am", "11 am", "12 pm", "11 pm", "12 am"]);
        assert_eq!(Hours { first: 21, last: 23 }.in_words(), "9 pm to 12 am");
    }
}
