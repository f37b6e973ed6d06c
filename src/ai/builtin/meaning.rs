//! Meaning: what the passages of an account tell, by sentences that mean the like.
//!
//! A model on this machine turns a passage into a vector; a softmax regression, fitted to the example
//! sentences of `meaning/sentences.txt`, says from the vector how likely the passage tells each class:
//! a kind of event, harm, treatment, the police, or no event. It knows no word and no rule, so it stands
//! beside the words (`classify/combined.rs`) and never alone.
//!
//! Nothing here needs the model: this is arithmetic with vectors that others have made
//! (`ai/embeddings/meaning.rs`).

pub mod examples;
pub mod regression;

use super::signs::Place;
use examples::{EXAMPLES, Role};
use regression::{Regression, unit};
use std::collections::BTreeMap;

/// How far the vector of each passage is moved towards the account's mean: "he did it again" means what
/// the account is about.
const SHARE_OF_THE_MEAN: f32 = 0.2;

/// A passage whose meaning is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub place: Place,
    /// As the account has it.
    pub text: String,
}

/// How likely each passage of an account tells each class.
#[derive(Debug, Clone, PartialEq)]
pub struct Meaning {
    /// From 0 to 1, by the number of the class.
    passages: BTreeMap<Place, Vec<f32>>,
}

impl Meaning {
    /// From the vectors of the passages, in their order. None without a passage, or where vectors and
    /// passages aren't of one account.
    pub fn of(regression: &Regression, passages: &[Passage], vectors: &[Vec<f32>]) -> Option<Self> {
        let fits = |vector: &Vec<f32>| vector.len() == regression.inputs() && vector.iter().all(|x| x.is_finite());
        if vectors.is_empty() || vectors.len() != passages.len() || !vectors.iter().all(fits) {
            return None;
        }
        let mean = mean(vectors);
        let told = passages.iter().zip(vectors).map(|(passage, vector)| {
            let moved = vector.iter().zip(&mean).map(|(own, all)| own + SHARE_OF_THE_MEAN * all).collect();
            (passage.place, regression.probabilities(&unit(moved)))
        });
        Some(Self { passages: told.collect() })
    }

    /// How likely a passage tells each class, by the number of the class; none where it wasn't asked for.
    pub fn classes(&self, place: Place) -> Option<&[f32]> {
        self.passages.get(&place).map(Vec::as_slice)
    }

    /// How likely a passage tells something of a role.
    pub fn role(&self, place: Place, role: Role) -> f32 {
        let classes = self.classes(place).unwrap_or_default();
        classes.iter().zip(&EXAMPLES.classes).filter(|(_, class)| class.role == role).map(|(likely, _)| likely).sum()
    }
}

/// The direction of the mean.
fn mean(vectors: &[Vec<f32>]) -> Vec<f32> {
    let mut sum = vec![0.0; vectors.first().map_or(0, Vec::len)];
    for vector in vectors {
        sum.iter_mut().zip(vector).for_each(|(sum, number)| *sum += number);
    }
    unit(sum)
}

#[cfg(test)]
impl Meaning {
    /// Passages that surely tell one class each, by its key.
    pub fn sure(passages: &[(Place, &str)]) -> Self {
        let certain = |key: &str| {
            let mut likely = vec![0.0; EXAMPLES.classes.len()];
            likely[EXAMPLES.classes.iter().position(|class| class.key == key).unwrap()] = 1.0;
            likely
        };
        Self { passages: passages.iter().map(|(place, key)| (*place, certain(key))).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(sentence: usize) -> Passage {
        Passage { place: (1, sentence), text: String::new() }
    }

    /// Every class but two is out of the question.
    fn regression() -> Regression {
        let vectors = [vec![1.0, 0.0], vec![0.9, 0.1], vec![0.0, 1.0], vec![0.1, 0.9]];
        Regression::fit(&vectors, &[0, 0, 1, 1], EXAMPLES.classes.len()).unwrap()
    }

    #[test]
    fn a_passage_means_what_the_nearest_examples_tell() {
        let vectors = vec![vec![1.0, 0.0], vec![0.0, 1.0]];
        let meaning = Meaning::of(&regression(), &[passage(0), passage(1)], &vectors).unwrap();
        let (first, second) = (meaning.classes((1, 0)).unwrap(), meaning.classes((1, 1)).unwrap());
        assert!(first[0] > 0.7 && second[1] > 0.7, "{first:?} {second:?}");
        assert!((first.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        assert_eq!(meaning.classes((2, 0)), None);
        assert!((meaning.role((1, 0), EXAMPLES.classes[0].role) - first[0] - first[1]).abs() < 0.01, "one role");
    }

    #[test]
    fn a_passage_takes_a_little_of_what_the_account_is_about() {
        let unclear = vec![0.7, 0.7];
        let regression = regression();
        let of = |others: Vec<f32>| {
            let vectors = vec![unclear.clone(), others.clone(), others];
            Meaning::of(&regression, &[passage(0), passage(1), passage(2)], &vectors).unwrap()
        };
        let (first, second) = (of(vec![1.0, 0.0]), of(vec![0.0, 1.0]));
        assert!(first.classes((1, 0)).unwrap()[0] > second.classes((1, 0)).unwrap()[0]);
    }

    #[test]
    fn vectors_of_something_else_mean_nothing() {
        let regression = regression();
        assert_eq!(Meaning::of(&regression, &[], &[]), None);
        assert_eq!(Meaning::of(&regression, &[passage(0)], &[]), None);
        assert_eq!(Meaning::of(&regression, &[passage(0)], &[vec![1.0]]), None);
        assert_eq!(Meaning::of(&regression, &[passage(0)], &[vec![f32::NAN, 1.0]]), None);
        assert_eq!(Meaning::of(&regression, &[passage(0)], &[vec![1.0, 0.0, 0.0]]), None);
    }
}
