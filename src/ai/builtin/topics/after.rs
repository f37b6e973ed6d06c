//! What followed.

mod care;
mod contact;
mod lessons;

use super::{Opening, Topic};

pub(super) const TOPICS: &[Topic] = &[
    contact::WHO_TOLD,
    care::MEDICAL_FOLLOW_UP,
    care::PARTICIPANT_WELLBEING,
    care::MONITORING,
    contact::FAMILY_CONTACT,
    lessons::RECORDS,
    lessons::PREVENTION,
];

pub(super) const OPENINGS: &[Opening] = &[
    Opening { key: "after.participant_wellbeing", text: "You wrote “{quote}”. How was {name} with that?" },
    Opening { key: "after.monitoring", text: "You wrote “{quote}”. What happens next, and who does it?" },
    Opening { key: "after.prevention", text: "What would help the team most after this?" },
    Opening { key: "after.records", text: "What is still open or not known yet?" },
    Opening { key: "after.who_told", text: "Who still needs to hear about this, and what should they know?" },
    Opening {
        key: "after.family_contact",
        text: "Who has asked about {name} since then, and what did they want to know?",
    },
];
