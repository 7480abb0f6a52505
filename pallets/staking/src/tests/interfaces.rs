// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Error, OperatorPoints, Points, SlashQueue, TotalPoints};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::traits::{
    OperatorRole, OperatorRoles, OperatorStake, SlashOperator, SlashReason, WorkPoints,
};
use polkadot_sdk::*;
use sp_runtime::{DispatchResult, Perbill};

/// Slashes half of what stood behind an account in a block.
fn slash_half(index: u8, at: u32) -> DispatchResult {
    let half = Perbill::from_percent(50);
    Staking::slash(&account(index), half, at, SlashReason::FalseWork)
}

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
fn note_settled_should_give_a_worker_a_point_for_each_part_of_the_fee() {
    run(|| {
        register(4, worker_role(), 600);
        Staking::note_settled(&account(4), 3 * WORK_POINT + 1);
        let points = OperatorPoints::<Test>::get(0, account(4));
        assert_eq!(
            points,
            Points {
                validator: 0,
                worker: 3
            }
        );
    });
}

#[test]
fn note_settled_should_write_nothing_for_less_than_a_point() {
    run(|| {
        register(4, worker_role(), 600);
        Staking::note_settled(&account(4), WORK_POINT - 1);
        assert!(!OperatorPoints::<Test>::contains_key(0, account(4)));
    });
}

#[test]
fn note_settled_should_count_no_more_points_than_can_be_counted() {
    run(|| {
        register(4, worker_role(), 600);
        for _ in 0..2 {
            Staking::note_settled(&account(4), u128::MAX);
        }
        assert_eq!(TotalPoints::<Test>::get(0).worker, u64::MAX);
    });
}

#[test]
fn note_settled_should_pass_over_who_is_no_operator() {
    run(|| {
        Staking::note_settled(&account(4), WORK_POINT);
        assert!(!OperatorPoints::<Test>::contains_key(0, account(4)));
    });
}

#[test]
fn note_settled_should_pass_over_an_operator_without_the_role() {
    run(|| {
        Staking::note_settled(&account(1), WORK_POINT);
        assert!(!OperatorPoints::<Test>::contains_key(0, account(1)));
    });
}

#[test]
fn note_settled_should_pass_over_a_chilled_worker() {
    run(|| {
        register(4, worker_role(), 600);
        assert_ok!(Staking::chill(signed(4)));
        Staking::note_settled(&account(4), WORK_POINT);
        assert!(!OperatorPoints::<Test>::contains_key(0, account(4)));
    });
}

#[test]
fn slash_should_queue_a_slash_of_the_blocks_era() {
    run(|| {
        register(4, worker_role(), 600);
        next_era();
        let at = System::block_number();
        eras(2);
        assert_ok!(slash_half(4, at));
        let slash = SlashQueue::<Test>::get(0).expect("it waits");
        assert_eq!((slash.era, slash.reason), (1, SlashReason::FalseWork));
    });
}

#[test]
fn slash_should_take_the_planned_era_for_that_of_a_block_after_the_election() {
    run(|| {
        next_session();
        let at = System::block_number();
        assert_eq!((era(), Staking::current_era()), (0, 1));
        // Its stake counts for that era, too: the slash must not pass the pool by.
        register(4, worker_role(), 600);
        assert_ok!(slash_half(4, at));
        eras(DEFERRAL);
        assert_eq!(stake(4), 300);
    });
}

#[test]
fn slash_should_take_its_part_after_the_deferral() {
    run(|| {
        register(4, worker_role(), 600);
        assert_ok!(slash_half(4, System::block_number()));
        eras(DEFERRAL);
        assert_eq!(stake(4), 300);
    });
}

#[test]
fn slash_should_reach_what_unbonds_since_the_offence() {
    run(|| {
        register(4, worker_role(), 600);
        delegate(5, 4, 1_000);
        let at = System::block_number();
        next_era();
        assert_ok!(Staking::undelegate(signed(5), account(4), 1_000));
        next_era();
        assert_ok!(slash_half(4, at));
        eras(DEFERRAL - 1);
        assert_eq!(unbonding(5, 4), 1_000);
        next_era();
        assert_eq!(unbonding(5, 4), 500);
    });
}

#[test]
fn slash_should_not_reach_what_had_left_in_an_era_before_the_offence() {
    run(|| {
        register(4, worker_role(), 600);
        delegate(5, 4, 1_000);
        assert_ok!(Staking::undelegate(signed(5), account(4), 1_000));
        next_era();
        assert_ok!(slash_half(4, System::block_number()));
        eras(DEFERRAL);
        assert_eq!(unbonding(5, 4), 1_000);
    });
}

#[test]
fn slash_should_reach_one_that_has_retired_since() {
    run(|| {
        register(4, worker_role(), 600);
        let at = System::block_number();
        assert_ok!(Staking::retire_operator(signed(4)));
        assert_ok!(slash_half(4, at));
        eras(DEFERRAL);
        assert_eq!(unbonding(4, 4), 300);
    });
}

#[test]
fn slash_should_not_punish_an_offence_that_is_too_old() {
    run(|| {
        register(4, worker_role(), 600);
        let at = System::block_number();
        eras(BONDING + 1);
        assert_noop!(slash_half(4, at), Error::<Test>::OffenceOutdated);
    });
}

#[test]
fn slash_should_end_the_activity_of_the_worker() {
    run(|| {
        register(4, worker_role(), 600);
        assert_ok!(slash_half(4, System::block_number()));
        assert!(!Staking::is_active(&account(4), OperatorRole::Worker));
    });
}

#[test]
fn slash_should_refuse_who_is_no_operator() {
    run(|| {
        assert_noop!(slash_half(4, 1), Error::<Test>::UnknownOperator);
    });
}
