// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Workers that are down, slow, or lie.

use openledger_primitives::pool::DispatchStatus;

use super::*;
use crate::{
    client::Failure,
    endpoints::{LIE_BACK_OFF, MAX_BACK_OFF},
    state::{ANSWER_TIMEOUT, LATE_TIMEOUT, OFFER_TIMEOUT},
    tests::network::Fault,
};

/// A node with one job and a pool of the first worker that the job is offered to, which has this
/// fault, and an honest one.
fn node_with_faulty_first(fault: Fault) -> (Node, &'static str, &'static str) {
    let node = Node::new(&[A, B]);
    chain(|chain| chain.jobs = jobs(0..1));
    // Both orders occur; which one it is depends on the hashes.
    let probe = Node::with_storage(&[]);
    probe.write(
        POOL_KEY,
        &vec![A.as_bytes().to_vec(), B.as_bytes().to_vec()],
    );
    for url in [A, B] {
        probe.network.set(url, Worker::default());
    }
    probe.run(1);
    let first = probe.take_offers().remove(0).0;
    let (first, second) = if first == A { (A, B) } else { (B, A) };
    node.network.set(first, Worker::faulty(fault));
    (node, first, second)
}

#[test]
fn run_should_pass_a_job_on_in_the_next_block_when_its_worker_is_down() {
    let (node, first, second) = node_with_faulty_first(Fault::Down);
    node.runs(1..=2);
    assert_eq!(
        node.take_offers(),
        vec![(first.to_string(), 0), (second.to_string(), 0)]
    );
}

#[test]
fn run_should_leave_a_worker_alone_while_it_is_on_back_off() {
    let node = Node::new(&[A]);
    node.network.set(A, Worker::faulty(Fault::Down));
    let mut asked = Vec::new();
    for now in 1..=70 {
        node.run(now);
        if !node.network.take_polls().is_empty() {
            asked.push(now);
        }
    }
    let pauses: Vec<_> = asked.windows(2).map(|pair| pair[1] - pair[0] - 1).collect();
    assert_eq!(pauses, vec![1, 2, 4, 8, MAX_BACK_OFF, MAX_BACK_OFF]);
}

#[test]
fn run_should_give_a_recovering_worker_jobs_only_after_it_answered() {
    let node = Node::new(&[A]);
    node.network.set(A, Worker::faulty(Fault::Down));
    chain(|chain| chain.jobs = jobs(0..1));
    node.run(1);
    node.take_offers();
    node.network.set(A, Worker::default());
    node.runs(2..=3);
    assert_eq!(node.take_offers(), vec![]);
    node.run(4);
    assert_eq!(node.take_offers(), vec![(A.to_string(), 0)]);
}

#[test]
fn run_should_end_in_time_when_a_worker_is_slow() {
    let (node, first, _) = node_with_faulty_first(Fault::None);
    node.network.set(
        first,
        Worker {
            delay: 60_000,
            ..Worker::default()
        },
    );
    assert!(node.run(1) < 1_500);
    assert_eq!(node.back_off(first), Some(1));
}

#[test]
fn run_should_use_fast_answers_when_another_worker_is_slow() {
    let node = Node::new(&[A, B]);
    node.network.set(
        A,
        Worker {
            delay: 60_000,
            ..Worker::default()
        },
    );
    node.network
        .set(B, Worker::holding(vec![receipt(escrowed(1), 1)]));
    node.run(1);
    assert_eq!(take_submitted(), vec![vec![escrowed(1)]]);
}

/// A worker that answers after a minute.
fn late() -> Worker {
    Worker {
        delay: 60_000,
        ..Worker::default()
    }
}

/// As [`node_with_faulty_first`], with a first worker that is late.
fn node_with_late_first() -> (Node, &'static str, &'static str) {
    let (node, first, second) = node_with_faulty_first(Fault::None);
    node.network.set(first, late());
    (node, first, second)
}

#[test]
fn run_should_ask_a_late_worker_again_before_another_one_does_its_work_too() {
    let (node, first, _) = node_with_late_first();
    node.run(1);
    node.network.set(first, Worker::default());
    node.runs(2..=2 * OFFER_TIMEOUT);
    let offers = node.take_offers();
    assert!(offers.len() > 1);
    assert!(offers.iter().all(|(url, _)| url == first), "{offers:?}");
}

