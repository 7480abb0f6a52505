// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::{header::take, scan::Kernel, IndexHeader, Layout, ENTRY};
use crate::{linalg::dot, LearningError};
use memmap2::Mmap;
use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BinaryHeap},
    fs::File,
    path::Path,
};

/// An influence index that is mapped into memory.
pub struct InfluenceIndex {
    map: Mmap,
    header: IndexHeader,
    layout: Layout,
    /// `(id, rows)`, ascending by id.
    contributions: Vec<(u64, u32)>,
    /// `[contributions, dimensions]`.
    sums: Vec<f32>,
    /// Per label: `(contribution, rows with that label)`, ascending by id.
    by_label: Vec<Vec<(u64, u64)>>,
}

/// How much one row moved an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowScore {
    /// The row's contribution.
    pub contribution: u64,
    /// The row's number within its contribution.
    pub row: u32,
    /// Cosine of the two gradients: positive when training on the row made the answer more likely.
    pub score: f32,
}

impl Eq for RowScore {}

impl PartialOrd for RowScore {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RowScore {
    /// By score; of equals, the one with the lower id and number is the larger.
    fn cmp(&self, other: &Self) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then_with(|| (other.contribution, other.row).cmp(&(self.contribution, self.row)))
    }
}

impl InfluenceIndex {
    /// Maps an index and checks all of it but the rows' vectors.
    ///
    /// # Errors
    /// [`LearningError::Io`] when the file cannot be read, [`LearningError::Index`] says what is
    /// wrong with it. Nothing is allocated before the sizes were compared with the file's.
    pub fn open(path: &Path) -> Result<Self, LearningError> {
        let io = |source| LearningError::Io {
            path: path.to_path_buf(),
            source,
        };
        let file = File::open(path).map_err(io)?;
        // SAFETY: the file is only read. It lies in the operator's content store under its hash,
        // where nothing truncates it.
        let map = unsafe { Mmap::map(&file) }.map_err(io)?;
        let header = IndexHeader::decode(&map)?;
        let layout = Layout::new(&header)
            .filter(|layout| layout.end == map.len())
            .ok_or_else(|| bad(format!("{} bytes do not fit its header", map.len())))?;
        let contributions = read_contributions(&map[layout.contributions..layout.rows])?;
        let by_label = read_rows(
            &map[layout.rows..layout.sums],
            &contributions,
            header.labels,
        )?;
        let sums: Vec<f32> = map[layout.sums..layout.vectors]
            .chunks_exact(4)
            .map(|mut bytes| f32::from_le_bytes(take(&mut bytes)))
            .collect();
        // A sum of unit vectors is never longer than their number (and some rounding).
        let limit = header.rows as f32 * 1.01 + 1.0;
        if !sums.iter().all(|sum| sum.abs() <= limit) {
            return Err(bad("a sum is not one of unit vectors".into()));
        }
        Ok(Self {
            map,
            header,
            layout,
            contributions,
            sums,
            by_label,
        })
    }

    /// What the index is about.
    pub fn header(&self) -> &IndexHeader {
        &self.header
    }

    /// `(contribution, rows)`, ascending by id.
    pub fn contributions(&self) -> &[(u64, u32)] {
        &self.contributions
    }

    /// `(contribution, rows with that label)`, ascending by id; empty for an unknown label.
    pub fn contributions_with_label(&self, label: usize) -> &[(u64, u64)] {
        self.by_label.get(label).map_or(&[], Vec::as_slice)
    }

    /// Score of every contribution for a query of unit norm, in units of 2⁻³², ascending by id:
    /// the sum of the cosines of its rows.
    ///
    /// # Errors
    /// [`LearningError::Input`] when the query does not have as many numbers as the vectors.
    pub fn contribution_scores(&self, query: &[f32]) -> Result<Vec<(u64, i64)>, LearningError> {
        self.check_query(query)?;
        let sums = self.sums.chunks_exact(query.len());
        Ok(self
            .contributions
            .iter()
            .zip(sums)
            .map(|((id, _), sum)| (*id, fixed_point(dot(query, sum))))
            .collect())
    }

