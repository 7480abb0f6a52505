// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The outbox: receipts are offered until the chain has settled them, and offered again when the fork
//! that settled them is given up.

use std::sync::Arc;

use openledger_primitives::BlockNumber;

use crate::{
    chain::{At, ChainError, MAX_ENDED},
    state::{job_name, Ending, State, StateError},
    worker::Worker,
};

/// After so many blocks some more channels are looked up, whether they were closed.
const CHANNELS_EVERY: BlockNumber = 50;

/// How many channels are looked up at a time.
const CHANNELS: usize = 64;

/// Follows the chain and notes which receipts have been settled, until the worker is told to stop.
pub async fn follow(worker: Arc<Worker>) {
    let mut heads = worker.chain.heads();
    let mut stopping = worker.stopping.subscribe();
    let mut channels = ChannelRound::default();
    loop {
        if *stopping.borrow() {
            return;
        }
        if let Ok(best) = worker.chain.best() {
            for noted in [note_ended(&worker).await, note_final(&worker).await] {
                if let Err(error) = noted {
                    tracing::warn!(%error, "cannot see which receipts were settled");
                }
            }
            if let Err(error) = channels.go_on(&worker, best).await {
                tracing::warn!(%error, "cannot see which channels were closed");
            }
        }
        tokio::select! {
            _ = stopping.changed() => {}
            changed = heads.changed() => if changed.is_err() { return },
        }
    }
}

/// Takes jobs that ended at the best block from the outbox. Those of the queue are looked up when their
/// turn comes.
async fn note_ended(worker: &Worker) -> Result<(), NoteError> {
    let outbox = worker.state.run(|state| state.outbox()).await?;
    metrics::gauge!("openledger_worker_outbox_receipts").set(outbox.len() as f64);
    for chunk in outbox.chunks(MAX_ENDED) {
        let ended = worker.chain.ended(At::Best, chunk).await?;
        let mut endings = Vec::new();
        for (job, _) in chunk.iter().zip(ended).filter(|(_, ended)| *ended) {
            let receipt = worker.chain.receipt(*job).await?;
            let ours = |view: openledger_primitives::views::ReceiptView| {
                view.worker == worker.server.account
            };
            let how = match receipt.map(ours) {
                Some(true) => Ending::Settled,
                Some(false) => Ending::SettledElsewhere,
                None => Ending::Unsettled,
            };
            tracing::info!(job = job_name(job), ?how, "ended on chain");
            metrics::counter!("openledger_worker_ended_total", "how" => format!("{how:?}"))
                .increment(1);
            endings.push((*job, how));
        }
        if !endings.is_empty() {
            worker.state.run(move |state| state.end(&endings)).await?;
        }
    }
    Ok(())
}

/// Takes back the ends that a fork took with it when it was given up, and forgets what is needed no
/// more of those that are final.
async fn note_final(worker: &Worker) -> Result<(), NoteError> {
    let settling = worker.state.run(|state| state.settling()).await?;
    for chunk in settling.chunks(MAX_ENDED) {
        let at_final = worker.chain.ended(At::Finalized, chunk).await?;
        let at_best = worker.chain.ended(At::Best, chunk).await?;
        let (mut sure, mut lost) = (Vec::new(), Vec::new());
        for ((job, at_final), at_best) in chunk.iter().zip(at_final).zip(at_best) {
            match (at_final, at_best) {
                (true, _) => sure.push(*job),
                (false, true) => {}
                (false, false) => {
                    tracing::info!(
                        job = job_name(job),
                        "its end was on a fork that was given up"
                    );
                    lost.push(*job);
                }
            }
        }
        if !lost.is_empty() {
            metrics::counter!("openledger_worker_reopened_total").increment(lost.len() as u64);
            worker.state.run(move |state| state.reopen(&lost)).await?;
            worker.queued.notify_one();
        }
        if !sure.is_empty() {
            worker
                .state
                .run(move |state| state.make_final(&sure))
                .await?;
        }
    }
    Ok(())
}

/// Goes round the channels that something is known of, some at a time, and forgets those that are gone
/// for good.
#[derive(Default)]
struct ChannelRound {
    /// The first channel of the next part.
    next: u64,
    /// The block at which the last part was looked up.
    at: BlockNumber,
}

impl ChannelRound {
    async fn go_on(&mut self, worker: &Worker, best: BlockNumber) -> Result<(), NoteError> {
        if best.abs_diff(self.at) < CHANNELS_EVERY {
            return Ok(());
        }
        self.at = best;
        let from = self.next;
        let known = worker
            .state
            .run(move |state| state.channels(from, CHANNELS))
            .await?;
        self.next = match known.last() {
            Some(last) if known.len() == CHANNELS => last.0.saturating_add(1),
            _ => 0,
        };
        let mut closed = Vec::new();
        for channel in known {
            // A new one is not final yet, and the end of an old one may not be.
            let is_final = worker
                .chain
                .channel(At::Finalized, channel)
                .await?
                .is_some();
            if !is_final && worker.chain.channel(At::Best, channel).await?.is_none() {
                closed.push(channel);
            }
        }
        if !closed.is_empty() {
            let forget = move |state: &State| state.forget_channels(&closed);
            let forgotten = worker.state.run(forget).await?;
            tracing::debug!(forgotten, "forgot channels that were closed");
        }
        Ok(())
    }
}

/// Why it cannot be noted what became of jobs and channels.
#[derive(Debug, thiserror::Error)]
enum NoteError {
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error(transparent)]
    State(#[from] StateError),
}
