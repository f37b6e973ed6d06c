//! The event itself.

mod acts;
mod harm;
mod scene;

use super::{Opening, Topic};

pub(super) const TOPICS: &[Topic] = &[
    acts::SEQUENCE,
    acts::BEHAVIOUR,
    harm::INJURY,
    harm::IMMEDIATE_ACTION,
    scene::PLACE,
    scene::EQUIPMENT,
    harm::MEDICATION,
    scene::WITNESSES,
    acts::WORDS_SAID,
    scene::TIME,
];

pub(super) const OPENINGS: &[Opening] = &[
    Opening { key: "during.sequence", text: "You wrote “{quote}”. What happened straight after that?" },
    Opening { key: "during.witnesses", text: "You wrote “{quote}”. What else did you see or hear at that moment?" },
    Opening { key: "during.behaviour", text: "What else did you see {name} do?" },
    Opening { key: "during.words_said", text: "What else was said or shown, and by whom?" },
    Opening { key: "during.immediate_action", text: "What else did you or others do at that moment?" },
    Opening { key: "during.time", text: "Which parts are you sure of, and which parts did you hear from others?" },
    Opening { key: "during.place", text: "Where was everyone at that moment?" },
];
