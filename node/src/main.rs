// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The OpenLedger node.
//!
//! - `cli.rs` is what one can type, `command.rs` what it does.
//! - `chain_spec.rs` makes the development and local chains and reads others from files.
//! - `service/` puts together database, consensus, network and offchain workers.
//! - `authorship/` makes blocks of what the pool has ready.
//! - `ethereum.rs` reads and makes the extrinsics that carry Ethereum transactions.
//! - `runtime_cache.rs` keeps compiled runtimes, and compiles the next one in advance.
//! - `session_keys.rs` makes a validator's keys.
//! - `inference_pool.rs` checks and stores the operator's list of inference workers.
//! - `inference_metrics.rs` shows Prometheus what the offchain worker does with them.
//! - `ports.rs` sees to it that a taken port is an error at the start, in one line.
//! - `rpc/` answers JSON-RPC, one file per API.

#![warn(missing_docs)]
// The SDK's own error types are large, and its traits return them by value.
#![allow(clippy::result_large_err)]

mod authorship;
mod chain_spec;
mod cli;
mod command;
mod ethereum;
mod inference_metrics;
mod inference_pool;
mod ports;
mod rpc;
mod runtime_cache;
mod service;
mod session_keys;

use std::process::ExitCode;

/// The C library's allocator costs a node that executes blocks a tenth of its speed or more.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match command::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {}", command::explain(&error));
            ExitCode::FAILURE
        }
    }
}
