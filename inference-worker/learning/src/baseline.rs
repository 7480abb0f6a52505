// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What an adapter has to beat: multinomial logistic regression on the frozen embeddings.

use crate::{fit::predictions, LearningError};
use std::collections::VecDeque;

/// Strength of the L2 penalty, `1 / C` of the usual formulation.
const PENALTY: f64 = 1.0;
/// Most steps of L-BFGS; a few dozen are enough for a thousand rows.
const MAX_STEPS: usize = 500;
/// Steps that L-BFGS remembers.
const MEMORY: usize = 10;
/// Largest slope, per row, at which the minimum counts as found.
const TOLERANCE: f64 = 1e-6;

/// A trained logistic regression.
#[derive(Debug)]
pub struct LogisticRegression {
    features: usize,
    labels: usize,
    /// `[labels, features + 1]`: the last column is the bias.
    weights: Vec<f64>,
    /// Mean loss per row at the minimum, penalty included, in nats.
    pub loss: f64,
}

impl LogisticRegression {
    /// Fits `x [rows, features]` to one label per row: cross-entropy plus half the squared weights
    /// (not the biases), minimised to convergence by L-BFGS (Liu and Nocedal, 1989). Deterministic.
    ///
    /// # Errors
    /// [`LearningError::Input`] when sizes do not fit or a label is out of range.
    pub fn fit(
        x: &[f32],
        features: usize,
        wanted: &[usize],
        labels: usize,
    ) -> Result<Self, LearningError> {
        let bad_label = wanted.iter().any(|label| *label >= labels);
        if features == 0 || wanted.is_empty() || bad_label || x.len() != wanted.len() * features {
            return Err(LearningError::Input(
                "logistic regression got unusable rows".into(),
            ));
        }
        let problem = Problem {
            x,
            features,
            wanted,
            labels,
        };
        let mut weights = vec![0.0; labels * (features + 1)];
        let (mut loss, mut slope) = problem.evaluate(&weights);
        let mut history: VecDeque<(Vec<f64>, Vec<f64>)> = VecDeque::new();
        for _ in 0..MAX_STEPS {
            if slope.iter().all(|s| s.abs() < TOLERANCE) {
                break;
            }
            let direction = descent(&slope, &history);
            let decrease = dot(&direction, &slope);
            let mut size = if history.is_empty() {
                1.0 / norm(&slope).max(1.0)
            } else {
                1.0
            };
            let step = loop {
                let trial: Vec<f64> = weights
                    .iter()
                    .zip(&direction)
                    .map(|(w, d)| w + size * d)
                    .collect();
                let (value, gradient) = problem.evaluate(&trial);
                if value <= loss + 1e-4 * size * decrease {
                    break Some((trial, value, gradient));
                }
                size *= 0.5;
                if size < 1e-12 {
                    break None;
                }
            };
            // No smaller value in this direction: the precision of the numbers is exhausted.
            let Some((trial, value, gradient)) = step else {
                break;
            };
            let moved = difference(&trial, &weights);
            let turned = difference(&gradient, &slope);
            if dot(&moved, &turned) > 1e-14 {
                if history.len() == MEMORY {
                    history.pop_front();
                }
                history.push_back((moved, turned));
            }
            (weights, loss, slope) = (trial, value, gradient);
        }
        Ok(Self {
            features,
            labels,
            weights,
            loss,
        })
    }

    /// The most likely label of each row of `x [rows, features]`.
    pub fn predict(&self, x: &[f32]) -> Vec<usize> {
        let mut logits = Vec::new();
        for row in x.chunks_exact(self.features) {
            let scores = self.weights.chunks_exact(self.features + 1);
            logits.extend(scores.map(|weights| score(weights, row) as f32));
        }
        predictions(&logits, self.labels)
    }
}

struct Problem<'a> {
    x: &'a [f32],
    features: usize,
    wanted: &'a [usize],
    labels: usize,
}

