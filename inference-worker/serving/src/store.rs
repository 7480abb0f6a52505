// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{bank::PreparedAdapter, disk::DiskCache, flight::Flights, LoadError};
use lru::LruCache;
use openledger_artifacts::{
    content_hash, BertConfig, Head, HexHash, LoraAdapter, MAX_ADAPTER_BYTES, MAX_HEAD_BYTES,
};
use std::{
    future::Future,
    io,
    path::Path,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// A boxed future, as in the `futures` crate.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where adapters and heads come from when they are neither in memory nor on disk: the
/// content-addressed store. What it returns is verified.
pub trait ArtifactSource: Send + Sync {
    /// The content whose blake2-256 is `hash`; the error is a text for people.
    fn fetch(&self, hash: [u8; 32]) -> BoxFuture<'static, Result<Vec<u8>, String>>;
}

/// How much an [`AdapterStore`] may use.
#[derive(Clone, Copy, Debug)]
pub struct StoreLimits {
    /// Most adapters, and most heads, in memory.
    pub memory_entries: usize,
    /// Most bytes of adapters, and of heads, in memory.
    pub memory_bytes: usize,
    /// Most bytes on disk.
    pub disk_bytes: u64,
    /// Most loads at a time.
    pub concurrent_loads: usize,
    /// How long the source may take for one artifact.
    pub load_timeout: Duration,
}

/// Adapters and heads by hash: memory, then disk, then source. Cheap to clone.
#[derive(Clone)]
pub struct AdapterStore {
    shared: Arc<Shared>,
}

struct Shared {
    config: BertConfig,
    adapters: Tier<PreparedAdapter>,
    heads: Tier<Head>,
    disk: Arc<DiskCache>,
    source: Arc<dyn ArtifactSource>,
    loads: Semaphore,
    load_timeout: Duration,
}

/// Reads a file for a base model; returns what it holds and its bytes in memory.
type Parse<T> = fn(&[u8], &BertConfig) -> Result<(T, usize), String>;

/// One kind of artifact: in memory, and on its way there.
struct Tier<T> {
    name: &'static str,
    max_bytes: usize,
    parse: Parse<T>,
    memory: Mutex<Memory<T>>,
    flights: Flights<Arc<T>>,
}

struct Memory<T> {
    entries: LruCache<[u8; 32], (Arc<T>, usize)>,
    bytes: usize,
    max_entries: usize,
    max_bytes: usize,
}

impl<T> Memory<T> {
    fn new(limits: &StoreLimits) -> Self {
        Self {
            entries: LruCache::unbounded(),
            bytes: 0,
            max_entries: limits.memory_entries,
            max_bytes: limits.memory_bytes,
        }
    }

    fn put(&mut self, hash: [u8; 32], value: Arc<T>, bytes: usize) {
        let replaced = self
            .entries
            .put(hash, (value, bytes))
            .map_or(0, |(_, bytes)| bytes);
        self.bytes = self.bytes.saturating_sub(replaced).saturating_add(bytes);
        while self.entries.len() > self.max_entries || self.bytes > self.max_bytes {
            let Some((_, (_, bytes))) = self.entries.pop_lru() else {
                return;
            };
            self.bytes = self.bytes.saturating_sub(bytes);
        }
    }
}

impl AdapterStore {
    /// A store for a base model of the shape `config` with its disk cache in `dir`.
    ///
    /// # Errors
    /// When `dir` cannot be created or read.
    pub fn open(
        config: BertConfig,
        dir: &Path,
        limits: StoreLimits,
        source: Arc<dyn ArtifactSource>,
    ) -> io::Result<Self> {
        let shared = Shared {
            config,
            adapters: Tier {
                name: "adapter",
                max_bytes: MAX_ADAPTER_BYTES,
                parse: parse_adapter,
                memory: Mutex::new(Memory::new(&limits)),
                flights: Flights::default(),
            },
            heads: Tier {
                name: "head",
                max_bytes: MAX_HEAD_BYTES,
                parse: parse_head,
                memory: Mutex::new(Memory::new(&limits)),
                flights: Flights::default(),
            },
            disk: Arc::new(DiskCache::open(dir, limits.disk_bytes)?),
            source,
            loads: Semaphore::new(limits.concurrent_loads),
            load_timeout: limits.load_timeout,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// The adapter with this hash, ready for a bank.
    ///
    /// # Errors
    /// [`LoadError`] when no source has it, or it is not usable with this base model.
    pub async fn adapter(&self, hash: [u8; 32]) -> Result<Arc<PreparedAdapter>, LoadError> {
        self.shared.get(&self.shared.adapters, hash).await
    }

    /// The head with this hash.
    ///
    /// # Errors
    /// As [`AdapterStore::adapter`].
    pub async fn head(&self, hash: [u8; 32]) -> Result<Arc<Head>, LoadError> {
        self.shared.get(&self.shared.heads, hash).await
    }
}

impl Shared {
    async fn get<T>(&self, tier: &Tier<T>, hash: [u8; 32]) -> Result<Arc<T>, LoadError>
    where
        T: Send + Sync + 'static,
    {
        let count = |level: &'static str| {
            let labels = [("kind", tier.name), ("tier", level)];
            metrics::counter!("serving_artifact_reads_total", &labels).increment(1);
        };
        let cached = {
            let mut memory = tier.memory.lock().unwrap_or_else(PoisonError::into_inner);
            memory.entries.get(&hash).map(|(value, _)| value.clone())
        };
        if let Some(value) = cached {
            count("memory");
            return Ok(value);
        }
        tier.flights
            .share(hash, || async {
                let started = Instant::now();
                let (value, bytes, level) = self.load(tier, hash).await.inspect_err(|_| {
                    let labels = [("kind", tier.name)];
                    metrics::counter!("serving_artifact_errors_total", &labels).increment(1);
                })?;
                count(level);
                let labels = [("kind", tier.name), ("tier", level)];
                metrics::histogram!("serving_artifact_load_seconds", &labels)
                    .record(started.elapsed().as_secs_f64());
                let value = Arc::new(value);
                let mut memory = tier.memory.lock().unwrap_or_else(PoisonError::into_inner);
                memory.put(hash, value.clone(), bytes);
                Ok(value)
            })
            .await
    }

    async fn load<T: Send + 'static>(
        &self,
        tier: &Tier<T>,
        hash: [u8; 32],
    ) -> Result<(T, usize, &'static str), LoadError> {
        let fetch_error = |reason: String| LoadError::Fetch {
            hash: hash.into(),
            reason,
        };
        let _permit = self
            .loads
            .acquire()
            .await
            .map_err(|_| fetch_error("shutting down".into()))?;
        let (limit, parse, config) = (tier.max_bytes, tier.parse, self.config.clone());
        let unusable = move |reason| LoadError::Unusable {
            hash: hash.into(),
            reason,
        };
        let disk = self.disk.clone();
        let from_disk = move || -> Result<Option<(T, usize)>, LoadError> {
            match disk.get(hash, limit) {
                Some(bytes) => parse(&bytes, &config).map(Some).map_err(unusable),
                None => Ok(None),
            }
        };
        if let Some((value, bytes)) = blocking(from_disk).await.map_err(fetch_error)?? {
            return Ok((value, bytes, "disk"));
        }
        let fetched = tokio::time::timeout(self.load_timeout, self.source.fetch(hash)).await;
        let bytes = fetched
            .map_err(|_| fetch_error(format!("no answer in {:?}", self.load_timeout)))?
            .map_err(fetch_error)?;
        let (disk, config) = (self.disk.clone(), self.config.clone());
        let from_source = move || -> Result<(T, usize), LoadError> {
            if bytes.len() > limit {
                return Err(unusable(format!(
                    "{} bytes, at most {limit} allowed",
                    bytes.len()
                )));
            }
            if content_hash(&bytes) != hash {
                return Err(LoadError::WrongContent { hash: hash.into() });
            }
            let parsed = parse(&bytes, &config).map_err(unusable)?;
            if let Err(error) = disk.put(hash, &bytes) {
                // The answer does not depend on it.
                tracing::warn!(%error, hash = %HexHash(hash), "cannot keep an artifact on disk");
            }
            Ok(parsed)
        };
        let (value, bytes) = blocking(from_source).await.map_err(fetch_error)??;
        Ok((value, bytes, "source"))
    }
}

/// Runs what blocks or computes for long beside the asynchronous tasks.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| error.to_string())
}

fn parse_adapter(bytes: &[u8], config: &BertConfig) -> Result<(PreparedAdapter, usize), String> {
    let adapter = LoraAdapter::from_safetensors(bytes)
        .and_then(|adapter| PreparedAdapter::new(&adapter, config))
        .map_err(|error| error.to_string())?;
    let bytes = adapter.bytes();
    Ok((adapter, bytes))
}

fn parse_head(bytes: &[u8], config: &BertConfig) -> Result<(Head, usize), String> {
    let head = Head::from_safetensors(bytes).map_err(|error| error.to_string())?;
    if head.hidden_size() != config.hidden_size {
        return Err(format!(
            "made for {} numbers, the base model has {}",
            head.hidden_size(),
            config.hidden_size
        ));
    }
    // Labels are few and short beside the weights of the file.
    Ok((head, bytes.len()))
}
