// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Time and memory of influence queries against a large index, on one thread.
//!
//! ```text
//! bench_influence [--rows 100000] [--contributions 1000] [--queries 50]
//! ```
//! The index is made of random unit vectors for an adapter of the real base model: neither time nor
//! memory depend on their values. It is queried in a process of its own, so that the memory is that
//! of the query alone.

#[path = "common/mod.rs"]
mod common;

use openledger_artifacts::{
    content_hash, BaseModel, Head, LoraAdapter, TextTokenizer, INFLUENCE_DIMENSIONS,
};
use openledger_learning::{
    default_hyper, Encoder, IndexBuilder, IndexHeader, InfluenceIndex, InfluenceModel, Parameters,
    Shape,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{json, Value};
use std::{error::Error, path::Path, process::Command, time::Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const LABELS: usize = 8;
const TEXT: &str = "a written agreement between two states or sovereigns that settles a border";

fn main() -> Result<()> {
    let model = BaseModel::open(&BaseModel::default_dir())?;
    let queries = common::number("--queries", 50)?;
    if let Some(path) = common::argument("--query") {
        println!("{}", query(&model, Path::new(&path), queries)?);
        return Ok(());
    }
    let rows = common::number("--rows", 100_000)?;
    let contributions = common::number("--contributions", 1_000)?.clamp(1, rows.max(1));
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("influence-index");
    std::fs::write(&path, index(&model, rows, contributions)?)?;
    let file_bytes = std::fs::metadata(&path)?.len();
    let child = Command::new(std::env::current_exe()?)
        .arg("--query")
        .arg(&path)
        .args(["--queries", &queries.to_string()])
        .env("RAYON_NUM_THREADS", "1")
        .output()?;
    if !child.status.success() {
        return Err(String::from_utf8_lossy(&child.stderr).into_owned().into());
    }
    let measured: Value = serde_json::from_slice(&child.stdout)?;
    let scan_bytes = measured["row_scan"]["peak_bytes"].as_u64().unwrap_or(0);
    println!(
        "{}",
        json!({
            "benchmark": "influence query",
            "machine": common::machine(),
            "rows": rows,
            "contributions": contributions,
            "index_file_bytes": file_bytes,
            "threads": 1,
            "memory_over_file": scan_bytes as f64 / file_bytes as f64,
            "measured": measured,
        })
    );
    Ok(())
}

/// An adapter with its head; the same every time.
fn artifacts(model: &BaseModel) -> (LoraAdapter, Head, usize) {
    let hyper = default_hyper();
    let shape = Shape::new(&model.config, hyper.rank as usize, hyper.alpha, LABELS);
    let mut parameters = Parameters::initial(shape, 1);
    let mut random = ChaCha8Rng::seed_from_u64(2);
    for value in &mut parameters.values {
        *value += random.gen_range(-0.01..0.01);
    }
    let labels = (0..LABELS).map(|label| format!("label {label}")).collect();
    let (adapter, head) = parameters.to_artifacts(labels);
    (adapter, head, shape.len())
}

fn index(model: &BaseModel, rows: u64, contributions: u64) -> Result<Vec<u8>> {
    let (adapter, head, length) = artifacts(model);
    let mut builder = IndexBuilder::new(IndexHeader {
        dimensions: INFLUENCE_DIMENSIONS,
        rows: 0,
        contributions: 0,
        labels: LABELS as u32,
        projection_seed: 1,
        gradient_length: length as u64,
        adapter: content_hash(&adapter.to_safetensors()),
        head: content_hash(&head.to_safetensors()),
    });
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let bound = (3.0 / f64::from(INFLUENCE_DIMENSIONS)).sqrt() as f32;
    for row in 0..rows {
        let vector: Vec<f32> = (0..INFLUENCE_DIMENSIONS)
            .map(|_| random.gen_range(-bound..bound))
            .collect();
        let contribution = row * contributions / rows;
        builder.push(
            contribution,
            row as u32,
            random.gen_range(0..LABELS as u32),
            &vector,
        )?;
    }
    Ok(builder.finish()?)
}

/// What the child process measures. The row scan comes first, before the base model is loaded: its
/// memory is that of the index.
fn query(model: &BaseModel, path: &Path, queries: u64) -> Result<Value> {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let vector: Vec<f32> = (0..INFLUENCE_DIMENSIONS)
        .map(|_| random.gen_range(-0.05..0.05))
        .collect();
    let index = InfluenceIndex::open(path)?;
    let row_scan = times(queries, || {
        index.top_rows(&vector, 10)?;
        Ok(())
    })?;
    let peak = common::status_bytes("VmHWM");
    let anonymous = common::status_bytes("RssAnon");
    let sums = times(queries, || {
        index.contribution_scores(&vector)?;
        Ok(())
    })?;
    drop(index);

    let (adapter, head, _) = artifacts(model);
    let influence = InfluenceModel::with_encoder(
        std::sync::Arc::new(Encoder::open(model)?),
        &adapter,
        &head,
        path,
    )?;
    let tokens = TextTokenizer::open(&model.dir)?.encode(TEXT);
    let gradient = times(queries, || {
        influence.query(&tokens, 0)?;
        Ok(())
    })?;
    let answer = [(tokens.clone(), 0)];
    let receipt = times(queries, || {
        influence.influence(&answer)?;
        Ok(())
    })?;
    let explanation = times(queries, || {
        influence.top_rows(&tokens, 0, 10)?;
        Ok(())
    })?;
    Ok(json!({
        "tokens": tokens.len(),
        "row_scan": { "ms": row_scan, "peak_bytes": peak, "anonymous_bytes": anonymous },
        "contribution_sums": { "ms": sums },
        "gradient": { "ms": gradient },
        "gradient_and_contribution_sums": { "ms": receipt },
        "gradient_and_row_scan": { "ms": explanation },
    }))
}

fn times(count: u64, mut run: impl FnMut() -> Result<()>) -> Result<Value> {
    // The first run reads the file.
    run()?;
    let mut milliseconds = Vec::new();
    for _ in 0..count {
        let started = Instant::now();
        run()?;
        milliseconds.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    milliseconds.sort_by(f64::total_cmp);
    let at = |part| common::percentile(&milliseconds, part);
    Ok(json!({ "p50": at(0.5), "p99": at(0.99) }))
}
