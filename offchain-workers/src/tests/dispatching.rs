// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Which jobs are offered, to whom and when.

use openledger_primitives::pool::DispatchStatus;

use super::*;
use crate::{
    dispatch::UNSEEN_PATIENCE,
    state::{OFFER_TIMEOUT, QUEUE_TIMEOUT, REFUSAL_TIMEOUT},
    tests::network::{Event, Fault},
};

/// The jobs alone, in the order in which they were offered.
fn offered(node: &Node) -> Vec<u64> {
    node.take_offers().into_iter().map(|(_, job)| job).collect()
}

/// The workers alone, in the order in which jobs were offered to them.
fn offered_to(node: &Node) -> Vec<String> {
    node.take_offers().into_iter().map(|(url, _)| url).collect()
}

#[test]
fn run_should_offer_open_jobs_oldest_first() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = vec![job(5), job(3), job(4)]);
    node.run(1);
    assert_eq!(offered(&node), vec![3, 4, 5]);
}

#[test]
fn run_should_do_nothing_without_a_pool() {
    let node = Node::new(&[]);
    chain(|chain| chain.jobs = jobs(0..3));
    node.run(1);
    assert_eq!(node.network.take_events(), vec![]);
}

#[test]
fn run_should_do_nothing_when_the_pool_cannot_be_decoded() {
    let node = Node::new(&[A]);
    node.write_raw(POOL_KEY, &[0xff; 3]);
    node.run(1);
    assert_eq!(node.network.take_events(), vec![]);
}

#[test]
fn run_should_do_nothing_without_a_key_of_the_session() {
    for local in [None, Some([7; 32])] {
        let node = Node::new(&[A]);
        chain(|chain| (chain.local, chain.jobs) = (local, jobs(0..3)));
        node.run(1);
        assert_eq!(node.network.take_events(), vec![]);
    }
}

#[test]
fn run_should_leave_out_unusable_addresses_of_the_pool() {
    let node = Node::new(&["not a url", A]);
    chain(|chain| chain.jobs = jobs(0..1));
    node.run(1);
    assert_eq!(offered_to(&node), vec![A]);
}

#[test]
fn run_should_spread_jobs_over_the_pool() {
    let node = Node::new(&[A, B]);
    chain(|chain| chain.jobs = jobs(0..200));
    node.run(1);
    let to_a = offered_to(&node).iter().filter(|url| *url == A).count();
    assert!((60..=140).contains(&to_a), "{to_a} of 200");
}

#[test]
fn run_should_send_everything_before_it_waits() {
    let node = Node::new(&[A, B]);
    chain(|chain| chain.jobs = jobs(0..20));
    node.run(1);
    let sent = Event::Sent;
    assert_eq!(
        node.network.take_events(),
        vec![sent, sent, sent, sent, Event::Waited]
    );
}

#[test]
fn run_should_bound_requests_and_jobs_per_endpoint() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..500));
    node.run(1);
    assert_eq!(node.network.take_batch_sizes(), vec![64, 64, 64, 64]);
    node.run(2);
    assert_eq!(node.network.take_batch_sizes(), vec![64, 64, 64, 52]);
}

#[test]
fn validators_should_share_the_jobs_without_overlap() {
    let validators = [[1; 32], [2; 32], [3; 32]];
    let mut seen = Vec::new();
    for local in validators {
        let node = Node::new(&[A]);
        chain(|chain| {
            (chain.validators, chain.local) = (validators.to_vec(), Some(local));
            chain.jobs = jobs(0..60);
        });
        node.run(1);
        let own = offered(&node);
        assert!(!own.is_empty());
        seen.extend(own);
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..60).collect::<Vec<_>>());
}

#[test]
fn run_should_take_over_as_next_in_line_after_the_timeout() {
    let validators = vec![[1; 32], [2; 32]];
    let node = Node::new(&[A]);
    chain(|chain| {
        (chain.validators, chain.jobs) = (validators.clone(), jobs(0..60));
    });
    node.runs(1..=OFFER_TIMEOUT);
    let own = offered(&node);
    assert!(own.len() < 60, "the other validator has its part");
    // What the worker has is finished now; only the other validator's jobs are left open.
    chain(|chain| chain.jobs.retain(|job| !own.contains(&job.job.0)));
    node.run(1 + OFFER_TIMEOUT);
    assert_eq!(own.len() + offered(&node).len(), 60);
}

