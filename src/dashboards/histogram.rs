//! How long reports wait, as a histogram that can be added up: buckets that grow with the time, four for
//! each doubling, so that a median is off by a tenth of itself whether reports wait minutes or months.
//!
//! Bucket `n` holds the whole minutes `m` with `n <= 4 log2(1 + m) < n + 1`. The database sorts reports
//! into them (`incident_contributions`).

use std::collections::BTreeMap;

/// Reports by bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histogram(BTreeMap<u16, i64>);

impl Histogram {
    /// Adds reports to a bucket.
    pub fn add(&mut self, bucket: u16, reports: i64) {
        *self.0.entry(bucket).or_default() += reports;
    }

    /// How many reports there are.
    pub fn reports(&self) -> i64 {
        self.0.values().sum()
    }

    /// The minutes that `percent` of the reports took at most, read between the edges of the bucket in
    /// which that report is; none if there are no reports.
    pub fn percentile(&self, percent: i64) -> Option<f64> {
        let rank = (self.reports() * percent + 99) / 100;
        let mut passed = 0;
        for (bucket, reports) in &self.0 {
            if *reports > 0 && passed + reports >= rank {
                let (lower, upper) = (lower_edge(*bucket), lower_edge(bucket + 1));
                // Reports are spread over their bucket evenly, as far as anybody knows.
                let part = (to_f64(rank - passed) - 0.5) / to_f64(*reports);
                return Some(lower + (upper - lower) * part.clamp(0.0, 1.0));
            }
            passed += reports;
        }
        None
    }
}

/// The minutes at which a bucket begins.
fn lower_edge(bucket: u16) -> f64 {
    (f64::from(bucket) / 4.0).exp2() - 1.0
}

/// Exact up to two thousand million, and so for every number of reports.
fn to_f64(count: i64) -> f64 {
    f64::from(i32::try_from(count).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Histogram, lower_edge};
    use proptest::prelude::*;

    /// As the database sorts them.
    fn bucket(minutes: u32) -> u16 {
        (0..200).rev().find(|bucket| lower_edge(*bucket) <= f64::from(minutes) + 1e-6).unwrap()
    }

    fn histogram(minutes: &[u32]) -> Histogram {
        let mut histogram = Histogram::default();
        for one in minutes {
            histogram.add(bucket(*one), 1);
        }
        histogram
    }

    #[test]
    fn buckets_double_every_four() {
        assert_eq!([0, 4, 8, 12].map(lower_edge), [0.0, 1.0, 3.0, 7.0]);
        assert_eq!([0, 1, 3, 6, 7, 8].map(bucket), [0, 4, 8, 11, 12, 12]);
        assert!(bucket(10 * 365 * 24 * 60) < 100, "ten years need fewer than a hundred buckets");
    }

    #[test]
    fn nothing_has_no_median() {
        assert_eq!(Histogram::default().percentile(50), None);
        assert_eq!(histogram(&[]).reports(), 0);
    }

    #[test]
    fn one_report_is_its_own_median_and_a_bucket_is_read_from_end_to_end() {
        let one = histogram(&[100]);
        assert!((90.0..108.0).contains(&one.percentile(50).unwrap()));
        let mut many = Histogram::default();
        many.add(20, 100);
        let (median, ninth) = (many.percentile(50).unwrap(), many.percentile(90).unwrap());
        assert!(lower_edge(20) < median && median < ninth && ninth < lower_edge(21));
    }

    proptest! {
        #[test]
        fn a_percentile_lies_in_the_bucket_of_the_exact_one(
            mut minutes in proptest::collection::vec(0_u32..4_000_000, 1..60), percent in 1_i64..=100
        ) {
            let read = histogram(&minutes).percentile(percent).unwrap();
            minutes.sort_unstable();
            let rank = (minutes.len() * usize::try_from(percent).unwrap()).div_ceil(100);
            let exact = bucket(minutes[rank - 1]);
            prop_assert!(lower_edge(exact) <= read && read <= lower_edge(exact + 1), "{read} is not in bucket {exact}");
        }
    }
}
