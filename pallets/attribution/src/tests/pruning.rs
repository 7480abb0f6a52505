// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{QueueEnds, ReceiptQueue, Receipts, WeightInfo};
use openledger_primitives::{JobRef, SignedReceipt};
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok,
        traits::{Get, Hooks},
        weights::{RuntimeDbWeight, Weight},
    },
    frame_system,
};

fn settled() -> SignedReceipt {
    let receipt = receipt(request(100), 10);
    assert_ok!(submit(receipt.clone()));
    receipt
}

#[test]
fn a_receipt_should_stay_for_its_retention() {
    run(|| {
        let receipt = settled();
        go_to(1 + RETENTION);
        assert!(Receipts::<Test>::contains_key(receipt.receipt.job));
    });
}

#[test]
fn a_receipt_should_be_deleted_after_its_retention() {
    run(|| {
        let receipt = settled();
        go_to(2 + RETENTION);
        assert!(!Receipts::<Test>::contains_key(receipt.receipt.job));
        assert_eq!(ReceiptQueue::<Test>::iter().count(), 0);
    });
}

#[test]
fn pruning_should_begin_with_the_oldest() {
    run(|| {
        let old = settled();
        go_to(5);
        let new = settled();
        go_to(2 + RETENTION);
        let kept = [old, new].map(|signed| Receipts::<Test>::contains_key(signed.receipt.job));
        assert_eq!(kept, [false, true]);
    });
}

#[test]
fn pruning_should_delete_what_the_weight_allows() {
    run(|| {
        (0..3).for_each(|_| drop(settled()));
        System::set_block_number(1 + RETENTION);
        let db: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
        let start = db.reads_writes(1, 1);
        let limit = start.saturating_add(TestWeights::prune_receipt().saturating_mul(2));
        Attribution::on_idle(1 + RETENTION, limit);
        assert_eq!(QueueEnds::<Test>::get(), (2, 3));
    });
}

#[test]
fn pruning_should_use_no_more_weight_than_it_is_given() {
    run(|| {
        (0..3).for_each(|_| drop(settled()));
        System::set_block_number(1 + RETENTION);
        for steps in 0..6 {
            let limit = TestWeights::prune_receipt().saturating_mul(steps);
            let used = Attribution::on_idle(1 + RETENTION, limit);
            assert!(used.all_lte(limit), "{used:?} of {limit:?}");
        }
    });
}

#[test]
fn pruning_should_do_nothing_without_weight() {
    run(|| {
        settled();
        System::set_block_number(1 + RETENTION);
        let used = Attribution::on_idle(1 + RETENTION, Weight::zero());
        assert_eq!((used, QueueEnds::<Test>::get()), (Weight::zero(), (0, 1)));
    });
}

#[test]
fn an_escrowed_job_should_not_settle_again_once_its_receipt_is_deleted() {
    run(|| {
        let receipt = settled();
        go_to(2 + RETENTION);
        let error = pallet_inference::Error::<Test>::UnknownOrEndedJob;
        assert_noop!(submit(receipt), error);
    });
}

#[test]
fn a_channels_request_should_not_settle_again_once_its_receipt_is_deleted() {
    run(|| {
        let receipt = channel_receipt(voucher(channel(1_000), 0, 500), 10);
        assert_ok!(submit(receipt.clone()));
        go_to(2 + RETENTION);
        assert_noop!(
            submit(receipt),
            pallet_inference::Error::<Test>::AlreadySettled
        );
    });
}

#[test]
fn a_deleted_receipt_should_still_count_as_ended() {
    run(|| {
        let receipt = channel_receipt(voucher(channel(1_000), 0, 500), 10);
        assert_ok!(submit(receipt.clone()));
        go_to(2 + RETENTION);
        let job: JobRef = receipt.receipt.job;
        assert_eq!(Attribution::ended(vec![job]), [true]);
    });
}
