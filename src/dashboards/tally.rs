//! From the keys of the rollup (`incident_contributions` lists them) to figures.

use super::{
    figures::{AiFigures, ConditionCount, DayCount, Figures, KindCount, NamedCount, Quality, Stage, Totals, Wait},
    histogram::Histogram,
};
use crate::{
    analysis::analysis::{ConditionGroup, IncidentType, Severity},
    ids::{ParticipantId, SiteId},
};
use chrono::NaiveDate;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    mem,
};
use uuid::Uuid;

/// How many of a list of the most frequent are shown.
pub const MOST: usize = 10;
const NO_SITE: &str = "No site named";

/// How much of something there is.
#[derive(Debug, Clone, Copy)]
pub struct Count {
    pub amount: i64,
    /// The first day, month or year in which it stands.
    pub first: NaiveDate,
}

/// Words that differ in capitals only are the same; they are shown as they were written first.
#[derive(Debug, Default)]
struct Words {
    reports: i64,
    first: Option<(NaiveDate, String)>,
}

impl Words {
    fn add(&mut self, words: &str, count: Count) {
        self.reports += count.amount;
        if self.first.as_ref().is_none_or(|(first, text)| (count.first, words) < (*first, text)) {
            self.first = Some((count.first, words.to_owned()));
        }
    }

    fn text(self) -> String {
        self.first.map(|(_, text)| text).unwrap_or_default()
    }
}

/// Figures as they add up.
#[derive(Debug, Default)]
pub struct Tally {
    reports: i64,
    signed_off: i64,
    days: BTreeMap<NaiveDate, i64>,
    hours: [[i64; 24]; 7],
    kinds: BTreeMap<(IncidentType, Severity), i64>,
    highest: BTreeMap<Severity, i64>,
    waits: HashMap<Stage, Histogram>,
    participants: HashMap<ParticipantId, i64>,
    named: HashMap<String, Words>,
    sites: HashMap<Option<SiteId>, i64>,
    conditions: HashMap<(ConditionGroup, String), Words>,
    quality: Quality,
    suggestions: i64,
    overruled: i64,
}

impl Tally {
    /// Adds a key's sum; none if it isn't one of the rollup's.
    pub fn add(&mut self, key: &str, count: Count) -> Option<()> {
        let (what, which) = key.split_once('.').unwrap_or((key, ""));
        let slot = match what {
            "reports" => &mut self.reports,
            "signed_off" => &mut self.signed_off,
            "day" => self.days.entry(which.parse().ok()?).or_default(),
            "hour" => self.hour(which)?,
            "kind" => self.kinds.entry(parse_kind(which)?).or_default(),
            "highest" => self.highest.entry(Severity::parse(which)?).or_default(),
            "participant" => self.participants.entry(parse_id(which)?.into()).or_default(),
            "site" if which.is_empty() => self.sites.entry(None).or_default(),
            "site" => self.sites.entry(Some(parse_id(which)?.into())).or_default(),
            "phases" => self.quality.phases_told.get_mut(which.parse::<usize>().ok()?)?,
            "questions" => self.questions(which)?,
            "ai" => self.ai(which)?,
            "wait" => return self.add_wait(which, count.amount),
            "named" => return self.add_named(which, count),
            "condition" => return self.add_condition(which, count),
            _ => return None,
        };
        *slot += count.amount;
        Some(())
    }

    fn hour(&mut self, which: &str) -> Option<&mut i64> {
        let (weekday, hour) = which.split_once('.')?;
        let weekday = weekday.parse::<usize>().ok()?.checked_sub(1)?;
        self.hours.get_mut(weekday)?.get_mut(hour.parse::<usize>().ok()?)
    }

    fn questions(&mut self, which: &str) -> Option<&mut i64> {
        match which {
            "asked" => Some(&mut self.quality.questions_asked),
            "answered" => Some(&mut self.quality.questions_answered),
            "not_known" => Some(&mut self.quality.questions_not_known),
            _ => None,
        }
    }

    fn ai(&mut self, which: &str) -> Option<&mut i64> {
        match which {
            "suggestions" => Some(&mut self.suggestions),
            "overruled" => Some(&mut self.overruled),
            _ => None,
        }
    }

