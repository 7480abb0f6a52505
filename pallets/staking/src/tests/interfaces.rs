// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Error, OperatorPoints, Points};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::traits::{
    OperatorRole, OperatorRoles, OperatorStake, SlashOperator, SlashReason, WorkPoints,
};
use polkadot_sdk::*;
use sp_runtime::Perbill;

#[test]
fn bond_worker_should_refuse_who_is_no_operator() {
    run(|| {
        assert_noop!(Staking::bond_worker(&account(4)), Error::<Test>::NotAWorker);
    });
}

#[test]
fn bond_worker_should_refuse_an_operator_without_the_role() {
    run(|| {
        assert_noop!(Staking::bond_worker(&account(1)), Error::<Test>::NotAWorker);
    });
}

#[test]
fn bond_worker_should_refuse_a_chilled_worker() {
    run(|| {
        register(4, worker_role(), 600);
        assert_ok!(Staking::chill(signed(4)));
        assert_noop!(Staking::bond_worker(&account(4)), Error::<Test>::NotAWorker);
    });
}

#[test]
fn bond_worker_should_keep_the_role() {
    run(|| {
        register(4, worker_role(), 600);
        assert_ok!(Staking::bond_worker(&account(4)));
        assert_noop!(
            Staking::set_roles(signed(4), evaluator_role()),
            Error::<Test>::StillServing
        );
    });
}

#[test]
fn unbond_worker_should_let_the_role_go() {
    run(|| {
        register(4, worker_role(), 600);
        assert_ok!(Staking::bond_worker(&account(4)));
        assert_ok!(Staking::unbond_worker(&account(4)));
        assert_ok!(Staking::set_roles(signed(4), evaluator_role()));
    });
}

#[test]
fn stake_of_should_be_all_that_stands_behind_an_operator() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_eq!(Staking::stake_of(&account(1)), BOND + 1_000);
        assert_eq!(Staking::stake_of(&account(4)), 0);
    });
}

#[test]
fn is_active_should_know_the_roles() {
    run(|| {
        assert!(Staking::is_active(&account(1), OperatorRole::Validator));
        assert!(!Staking::is_active(&account(1), OperatorRole::Evaluator));
    });
}

#[test]
fn is_active_should_be_false_for_a_chilled_operator() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        assert!(!Staking::is_active(&account(1), OperatorRole::Validator));
    });
}

#[test]
fn note_settled_should_give_a_worker_a_point() {
    run(|| {
        register(4, worker_role(), 600);
        Staking::note_settled(&account(4));
        let points = OperatorPoints::<Test>::get(0, account(4));
        assert_eq!(
            points,
            Points {
                validator: 0,
                worker: 1
            }
        );
    });
}

#[test]
fn note_settled_should_pass_over_who_is_no_operator() {
    run(|| {
        Staking::note_settled(&account(4));
        assert!(!OperatorPoints::<Test>::contains_key(0, account(4)));
    });
}

#[test]
fn slash_should_queue_a_slash_of_now() {
    run(|| {
        register(4, worker_role(), 600);
        let fraction = Perbill::from_percent(50);
        assert_ok!(Staking::slash(
            &account(4),
            fraction,
            SlashReason::FalseWork
        ));
        eras(DEFERRAL);
        assert_eq!(stake(4), 300);
    });
}

#[test]
fn slash_should_end_the_activity_of_the_worker() {
    run(|| {
        register(4, worker_role(), 600);
        let fraction = Perbill::from_percent(50);
        assert_ok!(Staking::slash(
            &account(4),
            fraction,
            SlashReason::FalseWork
        ));
        assert!(!Staking::is_active(&account(4), OperatorRole::Worker));
    });
}

#[test]
fn slash_should_refuse_who_is_no_operator() {
    run(|| {
        assert_noop!(
            Staking::slash(&account(4), Perbill::one(), SlashReason::FalseWork),
            Error::<Test>::UnknownOperator
        );
    });
}
