//! How much of the month's limit is used, and when people are told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The parts of the limit, in percent, of which admins are told.
pub const THRESHOLDS: [i16; 3] = [50, 80, USED_UP];
/// The whole limit.
pub const USED_UP: i16 = 100;

/// A part of the month's limit that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetAlert {
    /// One of [`THRESHOLDS`].
    pub threshold_percent: i16,
    /// The limit as it was then, in millionths of a US dollar.
    pub cap_micros: i64,
    pub reached_at: DateTime<Utc>,
}

/// The thresholds that so much has reached, the lowest first. A limit of nothing has none: it means
/// that nothing may be spent.
pub fn reached(spent_micros: i64, cap_micros: i64) -> impl Iterator<Item = i16> {
    let (spent, cap) = (i128::from(spent_micros), i128::from(cap_micros));
    THRESHOLDS.into_iter().filter(move |percent| cap > 0 && spent * 100 >= cap * i128::from(*percent))
}

#[cfg(test)]
mod tests {
    use super::reached;

    fn of(spent: i64, cap: i64) -> Vec<i16> {
        reached(spent, cap).collect()
    }

    #[test]
    fn a_threshold_is_reached_exactly_at_its_part_of_the_limit() {
        assert_eq!(of(0, 1_000), Vec::<i16>::new());
        assert_eq!((of(499, 1_000), of(500, 1_000)), (vec![], vec![50]));
        assert_eq!((of(799, 1_000), of(800, 1_000)), (vec![50], vec![50, 80]));
        assert_eq!((of(999, 1_000), of(1_000, 1_000)), (vec![50, 80], vec![50, 80, 100]));
        assert_eq!((of(1, 3), of(2, 3)), (vec![], vec![50]), "no rounding up");
        assert_eq!(of(i64::MAX, i64::MAX), vec![50, 80, 100]);
        assert_eq!((of(0, 0), of(5, 0)), (vec![], vec![]));
    }
}
