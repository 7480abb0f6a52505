// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The backward pass, written out: only what leads to a LoRA pair or to the head is computed, and
//! the gradients of single rows come from the same pass as the gradient of the batch. With a
//! LoRA projection's input `x` and the gradient `δ` at its output, the gradients of its pair are
//! `dB = s δᵀ (x Aᵀ)` and `dA = s (δ B)ᵀ x`, summed over the tokens of one row or of all rows.

use crate::{
    encoder::{head_of, starts, Encoder, Forward, LayerCache, Pair},
    linalg::{product, split, times, Mat, MatMut, Threads},
    math::{layer_norm_backward, softmax_backward},
    parameters::{Parameters, Shape, Target},
    LearningError,
};
use rayon::prelude::*;
use std::ops::Range;

/// Where the gradients go. Both are added to, in the order of [`Shape`](crate::Shape).
pub enum Gradients<'a> {
    /// The sum over the rows: [`Shape::len`](crate::Shape::len) numbers.
    Sum(&'a mut [f32]),
    /// One gradient per row: `[rows, Shape::len]`.
    PerRow(&'a mut [f32]),
}

impl Gradients<'_> {
    /// Calls `write` with the tokens of each gradient and where its numbers lie.
    fn for_each(
        &mut self,
        length: usize,
        lengths: &[usize],
        write: impl Fn(Range<usize>, &mut [f32], Threads) + Sync,
    ) {
        match self {
            Gradients::Sum(values) => {
                write(0..lengths.iter().sum(), values, Threads::Pool);
            }
            Gradients::PerRow(values) => {
                let starts = starts(lengths);
                values
                    .par_chunks_exact_mut(length)
                    .enumerate()
                    .for_each(|(row, values)| {
                        write(
                            starts[row]..starts[row] + lengths[row],
                            values,
                            Threads::One,
                        );
                    });
            }
        }
    }
}

