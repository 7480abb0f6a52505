// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The real runtime, driven natively from its genesis presets.

mod allocation;
mod authoring;
mod chain;
mod coordinator;
mod equivocations;
mod evm;
mod genesis;
mod governance;
mod main_job;
mod missed_blocks;
mod origins;
mod parameters;
mod precompiles;
mod proxies;
mod receipt_price;
mod session_keys;
mod transactions;
mod treasury;
#[cfg(feature = "try-runtime")]
mod upgrades;
mod voters;
