// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The engine from the outside: queue, loading, errors, shutdown.

mod common;

use common::{config, distance, model, source, TestSource};
use openledger_serving::{AdapterFiles, Engine, EngineConfig, LoadError, ServingError};
use std::{
    sync::{atomic::Ordering, Arc},
    time::Duration,
};

const TEXT: &str = "a writ ordering a person to attend a court";

async fn all<T>(tasks: impl IntoIterator<Item = tokio::task::JoinHandle<T>>) -> Vec<T> {
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

fn start(dir: &tempfile::TempDir, source: &Arc<TestSource>) -> Engine {
    start_with(config(dir.path()), source)
}

fn start_with(config: EngineConfig, source: &Arc<TestSource>) -> Engine {
    Engine::start(config, source.clone()).unwrap_or_else(|error| panic!("{error}"))
}

#[tokio::test]
async fn an_answer_is_what_the_head_says_of_the_adapted_state() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let engine = start(&dir, &source);
    let files = source.trained(8, 1);
    let answer = engine.infer(files, TEXT).await.unwrap();

    let config = model().config;
    let adapter = common::adapter(&config, 8, 12.0, 1);
    let prepared = openledger_serving::PreparedAdapter::new(&adapter, &config).unwrap();
    let tokens = engine.tokenizer().encode(TEXT);
    let rows = [openledger_serving::GraphRow {
        tokens: &tokens,
        adapter: Some(([1; 32], &prepared)),
    }];
    let pooled = common::runner().run(8, &rows).unwrap().0;
    let head = common::head(&config, &["law", "music", "medicine"], 1);
    assert!(distance(&answer.probabilities, &head.probabilities(&pooled[0])) < 1e-5);
}

#[tokio::test]
async fn an_answer_counts_the_tokens_of_its_text() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let engine = start(&dir, &source);
    let answer = engine.infer(source.trained(8, 1), "law").await.unwrap();
    assert_eq!(answer.tokens, 3);
}

#[tokio::test]
async fn rows_of_several_adapters_share_a_run() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let engine = start(&dir, &source);
    let files: Vec<_> = (0..4).map(|seed| source.trained(8, seed)).collect();
    for files in &files {
        engine.infer(*files, TEXT).await.unwrap();
    }
    let tasks: Vec<_> = (0..16)
        .map(|i| {
            let (engine, files) = (engine.clone(), files[i % 4]);
            tokio::spawn(async move { engine.infer(files, TEXT).await.unwrap() })
        })
        .collect();
    let answers = all(tasks).await;
    let most = answers.iter().map(|answer| answer.batch_adapters).max();
    assert_eq!(most, Some(4));
}

#[tokio::test]
async fn an_answer_in_a_mixed_batch_is_the_answer_alone() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let engine = start(&dir, &source);
    let files: Vec<_> = (0..4).map(|seed| source.trained(8, seed)).collect();
    let mut alone = Vec::new();
    for files in &files {
        alone.push(engine.infer(*files, TEXT).await.unwrap());
    }
    let tasks: Vec<_> = files
        .into_iter()
        .map(|files| {
            let engine = engine.clone();
            tokio::spawn(async move { engine.infer(files, TEXT).await.unwrap() })
        })
        .collect();
    for (mixed, alone) in all(tasks).await.iter().zip(&alone) {
        assert!(distance(&mixed.probabilities, &alone.probabilities) < 1e-5);
    }
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let dir = tempfile::tempdir().unwrap();
    // The first request keeps its place while its adapter is on the way.
    let source = TestSource::slow(Duration::from_secs(30));
    let engine = start_with(
        EngineConfig {
            queue_limit: 1,
            ..config(dir.path())
        },
        &source,
    );
    let (held, files) = (engine.clone(), source.trained(8, 1));
    let first = tokio::spawn(async move { held.infer(files, TEXT).await });
    while source.fetched.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let refused = tokio::time::timeout(Duration::from_secs(5), engine.infer(files, TEXT)).await;
    first.abort();
    assert!(matches!(refused, Ok(Err(ServingError::Busy))));
}

#[tokio::test]
async fn a_place_is_free_when_its_answer_arrives() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let engine = start_with(
        EngineConfig {
            queue_limit: 1,
            ..config(dir.path())
        },
        &source,
    );
    let files = source.trained(8, 1);
    for _ in 0..20 {
        engine.infer(files, TEXT).await.unwrap();
    }
}

#[tokio::test]
async fn a_dropped_request_gives_its_place_back() {
    let dir = tempfile::tempdir().unwrap();
    let source = TestSource::slow(Duration::from_secs(30));
    let engine = start_with(
        EngineConfig {
            queue_limit: 1,
            ..config(dir.path())
        },
        &source,
    );
    let (held, files) = (engine.clone(), source.trained(8, 1));
    let first = tokio::spawn(async move { held.infer(files, TEXT).await });
    while source.fetched.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    first.abort();
    let _ = first.await;
    assert!(engine.embed(vec![TEXT.into()]).await.is_ok());
}

