// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! That `do_try_state` notices what must not happen.

use super::mock::*;
use crate::{
    ContributionTotals, Credits, FeeSplitStore, QueueEnds, ReceiptQueue, Receipts, Totals,
    TotalsStore,
};
use openledger_primitives::{ContributionId, FeeSplit, JobRef, Ppm};
use polkadot_sdk::frame_support::assert_ok;

/// A chain with a settled receipt, first in the queue; then `corrupt` with its job.
fn corrupted(corrupt: impl FnOnce(JobRef)) -> Result<(), &'static str> {
    new_test_ext().execute_with(|| {
        let receipt = receipt(request(10_000), 1_000);
        assert_ok!(submit(receipt.clone()));
        assert_ok!(Attribution::do_try_state());
        corrupt(receipt.receipt.job);
        Attribution::do_try_state().map_err(Into::into)
    })
}

fn edit_totals(edit: impl FnOnce(&mut Totals)) {
    TotalsStore::<Test>::mutate(edit);
}

/// Keeps a copy of the settled receipt for another job.
fn copy_receipt(from: JobRef, to: JobRef) {
    let settlement = Receipts::<Test>::get(from).expect("it settled");
    Receipts::<Test>::insert(to, settlement);
}

#[test]
fn try_state_should_notice_a_credit_of_nothing() {
    let result = corrupted(|_| Credits::<Test>::insert(other(), 0));
    assert_eq!(result, Err("a credit is zero"));
}

#[test]
fn try_state_should_notice_a_credit_that_is_not_on_hold() {
    let result = corrupted(|_| Credits::<Test>::mutate(alice(), |credit| *credit += 1));
    assert_eq!(result, Err("the pot does not hold the sum of all credits"));
}

#[test]
fn try_state_should_notice_a_hold_that_nobody_is_credited() {
    let result = corrupted(|_| Credits::<Test>::remove(alice()));
    assert_eq!(result, Err("the pot does not hold the sum of all credits"));
}

#[test]
fn try_state_should_notice_credits_that_were_not_written_down() {
    let result = corrupted(|_| edit_totals(|totals| totals.credited += 1));
    assert_eq!(
        result,
        Err("the credits are not what was credited and not claimed")
    );
}

#[test]
fn try_state_should_notice_more_claims_than_credits() {
    let result = corrupted(|_| edit_totals(|totals| totals.claimed = totals.credited + 1));
    assert_eq!(result, Err("claimed too much"));
}

#[test]
fn try_state_should_notice_a_fee_that_was_not_handed_out() {
    let result = corrupted(|_| edit_totals(|totals| totals.paid_in += 1));
    assert_eq!(result, Err("what was paid out is not what was paid in"));
}

#[test]
fn try_state_should_notice_a_place_outside_the_queue() {
    let result = corrupted(|_| QueueEnds::<Test>::put((1, 2)));
    assert_eq!(result, Err("a place is outside the queue"));
}

#[test]
fn try_state_should_notice_a_gap_in_the_queue() {
    let result = corrupted(|_| QueueEnds::<Test>::put((0, 2)));
    assert_eq!(result, Err("the queue has a gap"));
}

#[test]
fn try_state_should_notice_a_queued_receipt_that_is_gone() {
    let result = corrupted(Receipts::<Test>::remove);
    assert_eq!(result, Err("a queued receipt is not there"));
}

#[test]
fn try_state_should_notice_a_receipt_that_is_not_queued() {
    let result = corrupted(|job| {
        let (channel, sequence) = (channel(100), 0);
        copy_receipt(job, JobRef::Channel { channel, sequence });
    });
    assert_eq!(result, Err("a receipt is not queued"));
}

#[test]
fn try_state_should_notice_a_receipt_of_another_block_than_its_place() {
    let result = corrupted(|job| ReceiptQueue::<Test>::insert(0, (9, job)));
    assert_eq!(result, Err("a receipt's block is wrong"));
}

#[test]
fn try_state_should_notice_a_settled_job_that_is_open() {
    let result = corrupted(|job| {
        let open = JobRef::Escrowed(request(100));
        copy_receipt(job, open);
        ReceiptQueue::<Test>::insert(0, (1, open));
    });
    assert_eq!(result, Err("a settled job is still open"));
}

#[test]
fn try_state_should_notice_totals_that_are_not_the_adapters() {
    let result = corrupted(|_| {
        ContributionTotals::<Test>::mutate(ContributionId(1), |totals| totals.earned += 1);
    });
    assert_eq!(
        result,
        Err("a contribution's totals are not the sum over the adapters")
    );
}

#[test]
fn try_state_should_notice_a_split_that_does_not_sum_to_the_whole() {
    let split = FeeSplit {
        treasury: Ppm(0),
        ..FeeSplit::default()
    };
    let result = corrupted(|_| FeeSplitStore::<Test>::put(split));
    assert_eq!(result, Err("the fee split is not valid"));
}
