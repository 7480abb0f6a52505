// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The forward pass of a BERT encoder with LoRA on the query and value projections.
//!
//! The rows of a batch lie one after the other without padding, `[tokens, hidden]` with a list of
//! lengths: a row costs what its own tokens cost, and comes out the same in every batch.

use crate::{
    linalg::{linear, product, split, times, Mat, MatMut, Threads},
    math::{gelu_in_place, gelu_with_derivative, layer_norm, softmax, Normalised},
    parameters::{Parameters, Shape, Target},
    weights::{BertWeights, Layer, Linear},
    LearningError,
};
use openledger_artifacts::{BaseModel, BertConfig};
use rayon::prelude::*;
use std::ops::Range;

/// A frozen BERT encoder.
pub struct Encoder {
    pub(crate) config: BertConfig,
    pub(crate) weights: BertWeights,
}

/// The hidden states of the rows of a batch, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Hidden {
    /// `[tokens, hidden]`, row-major.
    pub values: Vec<f32>,
    /// Tokens per row; all at least 1.
    pub lengths: Vec<usize>,
}

/// What a forward pass leaves.
pub struct Forward {
    /// Mean of each row's last hidden states, `[rows, hidden]`.
    pub pooled: Vec<f32>,
    /// Head outputs before the softmax, `[rows, labels]`.
    pub logits: Vec<f32>,
    pub(crate) lengths: Vec<usize>,
    /// Empty unless the pass was made for a backward pass.
    pub(crate) layers: Vec<LayerCache>,
}

/// What the backward pass of a layer needs. All `[tokens, …]`.
#[derive(Default)]
pub(crate) struct LayerCache {
    pub input: Vec<f32>,
    pub query: Vec<f32>,
    pub key: Vec<f32>,
    pub value: Vec<f32>,
    /// Attention weights: per row, `[heads, length, length]`.
    pub attention: Vec<f32>,
    pub norm1: Normalised,
    pub gelu_derivative: Vec<f32>,
    pub norm2: Normalised,
    /// `x Aᵀ` of query and value, `[tokens, rank]`.
    pub reduced: [Vec<f32>; 2],
}

/// The LoRA pair of one projection.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub a: &'a [f32],
    pub b: &'a [f32],
}

impl Parameters {
    pub(crate) fn lora(&self, layer: usize, target: Target) -> Pair<'_> {
        let (a, b) = self.shape.pair(layer, target);
        Pair {
            a: self.part(a),
            b: self.part(b),
        }
    }
}

impl Encoder {
    /// Maps the weights of a base model into memory.
    ///
    /// # Errors
    /// [`LearningError::Artifact`] names a missing file and how to get it;
    /// [`LearningError::Weights`] when a tensor is missing or has another shape.
    pub fn open(model: &BaseModel) -> Result<Self, LearningError> {
        Ok(Self {
            config: model.config.clone(),
            weights: BertWeights::open(model)?,
        })
    }

    /// The shape of the encoder.
    pub fn config(&self) -> &BertConfig {
        &self.config
    }

    /// Looks up the embeddings of token ids: the input of layer 0.
    ///
    /// # Errors
    /// [`LearningError::Input`] when a row is empty, too long, or has an unknown token.
    pub fn embed(&self, rows: &[&[u32]]) -> Result<Hidden, LearningError> {
        let hidden = self.config.hidden_size;
        let lengths: Vec<usize> = rows.iter().map(|row| row.len()).collect();
        let mut values = Vec::with_capacity(lengths.iter().sum::<usize>() * hidden);
        let (words, positions) = (self.weights.words(), self.weights.positions());
        let kind = &self.weights.types()[..hidden];
        for row in rows {
            if row.is_empty() || row.len() > self.config.max_position_embeddings {
                return Err(LearningError::Input(format!(
                    "a text has {} tokens, expected 1 to {}",
                    row.len(),
                    self.config.max_position_embeddings
                )));
            }
            for (token, position) in row.iter().zip(positions.chunks_exact(hidden)) {
                let start = *token as usize * hidden;
                let word = words
                    .get(start..start + hidden)
                    .ok_or_else(|| LearningError::Input(format!("unknown token {token}")))?;
                values.extend(
                    word.iter()
                        .zip(position)
                        .zip(kind)
                        .map(|((w, p), k)| w + p + k),
                );
            }
        }
        let norm = self.weights.norm();
        layer_norm(&mut values, norm.weight, norm.bias, self.epsilon());
        Ok(Hidden { values, lengths })
    }

