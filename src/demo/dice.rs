//! Numbers that look random and are the same every time.

/// The dice of one report.
#[derive(Debug, Clone, Copy)]
pub struct Dice(u64);

impl Dice {
    /// The dice of the report with this index.
    pub fn of(provider: &str, index: usize) -> Self {
        let start =
            provider.bytes().fold(u64::try_from(index).unwrap_or_default(), |seed, byte| mix(seed ^ u64::from(byte)));
        Self(start)
    }

    /// One of its numbers; each `throw` has its own.
    pub const fn number(self, throw: u64) -> u64 {
        mix(self.0 ^ mix(throw))
    }

    /// A number from `first` to `last`.
    pub fn between(self, throw: u64, first: i64, last: i64) -> i64 {
        let number = i64::try_from(self.number(throw) >> 1).unwrap_or_default();
        first + number % (last - first + 1).max(1)
    }

    /// An index of a list of this length.
    pub fn below(self, throw: u64, length: usize) -> usize {
        let last = i64::try_from(length).unwrap_or(i64::MAX) - 1;
        usize::try_from(self.between(throw, 0, last)).unwrap_or_default()
    }

    /// The index of one of these shares, bigger ones more often; none if all are zero.
    pub fn pick(self, throw: u64, shares: impl Iterator<Item = u64> + Clone) -> Option<usize> {
        let total: u64 = shares.clone().sum();
        let mut left = self.number(throw).checked_rem(total)?;
        shares.enumerate().find_map(|(index, share)| {
            if left < share {
                return Some(index);
            }
            left -= share;
            None
        })
    }
}

/// SplitMix64, a generator that is known for mixing well from any start.
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn every_share_gets_its_part_and_zero_gets_nothing() {
        let mut counts = [0; 3];
        for index in 0..3000 {
            counts[Dice::of("x", index).pick(1, [2, 0, 1].into_iter()).unwrap()] += 1;
        }
        assert!(counts[1] == 0 && (1800..2200).contains(&counts[0]), "{counts:?}");
        assert_eq!(Dice::of("x", 0).pick(1, [0, 0].into_iter()), None);
    }
}
