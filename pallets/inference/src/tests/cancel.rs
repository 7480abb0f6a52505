// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Error, Event, HoldReason, Inputs, Jobs};
use openledger_primitives::JobId;
use polkadot_sdk::frame_support::{assert_noop, assert_ok};

#[test]
fn cancel_should_end_the_job() {
    run(|| {
        let job = request(100);
        go_to(1 + DEADLINE);
        assert_ok!(Inference::cancel(RuntimeOrigin::signed(consumer()), job));
        assert_eq!(
            (Jobs::<Test>::get(job), Inputs::<Test>::get(job)),
            (None, None)
        );
    });
}

#[test]
fn cancel_should_give_all_of_the_escrow_back() {
    run(|| {
        let job = request(100);
        let kept = request(30);
        go_to(1 + DEADLINE);
        assert_ok!(Inference::cancel(RuntimeOrigin::signed(consumer()), job));
        let max_fee = Jobs::<Test>::get(kept).expect("open").max_fee;
        assert_eq!(held(HoldReason::JobEscrow, &consumer()), max_fee);
        assert_eq!(Balances::free_balance(consumer()), FUNDS - 30);
    });
}

#[test]
fn cancel_should_emit_an_event() {
    run(|| {
        let job = request(100);
        go_to(1 + DEADLINE);
        assert_ok!(Inference::cancel(RuntimeOrigin::signed(consumer()), job));
        let expected = Event::JobCancelled {
            job,
            consumer: consumer(),
            refunded: 100,
        };
        assert_eq!(events().last(), Some(&expected));
    });
}

#[test]
fn cancel_should_fail_before_the_deadline() {
    run(|| {
        let job = request(100);
        go_to(DEADLINE);
        let call = Inference::cancel(RuntimeOrigin::signed(consumer()), job);
        assert_noop!(call, Error::<Test>::DeadlineNotReached);
    });
}

#[test]
fn cancel_should_fail_for_anyone_but_the_consumer() {
    run(|| {
        let job = request(100);
        go_to(1 + DEADLINE);
        let call = Inference::cancel(RuntimeOrigin::signed(other()), job);
        assert_noop!(call, Error::<Test>::NotConsumer);
    });
}

#[test]
fn cancel_should_fail_for_a_job_that_never_was() {
    run(|| {
        let call = Inference::cancel(RuntimeOrigin::signed(consumer()), JobId(0));
        assert_noop!(call, Error::<Test>::UnknownOrEndedJob);
    });
}

#[test]
fn cancel_should_fail_the_second_time() {
    run(|| {
        let job = request(100);
        go_to(1 + DEADLINE);
        assert_ok!(Inference::cancel(RuntimeOrigin::signed(consumer()), job));
        let call = Inference::cancel(RuntimeOrigin::signed(consumer()), job);
        assert_noop!(call, Error::<Test>::UnknownOrEndedJob);
    });
}
