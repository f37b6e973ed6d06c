//! Classification: which types of event an account tells of, how severe each was, and the sentences
//! that show it.
//!
//! The cues of the taxonomy are counted for each kind of event. The strongest kind is the event;
//! others are events of their own if they are told clearly enough and aren't part of a stronger one
//! that stands beside them. Severity comes from the signs that stand beside an event.
//!
//! Where the meaning of the passages is known as well, both are weighed together (`combined.rs`).

mod combined;
mod severity;
#[cfg(test)]
mod tests;

use super::meaning::{Meaning, Passage};
use super::signs::{Place, Reading, Shown};
use super::stance::Stance;
use super::taxonomy::{Entry, Strength, TAXONOMY, Taxonomy};
use crate::analysis::analysis::{Evidence, IncidentType, Severity, SuggestedClassification};
use crate::incidents::narrative::Narrative;
use std::collections::{BTreeMap, BTreeSet};

/// The strongest kind is an event from this score on, a further one from that.
const AN_EVENT: f32 = 1.0;
const A_FURTHER_EVENT: f32 = 4.2;
/// and if it is at least this share of the strongest.
const A_FURTHER_SHARE: f32 = 0.35;
/// A kind takes another one in if it is at least this share as strong.
const TAKES_IN_SHARE: f32 = 0.6;
/// From here on a kind may be what caused an injury, and hazards what caused a fall.
const A_CAUSE: f32 = 2.5;
const A_HAZARD: f32 = 3.5;
/// From here on behaviour was told to which somebody responded.
const A_BEHAVIOUR: f32 = 3.0;
const MOST_QUOTES: usize = 3;

/// Kinds that the rules name.
const INJURY: &str = "injury";
const PAIN: &str = "pain";
const FALL: &str = "fall";
const FALL_HAZARD: &str = "fall_hazard";
const RESTRICTIVE_PRACTICE: &str = "restrictive_practice";

/// At least one suggestion, the clearest first, one for each type of event that the account tells of;
/// the same account and meaning, the same suggestions. `participant_name` may be empty; without the
/// `meaning` of the account's [`passages`], by words alone.
pub fn classify(
    narrative: &Narrative,
    participant_name: &str,
    meaning: Option<&Meaning>,
) -> Vec<SuggestedClassification> {
    let reading = Reading::of(narrative, participant_name, &TAXONOMY);
    let combined = meaning.and_then(|meaning| combined::suggestions(&reading, meaning));
    combined.unwrap_or_else(|| Account::of(&reading).suggestions())
}

/// The passages of an account whose meaning [`classify`] asks for: those that tell something, not those
/// that talk to the reader.
pub fn passages(narrative: &Narrative, participant_name: &str) -> Vec<Passage> {
    let reading = Reading::of(narrative, participant_name, &TAXONOMY);
    let told = reading.telling_passages().into_iter();
    told.map(|(place, text)| Passage { place, text: text.to_owned() }).collect()
}

/// The kinds of event in an account with what shows them.
struct Account<'r> {
    reading: &'r Reading<'r>,
    taxonomy: &'r Taxonomy,
    /// What shows each kind, by its number.
    shown: Vec<Vec<&'r Shown>>,
    scores: Vec<f32>,
    types: Vec<IncidentType>,
    /// Sentences that show something, in the order of telling: what adds nothing changes no distance.
    order: BTreeMap<Place, usize>,
    /// The signs of severity that are told.
    severe: Vec<&'r Shown>,
}

/// One event: the kinds of one type that were taken for one.
struct Event {
    incident_type: IncidentType,
    kinds: Vec<usize>,
    score: f32,
    /// The sentences that tell of it, by their place in the order.
    told_at: BTreeSet<usize>,
    severity: Severity,
    is_near_miss: bool,
}

impl<'r> Account<'r> {
    fn of(reading: &'r Reading<'r>) -> Self {
        let taxonomy = reading.taxonomy;
        let shown = shown_by_kind(reading);
        let sure = shown.iter().flatten().filter(|shown| shown.strength != Strength::Hint);
        let mut places: BTreeSet<Place> = sure.map(|shown| shown.place()).collect();
        let signs = || reading.shown.iter().filter(|shown| matches!(shown.entry, Entry::Sign(_)));
        places.extend(signs().map(Shown::place));
        let severe = signs().filter(|shown| shown.stance == Stance::Told).collect();
        let order = places.into_iter().enumerate().map(|(number, place)| (place, number)).collect();
        let scores = shown.iter().map(|shown| score(shown)).collect();
        let types = taxonomy.kinds.iter().map(|kind| kind.incident_type).collect();
        let mut account = Self { reading, taxonomy, shown, scores, types, order, severe };
        account.join_falls();
        account.place_restrictions();
        account
    }

    /// A fall over something is that something's fall.
    fn join_falls(&mut self) {
        let (Some(fall), Some(hazard)) = (self.taxonomy.kind(FALL), self.taxonomy.kind(FALL_HAZARD)) else { return };
        if self.scores[fall] > 0.0 && self.scores[hazard] >= A_HAZARD {
            self.scores[hazard] += self.scores[fall] * 0.7;
            self.scores[fall] = 0.0;
            let fell = self.shown[fall].clone();
            self.shown[hazard].extend(fell);
        }
    }

