// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! redelegate and realise_slash.

use super::mock::*;
use crate::{Delegations, Error, Event, Trails};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::Balance;
use polkadot_sdk::*;
use sp_runtime::{DispatchResult, Perbill};

fn call(delegator: u8, from: u8, to: u8, amount: Balance) -> DispatchResult {
    Staking::redelegate(signed(delegator), account(from), account(to), amount)
}

fn realise(delegator: u8, operator: u8) -> DispatchResult {
    Staking::realise_slash(signed(9), account(delegator), account(operator))
}

/// Account 5 moves 1,000 planck from operator 1 to operator 2.
fn moved() {
    delegate(5, 1, 1_000);
    assert_ok!(call(5, 1, 2, 1_000));
}

#[test]
fn redelegate_should_move_the_stake_at_once() {
    run(|| {
        moved();
        assert_eq!((stake(1), stake(2)), (BOND, BOND + 1_000));
        assert_eq!((value(5, 1), value(5, 2)), (0, 1_000));
    });
}

#[test]
fn redelegate_should_emit_until_when_it_is_frozen() {
    run(|| {
        moved();
        assert!(events().contains(&Event::Redelegated {
            delegator: account(5),
            from: account(1),
            to: account(2),
            amount: 1_000,
            frozen_until: BONDING,
        }));
    });
}

#[test]
fn redelegate_should_take_all_when_asked_for_more() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(call(5, 1, 2, Balance::MAX));
        assert_eq!(value(5, 2), 1_000);
    });
}

#[test]
fn redelegate_should_freeze_the_position() {
    run(|| {
        moved();
        assert_noop!(
            Staking::undelegate(signed(5), account(2), 100),
            Error::<Test>::PositionFrozen
        );
    });
}

#[test]
fn redelegate_should_not_freeze_what_was_there_before() {
    run(|| {
        delegate(5, 2, 500);
        moved();
        assert_ok!(Staking::undelegate(signed(5), account(2), Balance::MAX));
        assert_eq!(unbonding(5, 2), 500);
        assert_eq!(value(5, 2), 1_000);
    });
}

#[test]
fn redelegate_should_not_let_the_position_move_on() {
    run(|| {
        moved();
        assert_noop!(call(5, 2, 3, 1_000), Error::<Test>::PositionFrozen);
    });
}

#[test]
fn redelegate_should_let_the_position_leave_after_the_cool_down() {
    run(|| {
        moved();
        eras(BONDING);
        assert_ok!(call(5, 2, 3, 1_000));
        assert_eq!(value(5, 3), 1_000);
    });
}

#[test]
fn redelegate_should_refuse_a_second_open_one_to_the_same_operator() {
    run(|| {
        moved();
        delegate(5, 3, 1_000);
        assert_noop!(call(5, 3, 2, 1_000), Error::<Test>::RedelegationOpen);
    });
}

#[test]
fn redelegate_should_refuse_the_same_operator() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_noop!(call(5, 1, 1, 1_000), Error::<Test>::SameOperator);
    });
}

#[test]
fn redelegate_should_refuse_the_callers_own_pool_as_source() {
    run(|| {
        assert_noop!(call(1, 1, 2, 1_000), Error::<Test>::OwnPool);
    });
}

#[test]
fn redelegate_should_refuse_the_callers_own_pool_as_target() {
    run(|| {
        delegate(2, 1, 1_000);
        assert_noop!(call(2, 1, 2, 1_000), Error::<Test>::OwnPool);
    });
}

#[test]
fn redelegate_should_refuse_to_leave_less_than_the_minimum() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_noop!(
            call(5, 1, 2, 950),
            Error::<Test>::RemainderBelowMinDelegation
        );
    });
}

#[test]
fn redelegate_should_refuse_to_bring_less_than_the_minimum() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_noop!(call(5, 1, 2, 50), Error::<Test>::BelowMinDelegation);
    });
}

#[test]
fn redelegate_should_refuse_who_has_not_delegated() {
    run(|| {
        assert_noop!(call(5, 1, 2, 1_000), Error::<Test>::NotDelegated);
    });
}

#[test]
fn redelegate_should_not_outrun_a_pending_slash() {
    run(|| {
        delegate(5, 1, 1_000);
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_noop!(call(5, 1, 2, 1_000), Error::<Test>::SlashPending);
    });
}

#[test]
fn redelegate_should_not_bring_stake_into_a_pending_slash() {
    run(|| {
        delegate(5, 1, 1_000);
        report(2, 0, Perbill::from_percent(10)).expect("queued");
        assert_noop!(call(5, 1, 2, 1_000), Error::<Test>::SlashPending);
    });
}

