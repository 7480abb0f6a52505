// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{
    bank::{PreparedAdapter, RANK_BUCKETS},
    batch::{Batch, BatchLimits, Queue, Waiting},
    executor::{run_batches, Reply, Work},
    runtime::GraphRunner,
    store::{AdapterStore, ArtifactSource, StoreLimits},
    EngineConfig, ServingError,
};
use openledger_artifacts::{BaseModel, TextTokenizer};
use std::{sync::Arc, time::Instant};
use tokio::sync::{mpsc, oneshot, watch, Notify, OwnedSemaphorePermit, Semaphore};

/// The files of an adapter that serving needs, by their hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdapterFiles {
    /// Hash of `adapter.safetensors`: the artifact hash on chain.
    pub adapter: [u8; 32],
    /// Hash of `head.safetensors`, from the manifest.
    pub head: [u8; 32],
}

/// The answer to one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The most probable label.
    pub label: String,
    /// Its index among the head's labels.
    pub label_index: usize,
    /// Probability of each label, in the head's order; they sum to 1.
    pub probabilities: Vec<f32>,
    /// Tokens of the text after truncation, special tokens included: the units charged.
    pub tokens: u32,
    /// Milliseconds between acceptance and the start of the run, loading of the adapter included.
    pub queue_ms: f64,
    /// Milliseconds of the run.
    pub run_ms: f64,
    /// Rows that shared the run.
    pub batch_rows: usize,
    /// Different adapters among them.
    pub batch_adapters: usize,
}

/// A handle to the serving engine. Cheap to clone; the engine ends when the last handle is dropped
/// or after [`Engine::shutdown`].
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    tokenizer: TextTokenizer,
    store: AdapterStore,
    places: Arc<Semaphore>,
    queue: mpsc::Sender<Waiting<Work>>,
    stop: Arc<Notify>,
    ended: watch::Receiver<()>,
    max_text_bytes: usize,
    queue_limit: usize,
    graph_hash: [u8; 32],
}

