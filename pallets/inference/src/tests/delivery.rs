// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Jobs whose answers come to the chain.

use super::mock::*;
use crate::{Jobs, WeightInfo};
use openledger_primitives::{traits::Escrow, JobId, JobRef, Output, H256};
use polkadot_sdk::frame_support::{
    assert_ok, dispatch::GetDispatchInfo, traits::Hooks, weights::Weight,
};

/// Opens a job of 100 planck whose answer has to come to the chain.
fn delivered() -> JobId {
    let job = Inference::request(consumer(), ADAPTER, text("what is a tort?"), 100, true);
    job.expect("the consumer can pay")
}

fn output() -> Output {
    b"a wrong".to_vec().try_into().expect("it is short")
}

#[test]
fn request_should_return_the_job_that_it_opened() {
    run(|| {
        request(100);
        let job = delivered();
        assert_eq!(job, JobId(1));
        assert!(Jobs::<Test>::get(job).is_some_and(|job| job.delivered));
    });
}

#[test]
fn terms_should_say_that_the_answer_has_to_come_along() {
    run(|| {
        let terms = Inference::terms(&JobRef::Escrowed(delivered()), None, &worker());
        assert!(terms.is_ok_and(|terms| terms.delivered));
    });
}

#[test]
fn job_view_should_say_that_the_answer_has_to_come_along() {
    run(|| {
        let job = delivered();
        assert!(Inference::job_view(job).is_some_and(|job| job.delivered));
    });
}

#[test]
fn deliver_should_hand_the_answer_on() {
    run(|| {
        let job = delivered();
        let reference = JobRef::Escrowed(job);
        assert_ok!(Inference::settle(&reference, None, &worker(), 60));
        Inference::deliver(&reference, H256([9; 32]), &output());
        let answer = (H256([9; 32]), output().into_inner());
        assert_eq!(Delivered::get(), [(job, Some(answer))]);
    });
}

#[test]
fn settling_alone_should_deliver_nothing() {
    run(|| {
        let job = JobRef::Escrowed(delivered());
        assert_ok!(Inference::settle(&job, None, &worker(), 60));
        assert_eq!(Delivered::get(), []);
    });
}

#[test]
fn cancelling_should_be_told() {
    run(|| {
        let job = delivered();
        go_to(1 + DEADLINE);
        assert_ok!(Inference::cancel(RuntimeOrigin::signed(consumer()), job));
        assert_eq!(Delivered::get(), [(job, None)]);
    });
}

#[test]
fn refunding_should_be_told() {
    run(|| {
        let job = delivered();
        go_to(1 + DEADLINE + REFUND_DELAY);
        Inference::on_idle(1 + DEADLINE + REFUND_DELAY, Weight::MAX);
        assert_eq!(Delivered::get(), [(job, None)]);
    });
}

#[test]
fn the_end_of_an_ordinary_job_should_not_be_told() {
    run(|| {
        let job = request(100);
        go_to(1 + DEADLINE);
        assert_ok!(Inference::cancel(RuntimeOrigin::signed(consumer()), job));
        assert_eq!(Delivered::get(), []);
    });
}

#[test]
fn cancelling_should_weigh_the_telling_too() {
    let call = crate::Call::<Test>::cancel { job: JobId(0) };
    let telling = Weight::from_parts(DELIVERY_WEIGHT, 0);
    let expected = TestWeights::cancel().saturating_add(telling);
    assert_eq!(call.get_dispatch_info().call_weight, expected);
}
