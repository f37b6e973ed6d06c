//! Cues as the taxonomy writes them, parsed once and looked for in every account.
//!
//! The writing is explained at the top of `taxonomy.toml`. Where one word of a cue has several
//! alternatives, the longest one that stands there counts.

use super::language::{FILLERS, Found, Text, Word, is_number};
use std::collections::HashMap;

/// Small words that a cue for something else doesn't skip: "hit my head" is no "hit head".
const WRITERS_OWN: &[&str] = &["my", "our"];

/// Words that say that something didn't happen.
pub const NEGATIONS: &[&str] = &[
    "not",
    "never",
    "cannot",
    "didn't",
    "didnt",
    "wasn't",
    "wasnt",
    "isn't",
    "isnt",
    "hasn't",
    "hasnt",
    "hadn't",
    "hadnt",
    "don't",
    "dont",
    "couldn't",
    "couldnt",
    "can't",
    "cant",
    "doesn't",
    "doesnt",
    "weren't",
    "werent",
    "won't",
    "wont",
    "wouldn't",
    "wouldnt",
    "haven't",
    "havent",
    "aren't",
    "arent",
    "shouldn't",
];

/// Words in a cue that make it speak of something missing.
const SPEAKS_OF_LACK: &[&str] =
    &["no", "not", "nil", "never", "nothing", "none", "neither", "without", "failed", "failed_to", "fail*", "forgot*"];

/// One cue: words that stand next to each other or in the same sentence.
#[derive(Debug, Clone)]
pub struct Cue {
    steps: Vec<Step>,
    /// Whether it has a word that may stand further off.
    pub is_wide: bool,
    /// Whether it has a negation of its own, so that one inside it denies nothing.
    pub speaks_of_lack: bool,
}

#[derive(Debug, Clone)]
struct Step {
    options: Vec<Atom>,
    far: bool,
}

/// One alternative of one word of a cue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Atom {
    Word(String),
    Stem(String),
    Number,
    Money,
    Person,
    PersonsOwn,
    Participant,
    ParticipantsOwn,
    Not,
    Nobody,
    /// Several words in a row.
    Together(Vec<Atom>),
}

impl Cue {
    /// Reads a cue; the groups of words have to be written out.
    pub fn parse(written: &str) -> Self {
        let mut far = false;
        let mut steps: Vec<Step> = Vec::new();
        for part in written.split_whitespace() {
            if part == "+" {
                far = true;
            } else {
                steps.push(Step { options: part.split('|').map(Atom::parse).collect(), far });
                far = false;
            }
        }
        let is_wide = steps.iter().any(|step| step.far);
        let speaks_of_lack = written
            .split([' ', '|', '_'])
            .any(|word| SPEAKS_OF_LACK.contains(&word) || matches!(word, "@not" | "@nobody"));
        Self { steps, is_wide, speaks_of_lack }
    }

    /// The words that a misspelt word may be meant to be, whole words only.
    pub fn whole_words(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().flat_map(|step| &step.options).flat_map(Atom::whole_words)
    }

    /// The beginnings of words that it looks for.
    pub fn stems(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().flat_map(|step| &step.options).flat_map(Atom::stems)
    }

    /// Every place where it stands.
    pub fn matches(&self, text: &Text<'_>) -> Vec<Found> {
        (0..text.words().len()).filter_map(|first| self.at(text, first, true)).collect()
    }

    /// Whether it begins at a word; `generous` skips the writer's "my" too.
    fn at(&self, text: &Text<'_>, first: usize, generous: bool) -> Option<Found> {
        let words = text.words();
        let sentence = words.get(first)?.sentence();
        let inside = |last: &usize| words.get(*last).is_some_and(|word| word.sentence() == sentence);
        let longest = |step: &Step, position: usize| {
            step.options.iter().filter_map(|option| option.at(text, position)).filter(inside).max()
        };
        let (head, rest) = self.steps.split_first()?;
        let mut last = longest(head, first)?;
        for step in rest {
            let reach = if step.far { 6 } else { 2 };
            last = (last + 1..=last + reach)
                .take_while(inside)
                .take_while(|position| step.far || words[last + 1..*position].iter().all(|word| skips(word, generous)))
                .find_map(|position| longest(step, position))?;
        }
        Some(Found { first, last })
    }
}

