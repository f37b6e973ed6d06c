//! What kind of event an account tells of: the words that show each kind, and what they come to.

use crate::{
    ai::builtin::{
        language::{Found, Text},
        topics::{
            kinds::{Kind, NOT_MEANT, SIGNS},
            written_out,
        },
    },
    incidents::narrative::Phase,
};
use std::collections::BTreeSet;

/// Each kind's score, in the order of [`SIGNS`]: words count more as it happened, most up front.
pub fn scores(texts: &[Text<'_>; 4]) -> Vec<(Kind, u32)> {
    let mut scores: Vec<(Kind, u32)> = Vec::new();
    for kind in SIGNS.iter().map(|sign| sign.kind) {
        if scores.iter().any(|(seen, _)| *seen == kind) {
            continue;
        }
        let mut score = 0;
        for (text, phase) in texts.iter().zip(Phase::ALL) {
            // More mentions say less and less: a long account isn't another kind of account.
            for (found, worth) in signs_of(kind, text).into_iter().take(3) {
                score += match phase {
                    Phase::During if text.in_first_sentence(found) => worth * 3,
                    Phase::During => worth * 2,
                    Phase::Before | Phase::End | Phase::After => worth.div_ceil(2),
                };
            }
        }
        scores.push((kind, score));
    }
    scores
}

/// The words of a text that show a kind, each place once, the strongest first.
pub fn signs_of(kind: Kind, text: &Text<'_>) -> Vec<(Found, u32)> {
    let not_meant: BTreeSet<usize> = NOT_MEANT
        .iter()
        .filter(|(of, _)| *of == kind)
        .flat_map(|(_, cue)| {
            text.matches(&written_out(cue)).flat_map(|found| found.first..=found.last).collect::<Vec<_>>()
        })
        .collect();
    let mut signs: Vec<(Found, u32)> = Vec::new();
    for sign in SIGNS.iter().filter(|sign| sign.kind == kind) {
        for cue in sign.cues {
            // A few of each are enough to tell the kind, however long the account.
            for found in text.find_affirmed(&written_out(cue)).filter(|found| !not_meant.contains(&found.first)).take(5)
            {
                if !signs.iter().any(|(other, _)| other.first <= found.last && found.first <= other.last) {
                    signs.push((found, sign.worth));
                }
            }
        }
    }
    signs.sort_by_key(|(found, worth)| (std::cmp::Reverse(*worth), found.first));
    signs
}
