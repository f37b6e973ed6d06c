//! Where and when it was, with what, and who saw it.

use super::super::When::*;
use super::super::kinds::Kind::*;
use super::super::{Ask, STORY, Topic};
use crate::incidents::narrative::Phase;

pub(super) const PLACE: Topic = Topic {
    key: "during.place",
    purpose: "The exact place shows what may need to be fixed.",
    told: &[
        "bathroom|kitchen|lounge|bedroom|room|toilet|shower|hallway|corridor|garden|backyard|yard|driveway|park|shop*|shops|car|van|bus|street|footpath|carpark|pool|beach|cafe|library|door|gate|deck|verandah|veranda|garage|laundry|office|table|bed|steps|stairs|ramp|couch|chair|oval|court|station|stop|road|outside|centre|center|fridge|oven|stove|cupboard|pantry|sink|floor|hall|patio|aisle|checkout|foyer|lift|workshop",
    ],
    told_in: STORY,
    covered_by: &[],
    asks: &[
        Ask {
            when: Kind(&[Absence]),
            weight: 62,
            told: &[
                "found|seen|located|saw|spotted|picked|returned|standing|sitting|walking|brought",
                "got him|her|them",
                "came|come|walked back|home",
                "was|were at|in|on|outside|near",
            ],
            text: "Where was {name} next seen, and who saw them?",
        },
        Ask {
            when: All(&[Unplaced, Raised(&[Fall, Injury, Behaviour, Environment])]),
            weight: 58,
            told: &[],
            text: "Where exactly did this happen?",
        },
        Ask { when: Unplaced, weight: 30, told: &[], text: "Where exactly was {name} when this happened?" },
    ],
    deeper: None,
};

pub(super) const EQUIPMENT: Topic = Topic {
    key: "during.equipment",
    purpose: "A fault or a wrong setting can be fixed.",
    told: &[
        "brake* + on|off|locked|not|weren't|were",
        "broke*",
        "faulty",
        "worn",
        "loose",
        "snapped",
        "fail*",
        "stuck",
        "not work*",
        "charged",
        "battery",
        "flat tyre|battery",
        "torn",
        "maintenance",
        "in reach",
        "within reach",
        "not|wasn't using|reach|wearing",
        "without + walker|frame|stick|wheelchair",
        "out of reach",
        "working",
        "serviced",
        "slipp*",
        "sling + not|wrong|size|loose|slid|small|big",
        "fray*",
        "good condition",
        "clip*",
        "tipped",
        "strap*",
        "barefoot",
        "bare feet",
        "socks",
        "slippers",
        "thongs",
        "shoes",
        "crocs",
        "boots",
        "runners",
        "tag",
        "error",
        "beep*",
        "warning",
        "alarm + on|off|not|didn't|flat|silent",
    ],
    told_in: STORY,
    covered_by: &[],
    asks: &[
        Ask {
            when: Says(&[
                "hoist|sling|wheelchair|walker|walking frame|wheelie|frame|commode|shower chair|bed rail|rails|stand aid|ramp|sensor|mat alarm|pump|catheter|peg|cpap|scooter|helmet|splint|afo",
            ]),
            weight: 66,
            told: &[],
            text: "What was the {thing} like at the time, and how was it being used?",
        },
        Ask {
            when: All(&[Kind(&[Fall]), Says(&["bed"]), Not(&Says(&["bed rail|rails|sensor|bed + low|lowest|high"]))]),
            weight: 62,
            told: &[],
            text: "How high was the bed, and what was near it: rail, mat, call bell?",
        },
        Ask {
            when: All(&[
                Kind(&[Fall]),
                Not(&Says(&["bed|shower*|toilet|bath|van|bus|car|chair|couch|swing|bike|trampoline"])),
            ]),
            weight: 62,
            told: &[],
            text: "What was {name} wearing on their feet, and what walking aid was near?",
        },
        Ask {
            when: All(&[
                Kind(&[Injury, NearMiss, Environment, Property]),
                SaysHere(&[
                    "oven|stove|cooktop|kettle|bbq|barbecue|heater|microwave|grinder|mower|toaster|lift|fridge|freezer|urn",
                ]),
            ]),
            weight: 44,
            told: &["fault*|broke*|smok*|left on", "turned|switched on|off", "not work*"],
            text: "What was wrong with the {thing}, if anything, and who was using it?",
        },
    ],
    deeper: None,
};

pub(super) const WITNESSES: Topic = Topic {
    key: "during.witnesses",
    purpose: "Other people may have seen what you could not.",
    told: &[
        "witness*",
        "unwitness*",
        "i|we saw|seen|watched|heard|noticed|found|turned|looked",
        "saw it|him|her|them",
        "nobody|noone saw|was",
        "no one saw",
        "saw + happen",
        "in front of",
        "with me|us",
        "$resident",
        "$colleague",
        "@person",
        "neighbour*",
        "bystander*",
        "alone",
        "public",
    ],
    told_in: &[Phase::During, Phase::End],
    covered_by: &[],
    asks: &[
        Ask {
            when: Kind(&[Fall]),
            weight: 63,
            told: &[],
            text: "Who saw or heard the fall, or who was first to reach {name}?",
        },
        Ask { when: Kind(&[Medication]), weight: 44, told: &[], text: "Who noticed it, and who else was there?" },
        Ask { when: Kind(&[Allegation]), weight: 60, told: &[], text: "Who else was there, or might know about this?" },
        Ask {
            when: Kind(&[Environment, Property, Communication]),
            weight: 44,
            told: &[],
            text: "Who else saw it or knows about it?",
        },
        Ask { when: Always, weight: 60, told: &[], text: "Who else saw or heard it, and what did they notice?" },
    ],
    deeper: None,
};

pub(super) const TIME: Topic = Topic {
    key: "during.time",
    purpose: "Times help a doctor or a manager check the order.",
    told: &[
        "@time",
        "at|about|around #",
        "# past|to",
        "half past",
        "midnight",
        "midday",
        "noon",
        "# min|mins|minutes later|after|before",
        "lunchtime",
        "dinnertime",
        "bedtime",
    ],
    told_in: STORY,
    covered_by: &[],
    asks: &[
        Ask {
            when: Kind(&[Medication]),
            weight: 56,
            told: &[],
            text: "When was this noticed, and when had the medication been due?",
        },
        Ask {
            when: Kind(&[Absence]),
            weight: 72,
            told: &[],
            text: "When did staff notice, and when was {name} next seen?",
        },
        Ask {
            when: All(&[Kind(&[Fall]), Says(&["found"])]),
            weight: 60,
            told: &[],
            text: "When was {name} found, and when had someone last seen them before that?",
        },
        Ask { when: Kind(&[Environment, Property]), weight: 46, told: &[], text: "When was it noticed, and by whom?" },
        Ask {
            when: Kind(&[Allegation]),
            weight: 56,
            told: &[],
            text: "When did you hear about this, and when is it said to have happened?",
        },
        Ask { when: Always, weight: 46, told: &[], text: "When did it start, as near as you know?" },
    ],
    deeper: None,
};
