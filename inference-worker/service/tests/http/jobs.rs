// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Escrowed jobs.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use codec::Encode;
use openledger_primitives::{
    content_hash,
    pool::{DispatchRequest, DispatchStatus},
    JobId, JobRef, H256,
};

use crate::support::{code, json_of, worker_account, Bench, Setup, DEFECT, UNIT_PRICE};

async fn bench() -> (tempfile::TempDir, Bench) {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    (dir, bench)
}

#[tokio::test]
async fn an_escrowed_job_should_be_answered_with_a_receipt_of_the_worker() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ of assize");
    assert_eq!(bench.dispatch(vec![job]).await, [DispatchStatus::Queued]);
    let _tasks = bench.run();
    let receipts = bench.wait_for_receipts(1).await;
    let receipt = &receipts[0].receipt;
    assert!(receipts[0].verify(&bench.key.public()));
    assert_eq!(receipt.job, JobRef::Escrowed(JobId(5)));
    assert_eq!(receipt.units, 6);
    assert_eq!(receipt.input_hash, content_hash(b"a writ of assize"));
}

#[tokio::test]
async fn a_finished_job_should_show_its_answer() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job.clone()]).await;
    let _tasks = bench.run();
    let receipts = bench.wait_for_receipts(1).await;
    let (_, shown) = bench.get("/v1/jobs/5").await;
    assert_eq!(shown["status"], "finished");
    assert_eq!(shown["output"]["label"], "law");
    assert_eq!(shown["fee"], (UNIT_PRICE * 4).to_string());
    let text = shown["output_text"].as_str().unwrap();
    assert_eq!(
        content_hash(text.as_bytes()),
        receipts[0].receipt.output_hash
    );
    assert_eq!(bench.dispatch(vec![job]).await, [DispatchStatus::Finished]);
}

#[tokio::test]
async fn an_answer_that_the_job_asks_for_on_chain_should_come_with_its_receipt() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.chain.change(|ledger| {
        ledger.jobs.get_mut(&JobId(5)).unwrap().delivered = true;
    });
    bench.dispatch(vec![job]).await;
    let _tasks = bench.run();
    let receipts = bench.wait_for_receipts(1).await;
    let (_, shown) = bench.get("/v1/jobs/5").await;
    let output = receipts[0].output.as_ref().unwrap();
    assert_eq!(
        shown["output_text"].as_str().unwrap().as_bytes(),
        &output[..]
    );
}

#[tokio::test]
async fn an_answer_should_come_without_its_receipt_otherwise() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job]).await;
    let _tasks = bench.run();
    assert_eq!(bench.wait_for_receipts(1).await[0].output, None);
}

/// The vector of the receipt for "a writ", four units, where the second entry costs `fee_per_entry`.
async fn vector_at(fee_per_entry: u128) -> Vec<(u64, u32)> {
    let dir = tempfile::tempdir().unwrap();
    let influence = vec![(10, 400_000), (11, 600_000)];
    let setup = Setup {
        influence,
        ..Setup::default()
    };
    let bench = Bench::start(dir.path(), setup).await;
    bench.chain.change(|ledger| {
        (ledger.min_fee, ledger.fee_per_entry) = (UNIT_PRICE, fee_per_entry);
    });
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job]).await;
    let _tasks = bench.run();
    let receipts = bench.wait_for_receipts(1).await;
    let entries = receipts[0].receipt.influence.iter();
    entries
        .map(|entry| (entry.contribution.0, entry.share.0))
        .collect()
}

#[tokio::test]
async fn a_receipt_should_name_every_contribution_that_its_fee_pays_for() {
    let vector = vector_at(3 * UNIT_PRICE).await;
    assert_eq!(vector, [(10, 400_000), (11, 600_000)]);
}

#[tokio::test]
async fn a_receipt_should_name_the_largest_contributions_where_its_fee_pays_for_no_more() {
    assert_eq!(vector_at(3 * UNIT_PRICE + 1).await, [(11, 1_000_000)]);
}

#[tokio::test]
async fn the_evidence_should_have_the_hash_in_the_receipt() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job]).await;
    let _tasks = bench.run();
    let receipt = bench.wait_for_receipts(1).await[0].receipt.clone();
    let (_, shown) = bench.get("/v1/jobs/5/evidence").await;
    let encoded = hex::decode(&shown["encoded"].as_str().unwrap()[2..]).unwrap();
    assert_eq!(content_hash(&encoded), receipt.evidence);
    assert_eq!(shown["scores"][1]["score"], -5);
}

#[tokio::test]
async fn a_job_that_the_chain_does_not_have_should_not_be_served() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.chain.ledger.lock().unwrap().jobs.clear();
    assert_eq!(
        bench.dispatch(vec![job]).await,
        [DispatchStatus::NotEscrowed]
    );
}

#[tokio::test]
async fn a_dispatch_with_another_input_than_on_chain_should_not_be_served() {
    let (_dir, bench) = bench().await;
    let forged = bench.escrow(5, "another text");
    bench.escrow(5, "a writ");
    assert_eq!(
        bench.dispatch(vec![forged]).await,
        [DispatchStatus::Unservable]
    );
}

#[tokio::test]
async fn a_job_whose_escrow_is_too_small_should_not_be_served() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.chain.change(|ledger| {
        ledger.jobs.get_mut(&JobId(5)).unwrap().max_fee = UNIT_PRICE * 3;
    });
    assert_eq!(
        bench.dispatch(vec![job]).await,
        [DispatchStatus::Unservable]
    );
}

