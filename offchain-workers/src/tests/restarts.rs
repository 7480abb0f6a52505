// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Runs that overlap, nodes that are killed, and what stays in local storage.

use openledger_primitives::{pool::DispatchStatus, ChannelId};

use super::*;
use crate::{
    state::{JobRecord, MAX_SUBMITTED, MAX_TRACKED_JOBS},
    tests::network::Fault,
};

const KEYS: [&[u8]; 3] = [POOL_KEY, LOCK_KEY, STATE_KEY];

/// The node after a restart, with the same workers and local storage.
fn restarted(node: &Node) -> Node {
    let entries: Vec<_> = KEYS
        .iter()
        .filter_map(|key| Some((*key, node.read_raw(key)?)))
        .collect();
    let again = Node::with_storage(&entries);
    again.set_time(node.time());
    again.network.set(A, Worker::default());
    again
}

/// The node that was killed while it awaited answers, and restarted at once.
fn killed_while_waiting(node: &Node, now: BlockNumber) -> Node {
    node.network.snapshot_keys(&KEYS);
    node.run(now);
    let snapshot = node.network.take_snapshot();
    let entries: Vec<_> = snapshot
        .iter()
        .map(|(key, value)| (key.as_slice(), value.clone()))
        .collect();
    let again = Node::with_storage(&entries);
    again.set_time(node.time());
    again.network.set(A, Worker::default());
    again.network.set(B, Worker::default());
    again
}

#[test]
fn restart_should_not_offer_again_what_a_worker_has() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..3));
    node.run(1);
    let again = restarted(&node);
    again.run(2);
    assert_eq!(again.take_offers(), vec![]);
}

#[test]
fn restart_should_not_submit_again_what_was_submitted() {
    let node = Node::new(&[A]);
    let worker = Worker::holding(vec![receipt(escrowed(1), 1)]);
    node.network.set(A, worker.clone());
    node.run(1);
    let again = restarted(&node);
    again.network.set(A, worker);
    again.run(2);
    assert_eq!(take_submitted().len(), 1);
}

#[test]
fn restart_should_keep_the_back_off_of_a_worker() {
    let node = Node::new(&[A]);
    node.network.set(A, Worker::faulty(Fault::Down));
    node.run(1);
    assert_eq!(restarted(&node).back_off(A), Some(1));
}

#[test]
fn node_killed_in_a_run_should_wait_for_its_lock_to_expire() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..3));
    let again = killed_while_waiting(&node, 1);
    again.run(2);
    assert_eq!(again.take_offers(), vec![]);
}

#[test]
fn node_killed_in_a_run_should_offer_the_same_jobs_to_the_same_workers() {
    let node = Node::new(&[A, B]);
    chain(|chain| chain.jobs = jobs(0..10));
    let again = killed_while_waiting(&node, 1);
    again.set_time(again.time() + 10_001);
    again.run(7);
    // A worker answers those that it has with `Queued` and does nothing twice.
    assert_eq!(again.take_offers(), node.take_offers());
}

#[test]
fn run_should_release_its_lock() {
    let node = Node::new(&[A]);
    node.run(1);
    assert_eq!(node.read_raw(LOCK_KEY), None);
}

#[test]
fn run_should_do_nothing_while_another_one_holds_the_lock() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..3));
    node.write(LOCK_KEY, &Timestamp::from_unix_millis(node.time() + 5_000));
    node.run(1);
    assert_eq!(node.network.take_events(), vec![]);
}

#[test]
fn run_should_release_a_lock_from_a_clock_that_was_set_back() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..3));
    node.write(
        LOCK_KEY,
        &Timestamp::from_unix_millis(node.time() + 3_600_000),
    );
    node.runs(1..=2);
    assert_eq!(node.take_offers().len(), 3);
}

#[test]
fn run_should_start_afresh_when_its_state_cannot_be_decoded() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..3));
    node.write_raw(STATE_KEY, &[0xff; 40]);
    node.run(1);
    assert_eq!(node.take_offers().len(), 3);
}

#[test]
fn run_should_start_afresh_when_its_state_is_of_another_chain() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..3));
    node.run(1);
    node.take_offers();
    let state = node.read_raw(STATE_KEY).unwrap();
    // The format's byte stands before the genesis hash.
    let moved: Vec<u8> = [&state[..1], &H256([8; 32]).encode()[..], &state[33..]].concat();
    node.write_raw(STATE_KEY, &moved);
    node.run(2);
    assert_eq!(node.take_offers().len(), 3);
}

