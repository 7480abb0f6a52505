// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Measures serving and prints JSON: a mixed batch of 32 rows with 32 adapters beside the plain base
//! model and beside one run per adapter, at several lengths; and how long an adapter takes from disk
//! until it can run.
//!
//! ```text
//! cargo run --release -p openledger-serving --example bench_serving -- [--threads 2] [--rounds 20]
//! ```
//!
//! The variants take turns in every round, so that a change of the machine's load meets all of them.

use openledger_artifacts::{
    content_hash, BaseModel, BertConfig, LoraAdapter, LoraLayer, LoraPair, MAX_TOKENS,
};
use openledger_serving::{
    AdapterStore, ArtifactSource, BoxFuture, EngineConfig, GraphRow, GraphRunner, PreparedAdapter,
    StoreLimits,
};
use serde_json::{json, Value};
use std::{
    error::Error,
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

const ROWS: usize = 32;
const RANK: usize = 8;
const BUCKET: usize = 8;
const LENGTHS: [usize; 5] = [1, 4, 8, 16, 32];
const COLD_LOADS: usize = 500;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let threads = option("--threads")?.unwrap_or(2);
    let rounds = option("--rounds")?.unwrap_or(20).max(1);
    let dir = Scratch::new()?;
    let model = BaseModel::open(&BaseModel::default_dir())?;
    let config = EngineConfig {
        threads,
        ..EngineConfig::default()
    };
    let mut mixed = GraphRunner::start(&config, &model)?;
    let started = resident_mb();
    let adapters = (0..ROWS)
        .map(|seed| PreparedAdapter::new(&adapter(&model.config, seed as u64), &model.config))
        .collect::<std::result::Result<Vec<_>, _>>()?;

    // The largest batch that the engine forms, before anything else takes memory.
    let tokens = vec![1000; MAX_TOKENS];
    let rows: Vec<_> = rows_of(&adapters, std::iter::repeat(&tokens));
    mixed.run(BUCKET, &rows)?;
    let largest = resident_mb();

    let mut plain = GraphRunner::start_plain(&config, &model)?;
    let mut lengths = Vec::new();
    for length in LENGTHS {
        eprintln!("length {length}");
        lengths.push(batches(&mut mixed, &mut plain, &adapters, length, rounds)?);
    }
    eprintln!("cold loads");
    let cold = cold_loads(&mut mixed, &model.config, &dir.0)?;
    let result = json!({
        "machine": machine(),
        "settings": {
            "threads": threads, "rows": ROWS, "adapters": ROWS, "rank": RANK, "rounds": rounds,
            "onnxruntime": config.ort_dylib.file_name().map(|name| name.to_string_lossy()),
        },
        "batches": lengths,
        "cold_adapter_load": cold,
        "resident_mb": { "started": started, "after_largest_batch": largest },
    });
    println!("{}", serde_json::to_string_pretty(&result)?);
    Ok(())
}

/// One row per adapter.
fn rows_of<'a>(
    adapters: &'a [PreparedAdapter],
    tokens: impl IntoIterator<Item = &'a Vec<u32>>,
) -> Vec<GraphRow<'a>> {
    let pairs = tokens.into_iter().zip(adapters).enumerate();
    pairs
        .map(|(i, (tokens, adapter))| GraphRow {
            tokens,
            adapter: Some(([i as u8; 32], adapter)),
        })
        .collect()
}

fn resident_mb() -> Option<u64> {
    proc_field("/proc/self/status", "VmRSS").map(|kb| kb / 1024)
}

/// One length: the plain base model, the mixed batch, one run per adapter.
fn batches(
    mixed: &mut GraphRunner,
    plain: &mut GraphRunner,
    adapters: &[PreparedAdapter],
    length: usize,
    rounds: usize,
) -> Result<Value> {
    let tokens: Vec<Vec<u32>> = (0..ROWS)
        .map(|row| {
            (0..length)
                .map(|i| 1000 + ((row * 7919 + i * 104_729) % 28_000) as u32)
                .collect()
        })
        .collect();
    let base: Vec<_> = tokens
        .iter()
        .map(|tokens| GraphRow {
            tokens,
            adapter: None,
        })
        .collect();
    let rows: Vec<_> = tokens
        .iter()
        .zip(adapters)
        .enumerate()
        .map(|(i, (tokens, adapter))| GraphRow {
            tokens,
            adapter: Some(([i as u8; 32], adapter)),
        })
        .collect();
    let mut times = [const { Vec::new() }; 3];
    // The first two rounds warm up.
    for round in 0..rounds + 2 {
        let started = Instant::now();
        plain.run(BUCKET, &base)?;
        let after_plain = Instant::now();
        mixed.run(BUCKET, &rows)?;
        let after_mixed = Instant::now();
        for row in rows.chunks(1) {
            mixed.run(BUCKET, row)?;
        }
        let ended = Instant::now();
        if round >= 2 {
            times[0].push(after_plain - started);
            times[1].push(after_mixed - after_plain);
            times[2].push(ended - after_mixed);
        }
    }
    let [plain, mixed, each] = times.map(Percentiles::of);
    let rows_per_second = |time: &Percentiles| ROWS as f64 * 1e3 / time.p50;
    Ok(json!({
        "length": length,
        "plain_base_ms": plain.json(),
        "mixed_batch_ms": mixed.json(),
        "one_run_per_adapter_ms": each.json(),
        "mixed_rows_per_second": rows_per_second(&mixed),
        "one_run_per_adapter_rows_per_second": rows_per_second(&each),
        "speedup": each.p50 / mixed.p50,
        "speedup_of_minima": each.min / mixed.min,
        "overhead_over_plain": mixed.p50 / plain.p50,
        "overhead_of_minima": mixed.min / plain.min,
    }))
}

