//! Placeholders: how they look, and the ledger of what each stands for.

use super::pattern::compiled;
use regex::{Captures, Regex};
use std::{collections::HashMap, sync::LazyLock};

/// What a placeholder hides, the most telling first: where two overlap, the first one names both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Email,
    DateOfBirth,
    Ndis,
    Medicare,
    Crn,
    Phone,
    Rego,
    Address,
    Place,
    Person,
    /// A long number of a kind we don't know.
    Number,
    /// Words of the text that look like a placeholder.
    Text,
}

impl Kind {
    const ALL: [Self; 12] = [
        Self::Email,
        Self::DateOfBirth,
        Self::Ndis,
        Self::Medicare,
        Self::Crn,
        Self::Phone,
        Self::Rego,
        Self::Address,
        Self::Place,
        Self::Person,
        Self::Number,
        Self::Text,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::DateOfBirth => "DATE_OF_BIRTH",
            Self::Ndis => "NDIS",
            Self::Medicare => "MEDICARE",
            Self::Crn => "CRN",
            Self::Phone => "PHONE",
            Self::Rego => "REGO",
            Self::Address => "ADDRESS",
            Self::Place => "PLACE",
            Self::Person => "PERSON",
            Self::Number => "NUMBER",
            Self::Text => "TEXT",
        }
    }
}

/// What restoring takes for a placeholder, and therefore what masking has to escape.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    let key = format!("(?:{})_[0-9]+[A-Z]*", Kind::ALL.map(Kind::word).join("|"));
    compiled(&format!(r"(?i-u)\[({key})\]|\b({key})\b"))
});

/// Which placeholder stands for what.
#[derive(Default)]
pub(super) struct Ledger {
    keys: HashMap<Kind, HashMap<String, String>>,
    originals: HashMap<String, String>,
    /// The last number of each kind.
    numbers: HashMap<Kind, usize>,
    owners: HashMap<(Kind, usize), Forms>,
}

/// The number of a person or place, and how many forms of the name have been met.
#[derive(Clone, Copy)]
struct Forms {
    number: usize,
    count: usize,
}

impl Ledger {
    /// The placeholder of an original, made when it is first met.
    pub fn placeholder(&mut self, kind: Kind, owner: Option<usize>, original: &str) -> String {
        if let Some(key) = self.keys.get(&kind).and_then(|keys| keys.get(original)) {
            return format!("[{key}]");
        }
        let key = self.next_key(kind, owner);
        self.keys.entry(kind).or_default().insert(original.to_owned(), key.clone());
        self.originals.insert(key.clone(), original.to_owned());
        format!("[{key}]")
    }

    /// Appends text that is not masked, with a placeholder for whatever in it looks like one.
    ///
    /// Looks at the text alone: what touches it in the end is the bracket of a placeholder, which
    /// bounds a word just as an end does, so that restoring finds what was found here and nothing else.
    pub fn escape(&mut self, text: &str, masked: &mut String) {
        let mut done = 0;
        for found in PLACEHOLDER.find_iter(text) {
            masked.push_str(&text[done..found.start()]);
            masked.push_str(&self.placeholder(Kind::Text, None, found.as_str()));
            done = found.end();
        }
        masked.push_str(&text[done..]);
    }

    /// The text with originals in place of placeholders, in one pass: an original is never looked at.
    pub fn restore(&self, text: &str) -> String {
        PLACEHOLDER
            .replace_all(text, |found: &Captures<'_>| {
                let key = found.get(1).or_else(|| found.get(2)).map_or("", |key| key.as_str()).to_ascii_uppercase();
                self.originals.get(&key).map_or_else(|| found[0].to_owned(), Clone::clone)
            })
            .into_owned()
    }

    fn next_key(&mut self, kind: Kind, owner: Option<usize>) -> String {
        let number = self.numbers.entry(kind).or_default();
        let Some(owner) = owner else {
            *number += 1;
            return format!("{}_{number}", kind.word());
        };
        let forms = self.owners.entry((kind, owner)).or_insert_with(|| {
            *number += 1;
            Forms { number: *number, count: 0 }
        });
        let key = format!("{}_{}{}", kind.word(), forms.number, suffix(forms.count));
        forms.count += 1;
        key
    }
}

/// Nothing for the first form, then B, C ... Z, AA, AB ...
fn suffix(count: usize) -> String {
    if count == 0 {
        return String::new();
    }
    let mut letters = Vec::new();
    let mut rest = count + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::{Kind, Ledger, suffix};

    #[test]
    fn suffixes_go_on_after_z() {
        let suffixes: Vec<String> = [0, 1, 2, 25, 26, 27, 52].into_iter().map(suffix).collect();
        assert_eq!(suffixes, ["", "B", "C", "Z", "AA", "AB", "BA"]);
    }

    #[test]
    fn the_forms_of_one_owner_share_a_number() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.placeholder(Kind::Person, Some(7), "Sam Jones"), "[PERSON_1]");
        assert_eq!(ledger.placeholder(Kind::Person, Some(7), "Sam"), "[PERSON_1B]");
        assert_eq!(ledger.placeholder(Kind::Person, Some(3), "Lee"), "[PERSON_2]");
        assert_eq!(ledger.placeholder(Kind::Person, Some(7), "Sam Jones"), "[PERSON_1]");
    }

    #[test]
    fn a_placeholder_that_was_never_given_out_stays() {
        assert_eq!(Ledger::default().restore("[PERSON_9] and phone_2"), "[PERSON_9] and phone_2");
    }
}
