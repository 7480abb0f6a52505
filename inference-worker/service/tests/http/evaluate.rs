// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Checks of contributions.

use axum::http::StatusCode;
use openledger_artifacts::row_lines;
use openledger_primitives::{
    content_hash,
    merkle::{row_hash, rows_root},
    views::{ContributionStatus, ContributionView},
    ContributionId, DatanetId, Ppm, H256,
};
use serde_json::{json, Value};

use crate::support::{account, bytes_of, code, Bench, Setup};

/// Rows about different things, enough alike to nothing.
fn rows(topic: &str, from: usize, to: usize) -> String {
    let words = [
        "writ", "fugue", "acid", "axiom", "enzyme", "lever", "glacier", "sonnet", "tariff",
    ];
    let word = |i: usize| words[i % words.len()];
    (from..to)
        .map(|i| {
            let text = format!(
                "{topic} {} number {i} concerns the {} of {} and case {} before {}",
                word(i),
                word(i / 3 + 1),
                word(i * 7 + 2),
                i * 31,
                word(i * 5 + 4)
            );
            format!("{}\n", json!({"text": text, "label": topic}))
        })
        .collect()
}

async fn contribute(bench: &Bench, id: u64, content: &str, status: ContributionStatus) {
    bench.worker.store.put(content.into()).await.unwrap();
    register(bench, id, content, status);
}

fn register(bench: &Bench, id: u64, content: &str, status: ContributionStatus) {
    let hashes: Vec<H256> = row_lines(content.as_bytes()).map(row_hash).collect();
    let view = ContributionView {
        contribution: ContributionId(id),
        datanet: DatanetId(0),
        contributor: account(id as u8),
        rows_root: rows_root(&hashes),
        rows: hashes.len() as u32,
        content: content_hash(content.as_bytes()),
        bytes: content.len() as u64,
        status,
    };
    bench
        .chain
        .ledger
        .lock()
        .unwrap()
        .contributions
        .insert(ContributionId(id), view);
}

const ACCEPTED: ContributionStatus = ContributionStatus::Accepted {
    index: 0,
    first_row: 0,
};
const PENDING: ContributionStatus = ContributionStatus::Pending;

async fn bench() -> (tempfile::TempDir, Bench) {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    (dir, bench)
}

async fn evaluate(bench: &Bench, contribution: u64) -> (StatusCode, Value) {
    bench
        .post(
            "/v1/evaluate",
            &json!({"datanet": 0, "contribution": contribution}),
        )
        .await
}

#[tokio::test]
async fn new_rows_should_be_accepted() {
    let (_dir, bench) = bench().await;
    contribute(&bench, 0, &rows("law", 0, 40), ACCEPTED).await;
    contribute(&bench, 1, &rows("music", 100, 140), PENDING).await;
    let (status, report) = evaluate(&bench, 1).await;
    assert_eq!(
        (status, &report["verdict"]),
        (StatusCode::OK, &"accept".into()),
        "{report}"
    );
    assert_eq!(report["compared_with"], json!([0]));
}

#[tokio::test]
async fn copies_of_an_accepted_contribution_should_be_rejected_with_the_original() {
    let (_dir, bench) = bench().await;
    contribute(&bench, 0, &rows("law", 0, 40), ACCEPTED).await;
    contribute(&bench, 1, &rows("law", 10, 30), PENDING).await;
    let (_, report) = evaluate(&bench, 1).await;
    assert_eq!(report["verdict"], "reject");
    assert_eq!(
        report["reason"],
        json!({"duplicate": {"of": 0, "share": 1_000_000}})
    );
    assert_eq!(report["exact"][0], json!({"row": 0, "of": 0}));
}

#[tokio::test]
async fn copies_of_an_earlier_pending_contribution_should_be_rejected() {
    let (_dir, bench) = bench().await;
    contribute(&bench, 4, &rows("law", 0, 40), PENDING).await;
    contribute(&bench, 5, &rows("law", 0, 39), PENDING).await;
    assert_eq!(evaluate(&bench, 5).await.1["reason"]["duplicate"]["of"], 4);
    assert_eq!(evaluate(&bench, 4).await.1["verdict"], "accept");
}

