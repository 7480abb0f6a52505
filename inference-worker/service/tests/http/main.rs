// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The API, in-process, on the real router and the real state and store.

mod content;
mod direct;
mod evaluate;
mod forks;
mod jobs;
mod ledger;
mod limits;
mod restart;
mod slow;
mod support;
mod whole;
