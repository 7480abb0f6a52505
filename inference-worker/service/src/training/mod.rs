// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Training jobs: one at a time, each in a process of its own, so that its memory is given back and
//! its end does not take the worker with it.

mod child;
mod prepare;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

pub use child::{run as run_child, ChildError};
use openledger_primitives::{VersionRef, H256};
pub use prepare::{check_hyper, check_rows, hyper_of, Spec, SpecContribution};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    process::Command,
    sync::Notify,
};

use crate::{
    state::{TrainPhase, TrainRecord},
    worker::Worker,
};

/// The most progress reports that are kept of a job.
const MAX_PROGRESS: usize = 512;

/// How often progress is written to the state.
const KEEP_EVERY: Duration = Duration::from_secs(5);

/// The longest line that a child may print, bytes.
const MAX_LINE: u64 = 64 * 1024;

/// What is asked for when an adapter shall be trained.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainRequest {
    /// What the adapter is for, in the developer's words.
    pub task: String,
    /// The versions to train on.
    pub versions: Vec<VersionRef>,
    /// Seed of everything random.
    #[serde(default)]
    pub seed: u64,
    /// Hyper-parameters that differ from the defaults.
    #[serde(default)]
    pub hyper: HyperRequest,
    /// Content hash of held-out rows (JSONL); without it some rows of the versions are held out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out: Option<H256>,
}

/// Hyper-parameters that differ from the defaults.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HyperRequest {
    /// Rank of the adapter.
    pub rank: Option<u32>,
    /// Numerator of the adapter's scale.
    pub alpha: Option<f32>,
    /// Highest learning rate.
    pub learning_rate: Option<f64>,
    /// Passes over the rows.
    pub epochs: Option<u32>,
    /// Rows per step.
    pub batch_size: Option<u32>,
    /// Longest row in tokens.
    pub max_tokens: Option<u32>,
}

/// Runs training jobs.
pub struct Trainer {
    program: PathBuf,
    folder: PathBuf,
    model_dir: PathBuf,
    /// Rings when a job was added.
    pub added: Notify,
    live: Mutex<HashMap<u64, Vec<Value>>>,
}

impl Trainer {
    /// `program` is this binary, `folder` where jobs keep their files while they run, `model_dir`
    /// the base model's.
    pub fn new(program: PathBuf, folder: PathBuf, model_dir: PathBuf) -> Self {
        Self {
            program,
            folder,
            model_dir,
            added: Notify::new(),
            live: Mutex::new(HashMap::new()),
        }
    }

    /// The progress of a job that is running.
    pub fn progress(&self, number: u64) -> Option<Vec<Value>> {
        self.live
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&number)
            .cloned()
    }

    fn report(&self, number: u64, report: Value) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let list = live.entry(number).or_default();
        if list.len() >= MAX_PROGRESS {
            // Every second one of the frequent reports goes; the rare ones stay.
            let mut keep = false;
            list.retain(|report| {
                keep = !keep;
                keep || report.get("step").is_none()
            });
        }
        if list.len() < MAX_PROGRESS {
            list.push(report);
        }
    }
}

/// Why a job came to no end.
enum Failure {
    /// The worker is told to stop: the job waits for the next start.
    Stopped,
    /// It cannot be done.
    Failed(String),
}

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Runs training jobs one after the other until the worker is told to stop.
pub async fn run(worker: Arc<Worker>) {
    let mut stopping = worker.stopping.subscribe();
    loop {
        if *stopping.borrow() {
            return;
        }
        let waiting = worker.state.run(|state| state.unfinished_trainings()).await;
        match waiting.map(|numbers| numbers.first().copied()) {
            Ok(Some(number)) => process(&worker, number).await,
            Ok(None) => tokio::select! {
                _ = stopping.changed() => {}
                () = worker.trainer.added.notified() => {}
            },
            Err(error) => {
                tracing::error!(%error, "cannot read the training jobs");
                tokio::time::sleep(KEEP_EVERY).await;
            }
        }
    }
}

async fn process(worker: &Worker, number: u64) {
    let record = match worker.state.run(move |state| state.training(number)).await {
        Ok(Some(record)) => record,
        Ok(None) => return,
        Err(error) => return tracing::error!(number, %error, "cannot read a training job"),
    };
    tracing::info!(train = number, "training starts");
    let started = Instant::now();
    let mut record = TrainRecord {
        status: TrainPhase::Running,
        ..record
    };
    keep(worker, number, &record).await;
    let folder = worker.trainer.folder.join(number.to_string());
    // What an earlier attempt left is of no use.
    tokio::fs::remove_dir_all(&folder).await.ok();
    let outcome = train(worker, number, &mut record, &folder).await;
    tokio::fs::remove_dir_all(&folder).await.ok();
    record.progress = worker.trainer.progress(number).unwrap_or_default();
    match outcome {
        Ok(result) => {
            tracing::info!(train = number, s = started.elapsed().as_secs(), %result, "trained");
            record.result = Some(result);
            record.status = TrainPhase::Finished;
        }
        Err(Failure::Stopped) => {
            tracing::info!(
                train = number,
                "training interrupted; it starts anew with the worker"
            );
            record.progress = Vec::new();
            record.status = TrainPhase::Queued;
        }
        Err(Failure::Failed(reason)) => {
            tracing::warn!(train = number, reason, "training failed");
            record.error = Some(reason);
            record.status = TrainPhase::Failed;
        }
    }
    let result = format!("{:?}", record.status).to_lowercase();
    metrics::counter!("openledger_worker_trainings_total", "result" => result).increment(1);
    keep(worker, number, &record).await;
    worker
        .trainer
        .live
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&number);
}

