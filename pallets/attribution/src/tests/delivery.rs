// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Receipts that bring their answer along.

use super::mock::*;
use crate::Error;
use openledger_primitives::{
    content_hash, traits::Escrow, InferenceReceipt, JobId, JobRef, Output, SignedReceipt,
};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok, weights::Weight},
    sp_runtime::DispatchError,
};

const ANSWER: &[u8] = br#"{"label":"law"}"#;

/// Opens a job of 100 planck whose answer has to come to the chain.
fn delivered() -> JobId {
    let input = openledger_primitives::views::JobInput::Inline(
        b"what is a tort?".to_vec().try_into().expect("short"),
    );
    Inference::request(consumer(), ADAPTER, input, 100, true).expect("the consumer can pay")
}

fn output(bytes: &[u8]) -> Option<Output> {
    Some(bytes.to_vec().try_into().expect("it is short"))
}

/// A receipt about [`ANSWER`] that brings `output` along.
fn bringing(job: JobId, output: Option<Output>) -> SignedReceipt {
    let input_hash = Inference::job_view(job).expect("open").input.hash();
    let receipt = InferenceReceipt {
        input_hash,
        output_hash: content_hash(ANSWER),
        ..statement(JobRef::Escrowed(job), 10)
    };
    SignedReceipt {
        output,
        ..sign(receipt)
    }
}

#[test]
fn an_answer_that_is_asked_for_should_be_delivered_with_the_receipts_hash() {
    run(|| {
        let job = delivered();
        let receipt = bringing(job, output(ANSWER));
        let hash = receipt.hash();
        assert_ok!(submit(receipt));
        assert_eq!(Delivered::get(), [(job, hash, ANSWER.to_vec())]);
    });
}

#[test]
fn an_ordinary_receipt_should_deliver_nothing() {
    run(|| {
        assert_ok!(submit(receipt(request(100), 10)));
        assert_eq!(Delivered::get(), []);
    });
}

#[test]
fn a_receipt_without_the_answer_that_is_asked_for_should_be_refused() {
    run(|| {
        let receipt = bringing(delivered(), None);
        assert_noop!(submit(receipt), Error::<Test>::OutputMissing);
    });
}

#[test]
fn an_answer_that_is_not_asked_for_should_be_refused() {
    run(|| {
        let receipt = bringing(request(100), output(ANSWER));
        assert_noop!(submit(receipt), Error::<Test>::UnexpectedOutput);
    });
}

#[test]
fn another_answer_than_the_signed_one_should_be_refused() {
    run(|| {
        let receipt = bringing(delivered(), output(b"another"));
        assert_noop!(submit(receipt), Error::<Test>::WrongOutput);
    });
}

#[test]
fn a_settlement_that_fails_should_deliver_nothing() {
    run(|| {
        let job = delivered();
        let receipt = bringing(job, output(ANSWER));
        assert_ok!(submit(receipt.clone()));
        let ended: DispatchError = pallet_inference::Error::<Test>::UnknownOrEndedJob.into();
        assert_noop!(submit(receipt), ended);
        assert_eq!(Delivered::get().len(), 1);
    });
}

#[test]
fn an_answer_should_be_weighed() {
    run(|| {
        let job = delivered();
        let without = Attribution::settlement_weight(&bringing(job, None));
        let with = Attribution::settlement_weight(&bringing(job, output(ANSWER)));
        let hashing = Weight::from_parts(10_000_000, 0);
        let expected = without
            .saturating_add(<Inference as Escrow>::delivery_weight())
            .saturating_add(hashing);
        assert_eq!(with, expected);
    });
}
