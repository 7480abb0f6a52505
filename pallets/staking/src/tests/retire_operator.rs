// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Candidates, Error, Event, OperatorCount, Operators, SortKey, Status};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::traits::OperatorStake;
use polkadot_sdk::*;

#[test]
fn retire_operator_should_unbond_the_self_bond() {
    run(|| {
        assert_ok!(Staking::retire_operator(signed(1)));
        assert_eq!(unbonding(1, 1), BOND);
    });
}

#[test]
fn retire_operator_should_delete_one_without_delegators() {
    run(|| {
        assert_ok!(Staking::retire_operator(signed(1)));
        assert!(!Operators::<Test>::contains_key(account(1)));
        assert!(events().contains(&Event::OperatorRemoved {
            operator: account(1)
        }));
    });
}

#[test]
fn retire_operator_should_keep_the_pool_for_delegators() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(Staking::retire_operator(signed(1)));
        assert_eq!(operator(1).status, Status::Retiring);
        assert_eq!(value(5, 1), 1_000);
    });
}

#[test]
fn retire_operator_should_count_it_no_more() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(Staking::retire_operator(signed(1)));
        assert_eq!(OperatorCount::<Test>::get(), 2);
    });
}

#[test]
fn retire_operator_should_end_its_candidacy() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(Staking::retire_operator(signed(1)));
        assert!(!Candidates::<Test>::contains_key(SortKey::new(
            1_000,
            account(1)
        )));
    });
}

#[test]
fn retire_operator_should_be_complete_when_the_last_delegator_leaves() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(Staking::retire_operator(signed(1)));
        assert_ok!(Staking::undelegate(signed(5), account(1), 1_000));
        assert!(!Operators::<Test>::contains_key(account(1)));
    });
}

#[test]
fn retire_operator_should_refuse_one_that_serves() {
    run(|| {
        register(4, worker_role(), 600);
        assert_ok!(Staking::bond_worker(&account(4)));
        assert_noop!(
            Staking::retire_operator(signed(4)),
            Error::<Test>::StillServing
        );
    });
}

#[test]
fn retire_operator_should_refuse_a_second_time() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(Staking::retire_operator(signed(1)));
        assert_noop!(
            Staking::retire_operator(signed(1)),
            Error::<Test>::OperatorRetiring
        );
    });
}

#[test]
fn retire_operator_should_refuse_who_is_none() {
    run(|| {
        assert_noop!(
            Staking::retire_operator(signed(4)),
            Error::<Test>::UnknownOperator
        );
    });
}
