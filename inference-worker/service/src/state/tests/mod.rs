// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The state, on a real file.

mod channels;

use openledger_primitives::{
    ed25519, receipt::RECEIPT_VERSION, AccountId, AdapterId, ChannelId, InferenceReceipt,
    InfluenceMethod, InfluenceVector, JobId, JobRef, SignedReceipt, H256,
};

use redb::ReadableTableMetadata;

use super::*;
use crate::keys::ReceiptKey;

fn open() -> (tempfile::TempDir, State) {
    let dir = tempfile::tempdir().unwrap();
    let state = State::open(dir.path()).unwrap();
    (dir, state)
}

fn job(id: u64) -> JobRef {
    JobRef::Escrowed(JobId(id))
}

fn record(phase: Phase) -> JobRecord {
    JobRecord {
        adapter: AdapterId(1),
        consumer: AccountId::new([1; 32]),
        input: "a writ".into(),
        input_hash: H256([2; 32]),
        unit_price: 10,
        max_units: 4,
        delivered: false,
        accepted_at: 7,
        attempts: 0,
        phase,
    }
}

fn finished(job: JobRef, seen_at: u32) -> Finished {
    let receipt = InferenceReceipt {
        version: RECEIPT_VERSION,
        genesis: H256([1; 32]),
        job,
        voucher: None,
        adapter: AdapterId(1),
        artifact: H256([1; 32]),
        input_hash: H256([2; 32]),
        output_hash: H256([1; 32]),
        units: 4,
        influence: InfluenceVector::default(),
        method: InfluenceMethod::UnitGradientsV1,
        evidence: H256([1; 32]),
        worker: AccountId::new([1; 32]),
        seen_at,
    };
    let signature = ed25519::Signature::from([0; 64]);
    let receipt = SignedReceipt {
        receipt,
        signature,
        voucher: None,
        output: None,
    };
    Finished {
        output: "{}".into(),
        receipt,
        fee: 40,
        batch: BatchShape::default(),
    }
}

/// Keeps an answer to what [`record`] asks.
fn finish(state: &State, job: JobRef, seen_at: u32) -> bool {
    let terms = record(Phase::Queued).terms();
    state.finish(&job, &terms, finished(job, seen_at)).unwrap()
}

fn fail(state: &State, id: u64) {
    let terms = record(Phase::Queued).terms();
    state.fail(&job(id), &terms, "away").unwrap();
}

fn enqueue(state: &State, ids: &[u64], limit: u64) -> Vec<Enqueued> {
    let jobs = ids
        .iter()
        .map(|id| (job(*id), record(Phase::Queued)))
        .collect();
    state.enqueue(jobs, limit).unwrap()
}

#[test]
fn jobs_should_be_queued_in_order_of_arrival() {
    let (_dir, state) = open();
    enqueue(&state, &[9, 3], 10);
    enqueue(&state, &[5], 10);
    assert_eq!(state.queued(10).unwrap(), [job(9), job(3), job(5)]);
}

#[test]
fn a_job_should_be_queued_once() {
    let (_dir, state) = open();
    assert_eq!(enqueue(&state, &[1], 10), [Enqueued::Added]);
    assert_eq!(enqueue(&state, &[1], 10), [Enqueued::Known]);
}

#[test]
fn a_full_queue_should_take_no_more() {
    let (_dir, state) = open();
    assert_eq!(
        enqueue(&state, &[1, 2], 1),
        [Enqueued::Added, Enqueued::Full]
    );
    assert_eq!(state.job(&job(2)).unwrap(), None);
}

#[test]
fn a_finished_job_should_move_from_the_queue_to_the_outbox() {
    let (_dir, state) = open();
    enqueue(&state, &[1, 2], 10);
    finish(&state, job(2), 7);
    assert_eq!(
        (state.queued(10).unwrap(), state.outbox().unwrap()),
        (vec![job(1)], vec![job(2)])
    );
}

#[test]
fn a_job_should_be_finished_once() {
    let (_dir, state) = open();
    enqueue(&state, &[1], 10);
    finish(&state, job(1), 7);
    finish(&state, job(1), 8);
    let receipts = state.receipts(10, 0).unwrap();
    assert_eq!((receipts.len(), receipts[0].receipt.seen_at), (1, 7));
}

#[test]
fn a_failed_job_should_be_taken_up_anew() {
    let (_dir, state) = open();
    enqueue(&state, &[1], 10);
    fail(&state, 1);
    assert_eq!(state.queued(10).unwrap(), []);
    assert_eq!(enqueue(&state, &[1], 10), [Enqueued::Added]);
}

