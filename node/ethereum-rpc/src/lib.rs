// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Ethereum's JSON-RPC for a chain with pallet-revive, served by the node itself.
//!
//! History (blocks, receipts, logs, filters, subscriptions) is answered from an index kept beside
//! the chain database, see [`index`]; state and execution are asked of the runtime at the block in
//! question. `README.md` tells what lives where and how a query is answered.

pub mod api;
mod development;
pub mod error;
mod execution_error;
pub mod history;
pub mod index;
pub mod pool;
mod queue;
pub mod raw_transaction;
pub mod revert;
mod runtime;
#[cfg(test)]
mod test_chain;
mod turns;
pub mod types;
mod view;

pub use error::Error;
pub use history::SubscriptionIds;
pub use index::{BlockRef, Index};
pub use view::{EthereumRuntimeApi, EthereumView, Moment, Nonce};
