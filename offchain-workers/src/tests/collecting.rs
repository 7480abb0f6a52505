// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Which receipts are submitted, by whom and when.

use openledger_primitives::ChannelId;

use super::*;
use crate::{collect::SUBMIT_WINDOW, endpoints::LIE_BACK_OFF, state::RESUBMIT_AFTER};

fn request(sequence: u32) -> JobRef {
    JobRef::Channel {
        channel: ChannelId(1),
        sequence,
    }
}

fn node_holding(receipts: Vec<SignedReceipt>) -> Node {
    let node = Node::new(&[A]);
    node.network.set(A, Worker::holding(receipts));
    node
}

#[test]
fn run_should_submit_finished_receipts() {
    let node = node_holding(vec![receipt(escrowed(1), 1), receipt(request(0), 1)]);
    node.run(1);
    assert_eq!(take_submitted(), vec![vec![escrowed(1), request(0)]]);
}

#[test]
fn run_should_submit_no_more_than_a_batch_at_once() {
    let node = node_holding((0..10).map(|n| receipt(request(n), 1)).collect());
    node.run(1);
    let sizes: Vec<_> = take_submitted().iter().map(Vec::len).collect();
    assert_eq!(sizes, vec![4, 4, 2]);
}

#[test]
fn run_should_not_submit_receipts_of_two_workers_together() {
    let of = |sequence, worker| {
        let receipt = receipt(request(sequence), 1).receipt;
        let worker = AccountId::new([worker; 32]);
        sign(InferenceReceipt { worker, ..receipt })
    };
    let node = node_holding(vec![of(0, 1), of(1, 2), of(2, 1)]);
    node.run(1);
    assert_eq!(
        take_submitted(),
        vec![vec![request(0), request(2)], vec![request(1)]]
    );
}

#[test]
fn run_should_submit_a_receipt_that_two_workers_hold_once() {
    let node = Node::new(&[A, B]);
    for url in [A, B] {
        node.network
            .set(url, Worker::holding(vec![receipt(escrowed(1), 1)]));
    }
    node.run(1);
    assert_eq!(take_submitted(), vec![vec![escrowed(1)]]);
}

#[test]
fn run_should_submit_a_receipt_that_an_answer_repeats_once() {
    let node = node_holding(vec![receipt(escrowed(1), 1); 3]);
    node.run(1);
    assert_eq!(take_submitted(), vec![vec![escrowed(1)]]);
}

#[test]
fn run_should_not_submit_a_receipt_again_in_the_next_blocks() {
    let node = node_holding(vec![receipt(escrowed(1), 1)]);
    node.runs(1..=RESUBMIT_AFTER);
    assert_eq!(take_submitted().len(), 1);
}

#[test]
fn run_should_submit_a_receipt_again_when_it_has_not_settled() {
    let node = node_holding(vec![receipt(escrowed(1), 1)]);
    node.runs(1..=1 + RESUBMIT_AFTER);
    assert_eq!(take_submitted().len(), 2);
}

#[test]
fn run_should_drop_the_receipt_of_a_job_that_has_ended() {
    let node = node_holding(vec![receipt(escrowed(1), 1)]);
    chain(|chain| chain.ended.insert(escrowed(1)));
    node.run(1);
    assert!(take_submitted().is_empty());
    assert_eq!(node.back_off(A), None);
}

#[test]
fn run_should_submit_the_rest_one_by_one_when_the_pool_refuses_a_batch() {
    let node = node_holding((0..4).map(|n| receipt(request(n), 1)).collect());
    chain(|chain| chain.in_pool.insert(request(2)));
    node.run(1);
    assert_eq!(
        take_submitted(),
        vec![vec![request(0)], vec![request(1)], vec![request(3)]]
    );
}

