//! From counts to places on a chart: whole numbers all the way, so that server and browser agree to the letter.

use std::fmt;

/// At most so many steps from nothing to the top.
const MAX_STEPS: i128 = 4;

/// A part of a length, in tenths of a percent, as SVG attributes write it: "12.5%".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(i64);

impl Percent {
    /// `part` of `whole`: nothing of nothing, and never more than all.
    pub fn of(part: i64, whole: i64) -> Self {
        if whole <= 0 {
            return Self(0);
        }
        let tenths = i128::from(part.clamp(0, whole)) * 1_000 / i128::from(whole);
        Self(i64::try_from(tenths).unwrap_or(1_000))
    }

    /// The same, but something is always seen.
    pub fn visible(part: i64, whole: i64) -> Self {
        let share = Self::of(part, whole);
        if part > 0 && whole > 0 { Self(share.0.max(10)) } else { share }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}%", self.0 / 10, self.0 % 10)
    }
}

/// Round numbers from 0 to at least `most`, at most five of them. Counts are whole, so no step is below one.
pub fn ticks(most: i64) -> Vec<i64> {
    let most = i128::from(most.max(1));
    let mut unit: i128 = 1;
    let step = loop {
        if let Some(step) = [1, 2, 5].into_iter().map(|digit| digit * unit).find(|step| step * MAX_STEPS >= most) {
            break step;
        }
        unit *= 10;
    };
    let steps = (most + step - 1) / step;
    (0..=steps).map(|index| i64::try_from(index * step).unwrap_or(i64::MAX)).collect()
}

/// Room above the highest point for its number, and below the lowest for half its dot, in tenths of a percent.
const ABOVE: i64 = 140;
const BELOW: i64 = 40;

/// Where `value` lies on an upright axis from 0 to `top`, counted from above.
pub fn height(value: i64, top: i64) -> Percent {
    let Percent(share) = Percent::of(value, top);
    let room = 1_000 - ABOVE - BELOW;
    Percent(1_000 - BELOW - share * room / 1_000)
}

/// The middle of the column `index` of `count`.
pub fn middle(index: usize, count: usize) -> Percent {
    let (index, count) = (i64::try_from(index).unwrap_or(0), i64::try_from(count.max(1)).unwrap_or(1));
    Percent((2 * index + 1) * 500 / count)
}

/// A shade from 0 (nothing) to 4 (the most).
pub fn level(value: i64, most: i64) -> usize {
    if value <= 0 || most <= 0 {
        return 0;
    }
    let level = (i128::from(value) * 4 + i128::from(most) - 1) / i128::from(most);
    usize::try_from(level).unwrap_or(4).clamp(1, 4)
}

/// A count that fits above a point: "980", "12k".
pub fn short(count: i64) -> String {
    match count {
        ..=9_999 => count.to_string(),
        10_000..=999_999 => format!("{}k", count / 1_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::{Percent, height, level, middle, short, ticks};
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(ticks(0), [0, 1]);
        assert_eq!(ticks(1), [0, 1]);
        assert_eq!(ticks(3), [0, 1, 2, 3]);
        assert_eq!(ticks(7), [0, 2, 4, 6, 8]);
        assert_eq!(ticks(14), [0, 5, 10, 15]);
        assert_eq!(ticks(100), [0, 50, 100]);
        assert_eq!(ticks(1_234), [0, 500, 1_000, 1_500]);
        assert_eq!(ticks(i64::MAX).len(), 3);
    }

    #[test]
    fn parts_are_told_as_svg_reads_them() {
        let told = [Percent::of(1, 8), Percent::of(8, 8), Percent::of(9, 8), Percent::of(-1, 8), Percent::of(1, 0)];
        assert_eq!(told.map(|part| part.to_string()), ["12.5%", "100.0%", "100.0%", "0.0%", "0.0%"]);
        assert_eq!(Percent::visible(1, 10_000).to_string(), "1.0%");
        assert_eq!(Percent::visible(0, 10_000).to_string(), "0.0%");
        assert_eq!(Percent::of(i64::MAX, i64::MAX).to_string(), "100.0%");
    }

    #[test]
    fn points_lie_between_the_edges() {
        assert_eq!(
            [height(0, 10), height(10, 10), height(0, 0)].map(|place| place.to_string()),
            ["96.0%", "14.0%", "96.0%"]
        );
        assert_eq!(
            [middle(0, 1), middle(0, 4), middle(3, 4), middle(0, 0)].map(|place| place.to_string()),
            ["50.0%", "12.5%", "87.5%", "50.0%"]
        );
    }

    #[test]
    fn shades_and_short_counts() {
        assert_eq!([0, 1, 25, 26, 100].map(|value| level(value, 100)), [0, 1, 1, 2, 4]);
        assert_eq!((level(1, 1), level(0, 0), level(i64::MAX, i64::MAX)), (4, 0, 4));
        assert_eq!([0, 9_999, 12_345, 2_500_000].map(short), ["0", "9999", "12k", "2M"]);
    }

    proptest! {
        #[test]
        fn ticks_reach_the_most_and_are_few(most in 0..i64::MAX) {
            let ticks = ticks(most);
            prop_assert!((2..=5).contains(&ticks.len()));
            prop_assert!(ticks.last().is_some_and(|top| *top >= most));
            prop_assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
