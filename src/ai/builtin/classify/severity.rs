//! Severity: which events a sign of harm or danger speaks about.

use super::{Account, Event, FALL, INJURY, PAIN};
use crate::ai::builtin::signs::Shown;
use crate::ai::builtin::taxonomy::{Entry, Sign};
use crate::analysis::analysis::{IncidentType, Severity};

/// How many sentences that show something may lie between a sign and the event before it.
const STILL_ABOUT_IT: usize = 3;
/// Kinds that can be the harm that another event did.
const HARM: &[&str] = &[INJURY, PAIN, FALL, "illness"];

impl<'r> Account<'r> {
    /// Whether somebody was treated beyond simple first aid.
    pub(super) fn is_treated(&self) -> bool {
        self.severe
            .iter()
            .any(|shown| self.sign(shown).is_some_and(|sign| sign.treated) && !self.reading.is_before(shown.phase))
    }

    /// Gives each sign of severity to the events beside it.
    pub(super) fn rate(&self, events: &mut [Event], kinds: &[usize], cause: Option<IncidentType>) {
        for shown in &self.severe {
            let (Some(sign), Some(at)) = (self.sign(shown), self.order.get(&shown.place()).copied()) else { continue };
            let is_there = |key: &String| kinds.iter().any(|kind| self.taxonomy.kinds[*kind].key == *key);
            if !sign.only_with.as_ref().is_none_or(is_there) {
                continue;
            }
            for event in self.meant(shown, sign, at, events, cause) {
                if sign.level == Severity::Low {
                    events[event].is_near_miss = true;
                } else {
                    events[event].severity = events[event].severity.max(sign.level);
                }
            }
        }
        for event in events.iter_mut().filter(|event| event.is_near_miss && event.severity < Severity::High) {
            event.severity = Severity::Low;
        }
    }

    /// The events that a sign speaks about: those beside it, else the last one before it, else the
    /// clearest.
    fn meant(
        &self,
        shown: &Shown,
        sign: &Sign,
        at: usize,
        events: &[Event],
        cause: Option<IncidentType>,
    ) -> Vec<usize> {
        let clearest = first_best(events.iter().map(|event| event.score));
        let mut fitting: Vec<usize> =
            (0..events.len()).filter(|event| sign.types.contains(&events[*event].incident_type)).collect();
        if fitting.is_empty() {
            let Some(main) = clearest else { return Vec::new() };
            let misplaced = events[main].incident_type == IncidentType::Communication && sign.key != "police";
            if misplaced || (events.len() > 1 && sign.level != Severity::High) {
                return Vec::new();
            }
            fitting.push(main);
        }
        let distance = |event: usize| events[event].told_at.iter().map(|told| told.abs_diff(at)).min();
        let nearest = fitting.iter().filter_map(|event| distance(*event)).min();
        if self.reading.is_before(shown.phase) && nearest != Some(0) {
            return Vec::new();
        }
        let mut meant: Vec<usize> = match nearest.filter(|nearest| *nearest <= 1) {
            Some(nearest) => fitting.into_iter().filter(|event| distance(*event) == Some(nearest)).collect(),
            None => self
                .earlier(at, &fitting, events)
                .or_else(|| clearest.filter(|main| fitting.contains(main)))
                .or_else(|| first_best(fitting.iter().map(|event| events[*event].score)).map(|best| fitting[best]))
                .into_iter()
                .collect(),
        };
        self.add_cause(&mut meant, events, cause);
        meant
    }

    /// The last event told before a place, if that isn't long ago.
    fn earlier(&self, at: usize, fitting: &[usize], events: &[Event]) -> Option<usize> {
        let ago = |event: &usize| events[*event].told_at.range(..at).next_back().map(|told| (at - told, *event));
        let near = fitting.iter().filter_map(ago).filter(|(ago, _)| *ago <= STILL_ABOUT_IT);
        near.min_by_key(|(ago, _)| *ago).map(|(_, event)| event)
    }

    /// What makes an injury worse makes worse what caused it.
    fn add_cause(&self, meant: &mut Vec<usize>, events: &[Event], cause: Option<IncidentType>) {
        let is_harm = |event: &Event| {
            event.incident_type == IncidentType::Medical
                && event.kinds.iter().all(|kind| HARM.contains(&self.taxonomy.kinds[*kind].key.as_str()))
        };
        let causing = events.iter().position(|event| Some(event.incident_type) == cause);
        if let Some(causing) = causing
            && meant.iter().any(|event| is_harm(&events[*event]))
            && !meant.contains(&causing)
        {
            meant.push(causing);
        }
    }

    fn sign(&self, shown: &Shown) -> Option<&'r Sign> {
        match shown.entry {
            Entry::Sign(sign) => self.taxonomy.signs.get(sign),
            Entry::Kind(_) | Entry::Condition(_) => None,
        }
    }
}

fn first_best(scores: impl Iterator<Item = f32>) -> Option<usize> {
    let mut best: Option<(usize, f32)> = None;
    for (position, score) in scores.enumerate() {
        if best.is_none_or(|(_, most)| score > most) {
            best = Some((position, score));
        }
    }
    best.map(|(position, _)| position)
}
