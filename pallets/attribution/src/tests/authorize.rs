// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What lets a batch into the pool.

use super::mock::*;
use crate::{Call, Event, PRIORITY, TAG_PREFIX};
use codec::Encode;
use openledger_primitives::SignedReceipt;
use polkadot_sdk::{
    frame_support::{
        assert_ok, assert_storage_noop, pallet_prelude::TransactionSource, traits::Authorize,
        weights::Weight,
    },
    frame_system::AuthorizeCall,
    sp_runtime::{
        traits::{DispatchTransaction, Dispatchable},
        transaction_validity::{InvalidTransaction, TransactionValidityError, ValidTransaction},
    },
};

fn runtime_call(receipts: Vec<SignedReceipt>) -> RuntimeCall {
    let receipts = receipts.try_into().expect("within the bound");
    RuntimeCall::Attribution(Call::submit_receipts { receipts })
}

fn authorize(
    receipts: Vec<SignedReceipt>,
) -> Result<(ValidTransaction, Weight), TransactionValidityError> {
    let call = runtime_call(receipts);
    call.authorize(TransactionSource::External)
        .expect("the call authorizes itself")
}

#[test]
fn a_batch_that_settles_should_be_authorized() {
    run(|| {
        assert_ok!(authorize(vec![
            receipt(request(100), 10),
            receipt(request(100), 5)
        ]));
    });
}

#[test]
fn every_source_should_be_accepted() {
    run(|| {
        let call = runtime_call(vec![receipt(request(100), 10)]);
        for source in [
            TransactionSource::InBlock,
            TransactionSource::Local,
            TransactionSource::External,
        ] {
            assert_ok!(call.authorize(source).expect("the call authorizes itself"));
        }
    });
}

#[test]
fn authorizing_should_change_nothing() {
    run(|| {
        let receipts = vec![receipt(request(100), 10)];
        assert_storage_noop!(drop(authorize(receipts)));
    });
}

#[test]
fn a_batch_should_provide_a_tag_for_every_job() {
    run(|| {
        let receipts = vec![receipt(request(100), 10), receipt(request(100), 5)];
        let tag = |signed: &SignedReceipt| (TAG_PREFIX, signed.receipt.job).encode();
        let expected: Vec<_> = receipts.iter().map(tag).collect();
        assert_eq!(authorize(receipts).expect("valid").0.provides, expected);
    });
}

#[test]
fn the_same_job_should_provide_the_same_tag_whoever_answers() {
    run(|| {
        let job = request(100);
        let first = authorize(vec![receipt(job, 10)]).expect("valid").0;
        let second = authorize(vec![receipt(job, 11)]).expect("valid").0;
        assert_eq!(first.provides, second.provides);
    });
}

#[test]
fn a_batch_should_be_propagated_for_a_while() {
    run(|| {
        let valid = authorize(vec![receipt(request(100), 10)]).expect("valid").0;
        assert_eq!((valid.propagate, valid.longevity), (true, 64));
    });
}

#[test]
fn a_larger_batch_should_come_before_a_smaller_one() {
    run(|| {
        let (first, second) = (receipt(request(100), 10), receipt(request(100), 5));
        let small = authorize(vec![first.clone()]).expect("valid").0.priority;
        let large = authorize(vec![first, second]).expect("valid").0.priority;
        assert_eq!((small, large), (PRIORITY, PRIORITY + 1));
    });
}

#[test]
fn an_empty_batch_should_be_refused() {
    run(|| assert_eq!(authorize(vec![]), Err(InvalidTransaction::Call.into())));
}

#[test]
fn a_batch_that_names_a_job_twice_should_be_refused() {
    run(|| {
        let job = request(100);
        let receipts = vec![receipt(job, 10), receipt(job, 11)];
        assert_eq!(authorize(receipts), Err(InvalidTransaction::Call.into()));
    });
}

/// A receipt that has settled, and one that has not.
fn settled_and_open() -> [SignedReceipt; 2] {
    let settled = receipt(request(100), 10);
    assert_ok!(submit(settled.clone()));
    [settled, receipt(request(100), 5)]
}

