// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Channel, Channels, Error, Event, HoldReason, NextChannel};
use openledger_primitives::{AccountId, Balance, ChannelId};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::DispatchResult,
};

fn open(worker: AccountId, deposit: Balance) -> DispatchResult {
    Inference::open_channel(RuntimeOrigin::signed(consumer()), worker, deposit)
}

#[test]
fn open_channel_should_store_the_channel() {
    run(|| {
        register();
        let channel = channel(1_000);
        let expected = Channel {
            consumer: consumer(),
            worker: worker(),
            deposit: 1_000,
            spent: 0,
            highest_cumulative: 0,
            closes_at: None,
        };
        assert_eq!(Channels::<Test>::get(channel), Some(expected));
    });
}

#[test]
fn open_channel_should_hold_the_deposit() {
    run(|| {
        register();
        channel(1_000);
        channel(300);
        assert_eq!(held(HoldReason::ChannelDeposit, &consumer()), 1_300);
    });
}

#[test]
fn open_channel_should_emit_an_event() {
    run(|| {
        register();
        let channel = channel(1_000);
        let expected = Event::ChannelOpened {
            channel,
            consumer: consumer(),
            worker: worker(),
            deposit: 1_000,
        };
        assert_eq!(events().last(), Some(&expected));
    });
}

#[test]
fn open_channel_should_fail_for_an_unknown_worker() {
    run(|| {
        assert_noop!(open(worker(), 1_000), Error::<Test>::UnknownWorker);
    });
}

#[test]
fn open_channel_should_fail_below_the_least_deposit() {
    run(|| {
        register();
        assert_noop!(open(worker(), MIN_FEE - 1), Error::<Test>::BelowMinFee);
    });
}

#[test]
fn open_channel_should_fail_when_the_existential_deposit_would_not_stay_free() {
    run(|| {
        register();
        assert_noop!(
            open(worker(), FUNDS - ED + 1),
            Error::<Test>::InsufficientFunds
        );
    });
}

#[test]
fn open_channel_should_let_a_worker_pay_itself() {
    run(|| {
        register();
        let origin = RuntimeOrigin::signed(worker());
        assert_ok!(Inference::open_channel(origin, worker(), 1_000));
    });
}

#[test]
fn open_channel_should_fail_when_identifiers_run_out() {
    run(|| {
        register();
        NextChannel::<Test>::put(ChannelId(u64::MAX));
        assert_noop!(open(worker(), 1_000), Error::<Test>::NoMoreIdentifiers);
    });
}
