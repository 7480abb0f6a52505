// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::data::Data;
use candle_core::{Device, Tensor};
use openledger_learning::{
    for_each_gradient, Encoder, IndexBuilder, IndexHeader, InfluenceIndex, Inputs, LearningError,
    Parameters, Projection, Target,
};
use std::{error::Error, ops::Range};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Scores of every training row for every query, `[queries][rows]`.
pub type Scores = Vec<Vec<f64>>;

/// Exact gradients of all rows, `[rows, length]`.
pub fn gradients(
    encoder: &Encoder,
    inputs: &Inputs,
    labels: &[usize],
    parameters: &Parameters,
) -> Result<Vec<f32>> {
    let mut all = Vec::with_capacity(labels.len() * parameters.shape.len());
    for_each_gradient(encoder, inputs, labels, parameters, &mut |_, gradients| {
        all.extend_from_slice(gradients);
        Ok(())
    })?;
    Ok(all)
}

/// Dot products of gradients, one matrix per trainable tensor.
pub struct Products {
    /// `[tensors][rows][rows]`.
    pub rows: Vec<Vec<Vec<f32>>>,
    /// `[tensors][queries][rows]`.
    pub queries: Vec<Vec<Vec<f32>>>,
    /// Numbers in each tensor.
    pub lengths: Vec<usize>,
}

impl Products {
    pub fn new(parameters: &Parameters, rows: &[f32], queries: &[f32]) -> Result<Self> {
        let length = parameters.shape.len();
        let tensors = tensors(parameters);
        let mut products = Self {
            rows: Vec::new(),
            queries: Vec::new(),
            lengths: tensors.iter().map(ExactSizeIterator::len).collect(),
        };
        for range in tensors {
            let part = |all: &[f32]| -> Result<Tensor> {
                let numbers: Vec<f32> = all
                    .chunks_exact(length)
                    .flat_map(|gradient| gradient[range.clone()].iter().copied())
                    .collect();
                let count = all.len() / length;
                Ok(Tensor::from_vec(
                    numbers,
                    (count, range.len()),
                    &Device::Cpu,
                )?)
            };
            let (r, q) = (part(rows)?, part(queries)?);
            products.rows.push(r.matmul(&r.t()?)?.to_vec2()?);
            products.queries.push(q.matmul(&r.t()?)?.to_vec2()?);
        }
        Ok(products)
    }

    /// Grad-Dot (TracIn at the last checkpoint): the plain dot product.
    pub fn grad_dot(&self) -> Scores {
        let (queries, rows) = (self.queries[0].len(), self.rows[0].len());
        (0..queries)
            .map(|q| {
                (0..rows)
                    .map(|k| self.queries.iter().map(|t| f64::from(t[q][k])).sum())
                    .collect()
            })
            .collect()
    }

    /// Squared length of each row's whole gradient.
    pub fn squares(&self) -> Vec<f64> {
        (0..self.rows[0].len())
            .map(|k| self.rows.iter().map(|tensor| f64::from(tensor[k][k])).sum())
            .collect()
    }

    /// Gradients scaled to unit norm, without projection.
    pub fn unit(&self) -> Scores {
        let norms: Vec<f64> = self.squares().iter().map(|s| s.sqrt().max(1e-30)).collect();
        let mut scores = self.grad_dot();
        for row in &mut scores {
            row.iter_mut()
                .zip(&norms)
                .for_each(|(score, norm)| *score /= norm);
        }
        scores
    }

