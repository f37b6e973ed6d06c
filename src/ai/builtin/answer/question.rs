//! What kind of answer a question asks for.

use crate::ai::builtin::terms::numbers;
use unicode_segmentation::UnicodeSegmentation;

/// What has to stand in a sentence that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Somebody.
    Person,
    /// A time, a term or a frequency.
    Time,
    /// A number, an amount, a telephone number.
    Quantity,
    /// A place.
    Place,
    /// How something is done: steps before anything else.
    Steps,
    /// Whether something is allowed or so.
    Permission,
    Anything,
}

const PEOPLE: &[&str] = &[
    "manager",
    "lead",
    "leader",
    "coordinator",
    "nurse",
    "doctor",
    "gp",
    "officer",
    "team",
    "guardian",
    "police",
    "ambulance",
    "commission",
    "commissioner",
    "worker",
    "workers",
    "staff",
    "pharmacist",
    "practitioner",
    "person",
    "director",
    "admin",
    "administrator",
    "family",
    "advocate",
    "supervisor",
    "paramedics",
    "000",
    "line",
    "hotline",
    "provider",
    "carer",
    "employer",
    "you",
    "everyone",
    "everybody",
    "anyone",
    "board",
    "ceo",
    "executive",
    "owner",
    "service",
    "panel",
    "committee",
    "therapist",
    "clinician",
    "psychiatrist",
    "prescriber",
    "delegate",
];

const TIMES: &[&str] = &[
    "immediately",
    "hour",
    "hours",
    "minute",
    "minutes",
    "day",
    "days",
    "daily",
    "week",
    "weeks",
    "weekly",
    "fortnight",
    "fortnightly",
    "month",
    "months",
    "monthly",
    "year",
    "years",
    "yearly",
    "annually",
    "quarterly",
    "before",
    "after",
    "once",
    "twice",
    "until",
    "every",
    "am",
    "pm",
    "midnight",
    "midday",
    "morning",
    "evening",
    "night",
    "today",
    "tomorrow",
    "straight",
    "shift",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "when",
    "whenever",
    "always",
    "whilst",
    "during",
];

const PLACES: &[&str] = &[
    "in", "at", "on", "under", "behind", "beside", "next", "inside", "cupboard", "cabinet", "office", "drawer",
    "folder", "room", "fridge", "safe", "app", "page", "register", "car", "kitchen", "locked", "to",
];

const PERMISSIONS: &[&str] = &[
    "must",
    "may",
    "can",
    "cannot",
    "can't",
    "never",
    "not",
    "only",
    "always",
    "allowed",
    "required",
    "need",
    "needs",
    "should",
    "don't",
    "without",
    "unless",
    "no",
    "do",
    "prohibited",
    "permitted",
    "has",
    "have",
    "mandatory",
    "optional",
];

impl Wanted {
    /// What a question wants.
    pub fn of(question: &str) -> Self {
        let lower = question.to_lowercase().replace('’', "'");
        let words: Vec<&str> = lower.unicode_words().collect();
        let has = |phrase: &str| format!(" {} ", words.join(" ")).contains(&format!(" {phrase} "));
        let begins = |starts: &[&str]| words.first().is_some_and(|first| starts.contains(first));
        if ["who", "whom", "who's", "whose"].iter().any(|word| has(word)) {
            Self::Person
        } else if [
            "when",
            "how long",
            "how soon",
            "how often",
            "what time",
            "how late",
            "how quickly",
            "how fast",
            "what day",
            "deadline",
        ]
        .iter()
        .any(|phrase| has(phrase))
        {
            Self::Time
        } else if [
            "how many",
            "how much",
            "phone number",
            "what number",
            "how old",
            "how far",
            "what temperature",
            "how high",
        ]
        .iter()
        .any(|phrase| has(phrase))
        {
            Self::Quantity
        } else if has("where") {
            Self::Place
        } else if begins(&["how"])
            || [
                "how do",
                "how should",
                "how can",
                "what steps",
                "steps",
                "what do i do",
                "what should i do",
                "what must i do",
                "what to do",
                "procedure",
                "process",
            ]
            .iter()
            .any(|phrase| has(phrase))
        {
            Self::Steps
        } else if begins(&["can", "may", "must", "do", "does", "is", "are", "should", "am", "could"]) {
            Self::Permission
        } else {
            Self::Anything
        }
    }

    /// Whether a sentence has what is wanted.
    pub fn is_in(self, sentence: &str) -> bool {
        let lower = sentence.to_lowercase().replace('’', "'");
        let any = |list: &[&str]| lower.unicode_words().any(|word| list.contains(&word));
        match self {
            Self::Person => any(PEOPLE) || numbers(sentence).iter().any(|number| number.len() >= 3),
            Self::Time => any(TIMES) || lower.contains("as soon as"),
            Self::Quantity => {
                !numbers(sentence).is_empty() || lower.unicode_words().any(|word| word == "one" || word == "no")
            }
            Self::Place => any(PLACES),
            Self::Permission => any(PERMISSIONS),
            Self::Steps | Self::Anything => true,
        }
    }

    /// What a sentence is worth that hasn't got it.
    pub const fn without(self) -> f32 {
        match self {
            Self::Quantity => 0.45,
            Self::Person | Self::Time => 0.6,
            Self::Place | Self::Permission => 0.85,
            Self::Steps | Self::Anything => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn questions_are_told_apart() {
        for (question, wanted) in [
            ("Who do I call after a medication error?", Wanted::Person),
            ("How long do we keep records?", Wanted::Time),
            ("when is the report due", Wanted::Time),
            ("How many staff are on at night?", Wanted::Quantity),
            ("What's the phone number of the after hours line?", Wanted::Quantity),
            ("Where is the first aid kit?", Wanted::Place),
            ("How do I report a fall?", Wanted::Steps),
            ("Someone fell. What should I do?", Wanted::Steps),
            ("Can I give Panadol?", Wanted::Permission),
            ("What is a restrictive practice?", Wanted::Anything),
        ] {
            assert_eq!(Wanted::of(question), wanted, "{question}");
        }
    }

    #[test]
    fn an_answer_has_what_is_wanted() {
        assert!(Wanted::Person.is_in("Ring the on-call manager."));
        assert!(!Wanted::Person.is_in("Lock the cupboard again."));
        assert!(Wanted::Time.is_in("Records are kept for seven years."));
        assert!(!Wanted::Quantity.is_in("Records are kept safe."));
    }
}
