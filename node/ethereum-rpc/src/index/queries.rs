// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The index as those see it who ask and who build.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use openledger_primitives::BlockNumber;
use polkadot_sdk::*;
use rayon::prelude::*;
use sp_core::H256;

use super::{
    events::{self, ChainEvent, ChainEvents},
    limits::{too_much, LogBudget, LogLimits},
    record::{BlockRecord, BlockRef, IndexedBlock, TransactionRecord},
    snapshot::{Candidates, Snapshot},
    store::{Store, StoreError},
};
use crate::{
    error::Error,
    queue::Queue,
    types::{reversed, BlockId, BlockTag, Log, LogBlocks, LogFilter, LogSelection},
};

/// The most recent blocks are also kept in memory: clients ask for them over and over.
const RECENT_BLOCKS: usize = 64;

/// So many blocks are worth a processor of their own when a query reads them.
const BLOCKS_AT_LEAST: usize = 32;

/// An index that is further behind the chain than this many blocks does not answer that something
/// is not there. It follows by milliseconds: only one that is being built, or has failed, is as far
/// behind.
const MAX_LAG: BlockNumber = 32;

/// The index. Clones share it.
#[derive(Clone)]
pub struct Index {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    heads: Mutex<Heads>,
    events: Queue<ChainEvent, IndexedBlock>,
}

/// What is asked for all the time.
#[derive(Default)]
struct Heads {
    tip: Option<BlockRef>,
    /// The chain's best block, which the follower is on its way to.
    best: BlockNumber,
    finalized: BlockNumber,
    /// After a failed commit: the store may have lost blocks, and says itself which it has.
    is_stale: bool,
    recent: BTreeMap<BlockNumber, Arc<IndexedBlock>>,
}

