// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The real runtime, driven natively from its genesis presets.

mod chain;
mod genesis;
mod main_job;
mod transactions;
