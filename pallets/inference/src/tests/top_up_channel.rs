// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Channels, Error, Event, HoldReason};
use openledger_primitives::{AccountId, Balance, ChannelId};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::{ArithmeticError, DispatchResult},
};

fn top_up(who: AccountId, channel: ChannelId, amount: Balance) -> DispatchResult {
    Inference::top_up_channel(RuntimeOrigin::signed(who), channel, amount)
}

#[test]
fn top_up_channel_should_raise_the_deposit() {
    run(|| {
        register();
        let channel = channel(1_000);
        assert_ok!(top_up(consumer(), channel, 5));
        assert_eq!(Channels::<Test>::get(channel).expect("open").deposit, 1_005);
    });
}

#[test]
fn top_up_channel_should_hold_the_amount() {
    run(|| {
        register();
        let channel = channel(1_000);
        assert_ok!(top_up(consumer(), channel, 5));
        assert_eq!(held(HoldReason::ChannelDeposit, &consumer()), 1_005);
    });
}

#[test]
fn top_up_channel_should_emit_an_event() {
    run(|| {
        register();
        let channel = channel(1_000);
        assert_ok!(top_up(consumer(), channel, 5));
        let expected = Event::ChannelToppedUp {
            channel,
            amount: 5,
            deposit: 1_005,
        };
        assert_eq!(events().last(), Some(&expected));
    });
}

#[test]
fn top_up_channel_should_fail_for_anyone_but_the_consumer() {
    run(|| {
        register();
        let channel = channel(1_000);
        assert_noop!(top_up(other(), channel, 5), Error::<Test>::NotConsumer);
    });
}

#[test]
fn top_up_channel_should_fail_for_an_unknown_channel() {
    run(|| {
        assert_noop!(
            top_up(consumer(), ChannelId(0), 5),
            Error::<Test>::UnknownChannel
        );
    });
}

#[test]
fn top_up_channel_should_fail_with_nothing() {
    run(|| {
        register();
        let channel = channel(1_000);
        assert_noop!(top_up(consumer(), channel, 0), Error::<Test>::ZeroAmount);
    });
}

#[test]
fn top_up_channel_should_fail_while_the_channel_closes() {
    run(|| {
        register();
        let channel = channel(1_000);
        assert_ok!(Inference::close_channel(
            RuntimeOrigin::signed(consumer()),
            channel
        ));
        assert_noop!(
            top_up(consumer(), channel, 5),
            Error::<Test>::ChannelIsClosing
        );
    });
}

#[test]
fn top_up_channel_should_fail_without_the_money() {
    run(|| {
        register();
        let channel = channel(1_000);
        let call = top_up(consumer(), channel, FUNDS - 1_000 - ED + 1);
        assert_noop!(call, Error::<Test>::InsufficientFunds);
    });
}

#[test]
fn top_up_channel_should_fail_when_the_deposit_overflows() {
    run(|| {
        register();
        let channel = channel(1_000);
        assert_noop!(
            top_up(consumer(), channel, Balance::MAX),
            ArithmeticError::Overflow
        );
    });
}
