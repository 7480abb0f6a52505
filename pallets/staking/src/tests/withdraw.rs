// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Error, Event, Tickets, Unbonding};
use frame_support::{assert_noop, assert_ok};
use polkadot_sdk::*;
use sp_runtime::{DispatchResult, Perbill};

fn call(delegator: u8, operator: u8) -> DispatchResult {
    Staking::withdraw(signed(delegator), account(operator))
        .map(drop)
        .map_err(|error| error.error)
}

fn left(amount: openledger_primitives::Balance) {
    delegate(5, 1, 1_000);
    assert_ok!(Staking::undelegate(signed(5), account(1), amount));
}

#[test]
fn withdraw_should_pay_after_the_bonding_duration() {
    run(|| {
        left(1_000);
        eras(BONDING);
        assert_ok!(call(5, 1));
        assert_eq!(free(&account(5)), FUNDS);
    });
}

#[test]
fn withdraw_should_emit_the_amount() {
    run(|| {
        left(1_000);
        eras(BONDING);
        assert_ok!(call(5, 1));
        assert!(events().contains(&Event::Withdrawn {
            delegator: account(5),
            operator: account(1),
            amount: 1_000,
        }));
    });
}

#[test]
fn withdraw_should_delete_tickets_with_their_pool() {
    run(|| {
        left(1_000);
        eras(BONDING);
        assert_ok!(call(5, 1));
        assert!(!Tickets::<Test>::contains_key(account(5), account(1)));
        assert!(!Unbonding::<Test>::contains_key(account(1), 0));
    });
}

#[test]
fn withdraw_should_refuse_before_the_bonding_duration() {
    run(|| {
        left(1_000);
        eras(BONDING - 1);
        assert_noop!(call(5, 1), Error::<Test>::NotMatured);
    });
}

#[test]
fn withdraw_should_keep_tickets_that_are_not_ripe() {
    run(|| {
        left(500);
        eras(BONDING);
        assert_ok!(Staking::undelegate(signed(5), account(1), 200));
        assert_ok!(call(5, 1));
        assert_eq!(unbonding(5, 1), 200);
    });
}

#[test]
fn withdraw_should_refuse_when_nothing_unbonds() {
    run(|| {
        assert_noop!(call(5, 1), Error::<Test>::NothingToWithdraw);
    });
}

#[test]
fn withdraw_should_work_after_the_operator_is_gone() {
    run(|| {
        left(1_000);
        assert_ok!(Staking::retire_operator(signed(1)));
        eras(BONDING);
        assert_ok!(call(5, 1));
        assert_ok!(call(1, 1));
        assert_eq!(free(&account(1)), FUNDS);
    });
}

#[test]
fn withdraw_should_wait_for_a_pending_slash_that_reaches_the_ticket() {
    run(|| {
        left(1_000);
        eras(BONDING - 1);
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        next_era();
        assert_noop!(call(5, 1), Error::<Test>::SlashPending);
    });
}

#[test]
fn withdraw_should_pay_what_the_slash_left() {
    run(|| {
        left(1_000);
        eras(BONDING - 1);
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        eras(DEFERRAL);
        assert_ok!(call(5, 1));
        assert_eq!(free(&account(5)), FUNDS - 100);
    });
}

#[test]
fn withdraw_should_not_wait_for_a_slash_that_does_not_reach_the_ticket() {
    run(|| {
        left(1_000);
        eras(BONDING - 1);
        report(1, 2, Perbill::from_percent(10)).expect("queued");
        next_era();
        assert_ok!(call(5, 1));
        assert_eq!(free(&account(5)), FUNDS);
    });
}

#[test]
fn withdraw_should_pay_in_full_after_the_slash_was_cancelled() {
    run(|| {
        left(1_000);
        eras(BONDING - 1);
        let id = report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_ok!(Staking::cancel_slash(root(), id));
        next_era();
        assert_ok!(call(5, 1));
        assert_eq!(free(&account(5)), FUNDS);
    });
}

#[test]
fn withdraw_should_clear_tickets_of_a_pool_that_was_slashed_to_nothing() {
    run(|| {
        left(1_000);
        slash(1, 100);
        eras(BONDING);
        assert_ok!(call(5, 1));
        assert_eq!(free(&account(5)), FUNDS - 1_000);
        assert!(!Tickets::<Test>::contains_key(account(5), account(1)));
    });
}

#[test]
fn withdraw_should_refuse_dust_to_an_account_that_does_not_exist() {
    run(|| {
        delegate(6, 1, 1_000);
        assert_ok!(Staking::undelegate(signed(6), account(1), 1_000));
        report(1, 0, Perbill::from_perthousand(995)).expect("queued");
        eras(BONDING);
        let rest = free(&account(6));
        // The account goes with all that it has; its stake of 5 planck cannot bring it back.
        assert_ok!(Balances::transfer_allow_death(signed(6), account(7), rest));
        assert_noop!(call(6, 1), Error::<Test>::BelowExistentialDeposit);
    });
}