#[test]
fn run_should_forget_records_of_blocks_that_were_taken_back() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..1));
    node.run(100);
    node.take_offers();
    node.run(50);
    assert_eq!(node.take_offers().len(), 1);
}

#[test]
fn run_should_forget_jobs_that_have_ended() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..30));
    node.run(1);
    assert_eq!(node.state().jobs.len(), 30);
    chain(|chain| chain.jobs = jobs(20..30));
    node.run(2);
    assert_eq!(node.state().jobs.len(), 10);
}

#[test]
fn run_should_remember_jobs_that_a_cut_off_list_lacks() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(1_000..1_001));
    node.run(1);
    chain(|chain| chain.jobs = jobs(0..u64::from(MAX_OPEN_JOBS)));
    node.run(2);
    node.take_offers();
    chain(|chain| chain.jobs = jobs(1_000..1_001));
    node.run(3);
    assert_eq!(node.take_offers(), vec![]);
}

#[test]
fn run_should_forget_receipts_that_were_submitted_long_ago() {
    let node = Node::new(&[A]);
    node.network
        .set(A, Worker::holding(vec![receipt(escrowed(1), 1)]));
    node.run(1);
    assert_eq!(node.state().submitted.len(), 1);
    node.network.set(A, Worker::default());
    node.run(20);
    assert_eq!(node.state().submitted.len(), 0);
}

#[test]
fn run_should_not_write_what_has_not_changed() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..3));
    node.run(1);
    let state = node.state();
    node.write_raw(STATE_KEY, &[]);
    node.execute(|| state.save());
    // `stored` is skipped when decoding, so that a decoded state counts as not yet written…
    assert_eq!(node.read_raw(STATE_KEY), Some(state.encode()));
    node.execute(|| {
        let loaded = State::load(GENESIS, 2);
        StorageValueRef::persistent(STATE_KEY).clear();
        loaded.save();
    });
    // … and a loaded one does not.
    assert_eq!(node.read_raw(STATE_KEY), None);
}

#[test]
fn local_storage_should_stay_bounded_under_a_flood() {
    let node = Node::new(&[A, B]);
    for url in [A, B] {
        node.network
            .set(url, Worker::saying(DispatchStatus::Unservable));
    }
    let mut largest = 0;
    for now in 1..=40u32 {
        let first = u64::from(now) * 1_000;
        let receipts = (0..128)
            .map(|n| {
                let job = JobRef::Channel {
                    channel: ChannelId(u64::from(now)),
                    sequence: n,
                };
                receipt(job, now)
            })
            .collect();
        node.network.set(
            A,
            Worker {
                receipts,
                ..Worker::saying(DispatchStatus::Unservable)
            },
        );
        chain(|chain| chain.jobs = jobs(first..first + 1_000));
        node.run(now);
        largest = largest.max(node.read_raw(STATE_KEY).unwrap().len());
    }
    let state = node.state();
    assert!(state.jobs.len() <= MAX_TRACKED_JOBS as usize);
    assert!(state.submitted.len() <= MAX_SUBMITTED as usize);
    assert!(largest <= MAX_STATE_BYTES, "{largest} bytes");
}

/// What all lists at their bounds take, and a little room.
const MAX_STATE_BYTES: usize = 320 * 1024;

#[test]
fn state_should_fit_its_bound_when_every_list_is_full() {
    let node = Node::new(&[A]);
    let mut state = node.execute(|| State::load(GENESIS, 1));
    let mut record = JobRecord::new(&job(0), 1);
    record.refuse(0, 1);
    let mut next = 0;
    while state.jobs.try_insert(JobId(next), record.clone()).is_ok() {
        next += 1;
    }
    let mut sequence = 0;
    let channel = ChannelId(1);
    while state
        .submitted
        .try_insert(JobRef::Channel { channel, sequence }, 9)
        .is_ok()
    {
        sequence += 1;
    }
    assert_eq!(
        (next, sequence),
        (u64::from(MAX_TRACKED_JOBS), MAX_SUBMITTED)
    );
    let length = state.encode().len();
    assert!(length <= MAX_STATE_BYTES, "{length} bytes");
}
