// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{
    fit, for_each_gradient, logits, predictions,
    spec::{Division, TrainRow},
    Encoder, IndexBuilder, IndexHeader, Inputs, LearningError, LogisticRegression, Parameters,
    Projection, Schedule, Shape, TrainSpec,
};
use openledger_artifacts::{
    content_hash, BaseModel, Head, LoraAdapter, ManifestMetrics, TextTokenizer,
    INFLUENCE_DIMENSIONS,
};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the matrix kernels, which decide the last bits of a training.
const GEMM_VERSION: &str = "0.19.0";

/// What happens while a training runs. One JSON object each: a child process writes them as lines,
/// which are passed on as they are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Progress {
    /// The logistic regression on the frozen embeddings is done.
    Baseline {
        /// Its accuracy on the held-out rows, in parts per million.
        accuracy_ppm: u32,
    },
    /// A step is done.
    Step {
        /// Counted from 1.
        epoch: u32,
        /// Counted from 1 over all epochs.
        step: u32,
        /// Steps in all epochs.
        steps: u32,
        /// Mean cross-entropy of the step's rows before the step, in nats.
        loss: f64,
    },
    /// An epoch is done.
    Epoch {
        /// Counted from 1.
        epoch: u32,
        /// Mean cross-entropy of the epoch's steps, in nats.
        loss: f64,
        /// Accuracy on the held-out rows, in parts per million.
        held_out_accuracy_ppm: u32,
    },
    /// Gradients of rows are being computed for the influence index.
    Indexing {
        /// Rows done.
        rows: u64,
        /// All rows.
        total: u64,
    },
}

/// What a training leaves.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The adapter.
    pub adapter: LoraAdapter,
    /// The head; its labels are in alphabetical order.
    pub head: Head,
    /// The bytes of the influence index.
    pub index: Vec<u8>,
    /// What it reached.
    pub metrics: ManifestMetrics,
    /// Versions of what decided the numbers, for the manifest.
    pub libraries: BTreeMap<String, String>,
}

/// Trains an adapter and its head, measures them against the baseline, and builds the influence
/// index. Takes some two minutes for a thousand short texts on two cores. Runs on the current rayon
/// pool.
///
/// # Errors
/// [`LearningError::Spec`] when the job is not possible, [`LearningError::Artifact`] when a model
/// file is missing, [`LearningError::Diverged`] when the loss became infinite.
pub fn train(
    model: &BaseModel,
    spec: &TrainSpec,
    progress: &mut dyn FnMut(Progress),
) -> Result<Trained, LearningError> {
    let Division {
        labels,
        train,
        held_out,
    } = spec.divide()?;
    let tokenizer = TextTokenizer::open(&model.dir)?;
    let encoder = Encoder::open(model)?;
    let limit = spec.hyper.max_tokens as usize;
    let encode = |text: &str| truncate(tokenizer.encode(text), limit);
    let inputs = Inputs::Tokens(train.iter().map(|row| encode(row.text)).collect());
    let wanted: Vec<usize> = train.iter().map(|row| row.label).collect();
    let held_inputs = Inputs::Tokens(held_out.iter().map(|(text, _)| encode(text)).collect());
    let held_wanted: Vec<usize> = held_out.iter().map(|(_, label)| *label).collect();

    let baseline_accuracy_ppm = baseline(
        &encoder,
        (&inputs, &wanted),
        (&held_inputs, &held_wanted),
        labels.len(),
    )?;
    progress(Progress::Baseline {
        accuracy_ppm: baseline_accuracy_ppm,
    });

    let hyper = &spec.hyper;
    let shape = Shape::new(
        encoder.config(),
        hyper.rank as usize,
        hyper.alpha,
        labels.len(),
    );
    let mut parameters = Parameters::initial(shape, spec.seed);
    let schedule = Schedule {
        seed: spec.seed,
        learning_rate: hyper.learning_rate,
        epochs: hyper.epochs,
        batch_size: hyper.batch_size as usize,
    };
    let accuracy = |parameters: &Parameters| -> Result<u32, LearningError> {
        let logits = logits(&encoder, &held_inputs, parameters)?;
        Ok(accuracy_ppm(
            &predictions(&logits, shape.labels),
            &held_wanted,
        ))
    };
    let all: Vec<usize> = (0..train.len()).collect();
    let mut accuracy_ppm = 0;
    let mut on_step = |step: crate::Step, parameters: &Parameters| {
        let crate::Step {
            epoch,
            step,
            steps,
            loss,
            epoch_loss,
        } = step;
        progress(Progress::Step {
            epoch,
            step,
            steps,
            loss,
        });
        if let Some(loss) = epoch_loss {
            accuracy_ppm = accuracy(parameters)?;
            let held_out_accuracy_ppm = accuracy_ppm;
            progress(Progress::Epoch {
                epoch,
                loss,
                held_out_accuracy_ppm,
            });
        }
        Ok(())
    };
    let final_loss = fit(
        &encoder,
        &inputs,
        &wanted,
        &all,
        &mut parameters,
        &schedule,
        &mut on_step,
    )?;

    let (adapter, head) = parameters.to_artifacts(labels);
    adapter.check()?;
    head.check()?;
    let header = IndexHeader {
        dimensions: INFLUENCE_DIMENSIONS,
        rows: train.len() as u64,
        contributions: 0,
        labels: shape.labels as u32,
        projection_seed: spec.projection_seed,
        gradient_length: shape.len() as u64,
        adapter: content_hash(&adapter.to_safetensors()),
        head: content_hash(&head.to_safetensors()),
    };
    let index = build_index(&encoder, &inputs, &train, &parameters, header, progress)?;
    let metrics = ManifestMetrics {
        accuracy_ppm,
        baseline_accuracy_ppm,
        held_out_rows: held_out.len() as u32,
        final_loss,
        train_rows: train.len() as u32,
    };
    Ok(Trained {
        adapter,
        head,
        index,
        metrics,
        libraries: libraries(),
    })
}

