// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Dot products of a query with half-precision vectors where they lie in the file.
//!
//! The sum is kept in 32 lanes that are added up in a fixed order at the end, without fused
//! multiply-add: the portable code and the AVX one give the same bits.

use half::f16;

/// Partial sums of a dot product. Vectors have a multiple of this many numbers.
pub(super) const LANES: usize = 32;

/// The fastest dot product of this machine, chosen once per scan.
#[derive(Clone, Copy)]
pub(super) enum Kernel {
    /// Runs everywhere.
    Portable,
    /// Converts eight numbers at a time.
    #[cfg(target_arch = "x86_64")]
    F16c,
}

impl Kernel {
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("f16c") {
            return Self::F16c;
        }
        Self::Portable
    }

    /// `Σ query · vector`. `vector` holds two bytes per number of `query`; a rest of fewer than
    /// [`LANES`] numbers is left out.
    pub fn dot(self, query: &[f32], vector: &[u8]) -> f32 {
        match self {
            Self::Portable => portable(query, vector),
            // SAFETY: `best`, the only place that makes this value, saw that the processor can.
            #[cfg(target_arch = "x86_64")]
            Self::F16c => unsafe { f16c(query, vector) },
        }
    }
}

fn portable(query: &[f32], vector: &[u8]) -> f32 {
    let mut sums = [0.0f32; LANES];
    for (q, v) in query
        .chunks_exact(LANES)
        .zip(vector.chunks_exact(2 * LANES))
    {
        for ((sum, q), v) in sums.iter_mut().zip(q).zip(v.chunks_exact(2)) {
            let number = f16::from_le_bytes([v[0], v[1]]);
            *sum += q * number.to_f32();
        }
    }
    total(&sums)
}

fn total(sums: &[f32; LANES]) -> f32 {
    sums.iter().sum()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,f16c")]
fn f16c(query: &[f32], vector: &[u8]) -> f32 {
    use std::arch::x86_64::*;
    let mut sums = [_mm256_setzero_ps(); LANES / 8];
    for (q, v) in query
        .chunks_exact(LANES)
        .zip(vector.chunks_exact(2 * LANES))
    {
        for (i, sum) in sums.iter_mut().enumerate() {
            // SAFETY: the chunks hold 32 numbers of four and two bytes, `i` is below 4, and the
            // unaligned loads read eight numbers from `8 i` on.
            let (q, v) = unsafe {
                let v = _mm_loadu_si128(v.as_ptr().add(16 * i).cast());
                (_mm256_loadu_ps(q.as_ptr().add(8 * i)), _mm256_cvtph_ps(v))
            };
            *sum = _mm256_add_ps(*sum, _mm256_mul_ps(q, v));
        }
    }
    let mut lanes = [0.0; LANES];
    for (lanes, sum) in lanes.chunks_exact_mut(8).zip(sums) {
        // SAFETY: `lanes` holds eight numbers.
        unsafe { _mm256_storeu_ps(lanes.as_mut_ptr(), sum) };
    }
    total(&lanes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (Vec<f32>, Vec<u8>) {
        let query = (0..96).map(|i| (i as f32 * 0.37).sin()).collect();
        let numbers = (0..96).map(|i| f16::from_f32((i as f32 * 0.11).cos()));
        (query, numbers.flat_map(f16::to_le_bytes).collect())
    }

    #[test]
    fn the_portable_dot_product_is_right() {
        let (query, vector) = example();
        let numbers = vector
            .chunks_exact(2)
            .map(|v| f16::from_le_bytes([v[0], v[1]]).to_f64());
        let exact: f64 = numbers.zip(&query).map(|(v, q)| v * f64::from(*q)).sum();
        assert!((f64::from(Kernel::Portable.dot(&query, &vector)) - exact).abs() < 1e-5);
    }

    #[test]
    fn every_kernel_gives_the_same_bits() {
        let (query, vector) = example();
        let (best, portable) = (Kernel::best(), Kernel::Portable);
        assert_eq!(
            best.dot(&query, &vector).to_bits(),
            portable.dot(&query, &vector).to_bits()
        );
    }
}