    /// A restriction in answer to behaviour belongs to the behaviour.
    fn place_restrictions(&mut self) {
        let Some(restriction) = self.taxonomy.kind(RESTRICTIVE_PRACTICE) else { return };
        let behaviour = (0..self.scores.len()).filter(|kind| self.types[*kind] == IncidentType::Behavioural);
        let behaviour = behaviour.map(|kind| self.scores[kind]).fold(0.0, f32::max);
        if self.scores[restriction] >= A_FURTHER_EVENT && behaviour >= A_BEHAVIOUR {
            self.types[restriction] = IncidentType::Behavioural;
        }
    }

    fn suggestions(mut self) -> Vec<SuggestedClassification> {
        let (kinds, cause) = self.events();
        let mut events = self.by_type(&kinds);
        self.signs(cause).rate(&mut events);
        events.sort_by(|left, right| right.score.total_cmp(&left.score));
        let rival = self.rival(&events);
        let suggest = |event: &Event| SuggestedClassification {
            incident_type: event.incident_type,
            severity: event.severity,
            confidence: confidence(event.score, rival),
            evidence: self.evidence(event),
        };
        events.iter().map(suggest).collect()
    }

    /// The kinds that are events, and the type of what caused an injury that needed treatment.
    fn events(&mut self) -> (Vec<usize>, Option<IncidentType>) {
        let injury = self.taxonomy.kind(INJURY);
        let hurt = injury.map_or(0.0, |injury| self.scores[injury]);
        let causes = self.causes_of_injury();
        // An injury is what an event did, so it speaks for its likeliest cause more than for itself.
        if let (Some(injury), Some(cause)) = (injury, self.strongest(&causes)) {
            self.scores[injury] = hurt * 0.4;
            self.scores[cause] += hurt.min(6.0) * 0.25;
        }
        let candidates = self.candidates();
        let mut kinds = self.without_parts(&candidates);
        let Some(injury) = injury.filter(|injury| !kinds.contains(injury)) else { return (kinds, None) };
        let Some(cause) = self.strongest(&causes) else { return (kinds, None) };
        if hurt < A_FURTHER_EVENT || !self.is_treated() {
            return (kinds, None);
        }
        self.scores[injury] = self.scores[injury].max(hurt * 0.6);
        kinds.push(injury);
        (kinds, Some(self.types[cause]))
    }

    fn causes_of_injury(&self) -> Vec<usize> {
        let is_cause = |kind: &usize| {
            let known = &self.taxonomy.kinds[*kind];
            known.covers.iter().any(|covered| covered == INJURY)
                && ![INJURY, PAIN].contains(&known.key.as_str())
                && self.scores[*kind] >= A_CAUSE
                && self.shown[*kind].iter().any(|shown| shown.strength != Strength::Hint)
        };
        (0..self.scores.len()).filter(is_cause).collect()
    }

    /// The first of the strongest.
    fn strongest(&self, kinds: &[usize]) -> Option<usize> {
        let strongest = kinds.iter().map(|kind| self.scores[*kind]).max_by(f32::total_cmp)?;
        kinds.iter().copied().find(|kind| self.scores[*kind] >= strongest)
    }

    /// The kinds that are told clearly enough, the strongest first.
    fn candidates(&self) -> Vec<usize> {
        let mut kinds: Vec<usize> = (0..self.scores.len()).filter(|kind| self.scores[*kind] > 0.0).collect();
        kinds.sort_by(|left, right| self.scores[*right].total_cmp(&self.scores[*left]));
        let Some(first) = kinds.first().copied().filter(|kind| self.scores[*kind] >= AN_EVENT) else {
            return Vec::new();
        };
        let clear = |kind: &usize| {
            let score = self.scores[*kind];
            *kind == first
                || (score >= A_FURTHER_EVENT
                    && score >= self.scores[first] * A_FURTHER_SHARE
                    && self.shown[*kind].iter().any(|shown| shown.strength == Strength::Certain))
        };
        kinds.into_iter().filter(clear).collect()
    }

    /// Leaves out what is part of another candidate that is told beside it.
    fn without_parts(&self, candidates: &[usize]) -> Vec<usize> {
        let mut kept = candidates.to_vec();
        for part in candidates.iter().rev() {
            if kept.iter().any(|whole| self.takes_in(*whole, *part)) {
                kept.retain(|kind| kind != part);
            }
        }
        kept
    }

    fn takes_in(&self, whole: usize, part: usize) -> bool {
        whole != part
            && self.types[whole] != self.types[part]
            && self.taxonomy.kinds[whole].covers.contains(&self.taxonomy.kinds[part].key)
            && self.scores[whole] >= self.scores[part] * TAKES_IN_SHARE
            && self.is_beside(whole, part)
    }

