// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Channels.

use openledger_primitives::{
    views::ChannelView, AccountId, AdapterId, ChannelId, JobRef, Voucher, H256,
};

use super::{finish, open, record};
use crate::state::{Ending, Phase, Refusal, Reservation, State};

fn channel(spent: u128) -> ChannelView {
    ChannelView {
        channel: ChannelId(3),
        consumer: AccountId::new([1; 32]),
        worker: AccountId::new([2; 32]),
        deposit: 1000,
        spent,
        closes_at: None,
    }
}

fn reserve(
    state: &State,
    view: &ChannelView,
    sequence: u32,
    cumulative: u128,
) -> Result<(), Refusal> {
    let voucher = Voucher {
        genesis: H256([1; 32]),
        channel: view.channel,
        sequence,
        adapter: AdapterId(1),
        input_hash: H256([2; 32]),
        unit_price: 10,
        cumulative,
    };
    let record = record(Phase::Reserved);
    state
        .reserve(Reservation {
            channel: view,
            voucher: &voucher,
            fee: 40,
            record,
        })
        .unwrap()
}

fn release(state: &State, sequence: u32) {
    let terms = record(Phase::Reserved).terms();
    state.release(ChannelId(3), sequence, &terms).unwrap();
}

fn request(sequence: u32) -> JobRef {
    JobRef::Channel {
        channel: ChannelId(3),
        sequence,
    }
}

/// The channel, after a fork has left its number to another consumer's.
fn renumbered() -> ChannelView {
    ChannelView {
        consumer: AccountId::new([5; 32]),
        ..channel(0)
    }
}

#[test]
fn a_channel_of_another_consumer_should_begin_anew() {
    let (_dir, state) = open();
    reserve(&state, &channel(0), 0, 900).unwrap();
    reserve(&state, &renumbered(), 0, 40).unwrap();
    let known = state.channel(ChannelId(3)).unwrap().unwrap();
    assert_eq!((known.committed, known.highest_cumulative), (40, 40));
}

#[test]
fn receipts_of_a_channel_should_go_with_its_number() {
    let (_dir, state) = open();
    reserve(&state, &channel(0), 7, 40).unwrap();
    finish(&state, request(7), 7);
    reserve(&state, &renumbered(), 0, 40).unwrap();
    assert_eq!(state.outbox().unwrap(), []);
    assert_eq!(state.job(&request(7)).unwrap(), None);
}

#[test]
fn requests_of_other_channels_should_stay_when_a_number_goes() {
    let (_dir, state) = open();
    let (lower, higher) = (ChannelId(2), ChannelId(4));
    for number in [lower, higher] {
        let other = ChannelView {
            channel: number,
            ..channel(0)
        };
        reserve(&state, &other, 0, 40).unwrap();
    }
    reserve(&state, &channel(0), 0, 40).unwrap();
    reserve(&state, &renumbered(), 0, 40).unwrap();
    for channel in [lower, higher] {
        let sequence = 0;
        let job = JobRef::Channel { channel, sequence };
        assert!(state.job(&job).unwrap().is_some());
    }
}

#[test]
fn a_closed_channel_should_be_forgotten() {
    let (_dir, state) = open();
    reserve(&state, &channel(0), 0, 40).unwrap();
    release(&state, 0);
    assert_eq!(state.channels(0, 10).unwrap(), [ChannelId(3)]);
    assert_eq!(state.forget_channels(&[ChannelId(3)]).unwrap(), 1);
    assert_eq!(state.channel(ChannelId(3)).unwrap(), None);
}

#[test]
fn a_closed_channel_with_a_receipt_to_offer_should_be_kept() {
    let (_dir, state) = open();
    reserve(&state, &channel(0), 0, 40).unwrap();
    finish(&state, request(0), 7);
    assert_eq!(state.forget_channels(&[ChannelId(3)]).unwrap(), 0);
    // Its end can still be taken back by a fork.
    state.end(&[(request(0), Ending::Unsettled)]).unwrap();
    assert_eq!(state.forget_channels(&[ChannelId(3)]).unwrap(), 0);
    state.make_final(&[request(0)]).unwrap();
    assert_eq!(state.forget_channels(&[ChannelId(3)]).unwrap(), 1);
}

#[test]
fn settlements_on_chain_should_not_count_twice() {
    let (_dir, state) = open();
    reserve(&state, &channel(0), 0, 40).unwrap();
    // The chain has settled the first request meanwhile; the worker has counted it already.
    assert_eq!(reserve(&state, &channel(40), 1, 80), Ok(()));
}

#[test]
fn settlements_that_the_folder_does_not_know_should_count() {
    let (_dir, state) = open();
    let refusal = reserve(&state, &channel(500), 7, 539);
    assert_eq!(refusal, Err(Refusal::VoucherShort { needed: 540 }));
}

#[test]
fn a_released_request_should_be_free_again() {
    let (_dir, state) = open();
    reserve(&state, &channel(0), 0, 40).unwrap();
    release(&state, 0);
    assert_eq!(state.channel(ChannelId(3)).unwrap().unwrap().committed, 0);
    assert_eq!(reserve(&state, &channel(0), 0, 40), Ok(()));
}

#[test]
fn a_finished_request_should_not_be_released() {
    let (_dir, state) = open();
    reserve(&state, &channel(0), 0, 40).unwrap();
    finish(&state, request(0), 7);
    release(&state, 0);
    assert_eq!(
        reserve(&state, &channel(0), 0, 100),
        Err(Refusal::SequenceUsed)
    );
}

#[test]
fn requests_that_were_cut_off_should_be_released_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    {
        let state = State::open(dir.path()).unwrap();
        reserve(&state, &channel(0), 0, 40).unwrap();
        reserve(&state, &channel(0), 9, 80).unwrap();
    }
    let state = State::open(dir.path()).unwrap();
    assert_eq!(state.release_all().unwrap(), 2);
    let known = state.channel(ChannelId(3)).unwrap().unwrap();
    assert_eq!(
        (known.committed, known.is_used(0), known.is_used(9)),
        (0, false, false)
    );
}
