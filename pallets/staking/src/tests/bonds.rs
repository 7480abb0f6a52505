// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! bond_more and bond_less.

use super::mock::*;
use crate::{Candidates, Error, SortKey};
use frame_support::{assert_noop, assert_ok};
use polkadot_sdk::*;
use sp_runtime::Perbill;

#[test]
fn bond_more_should_raise_the_self_bond() {
    run(|| {
        assert_ok!(Staking::bond_more(signed(1), 500));
        assert_eq!(operator(1).self_bond(), BOND + 500);
    });
}

#[test]
fn bond_more_should_move_the_candidate_up() {
    run(|| {
        assert_ok!(Staking::bond_more(signed(1), 500));
        assert!(Candidates::<Test>::contains_key(SortKey::new(
            BOND + 500,
            account(1)
        )));
    });
}

#[test]
fn bond_more_should_refuse_nothing() {
    run(|| {
        assert_noop!(
            Staking::bond_more(signed(1), 0),
            Error::<Test>::AmountTooSmall
        );
    });
}

#[test]
fn bond_more_should_refuse_more_than_there_is() {
    run(|| {
        assert_noop!(
            Staking::bond_more(signed(1), FUNDS),
            Error::<Test>::InsufficientFunds
        );
    });
}

#[test]
fn bond_more_should_refuse_who_is_no_operator() {
    run(|| {
        assert_noop!(
            Staking::bond_more(signed(4), 500),
            Error::<Test>::UnknownOperator
        );
    });
}

#[test]
fn bond_more_should_wait_for_a_pending_slash() {
    run(|| {
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_noop!(
            Staking::bond_more(signed(1), 500),
            Error::<Test>::SlashPending
        );
    });
}

#[test]
fn bond_more_should_refuse_a_pool_that_was_slashed_to_nothing() {
    run(|| {
        slash(1, 100);
        assert_noop!(Staking::bond_more(signed(1), 500), Error::<Test>::PoolWiped);
    });
}

#[test]
fn bond_less_should_unbond_the_amount() {
    run(|| {
        assert_ok!(Staking::bond_less(signed(1), 700));
        assert_eq!(operator(1).self_bond(), BOND - 700);
        assert_eq!(unbonding(1, 1), 700);
    });
}

#[test]
fn bond_less_should_keep_what_the_roles_ask_for() {
    run(|| {
        assert_noop!(
            Staking::bond_less(signed(1), BOND - VALIDATOR_BOND + 1),
            Error::<Test>::BelowSelfBond
        );
    });
}

#[test]
fn bond_less_should_not_be_a_way_to_retire() {
    run(|| {
        assert_noop!(
            Staking::bond_less(signed(1), BOND),
            Error::<Test>::BelowSelfBond
        );
    });
}

#[test]
fn bond_less_should_refuse_nothing() {
    run(|| {
        assert_noop!(
            Staking::bond_less(signed(1), 0),
            Error::<Test>::AmountTooSmall
        );
    });
}

#[test]
fn bond_less_should_refuse_one_without_any_self_bond() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(Staking::retire_operator(signed(1)));
        assert_noop!(
            Staking::bond_less(signed(1), 1),
            Error::<Test>::NotDelegated
        );
    });
}
