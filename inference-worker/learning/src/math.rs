// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The element-wise parts of a BERT layer and their derivatives.
//!
//! `exp` and `erf` are written out in plain multiplications and additions, so that the compiler
//! vectorises them and every machine rounds them alike; the platform's library does neither.

use rayon::prelude::*;

/// Numbers per task when an element-wise loop is shared among threads.
const CHUNK: usize = 16 * 1024;

/// `eˣ` with a relative error below 2e-7 (range reduction and polynomial of Cephes' `expf`).
/// Arguments are cut to ±87, where the result is still a normal number.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Adding and subtracting 1.5·2²³ rounds to the nearest whole number without a library call.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 87.0);
    let n = (x * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let r = x - n * 0.693_359_4 - n * -2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_2e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    let fraction = p * r * r + r + 1.0;
    fraction * f32::from_bits(((n as i32 + 127) << 23) as u32)
}

/// `gelu(x) = x Φ(x)` and its derivative. `erf` is formula 7.1.26 of Abramowitz and Stegun
/// (absolute error 1.5e-7), whose exponential the derivative needs as well.
#[inline(always)]
fn gelu(x: f32) -> (f32, f32) {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let e = exp(-z * z);
    let mut p = 1.061_405_4;
    p = p * t - 1.453_152;
    p = p * t + 1.421_413_7;
    p = p * t - 0.284_496_74;
    p = p * t + 0.254_829_6;
    let upper_tail = 0.5 * p * t * e;
    let cdf = if x < 0.0 {
        upper_tail
    } else {
        1.0 - upper_tail
    };
    // 1/√(2π)
    (x * cdf, cdf + x * e * 0.398_942_3)
}

/// Replaces every number by its GELU and returns the derivatives.
pub(crate) fn gelu_with_derivative(values: &mut [f32]) -> Vec<f32> {
    let mut derivatives = vec![0.0; values.len()];
    values
        .par_chunks_mut(CHUNK)
        .zip(derivatives.par_chunks_mut(CHUNK))
        .for_each(|(values, derivatives)| {
            for (value, derivative) in values.iter_mut().zip(derivatives) {
                (*value, *derivative) = gelu(*value);
            }
        });
    derivatives
}

/// Replaces every number by its GELU.
pub(crate) fn gelu_in_place(values: &mut [f32]) {
    values.par_chunks_mut(CHUNK).for_each(|values| {
        for value in values {
            *value = gelu(*value).0;
        }
    });
}

/// Replaces a row by its softmax.
pub(crate) fn softmax(row: &mut [f32]) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for value in row.iter_mut() {
        *value = exp(*value - largest);
        sum += *value;
    }
    for value in row {
        *value /= sum;
    }
}

/// Turns the gradient at a softmax's output into the one at its input, times `scale`.
/// `row` is the output.
pub(crate) fn softmax_backward(gradient: &mut [f32], row: &[f32], scale: f32) {
    let sum: f32 = gradient.iter().zip(row).map(|(g, p)| g * p).sum();
    for (g, p) in gradient.iter_mut().zip(row) {
        *g = scale * p * (*g - sum);
    }
}

/// What layer normalisation leaves for its derivative.
#[derive(Default)]
pub(crate) struct Normalised {
    /// `(x - mean) / deviation`, `[tokens, hidden]`.
    pub values: Vec<f32>,
    /// `1 / deviation`, `[tokens]`.
    pub inverse: Vec<f32>,
}

/// Layer normalisation: `x [tokens, hidden]` is replaced by the result.
pub(crate) fn layer_norm(x: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) -> Normalised {
    let hidden = weight.len();
    let tokens = x.len() / hidden;
    let mut kept = Normalised {
        values: vec![0.0; x.len()],
        inverse: Vec::with_capacity(tokens),
    };
    for (row, values) in x
        .chunks_exact_mut(hidden)
        .zip(kept.values.chunks_exact_mut(hidden))
    {
        let mean = row.iter().map(|x| f64::from(*x)).sum::<f64>() / hidden as f64;
        let variance = row
            .iter()
            .map(|x| (f64::from(*x) - mean).powi(2))
            .sum::<f64>()
            / hidden as f64;
        let inverse = (1.0 / (variance + f64::from(epsilon)).sqrt()) as f32;
        let mean = mean as f32;
        for (((x, value), w), b) in row.iter_mut().zip(values).zip(weight).zip(bias) {
            *value = (*x - mean) * inverse;
            *x = *value * w + b;
        }
        kept.inverse.push(inverse);
    }
    kept
}