#[tokio::test]
async fn a_job_for_an_unknown_adapter_should_not_be_served() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.chain.ledger.lock().unwrap().adapters.clear();
    assert_eq!(
        bench.dispatch(vec![job]).await,
        [DispatchStatus::Unservable]
    );
}

#[tokio::test]
async fn a_worker_that_is_not_registered_should_take_no_jobs() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.chain.ledger.lock().unwrap().workers.clear();
    assert_eq!(
        bench.dispatch(vec![job]).await,
        [DispatchStatus::Unservable]
    );
}

#[tokio::test]
async fn a_receipt_that_names_a_stranger_should_never_leave() {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup {
        influence: vec![(99, 1_000_000)],
        ..Setup::default()
    };
    let bench = Bench::start(dir.path(), setup).await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job]).await;
    let _tasks = bench.run();
    for _ in 0..200 {
        let (_, shown) = bench.get("/v1/jobs/5").await;
        if shown["status"] == "failed" {
            assert!(
                shown["error"].as_str().unwrap().contains("contribution 99"),
                "{shown}"
            );
            assert!(bench.receipts().await.is_empty());
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the job did not fail");
}

#[tokio::test]
async fn a_settled_receipt_should_leave_the_outbox() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job.clone()]).await;
    let _tasks = bench.run();
    bench.wait_for_receipts(1).await;
    bench.chain.end(JobId(5));
    for _ in 0..200 {
        if bench.receipts().await.is_empty() {
            let (_, shown) = bench.get("/v1/jobs/5").await;
            assert_eq!(shown["status"], "ended");
            assert_eq!(
                bench.dispatch(vec![job]).await,
                [DispatchStatus::NotEscrowed]
            );
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the receipt stayed in the outbox");
}

#[tokio::test]
async fn garbage_instead_of_scale_should_be_a_400() {
    let (_dir, bench) = bench().await;
    let request = Request::post("/v1/jobs")
        .body(Body::from(vec![0xff; 100]))
        .unwrap();
    let (status, error) = json_of(bench.send(request).await).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::BAD_REQUEST, "bad_scale")
    );
}

#[tokio::test]
async fn bytes_after_the_scale_value_should_be_a_400() {
    let (_dir, bench) = bench().await;
    let mut body = DispatchRequest {
        genesis: H256([42; 32]),
        jobs: Default::default(),
    }
    .encode();
    body.push(0);
    let request = Request::post("/v1/jobs").body(Body::from(body)).unwrap();
    let (status, error) = json_of(bench.send(request).await).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::BAD_REQUEST, "bad_scale")
    );
}

#[tokio::test]
async fn a_dispatch_of_another_chain_should_be_a_400() {
    let (_dir, bench) = bench().await;
    let body = DispatchRequest {
        genesis: H256([1; 32]),
        jobs: Default::default(),
    }
    .encode();
    let request = Request::post("/v1/jobs").body(Body::from(body)).unwrap();
    let (status, error) = json_of(bench.send(request).await).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::BAD_REQUEST, "wrong_chain")
    );
}

#[tokio::test]
async fn an_unknown_job_should_be_a_404() {
    let (_dir, bench) = bench().await;
    let (status, error) = bench.get("/v1/jobs/77").await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::NOT_FOUND, "unknown_job")
    );
}

#[tokio::test]
async fn a_job_without_connection_to_the_node_should_be_offered_again() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.chain.head.send_replace(None);
    assert_eq!(bench.dispatch(vec![job]).await, [DispatchStatus::Busy]);
}

#[tokio::test]
async fn a_job_that_it_has_should_stay_queued_without_connection_to_the_node() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job.clone()]).await;
    bench.chain.head.send_replace(None);
    assert_eq!(bench.dispatch(vec![job]).await, [DispatchStatus::Queued]);
}

#[tokio::test]
async fn a_job_should_show_how_many_shared_its_run() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job]).await;
    let _tasks = bench.run();
    bench.wait_for_receipts(1).await;
    let (_, shown) = bench.get("/v1/jobs/5").await;
    assert_eq!(
        (&shown["batch_rows"], &shown["batch_adapters"]),
        (&3.into(), &2.into())
    );
}

#[tokio::test]
async fn a_job_that_meets_a_defect_should_fail() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, DEFECT);
    bench.dispatch(vec![job]).await;
    let _tasks = bench.run();
    for _ in 0..400 {
        let (_, shown) = bench.get("/v1/jobs/5").await;
        if shown["status"] == "failed" {
            assert!(
                shown["error"].as_str().unwrap().contains("defect"),
                "{shown}"
            );
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the job did not fail");
}

#[tokio::test]
async fn receipts_should_not_be_offered_while_the_chain_knows_another_key() {
    let (_dir, bench) = bench().await;
    let job = bench.escrow(5, "a writ");
    bench.dispatch(vec![job]).await;
    let _tasks = bench.run();
    bench.wait_for_receipts(1).await;
    bench.chain.change(|ledger| {
        let view = ledger.workers.get_mut(&worker_account()).unwrap();
        view.receipt_key.0[0] ^= 1;
    });
    bench.chain.advance();
    assert!(bench.receipts().await.is_empty());
}
