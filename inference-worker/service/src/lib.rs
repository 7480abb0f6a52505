// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The worker service: serves adapters over HTTP, measures what moved each answer, signs receipts,
//! trains adapters and checks contributions.
//!
//! - [`cli`]: what people type.  [`app`]: puts the parts together and takes them down again.
//! - [`listen`]: connections.  [`api`]: HTTP, one file per resource.  [`error`]: every error a caller
//!   can see.  [`defects`]: panics.
//! - [`chain`]: the node, read through runtime APIs.  [`store`]: content by hash.
//!   [`state`]: what survives a restart.
//! - [`pipeline`]: escrowed jobs.  [`direct`]: requests paid by vouchers.  [`settlements`]: what became
//!   of receipts.  [`serve`]: from a question to a signed receipt, with [`adapters`], [`model`] and
//!   [`influence`].
//! - [`evaluate`]: checks of contributions.  [`training`]: training jobs.

#![warn(missing_docs)]

pub mod adapters;
pub mod api;
pub mod app;
pub mod chain;
pub mod cli;
pub mod defects;
pub mod direct;
pub mod error;
pub mod evaluate;
pub mod influence;
pub mod keys;
pub mod listen;
pub mod metrics_recorder;
pub mod model;
pub mod pipeline;
pub mod serve;
pub mod settlements;
pub mod state;
pub mod store;
pub mod training;
pub mod worker;

/// Seconds since 1970, as far as the machine's clock knows.
pub fn seconds_since_1970() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs())
}
