//! How many organisations and reports there are, and who has how many.

use anyhow::ensure;

/// Organisations, and the reports of all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub tenants: u32,
    pub reports: u32,
}

impl Size {
    /// The most organisations that have names.
    const MOST_TENANTS: u32 = 999;
    /// Fewer reports than this show nothing of an organisation.
    const FEWEST_REPORTS: u32 = 5;

    /// Fails if there are too few reports to go round.
    pub fn new(tenants: u32, reports: u32) -> anyhow::Result<Self> {
        ensure!((1..=Self::MOST_TENANTS).contains(&tenants), "there can be 1 to {} organisations", Self::MOST_TENANTS);
        let size = Self { tenants, reports };
        ensure!(
            size.shares().iter().all(|share| *share >= Self::FEWEST_REPORTS),
            "{reports} reports are too few for {tenants} organisations"
        );
        Ok(size)
    }

    /// How many reports each organisation has, the largest first. Of a hundred organisations the largest
    /// has a tenth of all reports and the smallest one in 400.
    pub fn shares(self) -> Vec<u32> {
        const PARTS: u64 = 1_000_000_000;
        let weights: Vec<u64> = (0..u64::from(self.tenants)).map(|index| PARTS / (2 * index + 5)).collect();
        let all: u64 = weights.iter().sum();
        let share = |weight: &u64| u32::try_from(u64::from(self.reports) * weight / all).unwrap_or(self.reports);
        let mut shares: Vec<u32> = weights.iter().map(share).collect();
        let left = self.reports - shares.iter().sum::<u32>();
        if let Some(largest) = shares.first_mut() {
            *largest += left;
        }
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[test]
    fn the_largest_has_a_tenth_and_all_have_something() {
        let shares = Size::new(100, 200_000).unwrap().shares();
        assert_eq!((shares.len(), shares.iter().sum::<u32>()), (100, 200_000));
        assert!((19_000..22_000).contains(&shares[0]), "{}", shares[0]);
        assert!(shares.is_sorted_by(|larger, smaller| larger >= smaller) && shares[99] > 400);
    }

    #[test]
    fn one_organisation_has_everything() {
        assert_eq!(Size::new(1, 10).unwrap().shares(), [10]);
    }

    #[test]
    fn too_few_reports_or_too_many_organisations_are_refused() {
        assert!(Size::new(100, 200).is_err());
        assert!(Size::new(0, 200).is_err() && Size::new(1_000, 1_000_000).is_err());
    }
}
