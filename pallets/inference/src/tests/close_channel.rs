// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Channels, Error, Event, HoldReason, SettledRequests};
use openledger_primitives::{traits::Escrow, AccountId, ChannelId, JobRef};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::DispatchResult,
};

fn close(who: AccountId, channel: ChannelId) -> DispatchResult {
    Inference::close_channel(RuntimeOrigin::signed(who), channel)
}

/// A channel with 1,000 planck of which one request has spent 25.
fn used_channel() -> ChannelId {
    register();
    let channel = channel(1_000);
    settle_first(channel);
    channel
}

fn settle_first(channel: ChannelId) {
    let job = JobRef::Channel {
        channel,
        sequence: 0,
    };
    assert_ok!(Inference::settle(
        &job,
        Some(&sign(voucher(channel, 0, 100))),
        &worker(),
        25
    ));
}

#[test]
fn the_worker_should_close_at_once() {
    run(|| {
        let channel = used_channel();
        assert_ok!(close(worker(), channel));
        assert_eq!(Channels::<Test>::get(channel), None);
    });
}

#[test]
fn closing_should_give_back_what_was_not_spent() {
    run(|| {
        let channel = used_channel();
        let free = Balances::free_balance(consumer());
        assert_ok!(close(worker(), channel));
        assert_eq!(Balances::free_balance(consumer()), free + 975);
        assert_eq!(held(HoldReason::ChannelDeposit, &consumer()), 0);
    });
}

#[test]
fn closing_should_delete_the_bitmap() {
    run(|| {
        let channel = used_channel();
        assert_ok!(close(worker(), channel));
        assert!(!SettledRequests::<Test>::contains_key(channel));
    });
}

#[test]
fn closing_should_emit_an_event() {
    run(|| {
        let channel = used_channel();
        assert_ok!(close(worker(), channel));
        let expected = Event::ChannelClosed {
            channel,
            spent: 25,
            refunded: 975,
        };
        assert_eq!(events().last(), Some(&expected));
    });
}

#[test]
fn closing_should_work_when_everything_was_spent() {
    run(|| {
        register();
        let channel = channel(100);
        let job = JobRef::Channel {
            channel,
            sequence: 0,
        };
        let voucher = sign(voucher(channel, 0, 100));
        assert_ok!(Inference::settle(&job, Some(&voucher), &worker(), 100));
        assert_ok!(close(worker(), channel));
    });
}

#[test]
fn the_consumer_should_first_announce_the_end() {
    run(|| {
        let channel = used_channel();
        assert_ok!(close(consumer(), channel));
        let closes_at = 1 + CLOSE_DELAY;
        assert_eq!(
            Channels::<Test>::get(channel).expect("open").closes_at,
            Some(closes_at)
        );
        assert_eq!(
            events().last(),
            Some(&Event::ChannelClosing { channel, closes_at })
        );
    });
}

#[test]
fn the_consumer_should_not_close_before_the_delay_is_over() {
    run(|| {
        let channel = used_channel();
        assert_ok!(close(consumer(), channel));
        go_to(CLOSE_DELAY);
        assert_noop!(
            close(consumer(), channel),
            Error::<Test>::ChannelClosesLater
        );
    });
}

#[test]
fn anyone_should_close_after_the_delay() {
    run(|| {
        let channel = used_channel();
        assert_ok!(close(consumer(), channel));
        go_to(1 + CLOSE_DELAY);
        assert_ok!(close(other(), channel));
        assert_eq!(Balances::free_balance(consumer()), FUNDS);
    });
}

#[test]
fn the_worker_should_close_during_the_delay() {
    run(|| {
        let channel = used_channel();
        assert_ok!(close(consumer(), channel));
        assert_ok!(close(worker(), channel));
    });
}

#[test]
fn a_closing_channel_should_still_settle() {
    run(|| {
        register();
        let channel = channel(1_000);
        assert_ok!(close(consumer(), channel));
        settle_first(channel);
        assert_eq!(spent(channel), 25);
    });
}

#[test]
fn the_consumer_should_close_at_once_when_the_worker_has_retired() {
    run(|| {
        let channel = used_channel();
        assert_ok!(Inference::retire_worker(RuntimeOrigin::signed(worker())));
        assert_ok!(close(consumer(), channel));
        assert_eq!(Channels::<Test>::get(channel), None);
    });
}

#[test]
fn a_stranger_should_not_close() {
    run(|| {
        let channel = used_channel();
        assert_noop!(close(other(), channel), Error::<Test>::NotPartyToChannel);
    });
}

#[test]
fn a_stranger_should_not_close_during_the_delay() {
    run(|| {
        let channel = used_channel();
        assert_ok!(close(consumer(), channel));
        assert_noop!(close(other(), channel), Error::<Test>::NotPartyToChannel);
    });
}

#[test]
fn close_channel_should_fail_for_an_unknown_channel() {
    run(|| {
        assert_noop!(
            close(consumer(), ChannelId(0)),
            Error::<Test>::UnknownChannel
        );
    });
}

#[test]
fn close_channel_should_fail_the_second_time() {
    run(|| {
        let channel = used_channel();
        assert_ok!(close(worker(), channel));
        assert_noop!(close(worker(), channel), Error::<Test>::UnknownChannel);
    });
}
