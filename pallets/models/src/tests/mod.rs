// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Tests, by the call that they test.

mod delist_base_model;
mod deprecate;
mod invariants;
pub(crate) mod mock;
mod publish;
mod queries;
mod register_adapter;
mod register_base_model;
mod set_price;
mod try_state;
