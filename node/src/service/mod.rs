// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The running node: `partial.rs` builds what commands over a database need too, `full.rs` adds
//! the network, block production, finality, offchain workers and RPC. `ethereum.rs` keeps the index
//! of Ethereum blocks, `equivocation.rs` reports who makes two blocks for one slot, `pool.rs` makes the
//! transaction pool.

mod equivocation;
mod ethereum;
mod full;
mod partial;
mod pool;

pub use ethereum::EthereumOptions;
pub use full::start;
pub use partial::{chain_ops, FullBackend, FullClient, FullPool, FullSelectChain};