impl Problem<'_> {
    /// Mean loss per row and its slope.
    fn evaluate(&self, weights: &[f64]) -> (f64, Vec<f64>) {
        let width = self.features + 1;
        let rows = self.wanted.len() as f64;
        let mut loss = 0.0;
        let mut slope = vec![0.0; weights.len()];
        let mut scores = vec![0.0; self.labels];
        for (row, wanted) in self.x.chunks_exact(self.features).zip(self.wanted) {
            for (value, weights) in scores.iter_mut().zip(weights.chunks_exact(width)) {
                *value = score(weights, row);
            }
            let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = scores.iter().map(|s| (s - largest).exp()).sum();
            loss += largest + sum.ln() - scores[*wanted];
            let slopes = slope.chunks_exact_mut(width);
            for (label, (value, slope)) in scores.iter().zip(slopes).enumerate() {
                let target = if label == *wanted { 1.0 } else { 0.0 };
                let delta = (value - largest).exp() / sum - target;
                slope
                    .iter_mut()
                    .zip(row)
                    .for_each(|(s, x)| *s += delta * f64::from(*x));
                if let Some(bias) = slope.last_mut() {
                    *bias += delta;
                }
            }
        }
        for (slope, weights) in slope
            .chunks_exact_mut(width)
            .zip(weights.chunks_exact(width))
        {
            for (s, w) in slope.iter_mut().zip(weights).take(self.features) {
                *s += PENALTY * w;
                loss += 0.5 * PENALTY * w * w;
            }
        }
        slope.iter_mut().for_each(|s| *s /= rows);
        (loss / rows, slope)
    }
}

fn score(weights: &[f64], row: &[f32]) -> f64 {
    let bias = weights.last().copied().unwrap_or_default();
    bias + weights
        .iter()
        .zip(row)
        .map(|(w, x)| w * f64::from(*x))
        .sum::<f64>()
}

/// The two-loop recursion: minus the inverse curvature, as remembered, times the slope.
fn descent(slope: &[f64], history: &VecDeque<(Vec<f64>, Vec<f64>)>) -> Vec<f64> {
    let mut direction: Vec<f64> = slope.iter().map(|s| -s).collect();
    let mut factors = Vec::with_capacity(history.len());
    for (moved, turned) in history.iter().rev() {
        let factor = dot(moved, &direction) / dot(moved, turned);
        direction
            .iter_mut()
            .zip(turned)
            .for_each(|(d, t)| *d -= factor * t);
        factors.push(factor);
    }
    if let Some((moved, turned)) = history.back() {
        let curvature = dot(moved, turned) / dot(turned, turned);
        direction.iter_mut().for_each(|d| *d *= curvature);
    }
    for ((moved, turned), factor) in history.iter().zip(factors.iter().rev()) {
        let back = dot(turned, &direction) / dot(moved, turned);
        direction
            .iter_mut()
            .zip(moved)
            .for_each(|(d, m)| *d += (factor - back) * m);
    }
    direction
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f32; 12] = [0.0, 0.1, 0.2, 0.0, 5.0, 5.1, 5.2, 4.9, 0.1, 5.0, 0.0, 5.2];
    const LABELS: [usize; 6] = [0, 0, 1, 1, 2, 2];

    #[test]
    fn three_separate_clusters_are_told_apart() {
        let model = LogisticRegression::fit(&X, 2, &LABELS, 3).unwrap();
        assert_eq!(model.predict(&X), LABELS);
    }

    #[test]
    fn the_slope_vanishes_at_the_solution() {
        let model = LogisticRegression::fit(&X, 2, &LABELS, 3).unwrap();
        let problem = Problem {
            x: &X,
            features: 2,
            wanted: &LABELS,
            labels: 3,
        };
        let (loss, slope) = problem.evaluate(&model.weights);
        assert!(slope.iter().all(|s| s.abs() < 1e-5), "{slope:?}");
        assert_eq!(loss, model.loss);
    }

    #[test]
    fn the_slope_is_the_finite_difference_of_the_loss() {
        let problem = Problem {
            x: &X,
            features: 2,
            wanted: &LABELS,
            labels: 3,
        };
        let weights: Vec<f64> = (0..9).map(|i| f64::from(i) * 0.1 - 0.4).collect();
        let slope = problem.evaluate(&weights).1;
        for i in 0..9 {
            let (mut up, mut down) = (weights.clone(), weights.clone());
            up[i] += 1e-5;
            down[i] -= 1e-5;
            let finite = (problem.evaluate(&up).0 - problem.evaluate(&down).0) / 2e-5;
            assert!((finite - slope[i]).abs() < 1e-7);
        }
    }

    #[test]
    fn a_label_out_of_range_is_refused() {
        assert!(LogisticRegression::fit(&X, 2, &LABELS, 2).is_err());
    }
}
