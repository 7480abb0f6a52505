// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the attribution pallet calls, for jobs with an escrow of their own.

use super::mock::*;
use crate::{Error, Event, HoldReason, Jobs};
use openledger_primitives::{
    traits::{Escrow, JobTerms},
    ChannelId, JobId, JobRef,
};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::Pair,
};

#[test]
fn receipt_key_should_be_the_registered_one() {
    run(|| {
        register();
        assert_eq!(
            Inference::receipt_key(&worker()),
            Some(receipt_pair().public())
        );
    });
}

#[test]
fn receipt_key_should_be_none_after_retiring() {
    run(|| {
        register();
        assert_ok!(Inference::retire_worker(RuntimeOrigin::signed(worker())));
        assert_eq!(Inference::receipt_key(&worker()), None);
    });
}

#[test]
fn terms_should_be_those_of_the_request() {
    run(|| {
        let job = JobRef::Escrowed(request(100));
        set_adapter(ADAPTER, adapter_terms(PRICE * 3, true));
        let expected = JobTerms {
            consumer: consumer(),
            adapter: ADAPTER,
            input_hash: text("what is a tort?").hash(),
            unit_price: PRICE,
            max_fee: 100,
            min_fee: MIN_FEE,
            delivered: false,
        };
        assert_eq!(Inference::terms(&job, None, &worker()), Ok(expected));
    });
}

#[test]
fn terms_should_fail_for_a_job_that_never_was() {
    run(|| {
        let terms = Inference::terms(&JobRef::Escrowed(JobId(0)), None, &worker());
        assert_noop!(terms, Error::<Test>::UnknownOrEndedJob);
    });
}

#[test]
fn terms_should_fail_with_a_voucher_for_an_escrowed_job() {
    run(|| {
        let job = JobRef::Escrowed(request(100));
        let voucher = sign(voucher(ChannelId(0), 0, 100));
        let terms = Inference::terms(&job, Some(&voucher), &worker());
        assert_noop!(terms, Error::<Test>::UnexpectedVoucher);
    });
}

#[test]
fn settle_should_end_the_job() {
    run(|| {
        let job = request(100);
        assert_ok!(Inference::settle(
            &JobRef::Escrowed(job),
            None,
            &worker(),
            60
        ));
        assert!(!Jobs::<Test>::contains_key(job));
    });
}

#[test]
fn settle_should_release_all_of_the_escrow() {
    run(|| {
        let job = request(100);
        assert_ok!(Inference::settle(
            &JobRef::Escrowed(job),
            None,
            &worker(),
            60
        ));
        assert_eq!(held(HoldReason::JobEscrow, &consumer()), 0);
        assert_eq!(Balances::free_balance(consumer()), FUNDS);
    });
}

#[test]
fn settle_should_emit_an_event() {
    run(|| {
        let job = request(100);
        assert_ok!(Inference::settle(
            &JobRef::Escrowed(job),
            None,
            &worker(),
            60
        ));
        let expected = Event::JobSettled {
            job,
            worker: worker(),
            fee: 60,
            refunded: 40,
        };
        assert_eq!(events().last(), Some(&expected));
    });
}

#[test]
fn settle_should_fail_above_the_escrow() {
    run(|| {
        let job = JobRef::Escrowed(request(100));
        let settled = Inference::settle(&job, None, &worker(), 101);
        assert_noop!(settled, Error::<Test>::FeeAboveEscrow);
    });
}

#[test]
fn settle_should_fail_the_second_time() {
    run(|| {
        let job = JobRef::Escrowed(request(100));
        assert_ok!(Inference::settle(&job, None, &worker(), 60));
        let again = Inference::settle(&job, None, &worker(), 60);
        assert_noop!(again, Error::<Test>::UnknownOrEndedJob);
    });
}

#[test]
fn settle_should_fail_after_a_cancellation() {
    run(|| {
        let job = request(100);
        go_to(1 + DEADLINE);
        assert_ok!(Inference::cancel(RuntimeOrigin::signed(consumer()), job));
        let settled = Inference::settle(&JobRef::Escrowed(job), None, &worker(), 60);
        assert_noop!(settled, Error::<Test>::UnknownOrEndedJob);
    });
}

#[test]
fn settle_should_work_after_the_deadline_while_the_job_is_open() {
    run(|| {
        let job = request(100);
        go_to(1 + DEADLINE);
        assert_ok!(Inference::settle(
            &JobRef::Escrowed(job),
            None,
            &worker(),
            60
        ));
    });
}

#[test]
fn is_ended_should_be_false_for_what_never_was() {
    run(|| {
        assert!(!Inference::is_ended(&JobRef::Escrowed(JobId(0))));
        assert!(!Inference::is_ended(&JobRef::Channel {
            channel: ChannelId(0),
            sequence: 0
        }));
    });
}

#[test]
fn is_ended_should_be_false_for_an_open_job() {
    run(|| assert!(!Inference::is_ended(&JobRef::Escrowed(request(100)))));
}

#[test]
fn is_ended_should_be_true_for_a_settled_job() {
    run(|| {
        let job = JobRef::Escrowed(request(100));
        assert_ok!(Inference::settle(&job, None, &worker(), 60));
        assert!(Inference::is_ended(&job));
    });
}

#[test]
fn is_ended_should_follow_a_request_of_a_channel() {
    run(|| {
        register();
        let channel = channel(1_000);
        let (first, second) = (
            JobRef::Channel {
                channel,
                sequence: 0,
            },
            JobRef::Channel {
                channel,
                sequence: 1,
            },
        );
        assert_ok!(Inference::settle(
            &first,
            Some(&sign(voucher(channel, 0, 100))),
            &worker(),
            25
        ));
        assert_eq!(
            [Inference::is_ended(&first), Inference::is_ended(&second)],
            [true, false]
        );
    });
}

#[test]
fn is_ended_should_be_true_for_every_request_of_a_closed_channel() {
    run(|| {
        register();
        let channel = channel(1_000);
        assert_ok!(Inference::close_channel(
            RuntimeOrigin::signed(worker()),
            channel
        ));
        assert!(Inference::is_ended(&JobRef::Channel {
            channel,
            sequence: 7
        }));
    });
}
