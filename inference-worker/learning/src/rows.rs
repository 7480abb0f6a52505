// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{Encoder, Hidden, LearningError};

/// Most tokens in one forward and backward pass. A batch with more is divided and its gradients
/// are added up, which bounds the activations to some 70 MB for MiniLM.
const TOKEN_BUDGET: usize = 768;

/// The texts that a model is trained or evaluated on.
pub enum Inputs {
    /// Token ids per row, `[CLS] … [SEP]`.
    Tokens(Vec<Vec<u32>>),
    /// `[tokens, hidden]` per row: what the frozen lower layers make of it, computed once when only
    /// upper layers are trained.
    States(Vec<Vec<f32>>),
}

impl Inputs {
    /// Runs the frozen layers below `first_layer` once for all rows.
    ///
    /// # Errors
    /// [`LearningError::Input`] when a row is empty, too long or has an unknown token.
    pub fn states(
        encoder: &Encoder,
        rows: &[Vec<u32>],
        first_layer: usize,
    ) -> Result<Self, LearningError> {
        let mut states = Vec::with_capacity(rows.len());
        for row in rows {
            let hidden = encoder.embed(&[row.as_slice()])?;
            states.push(encoder.frozen(hidden, 0..first_layer).values);
        }
        Ok(Self::States(states))
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Tokens(rows) => rows.len(),
            Self::States(rows) => rows.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The input of the first trained layer for some rows, in that order.
    ///
    /// # Errors
    /// [`LearningError::Input`] for a row that does not exist or that the encoder refuses.
    pub fn batch(&self, encoder: &Encoder, rows: &[usize]) -> Result<Hidden, LearningError> {
        let missing = |row: &usize| LearningError::Input(format!("there is no row {row}"));
        match self {
            Self::Tokens(all) => {
                let rows = rows
                    .iter()
                    .map(|row| all.get(*row).map(Vec::as_slice).ok_or_else(|| missing(row)))
                    .collect::<Result<Vec<_>, _>>()?;
                encoder.embed(&rows)
            }
            Self::States(all) => {
                let width = encoder.config().hidden_size;
                let mut hidden = Hidden {
                    values: Vec::new(),
                    lengths: Vec::new(),
                };
                for row in rows {
                    let states = all.get(*row).ok_or_else(|| missing(row))?;
                    hidden.values.extend_from_slice(states);
                    hidden.lengths.push(states.len() / width);
                }
                Ok(hidden)
            }
        }
    }

    /// Divides rows, kept in order, into parts of at most [`TOKEN_BUDGET`] tokens (or one row).
    pub(crate) fn parts<'a>(&self, encoder: &Encoder, rows: &'a [usize]) -> Vec<&'a [usize]> {
        let width = encoder.config().hidden_size;
        let tokens = |row: &usize| match self {
            Self::Tokens(all) => all.get(*row).map_or(0, Vec::len),
            Self::States(all) => all.get(*row).map_or(0, |states| states.len() / width),
        };
        let (mut parts, mut start, mut sum) = (Vec::new(), 0, 0);
        for (i, row) in rows.iter().enumerate() {
            let more = tokens(row);
            if i > start && sum + more > TOKEN_BUDGET {
                parts.push(&rows[start..i]);
                (start, sum) = (i, 0);
            }
            sum += more;
        }
        if start < rows.len() {
            parts.push(&rows[start..]);
        }
        parts
    }
}
