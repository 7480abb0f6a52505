// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Tests, split by the call that they test.

mod bonds;
mod chill;
mod commission;
mod delegate;
mod elections;
mod genesis;
mod governance;
mod interfaces;
mod invariants;
mod missed_blocks;
pub(crate) mod mock;
mod redelegate;
mod register_operator;
mod retire_operator;
mod rewards;
mod shares;
mod slashing;
mod undelegate;
mod views;
mod withdraw;
