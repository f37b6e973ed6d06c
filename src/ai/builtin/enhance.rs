//! Enhancement: the account's own sentences tidied, then the answers', each with its source.
//!
//! No fact is added and none changed. Figures, names, drug names, doses and negations stay as they
//! were typed; every word that comes out was typed by the worker, or stands in [`LABELS`], or
//! replaces its misspelling from [`CORRECTIONS`]. What isn't certain stays as it is.

mod retrace;
mod spelling;
mod tidy;

pub use retrace::retrace;
pub use spelling::CORRECTIONS;
pub use tidy::LABELS;

use serde::{Deserialize, Serialize};
use tidy::{label, tidied};

/// An answer to a clarification question, as the worker typed it.
#[derive(Debug, Clone, Copy)]
pub struct AnsweredQuestion<'a, Q> {
    pub question_id: Q,
    /// "during.injury"; the bare key "injury" works too.
    pub topic: &'a str,
    pub question: &'a str,
    pub answer: &'a str,
}

/// Where a sentence of the enhanced text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source<Q> {
    /// The account as first written.
    Original,
    /// The answer to this question.
    Answer { question_id: Q },
    /// Changed by a person on review.
    Edited,
}

/// One sentence with its source. A text that ends in line breaks ends its paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence<Q> {
    pub text: String,
    pub source: Source<Q>,
}

/// Enhanced text of one phase: the original's sentences tidied, then the answers' sentences.
pub fn enhance<Q: Copy>(original: &str, answers: &[AnsweredQuestion<'_, Q>]) -> Vec<Sentence<Q>> {
    let mut sentences: Vec<Sentence<Q>> =
        tidied(original, None).into_iter().map(|text| Sentence { text, source: Source::Original }).collect();
    for answered in answers {
        let source = Source::Answer { question_id: answered.question_id };
        let label = label(answered.topic);
        sentences.extend(tidied(answered.answer, label).into_iter().map(|text| Sentence { text, source }));
    }
    close_paragraph(&mut sentences);
    sentences
}

/// The sentences as one text: a space between them, or the line breaks that a sentence ends in.
pub fn join<Q>(sentences: &[Sentence<Q>]) -> String {
    let mut text = String::new();
    for sentence in sentences {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push(' ');
        }
        text.push_str(&sentence.text);
    }
    text
}

/// The last sentence has no paragraph to end.
fn close_paragraph<Q>(sentences: &mut [Sentence<Q>]) {
    if let Some(last) = sentences.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
}

#[cfg(test)]
mod tests;
