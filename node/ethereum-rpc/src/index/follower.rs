// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Keeps the index at the chain's best block.
//!
//! The follower never trusts a notification to be complete: each only wakes it. It then compares
//! its topmost block with the chain's block at that height, takes blocks back until they agree, and
//! adds the ones above. The same steps therefore serve a new block, a reorganisation, a restart, a
//! crash and an index that begins empty.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{Stream, StreamExt};
use openledger_primitives::BlockNumber;
use polkadot_sdk::*;
use sc_client_api::BlockchainEvents;
use sp_runtime::traits::Block as BlockT;

use super::{
    builder::{BlockSource, BuildError},
    queries::Index,
    record::BlockRef,
    store::StoreError,
};

/// The target of log lines.
const LOG_TARGET: &str = "ethereum-index";
/// After this many blocks the store is made to survive a crash. Far fewer than the 256 whose state
/// a node keeps by default, so that what a crash loses can be built again.
const FLUSH_BLOCKS: u32 = 64;
/// After this long as well.
const FLUSH_AFTER: Duration = Duration::from_secs(5);
/// After a failure, and when nothing wakes the follower, it looks again after this long.
const PAUSE: Duration = Duration::from_secs(2);
/// How often progress is logged while the follower is far behind.
const PROGRESS: Duration = Duration::from_secs(10);

/// Why the follower stopped short of the best block.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The chain could not be read.
    #[error("block {number}: {source}")]
    Build {
        /// The block's height.
        number: BlockNumber,
        /// What went wrong.
        source: BuildError,
    },
    /// The index could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The code is wrong somewhere.
    #[error("{0}")]
    Panicked(String),
}

/// Builds the index of one chain.
pub struct Follower<Source> {
    index: Index,
    source: Arc<Source>,
    unflushed: u32,
    flushed_at: Instant,
}

impl<Source: BlockSource> Follower<Source> {
    /// Brings `index` to where `source` is, and keeps it there once run.
    pub fn new(index: Index, source: Source) -> Self {
        Self {
            index,
            source: Arc::new(source),
            unflushed: 0,
            flushed_at: Instant::now(),
        }
    }

    /// Follows until the client ends. Blocks are built on a thread of their own while notifications
    /// are still taken off their queues, so that neither a slow disk nor a slow runtime call holds
    /// anything back.
    pub async fn run<Block, Client>(self, client: Arc<Client>)
    where
        Block: BlockT,
        Client: BlockchainEvents<Block>,
    {
        let imported = client.every_import_notification_stream().map(|_| ());
        let finalized = client.finality_notification_stream().map(|_| ());
        let news = futures::stream::select(imported.boxed(), finalized.boxed());
        self.follow(news).await;
    }

    /// Advances whenever there is news, until there will be no more. A failure, a panic too, only
    /// makes it pause.
    pub(super) async fn follow(mut self, mut news: impl Stream<Item = ()> + Unpin) {
        let (index, source) = (self.index.clone(), self.source.clone());
        loop {
            index.set_best(source.best());
            let mut work = tokio::task::spawn_blocking(move || {
                let result = self.advance();
                (self, result)
            });
            let mut woken = false;
            let done = loop {
                tokio::select! {
                    done = &mut work => break done,
                    event = news.next() => match event {
                        Some(()) => {
                            woken = true;
                            // The work may hang: those who ask shall learn that it is behind.
                            index.set_best(source.best());
                        }
                        None => return,
                    },
                }
            };
            let (follower, result) = match done {
                Ok(done) => done,
                // The runtime stops.
                Err(error) if error.is_cancelled() => return,
                Err(error) => Self::restarted(&index, &source, error.to_string()),
            };
            self = follower;
            if let Err(error) = &result {
                log::warn!(
                    target: LOG_TARGET,
                    "The index of Ethereum blocks is behind and tries again: {error}"
                );
            }
            let is_over = match (result, woken) {
                (Ok(()), true) => false,
                (Ok(()), false) => wait(&mut news, true).await,
                // Not at once: what failed, like a full disk, is likely to fail again.
                (Err(_), _) => wait(&mut news, false).await,
            };
            if is_over {
                return;
            }
        }
    }

    /// A follower after one that panicked, and the failure that this was.
    fn restarted(
        index: &Index,
        source: &Arc<Source>,
        panic: String,
    ) -> (Self, Result<(), FollowError>) {
        log::error!(
            target: LOG_TARGET,
            "The index of Ethereum blocks failed where it never should: {panic}"
        );
        index.distrust();
        let follower = Self {
            index: index.clone(),
            source: source.clone(),
            unflushed: 0,
            flushed_at: Instant::now(),
        };
        (follower, Err(FollowError::Panicked(panic)))
    }

