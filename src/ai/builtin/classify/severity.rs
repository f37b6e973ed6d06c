//! Severity: which events a sign of harm or danger speaks about.

use super::{Account, Event, FALL, INJURY, PAIN};
use crate::ai::builtin::taxonomy::{Entry, Sign, Taxonomy};
use crate::analysis::analysis::{IncidentType, Severity};

/// How many sentences that show something may lie between a sign and the event before it.
const STILL_ABOUT_IT: usize = 3;
/// Kinds that can be the harm that another event did.
const HARM: &[&str] = &[INJURY, PAIN, FALL, "illness"];

/// A sign of severity where it is told.
pub(super) struct Told<'t> {
    pub sign: &'t Sign,
    /// Its place among what shows something.
    pub at: usize,
    /// Whether that is only what went before the event.
    pub is_before: bool,
}

/// What the severity of events is judged by.
pub(super) struct Signs<'t> {
    pub taxonomy: &'t Taxonomy,
    pub told: Vec<Told<'t>>,
    /// The type of what caused an injury.
    pub cause: Option<IncidentType>,
}

impl<'r> Account<'r> {
    /// Whether somebody was treated beyond simple first aid.
    pub(super) fn is_treated(&self) -> bool {
        self.severe.iter().any(|shown| {
            let Entry::Sign(sign) = shown.entry else { return false };
            self.taxonomy.signs[sign].treated && !self.reading.is_before(shown.phase)
        })
    }

    /// The signs that its words tell.
    pub(super) fn signs(&self, cause: Option<IncidentType>) -> Signs<'r> {
        let told = self.severe.iter().filter_map(|shown| {
            let Entry::Sign(sign) = shown.entry else { return None };
            let at = *self.order.get(&shown.place())?;
            Some(Told { sign: &self.taxonomy.signs[sign], at, is_before: self.reading.is_before(shown.phase) })
        });
        Signs { taxonomy: self.taxonomy, told: told.collect(), cause }
    }
}

impl Signs<'_> {
    /// Gives each sign to the events beside it.
    pub(super) fn rate(&self, events: &mut [Event]) {
        for told in &self.told {
            if !told.sign.only_with.as_ref().is_none_or(|key| self.is_there(key, events)) {
                continue;
            }
            for event in self.meant(told, events) {
                if told.sign.level == Severity::Low {
                    events[event].is_near_miss = true;
                } else {
                    events[event].severity = events[event].severity.max(told.sign.level);
                }
            }
        }
        for event in events.iter_mut().filter(|event| event.is_near_miss && event.severity < Severity::High) {
            event.severity = Severity::Low;
        }
    }

    fn is_there(&self, key: &str, events: &[Event]) -> bool {
        events.iter().flat_map(|event| &event.kinds).any(|kind| self.taxonomy.kinds[*kind].key == key)
    }

    /// The events that a sign speaks about: those beside it, else the last one before it, else the
    /// clearest.
    fn meant(&self, told: &Told<'_>, events: &[Event]) -> Vec<usize> {
        let Told { sign, at, is_before } = *told;
        let mut fitting: Vec<usize> =
            (0..events.len()).filter(|event| sign.types.contains(&events[*event].incident_type)).collect();
        if fitting.is_empty() {
            let Some(main) = first_best(events.iter().map(|event| event.score)) else { return Vec::new() };
            let misplaced = events[main].incident_type == IncidentType::Communication && sign.key != "police";
            if misplaced || (events.len() > 1 && sign.level != Severity::High) {
                return Vec::new();
            }
            fitting.push(main);
        }
        let distance = |event: usize| events[event].told_at.iter().map(|told| told.abs_diff(at)).min();
        let nearest = fitting.iter().filter_map(|event| distance(*event)).min();
        if is_before && nearest != Some(0) {
            return Vec::new();
        }
        let mut meant: Vec<usize> = match nearest.filter(|nearest| *nearest <= 1) {
            Some(nearest) => fitting.into_iter().filter(|event| distance(*event) == Some(nearest)).collect(),
            None => earlier(at, &fitting, events)
                .or_else(|| first_best(fitting.iter().map(|event| events[*event].score)).map(|best| fitting[best]))
                .into_iter()
                .collect(),
        };
        self.add_cause(&mut meant, events);
        meant
    }

    /// What makes an injury worse makes worse what caused it.
    fn add_cause(&self, meant: &mut Vec<usize>, events: &[Event]) {
        let is_harm = |event: &Event| {
            event.incident_type == IncidentType::Medical
                && event.kinds.iter().all(|kind| HARM.contains(&self.taxonomy.kinds[*kind].key.as_str()))
        };
        let causing = events.iter().position(|event| Some(event.incident_type) == self.cause);
        if let Some(causing) = causing
            && meant.iter().any(|event| is_harm(&events[*event]))
            && !meant.contains(&causing)
        {
            meant.push(causing);
        }
    }
}

/// The last event told before a place, if that isn't long ago.
fn earlier(at: usize, fitting: &[usize], events: &[Event]) -> Option<usize> {
    let ago = |event: &usize| events[*event].told_at.range(..at).next_back().map(|told| (at - told, *event));
    let near = fitting.iter().filter_map(ago).filter(|(ago, _)| *ago <= STILL_ABOUT_IT);
    near.min_by_key(|(ago, _)| *ago).map(|(_, event)| event)
}

pub(super) fn first_best(scores: impl Iterator<Item = f32>) -> Option<usize> {
    let mut best: Option<(usize, f32)> = None;
    for (position, score) in scores.enumerate() {
        if best.is_none_or(|(_, most)| score > most) {
            best = Some((position, score));
        }
    }
    best.map(|(position, _)| position)
}