/// Cross-entropy of each row and its gradient at the logits, times `weight`.
///
/// # Errors
/// [`LearningError::Input`] when a label is out of range or their number is not that of the rows.
pub fn cross_entropy(
    logits: &[f32],
    labels: &[usize],
    count: usize,
    weight: f32,
) -> Result<(Vec<f64>, Vec<f32>), LearningError> {
    if count == 0 || logits.len() != labels.len() * count {
        return Err(LearningError::Input("one label per row is needed".into()));
    }
    let mut losses = Vec::with_capacity(labels.len());
    let mut gradient = Vec::with_capacity(logits.len());
    for (row, label) in logits.chunks_exact(count).zip(labels) {
        let target = *row
            .get(*label)
            .ok_or_else(|| LearningError::Input(format!("no label {label}")))?;
        let largest = f64::from(row.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        let sum: f64 = row.iter().map(|x| (f64::from(*x) - largest).exp()).sum();
        losses.push(largest + sum.ln() - f64::from(target));
        gradient.extend(row.iter().enumerate().map(|(i, x)| {
            let probability = (f64::from(*x) - largest).exp() / sum;
            let wanted = if i == *label { 1.0 } else { 0.0 };
            weight * (probability - wanted) as f32
        }));
    }
    Ok((losses, gradient))
}

impl Encoder {
    /// Carries the gradient at the logits, `[rows, labels]`, back to every trainable number.
    /// `pass` must come from a forward pass with `keep`.
    ///
    /// # Errors
    /// [`LearningError::Input`] when the sizes do not belong together.
    pub fn backward(
        &self,
        pass: &Forward,
        parameters: &Parameters,
        logit_gradient: &[f32],
        mut into: Gradients<'_>,
    ) -> Result<(), LearningError> {
        let shape = parameters.shape;
        let (rows, length) = (pass.lengths.len(), shape.len());
        let expected = match &into {
            Gradients::Sum(values) => values.len() == length,
            Gradients::PerRow(values) => values.len() == rows * length,
        };
        let kept = pass.layers.len() == shape.layers - shape.first_layer;
        if !expected || !kept || logit_gradient.len() != rows * shape.labels {
            return Err(LearningError::Input(
                "sizes of pass and gradients differ".into(),
            ));
        }
        self.head_backward(pass, parameters, logit_gradient, &mut into);

        // Every token of a row has an equal part in the mean.
        let weight = Mat::new(parameters.part(shape.head().0), shape.hidden);
        let pooled = times(Mat::new(logit_gradient, shape.labels), weight);
        let mut gradient = Vec::with_capacity(pass.lengths.iter().sum::<usize>() * shape.hidden);
        for (row, tokens) in pooled.chunks_exact(shape.hidden).zip(&pass.lengths) {
            for _ in 0..*tokens {
                gradient.extend(row.iter().map(|value| value / *tokens as f32));
            }
        }
        for (index, cache) in (shape.first_layer..shape.layers).zip(&pass.layers).rev() {
            gradient =
                self.layer_backward(index, cache, &pass.lengths, parameters, gradient, &mut into);
        }
        Ok(())
    }

    fn head_backward(
        &self,
        pass: &Forward,
        parameters: &Parameters,
        logit_gradient: &[f32],
        into: &mut Gradients<'_>,
    ) {
        let shape = parameters.shape;
        let (weight, bias) = shape.head();
        // The head sees one pooled vector per row: its "tokens" are the rows.
        let ones = vec![1; pass.lengths.len()];
        into.for_each(shape.len(), &ones, |rows, values, threads| {
            let delta = &logit_gradient[rows.start * shape.labels..rows.end * shape.labels];
            let pooled = &pass.pooled[rows.start * shape.hidden..rows.end * shape.hidden];
            let (d, p) = (
                Mat::new(delta, shape.labels).t(),
                Mat::new(pooled, shape.hidden),
            );
            product(
                MatMut::new(&mut values[weight.clone()], shape.hidden),
                true,
                1.0,
                d,
                p,
                threads,
            );
            for row in delta.chunks_exact(shape.labels) {
                values[bias.clone()]
                    .iter_mut()
                    .zip(row)
                    .for_each(|(sum, value)| *sum += value);
            }
        });
    }

    /// Takes the gradient at a layer's output, returns the one at its input (empty for the first
    /// layer with LoRA: nothing below it is trained).
    fn layer_backward(
        &self,
        index: usize,
        cache: &LayerCache,
        lengths: &[usize],
        parameters: &Parameters,
        mut gradient: Vec<f32>,
        into: &mut Gradients<'_>,
    ) -> Vec<f32> {
        let layer = self.weights.layer(index);
        let shape = parameters.shape;
        let (hidden, wide) = (shape.hidden, self.config.intermediate_size);
        let lowest = index == shape.first_layer;

        layer_norm_backward(&mut gradient, &cache.norm2, layer.norm2.weight);
        let mut inner = times(
            Mat::new(&gradient, hidden),
            Mat::new(layer.down.weight, wide),
        );
        inner
            .par_iter_mut()
            .with_min_len(16 * 1024)
            .zip(&cache.gelu_derivative)
            .for_each(|(value, derivative)| *value *= derivative);
        add_product(&mut gradient, &inner, layer.up.weight, wide, hidden);
        drop(inner);
        layer_norm_backward(&mut gradient, &cache.norm1, layer.norm1.weight);
        let context = times(
            Mat::new(&gradient, hidden),
            Mat::new(layer.output.weight, hidden),
        );
        let [query, key, value] = self.attention_backward(cache, &context, lengths, !lowest);
        drop(context);

        let query_pair = parameters.lora(index, Target::Query);
        let value_pair = parameters.lora(index, Target::Value);
        let parts = [
            (Target::Query, &query, query_pair, 0),
            (Target::Value, &value, value_pair, 1),
        ];
        for (target, delta, pair, reduced) in parts {
            let ranges = shape.pair(index, target);
            let (input, reduced) = (&cache.input[..], &cache.reduced[reduced][..]);
            let inputs = LoraInputs {
                delta,
                input,
                reduced,
                pair,
            };
            let narrow = inputs.add_gradients(ranges, lengths, &shape, into);
            if !lowest {
                let (n, a) = (Mat::new(&narrow, shape.rank), Mat::new(pair.a, hidden));
                let to = MatMut::new(&mut gradient, hidden);
                product(to, true, shape.scale(), n, a, Threads::Pool);
            }
        }
        if lowest {
            return Vec::new();
        }
        add_product(&mut gradient, &query, layer.query.weight, hidden, hidden);
        add_product(&mut gradient, &key, layer.key.weight, hidden, hidden);
        add_product(&mut gradient, &value, layer.value.weight, hidden, hidden);
        gradient
    }

    /// Gradients at query, key (empty unless `with_key`) and value.
    fn attention_backward(
        &self,
        cache: &LayerCache,
        context: &[f32],
        lengths: &[usize],
        with_key: bool,
    ) -> [Vec<f32>; 3] {
        let (hidden, heads) = (self.config.hidden_size, self.config.num_attention_heads);
        let size = hidden / heads;
        let scale = 1.0 / (size as f32).sqrt();
        let mut query = vec![0.0; context.len()];
        let mut key = vec![0.0; if with_key { context.len() } else { 0 }];
        let mut value = vec![0.0; context.len()];
        let starts = starts(lengths);
        let squares: Vec<usize> = starts_of_squares(lengths, heads);
        let sizes = || lengths.iter().map(|length| length * hidden);
        let key_sizes = lengths
            .iter()
            .map(|length| if with_key { length * hidden } else { 0 });
        split(&mut query, sizes())
            .into_par_iter()
            .zip(split(&mut key, key_sizes))
            .zip(split(&mut value, sizes()))
            .zip(lengths.par_iter().zip(&starts).zip(&squares))
            .for_each(|(((query, key), value), ((&length, &start), &square))| {
                let rows = start * hidden..(start + length) * hidden;
                let (q, k) = (&cache.query[rows.clone()], &cache.key[rows.clone()]);
                let (v, out) = (&cache.value[rows.clone()], &context[rows]);
                let weights = &cache.attention[square..square + heads * length * length];
                let mut scores = vec![0.0; length * length];
                for (head, weights) in weights.chunks_exact(length * length).enumerate() {
                    let at = head * size;
                    let part = |x| head_of(x, at, length, size, hidden);
                    let w = Mat::new(weights, length);
                    let to = MatMut::strided(&mut value[at..], length, size, hidden);
                    product(to, false, 1.0, w.t(), part(out), Threads::One);
                    let to = MatMut::new(&mut scores, length);
                    product(to, false, 1.0, part(out), part(v).t(), Threads::One);
                    for (g, p) in scores
                        .chunks_exact_mut(length)
                        .zip(weights.chunks_exact(length))
                    {
                        softmax_backward(g, p, scale);
                    }
                    let s = Mat::new(&scores, length);
                    let to = MatMut::strided(&mut query[at..], length, size, hidden);
                    product(to, false, 1.0, s, part(k), Threads::One);
                    if with_key {
                        let to = MatMut::strided(&mut key[at..], length, size, hidden);
                        product(to, false, 1.0, s.t(), part(q), Threads::One);
                    }
                }
            });
        [query, key, value]
    }
}

/// Where each row's attention weights start.
fn starts_of_squares(lengths: &[usize], heads: usize) -> Vec<usize> {
    let squares: Vec<usize> = lengths
        .iter()
        .map(|length| heads * length * length)
        .collect();
    starts(&squares)
}

/// `to += x · weight` for `x [tokens, outputs]`, `weight [outputs, inputs]`.
fn add_product(to: &mut [f32], x: &[f32], weight: &[f32], outputs: usize, inputs: usize) {
    let (x, weight) = (Mat::new(x, outputs), Mat::new(weight, inputs));
    product(MatMut::new(to, inputs), true, 1.0, x, weight, Threads::Pool);
}

/// What the gradients of one LoRA pair are made of.
struct LoraInputs<'a> {
    /// Gradient at the projection's output, `[tokens, hidden]`.
    delta: &'a [f32],
    /// The projection's input, `[tokens, hidden]`.
    input: &'a [f32],
    /// `x Aᵀ`, `[tokens, rank]`.
    reduced: &'a [f32],
    pair: Pair<'a>,
}

