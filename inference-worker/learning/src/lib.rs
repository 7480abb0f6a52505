// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Training, gradients of single rows, the influence index, and duplicate detection.
//!
//! - [`train`] fine-tunes a [LoRA adapter](openledger_artifacts::LoraAdapter) and a classification
//!   head on the rows of contributions, and leaves an influence index. [`TrainSpec`] and
//!   [`Progress`] are serialisable, so that a child process can do it.
//! - [`InfluenceModel`] tells which contributions moved an answer, in parts of a million, and which
//!   rows.
//! - [`duplicates`] finds rows that somebody already contributed.
//!
//! The rest is what these are made of: [`Encoder`] is a BERT encoder whose forward and backward
//! passes are written out over plain slices and matrix products. See this crate's `README.md` for
//! the method and for why it is not built on automatic differentiation.

mod backward;
mod baseline;
pub mod duplicates;
mod encoder;
mod error;
mod fit;
mod index;
mod influence;
mod linalg;
mod math;
mod parameters;
mod projection;
mod rows;
mod shares;
mod spec;
mod train;
mod weights;

pub use backward::{cross_entropy, Gradients};
pub use baseline::LogisticRegression;
pub use encoder::{Encoder, Forward, Hidden};
pub use error::LearningError;
pub use fit::{fit, for_each_gradient, logits, predictions, OnGradients, Schedule, Step};
pub use index::{IndexBuilder, IndexHeader, InfluenceIndex, RowScore};
pub use influence::{Influence, InfluenceModel};
pub use parameters::{Parameters, Shape, Target};
pub use projection::Projection;
pub use rows::Inputs;
pub use shares::{shares, trimmed, MAX_SHARES, WHOLE};
pub use spec::{default_hyper, TrainContribution, TrainSpec, MAX_TRAINING_ROWS};
pub use train::{train, Progress, Trained};
