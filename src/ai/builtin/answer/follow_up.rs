//! A question that goes on from another: what is new in it, and what has been said already. An answer to
//! it is about what is new, and doesn't say again what the answer before has said, but as a part of a list.

use super::unit::{Form, Unit};
use crate::ai::builtin::terms::{list_terms, terms};
use std::collections::BTreeSet;

/// What a question goes on from; nothing of it for a question that stands for itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Before<'a> {
    /// The earlier questions whose words it borrows.
    pub questions: &'a str,
    /// What was answered to them.
    pub told: &'a str,
}

/// How something that may answer stands to what came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It wasn't said yet.
    New,
    /// It was said, among other things: the question asks for just this part.
    Part,
    /// It was said, and little else.
    Told,
    /// It is about the matter, and not about what the question adds.
    Beside,
}

/// A question held against what came before.
pub struct FollowUp {
    /// The terms that the earlier questions don't have.
    added: BTreeSet<String>,
    told: String,
}

impl FollowUp {
    pub fn of(question: &str, before: &Before<'_>) -> Self {
        let told = one_line(before.told);
        if before.questions.trim().is_empty() {
            return Self { added: BTreeSet::new(), told };
        }
        let earlier = terms(before.questions);
        let added = list_terms(question).into_iter().filter(|term| !earlier.contains(term)).collect();
        Self { added, told }
    }

    /// How these units stand; `places` are the terms in them and right around them.
    pub fn standing<'a>(&self, units: &[&Unit], mut places: impl Iterator<Item = &'a BTreeSet<String>>) -> Standing {
        let is_on_point = self.added.is_empty() || places.any(|terms| !terms.is_disjoint(&self.added));
        if !is_on_point {
            return Standing::Beside;
        }
        let (said, words) = self.said_of(units);
        // A list that is mostly new is given as a whole, so that its steps stay in order.
        if said * 2 < words || words == 0 {
            Standing::New
        } else if words * 10 < word_count(&self.told) * 6 && !self.added.is_empty() {
            Standing::Part
        } else {
            Standing::Told
        }
    }

    /// How many of the units' words were said, and how many there are. What introduces a list doesn't count.
    fn said_of(&self, units: &[&Unit]) -> (usize, usize) {
        let introduces = |unit: &Unit| units.len() > 1 && unit.form == Form::Sentence && unit.text.ends_with(':');
        units.iter().filter(|unit| !introduces(unit)).fold((0, 0), |(said, words), unit| {
            let more = word_count(&unit.text);
            (said + if self.told.contains(&one_line(&unit.text)) { more } else { 0 }, words + more)
        })
    }
}

fn word_count(text: &str) -> usize {
    text.split_whitespace().count()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Before, FollowUp, Standing};
    use crate::ai::builtin::{answer::unit::units, terms::terms};

    fn standing(question: &str, before: Before<'_>, sentence: &str) -> Standing {
        let units = units(sentence);
        let own = terms(sentence);
        FollowUp::of(question, &before).standing(&units.iter().collect::<Vec<_>>(), [&own].into_iter())
    }

    const QUESTION: &str = "Who do I call after a medication error?";
    const WEEKEND: &str = "On a weekend, call the weekend team lead about a medication error.";

    #[test]
    fn without_a_question_before_everything_is_new() {
        assert_eq!(standing(QUESTION, Before::default(), WEEKEND), Standing::New);
    }

    #[test]
    fn what_was_said_is_told_from_what_is_new_and_what_is_beside_the_point() {
        let before = Before { questions: QUESTION, told: WEEKEND };
        assert_eq!(standing("And on weekends?", before, WEEKEND), Standing::Told);
        assert_eq!(standing("And on weekends?", before, "The weekend runs until Monday."), Standing::New);
        assert_eq!(standing("And on weekends?", before, "Call the nurse about an error."), Standing::Beside);
        assert_eq!(standing("Who then?", before, "Call the nurse about an error."), Standing::New);
    }

    #[test]
    fn a_part_of_a_long_answer_may_be_said_for_itself() {
        let told =
            format!("Monday to Friday, call the team lead of your house on the number in the office.\n{WEEKEND}");
        let before = Before { questions: QUESTION, told: &told };
        assert_eq!(standing("And on weekends?", before, WEEKEND), Standing::Part);
        assert_eq!(standing("Who then?", before, WEEKEND), Standing::Told, "nothing says which part is meant");
    }
}
