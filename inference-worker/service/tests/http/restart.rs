// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A worker that was killed goes on where it was.

use codec::Encode;
use openledger_primitives::{pool::DispatchStatus, ChannelId, JobId};

use crate::{
    direct::{channel, pay},
    support::{Bench, Setup, TestChain},
};

fn on(chain: &std::sync::Arc<TestChain>) -> Setup {
    Setup {
        chain: chain.clone(),
        ..Setup::default()
    }
}

#[tokio::test]
async fn queued_jobs_should_be_answered_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let chain = TestChain::new();
    {
        // Never runs its queue: as if it was killed right after the dispatch.
        let bench = Bench::start(dir.path(), on(&chain)).await;
        let jobs = (0..10).map(|job| bench.escrow(job, "a writ")).collect();
        assert_eq!(bench.dispatch(jobs).await, [DispatchStatus::Queued; 10]);
    }
    let bench = Bench::start(dir.path(), on(&chain)).await;
    let _tasks = bench.run();
    assert_eq!(bench.wait_for_receipts(10).await.len(), 10);
}

#[tokio::test]
async fn a_job_in_the_middle_of_its_answer_should_be_answered_once_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let chain = TestChain::new();
    {
        let bench = Bench::start(dir.path(), on(&chain)).await;
        let _closed = bench.gate.clone().acquire_many_owned(64).await.unwrap();
        let job = bench.escrow(1, "a writ");
        bench.dispatch(vec![job]).await;
        let mut tasks = bench.run();
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        // The tasks are dropped where they stand.
        tasks.shutdown().await;
    }
    let bench = Bench::start(dir.path(), on(&chain)).await;
    let _tasks = bench.run();
    bench.wait_for_receipts(1).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(bench.receipts().await.len(), 1);
}

#[tokio::test]
async fn receipts_should_be_offered_again_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let chain = TestChain::new();
    let before = {
        let bench = Bench::start(dir.path(), on(&chain)).await;
        let job = bench.escrow(1, "a writ");
        bench.dispatch(vec![job]).await;
        let mut tasks = bench.run();
        let receipts = bench.wait_for_receipts(1).await;
        tasks.shutdown().await;
        receipts
    };
    let bench = Bench::start(dir.path(), on(&chain)).await;
    assert_eq!(bench.receipts().await.encode(), before.encode());
}

#[tokio::test]
async fn jobs_that_ended_meanwhile_should_not_be_answered_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let chain = TestChain::new();
    {
        let bench = Bench::start(dir.path(), on(&chain)).await;
        let jobs = vec![bench.escrow(1, "a writ"), bench.escrow(2, "a writ")];
        bench.dispatch(jobs).await;
    }
    chain.end(JobId(1));
    let bench = Bench::start(dir.path(), on(&chain)).await;
    let _tasks = bench.run();
    bench.wait_for_receipts(1).await;
    assert_eq!(bench.get("/v1/jobs/1").await.1["status"], "ended");
}

#[tokio::test]
async fn a_voucher_that_was_cut_off_should_be_good_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let chain = TestChain::new();
    {
        let bench = Bench::start(dir.path(), on(&chain)).await;
        let consumer = channel(&bench, 1);
        bench.gate.close();
        let closed = pay(&consumer, 0, "a writ", 4);
        // The model refuses; the reservation is given back at once.
        assert_eq!(bench.send(closed).await.status(), 429);
        assert!(!bench
            .worker
            .state
            .channel(ChannelId(1))
            .unwrap()
            .unwrap()
            .is_used(0));
    }
    let bench = Bench::start(dir.path(), on(&chain)).await;
    let consumer = channel(&bench, 1);
    assert_eq!(
        bench.send(pay(&consumer, 0, "a writ", 4)).await.status(),
        200
    );
}

#[tokio::test]
async fn running_jobs_should_finish_when_the_worker_is_told_to_stop() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    let closed = bench.gate.clone().acquire_many_owned(64).await.unwrap();
    let job = bench.escrow(1, "a writ");
    bench.dispatch(vec![job]).await;
    let mut tasks = bench.run();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    bench.worker.stopping.send_replace(true);
    drop(closed);
    while tasks.join_next().await.is_some() {}
    assert_eq!(bench.receipts().await.len(), 1);
}
