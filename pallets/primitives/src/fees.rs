// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How a fee is split.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{Balance, ContributionId, InfluenceVector, Ppm};

/// The parts of a fee. They sum to the whole, and the contributors' is at least
/// [`FeeSplit::CONTRIBUTORS_FLOOR`].
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct FeeSplit {
    /// Split among contributors by influence.
    pub contributors: Ppm,
    /// The adapter's developer.
    pub developer: Ppm,
    /// The worker that answered.
    pub worker: Ppm,
    /// Those who stake on operators.
    pub stakers: Ppm,
    /// The treasury; it also takes what rounding leaves.
    pub treasury: Ppm,
}

impl Default for FeeSplit {
    fn default() -> Self {
        Self {
            contributors: Ppm(600_000),
            developer: Ppm(150_000),
            worker: Ppm(150_000),
            stakers: Ppm(50_000),
            treasury: Ppm(50_000),
        }
    }
}

/// Why a split is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeSplitError {
    /// The parts do not sum to 1,000,000.
    WrongSum,
    /// The contributors' part is below the floor that the design promises them.
    ContributorsBelowFloor,
}

/// One fee, divided. The parts sum to the fee, to the planck.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeeShares {
    /// To the contributor of each contribution, in the vector's order.
    pub contributions: Vec<(ContributionId, Balance)>,
    /// To the adapter's developer.
    pub developer: Balance,
    /// To the worker.
    pub worker: Balance,
    /// To the stakers.
    pub stakers: Balance,
    /// To the treasury, with what rounding left.
    pub treasury: Balance,
}

impl FeeSplit {
    /// The least that contributors can be given, whatever governance decides.
    pub const CONTRIBUTORS_FLOOR: Ppm = Ppm(400_000);

    /// Checks the sum and the contributors' floor.
    pub fn validate(&self) -> Result<(), FeeSplitError> {
        let parts = [
            self.contributors,
            self.developer,
            self.worker,
            self.stakers,
            self.treasury,
        ];
        let sum = parts
            .iter()
            .fold(0u64, |sum, part| sum.saturating_add(u64::from(part.0)));
        if sum != u64::from(Ppm::ONE.0) {
            return Err(FeeSplitError::WrongSum);
        }
        if self.contributors < Self::CONTRIBUTORS_FLOOR {
            return Err(FeeSplitError::ContributorsBelowFloor);
        }
        Ok(())
    }

    /// Divides `fee` (planck). Every part is rounded down; the treasury takes the rest, so that the
    /// parts sum to `fee` exactly. Both `self` and `influence` are expected to be valid.
    pub fn divide(&self, fee: Balance, influence: &InfluenceVector) -> FeeShares {
        let pool = self.contributors.of(fee);
        let mut left = fee;
        let mut take = |amount: Balance| {
            let taken = amount.min(left);
            left = left.saturating_sub(taken);
            taken
        };
        let contributions = influence
            .iter()
            .map(|entry| (entry.contribution, take(entry.share.of(pool))))
            .collect();
        let developer = take(self.developer.of(fee));
        let worker = take(self.worker.of(fee));
        let stakers = take(self.stakers.of(fee));
        FeeShares {
            contributions,
            developer,
            worker,
            stakers,
            treasury: left,
        }
    }
}

impl FeeShares {
    /// The sum of all parts: the fee.
    pub fn total(&self) -> Balance {
        self.contributions
            .iter()
            .map(|(_, amount)| *amount)
            .chain([self.developer, self.worker, self.stakers, self.treasury])
            .fold(0, Balance::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InfluenceShare;
    use proptest::prelude::*;

    fn vector(weights: &[u32]) -> InfluenceVector {
        let total: u64 = weights.iter().map(|w| u64::from(*w)).sum();
        let mut shares: Vec<InfluenceShare> = weights
            .iter()
            .enumerate()
            .map(|(id, weight)| InfluenceShare {
                contribution: ContributionId(id as u64),
                share: Ppm((u64::from(*weight) * 999_000 / total) as u32 + 1),
            })
            .collect();
        let sum: u32 = shares.iter().map(|s| s.share.0).sum();
        shares[0].share.0 += 1_000_000 - sum;
        InfluenceVector::new(shares).expect("built to be valid")
    }

    proptest! {
        #[test]
        fn divide_should_conserve_the_fee(
            fee in any::<u128>(),
            weights in proptest::collection::vec(1u32..1_000, 1..256),
        ) {
            let shares = FeeSplit::default().divide(fee, &vector(&weights));
            // Summed exactly: no part may overflow past the fee.
            let mut left = fee;
            for (_, amount) in &shares.contributions {
                left = left.checked_sub(*amount).expect("parts never exceed the fee");
            }
            let rest = [shares.developer, shares.worker, shares.stakers, shares.treasury];
            for amount in rest {
                left = left.checked_sub(amount).expect("parts never exceed the fee");
            }
            prop_assert_eq!(left, 0);
        }
    }

    #[test]
    fn divide_should_follow_the_default_split() {
        let shares = FeeSplit::default().divide(1_000_000, &vector(&[1]));
        assert_eq!(shares.contributions, [(ContributionId(0), 600_000)]);
        assert_eq!((shares.developer, shares.worker), (150_000, 150_000));
        assert_eq!((shares.stakers, shares.treasury), (50_000, 50_000));
    }

    #[test]
    fn divide_should_give_dust_to_the_treasury() {
        let shares = FeeSplit::default().divide(1, &vector(&[1, 1, 1]));
        assert_eq!(shares.treasury, 1);
        assert_eq!(shares.total(), 1);
    }

    #[test]
    fn validate_should_hold_the_contributors_floor() {
        let split = FeeSplit {
            contributors: Ppm(399_999),
            treasury: Ppm(250_001),
            ..FeeSplit::default()
        };
        assert_eq!(split.validate(), Err(FeeSplitError::ContributorsBelowFloor));
    }

    #[test]
    fn validate_should_refuse_parts_that_do_not_sum_to_one() {
        let split = FeeSplit {
            treasury: Ppm(50_001),
            ..FeeSplit::default()
        };
        assert_eq!(split.validate(), Err(FeeSplitError::WrongSum));
    }
}