/// Projects the gradient of every row and writes the index.
fn build_index(
    encoder: &Encoder,
    inputs: &Inputs,
    rows: &[TrainRow<'_>],
    parameters: &Parameters,
    header: IndexHeader,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<u8>, LearningError> {
    let length = parameters.shape.len();
    let projection = Projection::new(length, header.dimensions as usize, header.projection_seed);
    let wanted: Vec<usize> = rows.iter().map(|row| row.label).collect();
    let total = rows.len() as u64;
    let mut builder = IndexBuilder::new(header);
    let mut done = 0;
    for_each_gradient(
        encoder,
        inputs,
        &wanted,
        parameters,
        &mut |part, gradients| {
            let vectors: Vec<Vec<f32>> = gradients
                .par_chunks_exact(length)
                .map(|gradient| projection.unit(gradient))
                .collect();
            for (row, vector) in part.iter().zip(&vectors) {
                let TrainRow {
                    contribution,
                    row,
                    label,
                    ..
                } = rows[*row];
                builder.push(contribution, row, label as u32, vector)?;
            }
            done += part.len() as u64;
            progress(Progress::Indexing { rows: done, total });
            Ok(())
        },
    )?;
    builder.finish()
}

/// Accuracy of logistic regression on the frozen embeddings of the same rows, in parts per million.
fn baseline(
    encoder: &Encoder,
    (train, wanted): (&Inputs, &[usize]),
    (held_out, held_wanted): (&Inputs, &[usize]),
    labels: usize,
) -> Result<u32, LearningError> {
    let x = embeddings(encoder, train)?;
    let model = LogisticRegression::fit(&x, encoder.config().hidden_size, wanted, labels)?;
    Ok(accuracy_ppm(
        &model.predict(&embeddings(encoder, held_out)?),
        held_wanted,
    ))
}

/// Embeddings of all rows by the base model, `[rows, hidden]`.
fn embeddings(encoder: &Encoder, inputs: &Inputs) -> Result<Vec<f32>, LearningError> {
    let rows: Vec<usize> = (0..inputs.len()).collect();
    let mut embeddings = Vec::new();
    for part in inputs.parts(encoder, &rows) {
        let layers = 0..encoder.config().num_hidden_layers;
        let hidden = encoder.frozen(inputs.batch(encoder, part)?, layers);
        embeddings.extend(encoder.pool(&hidden));
    }
    Ok(embeddings)
}

/// Share of right predictions, in parts per million rounded down; 0 without rows.
fn accuracy_ppm(predicted: &[usize], wanted: &[usize]) -> u32 {
    let right = predicted.iter().zip(wanted).filter(|(p, w)| p == w).count() as u64;
    (right * 1_000_000)
        .checked_div(wanted.len() as u64)
        .unwrap_or(0) as u32
}

/// Cuts a text to `limit` tokens and keeps its last one, `[SEP]`.
fn truncate(mut tokens: Vec<u32>, limit: usize) -> Vec<u32> {
    if tokens.len() > limit {
        let last = tokens.last().copied();
        tokens.truncate(limit);
        if let (Some(to), Some(last)) = (tokens.last_mut(), last) {
            *to = last;
        }
    }
    tokens
}

fn libraries() -> BTreeMap<String, String> {
    BTreeMap::from([
        ("gemm".into(), GEMM_VERSION.into()),
        (
            "openledger-learning".into(),
            env!("CARGO_PKG_VERSION").into(),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truncated_text_keeps_its_last_token() {
        assert_eq!(truncate(vec![101, 5, 6, 7, 102], 3), [101, 5, 102]);
    }

    #[test]
    fn a_short_text_is_not_truncated() {
        assert_eq!(truncate(vec![101, 5, 102], 3), [101, 5, 102]);
    }

    #[test]
    fn the_recorded_kernel_version_is_the_one_that_is_linked() {
        let manifest = include_str!("../../../Cargo.toml");
        assert!(manifest.contains(&format!("gemm = \"={GEMM_VERSION}\"")));
    }

    #[test]
    fn accuracy_without_rows_is_zero() {
        assert_eq!(accuracy_ppm(&[], &[]), 0);
    }
}
