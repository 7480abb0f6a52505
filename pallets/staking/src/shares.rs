// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Pools and their shares. Products of two amounts are exact (256 bits), and every quotient is
//! rounded in favour of the pool, so that nobody gains by moving in and out.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use openledger_primitives::Balance;
use polkadot_sdk::sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};
use scale_info::TypeInfo;

/// `a * b / c` rounded down; `None` when `c` is zero or the result does not fit.
pub fn mul_div(a: u128, b: u128, c: u128) -> Option<u128> {
    multiply_by_rational_with_rounding(a, b, c, Rounding::Down)
}

/// Why a pool takes no deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolError {
    /// It was slashed to nothing and has shares: there is no price.
    Wiped,
    /// The amount buys no share.
    NoShares,
    /// There would be more shares than can be counted.
    Overflow,
}

/// A fraction that is exact: `part / whole`, with `part <= whole` and `whole > 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// The numerator.
    pub part: u128,
    /// The denominator.
    pub whole: u128,
}

impl Fraction {
    /// That part of `amount`, rounded down.
    pub fn of(&self, amount: Balance) -> Balance {
        mul_div(amount, self.part, self.whole)
            .unwrap_or(0)
            .min(amount)
    }
}

/// Stake that several accounts own by shares. A share's price is `stake / shares`; a reward raises
/// it and a slash lowers it for all at once. A pool without shares has no stake.
#[derive(
    Clone,
    Copy,
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
pub struct Pool {
    /// What it holds, planck.
    pub stake: Balance,
    /// How many shares there are.
    pub shares: Balance,
}

impl Pool {
    /// Whether a slash has taken everything from somebody.
    pub fn is_wiped(&self) -> bool {
        self.stake == 0 && self.shares > 0
    }

    /// What `shares` are worth, planck: `shares * stake / self.shares`, rounded down.
    pub fn value_of(&self, shares: Balance) -> Balance {
        mul_div(shares, self.stake, self.shares)
            .unwrap_or(0)
            .min(self.stake)
    }

    /// The shares that `amount` buys: `amount * self.shares / stake`, rounded down; as many as
    /// planck in an empty pool.
    pub fn shares_for(&self, amount: Balance) -> Result<Balance, PoolError> {
        if self.shares == 0 {
            return Ok(amount);
        }
        if self.stake == 0 {
            return Err(PoolError::Wiped);
        }
        mul_div(amount, self.shares, self.stake).ok_or(PoolError::Overflow)
    }

    /// Puts `amount` in and returns the shares that it buys, which are not zero. Changes nothing
    /// when it fails.
    pub fn deposit(&mut self, amount: Balance) -> Result<Balance, PoolError> {
        let bought = self.shares_for(amount)?;
        if bought == 0 {
            return Err(PoolError::NoShares);
        }
        let stake = self.stake.checked_add(amount).ok_or(PoolError::Overflow)?;
        let shares = self.shares.checked_add(bought).ok_or(PoolError::Overflow)?;
        *self = Self { stake, shares };
        Ok(bought)
    }

    /// Burns `shares` and takes out what they are worth, planck.
    pub fn redeem(&mut self, shares: Balance) -> Balance {
        let shares = shares.min(self.shares);
        let amount = self.value_of(shares);
        self.stake = self.stake.saturating_sub(amount);
        self.shares = self.shares.saturating_sub(shares);
        amount
    }

    /// Takes `amount` out and burns shares for it, rounded up, of the `owned` ones; all of them and
    /// what they are worth when that is no more than `amount`. Returns the shares burnt and the
    /// planck taken.
    pub fn withdraw(&mut self, owned: Balance, amount: Balance) -> (Balance, Balance) {
        let owned = owned.min(self.shares);
        if amount >= self.value_of(owned) {
            return (owned, self.redeem(owned));
        }
        let burnt =
            multiply_by_rational_with_rounding(amount, self.shares, self.stake, Rounding::Up)
                .unwrap_or(owned)
                .min(owned);
        if burnt == self.shares {
            // Rounding up would leave stake that nobody owns.
            return (owned, self.redeem(owned));
        }
        self.stake = self.stake.saturating_sub(amount);
        self.shares = self.shares.saturating_sub(burnt);
        (burnt, amount)
    }

    /// Takes `fraction` of the stake out, rounded down, and returns it. The shares stay.
    pub fn cut(&mut self, fraction: Fraction) -> Balance {
        let amount = fraction.of(self.stake);
        self.stake = self.stake.saturating_sub(amount);
        amount
    }

    /// Adds a reward that all shares have in common. False, and nothing is changed, when nobody owns
    /// the pool or nothing is left in it.
    pub fn reward(&mut self, amount: Balance) -> bool {
        if self.shares == 0 || self.stake == 0 {
            return false;
        }
        match self.stake.checked_add(amount) {
            Some(stake) => {
                self.stake = stake;
                true
            }
            None => false,
        }
    }
}