#[test]
fn run_should_not_try_a_refused_receipt_again_in_the_next_block() {
    let node = node_holding(vec![receipt(request(0), 1)]);
    chain(|chain| chain.in_pool.insert(request(0)));
    node.run(1);
    chain(|chain| chain.in_pool.clear());
    node.run(2);
    assert!(take_submitted().is_empty());
}

#[test]
fn run_should_leave_a_channels_receipt_to_its_validator_until_the_window_passes() {
    let validators = vec![[1; 32], [2; 32]];
    let node = node_holding((0..40).map(|n| receipt(request(n), 1)).collect());
    chain(|chain| chain.validators = validators);
    node.runs(1..=SUBMIT_WINDOW);
    let own: usize = take_submitted().iter().map(Vec::len).sum();
    assert!((1..40).contains(&own), "{own} of 40");
    node.run(1 + SUBMIT_WINDOW);
    let others: usize = take_submitted().iter().map(Vec::len).sum();
    assert_eq!(own + others, 40);
}

#[test]
fn run_should_submit_what_it_dispatched_whoever_is_first_in_line() {
    let node = Node::new(&[A]);
    chain(|chain| {
        chain.validators = vec![[1; 32], [2; 32]];
        chain.jobs = jobs(0..40);
    });
    // Late enough that every job falls to both validators.
    node.run(20);
    node.network.set(
        A,
        Worker::holding((0..40).map(|n| receipt(escrowed(n), 21)).collect()),
    );
    node.run(21);
    assert_eq!(take_submitted().iter().map(Vec::len).sum::<usize>(), 40);
}

#[test]
fn run_should_not_submit_a_receipt_with_another_key_s_signature() {
    let mut forged = receipt(escrowed(1), 1);
    forged.signature = ed25519::Pair::from_seed(&[2; 32]).sign(&forged.receipt.payload());
    let node = node_holding(vec![forged]);
    node.run(1);
    assert!(take_submitted().is_empty());
    assert_eq!(node.back_off(A), Some(LIE_BACK_OFF));
}

#[test]
fn run_should_not_submit_a_receipt_that_was_altered() {
    let mut altered = receipt(escrowed(1), 1);
    altered.receipt.units += 1;
    let node = node_holding(vec![altered]);
    node.run(1);
    assert!(take_submitted().is_empty());
    assert_eq!(node.back_off(A), Some(LIE_BACK_OFF));
}

#[test]
fn run_should_refuse_what_breaks_a_rule_without_asking_the_chain() {
    let honest = receipt(escrowed(1), 1).receipt;
    let of_another_chain = InferenceReceipt {
        genesis: H256([8; 32]),
        ..honest.clone()
    };
    let of_another_version = InferenceReceipt {
        version: 2,
        ..honest.clone()
    };
    let without_influence = InferenceReceipt {
        influence: InfluenceVector::default(),
        ..honest
    };
    for broken in [of_another_chain, of_another_version, without_influence] {
        let node = node_holding(vec![sign(broken)]);
        node.run(1);
        assert_eq!(chain(|chain| chain.checked), 0);
        assert!(take_submitted().is_empty());
        assert_eq!(node.back_off(A), Some(LIE_BACK_OFF));
    }
}

#[test]
fn run_should_submit_an_honest_receipt_beside_a_forged_one_for_the_same_job() {
    let node = Node::new(&[A, B]);
    let mut forged = receipt(escrowed(1), 1);
    forged.receipt.units += 1;
    node.network.set(A, Worker::holding(vec![forged]));
    node.network
        .set(B, Worker::holding(vec![receipt(escrowed(1), 1)]));
    node.run(1);
    assert_eq!(take_submitted(), vec![vec![escrowed(1)]]);
}

#[test]
fn run_should_not_give_jobs_to_a_worker_that_forged() {
    let mut forged = receipt(escrowed(1), 1);
    forged.receipt.units += 1;
    let node = node_holding(vec![forged]);
    node.run(1);
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(2..=LIE_BACK_OFF);
    assert_eq!(node.take_offers(), vec![]);
}
