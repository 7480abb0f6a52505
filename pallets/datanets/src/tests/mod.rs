// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Tests, by the call that they test.

mod accept_contribution;
mod contribute;
mod create_datanet;
mod invariants;
pub(crate) mod mock;
mod publish_version;
mod queries;
mod reject_contribution;
mod set_policy;
mod transfer_datanet;
mod try_state;
mod withdraw_contribution;
