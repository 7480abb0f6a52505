// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The model that answers: serving engine and influence together.

use std::{path::PathBuf, sync::Arc};

use futures::future::BoxFuture;
use openledger_artifacts::{BaseModel, TextTokenizer};
use openledger_primitives::H256;
use openledger_serving::{AdapterFiles, ArtifactSource, Engine, EngineConfig, ServingError};

use crate::{
    adapters::ServedAdapter,
    influence::{InfluenceQueue, InfluenceSettings},
    serve::ServeError,
    store::ContentStore,
};

/// Largest artifact that the serving engine loads, bytes.
const MAX_ARTIFACT: u64 = 32 * 1024 * 1024;

/// Longest input that is answered, bytes: 128 tokens are far fewer.
pub const MAX_INPUT: usize = 16 * 1024;

/// An answer and what moved it.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// The predicted label.
    pub label: String,
    /// Its place among the adapter's labels.
    pub label_index: usize,
    /// One probability per label.
    pub probabilities: Vec<f32>,
    /// Tokens of the input after truncation, special tokens included.
    pub units: u32,
    /// Contribution → parts per million, ascending, summing to 1,000,000.
    pub influence: Vec<(u64, u32)>,
    /// Contribution → score in units of 2^-32: what the influence was computed from.
    pub scores: Vec<(u64, i64)>,
    /// How many rows shared the run.
    pub batch_rows: usize,
    /// How many different adapters were among them.
    pub batch_adapters: usize,
}

/// What answers.
pub trait Model: Send + Sync + 'static {
    /// blake2-256 of the base model's weights.
    fn base_model(&self) -> H256;

    /// How many units an answer to `text` costs.
    fn units(&self, text: &str) -> u32;

    /// Answers `text` with `adapter` and says what moved the answer.
    fn answer(
        &self,
        adapter: ServedAdapter,
        text: String,
    ) -> BoxFuture<'_, Result<Answered, ServeError>>;

    /// Why nothing can be answered any more, and what to do about it; `None` while all is well.
    fn problem(&self) -> Option<String> {
        None
    }

    /// Finishes what is running and stops.
    fn shutdown(&self) -> BoxFuture<'_, ()>;
}

/// Where the real model's parts are, and how much they may use.
#[derive(Clone, Debug)]
pub struct ModelSettings {
    /// The folder with `model.safetensors`, `config.json`, `tokenizer.json`.
    pub model_dir: PathBuf,
    /// ONNX Runtime's shared library.
    pub ort_dylib: PathBuf,
    /// Where adapters that were loaded are kept.
    pub cache_dir: PathBuf,
    /// Threads of the serving engine.
    pub threads: usize,
    /// Adapters that are ready to run at a time, per rank.
    pub slots: usize,
    /// Adapters kept in memory.
    pub memory_adapters: usize,
    /// Requests that wait for the engine before it is called full.
    pub queue_limit: usize,
    /// What the influence part may use.
    pub influence: InfluenceSettings,
}

/// The real model: ONNX Runtime for the answer, candle for its influence.
pub struct LocalModel {
    base: H256,
    tokenizer: TextTokenizer,
    engine: Engine,
    influence: InfluenceQueue,
}

/// Why the model cannot be started. The text says which file is missing and how to get it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ModelError(pub String);

impl LocalModel {
    /// Loads the base model and starts the engine.
    ///
    /// # Errors
    /// [`ModelError`] names a missing file and how to get it.
    pub fn start(settings: &ModelSettings, store: ContentStore) -> Result<Self, ModelError> {
        let text = |error: &dyn std::fmt::Display| ModelError(error.to_string());
        let base = BaseModel::open(&settings.model_dir).map_err(|error| text(&error))?;
        let tokenizer = TextTokenizer::open(&settings.model_dir).map_err(|error| text(&error))?;
        let config = EngineConfig {
            model_dir: settings.model_dir.clone(),
            ort_dylib: settings.ort_dylib.clone(),
            threads: settings.threads,
            slots_per_rank_bucket: settings.slots,
            max_text_bytes: MAX_INPUT,
            memory_adapters: settings.memory_adapters,
            disk_dir: settings.cache_dir.clone(),
            queue_limit: settings.queue_limit,
            ..EngineConfig::default()
        };
        let source = Arc::new(StoreSource(store.clone()));
        let engine = Engine::start(config, source).map_err(|error| text(&error))?;
        let influence = InfluenceQueue::start(&base, store, &settings.influence)
            .map_err(|error| text(&error))?;
        Ok(Self {
            base: H256(base.hash),
            tokenizer,
            engine,
            influence,
        })
    }
}

impl Model for LocalModel {
    fn base_model(&self) -> H256 {
        self.base
    }

    fn units(&self, text: &str) -> u32 {
        // At most MAX_TOKENS.
        self.tokenizer.encode(text).len() as u32
    }

    fn answer(
        &self,
        adapter: ServedAdapter,
        text: String,
    ) -> BoxFuture<'_, Result<Answered, ServeError>> {
        Box::pin(async move {
            let files = AdapterFiles {
                adapter: adapter.files.adapter.0,
                head: adapter.files.head.0,
            };
            let answer = self.engine.infer(files, &text).await?;
            if adapter.files.labels.get(answer.label_index) != Some(&answer.label) {
                return Err(ServeError::Unservable(
                    "its head has other labels than its manifest".into(),
                ));
            }
            let tokens = self.tokenizer.encode(&text);
            let influence = self
                .influence
                .ask(adapter, tokens, answer.label_index)
                .await?;
            Ok(Answered {
                label: answer.label,
                label_index: answer.label_index,
                probabilities: answer.probabilities,
                units: answer.tokens,
                influence: influence.vector,
                scores: influence.scores,
                batch_rows: answer.batch_rows,
                batch_adapters: answer.batch_adapters,
            })
        })
    }

    fn problem(&self) -> Option<String> {
        let stopped = match (self.engine.is_running(), self.influence.is_running()) {
            (true, true) => return None,
            (false, _) => "the serving engine",
            (true, false) => "the influence thread",
        };
        Some(format!(
            "{stopped} has stopped, its log has the cause: restart the worker"
        ))
    }

    fn shutdown(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.influence.shutdown().await;
            self.engine.clone().shutdown().await;
        })
    }
}

impl From<ServingError> for ServeError {
    fn from(error: ServingError) -> Self {
        match error {
            ServingError::Busy => Self::Busy,
            error if error.is_permanent() => Self::Unservable(error.to_string()),
            error => Self::Passing(error.to_string()),
        }
    }
}

/// The content store as the serving engine reads it.
struct StoreSource(ContentStore);

impl ArtifactSource for StoreSource {
    fn fetch(&self, hash: [u8; 32]) -> BoxFuture<'static, Result<Vec<u8>, String>> {
        let store = self.0.clone();
        Box::pin(async move {
            let bytes = store.get(&H256(hash), MAX_ARTIFACT).await;
            bytes
                .map(|bytes| bytes.to_vec())
                .map_err(|error| error.to_string())
        })
    }
}
