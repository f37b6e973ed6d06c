//! How it came to an end.

mod calming;
mod making_safe;

use super::{Opening, Topic};

pub(super) const TOPICS: &[Topic] = &[
    calming::DE_ESCALATION,
    calming::DURATION,
    calming::PARTICIPANT_STATE,
    making_safe::INJURY_CHECK,
    making_safe::SAFETY,
    making_safe::STAFF_ROLE,
];

pub(super) const OPENINGS: &[Opening] = &[
    Opening { key: "end.participant_state", text: "You wrote “{quote}”. How was {name} at that moment?" },
    Opening { key: "end.staff_role", text: "Who else helped at this point, and how?" },
    Opening { key: "end.safety", text: "What showed you that it was over?" },
    Opening { key: "end.duration", text: "What happened in the next half hour?" },
    Opening { key: "end.injury_check", text: "What, if anything, was left for later or for the next shift?" },
    Opening { key: "end.de_escalation", text: "What helped most at the end?" },
];
