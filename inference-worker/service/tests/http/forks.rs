// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the worker does when a fork that it acted upon is given up.

use axum::http::StatusCode;
use openledger_primitives::{
    content_hash, pool::DispatchStatus, ChannelId, ContributionId, JobId, JobRef, H256,
};
use polkadot_sdk::sp_core::Pair;

use crate::{
    direct::{channel, pay, Consumer},
    support::{lineage_entry, Bench, Setup, ADAPTER},
};

const JOB: JobId = JobId(5);

async fn bench() -> (tempfile::TempDir, Bench) {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    (dir, bench)
}

/// Waits until the worker says of job 5 that it is `status`.
async fn wait_for_status(bench: &Bench, status: &str) {
    for _ in 0..400 {
        if bench.get("/v1/jobs/5").await.1["status"] == status {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let (_, shown) = bench.get("/v1/jobs/5").await;
    panic!("job 5 was not {status} after ten seconds: {shown}");
}

/// A worker whose receipt for job 5 was settled in a block that is not final.
async fn settled() -> (tempfile::TempDir, Bench, tokio::task::JoinSet<()>) {
    let (dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job]).await;
    let tasks = bench.run();
    bench.wait_for_receipts(1).await;
    bench.chain.end(JOB);
    wait_for_status(&bench, "ended").await;
    (dir, bench, tasks)
}

#[tokio::test]
async fn a_receipt_should_be_offered_again_when_the_fork_that_settled_it_is_given_up() {
    let (_dir, bench, _tasks) = settled().await;
    assert!(bench.receipts().await.is_empty());
    bench.escrow(5, "a writ");
    bench.chain.change(|ledger| ledger.ended.clear());
    bench.chain.advance();
    let receipts = bench.wait_for_receipts(1).await;
    assert_eq!(receipts[0].receipt.job, JobRef::Escrowed(JOB));
}

#[tokio::test]
async fn a_job_without_an_answer_should_be_answered_when_its_end_was_on_a_fork() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job]).await;
    bench.chain.end(JOB);
    let _tasks = bench.run();
    wait_for_status(&bench, "ended").await;
    bench.escrow(5, "a writ");
    bench.chain.change(|ledger| ledger.ended.clear());
    bench.chain.advance();
    bench.wait_for_receipts(1).await;
}

#[tokio::test]
async fn a_settlement_that_is_final_should_not_be_taken_back() {
    let (_dir, bench, _tasks) = settled().await;
    bench.chain.change(|ledger| {
        ledger.finally_ended.insert(JobRef::Escrowed(JOB));
    });
    bench.chain.advance();
    for _ in 0..400 {
        if bench.worker.state.settling().unwrap().is_empty() {
            assert!(bench.receipts().await.is_empty());
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the settlement was never taken for final");
}

#[tokio::test]
async fn a_number_that_means_another_job_should_be_answered_anew() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job]).await;
    let _tasks = bench.run();
    bench.wait_for_receipts(1).await;
    let other = bench.escrow(5, "a fugue");
    assert_eq!(bench.dispatch(vec![other]).await, [DispatchStatus::Queued]);
    for _ in 0..400 {
        let receipts = bench.receipts().await;
        if let [receipt] = &receipts[..] {
            if receipt.receipt.input_hash == content_hash(b"a fugue") {
                return;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the job that has the number now was not answered");
}

#[tokio::test]
async fn a_job_that_is_dispatched_again_should_keep_its_answer() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job.clone()]).await;
    let _tasks = bench.run();
    bench.wait_for_receipts(1).await;
    assert_eq!(bench.dispatch(vec![job]).await, [DispatchStatus::Finished]);
    assert_eq!(bench.receipts().await.len(), 1);
}

#[tokio::test]
async fn a_job_whose_terms_changed_while_it_was_answered_should_be_answered_anew() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job.clone()]).await;
    let closed = bench.gate.clone().acquire_many_owned(64).await.unwrap();
    let _tasks = bench.run();
    // Time for the question to reach the model.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    bench.chain.change(|ledger| {
        ledger.jobs.get_mut(&JOB).unwrap().delivered = true;
    });
    assert_eq!(bench.dispatch(vec![job]).await, [DispatchStatus::Queued]);
    drop(closed);
    let receipts = bench.wait_for_receipts(1).await;
    assert!(receipts[0].output.is_some());
}

/// A consumer whose channel 1 took the place of another consumer's, which had served a request.
async fn renumbered(bench: &Bench) -> Consumer {
    let first = channel(bench, 1);
    let served = bench.send(pay(&first, 0, "a writ", 4)).await;
    assert_eq!(served.status(), StatusCode::OK);
    let second = Consumer {
        channel: ChannelId(1),
        ..channel(bench, 2)
    };
    bench.chain.change(|ledger| {
        let view = ledger.channels.get_mut(&ChannelId(1)).unwrap();
        view.consumer = second.pair.public().into();
    });
    second
}

#[tokio::test]
async fn a_channel_with_the_number_of_anothers_should_begin_anew() {
    let (_dir, bench) = bench().await;
    let second = renumbered(&bench).await;
    let served = bench.send(pay(&second, 0, "a writ", 4)).await;
    assert_eq!(served.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_receipt_should_go_with_the_channel_that_lost_its_number() {
    let (_dir, bench) = bench().await;
    let second = renumbered(&bench).await;
    bench.send(pay(&second, 0, "a writ", 4)).await;
    let receipts = bench.receipts().await;
    let [receipt] = &receipts[..] else {
        panic!("there are {} receipts", receipts.len());
    };
    let voucher = receipt.voucher.as_ref().unwrap();
    assert!(voucher.verify(&second.pair.public().into()));
}

#[tokio::test]
async fn the_state_of_a_channel_with_the_number_of_anothers_should_be_its_own() {
    let (_dir, bench) = bench().await;
    renumbered(&bench).await;
    let body = serde_json::json!({"model": "topics", "input": "a writ", "channel": 1});
    let (_, quote) = bench.post("/v1/quote", &body).await;
    assert_eq!(quote["channel"]["committed"], "0");
    assert_eq!(quote["channel"]["next_sequence"], 0);
}

#[tokio::test]
async fn a_channel_that_is_gone_for_good_should_be_forgotten() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    // The model refuses, and what was reserved is given back.
    bench.gate.close();
    bench.send(pay(&consumer, 0, "a writ", 4)).await;
    assert!(bench.worker.state.channel(ChannelId(1)).unwrap().is_some());
    let _tasks = bench.run();
    bench.chain.change(|ledger| ledger.channels.clear());
    for _ in 0..400 {
        if bench.worker.state.channel(ChannelId(1)).unwrap().is_none() {
            return;
        }
        bench.chain.advance();
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the channel was not forgotten in 400 blocks");
}

#[tokio::test]
async fn the_lineage_of_another_artifact_should_be_read_anew() {
    let (_dir, bench) = bench().await;
    let chain = &bench.worker.chain;
    let known = chain.lineage(ADAPTER, H256([1; 32])).await.unwrap();
    assert_eq!(*known.unwrap(), [ContributionId(10), ContributionId(11)]);
    let other = H256([9; 32]);
    bench.chain.change(|ledger| {
        ledger.adapters.get_mut(&ADAPTER).unwrap().artifact = other;
        ledger.lineage.insert(ADAPTER, vec![lineage_entry(12)]);
    });
    let read = chain.lineage(ADAPTER, other).await.unwrap();
    assert_eq!(*read.unwrap(), [ContributionId(12)]);
}