    /// The `count` rows with the highest scores, highest first. Reads all vectors, on one thread.
    ///
    /// # Errors
    /// [`LearningError::Input`] when the query does not have as many numbers as the vectors,
    /// [`LearningError::Index`] when a vector holds a number that is not finite.
    pub fn top_rows(&self, query: &[f32], count: usize) -> Result<Vec<RowScore>, LearningError> {
        self.check_query(query)?;
        let kernel = Kernel::best();
        let entries = self.map[self.layout.rows..self.layout.sums].chunks_exact(ENTRY);
        let vectors = self.map[self.layout.vectors..].chunks_exact(2 * query.len());
        let mut best: BinaryHeap<Reverse<RowScore>> = BinaryHeap::new();
        for (entry, vector) in entries.zip(vectors) {
            let score = kernel.dot(query, vector);
            let (contribution, row, _) = row_entry(entry);
            if !score.is_finite() {
                let reason = format!("row {row} of contribution {contribution} is damaged");
                return Err(bad(reason));
            }
            let candidate = Reverse(RowScore {
                contribution,
                row,
                score,
            });
            if best.len() < count {
                best.push(candidate);
            } else if best.peek().is_some_and(|worst| candidate < *worst) {
                best.pop();
                best.push(candidate);
            }
        }
        Ok(best
            .into_sorted_vec()
            .into_iter()
            .map(|Reverse(score)| score)
            .collect())
    }

    fn check_query(&self, query: &[f32]) -> Result<(), LearningError> {
        if query.len() != self.header.dimensions as usize {
            return Err(LearningError::Input(format!(
                "a query of {} numbers for an index of {}",
                query.len(),
                self.header.dimensions
            )));
        }
        Ok(())
    }
}

fn bad(reason: String) -> LearningError {
    LearningError::Index(reason)
}

/// A score in units of 2⁻³², rounded to the nearest, halves away from zero.
fn fixed_point(score: f64) -> i64 {
    // The limits on rows and sums keep this far below 2⁶³; `as` would saturate.
    (score * 4_294_967_296.0).round() as i64
}

fn row_entry(mut bytes: &[u8]) -> (u64, u32, u32) {
    let contribution = u64::from_le_bytes(take(&mut bytes));
    let row = u32::from_le_bytes(take(&mut bytes));
    (contribution, row, u32::from_le_bytes(take(&mut bytes)))
}

fn read_contributions(bytes: &[u8]) -> Result<Vec<(u64, u32)>, LearningError> {
    let mut contributions: Vec<(u64, u32)> = Vec::with_capacity(bytes.len() / ENTRY);
    for entry in bytes.chunks_exact(ENTRY) {
        let (id, rows, zero) = row_entry(entry);
        if contributions.last().is_some_and(|(last, _)| *last >= id) || zero != 0 {
            return Err(bad(format!("contribution {id} is out of order")));
        }
        contributions.push((id, rows));
    }
    Ok(contributions)
}

/// Checks order and counts of the rows; counts them by label.
fn read_rows(
    bytes: &[u8],
    contributions: &[(u64, u32)],
    labels: u32,
) -> Result<Vec<Vec<(u64, u64)>>, LearningError> {
    let mut counts: BTreeMap<u64, u32> = contributions.iter().map(|(id, _)| (*id, 0)).collect();
    let mut by_label = vec![BTreeMap::<u64, u64>::new(); labels as usize];
    let mut last = None;
    for entry in bytes.chunks_exact(ENTRY) {
        let (id, row, label) = row_entry(entry);
        if last.is_some_and(|last| last >= (id, row)) {
            return Err(bad(format!(
                "row {row} of contribution {id} is out of order"
            )));
        }
        last = Some((id, row));
        let count = counts
            .get_mut(&id)
            .ok_or_else(|| bad(format!("no contribution {id}")))?;
        *count = count.saturating_add(1);
        let with_label = by_label
            .get_mut(label as usize)
            .ok_or_else(|| bad(format!("row {row} of contribution {id} has label {label}")))?;
        *with_label.entry(id).or_default() += 1;
    }
    for (id, rows) in contributions {
        if counts.get(id) != Some(rows) {
            return Err(bad(format!("contribution {id} does not have {rows} rows")));
        }
    }
    Ok(by_label
        .into_iter()
        .map(|counts| counts.into_iter().collect())
        .collect())
}