    /// Runs plain layers of the base model, without LoRA.
    pub fn frozen(&self, hidden: Hidden, layers: Range<usize>) -> Hidden {
        let Hidden {
            mut values,
            lengths,
        } = hidden;
        for index in layers {
            values = self.layer(index, values, &lengths, None, false).0;
        }
        Hidden { values, lengths }
    }

    /// Mean of each row's hidden states, `[rows, hidden]`.
    pub fn pool(&self, hidden: &Hidden) -> Vec<f32> {
        let width = self.config.hidden_size;
        let mut pooled = vec![0.0; hidden.lengths.len() * width];
        let mut tokens = hidden.values.chunks_exact(width);
        for (mean, length) in pooled.chunks_exact_mut(width).zip(&hidden.lengths) {
            for token in tokens.by_ref().take(*length) {
                mean.iter_mut()
                    .zip(token)
                    .for_each(|(mean, value)| *mean += value);
            }
            mean.iter_mut().for_each(|mean| *mean /= *length as f32);
        }
        pooled
    }

    /// Embeds rows with the base model: mean of the last hidden states, `[rows, hidden]`.
    ///
    /// # Errors
    /// As [`Encoder::embed`].
    pub fn sentence_embeddings(&self, rows: &[&[u32]]) -> Result<Vec<f32>, LearningError> {
        let hidden = self.frozen(self.embed(rows)?, 0..self.config.num_hidden_layers);
        Ok(self.pool(&hidden))
    }

    /// Runs the layers from [`Shape::first_layer`] on with LoRA, then pools and applies the head.
    /// With `keep`, what [`Encoder::backward`] needs is kept (some 15 KB per token and layer).
    pub fn forward(&self, input: Hidden, parameters: &Parameters, keep: bool) -> Forward {
        let Hidden {
            mut values,
            lengths,
        } = input;
        let mut layers = Vec::new();
        for index in parameters.shape.first_layer..parameters.shape.layers {
            let (output, cache) = self.layer(index, values, &lengths, Some(parameters), keep);
            layers.extend(cache);
            values = output;
        }
        let hidden = Hidden { values, lengths };
        let pooled = self.pool(&hidden);
        let (weight, bias) = parameters.shape.head();
        let logits = linear(&pooled, parameters.part(weight), parameters.part(bias));
        Forward {
            pooled,
            logits,
            lengths: hidden.lengths,
            layers,
        }
    }

    pub(crate) fn epsilon(&self) -> f32 {
        self.config.layer_norm_eps as f32
    }

    fn layer(
        &self,
        index: usize,
        input: Vec<f32>,
        lengths: &[usize],
        parameters: Option<&Parameters>,
        keep: bool,
    ) -> (Vec<f32>, Option<LayerCache>) {
        let Layer {
            query,
            key,
            value,
            output,
            norm1,
            up,
            down,
            norm2,
        } = self.weights.layer(index);
        let projected = |weights: Linear<'_>, target: Option<Target>| {
            let mut y = linear(&input, weights.weight, weights.bias);
            let reduced = match (parameters, target) {
                (Some(parameters), Some(target)) => add_lora(
                    &mut y,
                    &input,
                    parameters.lora(index, target),
                    &parameters.shape,
                ),
                _ => Vec::new(),
            };
            (y, reduced)
        };
        let (query, reduced_query) = projected(query, Some(Target::Query));
        let (value, reduced_value) = projected(value, Some(Target::Value));
        let (key, _) = projected(key, None);
        let (context, attention) = self.attention(&query, &key, &value, lengths);