impl Index {
    /// Opens the index in `folder` for the chain with this genesis hash, or begins one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(folder: &Path, genesis: H256) -> Result<Self, StoreError> {
        let store = Store::open(folder, genesis)?;
        let tip = store.snapshot()?.last()?.map(|block| block.reference);
        Ok(Self {
            shared: Arc::new(Shared {
                store,
                heads: Mutex::new(Heads {
                    tip,
                    ..Heads::default()
                }),
                events: events::queue(),
            }),
        })
    }

    /// Forgets all blocks; a follower then builds them anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn clear(&self) -> Result<(), StoreError> {
        self.shared.store.clear()?;
        let mut heads = self.heads();
        *heads = Heads {
            best: heads.best,
            ..Heads::default()
        };
        Ok(())
    }

    /// Changes of the best chain from now on. A reader that falls far behind loses its place.
    #[must_use]
    pub fn subscribe(&self) -> ChainEvents {
        self.shared.events.subscribe()
    }

    /// The best block.
    ///
    /// # Errors
    /// [`Error::IndexEmpty`], [`Error::IndexBehind`].
    pub fn latest(&self) -> Result<BlockRef, Error> {
        self.ensure_current()?;
        self.heads().tip.ok_or(Error::IndexEmpty)
    }

    /// Fails while the index is far behind the chain: what it does not have may be there.
    fn ensure_current(&self) -> Result<(), Error> {
        let heads = self.heads();
        let indexed = heads.tip.ok_or(Error::IndexEmpty)?.number;
        let best = heads.best;
        if best.saturating_sub(indexed) > MAX_LAG {
            return Err(Error::IndexBehind { indexed, best });
        }
        Ok(())
    }

    /// That something is not there, unless the index is far behind the chain.
    fn unknown<T>(&self, error: Error) -> Result<T, Error> {
        self.ensure_current().and(Err(error))
    }

    /// The block that a request names. `pending` stands for the best one, whose state it has.
    ///
    /// # Errors
    /// [`Error::UnknownBlock`], [`Error::NotCanonical`], [`Error::NotIndexed`],
    /// [`Error::IndexEmpty`], [`Error::IndexBehind`], [`Error::Internal`].
    pub fn resolve(&self, id: BlockId) -> Result<BlockRef, Error> {
        let snapshot = self.shared.store.snapshot()?;
        match id {
            BlockId::Tag(BlockTag::Latest | BlockTag::Pending) => self.latest(),
            id => {
                let number = self.number_of(&snapshot, id)?;
                let block = snapshot.block(number)?.ok_or(Error::UnknownBlock)?;
                Ok(block.reference)
            }
        }
    }

    /// The block that a request names, with all that belongs to it; `None` for one that does not
    /// exist.
    ///
    /// # Errors
    /// [`Error::NotIndexed`], [`Error::IndexEmpty`], [`Error::IndexBehind`], [`Error::Internal`].
    pub fn block(&self, id: BlockId) -> Result<Option<Arc<IndexedBlock>>, Error> {
        let snapshot = self.shared.store.snapshot()?;
        match self.number_of(&snapshot, id) {
            Ok(number) => Ok(self.load(&snapshot, number)?),
            Err(Error::UnknownBlock | Error::NotCanonical(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The block that has a transaction, and the transaction's position there. Of extrinsics that
    /// are equal to the byte, which only those that nobody signed can be, the last one.
    ///
    /// # Errors
    /// [`Error::IndexEmpty`], [`Error::IndexBehind`], [`Error::Internal`].
    pub fn transaction(&self, hash: H256) -> Result<Option<(Arc<IndexedBlock>, usize)>, Error> {
        let snapshot = self.shared.store.snapshot()?;
        let Some((number, position)) = snapshot.position_of(hash)? else {
            self.ensure_current()?;
            return Ok(None);
        };
        let Some(block) = self.load(&snapshot, number)? else {
            return Ok(None);
        };
        let position = position as usize;
        let is_there = block
            .transactions
            .get(position)
            .is_some_and(|transaction| transaction.hash == hash);
        Ok(is_there.then_some((block, position)))
    }

    /// The first height from which on the index is complete.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn first(&self) -> Result<BlockNumber, Error> {
        Ok(self.shared.store.snapshot()?.first()?.unwrap_or_default())
    }

    /// The header at a height, and, when they are asked for, the transactions.
    ///
    /// # Errors
    /// [`Error::UnknownBlock`], [`Error::Internal`].
    pub fn header_and_transactions(
        &self,
        number: BlockNumber,
        with_transactions: bool,
    ) -> Result<(BlockRecord, Vec<TransactionRecord>), Error> {
        let snapshot = self.shared.store.snapshot()?;
        let block = snapshot.block(number)?.ok_or(Error::UnknownBlock)?;
        let transactions = if with_transactions {
            snapshot.transactions(number)?
        } else {
            Vec::new()
        };
        Ok((block, transactions))
    }

    /// What `write` makes of the logs that a filter asks for. The processors share the work.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`], never a part of the answer; [`Error::InvalidParams`],
    /// [`Error::UnknownLogBlock`], [`Error::NotIndexed`], [`Error::IndexEmpty`],
    /// [`Error::IndexBehind`], [`Error::Internal`].
    pub fn logs<T: Send>(
        &self,
        filter: &LogFilter,
        limits: LogLimits,
        write: impl Fn(Log) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let selection = filter.selection()?;
        let snapshot = self.shared.store.snapshot()?;
        let (from, to) = match filter.blocks()? {
            LogBlocks::One(hash) => {
                let id = BlockId::Hash {
                    hash,
                    require_canonical: false,
                };
                let number = match self.number_of(&snapshot, id) {
                    Err(Error::UnknownBlock) => return Err(Error::UnknownLogBlock),
                    number => number?,
                };
                (number, number)
            }
            LogBlocks::Range { from, to } => self.range(&snapshot, from, to)?,
        };
        let Candidates::Blocks(numbers) =
            snapshot.candidates(from, to, &selection, limits.blocks)?
        else {
            return Err(Error::LimitExceeded(format!(
                "query exceeds limit: it would read more than {} blocks with logs; narrow the \
                 block range or the filter",
                limits.blocks
            )));
        };
        let budget = limits.budget();
        // What they hold at once is bounded by what the answer may have, and a block for each.
        let found: Vec<Vec<T>> = numbers
            .into_par_iter()
            .with_min_len(BLOCKS_AT_LEAST)
            .map(|number| logs_of(&snapshot, number, &selection, &budget, &write))
            .collect::<Result<_, _>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The first and the last height of a range, which has to lie within the chain.
    fn range(
        &self,
        snapshot: &Snapshot,
        from: BlockId,
        to: BlockId,
    ) -> Result<(BlockNumber, BlockNumber), Error> {
        let latest = snapshot.last()?.ok_or(Error::IndexEmpty)?.reference.number;
        let height = |id| match id {
            BlockId::Number(number) => Ok(number),
            BlockId::Tag(BlockTag::Latest | BlockTag::Pending) => Ok(latest.into()),
            id => self.number_of(snapshot, id).map(u64::from),
        };
        let (from, to) = (height(from)?, height(to)?);
        if from.max(to) >= latest.into() {
            // The chain may have blocks that it does not have yet.
            self.ensure_current()?;
        }
        let within = |height: u64| {
            let number = u32::try_from(height).ok();
            number
                .filter(|number| *number <= latest)
                .ok_or_else(|| beyond_head(latest))
        };
        let (first, last) = (within(from)?, within(to)?);
        if first > last {
            return Err(reversed(from, to));
        }
        self.refuse_unindexed(snapshot, from)?;
        Ok((first, last))
    }

    /// The height of the block that a request names.
    fn number_of(&self, snapshot: &Snapshot, id: BlockId) -> Result<BlockNumber, Error> {
        let latest = snapshot.last()?.ok_or(Error::IndexEmpty)?.reference.number;
        match id {
            BlockId::Hash {
                hash,
                require_canonical,
            } => match snapshot.number_of(hash)? {
                Some(number) => Ok(number),
                None if require_canonical => self.unknown(Error::NotCanonical(hash)),
                None => self.unknown(Error::UnknownBlock),
            },
            BlockId::Number(number) => {
                self.refuse_unindexed(snapshot, number)?;
                let number = u32::try_from(number).ok();
                match number.filter(|number| *number <= latest) {
                    Some(number) => Ok(number),
                    None => self.unknown(Error::UnknownBlock),
                }
            }
            BlockId::Tag(BlockTag::Latest | BlockTag::Pending) => {
                self.ensure_current()?;
                Ok(latest)
            }
            BlockId::Tag(BlockTag::Earliest) => Ok(snapshot.first()?.unwrap_or_default()),
            BlockId::Tag(BlockTag::Safe | BlockTag::Finalized) => {
                self.ensure_current()?;
                let finalized = self.heads().finalized.min(latest);
                self.refuse_unindexed(snapshot, finalized.into())?;
                Ok(finalized)
            }
        }
    }

    fn refuse_unindexed(&self, snapshot: &Snapshot, number: u64) -> Result<(), Error> {
        let first = snapshot.first()?.unwrap_or_default();
        if number < first.into() {
            return Err(Error::NotIndexed { number, first });
        }
        Ok(())
    }

    /// The block that `snapshot` has at a height, from memory if it is there. What is in memory can be
    /// of another branch than the snapshot, which is as old as the question.
    fn load(
        &self,
        snapshot: &Snapshot,
        number: BlockNumber,
    ) -> Result<Option<Arc<IndexedBlock>>, StoreError> {
        let Some(block) = snapshot.block(number)? else {
            return Ok(None);
        };
        let recent = self.heads().recent.get(&number).cloned();
        if let Some(recent) = recent.filter(|recent| recent.block.reference == block.reference) {
            return Ok(Some(recent));
        }
        Ok(snapshot.indexed_block(number)?.map(Arc::new))
    }

    fn heads(&self) -> MutexGuard<'_, Heads> {
        // What is behind the lock is never left half changed.
        self.shared
            .heads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What `write` makes of the logs of a block that are wanted.
fn logs_of<T>(
    snapshot: &Snapshot,
    number: BlockNumber,
    selection: &LogSelection,
    budget: &LogBudget,
    write: impl Fn(Log) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let block = snapshot.block(number)?.ok_or(Error::UnknownBlock)?;
    let mut found = Vec::new();
    for (position, log) in (0u32..).zip(snapshot.logs(number)?) {
        if !selection.matches(&log) {
            continue;
        }
        let log = Log::new(block.reference, position, log, false);
        budget.take(&log).map_err(|limit| too_much(&limit))?;
        found.push(write(log)?);
    }
    Ok(found)
}

/// The error for a range of blocks that goes on after the best one.
fn beyond_head(latest: BlockNumber) -> Error {
    Error::InvalidParams(format!(
        "block range extends beyond current head block: the best block is {latest}; use \"latest\" \
         for the last one"
    ))
}

/// For the follower.
impl Index {
    /// The topmost block.
    pub(super) fn tip(&self) -> Result<Option<BlockRef>, StoreError> {
        if self.heads().is_stale {
            let last = self.shared.store.snapshot()?.last()?;
            let mut heads = self.heads();
            heads.tip = last.map(|block| block.reference);
            heads.recent.clear();
            heads.is_stale = false;
        }
        Ok(self.heads().tip)
    }

    /// Passes on the outcome of a commit, and remembers when it failed.
    fn committed(&self, outcome: Result<(), StoreError>) -> Result<(), StoreError> {
        if outcome.is_err() {
            self.heads().is_stale = true;
        }
        outcome
    }

    /// Remembers which block is final.
    pub(super) fn set_finalized(&self, number: BlockNumber) {
        self.heads().finalized = number;
    }

    /// Remembers which block is the chain's best.
    pub(super) fn set_best(&self, number: BlockNumber) {
        self.heads().best = number;
    }

    /// Forgets what was believed of the store, in which a change may have been broken off.
    pub(super) fn distrust(&self) {
        self.shared.store.close();
        self.heads().is_stale = true;
    }

    /// Adds a block on top and tells subscribers.
    pub(super) fn append(&self, block: IndexedBlock, durable: bool) -> Result<(), StoreError> {
        self.committed(self.shared.store.append(&block, durable))?;
        let block = Arc::new(block);
        {
            let mut heads = self.heads();
            heads.tip = Some(block.block.reference);
            heads
                .recent
                .insert(block.block.reference.number, block.clone());
            while heads.recent.len() > RECENT_BLOCKS {
                heads.recent.pop_first();
            }
        }
        self.tell(ChainEvent::Added(block.block.reference), block);
        Ok(())
    }

    fn tell(&self, event: ChainEvent, block: Arc<IndexedBlock>) {
        let size = block.size();
        self.shared.events.tell(event, block, size);
    }

    /// Takes back the topmost block and tells subscribers.
    pub(super) fn retract(&self, tip: &BlockRef) -> Result<(), StoreError> {
        let snapshot = self.shared.store.snapshot()?;
        let block = snapshot
            .indexed_block(tip.number)?
            .ok_or(StoreError::Damaged("the topmost block is missing"))?;
        self.committed(self.shared.store.retract(&block))?;
        let last = self.shared.store.snapshot()?.last()?;
        {
            let mut heads = self.heads();
            heads.recent.remove(&tip.number);
            heads.tip = last.map(|block| block.reference);
        }
        self.tell(ChainEvent::Removed(block.block.reference), Arc::new(block));
        Ok(())
    }

    /// Says that the index is complete only from this block on, because those before cannot be
    /// read any more.
    pub(super) fn begin_at(&self, number: BlockNumber) -> Result<(), StoreError> {
        self.committed(self.shared.store.set_first(number))
    }

    /// Makes what was written survive a crash.
    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.committed(self.shared.store.flush())
    }
}

#[cfg(test)]
impl Index {
    /// What a question sees that begins now.
    pub(super) fn begin_question(&self) -> Result<Snapshot, StoreError> {
        self.shared.store.snapshot()
    }

    /// The block that such a question finds at a height.
    pub(super) fn seen_by(
        &self,
        question: &Snapshot,
        number: BlockNumber,
    ) -> Result<Option<Arc<IndexedBlock>>, StoreError> {
        self.load(question, number)
    }

    /// What a failed commit does.
    pub(super) fn fail_commit(&self) {
        self.shared.store.close();
        let failed = Err(StoreError::Damaged("a test says so"));
        let _ = self.committed(failed);
    }
}
