// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Time, memory and accuracy of a training, with its baseline.
//!
//! ```text
//! bench_training --data DIR
//! ```
//! `DIR` has a folder of JSONL files per contributor and `held-out.jsonl`.

#[path = "common/mod.rs"]
mod common;

use openledger_artifacts::{parse_rows, BaseModel, Row, RowLimits};
use openledger_learning::{default_hyper, train, Progress, TrainContribution, TrainSpec};
use serde_json::json;
use std::{error::Error, fs, path::Path, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = common::argument("--data").ok_or("--data DIR: a folder per contributor")?;
    let folder = Path::new(&folder);
    let mut contributions = Vec::new();
    for path in sorted(folder)?.iter().filter(|path| path.is_dir()) {
        let mut rows = Vec::new();
        for file in sorted(path)? {
            rows.extend(read(&file)?);
        }
        contributions.push(TrainContribution {
            id: contributions.len() as u64,
            rows,
        });
    }
    let spec = TrainSpec {
        task: "benchmark".into(),
        seed: 1,
        hyper: default_hyper(),
        versions: Vec::new(),
        contributions,
        held_out: read(&folder.join("held-out.jsonl"))?,
        projection_seed: 1,
    };
    let model = BaseModel::open(&BaseModel::default_dir())?;
    let started = Instant::now();
    let mut trained_at = 0.0;
    let trained = train(&model, &spec, &mut |event| {
        if !matches!(event, Progress::Indexing { .. }) {
            trained_at = started.elapsed().as_secs_f64();
        }
        if matches!(event, Progress::Epoch { .. } | Progress::Baseline { .. }) {
            eprintln!("{trained_at:.1} s: {event:?}");
        }
    })?;
    println!(
        "{}",
        json!({
            "benchmark": "training",
            "machine": common::machine(),
            "seconds_baseline_and_training": trained_at,
            "seconds_with_index": started.elapsed().as_secs_f64(),
            "peak_bytes": common::status_bytes("VmHWM"),
            "index_bytes": trained.index.len(),
            "metrics": trained.metrics,
        })
    );
    Ok(())
}

fn read(path: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(parse_rows(&bytes, RowLimits::default())?)
}

fn sorted(folder: &Path) -> Result<Vec<std::path::PathBuf>, Box<dyn Error>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
