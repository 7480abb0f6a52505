// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

mod backward;
mod encoder;
mod error;
mod linalg;
mod math;
mod parameters;
mod weights;

pub use backward::{cross_entropy, Gradients};
pub use encoder::{Encoder, Forward, Hidden};
pub use error::LearningError;
pub use parameters::{Parameters, Shape, Target};
