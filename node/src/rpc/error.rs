// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What can go wrong with a question about the ledger, as JSON-RPC errors.

use jsonrpsee::types::{ErrorObject, ErrorObjectOwned};
use openledger_runtime::Hash;
use polkadot_sdk::*;
use serde_json::json;

/// The code of [`Error::UnknownId`].
pub const UNKNOWN_ID: i32 = 20_001;

/// The code of [`Error::UnknownBlock`].
pub const UNKNOWN_BLOCK: i32 = 20_002;

/// The code of [`Error::RuntimeFailed`].
pub const RUNTIME_FAILED: i32 = 20_003;

/// Why a question has no answer.
#[derive(Debug)]
pub enum Error {
    /// The chain knows nothing by this identifier at this block. The text says what was looked for
    /// and where to look instead.
    UnknownId(String),
    /// The block that was asked about is not in this node's database.
    UnknownBlock(Hash),
    /// The runtime could not be asked: the block's state is pruned, its runtime lacks the API, or
    /// the call trapped.
    RuntimeFailed {
        /// The runtime API's function.
        call: &'static str,
        /// The block that was asked about.
        at: Hash,
        /// What the client said.
        source: String,
    },
}

impl Error {
    /// What a failed runtime API call becomes.
    pub fn runtime(call: &'static str, at: Hash) -> impl FnOnce(sp_api::ApiError) -> Self {
        move |source| Self::RuntimeFailed {
            call,
            at,
            source: source.to_string(),
        }
    }
}

impl From<Error> for ErrorObjectOwned {
    fn from(error: Error) -> Self {
        match error {
            Error::UnknownId(message) => ErrorObject::owned(UNKNOWN_ID, message, None::<()>),
            Error::UnknownBlock(hash) => ErrorObject::owned(
                UNKNOWN_BLOCK,
                format!(
                    "this node has no block {hash:?}: give the hash of a block that it has \
                     imported, or none for the best block"
                ),
                None::<()>,
            ),
            Error::RuntimeFailed { call, at, source } => ErrorObject::owned(
                RUNTIME_FAILED,
                format!(
                    "{call} failed at block {at:?}: if the block is old, its state may be pruned \
                     here; ask a node that runs with --state-pruning archive"
                ),
                Some(json!({ "call": call, "at": at, "cause": source })),
            ),
        }
    }
}
