//! Ranking by words: BM25, as Robertson and Zaragoza describe it ("The Probabilistic Relevance Framework: BM25 and
//! Beyond", 2009), with the inverse document frequency that is never negative.
//!
//! The database hands over what stands where, in columns; the scores are added here. To join, group and sort tens
//! of thousands of rows takes it several times as long.

use super::store::search::{PassageId, Scored};
use crate::ids::{ChunkId, DocumentId, TenantId};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};
use uuid::Uuid;

/// How soon a word that is repeated stops counting for more.
const K1: f32 = 1.2;
/// How far long passages are held back.
const B: f32 = 0.75;

/// A document's passages and how many terms each has, as two columns of the same length.
#[derive(Debug, Clone)]
pub struct DocumentPassages {
    pub tenant_id: TenantId,
    pub document_id: DocumentId,
    pub chunk_ids: Vec<Uuid>,
    pub term_counts: Vec<i32>,
}

/// In which of a tenant's passages a term stands and how often, as two columns of the same length.
#[derive(Debug, Clone)]
pub struct Postings {
    pub tenant_id: TenantId,
    pub term: String,
    pub chunk_ids: Vec<Uuid>,
    pub frequencies: Vec<i32>,
}

/// What the words of a query make of a passage.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WordScore {
    /// BM25; 0 if none of the terms stands in it.
    pub score: f32,
    /// How many of the query's terms stand in it.
    pub terms: u16,
}

/// Passages with what the words of a query make of them.
#[derive(Debug, Clone, Default)]
pub struct WordRanking {
    places: HashMap<PassageId, usize>,
    passages: Vec<Ranked>,
}

#[derive(Debug, Clone)]
struct Ranked {
    passage: PassageId,
    document_id: DocumentId,
    /// What its length makes of how often a term stands in it.
    length_norm: f32,
    words: WordScore,
}

impl WordRanking {
    /// Scores the passages that may be read. Postings of others count for nothing, not even for how rare a term is.
    pub fn new(documents: &[DocumentPassages], postings: &[Postings]) -> Self {
        let mut ranking = Self::of_passages(documents);
        // In one order, so that a sum is the same each time, to its last bit.
        let mut by_term: BTreeMap<&str, Vec<&Postings>> = BTreeMap::new();
        for one in postings {
            by_term.entry(&one.term).or_default().push(one);
        }
        for postings in by_term.values() {
            ranking.add_term(postings);
        }
        ranking
    }

    fn of_passages(documents: &[DocumentPassages]) -> Self {
        let terms = || documents.iter().flat_map(|document| &document.term_counts);
        let all: i64 = terms().copied().map(i64::from).sum();
        let average = (float(all) / float(terms().count()).max(1.0)).max(1.0);
        let passages: Vec<Ranked> = documents
            .iter()
            .flat_map(|document| {
                document.chunk_ids.iter().zip(&document.term_counts).map(move |(chunk_id, terms)| Ranked {
                    passage: passage_id(document.tenant_id, *chunk_id),
                    document_id: document.document_id,
                    length_norm: K1 * (1.0 - B + B * float(*terms) / average),
                    words: WordScore::default(),
                })
            })
            .collect();
        let places = passages.iter().enumerate().map(|(place, one)| (one.passage, place)).collect();
        Self { places, passages }
    }

    /// Adds what one term says.
    fn add_term(&mut self, postings: &[&Postings]) {
        let found: Vec<(usize, i32)> = postings
            .iter()
            .flat_map(|one| {
                let passages = one.chunk_ids.iter().map(|chunk_id| passage_id(one.tenant_id, *chunk_id));
                passages.zip(one.frequencies.iter().copied())
            })
            .filter_map(|(passage, frequency)| self.places.get(&passage).map(|place| (*place, frequency)))
            .collect();
        let (with, all) = (float(found.len()), float(self.passages.len()));
        let weight = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
        for (place, frequency) in found {
            if let Some(one) = self.passages.get_mut(place) {
                let frequency = float(frequency);
                one.words.score += weight * frequency * (K1 + 1.0) / (frequency + one.length_norm);
                one.words.terms += 1;
            }
        }
    }

    /// The best passages that have any of the terms, best first.
    pub fn best(&self, limit: usize) -> Vec<Scored> {
        let mut found: Vec<&Ranked> = self.passages.iter().filter(|one| one.words.terms > 0).collect();
        if limit < found.len() {
            found.select_nth_unstable_by(limit, |one, other| better(one, other));
            found.truncate(limit);
        }
        found.sort_unstable_by(|one, other| better(one, other));
        found
            .into_iter()
            .map(|one| Scored { passage: one.passage, document_id: one.document_id, score: one.words.score })
            .collect()
    }

    /// What the words make of a passage; nothing of one that isn't among them.
    pub fn of(&self, passage: PassageId) -> WordScore {
        let place = self.places.get(&passage);
        place.and_then(|place| self.passages.get(*place)).map(|one| one.words).unwrap_or_default()
    }
}

fn better(one: &Ranked, other: &Ranked) -> Ordering {
    other.words.score.total_cmp(&one.words.score).then_with(|| one.passage.cmp(&other.passage))
}

