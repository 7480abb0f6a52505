// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `eth_getLogs`, and filters: questions that the node remembers and whose new answers are polled.
//!
//! A filter holds a place in the queue of changes, which all filters and subscriptions share. So it
//! costs little however many blocks it waits for, and sees reorganisations: logs of dropped blocks
//! come once more, with `removed`. A filter that nobody asks for five minutes is forgotten.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use jsonrpsee::{
    core::{async_trait, RpcResult},
    proc_macros::rpc,
};
use polkadot_sdk::*;
use serde::Serialize;
use serde_json::value::RawValue;
use sp_core::{H256, U256};
use tokio::sync::broadcast::error::TryRecvError;

use super::{PendingNews, PendingTransactions};
use crate::{
    error::Error,
    index::{ChainEvent, ChainEvents, Index, IndexedBlock, LogLimits},
    turns::Turns,
    types::{BlockId, Log, LogBlocks, LogFilter, LogSelection},
};

/// The most filters at a time.
const MAX_FILTERS: usize = 1_024;
/// A filter that is not asked for so long is forgotten.
const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// How often filters are looked through while there are any. Else one that nobody asks would keep its
/// place in the queues.
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);

/// What is new since a filter was last asked.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Changes {
    /// Of blocks or waiting transactions.
    Hashes(Vec<H256>),
    /// Logs.
    Logs(Vec<Log>),
}

/// Logs and filters.
#[rpc(server, namespace = "eth")]
pub trait FiltersApi {
    /// The logs that a filter selects; an error, never a part of them, when they are too many.
    #[method(name = "getLogs")]
    async fn logs(&self, filter: LogFilter) -> RpcResult<Vec<Box<RawValue>>>;

    /// Begins to watch for logs.
    #[method(name = "newFilter")]
    fn new_filter(&self, filter: LogFilter) -> RpcResult<U256>;

    /// Begins to watch for blocks.
    #[method(name = "newBlockFilter")]
    fn new_block_filter(&self) -> RpcResult<U256>;

    /// Begins to watch for transactions that enter the pool.
    #[method(name = "newPendingTransactionFilter")]
    fn new_pending_transaction_filter(&self) -> RpcResult<U256>;

    /// What is new since the filter was last asked, or installed.
    #[method(name = "getFilterChanges")]
    async fn filter_changes(&self, id: U256) -> RpcResult<Changes>;

    /// All logs that a filter for logs selects.
    #[method(name = "getFilterLogs")]
    async fn filter_logs(&self, id: U256) -> RpcResult<Vec<Box<RawValue>>>;

    /// Forgets a filter; whether there was one.
    #[method(name = "uninstallFilter")]
    fn uninstall_filter(&self, id: U256) -> RpcResult<bool>;
}

/// Answers [`FiltersApiServer`].
pub struct Filters {
    shared: Arc<Shared>,
    turns: Turns,
}

/// What work on threads of their own needs.
struct Shared {
    index: Index,
    pending: PendingTransactions,
    limits: LogLimits,
    registry: Mutex<Registry>,
}

#[derive(Default)]
struct Registry {
    next: u64,
    filters: HashMap<U256, Filter>,
    /// Whether a task looks through the filters.
    is_swept: bool,
}

impl Registry {
    /// Forgets the filters that nobody asks any more.
    fn sweep(&mut self, now: Instant) {
        self.filters
            .retain(|_, filter| now.saturating_duration_since(filter.asked) < LIFETIME);
    }
}

struct Filter {
    asked: Instant,
    /// Locked by itself while its answer is made, so that others are not kept waiting.
    kind: Arc<Mutex<Kind>>,
}

enum Kind {
    Blocks(ChainEvents),
    Logs(Box<Watch>),
    Pending(PendingNews),
}

/// A filter for logs.
struct Watch {
    filter: LogFilter,
    selection: LogSelection,
    blocks: LogBlocks,
    changes: ChainEvents,
}

impl Filters {
    /// Answers from `index`, and about what waits from `pending`, when there is a turn.
    pub fn new(
        index: Index,
        pending: PendingTransactions,
        limits: LogLimits,
        turns: Turns,
    ) -> Self {
        let shared = Shared {
            index,
            pending,
            limits,
            registry: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
            turns,
        }
    }

    /// Does what may take long.
    async fn execute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = self.shared.clone();
        self.turns.run(move || work(&shared)).await
    }
}

