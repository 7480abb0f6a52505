// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The written-out backward pass against finite differences.

mod common;

use common::{encoder, labels, tokens, trained_parameters};
use openledger_learning::{
    cross_entropy, for_each_gradient, Encoder, Gradients, Inputs, Parameters, Target,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::Range;

const ROWS: usize = 4;

/// Sum of the losses of the first rows.
fn loss(encoder: &Encoder, parameters: &Parameters) -> f64 {
    let rows = tokens(ROWS);
    let rows: Vec<&[u32]> = rows.iter().map(Vec::as_slice).collect();
    let pass = encoder.forward(encoder.embed(&rows).unwrap(), parameters, false);
    cross_entropy(&pass.logits, &labels(ROWS), 2, 1.0)
        .unwrap()
        .0
        .iter()
        .sum()
}

fn batch_gradient(encoder: &Encoder, parameters: &Parameters) -> Vec<f32> {
    let rows = tokens(ROWS);
    let rows: Vec<&[u32]> = rows.iter().map(Vec::as_slice).collect();
    let pass = encoder.forward(encoder.embed(&rows).unwrap(), parameters, true);
    let (_, logits) = cross_entropy(&pass.logits, &labels(ROWS), 2, 1.0).unwrap();
    let mut gradient = vec![0.0; parameters.shape.len()];
    encoder
        .backward(&pass, parameters, &logits, Gradients::Sum(&mut gradient))
        .unwrap();
    gradient
}

/// Compares the slope along random directions within `range` with the finite difference. A
/// direction follows the gradient half-way, so that the slope is not lost in rounding.
fn check(range: impl Fn(&Parameters) -> Range<usize>) {
    let encoder = encoder();
    let parameters = trained_parameters(&encoder, 0);
    let gradient = batch_gradient(&encoder, &parameters);
    let range = range(&parameters);
    let mut random = ChaCha8Rng::seed_from_u64(range.start as u64);
    let norm = gradient[range.clone()]
        .iter()
        .map(|g| g * g)
        .sum::<f32>()
        .sqrt();
    assert!(norm > 0.0);
    let size = (range.len() as f32).sqrt();
    for _ in 0..3 {
        let direction: Vec<f32> = gradient[range.clone()]
            .iter()
            .map(|g| g / norm + random.gen_range(-1.0..1.0) / size)
            .collect();
        let moved = |step: f32| {
            let mut moved = parameters.clone();
            for (value, d) in moved.values[range.clone()].iter_mut().zip(&direction) {
                *value += step * d;
            }
            loss(&encoder, &moved)
        };
        // The largest step at which the loss is still almost straight.
        let step = 0.01 / norm.max(0.2);
        let finite = (moved(step) - moved(-step)) / (2.0 * f64::from(step));
        let slope: f64 = gradient[range.clone()]
            .iter()
            .zip(&direction)
            .map(|(g, d)| f64::from(*g) * f64::from(*d))
            .sum();
        assert!(
            (finite - slope).abs() < 0.01 * slope.abs(),
            "finite {finite}, slope {slope}"
        );
    }
}

macro_rules! lora_gradient_tests {
    ($($name:ident: $layer:expr, $target:ident, $factor:tt;)*) => {$(
        #[test]
        fn $name() {
            check(|parameters| parameters.shape.pair($layer, Target::$target).$factor);
        }
    )*};
}

lora_gradient_tests! {
    gradient_of_lora_a_of_the_lowest_query_is_its_finite_difference: 0, Query, 0;
    gradient_of_lora_b_of_the_lowest_query_is_its_finite_difference: 0, Query, 1;
    gradient_of_lora_a_of_the_lowest_value_is_its_finite_difference: 0, Value, 0;
    gradient_of_lora_b_of_the_lowest_value_is_its_finite_difference: 0, Value, 1;
    gradient_of_lora_a_of_a_middle_query_is_its_finite_difference: 3, Query, 0;
    gradient_of_lora_b_of_a_middle_value_is_its_finite_difference: 3, Value, 1;
    gradient_of_lora_b_of_the_highest_query_is_its_finite_difference: 5, Query, 1;
    gradient_of_lora_a_of_the_highest_value_is_its_finite_difference: 5, Value, 0;
}

#[test]
fn gradient_of_the_head_weight_is_its_finite_difference() {
    check(|parameters| parameters.shape.head().0);
}

#[test]
fn gradient_of_the_head_bias_is_its_finite_difference() {
    check(|parameters| parameters.shape.head().1);
}

#[test]
fn gradients_of_rows_add_up_to_the_gradient_of_the_batch() {
    let encoder = encoder();
    let parameters = trained_parameters(&encoder, 0);
    let batch = batch_gradient(&encoder, &parameters);
    let mut sum = vec![0.0f32; batch.len()];
    let inputs = Inputs::Tokens(tokens(ROWS));
    let length = batch.len();
    for_each_gradient(
        &encoder,
        &inputs,
        &labels(ROWS),
        &parameters,
        &mut |_, gradients| {
            for gradient in gradients.chunks_exact(length) {
                sum.iter_mut()
                    .zip(gradient)
                    .for_each(|(sum, value)| *sum += value);
            }
            Ok(())
        },
    )
    .unwrap();
    let largest = batch
        .iter()
        .fold(0.0f32, |most, value| most.max(value.abs()));
    let off = sum
        .iter()
        .zip(&batch)
        .fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
    assert!(off < 1e-4 * largest, "off by {off}, largest {largest}");
}

#[test]
fn the_gradient_of_a_row_does_not_depend_on_its_batch() {
    let encoder = encoder();
    let parameters = trained_parameters(&encoder, 0);
    let length = parameters.shape.len();
    let gradients = |rows: Vec<Vec<u32>>| {
        let mut all = Vec::new();
        let (inputs, labels) = (Inputs::Tokens(rows), labels(ROWS));
        for_each_gradient(
            &encoder,
            &inputs,
            &labels,
            &parameters,
            &mut |_, gradients| {
                all.extend_from_slice(gradients);
                Ok(())
            },
        )
        .unwrap();
        all
    };
    let (alone, together) = (gradients(tokens(1)), gradients(tokens(ROWS)));
    let largest = alone
        .iter()
        .fold(0.0f32, |most, value| most.max(value.abs()));
    let pairs = alone.iter().zip(&together[..length]);
    let off = pairs.fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
    assert!(off < 1e-4 * largest, "off by {off}, largest {largest}");
}

#[test]
fn upper_layers_alone_have_the_same_gradients_as_within_the_whole() {
    let encoder = encoder();
    let whole = trained_parameters(&encoder, 0);
    let mut upper = trained_parameters(&encoder, 3);
    let skip = whole.shape.len() - upper.shape.len();
    let mut silent = whole.clone();
    // Layers 0 to 2 without LoRA are the same as layers with B = 0.
    for layer in 0..3 {
        for target in [Target::Query, Target::Value] {
            silent.values[silent.shape.pair(layer, target).1].fill(0.0);
        }
    }
    upper.values.copy_from_slice(&silent.values[skip..]);
    let rows = tokens(ROWS);
    let states = Inputs::states(&encoder, &rows, 3).unwrap();
    let mut sum = vec![0.0f32; upper.shape.len()];
    let length = sum.len();
    for_each_gradient(
        &encoder,
        &states,
        &labels(ROWS),
        &upper,
        &mut |_, gradients| {
            for gradient in gradients.chunks_exact(length) {
                sum.iter_mut()
                    .zip(gradient)
                    .for_each(|(sum, value)| *sum += value);
            }
            Ok(())
        },
    )
    .unwrap();
    let expected = &batch_gradient(&encoder, &silent)[skip..];
    let largest = expected
        .iter()
        .fold(0.0f32, |most, value| most.max(value.abs()));
    let off = sum
        .iter()
        .zip(expected)
        .fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
    assert!(off < 1e-4 * largest, "off by {off}, largest {largest}");
}

#[test]
fn a_label_out_of_range_is_refused() {
    assert!(cross_entropy(&[0.0; 4], &[0, 2], 2, 1.0).is_err());
}

#[test]
fn an_unknown_token_is_refused() {
    assert!(encoder().embed(&[&[101, 40_000, 102]]).is_err());
}

#[test]
fn a_text_without_tokens_is_refused() {
    assert!(encoder().embed(&[&[]]).is_err());
}

#[test]
fn a_pass_without_kept_activations_cannot_go_back() {
    let encoder = encoder();
    let parameters = trained_parameters(&encoder, 0);
    let rows = tokens(1);
    let pass = encoder.forward(encoder.embed(&[&rows[0]]).unwrap(), &parameters, false);
    let mut gradient = vec![0.0; parameters.shape.len()];
    let result = encoder.backward(
        &pass,
        &parameters,
        &[0.1, -0.1],
        Gradients::Sum(&mut gradient),
    );
    assert!(result.is_err());
}
