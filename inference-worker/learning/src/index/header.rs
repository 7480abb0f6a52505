// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::LearningError;
use openledger_artifacts::{INFLUENCE_DIMENSIONS, MAX_LABELS};

/// Bytes of the header.
pub(super) const BYTES: usize = 128;
const MAGIC: &[u8; 8] = b"OPENINFL";
const FORMAT: u32 = 1;
/// Most rows of an index: 200 GB of vectors.
const MAX_ROWS: u64 = 100_000_000;
/// Most contributions of an index: 4 GB of sums.
const MAX_CONTRIBUTIONS: u32 = 1_000_000;
/// Most trainable numbers that a gradient may have.
const MAX_GRADIENT: u64 = 1 << 32;

/// What an influence index is about. In the file: magic `OPENINFL`, format `u32`, then the fields
/// in the order given here, then zeros up to 128 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexHeader {
    /// Numbers per vector; a multiple of 32.
    pub dimensions: u32,
    /// Number of rows, at least 1.
    pub rows: u64,
    /// Number of contributions, at least 1.
    pub contributions: u32,
    /// Number of labels of the head.
    pub labels: u32,
    /// Seed of the random projection.
    pub projection_seed: u64,
    /// Trainable numbers before the projection.
    pub gradient_length: u64,
    /// Content hash of the adapter's `adapter.safetensors`.
    pub adapter: [u8; 32],
    /// Content hash of the adapter's `head.safetensors`.
    pub head: [u8; 32],
}

impl IndexHeader {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&self.dimensions.to_le_bytes());
        bytes.extend_from_slice(&self.rows.to_le_bytes());
        bytes.extend_from_slice(&self.contributions.to_le_bytes());
        bytes.extend_from_slice(&self.labels.to_le_bytes());
        bytes.extend_from_slice(&self.projection_seed.to_le_bytes());
        bytes.extend_from_slice(&self.gradient_length.to_le_bytes());
        bytes.extend_from_slice(&self.adapter);
        bytes.extend_from_slice(&self.head);
        bytes.resize(BYTES, 0);
        bytes
    }

    /// Reads the header at the start of a file.
    ///
    /// # Errors
    /// [`LearningError::Index`] when it is none, or names sizes that no index can have.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, LearningError> {
        let bad = |reason: String| Err(LearningError::Index(reason));
        let Some(header) = bytes.first_chunk::<BYTES>() else {
            return bad(format!(
                "{} bytes, the header alone has {BYTES}",
                bytes.len()
            ));
        };
        let mut rest = header.as_slice();
        if take::<8>(&mut rest) != *MAGIC {
            return bad("it does not start with OPENINFL".into());
        }
        let format = u32::from_le_bytes(take(&mut rest));
        if format != FORMAT {
            return bad(format!("format {format}, this version reads {FORMAT}"));
        }
        let header = Self {
            dimensions: u32::from_le_bytes(take(&mut rest)),
            rows: u64::from_le_bytes(take(&mut rest)),
            contributions: u32::from_le_bytes(take(&mut rest)),
            labels: u32::from_le_bytes(take(&mut rest)),
            projection_seed: u64::from_le_bytes(take(&mut rest)),
            gradient_length: u64::from_le_bytes(take(&mut rest)),
            adapter: take(&mut rest),
            head: take(&mut rest),
        };
        if rest.iter().any(|byte| *byte != 0) {
            return bad("the header does not end in zeros".into());
        }
        header.check()?;
        Ok(header)
    }

    /// Checks that sizes are ones that an index can have.
    pub(super) fn check(&self) -> Result<(), LearningError> {
        let limits = [
            (
                "dimensions",
                u64::from(self.dimensions),
                u64::from(16 * INFLUENCE_DIMENSIONS),
            ),
            ("rows", self.rows, MAX_ROWS),
            (
                "contributions",
                u64::from(self.contributions),
                MAX_CONTRIBUTIONS.into(),
            ),
            ("labels", u64::from(self.labels), MAX_LABELS as u64),
            ("gradient length", self.gradient_length, MAX_GRADIENT),
        ];
        for (name, value, limit) in limits {
            if value == 0 || value > limit {
                let reason = format!("{name} is {value}, expected 1 to {limit}");
                return Err(LearningError::Index(reason));
            }
        }
        if !self.dimensions.is_multiple_of(super::scan::LANES as u32) {
            let reason = format!("dimensions are {}, not a multiple of 32", self.dimensions);
            return Err(LearningError::Index(reason));
        }
        Ok(())
    }
}

/// The next `N` bytes, zeros when there are fewer.
pub(super) fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    match bytes.split_first_chunk::<N>() {
        Some((first, rest)) => {
            *bytes = rest;
            *first
        }
        None => {
            *bytes = &[];
            [0; N]
        }
    }
}
