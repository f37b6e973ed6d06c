//! Answering from passages without a model: the sentences and list items that answer a question best,
//! letter by letter, or nothing if none is good enough.
//!
//! A sentence answers as far as it and what stands around it (its list's lead-in, its headings, its
//! document's title) cover the question's terms, the rarer the term the more it weighs, and as far as
//! it has what the question wants: somebody for "who", a time for "when". Where vectors are at hand,
//! the cosine of question and sentence has a say too. A question that goes on from another gets what the
//! answer before hasn't said; see `follow_up.rs`.

mod follow_up;
mod question;
mod unit;

pub use follow_up::Before;

use super::terms::{list_terms, terms};
use follow_up::{FollowUp, Standing};
use question::Wanted;
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};
use unit::{Form, Unit, units};

/// An answer isn't longer than this, in words, unless one list is.
const MOST_WORDS: usize = 120;
/// The longest list that is given as a whole, in words.
const MOST_LIST_WORDS: usize = 170;
/// At most so many sentences or lists.
const MOST_PICKS: usize = 3;

/// What words alone have to come to.
const ENOUGH: f32 = 0.6;
/// What words and vectors together have to come to. With what [`together`] weighs, it was chosen on the
/// demo library's questions: as many right answers as can be had with none to a question that the
/// documents don't hold.
const ENOUGH_TOGETHER: f32 = 0.49;
/// Below this cosine a sentence is about something else, whatever words it shares.
const FAR: f32 = 0.25;
/// A further sentence has to come this close to the best one.
const NEARLY_AS_GOOD: f32 = 0.85;

/// The weight of a term that stands nowhere in the passages: that it is missing says most.
const MISSING: f32 = 2.6;
/// The weight of a term that the question doesn't have but what was asked before.
const CARRIED: f32 = 0.5;

/// A passage to answer from.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    /// Of its document.
    pub title: &'a str,
    /// The headings above it.
    pub heading: &'a str,
    pub text: &'a str,
    /// Of the search: 0 to 1.
    pub score: f32,
}

/// A sentence or list item of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The number of its passage, from 0.
    pub passage: usize,
    pub text: String,
    pub form: StatementForm,
}

/// How a statement is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementForm {
    Sentence,
    /// The sentence that introduces the items after it.
    Lead,
    Item,
    /// An item of a list whose order counts.
    Step,
}

/// What became of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Found(Vec<Statement>),
    /// All that answers it was said in the answer before.
    NothingFurther,
    Nothing,
}

/// A question held against passages.
pub struct Reading {
    passages: Vec<Vec<Unit>>,
    /// What stands right above each passage.
    above: Vec<String>,
    candidates: Vec<Candidate>,
}

/// Units of one passage that may answer together.
struct Candidate {
    passage: usize,
    units: Vec<usize>,
    /// What the words come to: 0 to 1, a little more for what is set best.
    words: f32,
    rank: f32,
    standing: Standing,
}