impl LoraInputs<'_> {
    /// Adds the gradients of the pair that lies at `a` and `b`; returns `δ B`, `[tokens, rank]`.
    fn add_gradients(
        &self,
        (a, b): (Range<usize>, Range<usize>),
        lengths: &[usize],
        shape: &Shape,
        into: &mut Gradients<'_>,
    ) -> Vec<f32> {
        let (hidden, rank, scale) = (shape.hidden, shape.rank, shape.scale());
        let narrow = times(Mat::new(self.delta, hidden), Mat::new(self.pair.b, rank));
        into.for_each(shape.len(), lengths, |tokens, values, threads| {
            let wide = tokens.start * hidden..tokens.end * hidden;
            let thin = tokens.start * rank..tokens.end * rank;
            let x = Mat::new(&self.input[wide.clone()], hidden);
            let n = Mat::new(&narrow[thin.clone()], rank).t();
            product(
                MatMut::new(&mut values[a.clone()], hidden),
                true,
                scale,
                n,
                x,
                threads,
            );
            let d = Mat::new(&self.delta[wide], hidden).t();
            let r = Mat::new(&self.reduced[thin], rank);
            product(
                MatMut::new(&mut values[b.clone()], rank),
                true,
                scale,
                d,
                r,
                threads,
            );
        });
        narrow
    }
}
