// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What subscribers are told.

use super::record::{BlockRef, IndexedBlock};
use crate::queue::{Limits, Queue, Reader};

/// How far a subscriber may fall behind before it is dropped.
const LIMITS: Limits = Limits {
    news: 256,
    bytes: 64 << 20,
};

/// The best chain changed by one block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChainEvent {
    /// A block came on top; the index has it already.
    Added(BlockRef),
    /// The topmost block was dropped by a reorganisation.
    Removed(BlockRef),
}

/// A subscriber's place among the changes, each with its block.
pub type ChainEvents = Reader<ChainEvent, IndexedBlock>;

/// The changes that wait for subscribers.
pub(super) fn queue() -> Queue<ChainEvent, IndexedBlock> {
    Queue::new(LIMITS)
}