/// Turns the gradient at the output of layer normalisation into the one at its input.
pub(crate) fn layer_norm_backward(gradient: &mut [f32], kept: &Normalised, weight: &[f32]) {
    let hidden = weight.len();
    let rows = gradient
        .chunks_exact_mut(hidden)
        .zip(kept.values.chunks_exact(hidden));
    for ((row, values), inverse) in rows.zip(&kept.inverse) {
        let (mut sum, mut product) = (0.0, 0.0);
        for ((g, w), x) in row.iter_mut().zip(weight).zip(values) {
            *g *= w;
            sum += f64::from(*g);
            product += f64::from(*g) * f64::from(*x);
        }
        let mean = (sum / hidden as f64) as f32;
        let slope = (product / hidden as f64) as f32;
        for (g, x) in row.iter_mut().zip(values) {
            *g = inverse * (*g - mean - x * slope);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_agrees_with_double_precision() {
        for i in -8_700..8_700 {
            let x = i as f32 / 100.0;
            let (got, want) = (f64::from(exp(x)), f64::from(x).exp());
            assert!(
                ((got - want) / want).abs() < 2e-7,
                "exp({x}) = {got}, expected {want}"
            );
        }
    }

    #[test]
    fn exp_of_minus_infinity_is_almost_zero() {
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn gelu_agrees_with_values_from_tables_of_the_normal_distribution() {
        // Φ(1) = 0.8413447461, Φ(-2) = 0.0227501319, Φ(0.5) = 0.6914624613
        for (x, cdf) in [
            (1.0, 0.841_344_746_1),
            (-2.0, 0.022_750_131_9),
            (0.5, 0.691_462_461_3),
        ] {
            assert!((f64::from(gelu(x).0) - f64::from(x) * cdf).abs() < 4e-7);
        }
    }

    #[test]
    fn the_derivative_of_gelu_is_the_slope_of_gelu() {
        for i in -60..60 {
            let x = i as f32 / 10.0;
            let slope = (gelu(x + 0.01).0 - gelu(x - 0.01).0) / 0.02;
            assert!((slope - gelu(x).1).abs() < 1e-4, "at {x}");
        }
    }

    #[test]
    fn softmax_of_large_numbers_is_finite() {
        let mut row = [1_000.0, 1_000.0];
        softmax(&mut row);
        assert_eq!(row, [0.5, 0.5]);
    }

    #[test]
    fn layer_norm_gives_mean_zero_with_variance_one() {
        let mut x = [1.0, 2.0, 3.0, 6.0];
        layer_norm(&mut x, &[1.0; 4], &[0.0; 4], 0.0);
        let mean: f32 = x.iter().sum::<f32>() / 4.0;
        let variance: f32 = x.iter().map(|x| x * x).sum::<f32>() / 4.0;
        assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_gradient_of_layer_norm_is_its_finite_difference() {
        let (input, weight) = ([0.3, -1.2, 0.7, 2.0], [1.0, 0.5, -0.7, 1.3]);
        let direction = [0.2, -0.4, 1.0, 0.6];
        let value = |x: [f32; 4]| {
            let mut x = x;
            layer_norm(&mut x, &weight, &[0.1; 4], 1e-12);
            x.iter()
                .zip(direction)
                .map(|(x, d)| f64::from(x * d))
                .sum::<f64>()
        };
        let mut x = input;
        let kept = layer_norm(&mut x, &weight, &[0.1; 4], 1e-12);
        let mut gradient = direction;
        layer_norm_backward(&mut gradient, &kept, &weight);
        for i in 0..4 {
            let (mut up, mut down) = (input, input);
            up[i] += 1e-2;
            down[i] -= 1e-2;
            let slope = (value(up) - value(down)) / 2e-2;
            assert!(
                (slope - f64::from(gradient[i])).abs() < 1e-3,
                "{slope} {}",
                gradient[i]
            );
        }
    }
}
