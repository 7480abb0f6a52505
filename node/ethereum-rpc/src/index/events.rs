// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What subscribers are told.

use std::sync::Arc;

use super::record::IndexedBlock;

/// The best chain changed by one block.
#[derive(Clone, Debug)]
pub enum ChainEvent {
    /// A block came on top; the index has it already.
    Added(Arc<IndexedBlock>),
    /// The topmost block was dropped by a reorganisation.
    Removed(Arc<IndexedBlock>),
}