#[test]
fn a_slash_should_follow_what_was_redelegated() {
    run(|| {
        moved();
        slash(1, 10);
        assert_eq!(value(5, 2), 900);
    });
}

#[test]
fn a_slash_should_follow_into_the_treasury_when_it_is_realised() {
    run(|| {
        moved();
        slash(1, 10);
        let before = treasury();
        assert_ok!(realise(5, 2));
        assert_eq!(treasury(), before + 100);
        assert_eq!(stake(2), BOND + 900);
    });
}

#[test]
fn a_slash_should_be_realised_only_once() {
    run(|| {
        moved();
        slash(1, 10);
        assert_ok!(realise(5, 2));
        assert_noop!(realise(5, 2), Error::<Test>::NothingToRealise);
    });
}

#[test]
fn a_slash_should_be_realised_by_any_touch() {
    run(|| {
        moved();
        slash(1, 10);
        let before = treasury();
        delegate(5, 2, 100);
        assert_eq!(treasury(), before + 100);
        assert_eq!(value(5, 2), 1_000);
    });
}

#[test]
fn a_slash_should_emit_what_a_position_lost() {
    run(|| {
        moved();
        slash(1, 10);
        assert_ok!(realise(5, 2));
        assert!(events().contains(&Event::SlashRealised {
            delegator: account(5),
            operator: account(2),
            amount: 100,
        }));
    });
}

#[test]
fn a_slash_should_not_follow_what_left_before_the_offence() {
    run(|| {
        moved();
        next_era();
        slash(1, 10);
        assert_eq!(value(5, 2), 1_000);
    });
}

#[test]
fn a_slash_should_not_hurt_the_others_of_the_new_pool() {
    run(|| {
        moved();
        slash(1, 10);
        assert_ok!(realise(5, 2));
        assert_eq!(operator(2).self_bond(), BOND);
    });
}

#[test]
fn a_slash_should_not_count_for_what_is_redelegated_after_it_in_the_same_era() {
    run(|| {
        SlashDeferral::set(0);
        delegate(5, 1, 1_000);
        delegate(6, 1, 1_000);
        assert_ok!(call(5, 1, 2, 1_000));
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        next_block();
        assert_eq!(era(), 0);
        assert_ok!(call(6, 1, 2, 900));
        assert_eq!((value(5, 2), value(6, 2)), (900, 900));
    });
}

#[test]
fn slashes_should_add_up_on_a_trail() {
    run(|| {
        moved();
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        next_era();
        report(1, 0, Perbill::from_percent(30)).expect("queued");
        eras(DEFERRAL);
        assert_eq!(value(5, 2), 700);
    });
}

#[test]
fn slashes_should_take_no_more_than_the_part_that_was_moved() {
    run(|| {
        delegate(5, 2, 500);
        moved();
        slash(2, 50);
        slash_of_era_0(1, 80);
        // 1,000 planck were moved and half of them slashed in the new pool: 500 are left of them, of
        // which the first pool takes all. The 250 that were there before are not touched.
        assert_eq!(value(5, 2), 250);
    });
}

fn slash_of_era_0(index: u8, percent: u32) {
    report(index, 0, Perbill::from_percent(percent)).expect("queued");
    eras(DEFERRAL);
}

#[test]
fn a_pending_slash_should_keep_the_position_frozen_beyond_the_cool_down() {
    run(|| {
        moved();
        eras(BONDING - 1);
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        next_era();
        assert_noop!(
            Staking::undelegate(signed(5), account(2), 1_000),
            Error::<Test>::PositionFrozen
        );
    });
}

#[test]
fn realise_slash_should_end_a_cool_down_that_is_over() {
    run(|| {
        moved();
        eras(BONDING);
        assert_ok!(realise(5, 2));
        let position = Delegations::<Test>::get(account(5), account(2)).expect("delegated");
        assert_eq!(position.redelegated, None);
        assert!(!Trails::<Test>::contains_key(account(1), 0));
    });
}

#[test]
fn realise_slash_should_refuse_when_there_is_nothing() {
    run(|| {
        moved();
        assert_noop!(realise(5, 2), Error::<Test>::NothingToRealise);
    });
}

#[test]
fn realise_slash_should_refuse_where_there_is_no_position() {
    run(|| {
        assert_noop!(realise(5, 2), Error::<Test>::NotDelegated);
    });
}

#[test]
fn realise_slash_should_delete_a_position_of_which_nothing_is_left() {
    run(|| {
        moved();
        slash(1, 100);
        assert_ok!(realise(5, 2));
        assert!(!Delegations::<Test>::contains_key(account(5), account(2)));
        assert!(!Trails::<Test>::contains_key(account(1), 0));
    });
}