#[test]
fn run_should_pass_on_a_job_of_a_worker_that_stays_late() {
    let (node, first, second) = node_with_late_first();
    node.runs(1..=LATE_TIMEOUT);
    assert!(node.take_offers().iter().all(|(url, _)| url == first));
    node.run(1 + LATE_TIMEOUT);
    assert_eq!(node.take_offers(), vec![(second.to_string(), 0)]);
}

#[test]
fn run_should_keep_a_new_job_for_a_worker_that_is_late_for_a_while() {
    let (node, first, _) = node_with_late_first();
    let job = chain(|chain| std::mem::take(&mut chain.jobs));
    node.run(1);
    assert_eq!(node.back_off(first), Some(1));
    chain(|chain| chain.jobs = job);
    node.run(2);
    node.network.set(first, Worker::default());
    node.runs(3..=4);
    assert_eq!(node.take_offers(), vec![(first.to_string(), 0)]);
}

#[test]
fn run_should_give_a_new_job_to_the_next_worker_when_the_first_one_was_late_for_long() {
    let (node, _, second) = node_with_late_first();
    chain(|chain| chain.jobs[0].requested_at = 1 + LATE_TIMEOUT);
    let job = chain(|chain| std::mem::take(&mut chain.jobs));
    node.runs(1..=LATE_TIMEOUT);
    chain(|chain| chain.jobs = job);
    node.run(1 + LATE_TIMEOUT);
    assert_eq!(node.take_offers(), vec![(second.to_string(), 0)]);
}

/// A node that takes over a job in the run after [`OFFER_TIMEOUT`], and finds the job's first worker
/// with this fault just before.
fn node_taking_over(fault: Fault) -> (Node, &'static str, &'static str) {
    let (node, first, second) = node_with_faulty_first(fault);
    let job = chain(|chain| std::mem::take(&mut chain.jobs));
    node.run(OFFER_TIMEOUT);
    assert_eq!(node.back_off(first), Some(1));
    chain(|chain| chain.jobs = job);
    (node, first, second)
}

#[test]
fn run_should_take_over_a_job_to_the_worker_that_may_have_it() {
    let (node, first, _) = node_taking_over(Fault::Down);
    node.network.set(first, Worker::default());
    node.runs(1 + OFFER_TIMEOUT..=2 * OFFER_TIMEOUT);
    assert_eq!(node.take_offers(), vec![(first.to_string(), 0)]);
}

#[test]
fn run_should_take_over_a_job_to_the_next_worker_when_the_first_one_stays_down() {
    let (node, _, second) = node_taking_over(Fault::Down);
    node.runs(1 + OFFER_TIMEOUT..=OFFER_TIMEOUT + ANSWER_TIMEOUT);
    assert_eq!(node.take_offers(), vec![]);
    node.run(1 + OFFER_TIMEOUT + ANSWER_TIMEOUT);
    assert_eq!(node.take_offers(), vec![(second.to_string(), 0)]);
}

#[test]
fn run_should_leave_a_job_that_it_takes_over_with_a_worker_that_has_no_time_to_say_whether_it_has_it(
) {
    let (node, first, _) = node_taking_over(Fault::Down);
    node.network.set(first, Worker::faulty(Fault::Status(429)));
    node.runs(1 + OFFER_TIMEOUT..=2 * OFFER_TIMEOUT);
    let offers = node.take_offers();
    assert!(offers.len() > 1);
    assert!(offers.iter().all(|(url, _)| url == first), "{offers:?}");
}

#[test]
fn run_should_pass_on_a_queued_job_when_its_worker_is_down_by_then() {
    let (node, first, second) = node_with_faulty_first(Fault::None);
    node.run(1);
    node.take_offers();
    node.network.set(first, Worker::faulty(Fault::Down));
    node.runs(2..=OFFER_TIMEOUT + ANSWER_TIMEOUT);
    assert_eq!(node.take_offers(), vec![]);
    node.run(1 + OFFER_TIMEOUT + ANSWER_TIMEOUT);
    assert_eq!(node.take_offers(), vec![(second.to_string(), 0)]);
}

#[test]
fn run_should_leave_a_queued_job_with_a_worker_that_is_well_again_shortly_after() {
    let (node, first, _) = node_with_faulty_first(Fault::None);
    node.run(1);
    node.take_offers();
    // Down in the last blocks before the job is asked about, so that it is on back-off then.
    node.runs(2..=OFFER_TIMEOUT - 1);
    node.network.set(first, Worker::faulty(Fault::Down));
    node.run(OFFER_TIMEOUT);
    node.network.set(first, Worker::default());
    node.runs(1 + OFFER_TIMEOUT..=OFFER_TIMEOUT + ANSWER_TIMEOUT);
    assert_eq!(node.take_offers(), vec![(first.to_string(), 0)]);
}

