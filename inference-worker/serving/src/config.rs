// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use openledger_artifacts::{BaseModel, MAX_TOKENS};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Where the engine finds its files and how much it may use.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Folder of the base model.
    pub model_dir: PathBuf,
    /// ONNX Runtime's shared library. The first engine of a process decides.
    pub ort_dylib: PathBuf,
    /// Threads that a run is spread over.
    pub threads: usize,
    /// Adapters that can be ready to run at a time, for every rank bucket; fewer where
    /// `bank_bytes` does not suffice for as many.
    pub slots_per_rank_bucket: usize,
    /// Most bytes of the bank of one rank bucket. A bank takes memory only when the first adapter
    /// of its bucket is used, and only as far as its slots are used.
    pub bank_bytes: usize,
    /// Most adapters, and most heads, kept in memory.
    pub memory_adapters: usize,
    /// Most bytes of adapters and heads kept in memory.
    pub memory_bytes: usize,
    /// Folder for the exported graph; created when missing. Workers that share it also share the
    /// memory of the weights that the graph maps.
    pub graph_dir: PathBuf,
    /// Folder for loaded artifacts; created when missing. Not to be shared between processes, as
    /// each bounds it for itself.
    pub disk_dir: PathBuf,
    /// Most bytes of artifacts kept in `disk_dir`.
    pub disk_bytes: u64,
    /// Most tokens of one run, padding included.
    pub batch_token_budget: usize,
    /// Most rows of one run.
    pub max_rows_per_batch: usize,
    /// Most requests that are accepted and not yet answered; over it they are refused.
    pub queue_limit: usize,
    /// Longest text that is accepted, in bytes.
    pub max_text_bytes: usize,
    /// Most artifacts that are loaded at a time.
    pub concurrent_loads: usize,
    /// How long the source may take for one artifact.
    pub load_timeout: Duration,
}

impl Default for EngineConfig {
    /// Two threads, 64 slots per rank bucket, batches of up to 32 rows, and some 100 MB for
    /// adapters.
    fn default() -> Self {
        let home = std::env::var_os("HOME").unwrap_or_default();
        Self {
            model_dir: BaseModel::default_dir(),
            ort_dylib: default_ort_dylib(),
            threads: 2,
            slots_per_rank_bucket: 64,
            bank_bytes: 40 << 20,
            memory_adapters: 512,
            memory_bytes: 64 << 20,
            graph_dir: Path::new(&home).join(".cache/openledger/graphs"),
            disk_dir: Path::new(&home).join(".cache/openledger/artifacts"),
            disk_bytes: 4 << 30,
            batch_token_budget: 32 * MAX_TOKENS,
            max_rows_per_batch: 32,
            queue_limit: 512,
            max_text_bytes: 16 * 1024,
            concurrent_loads: 8,
            load_timeout: Duration::from_secs(20),
        }
    }
}

impl EngineConfig {
    /// Checks that every limit leaves room for work.
    pub(crate) fn check(&self) -> Result<(), String> {
        let limits = [
            ("threads", self.threads),
            ("slots_per_rank_bucket", self.slots_per_rank_bucket),
            ("memory_adapters", self.memory_adapters),
            ("max_rows_per_batch", self.max_rows_per_batch),
            ("queue_limit", self.queue_limit),
            ("max_text_bytes", self.max_text_bytes),
            ("concurrent_loads", self.concurrent_loads),
        ];
        if let Some((name, _)) = limits.iter().find(|(_, limit)| *limit == 0) {
            return Err(format!("{name} must not be 0"));
        }
        if self.batch_token_budget < MAX_TOKENS {
            return Err(format!("batch_token_budget must be at least {MAX_TOKENS}"));
        }
        Ok(())
    }
}

/// The library named by `ORT_DYLIB_PATH`, or the one that set-up installs in the home folder.
pub fn default_ort_dylib() -> PathBuf {
    match std::env::var_os("ORT_DYLIB_PATH") {
        Some(path) if !path.is_empty() => PathBuf::from(path),
        _ => Path::new(&std::env::var_os("HOME").unwrap_or_default())
            .join(".cache/openledger/onnxruntime/libonnxruntime.so.1.31.1"),
    }
}
