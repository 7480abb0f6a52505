// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Event, OperatorPoints, Payouts, Reserve};
use frame_support::assert_ok;
use openledger_primitives::{traits::WorkPoints, Balance};
use polkadot_sdk::*;
use sp_runtime::Perbill;

/// An era in which validators 1 and 2 author three blocks to one, with that many fees.
fn era_with_fees(amount: Balance) {
    fees(amount);
    authored(1, 3);
    authored(2, 1);
    next_era();
}

#[test]
fn rewards_should_be_shared_by_points() {
    run(|| {
        era_with_fees(10_000);
        // 70 % for validators: 7,000, three to one.
        assert_eq!(stake(1), BOND + 5_250);
        assert_eq!(stake(2), BOND + 1_750);
    });
}

#[test]
fn rewards_should_move_from_the_pot_into_the_held_account() {
    run(|| {
        let before = Staking::held();
        era_with_fees(10_000);
        assert_eq!(Staking::held(), before + 7_000);
        assert_eq!(free(&StakersPot::get()), ED + 3_000);
    });
}

#[test]
fn the_part_of_a_side_without_points_should_wait_in_the_pot() {
    run(|| {
        era_with_fees(10_000);
        register(4, worker_role(), 600);
        Staking::note_settled(&account(4), WORK_POINT);
        next_era();
        // 30 % of the 3,000 that waited.
        assert_eq!(stake(4), 600 + 900);
    });
}

#[test]
fn workers_should_be_paid_by_settled_fees() {
    run(|| {
        register(4, worker_role(), 600);
        register(5, worker_role(), 600);
        fees(1_000);
        Staking::note_settled(&account(4), 2_000);
        Staking::note_settled(&account(5), 1_000);
        next_era();
        assert_eq!((stake(4), stake(5)), (600 + 200, 600 + 100));
    });
}

#[test]
fn many_receipts_should_bring_no_more_than_one_of_the_same_fee() {
    run(|| {
        register(4, worker_role(), 600);
        register(5, worker_role(), 600);
        fees(1_000);
        for _ in 0..10 {
            Staking::note_settled(&account(4), 100);
        }
        Staking::note_settled(&account(5), 1_000);
        next_era();
        assert_eq!((stake(4), stake(5)), (600 + 150, 600 + 150));
    });
}

#[test]
fn rewards_should_raise_what_delegators_have() {
    run(|| {
        delegate(5, 1, BOND);
        era_with_fees(10_000);
        // 5,250 less 10 % commission, half of which is the delegator's.
        assert_eq!(value(5, 1), BOND + 2_362);
    });
}

#[test]
fn commission_should_be_the_operators() {
    run(|| {
        delegate(5, 1, BOND);
        era_with_fees(10_000);
        let own = operator(1).self_bond();
        assert!(
            (BOND + 2_362 + 524..=BOND + 2_363 + 525).contains(&own),
            "{own}"
        );
    });
}

#[test]
fn rewards_should_emit_amount_and_commission() {
    run(|| {
        era_with_fees(10_000);
        assert!(events().contains(&Event::Rewarded {
            operator: account(1),
            era: 0,
            amount: 5_250,
            commission: 525,
        }));
    });
}

#[test]
fn rewards_should_be_handed_out_a_bounded_number_a_block() {
    run(|| {
        PayoutsPerBlock::set(1);
        era_with_fees(10_000);
        assert_eq!(OperatorPoints::<Test>::iter_prefix(0).count(), 1);
        next_block();
        assert_eq!(OperatorPoints::<Test>::iter_prefix(0).count(), 0);
        assert!(Payouts::<Test>::contains_key(0));
        next_block();
        assert!(!Payouts::<Test>::contains_key(0));
    });
}

#[test]
fn several_eras_should_be_handed_out_in_order() {
    run(|| {
        PayoutsPerBlock::set(1);
        SessionsPerEra::set(1);
        eras(1);
        for _ in 0..3 {
            era_with_fees(10_000);
        }
        for _ in 0..10 {
            next_block();
        }
        assert_eq!(Payouts::<Test>::iter().count(), 0);
        assert_eq!(crate::NextPayout::<Test>::get(), era());
    });
}

