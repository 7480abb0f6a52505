// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use openledger_primitives::{
    views::{ChannelView, JobView, WorkerView},
    ChannelId, JobId,
};
use polkadot_sdk::{frame_support::assert_ok, sp_core::Pair};

#[test]
fn job_view_should_show_an_open_job() {
    run(|| {
        let job = request(100);
        let expected = JobView {
            job,
            consumer: consumer(),
            adapter: ADAPTER,
            input: text("what is a tort?"),
            unit_price: PRICE,
            max_fee: 100,
            requested_at: 1,
            deadline: 1 + DEADLINE,
            delivered: false,
        };
        assert_eq!(Inference::job_view(job), Some(expected));
    });
}

#[test]
fn job_view_should_be_none_for_what_never_was() {
    run(|| assert_eq!(Inference::job_view(JobId(0)), None));
}

#[test]
fn open_jobs_should_ascend() {
    run(|| {
        request_many(4, 20);
        let jobs: Vec<u64> = Inference::open_jobs(10)
            .iter()
            .map(|job| job.job.0)
            .collect();
        assert_eq!(jobs, [0, 1, 2, 3]);
    });
}

#[test]
fn open_jobs_should_answer_the_oldest_up_to_the_limit() {
    run(|| {
        request_many(4, 20);
        let jobs: Vec<u64> = Inference::open_jobs(2)
            .iter()
            .map(|job| job.job.0)
            .collect();
        assert_eq!(jobs, [0, 1]);
    });
}

/// The numbers of the jobs from `from` on that are worth answering at block `now`.
fn to_answer(from: u64, limit: u32, now: u32) -> Vec<u64> {
    Inference::jobs_to_answer(JobId(from), limit, now)
        .iter()
        .map(|job| job.job.0)
        .collect()
}

#[test]
fn jobs_to_answer_should_ascend_from_a_number_on() {
    run(|| {
        request_many(4, 20);
        assert_eq!(to_answer(1, 10, 1), [1, 2, 3]);
    });
}

#[test]
fn jobs_to_answer_should_be_no_more_than_the_limit() {
    run(|| {
        request_many(4, 20);
        assert_eq!(to_answer(1, 2, 1), [1, 2]);
    });
}

#[test]
fn jobs_to_answer_should_leave_out_what_can_be_cancelled_without_counting_it() {
    run(|| {
        request_many(2, 20);
        System::set_block_number(2);
        request_many(2, 20);
        assert_eq!(to_answer(0, 2, 1 + DEADLINE), [2, 3]);
    });
}

#[test]
fn jobs_to_answer_should_show_what_job_view_shows() {
    run(|| {
        let job = request(100);
        let view = Inference::job_view(job).expect("it is open");
        assert_eq!(Inference::jobs_to_answer(job, 1, 1), [view]);
    });
}

#[test]
fn open_jobs_should_leave_out_what_has_ended() {
    run(|| {
        let (first, second) = (request(20), request(20));
        go_to(1 + DEADLINE);
        assert_ok!(Inference::cancel(RuntimeOrigin::signed(consumer()), first));
        let jobs: Vec<JobId> = Inference::open_jobs(9).iter().map(|job| job.job).collect();
        assert_eq!(jobs, [second]);
    });
}

#[test]
fn channel_view_should_show_an_open_channel() {
    run(|| {
        register();
        let channel = channel(1_000);
        let expected = ChannelView {
            channel,
            consumer: consumer(),
            worker: worker(),
            deposit: 1_000,
            spent: 0,
            closes_at: None,
        };
        assert_eq!(Inference::channel_view(channel), Some(expected));
    });
}

#[test]
fn channel_view_should_be_none_for_what_never_was() {
    run(|| assert_eq!(Inference::channel_view(ChannelId(0)), None));
}

#[test]
fn worker_view_should_show_a_worker() {
    run(|| {
        register();
        let receipt_key = receipt_pair().public();
        let expected = WorkerView {
            worker: worker(),
            receipt_key,
            active: true,
        };
        assert_eq!(Inference::worker_view(worker()), Some(expected));
    });
}

#[test]
fn worker_of_key_should_be_none_for_an_unknown_key() {
    run(|| assert_eq!(Inference::worker_of_key(receipt_pair().public()), None));
}