#[test]
fn run_should_leave_a_queued_job_with_a_worker_that_is_busy_by_then() {
    let (node, first, _) = node_with_faulty_first(Fault::None);
    node.run(1);
    node.take_offers();
    let mut now = 1;
    for busy in [
        Worker::saying(DispatchStatus::Busy),
        Worker::faulty(Fault::Status(429)),
    ] {
        node.network.set(first, busy);
        node.runs(now + 1..=now + OFFER_TIMEOUT);
        now += OFFER_TIMEOUT;
        assert_eq!(node.take_offers(), vec![(first.to_string(), 0)]);
    }
}

#[test]
fn run_should_end_in_time_when_a_worker_drips_its_answer() {
    let node = Node::new(&[A]);
    let receipts = vec![receipt(escrowed(1), 1)];
    node.network.set(
        A,
        Worker {
            fault: Fault::Drip,
            receipts,
            ..Worker::default()
        },
    );
    assert!(node.run(1) < 1_500);
    assert_eq!(node.back_off(A), Some(1));
}

#[test]
fn run_should_use_other_answers_when_a_worker_drips_its_own() {
    let node = Node::new(&[A, B]);
    for (url, fault, job) in [(A, Fault::Drip, 1), (B, Fault::None, 2)] {
        let receipts = vec![receipt(escrowed(job), 1)];
        node.network.set(
            url,
            Worker {
                fault,
                receipts,
                ..Worker::default()
            },
        );
    }
    node.run(1);
    assert_eq!(take_submitted(), vec![vec![escrowed(2)]]);
    assert_eq!(node.back_off(B), None);
}

#[test]
fn wait_all_should_name_what_is_wrong_with_an_answer() {
    for (fault, failure) in [
        (Fault::Down, Failure::Unreachable),
        (Fault::Drip, Failure::TooSlow),
        (Fault::Status(503), Failure::Status(503)),
        (Fault::Html, Failure::ContentType),
        (Fault::Oversize, Failure::Oversized),
        (Fault::AnnouncedOversize, Failure::Oversized),
    ] {
        let node = Node::new(&[A]);
        let receipts = vec![receipt(escrowed(1), 1)];
        node.network.set(
            A,
            Worker {
                fault,
                receipts,
                ..Worker::default()
            },
        );
        let answers = node.execute(|| {
            let deadlines = Deadlines::starting_at(sp_io::offchain::timestamp());
            let url = format!("{A}/v1/receipts");
            client::wait_all(vec![client::get(&url, deadlines.answered)], &deadlines)
        });
        assert_eq!(answers, vec![Answer::Failed(failure)]);
    }
}

#[test]
fn run_should_put_a_worker_that_breaks_the_protocol_on_a_long_back_off() {
    for fault in [
        Fault::Garbage,
        Fault::TrailingBytes,
        Fault::TooFewStatuses,
        Fault::Oversize,
        Fault::AnnouncedOversize,
    ] {
        let (node, first, second) = node_with_faulty_first(fault);
        node.runs(1..=2);
        assert_eq!(node.back_off(first), Some(LIE_BACK_OFF), "{fault:?}");
        let offers = node.take_offers();
        assert_eq!(offers.last(), Some(&(second.to_string(), 0)), "{fault:?}");
    }
}

#[test]
fn run_should_put_a_worker_with_another_status_or_type_on_a_short_back_off() {
    for fault in [Fault::Status(500), Fault::Status(404), Fault::Html] {
        let (node, first, _) = node_with_faulty_first(fault);
        node.run(1);
        assert_eq!(node.back_off(first), Some(1), "{fault:?}");
    }
}

#[test]
fn run_should_not_submit_from_an_oversized_answer() {
    let node = Node::new(&[A]);
    let receipts = vec![receipt(escrowed(1), 1)];
    let fault = Fault::AnnouncedOversize;
    node.network.set(
        A,
        Worker {
            fault,
            receipts,
            ..Worker::default()
        },
    );
    node.run(1);
    assert!(take_submitted().is_empty());
}

#[test]
fn run_should_forget_the_back_off_of_a_worker_that_left_the_pool() {
    let node = Node::new(&[A, B]);
    node.network.set(A, Worker::faulty(Fault::Down));
    node.run(1);
    node.write(POOL_KEY, &vec![B.as_bytes().to_vec()]);
    node.run(2);
    assert_eq!(node.back_off(A), None);
}