fn skips(word: &Word, generous: bool) -> bool {
    FILLERS.contains(&word.text.as_str()) && (generous || !WRITERS_OWN.contains(&word.text.as_str()))
}

impl Atom {
    fn parse(written: &str) -> Self {
        if written.contains('_') {
            return Self::Together(written.split('_').map(Self::parse).collect());
        }
        match written {
            "#" => Self::Number,
            "@money" => Self::Money,
            "@person" => Self::Person,
            "@person's" => Self::PersonsOwn,
            "@self" => Self::Participant,
            "@self's" => Self::ParticipantsOwn,
            "@not" => Self::Not,
            "@nobody" | "nobody" | "noone" => Self::Nobody,
            _ => match written.strip_suffix('*') {
                Some(stem) => Self::Stem(stem.to_owned()),
                None => Self::Word(written.to_owned()),
            },
        }
    }

    /// The last word of this alternative, if it begins at a position.
    fn at(&self, text: &Text<'_>, position: usize) -> Option<usize> {
        let words = text.words();
        let word = words.get(position)?;
        let holds = match self {
            Self::Together(parts) => {
                let mut last = None;
                for (offset, part) in parts.iter().enumerate() {
                    last = Some(part.at(text, position + offset)?);
                }
                return last;
            }
            Self::Word(whole) => word.text == *whole && !is_nobody(words, position),
            Self::Stem(stem) => word.text.starts_with(stem.as_str()),
            Self::Number => is_number(&word.text),
            Self::Money => is_money(text, position),
            Self::Person => word.is_person(),
            Self::PersonsOwn => word.is_person() && word.text.ends_with("'s"),
            Self::Participant => word.is_participant(),
            Self::ParticipantsOwn => word.is_participant() && word.text.ends_with("'s"),
            Self::Not => NEGATIONS.contains(&word.text.as_str()),
            Self::Nobody => is_nobody(words, position),
        };
        holds.then_some(position)
    }

    fn head(&self) -> &Self {
        match self {
            Self::Together(parts) => parts.first().unwrap_or(self),
            _ => self,
        }
    }

    fn whole_words(&self) -> Vec<&str> {
        match self {
            Self::Word(word) => vec![word],
            Self::Together(parts) => parts.iter().flat_map(Self::whole_words).collect(),
            _ => Vec::new(),
        }
    }

    fn stems(&self) -> Vec<&str> {
        match self {
            Self::Stem(stem) => vec![stem],
            Self::Together(parts) => parts.iter().flat_map(Self::stems).collect(),
            _ => Vec::new(),
        }
    }
}

/// "Nobody", or the second word of "no one".
pub fn is_nobody(words: &[Word], position: usize) -> bool {
    let word = words.get(position).map_or("", |word| word.text.as_str());
    let after_no = position > 0 && words[position - 1].text == "no";
    matches!(word, "nobody" | "noone") || (after_no && matches!(word, "one" | "body"))
}

fn is_money(text: &Text<'_>, position: usize) -> bool {
    let words = text.words();
    let figures = words[position].text.starts_with(|letter: char| letter.is_ascii_digit());
    let next = words.get(position + 1).map_or("", |word| word.text.as_str());
    let before = if position == 0 { "" } else { text.gap_after(position - 1) };
    figures && (before.ends_with('$') || matches!(next, "dollars" | "bucks"))
}

/// Many cues by the words that they begin with, so that an account is gone through once.
#[derive(Debug, Default)]
pub struct Lexicon {
    cues: Vec<Cue>,
    /// Whether each of them skips the writer's "my".
    generous: Vec<bool>,
    by_word: HashMap<String, Vec<usize>>,
    by_stem: HashMap<String, Vec<usize>>,
    by_nature: Vec<(Atom, Vec<usize>)>,
}

