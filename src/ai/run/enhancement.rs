//! The step that puts one phase in order.

use super::{Caller, Made, Step, run, variables};
use crate::{
    ai::{
        builtin::{
            enhance::{self, AnsweredQuestion, Sentence, Source},
            language::CALENDAR,
        },
        steps::{EnhancementInput, EnhancementOutput},
    },
    clarification::question::Question,
    error::AppError,
    ids::QuestionId,
    incidents::narrative::Phase,
    platform::Services,
    prompts::step::WorkflowStep,
};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, fmt::Write as _};
use unicode_segmentation::UnicodeSegmentation;

/// The sentences of one phase, each with its source.
pub async fn enhancement(
    services: &Services,
    caller: &Caller,
    phase: Phase,
    original: &str,
    answers: &[AnsweredQuestion<'_, QuestionId>],
) -> Result<Made<Vec<Sentence<QuestionId>>>, AppError> {
    run(services, caller, &Enhance { phase, original, answers }, None).await
}

/// The answers to one phase's questions that say something.
pub fn answers_of(questions: &[Question], phase: Phase) -> Vec<AnsweredQuestion<'_, QuestionId>> {
    questions
        .iter()
        .filter(|question| question.phase == phase)
        .filter_map(|question| {
            let answer = question.answer.as_ref().filter(|answer| !answer.text.is_empty())?;
            Some(AnsweredQuestion {
                question_id: question.id,
                topic: &question.topic,
                question: &question.text,
                answer: &answer.text,
            })
        })
        .collect()
}

pub(super) struct Enhance<'a> {
    pub phase: Phase,
    pub original: &'a str,
    pub answers: &'a [AnsweredQuestion<'a, QuestionId>],
}

impl Step for Enhance<'_> {
    const STEP: WorkflowStep = WorkflowStep::EnhanceNarrative;
    type Wire = EnhancementOutput;
    type Output = Vec<Sentence<QuestionId>>;

    fn input(&self) -> Result<Map<String, Value>, AppError> {
        let mut answers = String::new();
        for answered in self.answers {
            // Writing to a string can't fail.
            let _ = writeln!(
                answers,
                "[{}] Question: {}\nAnswer: {}",
                answered.question_id, answered.question, answered.answer
            );
        }
        variables(&EnhancementInput { phase: self.phase, original: self.original.to_owned(), answers })
    }

    /// Every sentence names a source that exists, has no number, name or negation that its source
    /// doesn't have, and no source loses one.
    fn accept(&self, wire: EnhancementOutput, _is_last: bool) -> Result<Self::Output, Vec<String>> {
        let mut sentences = Vec::new();
        let mut problems = Vec::new();
        for (number, given) in (1..).zip(wire.sentences) {
            let Some((source, text)) = self.source(&given.source) else {
                problems
                    .push(format!("The source of sentence {number} is neither \"original\" nor the id of an answer."));
                continue;
            };
            if !has_facts_of(text, &given.text) {
                problems
                    .push(format!("Sentence {number} has a number, name or negation that its source doesn't have."));
            }
            sentences.push(Sentence { text: given.text.trim().to_owned(), source });
        }
        if self.loses_something(&sentences) {
            problems.push("A number, name or negation of the account or an answer is missing.".to_owned());
        }
        if problems.is_empty() { Ok(sentences) } else { Err(problems) }
    }

    fn built_in(&self) -> Self::Output {
        enhance::enhance(self.original, self.answers)
    }
}

impl Enhance<'_> {
    fn source(&self, name: &str) -> Option<(Source<QuestionId>, &str)> {
        let name = name.trim().trim_matches(['[', ']']);
        if name.eq_ignore_ascii_case("original") {
            return Some((Source::Original, self.original));
        }
        let answered = self.answers.iter().find(|answered| answered.question_id.to_string() == name)?;
        Some((Source::Answer { question_id: answered.question_id }, answered.answer))
    }

    fn loses_something(&self, sentences: &[Sentence<QuestionId>]) -> bool {
        let kept = enhance::join(sentences);
        let mut told = std::iter::once(self.original).chain(self.answers.iter().map(|answered| answered.answer));
        told.any(|text| !has_facts_of(&kept, text))
    }
}

