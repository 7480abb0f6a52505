// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Tests, split by the call that they test.

mod bitmap;
mod cancel;
mod close_channel;
mod delivery;
mod escrow;
mod funds;
pub(crate) mod mock;
mod on_idle;
mod open_channel;
mod register_worker;
mod request_inference;
mod retire_worker;
mod top_up_channel;
mod try_state;
mod update_worker;
mod views;
mod vouchers;
