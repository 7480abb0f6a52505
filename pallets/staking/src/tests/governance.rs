// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! set_reward_split, set_validator_count, slash_operator and cancel_slash.

use super::mock::*;
use crate::{Error, Event, Pending, RewardSplit, SlashQueue, ValidatorCount};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::traits::{OperatorRole, OperatorRoles, SlashReason};
use polkadot_sdk::*;
use sp_runtime::{traits::BadOrigin, DispatchResult, Perbill};

/// Governance finds that operator `index` offended in block `at`.
fn slash_tenth(index: u8, at: u32) -> DispatchResult {
    Staking::slash_operator(root(), account(index), Perbill::from_percent(10), at)
}

#[test]
fn set_reward_split_should_set_it() {
    run(|| {
        assert_ok!(Staking::set_reward_split(root(), Perbill::from_percent(60)));
        assert_eq!(RewardSplit::<Test>::get(), Perbill::from_percent(60));
    });
}

#[test]
fn set_reward_split_should_need_the_admin() {
    run(|| {
        assert_noop!(
            Staking::set_reward_split(signed(1), Perbill::one()),
            BadOrigin
        );
    });
}

#[test]
fn set_validator_count_should_set_it() {
    run(|| {
        assert_ok!(Staking::set_validator_count(root(), 4));
        assert_eq!(ValidatorCount::<Test>::get(), 4);
    });
}

#[test]
fn set_validator_count_should_need_the_admin() {
    run(|| {
        assert_noop!(Staking::set_validator_count(signed(1), 3), BadOrigin);
    });
}

#[test]
fn slash_operator_should_chill_and_take_the_fraction_after_the_deferral() {
    run(|| {
        let at = System::block_number();
        assert_ok!(slash_tenth(1, at));
        let slash = SlashQueue::<Test>::get(0).expect("it waits");
        assert_eq!((slash.era, slash.reason), (0, SlashReason::FalseWork));
        assert!(!Staking::is_active(&account(1), OperatorRole::Validator));
        eras(DEFERRAL);
        assert_eq!(stake(1), BOND * 9 / 10);
    });
}

#[test]
fn slash_operator_should_be_cancellable() {
    run(|| {
        assert_ok!(slash_tenth(1, System::block_number()));
        assert_ok!(Staking::cancel_slash(root(), 0));
        eras(DEFERRAL);
        assert_eq!(stake(1), BOND);
    });
}

#[test]
fn slash_operator_should_refuse_what_adds_nothing() {
    run(|| {
        let at = System::block_number();
        report(1, 0, Perbill::from_percent(20)).expect("queued");
        assert_noop!(slash_tenth(1, at), Error::<Test>::AlreadySlashed);
    });
}

#[test]
fn slash_operator_should_refuse_an_offence_that_is_too_old() {
    run(|| {
        let at = System::block_number();
        eras(BONDING);
        assert_noop!(slash_tenth(1, at), Error::<Test>::OffenceOutdated);
    });
}

#[test]
fn slash_operator_should_slash_again_after_a_cancelled_slash() {
    run(|| {
        let at = System::block_number();
        assert_ok!(slash_tenth(1, at));
        assert_ok!(Staking::cancel_slash(root(), 0));
        assert_ok!(slash_tenth(1, at));
        eras(DEFERRAL);
        assert_eq!(stake(1), BOND * 9 / 10);
    });
}

#[test]
fn slash_operator_should_need_root() {
    run(|| {
        let now = System::block_number();
        let tenth = Perbill::from_percent(10);
        assert_noop!(
            Staking::slash_operator(signed(1), account(1), tenth, now),
            BadOrigin
        );
    });
}

#[test]
fn slash_operator_should_refuse_who_is_no_operator() {
    run(|| {
        assert_noop!(
            slash_tenth(9, System::block_number()),
            Error::<Test>::UnknownOperator
        );
    });
}

#[test]
fn slash_operator_should_refuse_a_block_to_come() {
    run(|| {
        assert_noop!(
            slash_tenth(1, System::block_number() + 1),
            Error::<Test>::OffenceInFuture
        );
    });
}

#[test]
fn slash_operator_should_refuse_to_slash_nothing() {
    run(|| {
        let now = System::block_number();
        assert_noop!(
            Staking::slash_operator(root(), account(1), Perbill::zero(), now),
            Error::<Test>::NothingToSlash
        );
    });
}

#[test]
fn cancel_slash_should_take_it_out_of_the_queue() {
    run(|| {
        let id = report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_ok!(Staking::cancel_slash(root(), id));
        assert!(!SlashQueue::<Test>::contains_key(id));
        assert!(!Pending::<Test>::contains_key(account(1)));
    });
}

#[test]
fn cancel_slash_should_leave_the_stake_alone() {
    run(|| {
        let id = report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_ok!(Staking::cancel_slash(root(), id));
        eras(DEFERRAL);
        assert_eq!(stake(1), BOND);
    });
}

#[test]
fn cancel_slash_should_emit_its_number() {
    run(|| {
        let id = report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_ok!(Staking::cancel_slash(root(), id));
        assert!(events().contains(&Event::SlashCancelled {
            id,
            operator: account(1)
        }));
    });
}

#[test]
fn cancel_slash_should_not_hold_up_those_behind_it() {
    run(|| {
        let id = report(1, 0, Perbill::from_percent(10)).expect("queued");
        report(2, 0, Perbill::from_percent(10)).expect("queued");
        assert_ok!(Staking::cancel_slash(root(), id));
        eras(DEFERRAL);
        assert_eq!(stake(2), BOND * 9 / 10);
    });
}

#[test]
fn cancel_slash_should_need_its_origin() {
    run(|| {
        let id = report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_noop!(Staking::cancel_slash(signed(1), id), BadOrigin);
    });
}

#[test]
fn cancel_slash_should_refuse_one_that_was_applied() {
    run(|| {
        let id = report(1, 0, Perbill::from_percent(10)).expect("queued");
        eras(DEFERRAL);
        assert_noop!(
            Staking::cancel_slash(root(), id),
            Error::<Test>::UnknownSlash
        );
    });
}