#[test]
fn run_should_not_offer_a_queued_job_again_before_the_timeout() {
    let node = Node::new(&[A, B]);
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=OFFER_TIMEOUT);
    assert_eq!(node.take_offers().len(), 1);
}

#[test]
fn run_should_ask_the_same_worker_whether_it_still_has_a_queued_job() {
    let node = Node::new(&[A, B]);
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=QUEUE_TIMEOUT);
    let mut workers = offered_to(&node);
    assert_eq!(workers.len(), (QUEUE_TIMEOUT / OFFER_TIMEOUT) as usize);
    workers.dedup();
    assert_eq!(workers.len(), 1);
}

#[test]
fn run_should_offer_a_job_that_is_queued_for_too_long_to_the_next_worker() {
    let node = Node::new(&[A, B]);
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=QUEUE_TIMEOUT);
    let before = offered_to(&node).remove(0);
    node.run(1 + QUEUE_TIMEOUT);
    let after = offered_to(&node);
    assert_eq!(after.len(), 1);
    assert_ne!(before, after[0]);
}

#[test]
fn run_should_not_offer_a_finished_job_again() {
    let node = Node::new(&[A, B]);
    for url in [A, B] {
        node.network
            .set(url, Worker::saying(DispatchStatus::Finished));
    }
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=5);
    assert_eq!(node.take_offers().len(), 1);
}

#[test]
fn run_should_offer_a_job_to_the_next_worker_when_one_is_busy() {
    let node = Node::new(&[A, B]);
    for url in [A, B] {
        node.network.set(url, Worker::saying(DispatchStatus::Busy));
    }
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=4);
    let workers = offered_to(&node);
    assert_eq!(workers.len(), 4);
    assert!(
        workers.windows(2).all(|pair| pair[0] != pair[1]),
        "{workers:?}"
    );
}

#[test]
fn run_should_not_put_a_busy_worker_on_back_off() {
    let node = Node::new(&[A]);
    node.network.set(A, Worker::faulty(Fault::Status(429)));
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=3);
    assert_eq!(node.back_off(A), None);
    assert_eq!(offered(&node), vec![0, 0, 0]);
}

#[test]
fn run_should_ask_the_same_worker_again_when_it_does_not_see_the_job_yet() {
    let node = Node::new(&[A, B]);
    for url in [A, B] {
        node.network
            .set(url, Worker::saying(DispatchStatus::NotEscrowed));
    }
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=BlockNumber::from(UNSEEN_PATIENCE));
    let mut workers = offered_to(&node);
    assert_eq!(workers.len(), usize::from(UNSEEN_PATIENCE));
    workers.dedup();
    assert_eq!(workers.len(), 1);
}

#[test]
fn run_should_pass_on_a_job_that_a_worker_never_sees() {
    let node = Node::new(&[A, B]);
    for url in [A, B] {
        node.network
            .set(url, Worker::saying(DispatchStatus::NotEscrowed));
    }
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=BlockNumber::from(UNSEEN_PATIENCE) + 1);
    let mut workers = offered_to(&node);
    workers.dedup();
    assert_eq!(workers.len(), 2);
}

#[test]
fn run_should_give_up_a_job_that_every_worker_refused() {
    let node = Node::new(&[A, B]);
    for url in [A, B] {
        node.network
            .set(url, Worker::saying(DispatchStatus::Unservable));
    }
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=40);
    let mut workers = offered_to(&node);
    workers.sort_unstable();
    assert_eq!(workers, vec![A, B]);
}

#[test]
fn run_should_offer_a_refused_job_to_a_worker_that_joins_the_pool() {
    let node = Node::new(&[A]);
    node.network
        .set(A, Worker::saying(DispatchStatus::Unservable));
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=3);
    node.take_offers();
    node.network.set(B, Worker::default());
    node.write(
        POOL_KEY,
        &vec![A.as_bytes().to_vec(), B.as_bytes().to_vec()],
    );
    node.run(4);
    assert_eq!(offered_to(&node), vec![B]);
}

/// Runs on a chain with jobs `0..count`, of which the only worker can serve the last one alone.
/// Returns in which run that one was offered.
fn run_that_reaches_the_last(count: u64) -> Option<BlockNumber> {
    let node = Node::new(&[A]);
    node.network.set(
        A,
        Worker {
            unservable_below: count - 1,
            ..Worker::default()
        },
    );
    chain(|chain| chain.jobs = jobs(0..count));
    (1..=40).find(|now| {
        node.run(*now);
        offered(&node).contains(&(count - 1))
    })
}