#[tokio::test]
async fn requests_for_one_adapter_share_its_load() {
    let dir = tempfile::tempdir().unwrap();
    let source = TestSource::slow(Duration::from_millis(50));
    let engine = start(&dir, &source);
    let files = source.trained(8, 1);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let engine = engine.clone();
            tokio::spawn(async move { engine.infer(files, TEXT).await.unwrap() })
        })
        .collect();
    all(tasks).await;
    // One for the adapter and one for the head.
    assert_eq!(source.fetched.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_adapter_on_disk_is_not_fetched_again() {
    let (dir, first) = (tempfile::tempdir().unwrap(), source());
    let files = first.trained(8, 1);
    let engine = start(&dir, &first);
    engine.infer(files, TEXT).await.unwrap();
    engine.shutdown().await;
    let second = source();
    start(&dir, &second).infer(files, TEXT).await.unwrap();
    assert_eq!(second.fetched.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_unknown_adapter_is_an_error_of_the_load() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let files = AdapterFiles {
        adapter: [7; 32],
        ..source.trained(8, 1)
    };
    let error = start(&dir, &source).infer(files, TEXT).await.unwrap_err();
    assert!(
        matches!(error, ServingError::Load(LoadError::Fetch { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn content_that_does_not_match_its_hash_is_refused() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let (files, other) = (
        source.trained(8, 1),
        common::adapter(&model().config, 8, 1.0, 2),
    );
    source.forge(files.adapter, other.to_safetensors());
    let error = start(&dir, &source).infer(files, TEXT).await.unwrap_err();
    assert!(
        matches!(error, ServingError::Load(LoadError::WrongContent { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn an_adapter_for_another_base_model_is_unusable() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let mut adapter = common::adapter(&model().config, 8, 1.0, 2);
    adapter.layers.pop();
    let hash = source.put(adapter.to_safetensors());
    let files = AdapterFiles {
        adapter: hash,
        ..source.trained(8, 1)
    };
    let error = start(&dir, &source).infer(files, TEXT).await.unwrap_err();
    assert!(error.is_permanent(), "{error}");
}

#[tokio::test]
async fn a_head_of_another_size_is_unusable() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let head = openledger_artifacts::Head {
        labels: vec!["law".into()],
        weight: vec![1.0; 10],
        bias: vec![0.0],
    };
    let files = AdapterFiles {
        head: source.put(head.to_safetensors()),
        ..source.trained(8, 1)
    };
    let error = start(&dir, &source).infer(files, TEXT).await.unwrap_err();
    assert!(error.is_permanent(), "{error}");
}

#[tokio::test]
async fn an_adapter_that_overflows_gives_no_answer() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let mut adapter = common::adapter(&model().config, 8, 8.0, 1);
    for layer in &mut adapter.layers {
        layer.value.a.fill(1e30);
        layer.value.b.fill(1e30);
    }
    let hash = source.put(adapter.to_safetensors());
    let files = AdapterFiles {
        adapter: hash,
        ..source.trained(8, 1)
    };
    let error = start(&dir, &source).infer(files, TEXT).await.unwrap_err();
    assert!(matches!(error, ServingError::NotFinite), "{error}");
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let files = source.trained(8, 1);
    let text = "x".repeat(17 * 1024);
    let error = start(&dir, &source).infer(files, &text).await.unwrap_err();
    assert!(
        matches!(error, ServingError::TextTooLong { size: 17408, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn embeddings_come_in_the_order_of_their_texts() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let engine = start(&dir, &source);
    let both = engine.embed(vec!["law".into(), TEXT.into()]).await.unwrap();
    let alone = engine.embed(vec![TEXT.into()]).await.unwrap();
    assert!(distance(&both[1], &alone[0]) < 1e-5);
}

#[tokio::test]
async fn requests_before_a_shutdown_are_answered() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let engine = start(&dir, &source);
    let files = source.trained(8, 1);
    engine.infer(files, TEXT).await.unwrap();
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let engine = engine.clone();
            tokio::spawn(async move { engine.infer(files, TEXT).await.is_ok() })
        })
        .collect();
    // Lets every task put its row into the queue.
    tokio::task::yield_now().await;
    engine.shutdown().await;
    assert!(all(tasks).await.into_iter().all(|answered| answered));
}

#[tokio::test]
async fn requests_after_a_shutdown_are_refused() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let engine = start(&dir, &source);
    let files = source.trained(8, 1);
    engine.clone().shutdown().await;
    let error = engine.infer(files, TEXT).await.unwrap_err();
    assert!(matches!(error, ServingError::ShuttingDown), "{error}");
}

#[tokio::test]
async fn an_engine_runs_until_it_is_shut_down() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let engine = start(&dir, &source);
    assert!(engine.is_running());
    engine.clone().shutdown().await;
    assert!(!engine.is_running());
}

#[tokio::test]
async fn a_missing_runtime_library_names_the_set_up_script() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let config = EngineConfig {
        ort_dylib: "/nowhere/libonnxruntime.so".into(),
        ..config(dir.path())
    };
    let message = Engine::start(config, source).err().unwrap().to_string();
    assert!(message.contains("./scripts/setup.sh"), "{message}");
}

#[tokio::test]
async fn a_missing_base_model_names_the_set_up_script() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let config = EngineConfig {
        model_dir: dir.path().join("none"),
        ..config(dir.path())
    };
    let message = Engine::start(config, source).err().unwrap().to_string();
    assert!(message.contains("./scripts/setup.sh"), "{message}");
}

#[tokio::test]
async fn a_configuration_without_room_is_refused() {
    let (dir, source) = (tempfile::tempdir().unwrap(), source());
    let config = EngineConfig {
        queue_limit: 0,
        ..config(dir.path())
    };
    assert!(matches!(
        Engine::start(config, source),
        Err(ServingError::Start(_))
    ));
}
