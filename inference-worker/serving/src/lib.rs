// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The serving engine: answers of thousands of adapters from one base model.
//!
//! A request goes this way:
//!
//! 1. [`Engine::infer`] takes one of a bounded number of places in the queue, or answers
//!    [`ServingError::Busy`] at once, and turns the text into tokens.
//! 2. The adapter and its head come from memory, else from disk, else from an [`ArtifactSource`];
//!    every hash is verified, and requests for the same adapter share one load.
//! 3. One task owns the queue. Whenever the engine is free, it takes the longest waiting row and as
//!    many rows of similar length as fit into the token budget, whatever their adapters.
//! 4. One thread owns the ONNX Runtime session and the adapter banks. It puts the batch's adapters
//!    into slots, runs the batch once and applies each row's own head.
//!
//! The graph with its banks is described in the exporter, [`onnx`].

mod bank;
mod batch;
mod config;
mod disk;
mod engine;
mod error;
mod executor;
mod flight;
pub mod onnx;
mod runtime;
mod slots;
mod store;

pub use bank::{bucket_of, PreparedAdapter, RANK_BUCKETS};
pub use config::{default_ort_dylib, EngineConfig};
pub use engine::{AdapterFiles, Answer, Engine};
pub use error::{LoadError, ServingError};
pub use runtime::{GraphRow, GraphRunner, GRAPH_OPTIMISATION_LEVEL};
pub use slots::{Placement, SlotTable};
pub use store::{AdapterStore, ArtifactSource, BoxFuture, StoreLimits};
