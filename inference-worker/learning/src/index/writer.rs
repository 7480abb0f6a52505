// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::{header, IndexHeader, Layout};
use crate::LearningError;
use half::f16;

/// Builds an influence index row by row, in the order of contribution ids and row numbers.
pub struct IndexBuilder {
    header: IndexHeader,
    /// `(id, rows)`.
    contributions: Vec<(u64, u32)>,
    /// `(contribution, row number, label)`.
    rows: Vec<(u64, u32, u32)>,
    /// `[contributions, dimensions]`.
    sums: Vec<f32>,
    /// Little-endian half-precision numbers, `[rows, dimensions]`.
    vectors: Vec<u8>,
}

impl IndexBuilder {
    /// An empty index. The header's counts of rows and contributions are set by what is pushed.
    pub fn new(header: IndexHeader) -> Self {
        Self {
            header,
            contributions: Vec::new(),
            rows: Vec::new(),
            sums: Vec::new(),
            vectors: Vec::new(),
        }
    }

    /// Adds a row: its contribution, its number within the contribution, the index of its label,
    /// and its projected gradient.
    ///
    /// # Errors
    /// [`LearningError::Index`] when rows come out of order or twice, or a size does not fit.
    pub fn push(
        &mut self,
        contribution: u64,
        row: u32,
        label: u32,
        vector: &[f32],
    ) -> Result<(), LearningError> {
        let bad = |reason: String| Err(LearningError::Index(reason));
        let dimensions = self.header.dimensions as usize;
        if vector.len() != dimensions || !vector.iter().all(|value| value.is_finite()) {
            return bad(format!(
                "row {row} of contribution {contribution} has a bad vector"
            ));
        }
        if label >= self.header.labels {
            return bad(format!(
                "row {row} of contribution {contribution} has label {label}"
            ));
        }
        let last = self.rows.last().map(|(id, row, _)| (*id, *row));
        if last.is_some_and(|last| last >= (contribution, row)) {
            return bad(format!(
                "row {row} of contribution {contribution} is out of order"
            ));
        }
        if last.map(|(id, _)| id) != Some(contribution) {
            self.contributions.push((contribution, 0));
            self.sums.resize(self.sums.len() + dimensions, 0.0);
        }
        if let Some((_, rows)) = self.contributions.last_mut() {
            *rows = rows.saturating_add(1);
        }
        self.rows.push((contribution, row, label));
        let start = self.sums.len() - dimensions;
        for (sum, value) in self.sums[start..].iter_mut().zip(vector) {
            // What is stored is what is summed, so that anybody can check the sums by the rows.
            let stored = f16::from_f32(*value);
            *sum += stored.to_f32();
            self.vectors.extend_from_slice(&stored.to_le_bytes());
        }
        Ok(())
    }

    /// The bytes of the file. Equal rows give equal bytes.
    ///
    /// # Errors
    /// [`LearningError::Index`] when there are no rows or too many.
    pub fn finish(mut self) -> Result<Vec<u8>, LearningError> {
        self.header.rows = self.rows.len() as u64;
        self.header.contributions = u32::try_from(self.contributions.len()).unwrap_or(u32::MAX);
        self.header.check()?;
        let layout = Layout::new(&self.header)
            .ok_or_else(|| LearningError::Index("the index is too large".into()))?;
        let mut bytes = self.header.encode();
        bytes.reserve(layout.vectors);
        debug_assert_eq!(bytes.len(), header::BYTES);
        for (id, rows) in &self.contributions {
            bytes.extend_from_slice(&id.to_le_bytes());
            bytes.extend_from_slice(&rows.to_le_bytes());
            bytes.extend_from_slice(&[0; 4]);
        }
        for (contribution, row, label) in &self.rows {
            bytes.extend_from_slice(&contribution.to_le_bytes());
            bytes.extend_from_slice(&row.to_le_bytes());
            bytes.extend_from_slice(&label.to_le_bytes());
        }
        for sum in &self.sums {
            bytes.extend_from_slice(&sum.to_le_bytes());
        }
        debug_assert_eq!(bytes.len(), layout.vectors);
        // The vectors are nearly all of the file: moved up in place, not held twice.
        self.vectors.splice(0..0, bytes);
        Ok(self.vectors)
    }
}
