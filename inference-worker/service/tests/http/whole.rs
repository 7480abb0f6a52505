// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The real model: an adapter is trained by the real child process, served by the real engine, and
//! its influence is measured on the real index.

use std::sync::Arc;

use axum::http::StatusCode;
use openledger_artifacts::{row_lines, Manifest};
use openledger_primitives::{
    content_hash,
    merkle::{row_hash, rows_root},
    pool::DispatchStatus,
    views::{ContributionStatus, ContributionView, VersionView},
    ContributionId, DatanetId, VersionRef, H256,
};
use openledger_worker::{
    app::default_model_settings,
    model::{LocalModel, Model},
    store::ContentStore,
};
use serde_json::{json, Value};
use tokio::sync::Semaphore;

use crate::support::{account, adapter_view, lineage_entry, Bench, Setup, ADAPTER};

const LAW: [&str; 6] = [
    "a formal writ issued by a court of law",
    "the party who is sued in a court case",
    "a sworn statement given to the judge",
    "the crime of lying under oath in court",
    "a contract that the law will not enforce",
    "a lawyer who prosecutes for the state",
];

const MUSIC: [&str; 6] = [
    "a slow melody played on the violin",
    "a chord of three notes in harmony",
    "a musical composition for a symphony orchestra",
    "the person who sings the soprano part",
    "the rhythm and tempo of a dance tune",
    "a song for several voices in counterpoint",
];

fn jsonl(texts: &[&str], label: &str) -> String {
    texts
        .iter()
        .map(|text| format!("{}\n", json!({"text": text, "label": label})))
        .collect()
}

/// Puts two contributions on chain and publishes them as version 1.
async fn publish(bench: &Bench) {
    let mut contributions = Vec::new();
    let contents = [(10, jsonl(&LAW, "law")), (11, jsonl(&MUSIC, "music"))];
    for (index, (id, content)) in contents.into_iter().enumerate() {
        let hashes: Vec<H256> = row_lines(content.as_bytes()).map(row_hash).collect();
        contributions.push(ContributionView {
            contribution: ContributionId(id),
            datanet: DatanetId(0),
            contributor: account(id as u8),
            rows_root: rows_root(&hashes),
            rows: hashes.len() as u32,
            content: content_hash(content.as_bytes()),
            bytes: content.len() as u64,
            status: ContributionStatus::Accepted {
                index: index as u32,
                first_row: 0,
            },
        });
        bench.worker.store.put(content.into()).await.unwrap();
    }
    let version = VersionView {
        version: VersionRef {
            datanet: DatanetId(0),
            number: 1,
        },
        root: H256([8; 32]),
        rows: 12,
        contributions,
    };
    bench.chain.ledger.lock().unwrap().versions.push(version);
}

