// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The pallet's tests, by the call that they test.

pub mod mock;

mod build;
mod close;
mod conclude;
mod enact;
mod genesis;
mod invariants;
mod on_accepted;
mod on_idle;
mod prune_reports;
mod retry;
mod stakes;
mod steps;
mod submit;
mod submit_evaluation;
mod submit_score;
mod try_state;
mod types;