#[test]
fn run_should_reach_a_job_behind_more_that_nobody_can_serve_than_it_looks_at() {
    let count = u64::from(MAX_OPEN_JOBS) + 1;
    assert_eq!(run_that_reaches_the_last(count), Some(2));
}

#[test]
fn run_should_reach_a_job_behind_as_many_that_nobody_can_serve_as_a_chain_has_open() {
    // A worker is offered 256 in a run, and one run finds nothing behind the last job.
    assert_eq!(run_that_reaches_the_last(8_192), Some(33));
}

#[test]
fn run_should_reach_a_new_job_when_nobody_could_serve_all_before() {
    let count = 3 * u64::from(MAX_OPEN_JOBS);
    let node = Node::new(&[A]);
    node.network.set(
        A,
        Worker {
            unservable_below: count,
            ..Worker::default()
        },
    );
    chain(|chain| chain.jobs = jobs(0..count));
    // Each run offers half of what it looks at.
    node.runs(1..=8);
    node.take_offers();
    chain(|chain| chain.jobs.push(job(count)));
    node.runs(9..=12);
    assert_eq!(offered(&node), vec![count]);
}

#[test]
fn run_should_begin_again_behind_the_last_job() {
    let node = Node::new(&[A]);
    let count = u64::from(MAX_OPEN_JOBS) + 1;
    chain(|chain| chain.jobs = jobs(0..count));
    node.runs(1..=3);
    // There was no room for all of the first ones in the first run.
    assert!(offered(&node).contains(&u64::from(MAX_OPEN_JOBS - 1)));
}

#[test]
fn run_should_offer_a_job_again_long_after_it_was_refused() {
    let node = Node::new(&[A]);
    node.network
        .set(A, Worker::saying(DispatchStatus::Unservable));
    chain(|chain| chain.jobs = jobs(0..1));
    node.runs(1..=REFUSAL_TIMEOUT);
    assert_eq!(offered(&node), vec![0]);
    node.run(1 + REFUSAL_TIMEOUT);
    assert_eq!(offered(&node), vec![0]);
}

#[test]
fn run_should_offer_another_job_that_took_over_the_number_of_a_queued_one() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..1));
    node.run(1);
    node.take_offers();
    chain(|chain| chain.jobs = vec![job_instead(0)]);
    node.run(2);
    assert_eq!(offered(&node), vec![0]);
}

#[test]
fn run_should_offer_another_job_that_took_over_the_number_of_a_refused_one() {
    let node = Node::new(&[A]);
    node.network
        .set(A, Worker::saying(DispatchStatus::Unservable));
    chain(|chain| chain.jobs = jobs(0..1));
    node.run(1);
    node.take_offers();
    chain(|chain| chain.jobs = vec![job_instead(0)]);
    node.run(2);
    assert_eq!(offered(&node), vec![0]);
}

#[test]
fn run_should_remember_who_refused_when_the_pool_is_reordered() {
    let node = Node::new(&[A, B]);
    for url in [A, B] {
        node.network
            .set(url, Worker::saying(DispatchStatus::Unservable));
    }
    chain(|chain| chain.jobs = jobs(0..1));
    node.run(1);
    let refused = offered_to(&node);
    node.write(
        POOL_KEY,
        &vec![B.as_bytes().to_vec(), A.as_bytes().to_vec()],
    );
    node.run(2);
    assert_ne!(offered_to(&node), refused);
}

#[test]
fn run_should_not_offer_a_job_that_can_be_cancelled() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..1));
    node.run(151);
    assert_eq!(offered(&node), Vec::<u64>::new());
}

#[test]
fn run_should_offer_with_the_units_that_the_escrow_pays_for() {
    let offers = {
        let node = Node::new(&[A]);
        node.execute(|| {
            let pool = Pool::read().unwrap();
            let committee = Committee::new(&[[1; 32]], &[1; 32]).unwrap();
            let mut state = State::load(GENESIS, 1);
            dispatch::plan(1, GENESIS, &committee, &pool, &mut state, jobs(0..1))
                .into_iter()
                .map(|offer| offer.request_body())
                .collect::<Vec<_>>()
        })
    };
    let request =
        openledger_primitives::pool::DispatchRequest::decode(&mut offers[0].as_slice()).unwrap();
    assert_eq!(request.jobs[0].max_units, 100);
}
