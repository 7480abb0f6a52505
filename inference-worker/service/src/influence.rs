// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The queue of influence questions: one thread owns the models, and answers what is asked of the
//! same adapter together.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use lru::LruCache;
use openledger_artifacts::{BaseModel, Head, LoraAdapter, MAX_ADAPTER_BYTES, MAX_HEAD_BYTES};
use openledger_learning::{Encoder, Influence, InfluenceModel};
use openledger_primitives::H256;
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

use crate::{adapters::ServedAdapter, serve::ServeError, store::ContentStore};

/// Questions that wait before the queue is called full.
const QUEUE: usize = 1024;

/// The most questions of one adapter in a row: bounds the wait of the others.
const BATCH: usize = 8;

/// Largest influence index that is read, bytes.
const MAX_INDEX: u64 = 4 * 1024 * 1024 * 1024;

/// What the influence part may use.
#[derive(Clone, Copy, Debug)]
pub struct InfluenceSettings {
    /// Bytes of influence indices and adapters that are kept in memory.
    pub memory: u64,
}

struct Question {
    adapter: ServedAdapter,
    tokens: Vec<u32>,
    label: usize,
    asked: Instant,
    reply: oneshot::Sender<Result<Influence, ServeError>>,
}

/// Asks for influence. The models live on a thread of their own.
pub struct InfluenceQueue {
    questions: Mutex<Option<mpsc::Sender<Question>>>,
    stopped: Mutex<Option<oneshot::Receiver<()>>>,
}

impl InfluenceQueue {
    /// Starts the thread.
    ///
    /// # Errors
    /// A text when the thread or the base model cannot be started.
    pub fn start(
        base: &BaseModel,
        store: ContentStore,
        settings: &InfluenceSettings,
    ) -> Result<Self, String> {
        let (questions, inbox) = mpsc::channel(QUEUE);
        let (stop, stopped) = oneshot::channel();
        // Loaded once; all adapters share it.
        let encoder = Encoder::open(base).map_err(|error| error.to_string())?;
        let models = Models {
            encoder: Arc::new(encoder),
            store,
            runtime: Handle::current(),
            loaded: LruCache::unbounded(),
            used: 0,
            limit: settings.memory,
        };
        std::thread::Builder::new()
            .name("influence".into())
            .spawn(move || {
                models.run(inbox);
                // Nobody waits when the worker was dropped without a shutdown.
                stop.send(()).ok();
            })
            .map_err(|error| format!("cannot start the influence thread: {error}"))?;
        Ok(Self {
            questions: Mutex::new(Some(questions)),
            stopped: Mutex::new(Some(stopped)),
        })
    }

    /// What moved the answer `label` to the text of `tokens`.
    ///
    /// # Errors
    /// [`ServeError::Busy`] when the queue is full, [`ServeError`] otherwise when the adapter's
    /// files cannot be used.
    pub async fn ask(
        &self,
        adapter: ServedAdapter,
        tokens: Vec<u32>,
        label: usize,
    ) -> Result<Influence, ServeError> {
        let stopping = || ServeError::Passing("the worker is shutting down".into());
        let (reply, answer) = oneshot::channel();
        let question = Question {
            adapter,
            tokens,
            label,
            asked: Instant::now(),
            reply,
        };
        let sender = self
            .questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        sender
            .ok_or_else(stopping)?
            .try_send(question)
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => ServeError::Busy,
                mpsc::error::TrySendError::Closed(_) => stopping(),
            })?;
        answer.await.map_err(|_| stopping())?
    }

    /// Whether questions are still answered: not after a shutdown, nor when the thread has failed.
    pub fn is_running(&self) -> bool {
        self.questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .is_some_and(|questions| !questions.is_closed())
    }

    /// Answers what was asked, then stops.
    pub async fn shutdown(&self) {
        self.questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let stopped = self
            .stopped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(stopped) = stopped {
            // An error means that the thread is gone, which is what is waited for.
            stopped.await.ok();
        }
    }
}

struct Loaded {
    model: Arc<InfluenceModel>,
    bytes: u64,
}

struct Models {
    encoder: Arc<Encoder>,
    store: ContentStore,
    runtime: Handle,
    /// By artifact and index.
    loaded: LruCache<(H256, H256), Loaded>,
    used: u64,
    limit: u64,
}