#[test]
fn an_ended_job_should_leave_queue_and_outbox() {
    let (_dir, state) = open();
    enqueue(&state, &[1, 2], 10);
    finish(&state, job(1), 7);
    state
        .end(&[(job(1), Ending::Settled), (job(2), Ending::Unsettled)])
        .unwrap();
    assert_eq!(state.counts().unwrap(), (0, 0));
    assert_eq!(state.settling().unwrap(), [job(1), job(2)]);
}

#[test]
fn a_job_should_forget_its_text_when_its_end_is_final() {
    let (_dir, state) = open();
    enqueue(&state, &[1], 10);
    state.end(&[(job(1), Ending::Settled)]).unwrap();
    assert_eq!(state.job(&job(1)).unwrap().unwrap().input, "a writ");
    state.make_final(&[job(1)]).unwrap();
    assert_eq!(state.job(&job(1)).unwrap().unwrap().input, "");
    assert_eq!(state.settling().unwrap(), []);
}

#[test]
fn a_reopened_job_should_be_offered_or_queued_again() {
    let (_dir, state) = open();
    enqueue(&state, &[1, 2], 10);
    finish(&state, job(1), 7);
    state
        .end(&[(job(1), Ending::Settled), (job(2), Ending::Unsettled)])
        .unwrap();
    state.reopen(&[job(1), job(2)]).unwrap();
    assert_eq!(state.outbox().unwrap(), [job(1)]);
    assert_eq!(state.queued(10).unwrap(), [job(2)]);
    assert_eq!(state.settling().unwrap(), []);
}

#[test]
fn a_number_that_means_another_job_should_lose_what_was_kept_of_the_first() {
    let (_dir, state) = open();
    enqueue(&state, &[1], 10);
    finish(&state, job(1), 7);
    let mut other = record(Phase::Queued);
    other.input_hash = H256([3; 32]);
    let answers = state.enqueue(vec![(job(1), other)], 10).unwrap();
    assert_eq!(answers, [Enqueued::Added]);
    assert_eq!(state.outbox().unwrap(), []);
    assert_eq!(state.queued(10).unwrap(), [job(1)]);
}

#[test]
fn an_answer_to_the_job_that_had_the_number_before_should_be_dropped() {
    let changes: [fn(&mut JobRecord); 4] = [
        |other| other.input_hash = H256([3; 32]),
        |other| other.consumer = AccountId::new([3; 32]),
        |other| other.delivered = true,
        |other| other.max_units = 5,
    ];
    for change in changes {
        let (_dir, state) = open();
        let mut other = record(Phase::Queued);
        change(&mut other);
        state.enqueue(vec![(job(1), other)], 10).unwrap();
        assert!(!finish(&state, job(1), 7));
        assert_eq!(state.outbox().unwrap(), []);
        assert_eq!(state.queued(10).unwrap(), [job(1)]);
    }
}

#[test]
fn a_failure_of_the_job_that_had_the_number_before_should_be_dropped() {
    let (_dir, state) = open();
    let mut other = record(Phase::Queued);
    other.delivered = true;
    state.enqueue(vec![(job(1), other)], 10).unwrap();
    fail(&state, 1);
    assert_eq!(state.queued(10).unwrap(), [job(1)]);
}

/// How many jobs stand among those that ended, which are pruned.
fn ended(state: &State) -> u64 {
    let table = state.database.begin_read().unwrap().open_table(ENDED);
    table.unwrap().len().unwrap()
}

#[test]
fn a_failed_job_should_be_pruned_like_one_that_ended() {
    let (_dir, state) = open();
    enqueue(&state, &[1, 2], 10);
    fail(&state, 1);
    state.end(&[(job(2), Ending::Unsettled)]).unwrap();
    assert_eq!(ended(&state), 2);
}

#[test]
fn a_failed_job_that_is_taken_up_anew_should_not_be_pruned() {
    let (_dir, state) = open();
    enqueue(&state, &[1], 10);
    fail(&state, 1);
    enqueue(&state, &[1], 10);
    assert_eq!(ended(&state), 0);
}

#[test]
fn the_text_of_a_failed_job_should_not_be_kept() {
    let (_dir, state) = open();
    enqueue(&state, &[1], 10);
    fail(&state, 1);
    assert_eq!(state.job(&job(1)).unwrap().unwrap().input, "");
}

