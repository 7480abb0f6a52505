// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the tests of the engine share. They use the real base model and ONNX Runtime, and fail with
//! the engine's own message, which names ./scripts/setup.sh, when one is missing.

#![allow(dead_code)] // Each test program uses its own part.

use openledger_artifacts::{
    content_hash, BaseModel, BertConfig, Head, LoraAdapter, LoraLayer, LoraPair,
};
use openledger_serving::{AdapterFiles, ArtifactSource, BoxFuture, EngineConfig, GraphRunner};
use std::{
    collections::HashMap,
    path::Path,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};

pub fn model() -> BaseModel {
    BaseModel::open(&BaseModel::default_dir()).unwrap_or_else(|error| panic!("{error}"))
}

/// A configuration with its artifacts in `dir`. The exported graph is shared by all tests.
pub fn config(dir: &Path) -> EngineConfig {
    EngineConfig {
        graph_dir: Path::new(env!("CARGO_TARGET_TMPDIR")).join("graphs"),
        disk_dir: dir.join("artifacts"),
        threads: 1,
        ..EngineConfig::default()
    }
}

pub fn runner() -> GraphRunner {
    let dir = tempfile::tempdir().unwrap();
    GraphRunner::start(&config(dir.path()), &model()).unwrap_or_else(|error| panic!("{error}"))
}

/// An adapter of sines: the same that `golden/generate.py` makes for `seed` 0.
pub fn adapter(config: &BertConfig, rank: usize, alpha: f32, seed: usize) -> LoraAdapter {
    let size = rank * config.hidden_size;
    let sines = |number: usize| -> Vec<f32> {
        let number = (number + seed * 1000) as f64;
        (0..size)
            .map(|i| (0.06 * (0.37 * i as f64 + number).sin()) as f32)
            .collect()
    };
    let pair = |number: usize| LoraPair {
        a: sines(number),
        b: sines(number + 1),
    };
    let layers = (0..config.num_hidden_layers)
        .map(|layer| LoraLayer {
            query: pair(4 * layer),
            value: pair(4 * layer + 2),
        })
        .collect();
    LoraAdapter {
        rank,
        alpha,
        layers,
    }
}

/// A head of as many labels as named, different for every `seed`.
pub fn head(config: &BertConfig, labels: &[&str], seed: usize) -> Head {
    let value = |i: usize| (0.1 * (0.91 * i as f64 + seed as f64).cos()) as f32;
    Head {
        labels: labels.iter().map(|label| label.to_string()).collect(),
        weight: (0..labels.len() * config.hidden_size).map(value).collect(),
        bias: (0..labels.len()).map(value).collect(),
    }
}

/// A content store in memory that counts and can delay what it is asked for.
#[derive(Default)]
pub struct TestSource {
    content: Mutex<HashMap<[u8; 32], Vec<u8>>>,
    pub fetched: AtomicUsize,
    delay: Duration,
}

impl TestSource {
    /// A store that takes `delay` for every answer.
    pub fn slow(delay: Duration) -> Arc<Self> {
        Arc::new(Self {
            delay,
            ..Self::default()
        })
    }

    pub fn put(&self, bytes: Vec<u8>) -> [u8; 32] {
        let hash = content_hash(&bytes);
        self.content.lock().unwrap().insert(hash, bytes);
        hash
    }

    /// Makes the store answer `hash` with other bytes.
    pub fn forge(&self, hash: [u8; 32], bytes: Vec<u8>) {
        self.content.lock().unwrap().insert(hash, bytes);
    }

    /// An adapter and head of `seed`.
    pub fn trained(&self, rank: usize, seed: usize) -> AdapterFiles {
        let config = model().config;
        AdapterFiles {
            adapter: self.put(adapter(&config, rank, 12.0, seed).to_safetensors()),
            head: self.put(head(&config, &["law", "music", "medicine"], seed).to_safetensors()),
        }
    }
}

impl ArtifactSource for TestSource {
    fn fetch(&self, hash: [u8; 32]) -> BoxFuture<'static, Result<Vec<u8>, String>> {
        self.fetched.fetch_add(1, Ordering::SeqCst);
        let content = self.content.lock().unwrap().get(&hash).cloned();
        let delay = self.delay;
        Box::pin(async move {
            tokio::time::sleep(delay).await;
            content.ok_or_else(|| "not in the store".to_string())
        })
    }
}

pub fn source() -> Arc<TestSource> {
    Arc::new(TestSource::default())
}

/// The largest distance between numbers at the same place.
pub fn distance(one: &[f32], two: &[f32]) -> f32 {
    assert_eq!(one.len(), two.len());
    one.iter()
        .zip(two)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}
