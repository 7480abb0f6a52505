// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Influence vectors: how much each contribution moved one answer.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{frame_support::BoundedVec, sp_core::ConstU32};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::ContributionId;

/// The most contributions that one receipt can name.
pub const MAX_INFLUENCES: u32 = 256;

/// Parts per million.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(transparent)]
pub struct Ppm(pub u32);

impl Ppm {
    /// The whole: 1,000,000 parts.
    pub const ONE: Ppm = Ppm(1_000_000);

    /// This share of `amount`, rounded down. Shares above the whole count as the whole.
    pub fn of(self, amount: u128) -> u128 {
        let (parts, one) = (u128::from(self.0.min(Self::ONE.0)), u128::from(Self::ONE.0));
        // floor(amount * parts / one) without the product that could overflow; with parts <= one
        // neither term nor their sum exceeds `amount`.
        (amount / one)
            .saturating_mul(parts)
            .saturating_add((amount % one).saturating_mul(parts) / one)
    }
}

/// How an influence vector was computed. A new method is a new variant; old ones keep their number.
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
#[serde(rename_all = "kebab-case")]
pub enum InfluenceMethod {
    /// Gradients of LoRA and head, projected, scaled to unit norm, summed per contribution,
    /// negative sums cut to zero.
    #[codec(index = 0)]
    UnitGradientsV1,
}

/// A contribution and its part of an answer.
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
pub struct InfluenceShare {
    /// The contribution.
    pub contribution: ContributionId,
    /// Its part of the whole; never zero.
    pub share: Ppm,
}

/// What is wrong with an influence vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InfluenceError {
    /// It names nothing.
    Empty,
    /// A share is zero: leave the contribution out.
    ZeroShare,
    /// A contribution stands twice.
    Duplicate,
    /// The contributions do not ascend by id.
    Unsorted,
    /// The shares do not sum to exactly 1,000,000.
    WrongSum,
    /// More than [`MAX_INFLUENCES`] contributions.
    TooLong,
}

/// Contribution → parts per million, bounded by [`MAX_INFLUENCES`]. Decoding bounds the length
/// only; [`InfluenceVector::validate`] checks the rest, so that a receipt that breaks a rule can be
/// refused with the error that names the rule.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct InfluenceVector(pub BoundedVec<InfluenceShare, ConstU32<MAX_INFLUENCES>>);

impl InfluenceVector {
    /// A vector from shares that already obey every rule.
    pub fn new(shares: Vec<InfluenceShare>) -> Result<Self, InfluenceError> {
        let vector = Self(BoundedVec::try_from(shares).map_err(|_| InfluenceError::TooLong)?);
        vector.validate()?;
        Ok(vector)
    }

    /// Ascending by contribution, no share zero, and the sum exactly 1,000,000.
    pub fn validate(&self) -> Result<(), InfluenceError> {
        let mut sum = 0u64;
        let mut previous: Option<ContributionId> = None;
        for entry in &self.0 {
            match previous {
                Some(before) if before == entry.contribution => {
                    return Err(InfluenceError::Duplicate)
                }
                Some(before) if before > entry.contribution => {
                    return Err(InfluenceError::Unsorted)
                }
                _ => {}
            }
            if entry.share.0 == 0 {
                return Err(InfluenceError::ZeroShare);
            }
            // At most 256 shares of 32 bits: the sum fits easily.
            sum = sum.saturating_add(u64::from(entry.share.0));
            previous = Some(entry.contribution);
        }
        match (previous, sum) {
            (None, _) => Err(InfluenceError::Empty),
            (_, sum) if sum == u64::from(Ppm::ONE.0) => Ok(()),
            _ => Err(InfluenceError::WrongSum),
        }
    }

    /// The shares, ascending by contribution.
    pub fn iter(&self) -> impl Iterator<Item = &InfluenceShare> {
        self.0.iter()
    }

    /// How many contributions it names.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it names nothing; such a vector is not valid.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn share(id: u64, ppm: u32) -> InfluenceShare {
        InfluenceShare {
            contribution: ContributionId(id),
            share: Ppm(ppm),
        }
    }

    #[test]
    fn new_should_accept_sorted_shares_that_sum_to_one() {
        assert!(InfluenceVector::new(vec![share(1, 400_000), share(7, 600_000)]).is_ok());
    }

    #[test]
    fn new_should_name_the_broken_rule() {
        let cases = [
            (vec![], InfluenceError::Empty),
            (vec![share(1, 999_999)], InfluenceError::WrongSum),
            (vec![share(1, 1_000_001)], InfluenceError::WrongSum),
            (
                vec![share(1, 0), share(2, 1_000_000)],
                InfluenceError::ZeroShare,
            ),
            (
                vec![share(2, 500_000), share(1, 500_000)],
                InfluenceError::Unsorted,
            ),
            (
                vec![share(2, 500_000), share(2, 500_000)],
                InfluenceError::Duplicate,
            ),
            (vec![share(1, 1); 257], InfluenceError::TooLong),
        ];
        for (shares, error) in cases {
            assert_eq!(InfluenceVector::new(shares), Err(error));
        }
    }

    #[test]
    fn share_of_amount_should_round_down_without_overflow() {
        assert_eq!(Ppm(333_333).of(10), 3);
        assert_eq!(Ppm(1_000_000).of(u128::MAX), u128::MAX);
        assert_eq!(Ppm(500_000).of(u128::MAX), u128::MAX / 2);
        assert_eq!(Ppm(2_000_000).of(5), 5);
    }
}
