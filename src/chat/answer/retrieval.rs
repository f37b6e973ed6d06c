//! From a question to the numbered passages that an answer is made from.

use crate::{
    accounts::member::Member,
    ai::builtin::terms::terms,
    chat::store::context::{Neighbour, list_neighbours},
    error::AppError,
    ids::{ChunkId, DocumentId, TenantId},
    knowledge::{
        hit::{Hit, SearchQuery, WordsOnly},
        search::search,
    },
    platform::{Services, database::TenantTx},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use unicode_segmentation::UnicodeSegmentation;

/// Passages that search is asked for.
const MOST_HITS: usize = 8;
/// Tokens of the passages that search has found.
const PASSAGE_TOKENS: usize = 2_600;
/// Tokens of all passages, with those that stand beside the found ones.
const ALL_TOKENS: usize = 3_600;
/// Earlier questions that may lend their words to one that goes on from them.
pub const MOST_LENT: usize = 3;
/// Characters of what is searched for.
const MOST_SEARCHED: usize = 1_000;

/// A passage with the number by which an answer cites it.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    pub number: i32,
    pub document_tenant_id: TenantId,
    pub document_id: DocumentId,
    pub document_title: String,
    pub chunk_id: ChunkId,
    pub heading: String,
    pub page: Option<i32>,
    pub content: String,
    /// Of the search; nothing for a passage that only stands beside a found one.
    pub score: f32,
}

impl Source {
    /// Title and headings, as one line.
    pub fn above(&self) -> String {
        if self.heading.is_empty() {
            self.document_title.clone()
        } else {
            format!("{} > {}", self.document_title, self.heading)
        }
    }
}

/// What was found.
pub struct Retrieved {
    /// The best first, each with its neighbours behind it.
    pub sources: Vec<Source>,
    /// The cosine of the nearest passage, if there are vectors.
    pub best_cosine: Option<f32>,
    /// What the conversation added to the question; empty if it stands for itself.
    pub carried: String,
    pub call: Value,
}

/// Looks the question up in what the member may read. `before` are the conversation's earlier
/// questions, oldest first.
pub async fn retrieve(
    services: &Services,
    member: &Member,
    question: &str,
    before: &[&str],
) -> Result<Retrieved, AppError> {
    let started = Instant::now();
    let carried = carried(question, before);
    let text: String = format!("{carried} {question}").trim().chars().take(MOST_SEARCHED).collect();
    let query = SearchQuery { text: text.clone(), ..SearchQuery::default() };
    let found = search(services, member, &query, MOST_HITS).await?;
    let call = tool_call(&text, found.hits.len(), found.words_only, started.elapsed());
    let best_cosine = found.hits.iter().filter_map(|hit| hit.cosine).reduce(f32::max);
    let hits = within(found.hits, PASSAGE_TOKENS);
    let ids: Vec<_> = hits.iter().map(|hit| hit.chunk_id).collect();
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let neighbours = list_neighbours(&mut tx, member, &ids).await?;
    tx.commit().await?;
    Ok(Retrieved { sources: numbered(hits, neighbours), best_cosine, carried, call })
}

/// As the message keeps it.
fn tool_call(text: &str, results: usize, words_only: Option<WordsOnly>, took: Duration) -> Value {
    json!({
        "name": "search_knowledge",
        "parameters": { "text": text, "limit": MOST_HITS },
        "results": results,
        "words_only": words_only,
        "milliseconds": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    })
}

/// The first ones that have room.
fn within(hits: Vec<Hit>, tokens: usize) -> Vec<Hit> {
    let mut left = tokens;
    hits.into_iter()
        .enumerate()
        .take_while(|(place, hit)| {
            let cost = token_estimate(&hit.content);
            let has_room = *place == 0 || cost <= left;
            left = left.saturating_sub(cost);
            has_room
        })
        .map(|(_, hit)| hit)
        .collect()
}

/// English takes a token for about four bytes.
pub fn token_estimate(text: &str) -> usize {
    text.len() / 4 + 1
}

