// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The worker: what its parts share.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use openledger_primitives::{views::WorkerView, AccountId, BlockNumber};
use tokio::sync::{watch, Notify, Semaphore};

use crate::{
    adapters::Adapters,
    chain::{Chain, ChainError},
    keys::ReceiptKey,
    model::Model,
    serve::Server,
    state::State,
    store::ContentStore,
    training::Trainer,
};

/// Limits of a worker.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Jobs that wait in the queue before further ones are called busy.
    pub queue: u64,
    /// Jobs of the queue that are answered at a time, so that they share runs.
    pub concurrency: usize,
    /// Direct requests that are answered at a time; more get a 429.
    pub direct: usize,
    /// Requests that are in progress at a time, uploads and downloads of content aside; more get a
    /// 429.
    pub requests: usize,
    /// Uploads and downloads of content that are in progress at a time; more get a 429.
    pub transfers: usize,
    /// Connections that are open at a time; more wait to be accepted. Below the 1024 files that a
    /// process may usually have open.
    pub connections: usize,
    /// The longest input, bytes.
    pub input_bytes: usize,
    /// The largest content that is received, bytes.
    pub content_bytes: u64,
    /// Training jobs that wait at a time.
    pub trainings: usize,
    /// The share of copied rows from which a contribution is rejected, parts per million.
    pub duplicate_share_ppm: u32,
    /// How long a connection may take to send the head of a request, and wait between two requests.
    pub head_time: Duration,
    /// How long a connection may stand still while it sends a body or takes an answer.
    pub stall_time: Duration,
    /// How long an ordinary request may take.
    pub request_time: Duration,
    /// How long an upload, a download or an evaluation may take.
    pub long_request_time: Duration,
    /// How long running work may take to finish when the worker is told to stop.
    pub shutdown_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue: 4096,
            concurrency: 64,
            direct: 128,
            requests: 512,
            transfers: 128,
            connections: 768,
            input_bytes: crate::model::MAX_INPUT,
            content_bytes: 64 * 1024 * 1024,
            trainings: 16,
            duplicate_share_ppm: 200_000,
            head_time: Duration::from_secs(15),
            stall_time: Duration::from_secs(15),
            request_time: Duration::from_secs(30),
            long_request_time: Duration::from_secs(600),
            shutdown_time: Duration::from_secs(30),
        }
    }
}

/// Who may use the operator's endpoints (training, evaluation).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperatorAccess {
    /// Everybody: the worker listens on this machine only.
    Open,
    /// Whoever sends this token.
    Token(String),
    /// Nobody: the worker listens to the network and no token was set.
    Closed,
}

/// What a worker is made of.
pub struct Parts {
    /// The chain.
    pub chain: Chain,
    /// The content store.
    pub store: ContentStore,
    /// What survives a restart.
    pub state: State,
    /// What answers.
    pub model: Arc<dyn Model>,
    /// Signs receipts.
    pub key: ReceiptKey,
    /// The operator's account.
    pub account: AccountId,
    /// Limits.
    pub limits: Limits,
    /// Who may use the operator's endpoints.
    pub operators: OperatorAccess,
    /// Trains adapters.
    pub trainer: Trainer,
}

/// A worker.
pub struct Worker {
    /// The chain.
    pub chain: Chain,
    /// The content store.
    pub store: ContentStore,
    /// What survives a restart.
    pub state: State,
    /// What answers.
    pub model: Arc<dyn Model>,
    /// Finds adapters.
    pub adapters: Adapters,
    /// Answers and signs.
    pub server: Server,
    /// Limits.
    pub limits: Limits,
    /// Who may use the operator's endpoints.
    pub operators: OperatorAccess,
    /// Trains adapters.
    pub trainer: Trainer,
    /// Rings when a job was queued.
    pub queued: Notify,
    /// Direct requests in progress.
    pub direct: Arc<Semaphore>,
    /// Work that needs much memory: one at a time.
    pub heavy: Semaphore,
    /// True once the worker is told to stop.
    pub stopping: watch::Sender<bool>,
    /// What the chain says of this worker, and the block at which it was asked.
    on_chain: Mutex<Option<(BlockNumber, Option<WorkerView>)>>,
}

impl Worker {
    /// Puts a worker together. Nothing runs yet.
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts {
            chain,
            store,
            state,
            model,
            key,
            account,
            limits,
            operators,
            trainer,
        } = parts;
        let adapters = Adapters::new(chain.clone(), store.clone(), model.base_model());
        let server = Server {
            chain: chain.clone(),
            store: store.clone(),
            adapters: adapters.clone(),
            model: model.clone(),
            key,
            account,
        };
        Arc::new(Self {
            chain,
            store,
            state,
            model,
            adapters,
            server,
            direct: Arc::new(Semaphore::new(limits.direct)),
            limits,
            operators,
            trainer,
            queued: Notify::new(),
            heavy: Semaphore::new(1),
            stopping: watch::channel(false).0,
            on_chain: Mutex::new(None),
        })
    }

    /// Whether the chain has this worker's key registered for its account: otherwise no receipt
    /// could be settled.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn registered(&self) -> Result<bool, ChainError> {
        let view = self.on_chain().await?;
        Ok(view.is_some_and(|view| view.active && view.receipt_key == self.server.key.public()))
    }

    /// Whether the chain has another key registered for this worker's account: then it takes the
    /// receipts that this one signs for forged.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn has_other_key(&self) -> Result<bool, ChainError> {
        let view = self.on_chain().await?;
        Ok(view.is_some_and(|view| view.receipt_key != self.server.key.public()))
    }

    async fn on_chain(&self) -> Result<Option<WorkerView>, ChainError> {
        let best = self.chain.best()?;
        let known = self
            .on_chain
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((_, view)) = known.filter(|(block, _)| *block == best) {
            return Ok(view);
        }
        let view = self.chain.worker(&self.server.account).await?;
        *self.on_chain.lock().unwrap_or_else(PoisonError::into_inner) = Some((best, view.clone()));
        Ok(view)
    }

    /// Completes when the worker is told to stop.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        // The sender lives as long as the worker.
        stopping.wait_for(|stopping| *stopping).await.ok();
    }
}
