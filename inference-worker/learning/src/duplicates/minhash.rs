// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::LazyLock;

/// Hash functions per signature.
const HASHES: usize = 128;
/// Bands of the locality-sensitive hashing. Two texts of similarity s meet in one of them with
/// probability 1 - (1 - s⁵)²⁵: 0.999 at 0.75, 0.55 at 0.5, 0.06 at 0.3.
pub(super) const BANDS: usize = 25;
/// Minima per band.
const BAND_ROWS: usize = 5;
/// Characters per piece.
const PIECE: usize = 5;
/// Seed of the hash functions. Part of the method: another seed gives other estimates.
const SEED: u64 = 0x4f50_454e_4455_5045;

/// Factor and summand of every hash function (multiply-shift hashing, Dietzfelbinger, 1996).
static FUNCTIONS: LazyLock<Vec<(u64, u64)>> = LazyLock::new(|| {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    (0..HASHES)
        .map(|_| (random.next_u64() | 1, random.next_u64()))
        .collect()
});

/// The minima of a text.
pub(super) struct Signature(Box<[u32; HASHES]>);

impl Signature {
    /// The signature of a normalised text.
    pub fn new(text: &str) -> Self {
        let mut minima = Box::new([u32::MAX; HASHES]);
        let characters: Vec<char> = text.chars().collect();
        // A text shorter than a piece is one piece.
        for piece in characters.windows(PIECE.min(characters.len()).max(1)) {
            let hash = hash(piece.iter().map(|c| u64::from(u32::from(*c))));
            for (least, (factor, summand)) in minima.iter_mut().zip(FUNCTIONS.iter()) {
                let value = (factor.wrapping_mul(hash).wrapping_add(*summand) >> 32) as u32;
                *least = (*least).min(value);
            }
        }
        Self(minima)
    }

    /// Estimated Jaccard index of the two texts' pieces, in parts per million.
    pub fn similarity_ppm(&self, other: &Self) -> u32 {
        let equal = self
            .0
            .iter()
            .zip(other.0.iter())
            .filter(|(a, b)| a == b)
            .count();
        (equal * 1_000_000 / HASHES) as u32
    }

    /// One hash per band.
    pub fn bands(&self) -> [u64; BANDS] {
        let mut bands = [0; BANDS];
        for ((number, band), minima) in (0u64..).zip(&mut bands).zip(self.0.chunks_exact(BAND_ROWS))
        {
            let minima = minima.iter().map(|minimum| u64::from(*minimum));
            *band = hash(std::iter::once(number).chain(minima));
        }
        bands
    }
}

/// A 64-bit hash of numbers: the finaliser of SplitMix64 after each.
fn hash(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0x9e37_79b9_7f4a_7c15, |state, number| {
        let mut z = (state ^ number).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}