impl Reading {
    /// `before` is what the question goes on from.
    pub fn of(question: &str, before: Before<'_>, passages: &[Passage<'_>]) -> Self {
        let read: Vec<Vec<Unit>> = passages.iter().map(|passage| units(passage.text)).collect();
        let asked = Asked::of(question, &before, passages, &read);
        let mut candidates: Vec<Candidate> = Vec::new();
        for (number, (passage, units)) in passages.iter().zip(&read).enumerate() {
            candidates.extend(groups(units).into_iter().map(|group| asked.candidate(number, passage, units, group)));
        }
        candidates.sort_by(|a, b| descending(a.words + a.rank, b.words + b.rank));
        let above = passages.iter().map(|passage| above(passage).to_owned()).collect();
        Self { passages: read, above, candidates }
    }

    /// The most promising candidates, at most `most`, as texts to make vectors of, each under what stands
    /// right above it; see [`Self::answer`].
    pub fn texts(&self, most: usize) -> Vec<String> {
        let text = |candidate: &Candidate| {
            let above = self.above.get(candidate.passage).map_or("", String::as_str);
            format!("{above}: {}", self.text(candidate))
        };
        self.candidates.iter().take(most).map(text).collect()
    }

    /// The answer. `cosines` of the question with [`Self::texts`], in order.
    pub fn answer(&self, cosines: Option<&[f32]>) -> Answer {
        let mut scored: Vec<(f32, &Candidate)> = match cosines {
            Some(cosines) => self.candidates.iter().zip(cosines).map(|(c, cosine)| (together(c, *cosine), c)).collect(),
            None => self.candidates.iter().map(|candidate| (candidate.words, candidate)).collect(),
        };
        let enough = if cosines.is_some() { ENOUGH_TOGETHER } else { ENOUGH };
        scored.retain(|(score, candidate)| *score >= enough && candidate.standing != Standing::Beside);
        scored.sort_by(|(a, left), (b, right)| descending(a + left.rank, b + right.rank));
        if scored.is_empty() {
            return Answer::Nothing;
        }
        let picked = self.pick(&not_told(scored));
        if picked.is_empty() { Answer::NothingFurther } else { Answer::Found(self.statements(&picked)) }
    }

    /// The best candidate and those beside it that come close and say something else.
    fn pick<'a>(&self, scored: &[(f32, &'a Candidate)]) -> Vec<&'a Candidate> {
        let Some((best, first)) = scored.first() else { return Vec::new() };
        let mut picked = vec![*first];
        if first.units.len() > 2 {
            return picked; // a list stands for itself
        }
        let mut words = self.word_count(first);
        for (score, candidate) in scored.iter().skip(1) {
            if picked.len() >= MOST_PICKS || *score < best * NEARLY_AS_GOOD {
                break;
            }
            let more = self.word_count(candidate);
            if words + more <= MOST_WORDS && picked.iter().all(|other| !self.repeats(candidate, other)) {
                words += more;
                picked.push(candidate);
            }
        }
        picked
    }

    /// Whether two candidates share a unit or say nearly the same.
    fn repeats(&self, one: &Candidate, other: &Candidate) -> bool {
        if one.passage == other.passage && one.units.iter().any(|unit| other.units.contains(unit)) {
            return true;
        }
        let (left, right) = (terms(&self.text(one)), terms(&self.text(other)));
        let common = left.intersection(&right).count();
        common * 10 >= left.len().min(right.len()) * 7
    }

    /// Passages in the order of their best candidate, each one's units as they stand there.
    fn statements(&self, picked: &[&Candidate]) -> Vec<Statement> {
        let mut order: Vec<usize> = Vec::new();
        let mut chosen: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for candidate in picked {
            if !order.contains(&candidate.passage) {
                order.push(candidate.passage);
            }
            chosen.entry(candidate.passage).or_default().extend(self.with_what_it_leans_on(candidate));
        }
        let mut statements = Vec::new();
        for passage in order {
            let Some(units) = self.passages.get(passage) else { continue };
            let chosen = chosen.remove(&passage).unwrap_or_default();
            statements.extend(chosen.iter().filter_map(|number| {
                let unit = units.get(*number)?;
                let introduces = chosen.iter().any(|other| lead_of(units, *other) == Some(*number));
                Some(Statement { passage, text: unit.text.clone(), form: form_of(unit, introduces) })
            }));
        }
        statements
    }

    /// A sentence that begins with "This" or "They" isn't understood without the one before.
    fn with_what_it_leans_on(&self, candidate: &Candidate) -> Vec<usize> {
        let mut numbers = candidate.units.clone();
        if let (Some(units), Some(first)) = (self.passages.get(candidate.passage), candidate.units.first().copied())
            && let Some(unit) = units.get(first)
            && unit.form == Form::Sentence
            && leans(&unit.text)
            && let Some(before) = first.checked_sub(1)
            && units.get(before).is_some_and(|before| before.form == Form::Sentence)
        {
            numbers.insert(0, before);
        }
        numbers
    }

    fn text(&self, candidate: &Candidate) -> String {
        let units = self.passages.get(candidate.passage).map(Vec::as_slice).unwrap_or_default();
        let texts: Vec<_> =
            candidate.units.iter().filter_map(|unit| units.get(*unit)).map(|unit| unit.text.as_str()).collect();
        texts.join(" ")
    }

    fn word_count(&self, candidate: &Candidate) -> usize {
        self.text(candidate).split_whitespace().count()
    }
}

