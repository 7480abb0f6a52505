// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use openledger_artifacts::ArtifactError;
use std::path::PathBuf;

/// Why training, an influence index or an influence query failed.
#[derive(Debug, thiserror::Error)]
pub enum LearningError {
    /// A file of the base model, the adapter or the head is not usable.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The base model's weights cannot be used by this implementation.
    #[error("the weights in {path} are not usable: {reason}")]
    Weights {
        /// The file that was read.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A training job asks for something impossible.
    #[error("the training job is not possible: {0}")]
    Spec(String),
    /// The loss became infinite or not a number.
    #[error("training diverged in epoch {epoch}: choose a lower learning rate")]
    Diverged {
        /// The epoch, counted from 1.
        epoch: u32,
    },
    /// An input of a computation has the wrong size or an unknown token or label.
    #[error("the input is not usable: {0}")]
    Input(String),
    /// An influence index is damaged, or belongs to another adapter or head.
    #[error("not a usable influence index: {0}")]
    Index(String),
    /// A file could not be read or written.
    #[error("cannot access {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}
