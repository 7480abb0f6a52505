// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What a step may do to what accounts have.

use std::collections::BTreeMap;

use openledger_primitives::Balance;
use polkadot_sdk::*;
use sp_runtime::Perbill;

use super::op::PAYER;
use crate::{tests::mock::*, Delegations, Event, Operators, Tickets, UnappliedSlash};

/// What an account has, planck: free, in pools, and unbonding.
pub fn wealth(who: u8) -> Balance {
    let staked: Balance = Staking::delegations_view(account(who))
        .iter()
        .map(|view| view.value + view.unbonding.iter().map(|one| one.amount).sum::<Balance>())
        .sum();
    free(&account(who)) + staked
}

pub type Wealth = BTreeMap<u8, Balance>;

pub fn all_wealth() -> Wealth {
    (1..PAYER).map(|who| (who, wealth(who))).collect()
}

/// What rounding can move, planck: a few shares at the highest price of any pool.
pub fn rounding() -> Balance {
    let price = |stake: Balance, shares: Balance| stake.div_ceil(shares.max(1));
    let pools = Operators::<Test>::iter_values().map(|operator| operator.pool);
    let unbonding = crate::Unbonding::<Test>::iter_values();
    let highest = pools
        .chain(unbonding)
        .map(|pool| price(pool.stake, pool.shares))
        .max()
        .unwrap_or(1)
        .max(1);
    // An account has positions with all operators, each of which can lose a little.
    8 * (highest + 1)
}

/// 1. A call never makes its caller richer, and others only by what rounding leaves in their pools.
///    Nor does it make anybody poorer by more than that.
pub fn assert_no_call_pays(
    before: &Wealth,
    after: &Wealth,
    caller: Option<u8>,
    rounding: Balance,
    what: &str,
) {
    for (who, was) in before {
        let is = after[who];
        let gain = if caller == Some(*who) { 0 } else { rounding };
        assert!(
            is + rounding >= *was && is <= was + gain,
            "{what}: account {who} had {was} and has {is}, rounding {rounding}"
        );
    }
}

/// 2. A slash takes from nobody more than its fraction of what it had where the slash reaches; and
///    of all that it has to reach no less than its fraction, but for what rounding leaves.
pub fn assert_slash_is_fair(slash: &UnappliedSlash) {
    let before = all_wealth();
    let reached: Wealth = (1..PAYER).map(|who| (who, exposed(who, slash))).collect();
    let (rounding_before, treasury_before) = (rounding(), treasury());
    let owed_before = crate::TreasuryOwed::<Test>::get();
    let fraction = slash_of_rest(slash).min(1.0);
    let pools = reached_pools(slash);
    Staking::apply_due_slashes();
    for (who, was) in &before {
        let is = wealth(*who);
        let most = fraction * reached[who] as f64;
        let limit = most.ceil() as Balance + rounding_before;
        assert!(
            is + limit >= *was && is <= was + rounding_before,
            "account {who} had {was}, of which {} are reached by {slash:?}, and has {is}",
            reached[who]
        );
    }
    // 3. What was slashed in the pools is the treasury's, to the planck.
    let slashed: Balance = events()
        .iter()
        .map(|event| match event {
            Event::Slashed { amount, .. } => *amount,
            _ => 0,
        })
        .sum();
    let owed = crate::TreasuryOwed::<Test>::get();
    assert_eq!(treasury() + owed, treasury_before + owed_before + slashed);
    // Each pool keeps less than a planck by rounding.
    let least: f64 = pools.iter().map(|stake| fraction * *stake as f64).sum();
    assert!(
        (slashed + pools.len() as Balance) as f64 + 1e-6 >= least,
        "{slash:?} took {slashed} of {pools:?}"
    );
}

/// The stakes of the pools that a slash has to reach, planck: the operator's, unless it is younger
/// than the offence, and what has left it since.
fn reached_pools(slash: &UnappliedSlash) -> Vec<Balance> {
    let pooled = Operators::<Test>::get(&slash.operator)
        .filter(|record| record.registered <= slash.era)
        .map(|record| record.pool.stake);
    let unbonding = crate::Unbonding::<Test>::iter_prefix(&slash.operator)
        .filter(|(era, _)| *era >= slash.era)
        .map(|(_, pool)| pool.stake);
    pooled.into_iter().chain(unbonding).collect()
}

/// What a slash takes, as a fraction of what earlier slashes for the same era have left.
fn slash_of_rest(slash: &UnappliedSlash) -> f64 {
    let applied = crate::Offences::<Test>::get(slash.era, &slash.operator).applied;
    let parts = |fraction: Perbill| f64::from(fraction.deconstruct());
    let rest = (1e9 - parts(applied)).max(1.0);
    parts(slash.fraction) / rest
}

/// What an account has where a slash reaches, planck.
fn exposed(who: u8, slash: &UnappliedSlash) -> Balance {
    let (who, operator) = (account(who), &slash.operator);
    let shares = Delegations::<Test>::get(&who, operator).map_or(0, |position| position.shares);
    let pooled = Operators::<Test>::get(operator).map_or(0, |record| {
        let own = if who == *operator {
            record.own_shares
        } else {
            0
        };
        record.pool.value_of(shares + own)
    });
    let unbonding: Balance = Tickets::<Test>::get(&who, operator)
        .iter()
        .filter(|ticket| ticket.era >= slash.era)
        .map(|ticket| {
            crate::Unbonding::<Test>::get(operator, ticket.era)
                .map_or(0, |pool| pool.value_of(ticket.shares))
        })
        .sum();
    let moved: Balance = Delegations::<Test>::iter_prefix(&who)
        .filter_map(|(_, position)| position.redelegated)
        .filter(|part| part.from == *operator && part.era >= slash.era)
        .map(|part| part.value)
        .sum();
    pooled + unbonding + moved
}
