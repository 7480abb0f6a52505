// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{cross_entropy, Encoder, Gradients, Inputs, LearningError, Parameters};
use rand::{seq::SliceRandom, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How long and how fast to train.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Decides the order of the rows.
    pub seed: u64,
    /// Learning rate of the first step; it falls linearly to zero after the last.
    pub learning_rate: f64,
    /// Passes over the rows.
    pub epochs: u32,
    /// Rows per step.
    pub batch_size: usize,
}

/// What a step of training reports.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Counted from 1.
    pub epoch: u32,
    /// Counted from 1 over all epochs.
    pub step: u32,
    /// Steps in all epochs.
    pub steps: u32,
    /// Mean cross-entropy of the step's rows before the step, in nats.
    pub loss: f64,
    /// Set after the last step of an epoch: mean loss of the epoch's steps.
    pub epoch_loss: Option<f64>,
}

/// AdamW (Loshchilov and Hutter, 2019) with PyTorch's defaults.
struct AdamW {
    first: Vec<f32>,
    second: Vec<f32>,
    steps: i32,
}

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;
const WEIGHT_DECAY: f64 = 0.01;

impl AdamW {
    fn new(length: usize) -> Self {
        Self {
            first: vec![0.0; length],
            second: vec![0.0; length],
            steps: 0,
        }
    }

    fn step(&mut self, values: &mut [f32], gradient: &[f32], rate: f64) {
        self.steps = self.steps.saturating_add(1);
        let correction = 1.0 - BETA1.powi(self.steps);
        let root = (1.0 - BETA2.powi(self.steps)).sqrt();
        let keep = (1.0 - rate * WEIGHT_DECAY) as f32;
        let size = (rate / correction) as f32;
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((value, g), (m, v)) in values.iter_mut().zip(gradient).zip(moments) {
            *m = BETA1 as f32 * *m + (1.0 - BETA1) as f32 * g;
            *v = BETA2 as f32 * *v + (1.0 - BETA2) as f32 * g * g;
            *value = *value * keep - size * *m / (v.sqrt() / root as f32 + EPSILON as f32);
        }
    }
}

/// Trains `parameters` on the rows `subset` of `inputs`. The same arguments give the same numbers
/// on the same kind of processor. `on_step` may stop the training by returning an error.
///
/// Returns the mean loss of the last epoch.
///
/// # Errors
/// [`LearningError::Input`] for an unusable row or label, [`LearningError::Diverged`] when the loss
/// is no longer finite, and what `on_step` returns.
pub fn fit(
    encoder: &Encoder,
    inputs: &Inputs,
    labels: &[usize],
    subset: &[usize],
    parameters: &mut Parameters,
    schedule: &Schedule,
    on_step: &mut dyn FnMut(Step, &Parameters) -> Result<(), LearningError>,
) -> Result<f64, LearningError> {
    let batch_size = schedule.batch_size.max(1);
    let per_epoch = subset.len().div_ceil(batch_size) as u32;
    let steps = per_epoch.saturating_mul(schedule.epochs);
    // Another stream than the one that drew the initial parameters from the same seed.
    let mut random = ChaCha8Rng::seed_from_u64(schedule.seed);
    random.set_stream(1);
    let mut order = subset.to_vec();
    let mut optimizer = AdamW::new(parameters.values.len());
    let mut gradient = vec![0.0; parameters.values.len()];
    let (mut step, mut epoch_loss) = (0, 0.0);
    for epoch in 1..=schedule.epochs {
        order.shuffle(&mut random);
        let mut sum = 0.0;
        for batch in order.chunks(batch_size) {
            gradient.fill(0.0);
            let loss = add_gradient(encoder, inputs, labels, batch, parameters, &mut gradient)?;
            if !loss.is_finite() {
                return Err(LearningError::Diverged { epoch });
            }
            let rate = schedule.learning_rate * f64::from(steps - step) / f64::from(steps);
            optimizer.step(&mut parameters.values, &gradient, rate);
            step += 1;
            sum += loss * batch.len() as f64;
            let last = step % per_epoch == 0;
            if last {
                epoch_loss = sum / subset.len() as f64;
            }
            let report = Step {
                epoch,
                step,
                steps,
                loss,
                epoch_loss: last.then_some(epoch_loss),
            };
            on_step(report, parameters)?;
        }
    }
    Ok(epoch_loss)
}

