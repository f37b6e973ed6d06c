//! An account read with the taxonomy: every cue that stands in it, and how it is meant.

use super::language::{Found, Text};
use super::passages::passage_spans;
use super::stance::{Stance, is_writers_doing, past_sentences, stance, words_to_the_reader};
use super::taxonomy::{Entry, Strength, Taxonomy};
use crate::ai::injection;
use crate::analysis::analysis::Evidence;
use crate::incidents::narrative::{Narrative, Phase};
use std::collections::{BTreeMap, BTreeSet};

/// What a cue of each strength is worth where the event itself is told.
const CERTAIN: f32 = 6.0;
const LIKELY: f32 = 3.0;
const HINT: f32 = 1.0;
/// Words that stand further apart say a little less.
const WIDE: f32 = 0.85;
/// What nearly happened counts almost fully, what is past hardly.
const NEAR: f32 = 0.8;
const PAST: f32 = 0.15;
/// What is often told before the event counts there too.
const PRECONDITION: f32 = 0.8;
/// A phase with fewer words than this tells no event.
const TELLING_WORDS: usize = 6;
/// A quote goes up to this many bytes around the words that it shows.
const LONGEST_QUOTE: usize = 400;

/// Where something stands in an account: the phase, and the passage in it.
pub type Place = (usize, usize);

/// One cue of the taxonomy in an account.
#[derive(Debug, Clone)]
pub struct Shown {
    pub entry: Entry,
    pub strength: Strength,
    pub phase: usize,
    pub found: Found,
    pub sentence: usize,
    pub stance: Stance,
    /// What it is worth towards its entry.
    pub worth: f32,
}

impl Shown {
    /// Where it stands.
    pub fn place(&self) -> Place {
        (self.phase, self.sentence)
    }
}

/// An account, read once.
pub struct Reading<'a> {
    pub taxonomy: &'a Taxonomy,
    texts: Vec<Text<'a>>,
    weights: [f32; 4],
    pub shown: Vec<Shown>,
}

impl<'a> Reading<'a> {
    /// Reads an account; `name` is the participant's.
    pub fn of(narrative: &'a Narrative, name: &str, taxonomy: &'a Taxonomy) -> Self {
        let read = |phase: Phase| {
            let raw = narrative.phase(phase);
            Text::read_spans(raw, name, passage_spans(raw), |word, is_name| {
                if is_name { word.to_owned() } else { taxonomy.speller.nearest(word) }
            })
        };
        let texts: Vec<Text<'a>> = Phase::ALL.into_iter().map(read).collect();
        let weights = weights(&texts);
        let mut reading = Self { taxonomy, texts, weights, shown: Vec::new() };
        reading.shown = (0..Phase::ALL.len()).flat_map(|phase| reading.read_phase(phase)).collect();
        reading
    }

    fn read_phase(&self, phase: usize) -> Vec<Shown> {
        let text = &self.texts[phase];
        let hits = self.taxonomy.lexicon.read(text);
        let to_the_reader = words_to_the_reader(text);
        let past = past_sentences(text);
        let mut masked: BTreeMap<Entry, BTreeSet<usize>> = BTreeMap::new();
        for (number, found) in &hits {
            let used = self.taxonomy.uses[*number];
            if used.strength == Strength::Never {
                masked.entry(used.entry).or_default().extend(found.first..=found.last);
            }
        }
        let mut taken: BTreeMap<Entry, Vec<Found>> = BTreeMap::new();
        let mut shown = Vec::new();
        for (number, found) in hits {
            let used = self.taxonomy.uses[number];
            let is_masked = |position: usize| {
                to_the_reader.contains(&position)
                    || masked.get(&used.entry).is_some_and(|mask| mask.contains(&position))
            };
            if used.strength == Strength::Never || is_masked(found.first) || is_masked(found.last) {
                continue;
            }
            let taken = taken.entry(used.entry).or_default();
            if taken.iter().any(|other| other.first <= found.last && found.first <= other.last) {
                continue;
            }
            taken.push(found);
            if self.is_writers_own(used.entry, phase, found) {
                continue;
            }
            let sentence = text.words()[found.first].sentence();
            let cue = self.taxonomy.lexicon.cue(number);
            let stance = match stance(text, found, cue.speaks_of_lack) {
                Stance::Told if past.contains(&sentence) => Stance::Past,
                stance => stance,
            };
            let worth =
                self.worth(used.entry, used.strength, phase) * if cue.is_wide { WIDE } else { 1.0 } * share(stance);
            shown.push(Shown { entry: used.entry, strength: used.strength, phase, found, sentence, stance, worth });
        }
        shown
    }

    fn is_writers_own(&self, entry: Entry, phase: usize, found: Found) -> bool {
        let Entry::Kind(kind) = entry else { return false };
        self.taxonomy.kinds[kind].not_by_writer
            && is_writers_doing(&self.texts[phase], found.first, |word| self.taxonomy.is_other(word))
    }