#[test]
fn what_rounding_leaves_should_be_shared_in_the_next_era() {
    run(|| {
        fees(10);
        authored(1, 2);
        authored(2, 1);
        next_era();
        // 7 planck, two to one: 4 and 2.
        assert_eq!(Reserve::<Test>::get(), 1);
        authored(1, 1);
        next_era();
        // The pot's 3 and the reserve's 1: 2 from the pot, nothing from a single planck.
        assert_eq!(stake(1), BOND + 4 + 2);
    });
}

#[test]
fn a_pool_that_was_slashed_to_nothing_should_not_be_rewarded() {
    run(|| {
        SlashDeferral::set(0);
        report(1, 0, Perbill::one()).expect("queued");
        next_block();
        era_with_fees(10_000);
        assert_eq!(stake(1), 0);
        assert_eq!(Reserve::<Test>::get(), 5_250);
    });
}

#[test]
fn a_retired_operator_should_leave_its_last_rewards_to_its_delegators() {
    run(|| {
        delegate(5, 1, 1_000);
        fees(10_000);
        authored(1, 1);
        assert_ok!(Staking::retire_operator(signed(1)));
        next_era();
        assert_eq!(value(5, 1), 8_000);
    });
}

#[test]
fn incentives_should_come_from_their_pot() {
    run(|| {
        fund(IncentivePot::get(), 50_000);
        authored(1, 1);
        next_era();
        assert_eq!(stake(1), BOND + INCENTIVE * 7 / 10);
    });
}

/// An era in which worker 4 settles jobs for that many planck and nobody authors.
fn era_with_settled(fee: Balance) {
    fund(IncentivePot::get(), 50_000);
    register(4, worker_role(), 600);
    Staking::note_settled(&account(4), fee);
    next_era();
}

#[test]
fn workers_should_have_their_part_of_the_incentives() {
    run(|| {
        era_with_settled(100_000);
        assert_eq!(stake(4), 600 + INCENTIVE * 3 / 10);
    });
}

#[test]
fn the_incentives_of_workers_should_not_exceed_their_part_of_the_settled_fees() {
    run(|| {
        era_with_settled(1_000);
        assert_eq!(stake(4), 600 + 50);
    });
}

#[test]
fn what_the_incentives_of_workers_are_short_of_should_stay_in_their_pot() {
    run(|| {
        era_with_settled(1_000);
        assert_eq!(free(&IncentivePot::get()), ED + 50_000 - 50);
    });
}

#[test]
fn the_incentives_of_validators_should_not_depend_on_settled_fees() {
    run(|| {
        authored(1, 1);
        era_with_settled(1_000);
        assert_eq!(stake(1), BOND + INCENTIVE * 7 / 10);
    });
}

#[test]
fn the_workers_part_of_fees_should_not_be_limited_by_what_they_settled() {
    run(|| {
        register(4, worker_role(), 600);
        fees(1_000);
        Staking::note_settled(&account(4), WORK_POINT);
        next_era();
        assert_eq!(stake(4), 600 + 300);
    });
}

#[test]
fn incentives_should_halve_on_schedule() {
    run(|| {
        assert_eq!(Staking::incentive(0), INCENTIVE);
        assert_eq!(Staking::incentive(HALVING - 1), INCENTIVE);
        assert_eq!(Staking::incentive(HALVING), INCENTIVE / 2);
        assert_eq!(Staking::incentive(3 * HALVING), INCENTIVE / 8);
        assert_eq!(Staking::incentive(u32::MAX), 0);
    });
}

#[test]
fn incentives_should_end_with_what_the_pot_holds() {
    run(|| {
        fund(IncentivePot::get(), 100);
        authored(1, 1);
        next_era();
        assert_eq!(stake(1), BOND + 70);
        assert_eq!(free(&IncentivePot::get()), ED + 30);
    });
}

#[test]
fn a_donation_to_the_held_account_should_reward_nobody() {
    run(|| {
        fund(Staking::account(), 50_000);
        authored(1, 1);
        next_era();
        assert_eq!(stake(1), BOND);
    });
}
