// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::LearningError;
use openledger_artifacts::{
    content_hash, Hyper, ManifestVersion, Row, MAX_LABELS, MAX_LABEL_BYTES, MAX_RANK, MAX_TOKENS,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most rows of one training, held-out rows included.
pub const MAX_TRAINING_ROWS: usize = 1_000_000;
/// Most passes over the rows.
const MAX_EPOCHS: u32 = 100;
/// Most rows per step.
const MAX_BATCH: u32 = 1_024;
/// One of so many rows is held out when the job names none.
const HELD_OUT_EVERY: u64 = 10;

/// A training job. Serialisable, so that the service can hand it to a child process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainSpec {
    /// What the adapter is for; goes into the manifest.
    pub task: String,
    /// Decides initial weights and order of rows. The same job gives the same adapter.
    pub seed: u64,
    /// Hyper-parameters; see [`default_hyper`].
    pub hyper: Hyper,
    /// The Datanet versions that the rows come from; go into the manifest.
    pub versions: Vec<ManifestVersion>,
    /// The rows, ascending by contribution id.
    pub contributions: Vec<TrainContribution>,
    /// Rows to measure the accuracy on. When there are none, one of ten rows of the contributions
    /// is held out, chosen by the hash of its text.
    pub held_out: Vec<Row>,
    /// Seed of the influence index's random projection.
    pub projection_seed: u64,
}

/// The rows of one contribution, in the order in which they were registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainContribution {
    /// The contribution on chain.
    pub id: u64,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// Rank 8, alpha 16, learning rate 0.001, 4 epochs, 32 rows per step.
pub fn default_hyper() -> Hyper {
    Hyper {
        rank: 8,
        alpha: 16.0,
        learning_rate: 1e-3,
        epochs: 4,
        batch_size: 32,
        max_tokens: MAX_TOKENS as u32,
    }
}

/// The rows of a job, divided.
pub(crate) struct Division<'a> {
    /// All labels, in alphabetical order.
    pub labels: Vec<String>,
    pub train: Vec<TrainRow<'a>>,
    /// `(text, label)`.
    pub held_out: Vec<(&'a str, usize)>,
}

pub(crate) struct TrainRow<'a> {
    pub contribution: u64,
    pub row: u32,
    pub text: &'a str,
    pub label: usize,
}

impl TrainSpec {
    /// Checks the job and divides its rows.
    ///
    /// # Errors
    /// [`LearningError::Spec`] says what is wrong.
    pub(crate) fn divide(&self) -> Result<Division<'_>, LearningError> {
        self.check_hyper()?;
        let bad = |reason: String| Err(LearningError::Spec(reason));
        if !self.contributions.is_sorted_by(|a, b| a.id < b.id) {
            return bad("contributions are not ascending by id".into());
        }
        let all = self
            .contributions
            .iter()
            .flat_map(|contribution| &contribution.rows);
        let count = all.clone().count().saturating_add(self.held_out.len());
        if count > MAX_TRAINING_ROWS {
            return bad(format!(
                "{count} rows, at most {MAX_TRAINING_ROWS} are allowed"
            ));
        }
        let names: BTreeSet<&str> = all
            .chain(&self.held_out)
            .map(|row| row.label.as_str())
            .collect();
        if names.len() < 2 || names.len() > MAX_LABELS {
            return bad(format!(
                "{} labels, expected 2 to {MAX_LABELS}",
                names.len()
            ));
        }
        if let Some(name) = names
            .iter()
            .find(|name| name.is_empty() || name.len() > MAX_LABEL_BYTES)
        {
            return bad(format!(
                "the label {name:?} is empty or over {MAX_LABEL_BYTES} bytes"
            ));
        }
        let labels: Vec<String> = names.into_iter().map(str::to_owned).collect();
        // Every name is in the list.
        let index = |row: &Row| labels.binary_search(&row.label).unwrap_or_default();
        let choose = self.held_out.is_empty();
        let mut train = Vec::new();
        let mut held_out: Vec<_> = self
            .held_out
            .iter()
            .map(|row| (row.text.as_str(), index(row)))
            .collect();
        for contribution in &self.contributions {
            for (number, row) in (0u32..).zip(&contribution.rows) {
                let (text, label) = (row.text.as_str(), index(row));
                if choose && is_held_out(text) {
                    held_out.push((text, label));
                } else {
                    let contribution = contribution.id;
                    train.push(TrainRow {
                        contribution,
                        row: number,
                        text,
                        label,
                    });
                }
            }
        }
        if train.is_empty() {
            return bad("there are no rows to train on".into());
        }
        Ok(Division {
            labels,
            train,
            held_out,
        })
    }

    fn check_hyper(&self) -> Result<(), LearningError> {
        let hyper = &self.hyper;
        let limits = [
            ("rank", hyper.rank, 1, MAX_RANK as u32),
            ("epochs", hyper.epochs, 1, MAX_EPOCHS),
            ("batch_size", hyper.batch_size, 1, MAX_BATCH),
            ("max_tokens", hyper.max_tokens, 3, MAX_TOKENS as u32),
        ];
        for (name, value, least, most) in limits {
            if value < least || value > most {
                let reason = format!("{name} is {value}, expected {least} to {most}");
                return Err(LearningError::Spec(reason));
            }
        }
        let positive = |value: f64| value.is_finite() && value > 0.0 && value <= 1_000.0;
        if !positive(hyper.learning_rate) || !positive(hyper.alpha.into()) {
            let reason = "learning rate and alpha are positive numbers up to 1000".into();
            return Err(LearningError::Spec(reason));
        }
        Ok(())
    }
}

/// Whether a text belongs to the tenth that is held out. By its normalised text, so that copies of
/// a row fall on the same side.
fn is_held_out(text: &str) -> bool {
    let hash = content_hash(crate::duplicates::normalise(text).as_bytes());
    let number = hash
        .iter()
        .take(8)
        .fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    number % HELD_OUT_EVERY == 0
}