async fn keep(worker: &Worker, number: u64, record: &TrainRecord) {
    let record = record.clone();
    if let Err(error) = worker
        .state
        .run(move |state| state.set_training(number, &record))
        .await
    {
        tracing::error!(train = number, %error, "cannot keep a training job");
    }
}

async fn train(
    worker: &Worker,
    number: u64,
    record: &mut TrainRecord,
    folder: &Path,
) -> Result<Value, Failure> {
    let request: TrainRequest = serde_json::from_value(record.request.clone())?;
    tokio::fs::create_dir_all(folder).await?;
    let spec = prepare::prepare(worker, &request, &worker.trainer.model_dir, folder).await;
    let spec = spec.map_err(Failure::Failed)?;
    let spec_path = folder.join("spec.json");
    tokio::fs::write(&spec_path, serde_json::to_vec(&spec)?).await?;
    let mut child = Command::new(&worker.trainer.program)
        .arg("train-job")
        .arg("--spec")
        .arg(&spec_path)
        // The child reads its standard input only to notice that the worker is gone.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", worker.trainer.program.display()))
        .map_err(Failure::Failed)?;
    let stdin = child.stdin.take();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let log = tokio::spawn(last_words(stderr, number));
    let follow = follow(worker, number, record, stdout);
    let status = tokio::select! {
        () = worker.stopped() => {
            child.kill().await.ok();
            return Err(Failure::Stopped);
        }
        () = follow => child.wait().await?,
    };
    drop(stdin);
    let words = log.await.unwrap_or_default();
    if !status.success() {
        return Err(Failure::Failed(if words.is_empty() {
            status.to_string()
        } else {
            words
        }));
    }
    store_results(worker, folder).await
}

/// Reads progress until the child closes its standard output.
async fn follow(
    worker: &Worker,
    number: u64,
    record: &mut TrainRecord,
    stdout: Option<impl AsyncRead + Unpin>,
) {
    let Some(stdout) = stdout else { return };
    let mut reader = BufReader::new(stdout);
    let mut kept = Instant::now();
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut reader)
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .await
        {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let Ok(report) = serde_json::from_slice::<Value>(&line) else {
            continue;
        };
        tracing::debug!(train = number, %report, "progress");
        worker.trainer.report(number, report);
        if kept.elapsed() > KEEP_EVERY {
            kept = Instant::now();
            record.progress = worker.trainer.progress(number).unwrap_or_default();
            keep(worker, number, record).await;
        }
    }
}

/// Logs what the child writes to its standard error and returns the last line: why it failed.
async fn last_words(stderr: Option<impl AsyncRead + Unpin>, number: u64) -> String {
    let mut last = String::new();
    let Some(stderr) = stderr else { return last };
    let mut reader = BufReader::new(stderr);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut reader)
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .await
        {
            Ok(0) | Err(_) => return last,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line).trim().to_string();
        if !text.is_empty() {
            tracing::info!(train = number, "{text}");
            last = text;
        }
    }
}

/// Puts what the child made into the content store.
async fn store_results(worker: &Worker, folder: &Path) -> Result<Value, Failure> {
    let out = folder.join("out");
    let put = |name: &'static str| {
        let path = out.join(name);
        async move { worker.store.put_file(&path).await.map(|stored| stored.hash) }
    };
    let artifact = put("adapter.safetensors").await?;
    let head = put("head.safetensors").await?;
    let index = put("influence-index").await?;
    let manifest = put("manifest.json").await?;
    let text = tokio::fs::read(out.join("manifest.json")).await?;
    let parsed = openledger_artifacts::Manifest::from_json(&text)?;
    let named = [parsed.adapter.0, parsed.head.0, parsed.influence_index.0];
    if named != [artifact.0, head.0, index.0] {
        return Err(Failure::Failed(
            "the manifest names other files than were made".into(),
        ));
    }
    Ok(json!({
        "artifact": artifact,
        "head": head,
        "influence_index": index,
        "manifest": manifest,
        "base_model": H256(parsed.base_model.0),
        "labels": parsed.labels,
        "metrics": parsed.metrics,
    }))
}
