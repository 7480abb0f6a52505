// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The thread that owns the ONNX Runtime session.

use crate::{
    bank::PreparedAdapter,
    batch::{Batch, Waiting},
    engine::Answer,
    runtime::{GraphRow, GraphRunner},
    ServingError,
};
use openledger_artifacts::Head;
use std::{sync::Arc, time::Instant};
use tokio::sync::{mpsc, oneshot, watch, OwnedSemaphorePermit};

/// What a row needs besides its place in the queue.
pub(crate) struct Work {
    /// Token ids.
    pub tokens: Vec<u32>,
    /// Hash and content of the adapter.
    pub adapter: Option<([u8; 32], Arc<PreparedAdapter>)>,
    /// Whom to answer.
    pub reply: Reply,
    /// The row's place in the bounded queue, given back when the row is answered or dropped.
    pub place: Arc<OwnedSemaphorePermit>,
}

/// What is asked of a row.
pub(crate) enum Reply {
    /// The label that the head finds.
    Answer(Arc<Head>, oneshot::Sender<Result<Answer, ServingError>>),
    /// The pooled hidden state.
    Embedding(oneshot::Sender<Result<Vec<f32>, ServingError>>),
}

impl Work {
    /// Whether somebody still waits for the row.
    pub fn is_wanted(&self) -> bool {
        match &self.reply {
            Reply::Answer(_, sender) => !sender.is_closed(),
            Reply::Embedding(sender) => !sender.is_closed(),
        }
    }
}

/// Runs batches until their sender is gone. `free` is told after each; `_ended` is dropped with the
/// thread.
pub(crate) fn run_batches(
    mut runner: GraphRunner,
    mut batches: mpsc::Receiver<Batch<Work>>,
    free: mpsc::Sender<()>,
    _ended: watch::Sender<()>,
) {
    while let Some(batch) = batches.blocking_recv() {
        run_batch(&mut runner, batch);
        if free.blocking_send(()).is_err() {
            return;
        }
    }
}

fn run_batch(runner: &mut GraphRunner, batch: Batch<Work>) {
    let started = Instant::now();
    let rows: Vec<_> = batch
        .rows
        .iter()
        .map(|row| GraphRow {
            tokens: &row.payload.tokens,
            adapter: row
                .payload
                .adapter
                .as_ref()
                .map(|(hash, adapter)| (*hash, &**adapter)),
        })
        .collect();
    let result = runner.run(batch.bucket, &rows);
    let run_time = started.elapsed();
    metrics::histogram!("serving_run_seconds").record(run_time.as_secs_f64());
    metrics::histogram!("serving_batch_rows").record(batch.rows.len() as f64);
    metrics::histogram!("serving_batch_adapters").record(batch.adapters as f64);

    let shape = BatchShape {
        rows: batch.rows.len(),
        adapters: batch.adapters,
    };
    match result {
        Ok((pooled, present)) => {
            let labels = [("kind", "adapter"), ("tier", "slot")];
            metrics::counter!("serving_artifact_reads_total", &labels).increment(present as u64);
            for (row, pooled) in batch.rows.into_iter().zip(pooled) {
                let queue_ms = milliseconds(started.saturating_duration_since(row.since));
                answer(row, pooled, shape, queue_ms, milliseconds(run_time));
            }
        }
        Err(error) => {
            tracing::error!(%error, rows = shape.rows, "a batch failed");
            metrics::counter!("serving_failed_batches_total").increment(1);
            for row in batch.rows {
                let error = Err(ServingError::Runtime(error.to_string()));
                drop(row.payload.place);
                // A receiver that is gone has no use for the error.
                match row.payload.reply {
                    Reply::Answer(_, sender) => drop(sender.send(error)),
                    Reply::Embedding(sender) => {
                        drop(sender.send(error.map(|_: Answer| Vec::new())));
                    }
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
struct BatchShape {
    rows: usize,
    adapters: usize,
}

fn answer(row: Waiting<Work>, pooled: Vec<f32>, shape: BatchShape, queue_ms: f64, run_ms: f64) {
    // Before the answer goes out: who gets it may ask again at once.
    drop(row.payload.place);
    let finite = pooled.iter().all(|value| value.is_finite());
    match row.payload.reply {
        Reply::Embedding(sender) => {
            drop(sender.send(finite.then_some(pooled).ok_or(ServingError::NotFinite)));
        }
        Reply::Answer(head, sender) => {
            let probabilities = head.probabilities(&pooled);
            let best = best(&probabilities);
            let label = head.labels.get(best).cloned();
            let finite = finite && probabilities.iter().all(|value| value.is_finite());
            let answer = label.filter(|_| finite).map(|label| Answer {
                label,
                label_index: best,
                probabilities,
                tokens: row.length as u32,
                queue_ms,
                run_ms,
                batch_rows: shape.rows,
                batch_adapters: shape.adapters,
            });
            drop(sender.send(answer.ok_or(ServingError::NotFinite)));
        }
    }
}

/// Index of the largest value, the first of equal ones.
fn best(values: &[f32]) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (i, value) in values.iter().enumerate() {
        if *value > best.1 {
            best = (i, *value);
        }
    }
    best.0
}

fn milliseconds(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_of_equal_probabilities_wins() {
        assert_eq!(super::best(&[0.2, 0.4, 0.4]), 1);
    }
}
