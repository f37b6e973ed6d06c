//! How passages are ranked by words and meanings together. The weights of the words alone stand in `bm25`.
//!
//! Scores are made comparable by what they can be at least and what they are at most for the query
//! (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023: TM2C2), and
//! added. On their collections this was never below the better part, which reciprocal ranks were.

/// What meanings count for; words count for the rest.
pub const MEANING_WEIGHT: f32 = 0.7;

/// A passage without any word of the query is an answer only if its meaning is at least this near: the
/// cosine of unrelated texts is mostly below 0.1 with the model on this machine.
const NEAREST_STRANGER: f32 = 0.15;

/// Passages of one document that stand together at the top, before others have had their turn.
const MOST_OF_ONE_DOCUMENT: usize = 3;

/// What is known of a passage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Its BM25 score; 0 if none of the words stands in it.
    pub words: f32,
    /// Its cosine, if it has a vector.
    pub cosine: Option<f32>,
    /// Whose vectors: cosines of different models can't be compared.
    pub model: usize,
}

/// The scores of passages found for one query, 0 to 1, in their order.
pub fn fuse(evidence: &[Evidence]) -> Vec<f32> {
    fuse_with(MEANING_WEIGHT, evidence)
}

/// The same with another weight, to measure what it would do.
pub fn fuse_with(meaning_weight: f32, evidence: &[Evidence]) -> Vec<f32> {
    let best_words = evidence.iter().map(|one| one.words).fold(0.0, f32::max);
    let meanings: Vec<Option<f32>> = evidence.iter().map(|one| meaning(*one, evidence)).collect();
    let Some(least) = meanings.iter().flatten().copied().reduce(f32::min) else {
        return evidence.iter().map(|one| share(one.words, best_words)).collect();
    };
    // A passage that has no vector yet is taken to mean as little as the last one that was found, so
    // that its words can still bring it up.
    let fused = evidence.iter().zip(&meanings).map(|(one, meaning)| {
        meaning_weight * meaning.unwrap_or(least) + (1.0 - meaning_weight) * share(one.words, best_words)
    });
    fused.collect()
}

/// From -1, the least a cosine can be, to the highest of this model for the query.
fn meaning(one: Evidence, evidence: &[Evidence]) -> Option<f32> {
    let of_model = evidence.iter().filter(|other| other.model == one.model);
    let best = of_model.filter_map(|other| other.cosine).fold(-1.0, f32::max);
    one.cosine.map(|cosine| share(cosine + 1.0, best + 1.0))
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

/// Whether a passage has anything to do with the query.
pub fn is_related(evidence: Evidence) -> bool {
    evidence.words > 0.0 || evidence.cosine.is_some_and(|cosine| cosine >= NEAREST_STRANGER)
}

/// The places of the first `limit` of a ranked list, with the later passages of a document that has
/// many put behind those of others.
pub fn varied<D: PartialEq>(documents: &[D], limit: usize) -> Vec<usize> {
    let (mut first, mut later): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for (place, document) in documents.iter().enumerate() {
        if first.len() == limit {
            break;
        }
        let taken = first.iter().filter(|taken| documents.get(**taken) == Some(document)).count();
        if taken < MOST_OF_ONE_DOCUMENT { first.push(place) } else { later.push(place) }
    }
    first.extend(later);
    first.truncate(limit);
    first
}

#[cfg(test)]
mod tests {
    use super::{Evidence, MEANING_WEIGHT, fuse, is_related, varied};

    fn found(words: f32, cosine: impl Into<Option<f32>>) -> Evidence {
        Evidence { words, cosine: cosine.into(), model: 0 }
    }

    #[test]
    fn words_and_meanings_add_up() {
        let scores = fuse(&[found(8.0, 0.6), found(0.0, 0.6), found(4.0, 0.28)]);
        assert!((scores[0] - 1.0).abs() < 1e-6, "best by both");
        assert!((scores[1] - MEANING_WEIGHT).abs() < 1e-6);
        let expected = MEANING_WEIGHT * (1.28 / 1.6) + (1.0 - MEANING_WEIGHT) * 0.5;
        assert!((scores[2] - expected).abs() < 1e-6);
    }

    #[test]
    fn without_vectors_words_decide() {
        assert_eq!(fuse(&[found(3.0, None), found(6.0, None), found(0.0, None)]), [0.5, 1.0, 0.0]);
        assert!(fuse(&[]).is_empty());
    }

    #[test]
    fn a_passage_without_a_vector_can_be_found_by_its_words() {
        let scores = fuse(&[found(1.0, 0.5), found(9.0, None), found(0.0, 0.4)]);
        assert!(scores[1] > scores[0] && scores[0] > scores[2], "{scores:?}");
    }

    #[test]
    fn cosines_of_different_models_are_not_compared() {
        let other = |cosine| Evidence { model: 1, ..found(0.0, cosine) };
        let scores = fuse(&[found(0.0, 0.9), other(0.3), other(0.1)]);
        assert_eq!(scores[0], scores[1], "each the best of its model");
        assert!(scores[2] < scores[1]);
    }

    #[test]
    fn what_has_nothing_to_do_with_the_query_is_no_answer() {
        assert!(is_related(found(0.1, -0.2)) && is_related(found(0.0, 0.2)));
        assert!(!is_related(found(0.0, 0.05)) && !is_related(found(0.0, None)));
    }

    #[test]
    fn one_document_does_not_take_all_places() {
        assert_eq!(varied(&["a", "a", "a", "a", "b", "a", "c"], 5), [0, 1, 2, 4, 6]);
        assert_eq!(varied(&["a"; 5], 4), [0, 1, 2, 3], "unless there is nothing else");
        assert_eq!(varied(&["a", "b"], 9), [0, 1]);
        assert!(varied::<&str>(&[], 3).is_empty());
    }
}
