// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Error, Event, Expiring, HoldReason, Inputs, Job, Jobs, NextJob};
use openledger_primitives::{views::JobInput, AdapterId, Balance, JobId, H256};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::DispatchResult,
};

fn ask(adapter: AdapterId, input: JobInput, max_fee: Balance) -> DispatchResult {
    Inference::request_inference(RuntimeOrigin::signed(consumer()), adapter, input, max_fee)
}

#[test]
fn request_inference_should_open_a_job() {
    run(|| {
        let job = request(100);
        let expected = Job {
            consumer: consumer(),
            adapter: ADAPTER,
            input_hash: text("what is a tort?").hash(),
            unit_price: PRICE,
            max_fee: 100,
            requested_at: 1,
            deadline: 1 + DEADLINE,
            delivered: false,
        };
        assert_eq!(Jobs::<Test>::get(job), Some(expected));
    });
}

#[test]
fn request_inference_should_store_the_input() {
    run(|| {
        let job = request(100);
        assert_eq!(Inputs::<Test>::get(job), Some(text("what is a tort?")));
    });
}

#[test]
fn request_inference_should_hold_the_maximum_fee() {
    run(|| {
        request(100);
        request(70);
        assert_eq!(held(HoldReason::JobEscrow, &consumer()), 170);
    });
}

#[test]
fn request_inference_should_count_identifiers_up() {
    run(|| assert_eq!([request(100), request(100)], [JobId(0), JobId(1)]));
}

#[test]
fn request_inference_should_emit_an_event() {
    run(|| {
        let job = request(100);
        let expected = Event::InferenceRequested {
            job,
            consumer: consumer(),
            adapter: ADAPTER,
            input_hash: text("what is a tort?").hash(),
            unit_price: PRICE,
            max_fee: 100,
            deadline: 1 + DEADLINE,
        };
        assert_eq!(events(), [expected]);
    });
}

#[test]
fn request_inference_should_accept_an_input_by_its_hash() {
    run(|| {
        assert_ok!(ask(ADAPTER, JobInput::Stored(H256([3; 32])), 100));
        assert_eq!(
            Jobs::<Test>::get(JobId(0)).expect("open").input_hash,
            H256([3; 32])
        );
    });
}

#[test]
fn request_inference_should_list_the_job_for_its_refund() {
    run(|| {
        let job = request(100);
        assert_eq!(
            Expiring::<Test>::get(1 + DEADLINE + REFUND_DELAY).into_inner(),
            [job]
        );
    });
}

#[test]
fn request_inference_should_fix_the_unit_price() {
    run(|| {
        let job = request(100);
        set_adapter(ADAPTER, adapter_terms(PRICE * 2, true));
        assert_eq!(Jobs::<Test>::get(job).expect("open").unit_price, PRICE);
    });
}

#[test]
fn request_inference_should_fail_for_an_unknown_adapter() {
    run(|| {
        assert_noop!(
            ask(AdapterId(9), text("?"), 100),
            Error::<Test>::UnknownAdapter
        );
    });
}

#[test]
fn request_inference_should_fail_for_an_adapter_that_takes_no_jobs() {
    run(|| {
        assert_noop!(
            ask(RETIRED_ADAPTER, text("?"), 100),
            Error::<Test>::AdapterNotServable
        );
    });
}

#[test]
fn request_inference_should_fail_with_an_empty_input() {
    run(|| {
        assert_noop!(ask(ADAPTER, text(""), 100), Error::<Test>::EmptyInput);
    });
}

#[test]
fn request_inference_should_fail_when_the_input_is_not_utf8() {
    run(|| {
        let input = JobInput::Inline(vec![0xff, 0xfe].try_into().expect("short"));
        assert_noop!(ask(ADAPTER, input, 100), Error::<Test>::InputNotUtf8);
    });
}

#[test]
fn request_inference_should_fail_when_the_maximum_fee_is_below_the_unit_price() {
    run(|| {
        set_adapter(ADAPTER, adapter_terms(101, true));
        assert_noop!(
            ask(ADAPTER, text("?"), 100),
            Error::<Test>::MaxFeeBelowUnitPrice
        );
    });
}

#[test]
fn request_inference_should_fail_below_the_least_fee() {
    run(|| {
        assert_noop!(
            ask(ADAPTER, text("?"), MIN_FEE - 1),
            Error::<Test>::BelowMinFee
        );
    });
}

#[test]
fn request_inference_should_leave_exactly_the_existential_deposit_free() {
    run(|| {
        request(FUNDS - ED);
        assert_eq!(Balances::free_balance(consumer()), ED);
    });
}

#[test]
fn request_inference_should_fail_when_the_existential_deposit_would_not_stay_free() {
    run(|| {
        assert_noop!(
            ask(ADAPTER, text("?"), FUNDS - ED + 1),
            Error::<Test>::InsufficientFunds
        );
    });
}

#[test]
fn request_inference_should_fail_when_the_maximum_fee_overflows_any_balance() {
    run(|| {
        let fee = Balance::MAX;
        assert_noop!(
            ask(ADAPTER, text("?"), fee),
            Error::<Test>::InsufficientFunds
        );
    });
}

#[test]
fn request_inference_should_fail_when_too_many_jobs_are_open() {
    run(|| {
        request_many(4, 20);
        go_to(2);
        request_many(2, 20);
        assert_noop!(ask(ADAPTER, text("?"), 20), Error::<Test>::TooManyOpenJobs);
    });
}

#[test]
fn request_inference_should_fail_when_the_block_has_opened_its_share() {
    run(|| {
        request_many(4, 20);
        assert_noop!(
            ask(ADAPTER, text("?"), 20),
            Error::<Test>::TooManyJobsThisBlock
        );
    });
}

#[test]
fn request_inference_should_fail_when_identifiers_run_out() {
    run(|| {
        NextJob::<Test>::put(JobId(u64::MAX));
        assert_noop!(
            ask(ADAPTER, text("?"), 20),
            Error::<Test>::NoMoreIdentifiers
        );
    });
}
