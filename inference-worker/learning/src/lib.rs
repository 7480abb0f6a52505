// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

mod backward;
mod baseline;
mod encoder;
mod error;
mod fit;
mod linalg;
mod math;
mod parameters;
mod projection;
mod rows;
mod weights;

pub use backward::{cross_entropy, Gradients};
pub use encoder::{Encoder, Forward, Hidden};
pub use error::LearningError;
pub use parameters::{Parameters, Shape, Target};
pub use baseline::LogisticRegression;
pub use fit::{fit, for_each_gradient, logits, predictions, Schedule, Step};
pub use projection::Projection;
pub use rows::Inputs;
