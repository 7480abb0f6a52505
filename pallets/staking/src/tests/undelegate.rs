// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Delegations, Error, Event, Tickets};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::Balance;
use polkadot_sdk::*;
use sp_runtime::{DispatchResult, Perbill};

fn call(delegator: u8, operator: u8, amount: Balance) -> DispatchResult {
    Staking::undelegate(signed(delegator), account(operator), amount)
}

#[test]
fn undelegate_should_move_the_amount_into_the_unbonding_pool() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(call(5, 1, 400));
        assert_eq!(stake(1), BOND + 600);
        assert_eq!(unbonding(5, 1), 400);
    });
}

#[test]
fn undelegate_should_keep_the_money_on_hold() {
    run(|| {
        delegate(5, 1, 1_000);
        let before = Staking::held();
        assert_ok!(call(5, 1, 400));
        assert_eq!(Staking::held(), before);
    });
}

#[test]
fn undelegate_should_say_when_it_can_be_withdrawn() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(call(5, 1, 400));
        assert!(events().contains(&Event::Undelegated {
            delegator: account(5),
            operator: account(1),
            amount: 400,
            withdrawable_at: BONDING,
        }));
    });
}

#[test]
fn undelegate_should_count_from_the_era_that_is_planned() {
    run(|| {
        delegate(5, 1, 1_000);
        next_session();
        assert_eq!((era(), Staking::current_era()), (0, 1));
        assert_ok!(call(5, 1, 400));
        assert_eq!(Tickets::<Test>::get(account(5), account(1))[0].era, 1);
    });
}

#[test]
fn undelegate_should_take_all_of_a_position_when_asked_for_more() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(call(5, 1, Balance::MAX));
        assert!(!Delegations::<Test>::contains_key(account(5), account(1)));
        assert_eq!(unbonding(5, 1), 1_000);
    });
}

#[test]
fn undelegate_should_merge_tickets_of_an_era() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(call(5, 1, 100));
        assert_ok!(call(5, 1, 100));
        assert_eq!(Tickets::<Test>::get(account(5), account(1)).len(), 1);
    });
}

#[test]
fn undelegate_should_refuse_to_leave_less_than_the_minimum() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_noop!(
            call(5, 1, 1_000 - MIN_DELEGATION + 1),
            Error::<Test>::RemainderBelowMinDelegation
        );
    });
}

#[test]
fn undelegate_should_refuse_nothing() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_noop!(call(5, 1, 0), Error::<Test>::AmountTooSmall);
    });
}

#[test]
fn undelegate_should_refuse_who_has_not_delegated() {
    run(|| {
        assert_noop!(call(5, 1, 100), Error::<Test>::NotDelegated);
    });
}

#[test]
fn undelegate_should_refuse_the_operator_itself() {
    run(|| {
        assert_noop!(call(1, 1, 100), Error::<Test>::OwnPool);
    });
}

#[test]
fn undelegate_should_refuse_more_tickets_than_there_can_be() {
    run(|| {
        delegate(5, 1, 5_000);
        for _ in 0..MAX_TICKETS {
            assert_ok!(call(5, 1, 100));
            next_era();
        }
        assert_noop!(call(5, 1, 100), Error::<Test>::TooManyTickets);
    });
}

#[test]
fn undelegate_should_be_possible_while_a_slash_is_pending() {
    run(|| {
        delegate(5, 1, 1_000);
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_ok!(call(5, 1, 1_000));
    });
}

#[test]
fn undelegate_should_clear_worthless_shares_for_nothing() {
    run(|| {
        delegate(5, 1, 1_000);
        slash(1, 100);
        assert_ok!(call(5, 1, 1));
        assert!(!Delegations::<Test>::contains_key(account(5), account(1)));
        assert_eq!(unbonding(5, 1), 0);
    });
}