impl Shared {
    fn registry(&self) -> MutexGuard<'_, Registry> {
        // Filters are inserted and removed whole.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn install(self: &Arc<Self>, kind: Kind) -> Result<U256, Error> {
        let mut registry = self.registry();
        registry.sweep(Instant::now());
        if registry.filters.len() >= MAX_FILTERS {
            return Err(Error::LimitExceeded(format!(
                "too many filters: at most {MAX_FILTERS} may be installed at a time; uninstall some"
            )));
        }
        registry.next = registry.next.saturating_add(1);
        let id = U256::from(registry.next);
        let filter = Filter {
            asked: Instant::now(),
            kind: Arc::new(Mutex::new(kind)),
        };
        registry.filters.insert(id, filter);
        if !registry.is_swept {
            registry.is_swept = true;
            tokio::spawn(keep_swept(Arc::downgrade(self)));
        }
        Ok(id)
    }

    /// Forgets the filters that nobody asks any more; whether there are others.
    fn sweep(&self, now: Instant) -> bool {
        let mut registry = self.registry();
        registry.sweep(now);
        registry.is_swept = !registry.filters.is_empty();
        registry.is_swept
    }

    /// Uses a filter that is still alive.
    fn with<T>(
        &self,
        id: U256,
        read: impl FnOnce(&mut Kind) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let kind = {
            let mut registry = self.registry();
            registry.sweep(Instant::now());
            let filter = registry.filters.get_mut(&id).ok_or(Error::UnknownFilter)?;
            filter.asked = Instant::now();
            filter.kind.clone()
        };
        // Whoever panicked while it read has taken something out, no more.
        let mut kind = kind.lock().unwrap_or_else(PoisonError::into_inner);
        read(&mut kind)
    }

    fn changes(&self, id: U256) -> Result<Changes, Error> {
        let changes = self.with(id, |kind| {
            Ok(match kind {
                Kind::Blocks(changes) => {
                    let mut hashes = Vec::new();
                    drain(
                        || changes.try_key(),
                        |event| {
                            if let ChainEvent::Added(block) = event {
                                hashes.push(block.ethereum);
                            }
                        },
                    )?;
                    Changes::Hashes(hashes)
                }
                Kind::Pending(news) => {
                    let mut hashes = Vec::new();
                    drain(|| news.try_key(), |hash| hashes.push(hash))?;
                    Changes::Hashes(hashes)
                }
                Kind::Logs(watch) => Changes::Logs(self.new_logs(watch)?),
            })
        });
        if matches!(changes, Err(Error::LimitExceeded(_))) {
            // It has lost its place, and would leave something out from now on.
            self.registry().filters.remove(&id);
        }
        changes
    }

    /// The logs that a filter selects, as JSON: written here, where work may take long.
    fn logs(&self, filter: &LogFilter) -> Result<Vec<Box<RawValue>>, Error> {
        let write = |log: Log| {
            log.to_json()
                .map_err(|error| Error::Internal(format!("a log cannot be written: {error}")))
        };
        self.index.logs(filter, self.limits, write)
    }

    /// The logs that are new for a filter.
    fn new_logs(&self, watch: &mut Watch) -> Result<Vec<Log>, Error> {
        let mut logs = Vec::new();
        let budget = self.limits.budget();
        let mut exceeded = None;
        let Watch {
            selection,
            blocks,
            changes,
            ..
        } = watch;
        drain(
            || changes.try_next(),
            |(event, block)| {
                for log in selected(event, &block, selection, blocks) {
                    if exceeded.is_none() {
                        exceeded = budget.take(&log).err();
                        logs.push(log);
                    }
                }
            },
        )?;
        match exceeded {
            Some(limit) => Err(Error::LimitExceeded(format!(
                "filter has more than {limit} that are new, and is uninstalled; install it again, and \
                 ask more often or narrow the filter"
            ))),
            None => Ok(logs),
        }
    }
}

/// Forgets filters that nobody asks, as long as there are any.
async fn keep_swept(shared: Weak<Shared>) {
    loop {
        tokio::time::sleep(SWEEP_INTERVAL).await;
        let has_more = shared
            .upgrade()
            .is_some_and(|shared| shared.sweep(Instant::now()));
        if !has_more {
            return;
        }
    }
}

/// Takes all that waits, which the queue's capacity bounds.
fn drain<T>(
    mut next: impl FnMut() -> Result<T, TryRecvError>,
    mut take: impl FnMut(T),
) -> Result<(), Error> {
    loop {
        match next() {
            Ok(event) => take(event),
            Err(TryRecvError::Empty | TryRecvError::Closed) => return Ok(()),
            Err(TryRecvError::Lagged(missed)) => {
                return Err(Error::LimitExceeded(format!(
                    "filter fell behind by {missed} changes and is uninstalled; install it again \
                     and ask more often"
                )))
            }
        }
    }
}

