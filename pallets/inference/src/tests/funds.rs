// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What may be set aside.

use super::mock::*;
use crate::{Error, HoldReason};
use openledger_primitives::{traits::Escrow, Balance, JobRef};
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok,
        traits::{LockIdentifier, LockableCurrency, WithdrawReasons},
    },
    sp_runtime::DispatchResult,
};

const LOCK: LockIdentifier = *b"vesting ";

fn lock(amount: Balance) {
    Balances::set_lock(LOCK, &consumer(), amount, WithdrawReasons::all());
}

fn ask(max_fee: Balance) -> DispatchResult {
    let origin = RuntimeOrigin::signed(consumer());
    Inference::request_inference(origin, ADAPTER, text("?"), max_fee)
}

#[test]
fn locked_tokens_should_not_be_set_aside() {
    run(|| {
        lock(FUNDS - 50);
        assert_noop!(ask(51), Error::<Test>::InsufficientFunds);
        assert_ok!(ask(50));
    });
}

/// The first escrow covers the lock in the eyes of the balances pallet; spending both would spend
/// locked tokens.
#[test]
fn an_escrow_should_not_make_room_for_another_in_locked_tokens() {
    run(|| {
        lock(FUNDS - 50);
        assert_ok!(ask(50));
        assert_noop!(ask(20), Error::<Test>::InsufficientFunds);
    });
}

#[test]
fn a_channel_should_not_make_room_for_an_escrow_in_locked_tokens() {
    run(|| {
        register();
        lock(FUNDS - 50);
        channel(50);
        assert_noop!(ask(20), Error::<Test>::InsufficientFunds);
    });
}

#[test]
fn what_is_set_aside_for_deliveries_should_not_make_room_for_an_escrow_in_locked_tokens() {
    run(|| {
        lock(FUNDS - 50);
        DeliveryCommitment::set(30);
        assert_noop!(ask(21), Error::<Test>::InsufficientFunds);
        assert_ok!(ask(20));
    });
}

#[test]
fn a_lock_that_came_later_should_not_keep_an_escrow_from_being_settled() {
    run(|| {
        let job = request(100);
        lock(FUNDS);
        assert_ok!(Inference::settle(
            &JobRef::Escrowed(job),
            None,
            &worker(),
            100
        ));
        assert_eq!(held(HoldReason::JobEscrow, &consumer()), 0);
    });
}