    fn add_wait(&mut self, which: &str, reports: i64) -> Option<()> {
        let (stage, bucket) = which.split_once('.')?;
        self.waits.entry(Stage::parse(stage)?).or_default().add(bucket.parse().ok()?, reports);
        Some(())
    }

    fn add_named(&mut self, which: &str, count: Count) -> Option<()> {
        self.named.entry(which.to_lowercase()).or_default().add(which, count);
        Some(())
    }

    fn add_condition(&mut self, which: &str, count: Count) -> Option<()> {
        let (group, words) = which.split_once('.')?;
        let key = (ConditionGroup::parse(group)?, words.to_lowercase());
        self.conditions.entry(key).or_default().add(words, count);
        Some(())
    }

    /// The figures; what the rollup doesn't hold (names, the slowest reports, the AI's cost) is left open.
    pub fn into_figures(mut self) -> Figures {
        Figures {
            days: present(mem::take(&mut self.days)).map(|(day, reports)| DayCount { day, reports }).collect(),
            participants: most_frequent(people(mem::take(&mut self.participants), mem::take(&mut self.named))),
            sites: most_frequent(places(mem::take(&mut self.sites))),
            hours: self.hours,
            conditions: conditions(mem::take(&mut self.conditions)),
            totals: self.into_totals(),
        }
    }

    /// What two periods are compared by; the AI's cost is left open.
    pub fn into_totals(self) -> Totals {
        Totals {
            reports: self.reports,
            signed_off: self.signed_off,
            kinds: present(self.kinds)
                .map(|((incident_type, severity), reports)| KindCount { incident_type, severity, reports })
                .collect(),
            highest: present(self.highest).collect(),
            waits: Stage::ALL.iter().map(|stage| wait(*stage, self.waits.get(stage))).collect(),
            quality: self.quality,
            ai: AiFigures { suggestions: self.suggestions, overruled: self.overruled, ..AiFigures::default() },
        }
    }
}

/// Whether a key is a person or a condition, of which there is no end: for longer than a day the rollup keeps
/// these as rows of their own.
pub fn is_ranked(key: &str) -> bool {
    is_condition(key) || key.starts_with("participant.") || key.starts_with("named.")
}

/// Whether a ranked key is a condition and not a person.
pub fn is_condition(key: &str) -> bool {
    key.starts_with("condition.")
}

/// Without those of which all was taken away again.
fn present<Key>(counts: BTreeMap<Key, i64>) -> impl Iterator<Item = (Key, i64)> {
    counts.into_iter().filter(|(_, reports)| *reports > 0)
}

fn parse_id(text: &str) -> Option<Uuid> {
    text.parse().ok()
}

fn parse_kind(text: &str) -> Option<(IncidentType, Severity)> {
    let (incident_type, severity) = text.split_once('.')?;
    Some((IncidentType::parse(incident_type)?, Severity::parse(severity)?))
}

fn wait(stage: Stage, histogram: Option<&Histogram>) -> Wait {
    Wait {
        stage,
        reports: histogram.map_or(0, Histogram::reports),
        median_minutes: histogram.and_then(|waited| waited.percentile(50)),
        p90_minutes: histogram.and_then(|waited| waited.percentile(90)),
        slowest: Vec::new(),
    }
}

fn people(registered: HashMap<ParticipantId, i64>, named: HashMap<String, Words>) -> Vec<NamedCount<ParticipantId>> {
    let registered =
        registered.into_iter().map(|(id, reports)| NamedCount { id: Some(id), name: String::new(), reports });
    let named = named.into_values().map(|words| NamedCount { id: None, reports: words.reports, name: words.text() });
    registered.chain(named).collect()
}

fn places(sites: HashMap<Option<SiteId>, i64>) -> Vec<NamedCount<SiteId>> {
    let name = |id: Option<SiteId>| if id.is_some() { String::new() } else { NO_SITE.to_owned() };
    sites.into_iter().map(|(id, reports)| NamedCount { id, name: name(id), reports }).collect()
}

fn most_frequent<Id: Ord + Copy>(mut counted: Vec<NamedCount<Id>>) -> Vec<NamedCount<Id>> {
    counted.retain(|one| one.reports > 0);
    counted.sort_by(|one, other| {
        (Reverse(one.reports), one.id, &one.name).cmp(&(Reverse(other.reports), other.id, &other.name))
    });
    counted.truncate(MOST);
    counted
}

