// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! That `do_try_state` notices what must not happen.

use super::mock::*;
use crate::{
    Bitmap, Channel, Channels, Expiring, HoldReason, Inputs, Job, Jobs, NextChannel, NextExpiry,
    NextJob, SettledRequests, WorkerOfKey,
};
use openledger_primitives::{traits::Escrow, AccountId, ChannelId, JobId, JobRef};
use polkadot_sdk::{
    frame_support::{
        assert_ok,
        storage::unhashed,
        traits::{fungible::MutateHold, tokens::Precision},
    },
    sp_core::{ed25519, Pair},
    sp_runtime::BoundedVec,
};

const JOB: JobId = JobId(0);
const CHANNEL: ChannelId = ChannelId(0);

/// A chain with a worker, a job, and a channel of which one request has settled; then `corrupt`.
fn corrupted(corrupt: impl FnOnce()) -> Result<(), &'static str> {
    new_test_ext().execute_with(|| {
        register();
        request(100);
        let channel = channel(1_000);
        let sequence = 0;
        assert_ok!(Inference::settle(
            &JobRef::Channel { channel, sequence },
            Some(&sign(voucher(channel, sequence, 100))),
            &worker(),
            25
        ));
        assert_ok!(Inference::do_try_state());
        corrupt();
        Inference::do_try_state().map_err(Into::into)
    })
}

fn edit_job(edit: impl FnOnce(&mut Job)) {
    Jobs::<Test>::mutate(JOB, |slot| edit(slot.as_mut().expect("it is open")));
}

fn edit_channel(edit: impl FnOnce(&mut Channel)) {
    Channels::<Test>::mutate(CHANNEL, |slot| edit(slot.as_mut().expect("it is open")));
}

/// Opens a job without a call.
fn copy_job(id: JobId) {
    let job = Jobs::<Test>::get(JOB).expect("it is open");
    let input = Inputs::<Test>::get(JOB).expect("it has one");
    Jobs::<Test>::insert(id, job);
    Inputs::<Test>::insert(id, input);
}

fn release(reason: HoldReason, who: &AccountId) {
    Balances::release(&reason.into(), who, 1, Precision::Exact).expect("more is on hold");
}

fn hold(reason: HoldReason, who: &AccountId) {
    assert_ok!(Balances::hold(&reason.into(), who, 1));
}

#[test]
fn try_state_should_notice_a_job_of_the_future() {
    let result = corrupted(NextJob::<Test>::kill);
    assert_eq!(result, Err("a job's identifier was not given out"));
}

#[test]
fn try_state_should_notice_a_job_that_cannot_pay_for_a_unit() {
    let result = corrupted(|| edit_job(|job| job.unit_price = job.max_fee + 1));
    assert_eq!(result, Err("a job cannot pay for one unit"));
}

#[test]
fn try_state_should_notice_a_job_without_an_input() {
    let result = corrupted(|| Inputs::<Test>::remove(JOB));
    assert_eq!(result, Err("a job has no input"));
}

#[test]
fn try_state_should_notice_another_input_than_the_jobs() {
    let result = corrupted(|| Inputs::<Test>::insert(JOB, text("what is a trust?")));
    assert_eq!(result, Err("a job's input is not its own"));
}

#[test]
fn try_state_should_notice_an_input_without_a_job() {
    let result = corrupted(|| Inputs::<Test>::insert(JobId(9), text("what is a trust?")));
    assert_eq!(result, Err("an input has no job"));
}

#[test]
fn try_state_should_notice_a_wrong_count_of_jobs() {
    let result = corrupted(|| unhashed::put(&Jobs::<Test>::counter_storage_final_key(), &2u32));
    assert_eq!(result, Err("the count of jobs is wrong"));
}

#[test]
fn try_state_should_notice_too_many_jobs() {
    let result = corrupted(|| {
        NextJob::<Test>::put(JobId(7));
        (1..7).for_each(|id| copy_job(JobId(id)));
    });
    assert_eq!(result, Err("too many jobs are open"));
}

