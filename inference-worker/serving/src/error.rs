// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::onnx::ExportError;
use openledger_artifacts::{ArtifactError, HexHash};
use std::path::PathBuf;

/// Why an adapter or head could not be loaded. Shared by all requests that waited for the load.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LoadError {
    /// The content store does not have it, or did not answer in time.
    #[error("cannot fetch {hash}: {reason}")]
    Fetch {
        /// Hash of the artifact.
        hash: HexHash,
        /// What the store said.
        reason: String,
    },
    /// The content store answered with other bytes.
    #[error("the content store answered {hash} with other content")]
    WrongContent {
        /// Hash of the artifact.
        hash: HexHash,
    },
    /// The content is not a usable adapter or head, or not one for this base model.
    #[error("{hash} cannot be used: {reason}")]
    Unusable {
        /// Hash of the artifact.
        hash: HexHash,
        /// What is wrong with it.
        reason: String,
    },
}

/// Why a request was not answered, or the engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServingError {
    /// The queue is full: try again later (HTTP 429).
    #[error("too many requests are waiting, try again later")]
    Busy,
    /// The engine is shutting down.
    #[error("the engine is shutting down")]
    ShuttingDown,
    /// The text is longer than the engine accepts.
    #[error("the text has {size} bytes, at most {limit} are accepted")]
    TextTooLong {
        /// Length of the text in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The adapter or its head could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The adapter led to numbers that are not finite.
    #[error("the adapter gives no finite answer to this text")]
    NotFinite,
    /// ONNX Runtime's library is not there.
    #[error("{path} is missing: run ./scripts/setup.sh, or set ORT_DYLIB_PATH")]
    RuntimeMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// ONNX Runtime refused to load or run the graph.
    #[error("ONNX Runtime: {0}")]
    Runtime(String),
    /// The base model is missing or not usable.
    #[error(transparent)]
    Model(#[from] ArtifactError),
    /// The base model could not be exported.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The configuration leaves no room for work, or a folder cannot be used.
    #[error("the serving engine cannot start: {0}")]
    Start(String),
}

impl ServingError {
    /// Whether the same request can never succeed, so that trying again is pointless.
    pub fn is_permanent(&self) -> bool {
        matches!(
            self,
            Self::TextTooLong { .. } | Self::NotFinite | Self::Load(LoadError::Unusable { .. })
        )
    }
}
