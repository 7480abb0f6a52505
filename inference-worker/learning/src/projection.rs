// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A random projection that almost keeps the angles between gradients: the subsampled randomised
/// Hadamard transform (Ailon and Chazelle, 2006). Signs are flipped at random, a Hadamard transform
/// spreads every number over all coordinates, and some coordinates are kept. It estimates dot
/// products as well as a dense Gaussian matrix does, needs `n log n` additions instead of `n · k`
/// multiplications, and no stored matrix. The transform is additions alone, in a fixed order, so
/// that every machine gets the same bits.
pub struct Projection {
    length: usize,
    /// A power of two, at least `length` and at least the number of kept coordinates.
    padded: usize,
    /// `1` or `-1` per number.
    signs: Vec<f32>,
    /// The kept coordinates, ascending.
    kept: Vec<u32>,
}

impl Projection {
    /// A projection of `length` numbers to `dimensions`. The same arguments give the same one.
    pub fn new(length: usize, dimensions: usize, seed: u64) -> Self {
        let padded = length.max(dimensions).max(1).next_power_of_two();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut signs = Vec::with_capacity(length);
        while signs.len() < length {
            let mut bits = random.next_u64();
            for _ in 0..64.min(length - signs.len()) {
                signs.push(if bits & 1 == 0 { 1.0 } else { -1.0 });
                bits >>= 1;
            }
        }
        // The first steps of a Fisher-Yates shuffle: a sample without repetition.
        let mut coordinates: Vec<u32> = (0..padded as u32).collect();
        for i in 0..dimensions {
            let rest = (padded - i) as u64;
            // A 64-bit product of a 32-bit draw: the bias is below 2⁻³².rest, far below notice.
            let pick = (u64::from(random.next_u32()) * rest) >> 32;
            coordinates.swap(i, i + pick as usize);
        }
        coordinates.truncate(dimensions);
        coordinates.sort_unstable();
        Self {
            length,
            padded,
            signs,
            kept: coordinates,
        }
    }

    /// Numbers that go in.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Numbers that come out.
    pub fn dimensions(&self) -> usize {
        self.kept.len()
    }

    /// Projects a gradient and scales the result to unit norm. A gradient of zeros stays zero.
    /// Numbers beyond [`Projection::length`] are left out.
    pub fn unit(&self, gradient: &[f32]) -> Vec<f32> {
        let mut values = Vec::with_capacity(self.padded);
        values.extend(
            gradient
                .iter()
                .zip(&self.signs)
                .map(|(value, sign)| value * sign),
        );
        values.resize(self.padded, 0.0);
        hadamard(&mut values);
        let mut kept: Vec<f32> = self.kept.iter().map(|i| values[*i as usize]).collect();
        unit_norm(&mut kept);
        kept
    }
}

/// Scales to unit norm; zeros, and numbers that are not finite, become zeros.
pub(crate) fn unit_norm(values: &mut [f32]) {
    let norm = values
        .iter()
        .map(|x| f64::from(*x) * f64::from(*x))
        .sum::<f64>()
        .sqrt();
    let usable = norm.is_finite() && norm > 0.0;
    for value in values {
        *value = if usable {
            (f64::from(*value) / norm) as f32
        } else {
            0.0
        };
    }
}

/// The Walsh-Hadamard transform, not scaled. The length is a power of two.
fn hadamard(values: &mut [f32]) {
    // Blocks that fit the first-level cache take all their short steps before the long ones.
    const BLOCK: usize = 4096;
    for block in values.chunks_mut(BLOCK) {
        butterflies(block, 1);
    }
    butterflies(values, BLOCK);
}

fn butterflies(values: &mut [f32], first: usize) {
    let mut half = first;
    while half < values.len() {
        for pair in values.chunks_exact_mut(2 * half) {
            let (left, right) = pair.split_at_mut(half);
            for (a, b) in left.iter_mut().zip(right) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::dot;
    use rand::Rng;

    #[test]
    fn the_transform_is_its_own_inverse_up_to_a_factor() {
        let mut values: Vec<f32> = (0..8192).map(|i| (i % 7) as f32).collect();
        let before = values.clone();
        hadamard(&mut values);
        hadamard(&mut values);
        assert!(values
            .iter()
            .zip(&before)
            .all(|(a, b)| (a / 8192.0 - b).abs() < 1e-4));
    }

    #[test]
    fn the_transform_of_a_unit_vector_is_a_row_of_signs() {
        let mut values = vec![0.0; 4];
        values[3] = 1.0;
        hadamard(&mut values);
        assert_eq!(values, [1.0, -1.0, -1.0, 1.0]);
    }

    #[test]
    fn another_seed_gives_another_projection() {
        let gradient: Vec<f32> = (0..500).map(|i| (i as f32).sin()).collect();
        let unit = |seed| Projection::new(500, 64, seed).unit(&gradient);
        assert!(unit(1) == unit(1) && unit(1) != unit(2));
    }

    #[test]
    fn a_projected_gradient_has_unit_norm() {
        let unit = Projection::new(100, 64, 3).unit(&[0.5; 100]);
        assert!((dot(&unit, &unit) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_gradient_of_zeros_stays_zero() {
        assert_eq!(Projection::new(100, 64, 3).unit(&[0.0; 100]), vec![0.0; 64]);
    }

    /// Low-rank sparse vectors are what a dense projection handles and a plain sampling does not.
    #[test]
    fn cosines_of_structured_vectors_survive() {
        let mut random = ChaCha8Rng::seed_from_u64(9);
        let projection = Projection::new(40_000, 1_024, 1);
        let mut worst: f64 = 0.0;
        for _ in 0..20 {
            let (mut a, mut b) = (vec![0.0; 40_000], vec![0.0; 40_000]);
            for i in 0..200 {
                let value: f32 = random.gen_range(-1.0..1.0);
                a[i] = value;
                b[i] = value + random.gen_range(-1.0..1.0);
            }
            let exact = dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt();
            let estimate = dot(&projection.unit(&a), &projection.unit(&b));
            worst = worst.max((exact - estimate).abs());
        }
        // Three standard deviations of 1/√1024.
        assert!(worst < 0.094, "{worst}");
    }
}