/// Whether every fact of `claimed` stands in `text`. A name counts wherever it stands there, for the
/// first word of a sentence has a capital anyway.
fn has_facts_of(text: &str, claimed: &str) -> bool {
    let standing = facts(text);
    let words: BTreeSet<String> = text.unicode_words().map(plain).collect();
    facts(claimed).iter().all(|fact| standing.contains(fact) || words.contains(fact))
}

/// A word as facts are compared.
fn plain(word: &str) -> String {
    let lower = word.to_lowercase().replace('’', "'");
    lower.trim_end_matches("'s").trim_start_matches('0').to_owned()
}

/// What no rewording may add or lose: numbers, names, and that something was negated.
fn facts(text: &str) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for sentence in text.unicode_sentences() {
        for (place, word) in (0..).zip(sentence.unicode_words()) {
            let plain = plain(word);
            if NEGATIONS.contains(&plain.as_str()) || plain.ends_with("n't") {
                facts.insert("not".to_owned());
            } else if word.chars().any(|letter| letter.is_ascii_digit()) || (place > 0 && is_name(word)) {
                facts.insert(plain);
            }
        }
    }
    facts
}

const NEGATIONS: &[&str] = &["not", "no", "never", "none", "nobody", "nothing", "without", "cannot"];

/// A capital inside a sentence; the days and months are spelled with one by good grammar alone.
fn is_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.any(char::is_lowercase)
        && !word.starts_with("I'")
        && !word.starts_with("I’")
        && !CALENDAR.iter().any(|day| day.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::{Enhance, EnhancementOutput, Phase, Step};
    use crate::{
        ai::{builtin::enhance::AnsweredQuestion, steps::SentenceOutput},
        ids::QuestionId,
    };

    const ORIGINAL: &str = "at 1840 Sam slipt and did not hit his head";

    fn accept(sentences: &[(&str, &str)]) -> Result<usize, Vec<String>> {
        let id: QuestionId = "01890000-0000-7000-8000-000000000001".parse().expect("an id");
        let answers =
            [AnsweredQuestion { question_id: id, topic: "during.witness", question: "Who saw it?", answer: "Kim did" }];
        let step = Enhance { phase: Phase::During, original: ORIGINAL, answers: &answers };
        let sentences = sentences
            .iter()
            .map(|(text, source)| SentenceOutput { text: (*text).to_owned(), source: (*source).to_owned() })
            .collect();
        step.accept(EnhancementOutput { sentences }, true).map(|sentences| sentences.len())
    }

    const ANSWER: &str = "[01890000-0000-7000-8000-000000000001]";

    #[test]
    fn grammar_may_change() {
        let good = [("At 1840 Sam slipped and didn't hit his head.", "original"), ("It was Kim who saw it.", ANSWER)];
        assert_eq!(accept(&good), Ok(2));
    }

    #[test]
    fn facts_may_not() {
        for bad in [
            [("At 1940 Sam slipped and did not hit his head.", "original"), ("Kim did.", ANSWER)],
            [("At 1840 Sam slipped and hit his head.", "original"), ("Kim did.", ANSWER)],
            [("At 1840 Sam slipped near Lee and did not hit his head.", "original"), ("Kim did.", ANSWER)],
            [("At 1840 Sam slipped and did not hit his head.", "original"), ("Kim did.", "somewhere else")],
        ] {
            assert!(accept(&bad).is_err(), "{bad:?}");
        }
        assert!(accept(&[("At 1840 somebody slipped and did not hit his head.", "original")]).is_err(), "Sam is lost");
    }
}
