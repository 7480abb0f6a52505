// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Tests, split by the call that they test. Jobs, channels and workers are those of the real
//! inference pallet; only the adapters come from a table.

mod authorize;
mod checks;
mod claims;
mod delivery;
mod fee_split;
mod genesis;
mod interleavings;
pub(crate) mod mock;
mod orderings;
mod pruning;
mod settlement;
mod submit_receipt;
mod submit_receipts;
mod try_state;
mod views;
