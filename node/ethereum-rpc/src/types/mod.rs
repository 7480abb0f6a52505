// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What travels in requests and answers, in the form that Ethereum's clients expect.

mod block;
mod block_id;
mod log;
mod log_filter;
mod receipt;
mod transaction;

pub use block::{Block, Header, Transactions};
pub use block_id::{BlockId, BlockTag};
pub use log::Log;
pub(crate) use log_filter::reversed;
pub use log_filter::{LogBlocks, LogFilter, LogSelection, OneOrMany, MAX_ALTERNATIVES, MAX_TOPICS};
pub use pallet_revive::evm::{Bytes, Bytes256, Bytes8};
use polkadot_sdk::*;
pub use receipt::{bloom, Receipt};
pub use transaction::{AccessListEntry, Transaction};