fn conditions(counted: HashMap<(ConditionGroup, String), Words>) -> Vec<ConditionCount> {
    let mut conditions: Vec<_> = counted
        .into_iter()
        .map(|((group, _), words)| ConditionCount { group, reports: words.reports, text: words.text() })
        .filter(|condition| condition.reports > 0)
        .collect();
    conditions.sort_by(|one, other| {
        (Reverse(one.reports), one.group, &one.text).cmp(&(Reverse(other.reports), other.group, &other.text))
    });
    conditions.truncate(MOST);
    conditions
}

#[cfg(test)]
mod tests {
    use super::{Count, Tally};
    use crate::{
        analysis::analysis::{ConditionGroup, IncidentType, Severity},
        dashboards::figures::{ConditionCount, KindCount},
    };

    fn tally(keys: &[(&str, i64, &str)]) -> Tally {
        let mut tally = Tally::default();
        for (key, amount, first) in keys {
            let count = Count { amount: *amount, first: first.parse().unwrap() };
            assert!(tally.add(key, count).is_some(), "{key} is read");
        }
        tally
    }

    #[test]
    fn every_key_finds_its_figure() {
        let figures = tally(&[
            ("reports", 3, "2026-01-01"),
            ("signed_off", 2, "2026-01-01"),
            ("day.2026-01-05", 3, "2026-01-01"),
            ("hour.7.23", 3, "2026-01-01"),
            ("kind.Medical.High", 2, "2026-01-01"),
            ("highest.High", 2, "2026-01-01"),
            ("site.", 1, "2026-01-01"),
            ("site.019a0000-0000-7000-8000-000000000001", 2, "2026-01-01"),
            ("wait.event_to_report.12", 3, "2026-01-01"),
            ("phases.4", 3, "2026-01-01"),
            ("questions.asked", 9, "2026-01-01"),
            ("questions.not_known", 1, "2026-01-01"),
            ("ai.overruled", 1, "2026-01-01"),
        ])
        .into_figures();
        assert_eq!((figures.totals.reports, figures.totals.signed_off, figures.days[0].reports), (3, 2, 3));
        assert_eq!(figures.hours[6][23], 3);
        assert_eq!(
            figures.totals.kinds,
            [KindCount { incident_type: IncidentType::Medical, severity: Severity::High, reports: 2 }]
        );
        assert_eq!(figures.totals.highest, [(Severity::High, 2)]);
        let sites: Vec<_> = figures.sites.iter().map(|site| (site.id.is_some(), site.reports)).collect();
        assert_eq!(sites, [(true, 2), (false, 1)]);
        assert_eq!((figures.totals.waits[0].reports, figures.totals.waits[1].median_minutes), (3, None));
        assert_eq!(figures.totals.quality.phases_told, [0, 0, 0, 0, 3]);
        assert_eq!((figures.totals.quality.questions_asked, figures.totals.quality.questions_not_known), (9, 1));
        assert_eq!((figures.totals.ai.suggestions, figures.totals.ai.overruled), (0, 1));
    }

    #[test]
    fn words_that_differ_in_capitals_are_shown_as_first_written() {
        let figures = tally(&[
            ("condition.human.No handover. Again", 2, "2026-03-01"),
            ("condition.human.no handover. again", 3, "2026-02-01"),
            ("condition.systemic.No handover. Again", 1, "2026-01-01"),
            ("named.Jo Field", 1, "2026-01-01"),
            ("named.JO FIELD", 1, "2026-01-02"),
        ])
        .into_figures();
        let expected =
            [(ConditionGroup::Human, "no handover. again", 5), (ConditionGroup::Systemic, "No handover. Again", 1)];
        let expected = expected.map(|(group, text, reports)| ConditionCount { group, text: text.to_owned(), reports });
        assert_eq!(figures.conditions, expected);
        assert_eq!((figures.participants[0].name.as_str(), figures.participants[0].reports), ("Jo Field", 2));
    }

    #[test]
    fn a_key_of_nothing_known_is_refused() {
        for key in ["hour.0.1", "hour.8.1", "phases.5", "kind.Medical", "weather.wet", "wait.lunch.3", ""] {
            let count = Count { amount: 1, first: "2026-01-01".parse().unwrap() };
            assert_eq!(Tally::default().add(key, count), None, "{key}");
        }
    }
}
