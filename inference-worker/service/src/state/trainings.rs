// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Training jobs.

use redb::{ReadableDatabase, ReadableTable};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{next_number, State, StateError, TRAININGS};

/// How many training jobs are remembered.
const MAX_TRAININGS: usize = 1000;

/// Where a training job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrainPhase {
    /// Waits for its turn; also after a restart in the middle of it.
    Queued,
    /// Being trained.
    Running,
    /// Done; the result is in the content store.
    Finished,
    /// Cannot be done.
    Failed,
}

/// A training job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrainRecord {
    /// What was asked for.
    pub request: Value,
    /// Where it is.
    pub status: TrainPhase,
    /// What was reported while it ran, oldest first, thinned out.
    #[serde(default)]
    pub progress: Vec<Value>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was asked for, seconds since 1970.
    pub created_at: u64,
}

impl State {
    /// Keeps a new training job; returns its number, or `None` when `limit` jobs wait already.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn add_training(&self, request: Value, limit: usize) -> Result<Option<u64>, StateError> {
        let record = TrainRecord {
            request,
            status: TrainPhase::Queued,
            progress: Vec::new(),
            result: None,
            error: None,
            created_at: crate::seconds_since_1970(),
        };
        let bytes = to_json(&record)?;
        if self.unfinished_trainings()?.len() >= limit {
            return Ok(None);
        }
        self.write(|transaction| {
            let mut table = transaction.open_table(TRAININGS)?;
            let number = next_number(&table)?;
            table.insert(number, &bytes[..])?;
            // Old ones go; what they made stays in the content store.
            if number as usize >= MAX_TRAININGS {
                table.remove(number - MAX_TRAININGS as u64)?;
            }
            Ok(Some(number))
        })
    }

    /// A training job.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn training(&self, number: u64) -> Result<Option<TrainRecord>, StateError> {
        let table = self.database.begin_read()?.open_table(TRAININGS)?;
        let found = table.get(number)?;
        found.map(|bytes| from_json(bytes.value())).transpose()
    }

    /// Replaces what is kept of a training job.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn set_training(&self, number: u64, record: &TrainRecord) -> Result<(), StateError> {
        let bytes = to_json(record)?;
        self.write(|transaction| {
            transaction
                .open_table(TRAININGS)?
                .insert(number, &bytes[..])?;
            Ok(())
        })
    }

    /// Training jobs that wait or were interrupted, oldest first.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn unfinished_trainings(&self) -> Result<Vec<u64>, StateError> {
        let table = self.database.begin_read()?.open_table(TRAININGS)?;
        let mut numbers = Vec::new();
        for entry in table.iter()? {
            let (number, bytes) = entry?;
            let record = from_json(bytes.value())?;
            if matches!(record.status, TrainPhase::Queued | TrainPhase::Running) {
                numbers.push(number.value());
            }
        }
        Ok(numbers)
    }
}

fn to_json(record: &TrainRecord) -> Result<Vec<u8>, StateError> {
    serde_json::to_vec(record).map_err(|_| StateError::Damaged("a training job"))
}

fn from_json(bytes: &[u8]) -> Result<TrainRecord, StateError> {
    serde_json::from_slice(bytes).map_err(|_| StateError::Damaged("a training job"))
}