/// The logs of a change that a filter selects.
fn selected(
    event: ChainEvent,
    block: &IndexedBlock,
    selection: &LogSelection,
    blocks: &LogBlocks,
) -> Vec<Log> {
    let removed = matches!(event, ChainEvent::Removed(_));
    if is_among(block, blocks) {
        logs_of(block, selection, removed).collect()
    } else {
        Vec::new()
    }
}

/// Whether a new block is one that a filter asks about: tags all mean blocks to come.
fn is_among(block: &IndexedBlock, blocks: &LogBlocks) -> bool {
    let number = u64::from(block.block.reference.number);
    match blocks {
        LogBlocks::One(hash) => block.block.reference.ethereum == *hash,
        LogBlocks::Range { from, to } => {
            let is_after = !matches!(from, BlockId::Number(from) if number < *from);
            let is_before = !matches!(to, BlockId::Number(to) if number > *to);
            is_after && is_before
        }
    }
}

/// The logs of a block that are wanted.
pub(super) fn logs_of<'a>(
    block: &'a IndexedBlock,
    selection: &'a LogSelection,
    removed: bool,
) -> impl Iterator<Item = Log> + 'a {
    (0u32..)
        .zip(&block.logs)
        .filter(|(_, log)| selection.matches(log))
        .map(move |(position, log)| Log::new(block.block.reference, position, log.clone(), removed))
}

#[async_trait]
impl FiltersApiServer for Filters {
    async fn logs(&self, filter: LogFilter) -> RpcResult<Vec<Box<RawValue>>> {
        let work = move |shared: &Shared| shared.logs(&filter);
        Ok(self.execute(work).await?)
    }

    fn new_filter(&self, filter: LogFilter) -> RpcResult<U256> {
        let watch = Watch {
            selection: filter.selection()?,
            blocks: filter.blocks()?,
            filter,
            changes: self.shared.index.subscribe(),
        };
        Ok(self.shared.install(Kind::Logs(Box::new(watch)))?)
    }

    fn new_block_filter(&self) -> RpcResult<U256> {
        let changes = self.shared.index.subscribe();
        Ok(self.shared.install(Kind::Blocks(changes))?)
    }

    fn new_pending_transaction_filter(&self) -> RpcResult<U256> {
        let news = self.shared.pending.subscribe();
        Ok(self.shared.install(Kind::Pending(news))?)
    }

    async fn filter_changes(&self, id: U256) -> RpcResult<Changes> {
        let work = move |shared: &Shared| shared.changes(id);
        Ok(self.execute(work).await?)
    }

    async fn filter_logs(&self, id: U256) -> RpcResult<Vec<Box<RawValue>>> {
        let work = move |shared: &Shared| {
            let filter = shared.with(id, |kind| match kind {
                Kind::Logs(watch) => Ok(watch.filter.clone()),
                Kind::Blocks(_) | Kind::Pending(_) => Err(Error::UnknownFilter),
            })?;
            shared.logs(&filter)
        };
        Ok(self.execute(work).await?)
    }

    fn uninstall_filter(&self, id: U256) -> RpcResult<bool> {
        Ok(self.shared.registry().filters.remove(&id).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared() -> Arc<Shared> {
        let folder = tempfile::tempdir().expect("there is room");
        Arc::new(Shared {
            index: Index::open(folder.path(), H256::zero()).expect("it is new"),
            pending: PendingTransactions::default(),
            limits: LogLimits::default(),
            registry: Mutex::default(),
        })
    }

    fn install(shared: &Arc<Shared>) -> PendingTransactions {
        let pending = PendingTransactions::default();
        let kind = Kind::Pending(pending.subscribe());
        shared.install(kind).expect("there are few");
        pending
    }

    #[tokio::test]
    async fn a_filter_that_nobody_asks_should_leave_its_queue() {
        let shared = shared();
        let pending = install(&shared);
        assert!(pending.has_readers());
        assert!(!shared.sweep(Instant::now() + LIFETIME));
        assert!(!pending.has_readers());
    }

    #[tokio::test]
    async fn a_filter_that_was_asked_lately_should_stay() {
        let shared = shared();
        let pending = install(&shared);
        assert!(shared.sweep(Instant::now() + LIFETIME / 2));
        assert!(pending.has_readers());
    }

    #[tokio::test]
    async fn filters_should_be_looked_through_as_long_as_there_are_any() {
        let shared = shared();
        install(&shared);
        assert!(shared.registry().is_swept);
        shared.sweep(Instant::now() + LIFETIME);
        assert!(!shared.registry().is_swept);
    }
}