#[test]
fn try_state_should_notice_an_escrow_that_is_not_on_hold() {
    let result = corrupted(|| release(HoldReason::JobEscrow, &consumer()));
    assert_eq!(
        result,
        Err("the hold for jobs is not the sum of their maximum fees")
    );
}

#[test]
fn try_state_should_notice_an_escrow_without_a_job() {
    let result = corrupted(|| hold(HoldReason::JobEscrow, &other()));
    assert_eq!(
        result,
        Err("the hold for jobs is not the sum of their maximum fees")
    );
}

#[test]
fn try_state_should_notice_an_escrow_of_nobody() {
    let nobody = AccountId::new([99; 32]);
    let result = corrupted(|| edit_job(|job| job.consumer = nobody));
    assert_eq!(
        result,
        Err("the hold for jobs is not the sum of their maximum fees")
    );
}

#[test]
fn try_state_should_notice_a_channel_of_the_future() {
    let result = corrupted(NextChannel::<Test>::kill);
    assert_eq!(result, Err("a channel's identifier was not given out"));
}

#[test]
fn try_state_should_notice_a_channel_that_spent_more_than_its_deposit() {
    let result = corrupted(|| edit_channel(|channel| channel.deposit = channel.spent - 1));
    assert_eq!(result, Err("a channel spent more than its deposit"));
}

#[test]
fn try_state_should_notice_a_channel_that_spent_more_than_was_signed_for() {
    let result =
        corrupted(|| edit_channel(|channel| channel.highest_cumulative = channel.spent - 1));
    assert_eq!(result, Err("a channel spent more than was signed for"));
}

#[test]
fn try_state_should_notice_a_bitmap_without_a_channel() {
    let result = corrupted(|| {
        let bitmap = SettledRequests::<Test>::get(CHANNEL);
        SettledRequests::<Test>::insert(ChannelId(9), bitmap);
    });
    assert_eq!(result, Err("a bitmap has no channel"));
}

#[test]
fn try_state_should_notice_an_empty_bitmap() {
    let empty = Bitmap::<Test>::default();
    let result = corrupted(|| SettledRequests::<Test>::insert(CHANNEL, empty));
    assert_eq!(result, Err("a bitmap is empty"));
}

#[test]
fn try_state_should_notice_a_deposit_that_is_not_on_hold() {
    let result = corrupted(|| release(HoldReason::ChannelDeposit, &consumer()));
    assert_eq!(
        result,
        Err("the hold for channels is not what they still hold")
    );
}

#[test]
fn try_state_should_notice_a_deposit_without_a_channel() {
    let result = corrupted(|| hold(HoldReason::ChannelDeposit, &other()));
    assert_eq!(
        result,
        Err("the hold for channels is not what they still hold")
    );
}

#[test]
fn try_state_should_notice_a_key_that_leads_to_another_worker() {
    let result = corrupted(|| WorkerOfKey::<Test>::insert(receipt_pair().public(), other()));
    assert_eq!(result, Err("a worker's key leads to another"));
}

#[test]
fn try_state_should_notice_a_key_without_a_worker() {
    let key = ed25519::Pair::from_seed(&[9; 32]).public();
    let result = corrupted(|| WorkerOfKey::<Test>::insert(key, worker()));
    assert_eq!(result, Err("a key has no worker"));
}

#[test]
fn try_state_should_notice_a_refund_that_was_passed_by() {
    let result = corrupted(|| NextExpiry::<Test>::put(1_000));
    assert_eq!(result, Err("the refund queue was passed by"));
}

#[test]
fn try_state_should_notice_an_empty_block_of_the_refund_queue() {
    let result = corrupted(|| Expiring::<Test>::insert(500, BoundedVec::default()));
    assert_eq!(result, Err("a block of the refund queue is empty"));
}