/// Adds the gradient of the mean loss of `batch`; returns that loss.
fn add_gradient(
    encoder: &Encoder,
    inputs: &Inputs,
    labels: &[usize],
    batch: &[usize],
    parameters: &Parameters,
    gradient: &mut [f32],
) -> Result<f64, LearningError> {
    let weight = 1.0 / batch.len() as f32;
    let mut total = 0.0;
    for part in inputs.parts(encoder, batch) {
        let pass = encoder.forward(inputs.batch(encoder, part)?, parameters, true);
        let wanted = labels_of(labels, part)?;
        let (losses, logits) =
            cross_entropy(&pass.logits, &wanted, parameters.shape.labels, weight)?;
        encoder.backward(&pass, parameters, &logits, Gradients::Sum(gradient))?;
        total += losses.iter().sum::<f64>();
    }
    Ok(total / batch.len() as f64)
}

pub(crate) fn labels_of(labels: &[usize], rows: &[usize]) -> Result<Vec<usize>, LearningError> {
    rows.iter()
        .map(|row| labels.get(*row).copied())
        .collect::<Option<_>>()
        .ok_or_else(|| LearningError::Input("a row has no label".into()))
}

/// Head outputs of every row, `[rows, labels]`.
///
/// # Errors
/// As [`Inputs::batch`].
pub fn logits(
    encoder: &Encoder,
    inputs: &Inputs,
    parameters: &Parameters,
) -> Result<Vec<f32>, LearningError> {
    let rows: Vec<usize> = (0..inputs.len()).collect();
    let mut logits = Vec::with_capacity(rows.len() * parameters.shape.labels);
    for part in inputs.parts(encoder, &rows) {
        let pass = encoder.forward(inputs.batch(encoder, part)?, parameters, false);
        logits.extend(pass.logits);
    }
    Ok(logits)
}

/// The index of the largest number of each row; the first of equals. A row that has no number
/// larger than negative infinity gets 0.
pub fn predictions(logits: &[f32], labels: usize) -> Vec<usize> {
    logits
        .chunks_exact(labels.max(1))
        .map(|row| {
            let best = (0, f32::NEG_INFINITY);
            row.iter()
                .enumerate()
                .fold(best, |b, (i, x)| if *x > b.1 { (i, *x) } else { b })
                .0
        })
        .collect()
}

/// Takes the numbers of some rows and their gradients, `[rows, Shape::len]`.
pub type OnGradients<'a> = dyn FnMut(&[usize], &[f32]) -> Result<(), LearningError> + 'a;

/// Goes through all rows part by part and calls `with` with the numbers of the part's rows and the
/// gradients of their losses, `[rows, Shape::len]`, from one backward pass. Each is the gradient of
/// the row's own cross-entropy, not divided by any count.
///
/// # Errors
/// As [`Inputs::batch`], and what `with` returns.
pub fn for_each_gradient(
    encoder: &Encoder,
    inputs: &Inputs,
    labels: &[usize],
    parameters: &Parameters,
    with: &mut OnGradients<'_>,
) -> Result<(), LearningError> {
    let rows: Vec<usize> = (0..inputs.len()).collect();
    let length = parameters.shape.len();
    let mut gradients = Vec::new();
    for part in inputs.parts(encoder, &rows) {
        let pass = encoder.forward(inputs.batch(encoder, part)?, parameters, true);
        let wanted = labels_of(labels, part)?;
        let (_, logits) = cross_entropy(&pass.logits, &wanted, parameters.shape.labels, 1.0)?;
        gradients.clear();
        gradients.resize(part.len() * length, 0.0);
        encoder.backward(
            &pass,
            parameters,
            &logits,
            Gradients::PerRow(&mut gradients),
        )?;
        with(part, &gradients)?;
    }
    Ok(())
}
