// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use std::path::PathBuf;

/// Why a file of a model, adapter, head, manifest or data set was refused.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// A file of the base model is not there.
    #[error("{path} is missing: run ./scripts/setup.sh, or set OPENLEDGER_MODEL_DIR")]
    ModelFileMissing {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// A file could not be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file that was read.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file of the base model does not have the expected content.
    #[error("{path} is not usable as a base model: {reason}")]
    Model {
        /// The file that was read.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file is larger than its kind may be. Nothing of it was read.
    #[error("{what} has {size} bytes, at most {limit} are allowed")]
    TooLarge {
        /// The kind of file.
        what: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The safetensors container is damaged or not of the strict form that is accepted.
    #[error("not a valid safetensors file: {0}")]
    Container(String),
    /// An adapter has missing, unexpected or wrongly shaped tensors, or numbers that are not
    /// finite.
    #[error("not a usable LoRA adapter: {0}")]
    Adapter(String),
    /// A head has missing, unexpected or wrongly shaped tensors, bad labels, or numbers that are
    /// not finite.
    #[error("not a usable classification head: {0}")]
    Head(String),
    /// A manifest is not valid JSON of the expected form, or its fields contradict each other.
    #[error("not a valid manifest: {0}")]
    Manifest(String),
    /// A row of a JSONL file is not usable.
    #[error("line {line}: {reason}")]
    Row {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A JSONL file has more rows than allowed.
    #[error("more than {limit} rows")]
    TooManyRows {
        /// The limit in rows.
        limit: usize,
    },
}
