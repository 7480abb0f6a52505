// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

mod attribution;
mod datanets;
mod frames;
mod interfaces;
mod logs;
pub(crate) mod mock;
mod models;
mod open;
mod permit;
mod solidity;
