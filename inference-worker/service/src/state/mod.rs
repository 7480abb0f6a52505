// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What survives a restart, in one redb file: jobs and their receipts, the queue, the outbox,
//! channels and training jobs.
//!
//! Every change is one transaction, on disk before the caller goes on. A killed worker therefore
//! finds each job either queued (and answers it), or finished (and offers its receipt), or ended in a
//! block that is not final (and takes that back if it has to), never in two of them and never in none.

mod channels;
mod jobs;
mod lists;
mod outbox;
mod records;
mod trainings;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use channels::{Refusal, Reservation};
use codec::Decode;
pub use jobs::Enqueued;
pub use lists::MAX_ENDED_RECORDS;
use openledger_primitives::H256;
pub use records::{
    job_name, parse_job_name, BatchShape, ChannelRecord, Ending, Finished, JobRecord, Phase, Terms,
};
use redb::{Database, ReadableDatabase, TableDefinition, WriteTransaction};
pub use trainings::{TrainPhase, TrainRecord};

/// The form of the file; another number is another form.
const SCHEMA: u32 = 3;

/// Bytes of pages that redb keeps in memory.
const PAGE_CACHE: usize = 8 * 1024 * 1024;

type Bytes = &'static [u8];
const META: TableDefinition<&str, Bytes> = TableDefinition::new("meta");
/// Encoded `JobRef` → encoded [`JobRecord`]. Made when a job is accepted or a channel's request
/// reserved; removed some time after it ended, or when a reservation is given back.
const JOBS: TableDefinition<Bytes, Bytes> = TableDefinition::new("jobs");
/// Sequence → encoded `JobRef` of jobs that wait to be answered, oldest first.
const QUEUE: TableDefinition<u64, Bytes> = TableDefinition::new("queue");
/// Sequence → encoded `JobRef` of finished jobs whose receipts are not yet seen settled.
const OUTBOX: TableDefinition<u64, Bytes> = TableDefinition::new("outbox");
/// Sequence → encoded `JobRef` of jobs whose end is seen in a block that is not final: a fork that is
/// given up takes it back.
const SETTLING: TableDefinition<u64, Bytes> = TableDefinition::new("settling");
/// Sequence → encoded `JobRef` of ended and failed jobs, oldest first, for pruning.
const ENDED: TableDefinition<u64, Bytes> = TableDefinition::new("ended");
/// Channel → encoded [`ChannelRecord`]. Made with the channel's first request; removed some time after
/// the channel was closed.
const CHANNELS: TableDefinition<u64, Bytes> = TableDefinition::new("channels");
/// Number → JSON of a [`TrainRecord`].
const TRAININGS: TableDefinition<u64, Bytes> = TableDefinition::new("trainings");

/// Why the state cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file is in use, damaged or of another form, or the disk failed.
    #[error("the state file {path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// The database refused an operation.
    #[error("the state could not be read or written: {0}")]
    Database(String),
    /// A record cannot be read.
    #[error("the state holds a damaged record of {0}")]
    Damaged(&'static str),
    /// The file belongs to a worker of another chain.
    #[error("this data folder belongs to a worker of the chain {known:?}, the node follows {seen:?}: give another folder with --data")]
    OtherChain {
        /// The chain that the folder was made for.
        known: H256,
        /// The chain of the node.
        seen: H256,
    },
}

macro_rules! from_redb {
    ($($error:ty),*) => {$(
        impl From<$error> for StateError {
            fn from(error: $error) -> Self {
                Self::Database(error.to_string())
            }
        }
    )*};
}
from_redb!(
    redb::StorageError,
    redb::TableError,
    redb::TransactionError,
    redb::CommitError
);

/// The worker's state. Cheap to clone. Its functions block for the time of a disk write: call them
/// through [`State::run`] where other requests must not wait.
#[derive(Clone)]
pub struct State {
    database: Arc<Database>,
}

impl State {
    /// Opens or creates the state in `folder`.
    ///
    /// # Errors
    /// [`StateError::File`] when another worker uses it, or it is damaged or of another release.
    pub fn open(folder: &Path) -> Result<Self, StateError> {
        let path = folder.join("state.redb");
        let bad = |cause: String| StateError::File {
            path: path.clone(),
            cause,
        };
        std::fs::create_dir_all(folder).map_err(|error| bad(error.to_string()))?;
        let database = Database::builder()
            .set_cache_size(PAGE_CACHE)
            .create(&path)
            .map_err(|error| {
                bad(format!(
                    "{error}; is another worker running on this folder?"
                ))
            })?;
        let state = Self {
            database: Arc::new(database),
        };
        state.write(|transaction| {
            // Opened once, so that readers always find every table.
            for table in [QUEUE, OUTBOX, SETTLING, ENDED, CHANNELS, TRAININGS] {
                transaction.open_table(table)?;
            }
            transaction.open_table(JOBS)?;
            transaction.open_table(META)?;
            Ok(())
        })?;
        match state.meta::<u32>("schema")? {
            None => state.set_meta("schema", &SCHEMA)?,
            Some(SCHEMA) => {}
            Some(other) => {
                let cause = format!(
                    "it has form {other}, this release reads {SCHEMA}: let the release that made it \
                     run until its outbox is empty, then give another folder with --data"
                );
                return Err(bad(cause));
            }
        }
        Ok(state)
    }

    /// Runs `work` on a thread that may block.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn run<T, W>(&self, work: W) -> Result<T, StateError>
    where
        T: Send + 'static,
        W: FnOnce(&State) -> Result<T, StateError> + Send + 'static,
    {
        let state = self.clone();
        tokio::task::spawn_blocking(move || work(&state))
            .await
            .map_err(|error| StateError::Database(error.to_string()))?
    }

    /// The chain that the state belongs to, if it has been bound to one.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn genesis(&self) -> Result<Option<H256>, StateError> {
        self.meta("genesis")
    }

    /// Binds the state to a chain, or checks that it is bound to that one.
    ///
    /// # Errors
    /// [`StateError::OtherChain`].
    pub fn bind(&self, genesis: H256) -> Result<(), StateError> {
        match self.genesis()? {
            Some(known) if known != genesis => Err(StateError::OtherChain {
                known,
                seen: genesis,
            }),
            Some(_) => Ok(()),
            None => self.set_meta("genesis", &genesis),
        }
    }

    fn meta<T: Decode>(&self, name: &'static str) -> Result<Option<T>, StateError> {
        let table = self.database.begin_read()?.open_table(META)?;
        match table.get(name)? {
            Some(bytes) => decode(bytes.value(), name).map(Some),
            None => Ok(None),
        }
    }

    fn set_meta<T: codec::Encode>(&self, name: &str, value: &T) -> Result<(), StateError> {
        self.write(|transaction| {
            transaction
                .open_table(META)?
                .insert(name, &value.encode()[..])?;
            Ok(())
        })
    }

    /// Runs `change` in a transaction that is on disk when this returns; nothing is changed when it
    /// fails.
    fn write<T>(
        &self,
        change: impl FnOnce(&WriteTransaction) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        let transaction = self.database.begin_write()?;
        let result = change(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}

fn decode<T: Decode>(mut bytes: &[u8], what: &'static str) -> Result<T, StateError> {
    T::decode(&mut bytes).map_err(|_| StateError::Damaged(what))
}

/// The number after the last one of a table that is keyed by sequence.
fn next_number(table: &impl redb::ReadableTable<u64, Bytes>) -> Result<u64, StateError> {
    Ok(table
        .last()?
        .map_or(0, |(number, _)| number.value().saturating_add(1)))
}

#[cfg(test)]
mod tests;
