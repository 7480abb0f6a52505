// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What training and serving agree on.
//!
//! - [`BaseModel`]: the files of the base model (a BERT encoder) and their hash.
//! - [`TextTokenizer`]: text to token ids, truncated to [`MAX_TOKENS`].
//! - [`LoraAdapter`] and [`Head`]: the two safetensors files of a trained adapter.
//! - [`Manifest`]: the JSON file that names all files of an artifact and how they came about.
//! - [`Row`], [`parse_rows`], [`row_lines`]: the JSONL rows of a contribution.
//!
//! Everything that is read here may have been written by a stranger: sizes are checked before
//! memory is allocated, numbers must be finite, shapes must agree. Everything that is written here
//! is deterministic, because its hash goes on chain.

mod adapter;
mod error;
mod hash;
mod head;
mod manifest;
mod model;
mod rows;
mod tensors;
mod tokenizer;

pub use adapter::{LoraAdapter, LoraLayer, LoraPair, MAX_ADAPTER_BYTES, MAX_LAYERS, MAX_RANK};
pub use error::ArtifactError;
pub use hash::{content_hash, HexHash};
pub use head::{Head, MAX_HEAD_BYTES, MAX_LABELS, MAX_LABEL_BYTES};
pub use manifest::{
    Hyper, InfluenceSettings, Manifest, ManifestContribution, ManifestMetrics, ManifestVersion,
    INFLUENCE_DIMENSIONS, INFLUENCE_METHOD, MANIFEST_FORMAT, MAX_MANIFEST_BYTES,
};
pub use model::{file_hash, BaseModel, BertConfig, Weights, SETUP_HINT};
pub use rows::{parse_rows, row_lines, Row, RowLimits};
pub use tokenizer::TextTokenizer;

/// Longest input in tokens, the special tokens `[CLS]` and `[SEP]` included. Longer texts are
/// truncated. Also the most units that one inference can be charged for.
pub const MAX_TOKENS: usize = 128;

/// Longest hidden state that any file may declare, in numbers per token.
pub const MAX_HIDDEN: usize = 4096;