    /// Whether all that surely shows `part` stands in or next to a sentence that surely shows `whole`;
    /// information that didn't arrive has to stand in the very sentence.
    fn is_beside(&self, whole: usize, part: usize) -> bool {
        let reach = if self.types[part] == IncidentType::Communication { 0 } else { 1 };
        let mut around = self.told_at(whole, &[Strength::Certain]);
        if around.is_empty() {
            around = self.told_at(whole, &[Strength::Likely]);
        }
        let parts = self.told_at(part, &[Strength::Certain]);
        !around.is_empty() && parts.iter().all(|at| around.iter().any(|other| at.abs_diff(*other) <= reach))
    }

    fn told_at(&self, kind: usize, strengths: &[Strength]) -> BTreeSet<usize> {
        let told = self.shown[kind].iter().filter(|shown| strengths.contains(&shown.strength));
        told.filter_map(|shown| self.order.get(&shown.place()).copied()).collect()
    }

    fn by_type(&self, kinds: &[usize]) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        for kind in kinds {
            let score = self.scores[*kind];
            match events.iter_mut().find(|event| event.incident_type == self.types[*kind]) {
                Some(event) => {
                    event.kinds.push(*kind);
                    event.score = event.score.max(score);
                }
                None => events.push(Event::of(self.types[*kind], vec![*kind], score)),
            }
        }
        if events.is_empty() {
            events.push(Event::of(IncidentType::Other, Vec::new(), 0.0));
        }
        for event in &mut events {
            let weighs = |kind: &usize| event.kinds.contains(kind) || self.scores[*kind] >= 2.0;
            let same = (0..self.scores.len()).filter(|kind| self.types[*kind] == event.incident_type).filter(weighs);
            event.told_at = same.flat_map(|kind| self.told_at(kind, &[Strength::Certain, Strength::Likely])).collect();
            let told = event.kinds.iter().flat_map(|kind| &self.shown[*kind]);
            event.is_near_miss =
                told.into_iter().any(|shown| shown.strength == Strength::Certain && shown.stance == Stance::Near);
            let severities = event.kinds.iter().map(|kind| self.taxonomy.kinds[*kind].severity);
            event.severity = severities.max().unwrap_or(Severity::Low);
        }
        events
    }

    /// The strongest kind whose type was not suggested.
    fn rival(&self, events: &[Event]) -> f32 {
        let suggested = |kind: &usize| events.iter().any(|event| event.incident_type == self.types[*kind]);
        (0..self.scores.len()).filter(|kind| !suggested(kind)).map(|kind| self.scores[kind]).fold(0.0, f32::max)
    }

    /// The sentences that show an event best, in the order of the account.
    fn evidence(&self, event: &Event) -> Vec<Evidence> {
        let mut sentences: BTreeMap<Place, f32> = BTreeMap::new();
        let mut clearest: BTreeMap<Place, &Shown> = BTreeMap::new();
        for shown in event.kinds.iter().flat_map(|kind| &self.shown[*kind]) {
            *sentences.entry(shown.place()).or_default() += shown.worth;
            let best = clearest.entry(shown.place()).or_insert(shown);
            if shown.worth > best.worth {
                *best = shown;
            }
        }
        let most = sentences.values().copied().fold(0.0, f32::max);
        let mut best: Vec<(Place, f32)> = sentences.into_iter().filter(|(_, worth)| *worth >= most * 0.5).collect();
        best.sort_by(|left, right| right.1.total_cmp(&left.1));
        best.truncate(MOST_QUOTES);
        best.sort_by_key(|(place, _)| *place);
        let shown = best.iter().filter_map(|(place, _)| clearest.get(place));
        let quotes: Vec<Evidence> = shown.map(|shown| self.reading.quote(shown)).collect();
        if quotes.is_empty() { self.reading.opening().into_iter().collect() } else { quotes }
    }
}

impl Event {
    fn of(incident_type: IncidentType, kinds: Vec<usize>, score: f32) -> Self {
        Self { incident_type, kinds, score, told_at: BTreeSet::new(), severity: Severity::Low, is_near_miss: false }
    }
}

/// What shows each kind, by its number, if it counts at all.
fn shown_by_kind<'r>(reading: &'r Reading<'r>) -> Vec<Vec<&'r Shown>> {
    let mut shown: Vec<Vec<&Shown>> = vec![Vec::new(); reading.taxonomy.kinds.len()];
    for one in reading.shown.iter().filter(|one| one.worth > 0.0) {
        if let Entry::Kind(kind) = one.entry {
            shown[kind].push(one);
        }
    }
    shown
}

/// The more cues the surer, but each further one says half of the one before.
fn score(shown: &[&Shown]) -> f32 {
    let mut worths: Vec<f32> = shown.iter().map(|shown| shown.worth).collect();
    worths.sort_by(|left, right| right.total_cmp(left));
    let mut share = 1.0;
    let mut score = 0.0;
    for worth in worths.into_iter().take(6) {
        score += worth * share;
        share *= 0.5;
    }
    score
}

/// From 0 to 1: how far the event stands out against what was not suggested.
fn confidence(score: f32, rival: f32) -> f32 {
    let confidence = score / (score + rival + 2.5);
    (confidence.clamp(0.1, 0.95) * 100.0).round() / 100.0
}