fn numbered(hits: Vec<Hit>, neighbours: Vec<Neighbour>) -> Vec<Source> {
    let mut left = ALL_TOKENS.saturating_sub(hits.iter().map(|hit| token_estimate(&hit.content)).sum());
    let found: Vec<ChunkId> = hits.iter().map(|hit| hit.chunk_id).collect();
    let mut taken = found.clone();
    let mut sources: Vec<Source> = Vec::new();
    for hit in hits {
        let beside = neighbours.iter().filter(|neighbour| neighbour.beside == hit.chunk_id);
        let mut more = Vec::new();
        for neighbour in beside {
            let cost = token_estimate(&neighbour.content);
            if cost <= left && !taken.contains(&neighbour.chunk_id) {
                left -= cost;
                taken.push(neighbour.chunk_id);
                more.push(of_neighbour(neighbour));
            }
        }
        sources.push(of_hit(hit));
        sources.append(&mut more);
    }
    for (number, source) in (1..).zip(&mut sources) {
        source.number = number;
    }
    sources
}

fn of_hit(hit: Hit) -> Source {
    Source {
        number: 0,
        document_tenant_id: hit.document_tenant_id,
        document_id: hit.document_id,
        document_title: hit.document_title,
        chunk_id: hit.chunk_id,
        heading: hit.heading,
        page: hit.page,
        content: hit.content,
        score: hit.score,
    }
}

fn of_neighbour(neighbour: &Neighbour) -> Source {
    Source {
        number: 0,
        document_tenant_id: neighbour.document_tenant_id,
        document_id: neighbour.document_id,
        document_title: neighbour.document_title.clone(),
        chunk_id: neighbour.chunk_id,
        heading: neighbour.heading.clone(),
        page: neighbour.page,
        content: neighbour.content.clone(),
        score: 0.0,
    }
}

/// What an earlier question has to lend to this one, so that it can be looked up; nothing if it stands
/// for itself. A question that itself went on from another one lends that one's words too.
pub fn carried(question: &str, before: &[&str]) -> String {
    if !refers_back(question) {
        return String::new();
    }
    let mut lent: Vec<&str> = Vec::new();
    for earlier in before.iter().rev().take(MOST_LENT) {
        lent.insert(0, earlier);
        if !refers_back(earlier) {
            break;
        }
    }
    lent.join(" ")
}

/// Whether a question can't be understood without the one before.
fn refers_back(question: &str) -> bool {
    const OPENINGS: &[&str] = &["and ", "or ", "but ", "what about", "how about", "what if", "also ", "then ", "so "];
    const POINTING: &[&str] = &[
        "it", "they", "them", "that", "this", "those", "these", "he", "she", "him", "her", "there", "then", "same",
        "its", "their",
    ];
    let lower = question.trim().to_lowercase();
    let count = terms(question).len();
    let points = lower.unicode_words().any(|word| POINTING.contains(&word));
    count == 0
        || (count <= 4 && OPENINGS.iter().any(|opening| lower.starts_with(opening)))
        || (count <= 3 && points)
        || (count == 1 && lower.unicode_words().count() <= 3)
}

#[cfg(test)]
mod tests {
    use super::{carried, refers_back};

    #[test]
    fn questions_that_go_on_are_told_from_those_that_stand_alone() {
        for open in [
            "And on weekends?",
            "What about night shifts?",
            "Who do I tell then?",
            "How long does it take?",
            "Why?",
            "On weekends?",
        ] {
            assert!(refers_back(open), "{open}");
        }
        for whole in [
            "Who do I call after a medication error on a weekend?",
            "What is a restrictive practice?",
            "Where is the first aid kit kept?",
            "What do I do if a participant refuses their medication and it is the second time this week?",
        ] {
            assert!(!refers_back(whole), "{whole}");
        }
    }

    #[test]
    fn an_earlier_question_lends_its_words() {
        let first = "Who do I call after a medication error?";
        assert_eq!(carried("And on weekends?", &["What is a BSP plan for?", first]), first);
        assert_eq!(carried("And at night?", &[first, "And on weekends?"]), format!("{first} And on weekends?"));
        assert_eq!(carried("What is a restrictive practice?", &[first]), "");
        assert_eq!(carried("And on weekends?", &[]), "");
    }
}