impl Engine {
    /// Loads the base model and starts the engine. Blocks for a second or so. Must be called within
    /// a tokio runtime.
    ///
    /// # Errors
    /// Names the missing file when the base model or ONNX Runtime is not installed;
    /// [`ServingError::Start`] when the configuration leaves no room for work or a folder cannot be
    /// used.
    pub fn start(
        config: EngineConfig,
        source: Arc<dyn ArtifactSource>,
    ) -> Result<Self, ServingError> {
        config.check().map_err(ServingError::Start)?;
        let tasks = tokio::runtime::Handle::try_current()
            .map_err(|error| ServingError::Start(error.to_string()))?;
        let model = BaseModel::open(&config.model_dir)?;
        let tokenizer = TextTokenizer::open(&config.model_dir)?;
        if tokenizer.vocabulary_size() > model.config.vocab_size {
            return Err(ServingError::Start(
                "the tokenizer is for another base model".into(),
            ));
        }
        let limits = StoreLimits {
            memory_entries: config.memory_adapters,
            memory_bytes: config.memory_bytes,
            disk_bytes: config.disk_bytes,
            concurrent_loads: config.concurrent_loads,
            load_timeout: config.load_timeout,
        };
        let dir = &config.disk_dir;
        let store = AdapterStore::open(model.config.clone(), dir, limits, source)
            .map_err(|error| ServingError::Start(format!("{}: {error}", dir.display())))?;
        let runner = GraphRunner::start(&config, &model)?;
        let graph_hash = runner.graph().hash;
        let limits = BatchLimits {
            tokens: config.batch_token_budget,
            rows: config.max_rows_per_batch,
            adapters: RANK_BUCKETS
                .map(|bucket| (bucket, runner.slots(bucket)))
                .to_vec(),
        };

        let (queue, requests) = mpsc::channel(config.queue_limit);
        let (batches, to_run) = mpsc::channel(1);
        let (free, freed) = mpsc::channel(1);
        let (ending, ended) = watch::channel(());
        let stop = Arc::new(Notify::new());
        std::thread::Builder::new()
            .name("inference".into())
            .spawn(move || run_batches(runner, to_run, free, ending))
            .map_err(|error| ServingError::Start(error.to_string()))?;
        tasks.spawn(run_queue(
            Queue::new(limits),
            requests,
            batches,
            freed,
            stop.clone(),
        ));
        let shared = Shared {
            tokenizer,
            store,
            places: Arc::new(Semaphore::new(config.queue_limit)),
            queue,
            stop,
            ended,
            max_text_bytes: config.max_text_bytes,
            queue_limit: config.queue_limit,
            graph_hash,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Answers `text` with an adapter and its head.
    ///
    /// # Errors
    /// [`ServingError::Busy`] at once when the queue is full; the others say what is wrong with the
    /// text or the adapter.
    pub async fn infer(&self, files: AdapterFiles, text: &str) -> Result<Answer, ServingError> {
        let since = Instant::now();
        self.check_text(text)?;
        let place = self.places(1)?;
        let (adapter, head) = tokio::try_join!(
            self.shared.store.adapter(files.adapter),
            self.shared.store.head(files.head)
        )?;
        let (sender, receiver) = oneshot::channel();
        let reply = Reply::Answer(head, sender);
        self.enqueue(text, Some((files.adapter, adapter)), since, reply, place)
            .await?;
        receiver.await.map_err(|_| ServingError::ShuttingDown)?
    }

    /// Mean-pooled hidden states of the base model, one of `hidden` numbers per text, not scaled to
    /// unit length.
    ///
    /// # Errors
    /// [`ServingError::Busy`] at once when the queue has no room for all texts.
    pub async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, ServingError> {
        let since = Instant::now();
        texts.iter().try_for_each(|text| self.check_text(text))?;
        let place = self.places(texts.len())?;
        let mut receivers = Vec::with_capacity(texts.len());
        for text in &texts {
            let (sender, receiver) = oneshot::channel();
            let reply = Reply::Embedding(sender);
            self.enqueue(text, None, since, reply, place.clone())
                .await?;
            receivers.push(receiver);
        }
        let mut embeddings = Vec::with_capacity(receivers.len());
        for receiver in receivers {
            embeddings.push(receiver.await.map_err(|_| ServingError::ShuttingDown)??);
        }
        Ok(embeddings)
    }

    /// Refuses new requests, answers those that wait, and ends.
    pub async fn shutdown(self) {
        self.shared.stop.notify_one();
        let mut ended = self.shared.ended.clone();
        // Ends with an error when the thread has dropped its side, which is what is waited for.
        while ended.changed().await.is_ok() {}
    }

    /// Whether requests are still answered: not after [`Engine::shutdown`], nor when the inference
    /// thread has failed.
    pub fn is_running(&self) -> bool {
        // The thread holds the other side for as long as it lives.
        self.shared.ended.has_changed().is_ok()
    }

    /// blake2-256 of the exported graph: names the computation that answers come from.
    pub fn graph_hash(&self) -> [u8; 32] {
        self.shared.graph_hash
    }

    /// The tokenizer, so that callers count units as the engine does.
    pub fn tokenizer(&self) -> &TextTokenizer {
        &self.shared.tokenizer
    }

    fn check_text(&self, text: &str) -> Result<(), ServingError> {
        let (size, limit) = (text.len(), self.shared.max_text_bytes);
        if size > limit {
            return Err(ServingError::TextTooLong { size, limit });
        }
        Ok(())
    }

    fn places(&self, rows: usize) -> Result<Arc<OwnedSemaphorePermit>, ServingError> {
        let rows = u32::try_from(rows).map_err(|_| ServingError::Busy)?;
        let place = self
            .shared
            .places
            .clone()
            .try_acquire_many_owned(rows)
            .map_err(|_| {
                metrics::counter!("serving_busy_total").increment(1);
                ServingError::Busy
            })?;
        let taken = self
            .shared
            .queue_limit
            .saturating_sub(self.shared.places.available_permits());
        metrics::gauge!("serving_requests_in_flight").set(taken as f64);
        Ok(Arc::new(place))
    }

    async fn enqueue(
        &self,
        text: &str,
        adapter: Option<([u8; 32], Arc<PreparedAdapter>)>,
        since: Instant,
        reply: Reply,
        place: Arc<OwnedSemaphorePermit>,
    ) -> Result<(), ServingError> {
        let tokens = self.shared.tokenizer.encode(text);
        let row = Waiting {
            length: tokens.len(),
            adapter: adapter
                .as_ref()
                .map(|(hash, adapter)| (adapter.bucket(), *hash)),
            since,
            payload: Work {
                tokens,
                adapter,
                reply,
                place,
            },
        };
        // There is always room: every row has one of as many places.
        self.shared
            .queue
            .send(row)
            .await
            .map_err(|_| ServingError::ShuttingDown)
    }
}

/// Owns the queue: takes rows in and hands out a batch whenever the inference thread is free. No
/// batch is formed ahead of time, because rows that arrive during a run can still join the next.
async fn run_queue(
    mut queue: Queue<Work>,
    mut requests: mpsc::Receiver<Waiting<Work>>,
    batches: mpsc::Sender<Batch<Work>>,
    mut freed: mpsc::Receiver<()>,
    stop: Arc<Notify>,
) {
    let (mut idle, mut open) = (true, true);
    loop {
        if idle {
            queue.retain(Work::is_wanted);
            match queue.next_batch() {
                Some(batch) => {
                    if batches.send(batch).await.is_err() {
                        return;
                    }
                    idle = false;
                }
                None if !open => return,
                None => {}
            }
        }
        metrics::gauge!("serving_queue_rows").set(queue.len() as f64);
        tokio::select! {
            row = requests.recv(), if open => match row {
                Some(row) => {
                    queue.push(row);
                    // Requests that came at the same time go into the same batch.
                    tokio::task::yield_now().await;
                    while let Ok(row) = requests.try_recv() {
                        queue.push(row);
                    }
                }
                None => open = false,
            },
            free = freed.recv(), if !idle => match free {
                Some(()) => idle = true,
                // The thread has ended: dropping the queue tells everybody who waits.
                None => return,
            },
            // What was sent before is still received.
            () = stop.notified(), if open => requests.close(),
        }
    }
}
