// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the operator is shown.

use super::*;
use crate::state::{Counters, OFFER_TIMEOUT};
use openledger_primitives::pool::DispatchStatus;

fn counters(node: &Node) -> Counters {
    node.state().counters
}

#[test]
fn jobs_that_a_worker_takes_should_be_counted() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..3));
    node.run(2);
    assert_eq!(
        counters(&node),
        Counters {
            open_jobs: 3,
            accepted: 3,
            ..Counters::default()
        }
    );
}

#[test]
fn a_job_that_a_worker_still_has_should_be_counted_once() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..3));
    node.runs(1..=1 + OFFER_TIMEOUT);
    assert_eq!(node.take_offers().len(), 6);
    assert_eq!(counters(&node).accepted, 3);
}

#[test]
fn jobs_that_a_worker_refuses_should_be_counted() {
    let node = Node::new(&[A]);
    node.network
        .set(A, Worker::saying(DispatchStatus::Unservable));
    chain(|chain| chain.jobs = jobs(0..2));
    node.run(2);
    assert_eq!(counters(&node).refused, 2);
}

#[test]
fn jobs_that_nobody_answers_to_should_be_counted() {
    let node = Node::with_storage(&[(POOL_KEY, vec![A.as_bytes().to_vec()].encode())]);
    chain(|chain| {
        *chain = ChainState {
            validators: vec![[1; 32]],
            local: Some([1; 32]),
            jobs: jobs(0..2),
            ..ChainState::default()
        }
    });
    node.run(2);
    assert_eq!(counters(&node).failed, 2);
}

#[test]
fn submitted_receipts_should_be_counted() {
    let node = Node::new(&[A]);
    node.network.set(
        A,
        Worker {
            receipts: vec![receipt(escrowed(0), 1), receipt(escrowed(1), 1)],
            ..Worker::default()
        },
    );
    node.run(2);
    assert_eq!(counters(&node).submitted, 2);
}

#[test]
fn the_operators_tools_should_read_what_a_run_left() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..1));
    node.run(2);
    let bytes = node.read_raw(STATE_KEY).unwrap();
    assert_eq!(State::peek(&bytes).unwrap().counters, counters(&node));
}

#[test]
fn the_state_of_another_release_should_not_be_shown() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..1));
    node.run(2);
    let mut bytes = node.read_raw(STATE_KEY).unwrap();
    bytes[0] = 0;
    assert!(State::peek(&bytes).is_none());
}