async fn trained(bench: &Bench, held_out: H256) -> Value {
    let request = json!({
        "task": "topics",
        "versions": [{"datanet": 0, "number": 1}],
        "seed": 7,
        "hyper": {"epochs": 6, "batch_size": 4, "rank": 4},
        "held_out": held_out,
    });
    let (status, accepted) = bench.post("/v1/train", &request).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{accepted}");
    for _ in 0..1200 {
        let (_, job) = bench.get(&format!("/v1/train/{}", accepted["train"])).await;
        match job["status"].as_str() {
            Some("finished") => return job,
            Some("failed") => panic!("{job}"),
            _ => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
    panic!("training took longer than two minutes");
}

fn hash(value: &Value) -> H256 {
    serde_json::from_value(value.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trained_adapter_should_answer_with_a_valid_receipt() {
    let dir = tempfile::tempdir().unwrap();
    // The same folder that the worker under test opens.
    let content = dir.path().join("content");
    let store = ContentStore::open(
        content.to_str().unwrap(),
        &dir.path().join("scratch-model"),
        1 << 30,
    )
    .await
    .unwrap();
    let settings = default_model_settings(dir.path());
    let model = tokio::task::spawn_blocking(move || LocalModel::start(&settings, store))
        .await
        .unwrap()
        .unwrap();
    let base = model.base_model();
    let model = Arc::new(model);
    let gate = Arc::new(Semaphore::new(1));
    let bench = Bench::with_model(dir.path(), Setup::default(), model.clone(), gate).await;
    let _tasks = bench.run();
    publish(&bench).await;
    let held_out = jsonl(&["a judge in a court"], "law") + &jsonl(&["a violin tune"], "music");
    let held_out = bench.worker.store.put(held_out.into()).await.unwrap().hash;

    let job = trained(&bench, held_out).await;
    let events: Vec<_> = job["progress"]
        .as_array()
        .unwrap()
        .iter()
        .map(|report| report["event"].clone())
        .collect();
    assert!(
        events.contains(&"epoch".into()) && events.contains(&"step".into()),
        "{job}"
    );
    let result = &job["result"];
    assert_eq!(result["metrics"]["held_out_rows"], 2);

    let [artifact, manifest, index] =
        ["artifact", "manifest", "influence_index"].map(|name| hash(&result[name]));
    let written = bench.worker.store.get(&manifest, 1 << 20).await.unwrap();
    let written = Manifest::from_json(&written).unwrap();
    assert!(written.serving_graph.is_some());
    let view = adapter_view(base, artifact, manifest, index);
    bench.chain.change(|ledger| {
        ledger.adapters.insert(ADAPTER, view);
        ledger
            .lineage
            .insert(ADAPTER, vec![lineage_entry(10), lineage_entry(11)]);
    });

    let jobs = vec![
        bench.escrow(1, "the court summoned the accused to the trial"),
        bench.escrow(2, "she plays a melody on the violin"),
    ];
    assert_eq!(bench.dispatch(jobs).await, [DispatchStatus::Queued; 2]);
    let receipts = bench.wait_for_receipts(2).await;
    for receipt in &receipts {
        assert!(receipt.verify(&bench.key.public()));
        receipt.receipt.influence.validate().unwrap();
        assert_eq!(receipt.receipt.artifact, artifact);
    }
    let (_, law) = bench.get("/v1/jobs/1").await;
    let (_, music) = bench.get("/v1/jobs/2").await;
    assert_eq!(
        (&law["output"]["label"], &music["output"]["label"]),
        (&"law".into(), &"music".into())
    );
    // Each answer is moved most by the rows about its own topic.
    let of = |job: &Value, contribution: u64| {
        let influence = job["influence"].as_array().unwrap();
        let share = influence
            .iter()
            .find(|share| share["contribution"] == contribution);
        share.map_or(0, |share| share["ppm"].as_u64().unwrap())
    };
    assert!(of(&law, 10) > of(&law, 11), "{law}");
    assert!(of(&music, 11) > of(&music, 10), "{music}");
    let resident = openledger_worker::metrics_recorder::resident_bytes().unwrap();
    println!("resident: {} MiB", resident >> 20);
    assert!(resident < 600_000_000, "{resident} bytes are resident");
    model.shutdown().await;
}

#[tokio::test]
async fn a_training_that_is_interrupted_should_wait_for_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    publish(&bench).await;
    let request = json!({
        "task": "topics",
        "versions": [{"datanet": 0, "number": 1}],
        "hyper": {"epochs": 100, "batch_size": 1},
    });
    let (status, _) = bench.post("/v1/train", &request).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let mut tasks = bench.run();
    for _ in 0..600 {
        let (_, job) = bench.get("/v1/train/0").await;
        if job["progress"]
            .as_array()
            .is_some_and(|progress| !progress.is_empty())
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(bench.get("/v1/train/0").await.1["status"], "running");
    bench.worker.stopping.send_replace(true);
    while tasks.join_next().await.is_some() {}
    assert_eq!(bench.get("/v1/train/0").await.1["status"], "queued");
    assert_eq!(bench.worker.state.unfinished_trainings().unwrap(), [0]);
}

#[tokio::test]
async fn a_training_on_rows_that_are_gone_should_fail_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    publish(&bench).await;
    std::fs::remove_dir_all(dir.path().join("content")).unwrap();
    std::fs::create_dir(dir.path().join("content")).unwrap();
    let request = json!({"task": "topics", "versions": [{"datanet": 0, "number": 1}]});
    bench.post("/v1/train", &request).await;
    let _tasks = bench.run();
    for _ in 0..200 {
        let (_, job) = bench.get("/v1/train/0").await;
        if job["status"] == "failed" {
            assert!(
                job["error"].as_str().unwrap().contains("contribution 10"),
                "{job}"
            );
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the training did not fail");
}