#[test]
fn a_batch_of_settled_jobs_should_be_stale() {
    run(|| {
        let [first, _] = settled_and_open();
        let [second, _] = settled_and_open();
        let receipts = vec![first, second];
        assert_eq!(authorize(receipts), Err(InvalidTransaction::Stale.into()));
    });
}

#[test]
fn a_batch_with_a_settled_job_beside_an_open_one_should_be_authorized() {
    run(|| {
        assert_ok!(authorize(settled_and_open().to_vec()));
    });
}

#[test]
fn a_settled_job_should_provide_no_tag() {
    run(|| {
        let [settled, open] = settled_and_open();
        let valid = authorize(vec![settled, open.clone()]).expect("valid").0;
        assert_eq!(
            valid.provides,
            [(TAG_PREFIX, open.receipt.job).encode()].to_vec()
        );
    });
}

#[test]
fn a_settled_job_should_not_raise_the_priority() {
    run(|| {
        let valid = authorize(settled_and_open().to_vec()).expect("valid").0;
        assert_eq!(valid.priority, PRIORITY);
    });
}

#[test]
fn an_authorized_batch_should_settle_what_is_open_beside_what_is_settled() {
    run(|| {
        let [settled, open] = settled_and_open();
        let receipts = vec![settled, open.clone()];
        assert_ok!(authorize(receipts.clone()));
        assert_ok!(submit_batch(receipts));
        assert!(is_ended(open.receipt.job));
    });
}

#[test]
fn an_authorized_batch_should_skip_what_is_settled() {
    run(|| {
        let [settled, open] = settled_and_open();
        assert_ok!(submit_batch(vec![settled.clone(), open]));
        let skipped = Event::ReceiptSkipped {
            job: settled.receipt.job,
            error: pallet_inference::Error::<Test>::UnknownOrEndedJob.into(),
        };
        assert!(events().contains(&skipped));
    });
}

#[test]
fn a_batch_of_two_workers_should_be_refused() {
    run(|| {
        let mut of_another = receipt(request(100), 5);
        of_another.receipt.worker = other();
        let receipts = vec![receipt(request(100), 10), of_another];
        assert_eq!(authorize(receipts), Err(InvalidTransaction::Call.into()));
    });
}

#[test]
fn a_batch_with_a_settled_request_should_be_stale() {
    run(|| {
        let settled = channel_receipt(voucher(channel(1_000), 0, 100), 10);
        assert_ok!(submit(settled.clone()));
        assert_eq!(
            authorize(vec![settled]),
            Err(InvalidTransaction::Stale.into())
        );
    });
}

#[test]
fn a_batch_with_a_forged_receipt_should_be_refused() {
    run(|| {
        let mut forged = receipt(request(100), 10);
        forged.receipt.units = 14;
        let receipts = vec![receipt(request(100), 10), forged];
        assert_eq!(
            authorize(receipts),
            Err(InvalidTransaction::BadProof.into())
        );
    });
}

#[test]
fn the_weight_of_authorizing_should_cover_every_check() {
    run(|| {
        let receipts = vec![receipt(request(100), 10), receipt(request(100), 5)];
        let expected = Attribution::batch_check_weight(&receipts);
        assert_eq!(runtime_call(receipts).weight_of_authorize(), expected);
    });
}

#[test]
fn an_authorized_transaction_should_settle() {
    run(|| {
        let receipt = receipt(request(100), 10);
        let call = runtime_call(vec![receipt.clone()]);
        let info = polkadot_sdk::frame_support::dispatch::GetDispatchInfo::get_dispatch_info(&call);
        let length = call.encoded_size();
        let extension = AuthorizeCall::<Test>::new();
        let source = TransactionSource::External;
        let origin = RuntimeOrigin::none();
        let (_, val, origin) = extension
            .validate_only(origin, &call, &info, length, source, 0)
            .expect("the receipt is valid");
        let _: Weight = val;
        assert_ok!(call.dispatch(origin));
        assert!(is_ended(receipt.receipt.job));
    });
}