        let mut middle = linear(&context, output.weight, output.bias);
        drop(context);
        add(&mut middle, &input);
        let kept1 = layer_norm(&mut middle, norm1.weight, norm1.bias, self.epsilon());

        let mut wide = linear(&middle, up.weight, up.bias);
        let gelu_derivative = if keep {
            gelu_with_derivative(&mut wide)
        } else {
            gelu_in_place(&mut wide);
            Vec::new()
        };
        let mut result = linear(&wide, down.weight, down.bias);
        drop(wide);
        add(&mut result, &middle);
        let kept2 = layer_norm(&mut result, norm2.weight, norm2.bias, self.epsilon());
        let cache = keep.then_some(LayerCache {
            input,
            query,
            key,
            value,
            attention,
            norm1: kept1,
            gelu_derivative,
            norm2: kept2,
            reduced: [reduced_query, reduced_value],
        });
        (result, cache)
    }

    /// Scaled dot-product attention within each row: context and attention weights.
    fn attention(
        &self,
        q: &[f32],
        k: &[f32],
        v: &[f32],
        lengths: &[usize],
    ) -> (Vec<f32>, Vec<f32>) {
        let (hidden, heads) = (self.config.hidden_size, self.config.num_attention_heads);
        let size = hidden / heads;
        let scale = 1.0 / (size as f32).sqrt();
        let mut context = vec![0.0; q.len()];
        let mut weights = vec![0.0; lengths.iter().map(|length| heads * length * length).sum()];
        let starts = starts(lengths);
        split(&mut context, lengths.iter().map(|length| length * hidden))
            .into_par_iter()
            .zip(split(
                &mut weights,
                lengths.iter().map(|length| heads * length * length),
            ))
            .zip(lengths.par_iter().zip(&starts))
            .for_each(|((context, weights), (&length, &start))| {
                let rows = start * hidden..(start + length) * hidden;
                let (q, k, v) = (&q[rows.clone()], &k[rows.clone()], &v[rows]);
                for (head, weights) in weights.chunks_exact_mut(length * length).enumerate() {
                    let at = head * size;
                    let part = |x| head_of(x, at, length, size, hidden);
                    let scores = MatMut::new(&mut *weights, length);
                    product(scores, false, scale, part(q), part(k).t(), Threads::One);
                    weights.chunks_exact_mut(length).for_each(softmax);
                    let out = MatMut::strided(&mut context[at..], length, size, hidden);
                    product(
                        out,
                        false,
                        1.0,
                        Mat::new(weights, length),
                        part(v),
                        Threads::One,
                    );
                }
            });
        (context, weights)
    }
}

/// One head's columns of a row's projection.
pub(crate) fn head_of(x: &[f32], at: usize, length: usize, size: usize, hidden: usize) -> Mat<'_> {
    Mat::strided(&x[at..], length, size, hidden)
}

/// Where each row starts, in tokens.
pub(crate) fn starts(lengths: &[usize]) -> Vec<usize> {
    lengths
        .iter()
        .scan(0, |next, length| {
            let start = *next;
            *next += length;
            Some(start)
        })
        .collect()
}

/// `y += scale · (x Aᵀ) Bᵀ`; returns `x Aᵀ`.
fn add_lora(y: &mut [f32], x: &[f32], pair: Pair<'_>, shape: &Shape) -> Vec<f32> {
    let (hidden, rank) = (shape.hidden, shape.rank);
    let reduced = times(Mat::new(x, hidden), Mat::new(pair.a, hidden).t());
    let change = (Mat::new(&reduced, rank), Mat::new(pair.b, rank).t());
    product(
        MatMut::new(y, hidden),
        true,
        shape.scale(),
        change.0,
        change.1,
        Threads::Pool,
    );
    reduced
}

pub(crate) fn add(to: &mut [f32], from: &[f32]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
}