impl Models {
    fn run(mut self, mut inbox: mpsc::Receiver<Question>) {
        let mut waiting: VecDeque<Question> = VecDeque::new();
        loop {
            if waiting.is_empty() {
                match inbox.blocking_recv() {
                    Some(question) => waiting.push_back(question),
                    None => return,
                }
            }
            while waiting.len() < QUEUE {
                match inbox.try_recv() {
                    Ok(question) => waiting.push_back(question),
                    Err(_) => break,
                }
            }
            // The oldest question and others about the same adapter.
            let Some(first) = waiting.front() else {
                continue;
            };
            let adapter = first.adapter.clone();
            let (mut batch, mut others) = (Vec::new(), VecDeque::new());
            for question in waiting.drain(..) {
                if batch.len() < BATCH && same(&question.adapter, &adapter) {
                    batch.push(question);
                } else {
                    others.push_back(question);
                }
            }
            waiting = others;
            self.answer(&adapter, batch);
        }
    }

    fn answer(&mut self, adapter: &ServedAdapter, batch: Vec<Question>) {
        let model = match self.model(adapter) {
            Ok(model) => model,
            Err(error) => {
                for question in batch {
                    // Nobody waits when the request was dropped.
                    question.reply.send(Err(error.clone())).ok();
                }
                return;
            }
        };
        for question in batch {
            let started = Instant::now();
            let answer = model
                .influence(&[(question.tokens, question.label)])
                .map_err(|error| ServeError::Unservable(error.to_string()))
                .and_then(|mut answers| {
                    let none = || ServeError::Unservable("there is no influence".into());
                    answers.pop().ok_or_else(none)
                });
            metrics::histogram!("openledger_worker_influence_query_seconds")
                .record(started.elapsed());
            metrics::histogram!("openledger_worker_influence_seconds")
                .record(question.asked.elapsed());
            question.reply.send(answer).ok();
        }
    }

    fn model(&mut self, adapter: &ServedAdapter) -> Result<Arc<InfluenceModel>, ServeError> {
        let key = (adapter.files.adapter, adapter.files.index);
        if let Some(loaded) = self.loaded.get(&key) {
            return Ok(loaded.model.clone());
        }
        let started = Instant::now();
        let unservable = |error: &dyn std::fmt::Display| ServeError::Unservable(error.to_string());
        let (adapter_bytes, head_bytes, index) = self.runtime.block_on(async {
            let adapter_bytes = self.store.get(&key.0, MAX_ADAPTER_BYTES as u64).await?;
            let head_bytes = self
                .store
                .get(&adapter.files.head, MAX_HEAD_BYTES as u64)
                .await?;
            let index = self.store.file(&key.1, MAX_INDEX).await?;
            Ok::<_, ServeError>((adapter_bytes, head_bytes, index))
        })?;
        let lora = LoraAdapter::from_safetensors(&adapter_bytes).map_err(|e| unservable(&e))?;
        let head = Head::from_safetensors(&head_bytes).map_err(|e| unservable(&e))?;
        let size = std::fs::metadata(&index).map_or(0, |meta| meta.len());
        let bytes = size.saturating_add(adapter_bytes.len() as u64);
        // Room is made first, so that the limit holds while the new one is read.
        while self.used.saturating_add(bytes) > self.limit {
            let Some((_, gone)) = self.loaded.pop_lru() else {
                break;
            };
            self.used = self.used.saturating_sub(gone.bytes);
        }
        let model = InfluenceModel::with_encoder(self.encoder.clone(), &lora, &head, &index)
            .map_err(|error| unservable(&error))?;
        let model = Arc::new(model);
        self.used = self.used.saturating_add(bytes);
        self.loaded.put(
            key,
            Loaded {
                model: model.clone(),
                bytes,
            },
        );
        metrics::gauge!("openledger_worker_influence_models").set(self.loaded.len() as f64);
        tracing::debug!(
            adapter = %adapter.view.adapter, index_bytes = size,
            ms = started.elapsed().as_millis() as u64, "influence model loaded"
        );
        Ok(model)
    }
}

fn same(a: &ServedAdapter, b: &ServedAdapter) -> bool {
    a.files.adapter == b.files.adapter
        && a.files.index == b.files.index
        && a.files.head == b.files.head
}
