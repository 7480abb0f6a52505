// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The index of Ethereum blocks, transactions and logs, kept beside the chain database.
//!
//! It holds the best chain and nothing else. [`Follower`] builds it block by block from the
//! runtime's answers, takes back the blocks that a reorganisation drops, and tells subscribers of
//! both. Every reader sees one consistent state, that of the last whole block.

mod builder;
pub mod encoding;
mod events;
mod follower;
mod limits;
mod queries;
mod record;
mod snapshot;
mod store;
#[cfg(test)]
mod tests;

pub use builder::{BlockParts, BlockSource, BuildError, ChainSource, ExtrinsicParts};
pub use events::{ChainEvent, ChainEvents};
pub use follower::Follower;
pub use limits::{LogBudget, LogLimits};
pub use queries::Index;
pub use record::{
    BlockRecord, BlockRef, IndexedBlock, LogRecord, TransactionKind, TransactionRecord,
    HASHED_GAS_LIMIT,
};
pub use store::{Store, StoreError};
