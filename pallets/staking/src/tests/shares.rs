// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The arithmetic of pools.

use crate::shares::{Fraction, Pool, PoolError};
use polkadot_sdk::*;
use proptest::prelude::*;

fn pool(stake: u128, shares: u128) -> Pool {
    Pool { stake, shares }
}

#[test]
fn an_empty_pool_should_give_a_share_for_a_planck() {
    let mut empty = Pool::default();
    assert_eq!(empty.deposit(7), Ok(7));
    assert_eq!(empty, pool(7, 7));
}

#[test]
fn a_deposit_should_refuse_to_buy_nothing() {
    assert_eq!(pool(100, 10).deposit(9), Err(PoolError::NoShares));
}

#[test]
fn a_deposit_should_refuse_a_pool_without_stake() {
    assert_eq!(pool(0, 10).deposit(9), Err(PoolError::Wiped));
}

#[test]
fn a_deposit_should_refuse_more_shares_than_can_be_counted() {
    let mut thin = pool(1, u128::MAX / 2);
    assert_eq!(thin.deposit(3), Err(PoolError::Overflow));
    assert_eq!(thin, pool(1, u128::MAX / 2));
}

#[test]
fn a_product_beyond_128_bits_should_be_exact() {
    let big = u128::MAX / 3;
    assert_eq!(pool(big, big).value_of(big - 1), big - 1);
}

#[test]
fn the_last_share_should_take_all_stake() {
    let mut last = pool(17, 3);
    assert_eq!(last.redeem(3), 17);
    assert_eq!(last, Pool::default());
}

#[test]
fn a_withdrawal_should_burn_shares_rounded_up() {
    let mut dear = pool(100, 10);
    assert_eq!(dear.withdraw(5, 11), (2, 11));
    assert_eq!(dear, pool(89, 8));
}

#[test]
fn a_withdrawal_should_not_leave_stake_that_nobody_owns() {
    let mut last = pool(10, 1);
    assert_eq!(last.withdraw(1, 9), (1, 10));
    assert_eq!(last, Pool::default());
}

#[test]
fn a_reward_should_not_go_where_nobody_is() {
    assert!(!Pool::default().reward(5));
    assert!(!pool(0, 5).reward(5));
}

/// Stake and shares of a pool as slashes and rewards may have left it.
fn any_pool() -> impl Strategy<Value = Pool> {
    (1u128..1 << 90, 1u128..1 << 90).prop_map(|(stake, shares)| pool(stake, shares))
}

/// Whether a share's price in `after` is at least the one in `before`.
fn is_no_cheaper(before: &Pool, after: &Pool) -> bool {
    use sp_core::U512;
    after.shares == 0
        || U512::from(after.stake) * U512::from(before.shares)
            >= U512::from(before.stake) * U512::from(after.shares)
}

proptest! {
    #[test]
    fn a_deposit_should_never_lower_the_price(mut pool in any_pool(), amount in 1u128..1 << 90) {
        let before = pool;
        if pool.deposit(amount).is_ok() {
            prop_assert!(is_no_cheaper(&before, &pool));
        } else {
            prop_assert_eq!(before, pool);
        }
    }

    #[test]
    fn a_withdrawal_should_never_lower_the_price(
        mut pool in any_pool(),
        owned in any::<u128>(),
        amount in 1u128..1 << 90,
    ) {
        let before = pool;
        let (burnt, taken) = pool.withdraw(owned % (before.shares + 1), amount);
        prop_assert!(is_no_cheaper(&before, &pool));
        prop_assert_eq!(before.stake - pool.stake, taken);
        prop_assert_eq!(before.shares - pool.shares, burnt);
    }

    #[test]
    fn going_in_and_out_should_never_pay(mut pool in any_pool(), amount in 1u128..1 << 90) {
        if let Ok(shares) = pool.deposit(amount) {
            prop_assert!(pool.redeem(shares) <= amount);
        }
    }

    #[test]
    fn a_cut_should_take_the_fraction_rounded_down(
        mut pool in any_pool(),
        part in 0u128..=1_000_000_000,
    ) {
        let before = pool;
        let cut = pool.cut(Fraction { part, whole: 1_000_000_000 });
        prop_assert_eq!(cut, before.stake * part / 1_000_000_000);
        prop_assert_eq!(pool.stake, before.stake - cut);
        prop_assert_eq!(pool.shares, before.shares);
    }
}
