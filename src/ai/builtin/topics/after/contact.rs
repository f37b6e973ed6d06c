//! Who was told.

use super::super::When::*;
use super::super::kinds::Kind::*;
use super::super::{Ask, Deeper, FROM_DURING, Topic};

pub(super) const WHO_TOLD: Topic = Topic {
    key: "after.who_told",
    purpose: "So we know who still needs to be told.",
    told: &[
        "$tell + $leader",
        "$tell + $family",
        "$tell + @person",
        "$tell + police|triple|next|night|morning|afternoon|shift|staff|worker|council|landlord|agency|bank|everyone|team|day",
        "$leader + $tell|knows|informed|aware",
        "$family + $tell|knows|informed|aware",
        "handover",
        "handed over",
        "program|house|shift|staff|school|work told|informed|aware|notified",
        "$leader + came|attended|said|advised|will|is|asked",
        "no one|nobody|noone|not told",
        "$tell $leader",
    ],
    told_in: FROM_DURING,
    covered_by: &[],
    asks: &[
        Ask {
            when: Kind(&[Allegation]),
            weight: 96,
            told: &[],
            text: "Who has been told about this so far, when, and how?",
        },
        Ask { when: Kind(&[Environment, Property]), weight: 84, told: &[], text: "Who was told about this, and when?" },
        Ask {
            when: Kind(&[Communication]),
            weight: 80,
            told: &[],
            text: "Who was told about this, and what did they say?",
        },
        Ask {
            when: Always,
            weight: 90,
            told: &[],
            text: "Who was told about this, for example team lead, on-call or family, and when?",
        },
    ],
    deeper: Some(Deeper {
        cues: &["$tell + $leader", "$leader + told|informed|aware|notified|rung|advised"],
        text: "You wrote “{quote}”. What did they say should happen next?",
    }),
};

pub(super) const FAMILY_CONTACT: Topic = Topic {
    key: "after.family_contact",
    purpose: "Families should hear it from us, and in time.",
    told: &[
        "$tell + $family",
        "$family + $tell|knows|aware|said|asked|came|visit*|happy|upset|thank*|wants|picked|fine|informed",
        "$family",
        "no family",
        "family + not",
    ],
    told_in: FROM_DURING,
    covered_by: &["after.who_told"],
    asks: &[
        Ask {
            when: Kind(&[Allegation, Absence, HarmByOther]),
            weight: 58,
            told: &[],
            text: "How and when was family or a guardian told, and what did they say?",
        },
        Ask {
            when: Kind(&[Environment, Communication, NearMiss]),
            weight: 22,
            told: &[],
            text: "What was {name}'s family or guardian told, if they wish family to know?",
        },
        Ask { when: Always, weight: 48, told: &[], text: "What was {name}'s family or guardian told, and when?" },
    ],
    deeper: Some(Deeper {
        cues: &["$tell + $family", "$family + told|informed|aware|notified|rung"],
        text: "You wrote “{quote}”. What did they say or ask for?",
    }),
};
