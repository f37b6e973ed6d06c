//! Kinds of events, and the words that show them.

mod conduct;
mod health;
mod surroundings;

/// What kind of event an account tells of; it chooses the questions, never the classification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Somebody says that a person did wrong to the participant.
    Allegation,
    /// The participant left, or was somewhere that staff didn't know of.
    Absence,
    /// Another person hit, pushed or hurt the participant.
    HarmByOther,
    Medication,
    Fall,
    Behaviour,
    Medical,
    Injury,
    Property,
    Communication,
    Environment,
    NearMiss,
    /// None that we know.
    Other,
}

/// Cues of a kind and what each is worth.
pub struct Sign {
    pub kind: Kind,
    pub worth: u32,
    pub cues: &'static [&'static str],
}

/// A figure of speech that holds a cue's word and means something else ("fell asleep").
pub const NOT_MEANT: &[(Kind, &str)] = &[
    (Kind::HarmByOther, "dog|cat|bird|magpie|wasp|bee|car|ute|door|ball|branch + bit|hit|scratched|struck|pushed"),
    (Kind::Environment, "blocked|alarm + tube|nose|trachy|catheter|peg|toilet"),
    (Kind::Environment, "pump|bed|sensor|seizure|phone alarm"),
    (Kind::Environment, "wheelie|recycling|rubbish bin|bins"),
    (Kind::Environment, "tube|trachy|peg|catheter + blocked|alarm"),
    (Kind::Environment, "plan|bsp|profile + out of date"),
    (Kind::Fall, "fell asleep|behind|apart|out|ill|silent|quiet"),
    (Kind::Fall, "falls risk|prevention|assessment|mat"),
    (Kind::Fall, "fall asleep|risk|off"),
    (Kind::Behaviour, "hit|bumped|knocked|banged $body"),
    (Kind::Behaviour, "hit floor|ground|wall|table|bench"),
    (Kind::Behaviour, "a|little|quite bit"),
    (Kind::Behaviour, "bit of"),
    (
        Kind::Behaviour,
        "i|we|staff|owner|driver|man|woman|stranger|passenger|patient|commuter|dog|cat|magpie|wheelchair|chair|van|ute|car|bus|pallet|men + bit|hit|threw|pushed|shoved|yelled|shouted|spat|kicked|grabbed|screamed|knocked",
    ),
    (
        Kind::Absence,
        "friend|worker|staff|i|we|us|driver|nurse|mum|dad|father|mother|sister|brother|everyone left|went|ran|walked|wandered",
    ),
    (Kind::Medical, "catch|caught|deep breath*"),
    (Kind::Medical, "breath* + calm*|together|slow*|exercise*|technique*"),
    (Kind::Medical, "slow|deep|big breath*"),
    (Kind::Medical, "out breath"),
    (Kind::Absence, "missing|gone + money|wallet|purse|phone|tablet*|cash|card|dose*|ipad|signature*|from"),
    (Kind::Injury, "cut up"),
    (Kind::Injury, "burnt|burned toast|dinner|food|smell*"),
    (Kind::Injury, "cut + sandwich|vegetables|carrot*|apple|fruit|food"),
    (Kind::Medication, "ipad|android|samsung tablet"),
    (Kind::Environment, "fire drill"),
    (Kind::Property, "broke down"),
];

/// The words that show each kind.
pub const SIGNS: &[Sign] = &[
    conduct::ALLEGATION,
    conduct::HARM_BY_OTHER,
    conduct::INSULT_BY_OTHER,
    conduct::ABSENCE,
    health::MEDICATION_ERROR,
    health::MEDICATION,
    health::FALL,
    conduct::VIOLENCE,
    conduct::AGITATION,
    health::ILLNESS,
    health::INJURY,
    surroundings::PROPERTY,
    surroundings::COMMUNICATION,
    surroundings::ENVIRONMENT,
    surroundings::NEAR_MISS,
];