/// From the disk cache to a slot: reading, verifying the hash, parsing, laying out, copying. The
/// operating system may have the files in its page cache.
fn cold_loads(runner: &mut GraphRunner, config: &BertConfig, dir: &Path) -> Result<Value> {
    let mut hashes = Vec::new();
    for seed in 0..COLD_LOADS {
        let bytes = adapter(config, 1000 + seed as u64).to_safetensors();
        let hash = content_hash(&bytes);
        fs::write(
            dir.join(openledger_artifacts::HexHash(hash).to_string()),
            &bytes,
        )?;
        hashes.push(hash);
    }
    let limits = StoreLimits {
        memory_entries: 1,
        memory_bytes: 64 << 20,
        disk_bytes: 4 << 30,
        concurrent_loads: 8,
        load_timeout: Duration::from_secs(1),
    };
    let store = AdapterStore::open(config.clone(), dir, limits, Arc::new(Nowhere))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()?;
    let mut times = Vec::new();
    for hash in hashes {
        let started = Instant::now();
        let adapter = runtime.block_on(store.adapter(hash))?;
        runner.release(BUCKET)?;
        runner.place(hash, &adapter)?;
        times.push(started.elapsed());
    }
    let mut result = Percentiles::of(times).json();
    result["loads"] = json!(COLD_LOADS);
    Ok(result)
}

/// Nothing comes from here: what is measured lies on disk.
struct Nowhere;

impl ArtifactSource for Nowhere {
    fn fetch(&self, _: [u8; 32]) -> BoxFuture<'static, std::result::Result<Vec<u8>, String>> {
        Box::pin(async { Err("not on disk".to_string()) })
    }
}

/// Milliseconds.
struct Percentiles {
    min: f64,
    p50: f64,
    p99: f64,
}

impl Percentiles {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: f64| {
            let index = (share * times.len() as f64).ceil() as usize;
            times
                .get(index.saturating_sub(1))
                .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
        };
        Self {
            min: at(0.0),
            p50: at(0.5),
            p99: at(0.99),
        }
    }

    fn json(&self) -> Value {
        json!({ "min": self.min, "p50": self.p50, "p99": self.p99 })
    }
}

/// An adapter of pseudo-random numbers.
fn adapter(config: &BertConfig, seed: u64) -> LoraAdapter {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut numbers = |count: usize| -> Vec<f32> {
        let mut next = || {
            // xorshift64
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            ((state >> 40) as f32 / (1u64 << 24) as f32 - 0.5) * 0.05
        };
        (0..count).map(|_| next()).collect()
    };
    let size = RANK * config.hidden_size;
    let mut pair = || LoraPair {
        a: numbers(size),
        b: numbers(size),
    };
    let layers = (0..config.num_hidden_layers)
        .map(|_| LoraLayer {
            query: pair(),
            value: pair(),
        })
        .collect();
    LoraAdapter {
        rank: RANK,
        alpha: 16.0,
        layers,
    }
}

fn machine() -> Value {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    json!({
        "cpu": name.map(|(_, name)| name),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory_gib": proc_field("/proc/meminfo", "MemTotal").map(|kb| kb >> 20),
        "load_average_before": load.split(' ').next(),
        "profile": if cfg!(debug_assertions) { "dev" } else { "release" },
    })
}

/// A field in kB of a file under /proc.
fn proc_field(file: &str, field: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

fn option(name: &str) -> Result<Option<usize>> {
    let mut arguments = std::env::args()
        .skip_while(|argument| argument != name)
        .skip(1);
    arguments
        .next()
        .map(|value| value.parse().map_err(|_| format!("{name} {value}").into()))
        .transpose()
}

/// A folder that goes with the program.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("bench-serving-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