#[tokio::test]
async fn the_datanets_similarity_should_decide_what_a_near_copy_is() {
    let (_dir, bench) = bench().await;
    let near = rows("law", 0, 40).replace("\"}", ", in general\"}");
    contribute(&bench, 0, &rows("law", 0, 40), ACCEPTED).await;
    contribute(&bench, 1, &near, PENDING).await;
    for (similarity, verdict) in [(300_000, "reject"), (1_000_000, "accept")] {
        bench.chain.change(|ledger| {
            ledger.similarity.insert(DatanetId(0), Ppm(similarity));
        });
        let (_, report) = evaluate(&bench, 1).await;
        assert_eq!(report["verdict"], verdict, "{similarity}: {report}");
    }
}

#[tokio::test]
async fn the_report_should_be_stored_under_its_hash() {
    let (_dir, bench) = bench().await;
    contribute(&bench, 1, &rows("music", 0, 10), PENDING).await;
    let (_, report) = evaluate(&bench, 1).await;
    let path = format!("/v1/content/{}", report["report_hash"].as_str().unwrap());
    let request = axum::http::Request::get(path)
        .body(axum::body::Body::empty())
        .unwrap();
    let stored: Value = serde_json::from_slice(&bytes_of(bench.send(request).await).await).unwrap();
    assert_eq!(stored["verdict"], report["verdict"]);
}

#[tokio::test]
async fn content_that_nobody_stored_should_be_unavailable() {
    let (_dir, bench) = bench().await;
    register(&bench, 1, &rows("law", 0, 5), PENDING);
    assert_eq!(evaluate(&bench, 1).await.1["reason"], "unavailable");
}

#[tokio::test]
async fn content_with_another_root_than_registered_should_be_unavailable() {
    let (_dir, bench) = bench().await;
    contribute(&bench, 1, &rows("law", 0, 5), PENDING).await;
    bench.chain.change(|ledger| {
        ledger
            .contributions
            .get_mut(&ContributionId(1))
            .unwrap()
            .rows_root = H256([1; 32]);
    });
    assert_eq!(evaluate(&bench, 1).await.1["reason"], "unavailable");
}

#[tokio::test]
async fn rows_that_are_no_json_should_be_malformed() {
    let (_dir, bench) = bench().await;
    contribute(&bench, 1, "one\ntwo\n", PENDING).await;
    let (_, report) = evaluate(&bench, 1).await;
    assert_eq!(report["reason"], "malformed");
    assert!(
        report["detail"].as_str().unwrap().contains("line 1"),
        "{report}"
    );
}

#[tokio::test]
async fn rows_that_repeat_each_other_should_be_of_low_quality() {
    let (_dir, bench) = bench().await;
    let row = rows("law", 0, 1);
    contribute(&bench, 1, &row.repeat(10), PENDING).await;
    assert_eq!(evaluate(&bench, 1).await.1["reason"], "lowQuality");
}

#[tokio::test]
async fn a_contribution_of_another_datanet_should_be_a_404() {
    let (_dir, bench) = bench().await;
    contribute(&bench, 1, &rows("law", 0, 5), PENDING).await;
    let (status, error) = bench
        .post("/v1/evaluate", &json!({"datanet": 7, "contribution": 1}))
        .await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::NOT_FOUND, "unknown_contribution")
    );
}

#[tokio::test]
async fn an_evaluation_without_an_accepted_content_should_say_which_is_missing() {
    let (_dir, bench) = bench().await;
    register(&bench, 0, &rows("law", 0, 40), ACCEPTED);
    contribute(&bench, 1, &rows("law", 0, 5), PENDING).await;
    let (status, error) = evaluate(&bench, 1).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::SERVICE_UNAVAILABLE, "content_unavailable")
    );
}