    /// DataInf (Kwon et al., 2024), per tensor, with the damping of the paper: a tenth of the mean
    /// squared gradient entry.
    pub fn data_inf(&self) -> Result<Scores> {
        let count = self.rows[0].len();
        let mut scores = vec![vec![0.0; count]; self.queries[0].len()];
        for ((rows, queries), length) in self.rows.iter().zip(&self.queries).zip(&self.lengths) {
            let squares: Vec<f64> = (0..count).map(|i| f64::from(rows[i][i])).collect();
            let damping = 0.1 * squares.iter().sum::<f64>() / (count * length) as f64;
            if damping <= 0.0 {
                continue;
            }
            let weighted: Vec<f32> = queries
                .iter()
                .flat_map(|query| {
                    query
                        .iter()
                        .zip(&squares)
                        .map(|(v, s)| (f64::from(*v) / (damping + s)) as f32)
                })
                .collect();
            let weighted = Tensor::from_vec(weighted, (queries.len(), count), &Device::Cpu)?;
            let gram: Vec<f32> = rows.iter().flatten().copied().collect();
            let gram = Tensor::from_vec(gram, (count, count), &Device::Cpu)?;
            let corrections: Vec<Vec<f32>> = weighted.matmul(&gram)?.to_vec2()?;
            for ((scores, query), correction) in scores.iter_mut().zip(queries).zip(&corrections) {
                for ((score, v), c) in scores.iter_mut().zip(query).zip(correction) {
                    *score += (f64::from(*v) - f64::from(*c) / count as f64) / damping;
                }
            }
        }
        Ok(scores)
    }
}

fn tensors(parameters: &Parameters) -> Vec<Range<usize>> {
    let shape = parameters.shape;
    let mut tensors = Vec::new();
    for layer in shape.first_layer..shape.layers {
        for target in [Target::Query, Target::Value] {
            let (a, b) = shape.pair(layer, target);
            tensors.extend([a, b]);
        }
    }
    let (weight, bias) = shape.head();
    tensors.extend([weight, bias]);
    tensors
}

/// Row labels that are the predicted one: the baseline that any gradient has to beat.
pub fn same_label(predicted: &[usize], labels: &[usize]) -> Scores {
    predicted
        .iter()
        .map(|wanted| {
            labels
                .iter()
                .map(|label| f64::from(u8::from(label == wanted)))
                .collect()
        })
        .collect()
}

/// Scores of every group for every query as the worker computes them: projected unit gradients in
/// half precision, through a file.
pub fn shipped(
    parameters: &Parameters,
    gradients: (&[f32], &[f32]),
    data: &Data,
    dimensions: u32,
) -> Result<Scores> {
    const SEED: u64 = 1;
    let length = parameters.shape.len();
    let header = IndexHeader {
        dimensions,
        rows: 0,
        contributions: 0,
        labels: parameters.shape.labels as u32,
        projection_seed: SEED,
        gradient_length: length as u64,
        adapter: [0; 32],
        head: [0; 32],
    };
    let projection = Projection::new(length, dimensions as usize, SEED);
    let mut builder = IndexBuilder::new(header);
    // An index is in the order of its contributions, which are the groups here.
    let mut order: Vec<usize> = (0..data.train.len()).collect();
    order.sort_by_key(|row| data.groups[*row]);
    for row in order {
        let unit = projection.unit(&gradients.0[row * length..(row + 1) * length]);
        let (group, label) = (data.groups[row] as u64, data.train_labels[row] as u32);
        builder.push(group, row as u32, label, &unit)?;
    }
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), builder.finish()?)?;
    let index = InfluenceIndex::open(file.path())?;
    gradients
        .1
        .chunks_exact(length)
        .map(|gradient| {
            let scores = index.contribution_scores(&projection.unit(gradient))?;
            Ok(scores.into_iter().map(|(_, score)| score as f64).collect())
        })
        .collect::<std::result::Result<_, LearningError>>()
        .map_err(Into::into)
}

/// Sums over the rows of each group, `[queries][groups]`.
pub fn by_group(scores: &Scores, groups: &[usize], count: usize) -> Scores {
    scores
        .iter()
        .map(|row| {
            let mut sums = vec![0.0; count];
            row.iter()
                .zip(groups)
                .for_each(|(score, group)| sums[*group] += score);
            sums
        })
        .collect()
}
