// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The influence index: what training leaves so that any later answer can be traced to rows.
//!
//! Little-endian, without padding:
//!
//! | part | bytes |
//! |---|---|
//! | header, see [`IndexHeader`] | 128 |
//! | per contribution: id `u64`, rows `u32`, zero `u32` | 16 each |
//! | per row: contribution `u64`, row number `u32`, label `u32` | 16 each |
//! | per contribution: sum of its rows' unit gradients, `f32` | 4 · dimensions each |
//! | per row: its projected gradient of unit norm, half precision | 2 · dimensions each |
//!
//! An answer's score for a contribution is linear in the rows, so a receipt needs the sums alone.
//! The rows' vectors are mapped and read only when somebody asks which rows moved an answer.

mod header;
mod reader;
mod scan;
mod writer;

pub use header::IndexHeader;
pub use reader::{InfluenceIndex, RowScore};
pub use writer::IndexBuilder;

/// Bytes of a contribution's or a row's entry.
const ENTRY: usize = 16;

/// Where the parts of a file start, and how long it is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    contributions: usize,
    rows: usize,
    sums: usize,
    vectors: usize,
    end: usize,
}

impl Layout {
    /// `None` when the sizes overflow.
    fn new(header: &IndexHeader) -> Option<Self> {
        let dimensions = header.dimensions as usize;
        let rows = usize::try_from(header.rows).ok()?;
        let contributions = header.contributions as usize;
        let contributions_at = header::BYTES;
        let rows_at = contributions_at.checked_add(contributions.checked_mul(ENTRY)?)?;
        let sums = rows_at.checked_add(rows.checked_mul(ENTRY)?)?;
        let vectors = sums.checked_add(
            contributions
                .checked_mul(dimensions)?
                .checked_mul(size_of::<f32>())?,
        )?;
        let end = vectors.checked_add(rows.checked_mul(dimensions)?.checked_mul(2)?)?;
        Some(Self {
            contributions: contributions_at,
            rows: rows_at,
            sums,
            vectors,
            end,
        })
    }
}
