//! What led up to the event.

mod circumstances;
mod participant;

use super::{Opening, Topic};

pub(super) const TOPICS: &[Topic] = &[
    participant::ACTIVITY,
    circumstances::TRIGGER,
    participant::MOOD,
    circumstances::PEOPLE_PRESENT,
    circumstances::SETTING,
    participant::EARLY_SIGNS,
    participant::SUPPORT_PLAN,
];

pub(super) const OPENINGS: &[Opening] = &[
    Opening { key: "before.early_signs", text: "You wrote “{quote}”. What did you notice around that time?" },
    Opening { key: "before.activity", text: "You wrote “{quote}”. What happened in the hour before that?" },
    Opening { key: "before.mood", text: "What was different about this day from a usual one?" },
    Opening { key: "before.support_plan", text: "What would a new worker need to know about this situation?" },
    Opening { key: "before.setting", text: "What else was going on around that time?" },
    Opening {
        key: "before.people_present",
        text: "Who else could tell us about the time before, and what were they doing?",
    },
    Opening { key: "before.trigger", text: "What, if anything, changed shortly before {event}?" },
];