/// Whether the only receipt of the outbox is signed by `key`.
fn offers_signed_by(state: &State, key: &ReceiptKey) -> bool {
    let receipts = state.receipts(10, 0).unwrap();
    receipts.len() == 1 && receipts[0].verify(&key.public())
}

#[test]
fn a_receipt_of_an_earlier_key_should_be_signed_anew() {
    let (_dir, state) = open();
    enqueue(&state, &[1], 10);
    finish(&state, job(1), 7);
    let key = ReceiptKey::generate(None).unwrap();
    let account = AccountId::new([1; 32]);
    assert_eq!(state.sign_anew(&key, &account).unwrap(), 1);
    assert!(offers_signed_by(&state, &key));
    assert_eq!(state.sign_anew(&key, &account).unwrap(), 0);
}

#[test]
fn a_receipt_that_is_offered_again_should_be_signed_anew_too() {
    let (_dir, state) = open();
    enqueue(&state, &[1], 10);
    finish(&state, job(1), 7);
    state.end(&[(job(1), Ending::Settled)]).unwrap();
    let key = ReceiptKey::generate(None).unwrap();
    state.sign_anew(&key, &AccountId::new([1; 32])).unwrap();
    state.reopen(&[job(1)]).unwrap();
    assert!(offers_signed_by(&state, &key));
}

#[test]
fn a_receipt_of_another_account_should_not_be_signed_anew() {
    let (_dir, state) = open();
    enqueue(&state, &[1], 10);
    finish(&state, job(1), 7);
    let key = ReceiptKey::generate(None).unwrap();
    let signed = state.sign_anew(&key, &AccountId::new([9; 32])).unwrap();
    assert_eq!(signed, 0);
}

#[test]
fn an_ended_job_should_never_be_queued_again() {
    let (_dir, state) = open();
    enqueue(&state, &[1], 10);
    state.end(&[(job(1), Ending::Unsettled)]).unwrap();
    assert_eq!(enqueue(&state, &[1], 10), [Enqueued::Known]);
}

#[test]
fn stale_receipts_should_come_after_fresh_ones() {
    let (_dir, state) = open();
    enqueue(&state, &[1, 2, 3], 10);
    for (id, seen_at) in [(1, 5), (2, 50), (3, 60)] {
        finish(&state, job(id), seen_at);
    }
    let order = |limit| -> Vec<JobRef> {
        let receipts = state.receipts(limit, 10).unwrap();
        receipts
            .into_iter()
            .map(|receipt| receipt.receipt.job)
            .collect()
    };
    assert_eq!(order(10), [job(2), job(3), job(1)]);
    assert_eq!(order(2), [job(2), job(3)]);
}

#[test]
fn a_folder_should_belong_to_one_chain() {
    let (_dir, state) = open();
    state.bind(H256([1; 32])).unwrap();
    state.bind(H256([1; 32])).unwrap();
    assert!(matches!(
        state.bind(H256([2; 32])),
        Err(StateError::OtherChain { .. })
    ));
}

#[test]
fn a_folder_should_be_used_by_one_worker_at_a_time() {
    let (dir, _state) = open();
    let error = State::open(dir.path()).err().unwrap().to_string();
    assert!(error.contains("another worker"), "{error}");
}

#[test]
fn training_jobs_beyond_the_limit_should_be_refused() {
    let (_dir, state) = open();
    assert_eq!(state.add_training("a".into(), 1).unwrap(), Some(0));
    assert_eq!(state.add_training("b".into(), 1).unwrap(), None);
}

#[test]
fn an_interrupted_training_job_should_be_unfinished() {
    let (_dir, state) = open();
    state.add_training("a".into(), 9).unwrap();
    state.add_training("b".into(), 9).unwrap();
    let mut first = state.training(0).unwrap().unwrap();
    first.status = TrainPhase::Finished;
    state.set_training(0, &first).unwrap();
    let mut second = state.training(1).unwrap().unwrap();
    second.status = TrainPhase::Running;
    state.set_training(1, &second).unwrap();
    assert_eq!(state.unfinished_trainings().unwrap(), [1]);
}

#[test]
fn a_name_should_lead_back_to_its_job() {
    let request = JobRef::Channel {
        channel: ChannelId(3),
        sequence: 5,
    };
    for (job, name) in [(job(17), "17"), (request, "c3-5")] {
        assert_eq!(
            (job_name(&job).as_str(), parse_job_name(name)),
            (name, Some(job))
        );
    }
    for name in ["", "c", "c3", "x", "c3-x", "-1"] {
        assert_eq!(parse_job_name(name), None, "{name}");
    }
}
