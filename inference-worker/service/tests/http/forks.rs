// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the worker does when a fork that it acted upon is given up.

use openledger_primitives::{content_hash, pool::DispatchStatus, JobId, JobRef};

use crate::support::{Bench, Setup};

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
