// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{
    Attendance, Attendances, Candidates, ChillReason, Error, Event, OperatorCount, Operators,
    SortKey, Status,
};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::traits::OperatorStake;
use polkadot_sdk::*;
use sp_runtime::Perbill;

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

#[test]
fn retire_operator_should_wait_for_the_end_of_a_forced_chill() {
    run(|| {
        assert_ok!(Staking::force_chill(root(), account(1)));
        eras(CHILL - 1);
        assert_noop!(
            Staking::retire_operator(signed(1)),
            Error::<Test>::StillChilled
        );
        next_era();
        assert_ok!(Staking::retire_operator(signed(1)));
    });
}

#[test]
fn retire_operator_should_wait_for_the_end_of_a_chill_by_a_slash() {
    run(|| {
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_noop!(
            Staking::retire_operator(signed(1)),
            Error::<Test>::StillChilled
        );
    });
}

#[test]
fn retire_operator_should_be_possible_for_one_that_chilled_itself() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        assert_ok!(Staking::retire_operator(signed(1)));
    });
}

/// Operator 1 has delegators, is chilled for missed blocks, and leaves as soon as it can.
fn leaves_after_missed_blocks() {
    delegate(5, 1, 1_000);
    assert_ok!(Staking::do_chill(account(1), ChillReason::MissedBlocks));
    eras(CHILL);
    assert_ok!(Staking::retire_operator(signed(1)));
}

#[test]
fn retire_operator_should_not_be_a_way_around_probation() {
    run(|| {
        leaves_after_missed_blocks();
        register(1, validator_role(), 2_000);
        assert_eq!(operator(1).probation, Some(CHILL + PROBATION));
    });
}

#[test]
fn retire_operator_should_not_keep_the_count_of_blocks_that_a_chill_was_for() {
    run(|| {
        Attendances::<Test>::insert(account(1), Attendance::default());
        leaves_after_missed_blocks();
        assert!(!Attendances::<Test>::contains_key(account(1)));
    });
}
