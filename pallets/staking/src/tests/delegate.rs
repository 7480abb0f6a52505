// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Candidates, Error, Event, SortKey};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::Balance;
use polkadot_sdk::*;
use sp_runtime::{DispatchResult, Perbill};

fn call(delegator: u8, operator: u8, amount: Balance) -> DispatchResult {
    Staking::delegate(signed(delegator), account(operator), amount)
}

#[test]
fn delegate_should_add_to_the_pool() {
    run(|| {
        assert_ok!(call(5, 1, 1_000));
        assert_eq!(stake(1), BOND + 1_000);
        assert_eq!(value(5, 1), 1_000);
    });
}

#[test]
fn delegate_should_move_the_money_into_the_held_account() {
    run(|| {
        let before = Staking::held();
        assert_ok!(call(5, 1, 1_000));
        assert_eq!(Staking::held(), before + 1_000);
        assert_eq!(free(&account(5)), FUNDS - 1_000);
    });
}

#[test]
fn delegate_should_move_the_candidate_up() {
    run(|| {
        assert_ok!(call(5, 1, 1_000));
        assert!(Candidates::<Test>::contains_key(SortKey::new(
            BOND + 1_000,
            account(1)
        )));
        assert!(!Candidates::<Test>::contains_key(SortKey::new(
            BOND,
            account(1)
        )));
    });
}

#[test]
fn delegate_should_emit_amount_and_shares() {
    run(|| {
        assert_ok!(call(5, 1, 1_000));
        assert!(events().contains(&Event::Delegated {
            delegator: account(5),
            operator: account(1),
            amount: 1_000,
            shares: 1_000,
        }));
    });
}

#[test]
fn delegate_should_add_up_in_one_position() {
    run(|| {
        assert_ok!(call(5, 1, 1_000));
        assert_ok!(call(5, 1, 1));
        assert_eq!(value(5, 1), 1_001);
    });
}

#[test]
fn delegate_should_refuse_less_than_the_minimum() {
    run(|| {
        assert_noop!(
            call(5, 1, MIN_DELEGATION - 1),
            Error::<Test>::BelowMinDelegation
        );
    });
}

#[test]
fn delegate_should_refuse_nothing() {
    run(|| {
        assert_noop!(call(5, 1, 0), Error::<Test>::AmountTooSmall);
    });
}

#[test]
fn delegate_should_refuse_the_operator_itself() {
    run(|| {
        assert_noop!(call(1, 1, 1_000), Error::<Test>::OwnPool);
    });
}

#[test]
fn delegate_should_refuse_who_is_no_operator() {
    run(|| {
        assert_noop!(call(5, 6, 1_000), Error::<Test>::UnknownOperator);
    });
}

#[test]
fn delegate_should_refuse_a_retired_operator() {
    run(|| {
        assert_ok!(call(5, 1, 1_000));
        assert_ok!(Staking::retire_operator(signed(1)));
        assert_noop!(call(5, 1, 1_000), Error::<Test>::OperatorRetiring);
    });
}

#[test]
fn delegate_should_refuse_an_operator_with_a_pending_slash() {
    run(|| {
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_noop!(call(5, 1, 1_000), Error::<Test>::SlashPending);
    });
}

#[test]
fn delegate_should_refuse_a_pool_that_was_slashed_to_nothing() {
    run(|| {
        slash(1, 100);
        assert_noop!(call(5, 1, 1_000), Error::<Test>::PoolWiped);
    });
}

#[test]
fn delegate_should_refuse_more_than_there_is() {
    run(|| {
        assert_noop!(call(5, 1, FUNDS), Error::<Test>::InsufficientFunds);
    });
}

#[test]
fn delegate_should_not_be_made_dearer_by_a_donation_to_the_account() {
    run(|| {
        fund(Staking::account(), 50_000);
        assert_ok!(call(5, 1, 1_000));
        assert_eq!(value(5, 1), 1_000);
    });
}

#[test]
fn delegate_should_buy_at_the_price_that_rewards_have_raised() {
    run(|| {
        assert_eq!(Staking::pay_operator(&account(1), 0, 10_000), 10_000);
        // The reward was not held: give the account what the pool has gained.
        assert_ok!(Staking::take_in(&account(9), 10_000));
        assert_ok!(call(5, 1, 1_000));
        let shares = crate::Delegations::<Test>::get(account(5), account(1))
            .expect("delegated")
            .shares;
        assert!((500..600).contains(&shares), "{shares}");
        assert!((999..=1_000).contains(&value(5, 1)));
    });
}