fn passage_id(tenant_id: TenantId, chunk_id: Uuid) -> PassageId {
    PassageId { tenant_id, chunk_id: ChunkId::from(chunk_id) }
}

/// A count as a float, rounded to 24 bits; what doesn't fit in 32 bits becomes the largest that does.
fn float(count: impl TryInto<u32>) -> f32 {
    let [one, two, three, four] = count.try_into().unwrap_or(u32::MAX).to_be_bytes();
    f32::from(u16::from_be_bytes([one, two])) * 65_536.0 + f32::from(u16::from_be_bytes([three, four]))
}

#[cfg(test)]
mod tests {
    use super::{DocumentPassages, Postings, WordRanking, float, passage_id};
    use crate::ids::{DocumentId, TenantId};
    use uuid::Uuid;

    const OWN: u128 = 1;
    const SHARED: u128 = 2;

    fn tenant(id: u128) -> TenantId {
        Uuid::from_u128(id).into()
    }

    /// A document with passages of these numbers and lengths.
    fn document(tenant_id: u128, passages: &[(u128, i32)]) -> DocumentPassages {
        DocumentPassages {
            tenant_id: tenant(tenant_id),
            document_id: DocumentId::from(Uuid::from_u128(tenant_id)),
            chunk_ids: passages.iter().map(|(number, _)| Uuid::from_u128(*number)).collect(),
            term_counts: passages.iter().map(|(_, terms)| *terms).collect(),
        }
    }

    /// A term, the numbers of the passages that it stands in, and how often.
    fn postings(tenant_id: u128, term: &str, passages: &[(u128, i32)]) -> Postings {
        Postings {
            tenant_id: tenant(tenant_id),
            term: term.to_owned(),
            chunk_ids: passages.iter().map(|(number, _)| Uuid::from_u128(*number)).collect(),
            frequencies: passages.iter().map(|(_, frequency)| *frequency).collect(),
        }
    }

    fn score(ranking: &WordRanking, tenant_id: u128, number: u128) -> (f32, u16) {
        let words = ranking.of(passage_id(tenant(tenant_id), Uuid::from_u128(number)));
        (words.score, words.terms)
    }

    #[test]
    fn scores_are_those_of_the_formula() {
        let documents = [document(OWN, &[(1, 10), (2, 30), (3, 20)]), document(SHARED, &[(4, 20)])];
        let postings = [
            postings(OWN, "fall", &[(1, 1), (2, 2)]),
            postings(SHARED, "fall", &[(4, 1)]),
            postings(OWN, "bed", &[(2, 1)]),
        ];
        let ranking = WordRanking::new(&documents, &postings);
        // Worked out by hand: an average of 20 terms; ln(1 + 1.5 / 3.5) for "fall", ln(1 + 3.5 / 1.5) for "bed".
        let (fall, bed) = (0.356_675, 1.203_973);
        let expected = [
            ((OWN, 1), fall * 2.2 / 1.75, 1),
            ((OWN, 2), fall * 4.4 / 3.65 + bed * 2.2 / 2.65, 2),
            ((OWN, 3), 0.0, 0),
            ((SHARED, 4), fall, 1),
        ];
        for ((tenant_id, number), expected, terms) in expected {
            let (score, found) = score(&ranking, tenant_id, number);
            assert!((score - expected).abs() < 1e-5 && found == terms, "passage {number}: {score} and not {expected}");
        }
        let best: Vec<_> = ranking.best(2).iter().map(|one| one.passage.chunk_id.uuid().as_u128()).collect();
        assert_eq!(best, [2, 1]);
        assert_eq!(ranking.best(9).len(), 3, "a passage without any of the words isn't found");
    }

    #[test]
    fn what_may_not_be_read_counts_for_nothing() {
        let documents = [document(OWN, &[(1, 10), (2, 10)])];
        let readable = [postings(OWN, "safe", &[(1, 1)])];
        let more = [postings(OWN, "safe", &[(1, 1), (8, 3), (9, 2)]), postings(SHARED, "safe", &[(1, 5)])];
        let (one, other) = (WordRanking::new(&documents, &readable), WordRanking::new(&documents, &more));
        assert_eq!(score(&one, OWN, 1), score(&other, OWN, 1));
        assert_eq!(score(&other, OWN, 8), (0.0, 0));
        assert_eq!(other.best(9).len(), 1);
    }

    #[test]
    fn equals_stand_in_one_order() {
        let documents = [document(OWN, &[(3, 10), (1, 10), (2, 10)])];
        let ranking = WordRanking::new(&documents, &[postings(OWN, "gate", &[(3, 1), (2, 1), (1, 1)])]);
        let best: Vec<_> = ranking.best(2).iter().map(|one| one.passage.chunk_id.uuid().as_u128()).collect();
        assert_eq!(best, [1, 2]);
        assert!(WordRanking::new(&[], &[]).best(2).is_empty());
    }

    #[test]
    fn counts_keep_their_size() {
        let nearly = |count: u32, expected: f32| (float(count) - expected).abs() <= expected * 1e-6;
        assert!(nearly(0, 0.0) && nearly(65_537, 65_537.0) && nearly(20_000_000, 2e7) && float(-1) > 4e9);
    }
}
