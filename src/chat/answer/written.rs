//! What was written for an answer, before it is put down for good: with citations that were checked.

use super::{
    citations::{Claim, Support, claims, is_fully_cited, support, with_kept, without_marks},
    extract::cosine,
    retrieval::Source,
};
use crate::{
    chat::{
        message::AnswerOutcome,
        store::answers::{Ended, NewCitation},
        turn::NOTHING_FURTHER,
    },
    platform::Services,
};
use std::collections::{BTreeMap, BTreeSet};

/// The least cosine of a statement and the words of its passage, where the words alone don't decide.
const SAME_MEANING: f32 = 0.62;
/// Documents that are named as near where nothing was found.
const MOST_NEAR: usize = 3;

/// Text and sources of an answer, and how it ended.
#[derive(Debug, Clone)]
pub struct Written {
    pub text: String,
    pub sources: Vec<NewCitation>,
    pub ended: Ended,
}

impl Source {
    /// As an answer cites it.
    pub fn citation(&self, number: i32, quote: String, was_cited: bool) -> NewCitation {
        NewCitation {
            number,
            document_tenant_id: self.document_tenant_id,
            document_id: self.document_id,
            chunk_id: self.chunk_id,
            quote,
            was_cited,
        }
    }
}

impl Written {
    /// The sources don't hold the answer; the nearest documents are named.
    pub fn not_found(sources: &[Source]) -> Self {
        Self { text: String::new(), sources: near(sources), ended: Ended::Completed(AnswerOutcome::NotFound) }
    }

    /// The sources hold no more than the answers before have said.
    pub fn nothing_further(sources: &[Source]) -> Self {
        Self { text: NOTHING_FURTHER.to_owned(), ..Self::not_found(sources) }
    }
}

/// The first passage of each of the best documents.
fn near(sources: &[Source]) -> Vec<NewCitation> {
    let mut named = BTreeSet::new();
    sources
        .iter()
        .filter(|source| source.score > 0.0 && named.insert(source.document_id))
        .take(MOST_NEAR)
        .map(|source| source.citation(source.number, String::new(), false))
        .collect()
}

/// Whether a provider's words say that the passages don't hold the answer.
pub fn says_not_found(text: &str) -> bool {
    let letters: String = text.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    let letters = letters.trim().to_uppercase();
    letters == "NOT FOUND" || letters.starts_with("NOT FOUND ") && claims(text).is_empty()
}

/// Whether a text that is still growing may yet say so.
pub fn may_say_not_found(text: &str) -> bool {
    let start = text.trim_start().trim_start_matches(['*', '"', '\'']).to_uppercase();
    "NOT FOUND".starts_with(start.get(..start.len().min(9)).unwrap_or("-")) || start.starts_with("NOT FOUND")
}

/// A provider's text with those citations only that hold. `ended` is how the writing ended; a whole text
/// without any citation that holds is not verified.
pub async fn verified(services: &Services, text: &str, ended: Ended, sources: &[Source]) -> Written {
    let found = claims(text);
    let judged = judge(services, &found, sources).await;
    let keep: BTreeSet<(usize, i32)> = judged.keys().copied().collect();
    let mut cited: BTreeMap<i32, String> = BTreeMap::new();
    for ((_, number), quote) in judged {
        cited.entry(number).or_insert(quote);
    }
    let ended = match ended {
        Ended::Completed(AnswerOutcome::Answered) if cited.is_empty() => Ended::Completed(AnswerOutcome::Unverified),
        ended => ended,
    };
    let text = with_kept(text, &found, &keep);
    let mut citations: Vec<NewCitation> = sources
        .iter()
        .filter_map(|source| Some(source.citation(source.number, cited.get(&source.number)?.clone(), true)))
        .collect();
    // What a sentence without a citation was made from stays known, so that it can be hidden with it.
    let is_told = ended == Ended::Completed(AnswerOutcome::Answered) && is_fully_cited(&text);
    let others = sources.iter().filter(|source| !is_told && !cited.contains_key(&source.number));
    citations.extend(others.map(|source| source.citation(source.number, String::new(), false)));
    Written { text, sources: citations, ended }
}

/// The claims that hold, as (claim, number), each with the words that carry it.
async fn judge(services: &Services, found: &[Claim], sources: &[Source]) -> BTreeMap<(usize, i32), String> {
    let mut held = BTreeMap::new();
    let mut unsure: Vec<((usize, i32), String, String)> = Vec::new();
    for (place, claim) in found.iter().enumerate() {
        for number in &claim.numbers {
            let Some(source) = sources.iter().find(|source| source.number == *number) else { continue };
            match support(&claim.statement, &source.content, &source.above()) {
                Support::Yes(quote) => {
                    held.insert((place, *number), quote);
                }
                Support::Perhaps(quote) => unsure.push(((place, *number), without_marks(&claim.statement), quote)),
                Support::No => {}
            }
        }
    }
    if unsure.is_empty() {
        return held;
    }
    let texts = unsure.iter().flat_map(|(_, statement, quote)| [statement.clone(), quote.clone()]).collect();
    if let Ok(vectors) = services.embedder.embed_now(texts).await {
        for ((key, _, quote), pair) in unsure.into_iter().zip(vectors.chunks(2)) {
            if let [left, right] = pair
                && cosine(left, right) >= SAME_MEANING
            {
                held.insert(key, quote);
            }
        }
    }
    held
}

#[cfg(test)]
mod tests {
    use super::{may_say_not_found, says_not_found};

    #[test]
    fn not_found_is_understood_in_its_usual_forms() {
        for text in ["NOT FOUND", " Not found.\n", "**NOT FOUND**", "NOT FOUND - the passages don't say"] {
            assert!(says_not_found(text), "{text}");
            for end in 0..text.len() {
                if let Some(start) = text.get(..end) {
                    assert!(may_say_not_found(start), "{start}");
                }
            }
        }
        for text in ["Not found cats go to the shelter. [1]", "Nothing more is needed. [1]", "Notify the manager."] {
            assert!(!says_not_found(text), "{text}");
        }
        assert!(!may_say_not_found("Notify the manager"));
    }
}