impl Lexicon {
    /// Takes a cue up; its number is the count of those before it.
    pub fn add(&mut self, cue: Cue, generous: bool) {
        let number = self.cues.len();
        for option in cue.steps.first().map_or(&[][..], |step| &step.options) {
            let place = match option.head() {
                Atom::Word(word) => self.by_word.entry(word.clone()).or_default(),
                Atom::Stem(stem) => self.by_stem.entry(stem.clone()).or_default(),
                nature => {
                    let known = self.by_nature.iter().position(|(other, _)| other == nature);
                    let known = known.unwrap_or_else(|| {
                        self.by_nature.push((nature.clone(), Vec::new()));
                        self.by_nature.len() - 1
                    });
                    &mut self.by_nature[known].1
                }
            };
            if place.last() != Some(&number) {
                place.push(number);
            }
        }
        self.cues.push(cue);
        self.generous.push(generous);
    }

    /// The cue of a number.
    pub fn cue(&self, number: usize) -> &Cue {
        &self.cues[number]
    }

    /// Every cue that stands in a text with its place, in the order of the cues and of the text.
    pub fn read(&self, text: &Text<'_>) -> Vec<(usize, Found)> {
        let mut all: Vec<(usize, Found)> = Vec::new();
        for (position, word) in text.words().iter().enumerate() {
            let mut begun: Vec<usize> = self.by_word.get(&word.text).cloned().unwrap_or_default();
            for end in word.text.char_indices().map(|(start, letter)| start + letter.len_utf8()) {
                begun.extend(self.by_stem.get(&word.text[..end]).into_iter().flatten());
            }
            for (nature, numbers) in &self.by_nature {
                if nature.at(text, position).is_some() {
                    begun.extend(numbers);
                }
            }
            begun.sort_unstable();
            begun.dedup();
            for number in begun {
                if let Some(found) = self.cues[number].at(text, position, self.generous[number]) {
                    all.push((number, found));
                }
            }
        }
        all.sort_by_key(|(number, found)| (*number, found.first));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::builtin::language::sentence_spans;

    fn found(cue: &str, raw: &str) -> Vec<String> {
        let text = Text::read_spans(raw, "Rosa", sentence_spans(raw), |word, _| word.to_owned());
        let place = |found: Found| text.words_of(found).to_owned();
        let cue = Cue::parse(cue);
        let slow: Vec<String> = cue.matches(&text).into_iter().map(place).collect();
        let mut lexicon = Lexicon::default();
        lexicon.add(cue, true);
        let fast: Vec<String> = lexicon.read(&text).into_iter().map(|(_, found)| place(found)).collect();
        assert_eq!(slow, fast, "{raw}");
        slow
    }

    #[test]
    fn cues_are_found_as_the_taxonomy_explains_them() {
        assert_eq!(found("fell|fallen", "She fell."), ["fell"]);
        assert_eq!(found("bruis*", "Bruising and a bruise"), ["Bruising", "bruise"]);
        assert_eq!(found("pulled hair", "He pulled her hair"), ["pulled her hair"]);
        assert_eq!(found("pushed + over", "He pushed the big table over"), ["pushed the big table over"]);
        assert!(found("pushed + over", "He pushed. It was over").is_empty(), "another sentence");
        assert_eq!(found("plan out_of_date|old", "The plan is old. Plan out of date"), ["Plan out of date"]);
        assert_eq!(found("@not told", "I wasn't told, she was not told"), ["wasn't told", "not told"]);
        assert_eq!(found("@nobody told", "Nobody told me, no one told her"), ["Nobody told", "one told"]);
        assert_eq!(found("@money + missing", "There was $40 missing and 3 missing"), ["40 missing"]);
        assert_eq!(found("hit @person|@self", "then hit Sam and hit Rosa"), ["hit Sam", "hit Rosa"]);
    }

    #[test]
    fn the_writers_own_head_is_nobody_elses() {
        let raw = "he hit my head and his head";
        let text = Text::read_spans(raw, "", sentence_spans(raw), |word, _| word.to_owned());
        let cue = Cue::parse("hit head");
        assert!(cue.at(&text, 1, true).is_some());
        assert!(cue.at(&text, 1, false).is_none());
    }
}
