//! Contributing conditions: what the account says that made the event possible, more likely or worse.

use super::signs::{Reading, Shown};
use super::stance::Stance;
use super::taxonomy::{Definition, Entry, TAXONOMY};
use crate::analysis::analysis::{Condition, ConditionGroup};
use crate::incidents::narrative::{Narrative, Phase};
use std::collections::{BTreeMap, BTreeSet};

/// More than these help nobody to learn from an event.
const MOST: usize = 8;
const MOST_OF_A_GROUP: usize = 2;
/// How sure one, two and more sentences make of a condition.
const ONE_SENTENCE: f32 = 0.5;
const TWO_SENTENCES: f32 = 0.65;
const MORE_SENTENCES: f32 = 0.75;

/// The conditions that an account tells of, by group, each with the sentence that says so, and how
/// sure they are altogether, from 0 to 1. None, and 0, where the account tells of none.
pub fn conditions(narrative: &Narrative, participant_name: &str) -> (Vec<Condition>, f32) {
    let reading = Reading::of(narrative, participant_name, &TAXONOMY);
    let mut told: BTreeMap<usize, Vec<&Shown>> = BTreeMap::new();
    for shown in &reading.shown {
        if let Entry::Condition(number) = shown.entry
            && counts(&reading, &TAXONOMY.conditions[number], shown)
        {
            told.entry(number).or_default().push(shown);
        }
    }
    let mut found: Vec<(f32, &Definition, &Shown)> = told
        .into_iter()
        .filter_map(|(number, shown)| {
            let first = shown.first().copied()?;
            Some((sureness(&shown), &TAXONOMY.conditions[number], first))
        })
        .collect();
    found.sort_by(|left, right| right.0.total_cmp(&left.0));
    let mut of_group: BTreeMap<ConditionGroup, usize> = BTreeMap::new();
    found.retain(|(_, definition, _)| {
        let count = of_group.entry(definition.group).or_default();
        *count += 1;
        *count <= MOST_OF_A_GROUP
    });
    found.truncate(MOST);
    found.sort_by_key(|(_, definition, _)| definition.group);
    let sure = mean(found.iter().map(|(sure, _, _)| *sure));
    let condition = |definition: &Definition, shown: &Shown| Condition {
        group: definition.group,
        text: definition.text.clone(),
        evidence: Some(reading.quote(shown)),
    };
    (found.iter().map(|(_, definition, shown)| condition(definition, shown)).collect(), sure)
}

fn counts(reading: &Reading<'_>, definition: &Definition, shown: &Shown) -> bool {
    let phase = Phase::ALL[shown.phase];
    let in_time = definition.phases.as_ref().is_none_or(|phases| {
        phases.contains(&phase) || (phase != Phase::During && reading.tells_the_event(shown.phase))
    });
    in_time && matches!(shown.stance, Stance::Told | Stance::Past | Stance::Near)
}

fn sureness(shown: &[&Shown]) -> f32 {
    let sentences: BTreeSet<(usize, usize)> = shown.iter().map(|shown| shown.place()).collect();
    match sentences.len() {
        1 => ONE_SENTENCE,
        2 => TWO_SENTENCES,
        _ => MORE_SENTENCES,
    }
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { (sum / count * 100.0_f32).round() / 100.0 } else { 0.0 }
}