    fn worth(&self, entry: Entry, strength: Strength, phase: usize) -> f32 {
        let weight = self.weights[phase];
        let weight = match entry {
            Entry::Kind(kind) if self.taxonomy.kinds[kind].precondition => weight.max(PRECONDITION),
            _ => weight,
        };
        weight
            * match strength {
                Strength::Certain => CERTAIN,
                Strength::Likely => LIKELY,
                Strength::Hint => HINT,
                Strength::Never => 0.0,
            }
    }

    /// The passages that have a word, in order.
    pub fn places(&self) -> BTreeSet<Place> {
        let in_phase = |(phase, text): (usize, &'_ Text<'a>)| {
            text.words().iter().map(move |word| (phase, word.sentence())).collect::<Vec<_>>()
        };
        self.texts.iter().enumerate().flat_map(in_phase).collect()
    }

    /// The passages in which nobody talks to the reader, as the account has them.
    pub fn telling_passages(&self) -> Vec<(Place, &'a str)> {
        let addressed: BTreeSet<Place> =
            self.texts.iter().enumerate().flat_map(|(phase, text)| addressed(phase, text)).collect();
        let told = self.places().into_iter().filter(|place| !addressed.contains(place));
        let told = told.map(|place| (place, self.texts[place.0].sentence(place.1)));
        told.filter(|(_, passage)| !injection::is_addressed(passage)).collect()
    }

    /// Whether a phase tells the event itself.
    pub fn tells_the_event(&self, phase: usize) -> bool {
        self.weights[phase] >= 1.0
    }

    /// Whether a phase is only what went before.
    pub fn is_before(&self, phase: usize) -> bool {
        phase == 0 && !self.tells_the_event(phase)
    }

    /// The sentence around a cue as the account has it, or its middle if it goes on too long.
    pub fn quote(&self, shown: &Shown) -> Evidence {
        self.quote_around(shown.place(), shown.found)
    }

    /// A passage as the account has it, or its beginning if it goes on too long.
    pub fn quote_passage(&self, place: Place) -> Evidence {
        let first = self.texts[place.0].words().iter().position(|word| word.sentence() == place.1);
        let first = first.unwrap_or_default();
        self.quote_around(place, Found { first, last: first })
    }

    fn quote_around(&self, place: Place, found: Found) -> Evidence {
        let (phase, number) = place;
        let sentence = self.texts[phase].sentence(number);
        let quote = if sentence.len() <= LONGEST_QUOTE { sentence } else { self.excerpt(place, found) };
        Evidence { phase: Phase::ALL[phase], quote: quote.to_owned() }
    }

    fn excerpt(&self, (phase, sentence): Place, found: Found) -> &'a str {
        let text = &self.texts[phase];
        let words = text.words();
        let Found { mut first, mut last } = found;
        let fits = |first: usize, last: usize| {
            words[first].sentence() == sentence
                && words[last].sentence() == sentence
                && words[last].range.end - words[first].range.start <= LONGEST_QUOTE
        };
        while first > 0 && found.first - first < 12 && fits(first - 1, last) {
            first -= 1;
        }
        while last + 1 < words.len() && last - found.last < 25 && fits(first, last + 1) {
            last += 1;
        }
        text.words_of(Found { first, last })
    }

    /// The first sentence of the account: of the event, else of the first phase that says anything.
    pub fn opening(&self) -> Option<Evidence> {
        [1, 0, 2, 3].into_iter().find_map(|phase: usize| {
            let text = &self.texts[phase];
            let first = text.words().first()?;
            Some(self.quote_passage((phase, first.sentence())))
        })
    }
}

/// The passages of a phase in which somebody talks to the reader.
fn addressed(phase: usize, text: &Text<'_>) -> Vec<Place> {
    let words = words_to_the_reader(text);
    words.into_iter().filter_map(|position| text.words().get(position)).map(|word| (phase, word.sentence())).collect()
}

/// The event is told in its own phase; the others count less, unless that one is all but empty.
fn weights(texts: &[Text<'_>]) -> [f32; 4] {
    let mut weights = [0.45, 1.0, 0.8, 0.65];
    let lengths: Vec<usize> = texts.iter().map(|text| text.words().len()).collect();
    if lengths.get(1).is_some_and(|length| *length < TELLING_WORDS) {
        let longest = lengths.iter().max();
        if let Some(longest) = lengths.iter().position(|length| Some(length) == longest) {
            weights[longest] = 1.0;
        }
    }
    weights
}

fn share(stance: Stance) -> f32 {
    match stance {
        Stance::Told => 1.0,
        Stance::Near => NEAR,
        Stance::Past => PAST,
        Stance::Denied | Stance::Possible | Stance::Planned => 0.0,
    }
}
