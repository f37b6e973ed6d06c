//! The figures of retrieval, as trec_eval reckons them.

use std::{collections::HashMap, time::Duration};

/// How well one question was answered, or many on average. Each is 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    /// Discounted gain as a share of the best possible.
    pub ndcg: f64,
    /// The share of the answers that were found.
    pub recall: f64,
    /// One over the place of the first answer.
    pub mrr: f64,
}

impl Figures {
    /// Those of a ranking, best first, down to a cut-off. `relevant` says how good each answer is.
    pub fn of(ranking: &[String], relevant: &HashMap<String, u32>, cut_off: usize) -> Self {
        let gains: Vec<u32> =
            ranking.iter().take(cut_off).map(|id| relevant.get(id).copied().unwrap_or_default()).collect();
        let mut best: Vec<u32> = relevant.values().copied().collect();
        best.sort_unstable_by(|one, other| other.cmp(one));
        best.truncate(cut_off);
        let answers = relevant.values().filter(|gain| **gain > 0).count();
        let found = gains.iter().filter(|gain| **gain > 0).count();
        let first = gains.iter().position(|gain| *gain > 0);
        Self {
            ndcg: ratio(discounted(&gains), discounted(&best)),
            recall: ratio(count(found), count(answers)),
            mrr: first.map_or(0.0, |place| 1.0 / count(place + 1)),
        }
    }

    /// The mean over questions.
    pub fn mean(of: &[Self]) -> Self {
        let mean = |part: fn(&Self) -> f64| ratio(of.iter().map(part).sum(), count(of.len()));
        Self { ndcg: mean(|one| one.ndcg), recall: mean(|one| one.recall), mrr: mean(|one| one.mrr) }
    }
}

fn discounted(gains: &[u32]) -> f64 {
    gains.iter().enumerate().map(|(place, gain)| f64::from(*gain) / count(place + 2).log2()).sum()
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

/// How long answers took.
#[derive(Debug, Clone, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Notes one.
    pub fn add(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    /// What so many percent did not exceed, in milliseconds (nearest rank).
    pub fn percentile(&mut self, percent: usize) -> f64 {
        self.0.sort_unstable();
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, Latencies};
    use std::{collections::HashMap, time::Duration};

    fn close(one: f64, other: f64) {
        assert!((one - other).abs() < 1e-9, "{one} is not {other}");
    }

    fn ranking(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn relevant(gains: &[(&str, u32)]) -> HashMap<String, u32> {
        gains.iter().map(|(id, gain)| ((*id).to_owned(), *gain)).collect()
    }

    /// By hand: gains 0, 2, 0, 1 at places 1 to 4; ideal 2, 1, 1.
    #[test]
    fn figures_are_those_of_trec_eval() {
        let figures =
            Figures::of(&ranking(&["x", "a", "y", "b"]), &relevant(&[("a", 2), ("b", 1), ("c", 1), ("d", 0)]), 10);
        let log = |place: f64| (place + 1.0).log2();
        close(figures.ndcg, (2.0 / log(2.0) + 1.0 / log(4.0)) / (2.0 / log(1.0) + 1.0 / log(2.0) + 1.0 / log(3.0)));
        close(figures.recall, 2.0 / 3.0);
        close(figures.mrr, 0.5);
    }

    #[test]
    fn the_best_ranking_has_all_and_none_has_nothing() {
        let answers = relevant(&[("a", 1), ("b", 1)]);
        assert_eq!(Figures::of(&ranking(&["b", "a", "x"]), &answers, 10), Figures { ndcg: 1.0, recall: 1.0, mrr: 1.0 });
        assert_eq!(Figures::of(&ranking(&["x", "y"]), &answers, 10), Figures::default());
        assert_eq!(Figures::of(&[], &answers, 10), Figures::default());
        assert_eq!(Figures::of(&ranking(&["a"]), &HashMap::new(), 10), Figures::default());
    }

    #[test]
    fn what_stands_below_the_cut_off_does_not_count() {
        let figures = Figures::of(&ranking(&["x", "y", "a"]), &relevant(&[("a", 1)]), 2);
        assert_eq!(figures, Figures::default());
        // With a cut-off below the number of answers, the ideal ends there, too.
        let answers = relevant(&[("a", 1), ("b", 1), ("c", 1)]);
        close(Figures::of(&ranking(&["a", "b"]), &answers, 2).ndcg, 1.0);
    }

    #[test]
    fn the_mean_is_over_questions() {
        let good = Figures { ndcg: 1.0, recall: 1.0, mrr: 1.0 };
        let mean = Figures::mean(&[good, Figures::default(), Figures::default(), good]);
        assert_eq!(mean, Figures { ndcg: 0.5, recall: 0.5, mrr: 0.5 });
        assert_eq!(Figures::mean(&[]), Figures::default());
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let mut latencies = Latencies::default();
        (1..=20).rev().for_each(|ms| latencies.add(Duration::from_millis(ms)));
        close(latencies.percentile(50), 10.0);
        close(latencies.percentile(95), 19.0);
        close(latencies.percentile(99), 20.0);
        close(Latencies::default().percentile(95), 0.0);
    }
}