/// What wasn't said yet, and the best part of what was, if the question asks for a part.
fn not_told(mut scored: Vec<(f32, &Candidate)>) -> Vec<(f32, &Candidate)> {
    let mut has_part = false;
    scored.retain(|(_, candidate)| match candidate.standing {
        Standing::New => true,
        Standing::Part => !std::mem::replace(&mut has_part, true),
        Standing::Told | Standing::Beside => false,
    });
    scored
}

/// The last heading above a passage, or its document's title.
fn above<'a>(passage: &Passage<'a>) -> &'a str {
    passage.heading.rsplit(" > ").next().filter(|heading| !heading.is_empty()).unwrap_or(passage.title)
}

/// What words and vectors come to together.
fn together(candidate: &Candidate, cosine: f32) -> f32 {
    if cosine < FAR {
        return 0.0;
    }
    // On questions and sentences of policies, a cosine of 0.3 is the same field and 0.7 the same matter.
    let meaning = ((cosine - 0.3) / 0.4).clamp(0.0, 1.0);
    0.5 * candidate.words.min(1.0) + 0.5 * meaning
}

/// What may answer: each sentence, each item with its lead-in, each list as a whole.
fn groups(units: &[Unit]) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    let mut lists: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, unit) in units.iter().enumerate() {
        match unit.form {
            Form::Sentence if unit.text.ends_with(':') && leads_something(units, number) => {}
            Form::Sentence => groups.push(vec![number]),
            Form::Item { list, lead, .. } => {
                groups.push(lead.into_iter().chain([number]).collect());
                lists.entry(list).or_insert_with(|| lead.into_iter().collect()).push(number);
            }
        }
    }
    let words = |group: &[usize]| -> usize {
        group.iter().filter_map(|unit| units.get(*unit)).map(|unit| unit.text.split_whitespace().count()).sum()
    };
    groups.extend(lists.into_values().filter(|list| list.len() > 2 && words(list) <= MOST_LIST_WORDS));
    groups
}

fn leads_something(units: &[Unit], number: usize) -> bool {
    (0..units.len()).any(|other| lead_of(units, other) == Some(number))
}

fn lead_of(units: &[Unit], number: usize) -> Option<usize> {
    match units.get(number)?.form {
        Form::Item { lead, .. } => lead,
        Form::Sentence => None,
    }
}

fn form_of(unit: &Unit, introduces: bool) -> StatementForm {
    match unit.form {
        Form::Sentence if introduces => StatementForm::Lead,
        Form::Sentence => StatementForm::Sentence,
        Form::Item { is_step: true, .. } => StatementForm::Step,
        Form::Item { .. } => StatementForm::Item,
    }
}