    /// Takes back and adds blocks until the index has the chain's best one.
    ///
    /// # Errors
    /// [`FollowError`]; what was done so far stays.
    pub fn advance(&mut self) -> Result<(), FollowError> {
        let mut logged_at = Instant::now();
        loop {
            let next = match self.index.tip()? {
                None => 0,
                Some(tip) if self.is_canonical(&tip)? => tip.number.saturating_add(1),
                Some(tip) => {
                    self.index.retract(&tip)?;
                    continue;
                }
            };
            self.index.set_best(self.source.best());
            self.index.set_finalized(self.source.finalized());
            if !self.add(next)? {
                break;
            }
            if logged_at.elapsed() > PROGRESS {
                logged_at = Instant::now();
                let best = self.source.best();
                log::info!(target: LOG_TARGET, "Indexed Ethereum block {next} of {best}");
            }
        }
        if self.unflushed > 0 && self.flushed_at.elapsed() > FLUSH_AFTER {
            self.index.flush()?;
            self.has_flushed();
        }
        Ok(())
    }

    fn is_canonical(&self, tip: &BlockRef) -> Result<bool, FollowError> {
        let at = self.source.hash_at(tip.number);
        Ok(at.map_err(|source| build(tip.number, source))? == Some(tip.substrate))
    }

    /// Adds the block at a height, or the first one above whose state is here. `false` when there
    /// is none yet.
    fn add(&mut self, number: BlockNumber) -> Result<bool, FollowError> {
        let hash_at = |number| {
            self.source
                .hash_at(number)
                .map_err(|source| build(number, source))
        };
        let Some(hash) = hash_at(number)? else {
            return Ok(false);
        };
        let block = match self.source.build(hash) {
            Ok(block) => block,
            Err(BuildError::Unavailable) => {
                let Some(first) = self.first_available(number)? else {
                    return Ok(false);
                };
                let Some(hash) = hash_at(first)? else {
                    return Ok(false);
                };
                let block = self
                    .source
                    .build(hash)
                    .map_err(|source| build(first, source))?;
                log::warn!(
                    target: LOG_TARGET,
                    "The states of blocks {number} to {} are not on this node: the index of \
                     Ethereum blocks begins at {first}",
                    first.saturating_sub(1)
                );
                self.index.begin_at(first)?;
                block
            }
            Err(source) => return Err(build(number, source)),
        };
        let follows = self.index.tip()?.is_none_or(|tip| {
            block.block.reference.number != tip.number.saturating_add(1)
                || block.block.substrate_parent == tip.substrate
        });
        if follows {
            let durable = self.unflushed.saturating_add(1) >= FLUSH_BLOCKS;
            self.index.append(block, durable)?;
            self.unflushed = self.unflushed.saturating_add(1);
            if durable {
                self.has_flushed();
            }
        }
        // Otherwise the chain was reorganised between two looks at it: look again.
        Ok(true)
    }

    fn has_flushed(&mut self) {
        self.unflushed = 0;
        self.flushed_at = Instant::now();
    }

    /// The lowest height above `missing` whose state is here. States are kept from some height on,
    /// so that halving the range finds it.
    fn first_available(&self, missing: BlockNumber) -> Result<Option<BlockNumber>, FollowError> {
        let is_available = |number| -> Result<bool, FollowError> {
            let hash = self.source.hash_at(number);
            let hash = hash.map_err(|source| build(number, source))?;
            Ok(hash.is_some_and(|hash| self.source.is_available(hash)))
        };
        let mut high = self.source.best();
        if high <= missing || !is_available(high)? {
            return Ok(None);
        }
        let mut low = missing;
        while high.saturating_sub(low) > 1 {
            let middle = low.saturating_add(high.saturating_sub(low) / 2);
            if is_available(middle)? {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(Some(high))
    }
}

fn build(number: BlockNumber, source: BuildError) -> FollowError {
    FollowError::Build { number, source }
}

/// Waits for [`PAUSE`], or with `is_ready` only until there is news. Whether there will be no more.
async fn wait(news: &mut (impl Stream<Item = ()> + Unpin), is_ready: bool) -> bool {
    let pause = tokio::time::sleep(PAUSE);
    tokio::pin!(pause);
    loop {
        tokio::select! {
            () = &mut pause => return false,
            event = news.next() => match event {
                Some(()) if is_ready => return false,
                Some(()) => {}
                None => return true,
            },
        }
    }
}