fn leans(sentence: &str) -> bool {
    const LEANING: &[&str] = &[
        "it",
        "they",
        "this",
        "these",
        "those",
        "he",
        "she",
        "then",
        "otherwise",
        "however",
        "also",
        "if so",
        "if not",
    ];
    let lower = sentence.to_lowercase();
    LEANING.iter().any(|word| lower.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', ','])))
}

fn descending(a: f32, b: f32) -> Ordering {
    b.total_cmp(&a)
}

/// A question's terms, each with its weight, and what it wants.
struct Asked {
    weights: BTreeMap<String, f32>,
    wanted: Wanted,
    follow_up: FollowUp,
}

impl Asked {
    fn of(question: &str, before: &Before<'_>, passages: &[Passage<'_>], read: &[Vec<Unit>]) -> Self {
        let mut weights: BTreeMap<String, f32> = BTreeMap::new();
        let standing: Vec<BTreeSet<String>> = passages
            .iter()
            .zip(read)
            .flat_map(|(passage, units)| {
                let above = terms(&format!("{} {}", passage.title, passage.heading));
                units.iter().map(move |unit| {
                    let mut all = terms(&format!("{} {}", unit.text, unit.heading));
                    all.extend(above.iter().cloned());
                    all
                })
            })
            .collect();
        let weight = |term: &String| {
            let count = standing.iter().filter(|terms| terms.contains(term)).count();
            rarity(count, standing.len())
        };
        for term in list_terms(before.questions) {
            let carried = CARRIED * weight(&term).min(2.0);
            weights.insert(term, carried);
        }
        for term in list_terms(question) {
            let whole = weight(&term);
            weights.insert(term, whole);
        }
        // "And at night?" wants what the question before it wanted.
        let wanted = match Wanted::of(question) {
            Wanted::Anything if !before.questions.is_empty() => Wanted::of(before.questions),
            own => own,
        };
        // "And on weekends?" has a word in common with much and asks for nothing in particular.
        if weights.len() == 1 && wanted == Wanted::Anything && !question.to_lowercase().contains("what") {
            weights.clear();
        }
        Self { weights, wanted, follow_up: FollowUp::of(question, before) }
    }

    fn candidate(&self, number: usize, passage: &Passage<'_>, units: &[Unit], group: Vec<usize>) -> Candidate {
        let members: Vec<&Unit> = group.iter().filter_map(|unit| units.get(*unit)).collect();
        let text = members.iter().map(|unit| unit.text.as_str()).collect::<Vec<_>>().join(" ");
        let is_list = members.len() > 2;
        let first = group.first().copied().unwrap_or_default();
        let before = first.checked_sub(1).and_then(|before| units.get(before)).map(|unit| unit.text.as_str());
        let inner_heading = members.first().map(|unit| unit.heading.as_str()).unwrap_or_default();
        let places = if is_list {
            // A long list has a word of everything: what introduces it says what it is about.
            let lead = members.first().map(|unit| unit.text.as_str()).unwrap_or_default();
            vec![(1.0, terms(lead)), (0.7, terms(&text))]
        } else {
            vec![(1.0, terms(&text)), (0.4, terms(before.unwrap_or_default()))]
        };
        let around = [
            (0.85, terms(inner_heading)),
            (0.8, terms(passage.heading)),
            (0.65, terms(passage.title)),
            (0.35, terms(passage.text)),
        ];
        let beside = places.iter().chain(around.iter().take(3)).map(|(_, terms)| terms);
        let standing = self.follow_up.standing(&members, beside);
        let places: Vec<_> = places.into_iter().chain(around).collect();
        let mut words = self.covered(&places);
        if !self.wanted.is_in(&text) {
            words *= self.wanted.without();
        }
        if is_list && matches!(self.wanted, Wanted::Steps | Wanted::Anything) {
            words *= 1.2;
        }
        if text.trim_end().ends_with('?') {
            words *= 0.5; // a question is no answer
        }
        Candidate { passage: number, units: group, words, rank: 0.04 * passage.score, standing }
    }

    /// The weight of the terms that stand in one of the places, each place's share counted once.
    fn covered(&self, places: &[(f32, BTreeSet<String>)]) -> f32 {
        let all: f32 = self.weights.values().sum();
        if all <= 0.0 {
            return 0.0;
        }
        let share = |term: &String| {
            places.iter().filter(|(_, terms)| terms.contains(term)).map(|(share, _)| *share).fold(0.0, f32::max)
        };
        self.weights.iter().map(|(term, weight)| weight * share(term)).sum::<f32>() / all
    }
}

/// The weight of a term that stands in `count` of `total` sentences: 1 for one that is everywhere, 2
/// for one that is in a single one, more for one that is in none.
fn rarity(count: usize, total: usize) -> f32 {
    if count == 0 {
        return MISSING;
    }
    let number = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
    let (count, total) = (number(count), number(total));
    1.0 + (total / count).ln() / total.max(2.0).ln()
}

#[cfg(test)]
mod tests;
