// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The numbered lists of jobs (queue, outbox, settling, ended), and the records that they point to.

use codec::Encode;
use openledger_primitives::JobRef;
use redb::{
    AccessGuard, ReadableTable, ReadableTableMetadata, StorageError, Table, WriteTransaction,
};

use super::{decode, next_number, Bytes, JobRecord, StateError, ENDED, QUEUE, SETTLING};

/// How many ended and failed jobs are kept for `GET /v1/jobs/{id}`.
pub const MAX_ENDED_RECORDS: u64 = 100_000;

pub(super) fn record(
    table: &impl ReadableTable<Bytes, Bytes>,
    job: &JobRef,
) -> Result<Option<JobRecord>, StateError> {
    match table.get(&job.encode()[..])? {
        Some(bytes) => decode(bytes.value(), "a job").map(Some),
        None => Ok(None),
    }
}

pub(super) fn put(
    table: &mut Table<Bytes, Bytes>,
    job: &JobRef,
    record: &JobRecord,
) -> Result<(), StateError> {
    table.insert(&job.encode()[..], &record.encode()[..])?;
    Ok(())
}

pub(super) fn numbered(
    table: &impl ReadableTable<u64, Bytes>,
    limit: usize,
) -> Result<Vec<JobRef>, StateError> {
    let entries = table.iter()?.take(limit);
    entries
        .map(|entry| decode(entry?.1.value(), "a list of jobs"))
        .collect()
}

/// Puts a job at the end of a numbered list.
pub(super) fn append(table: &mut Table<u64, Bytes>, job: &JobRef) -> Result<(), StateError> {
    let number = next_number(table)?;
    table.insert(number, &job.encode()[..])?;
    Ok(())
}

pub(super) fn leave_queue(transaction: &WriteTransaction, job: &JobRef) -> Result<(), StateError> {
    leave(&mut transaction.open_table(QUEUE)?, job)
}

/// Removes a job from the lists of those that ended. It ended lately, so it stands near their end.
pub(super) fn leave_ended(transaction: &WriteTransaction, job: &JobRef) -> Result<(), StateError> {
    for list in [SETTLING, ENDED] {
        let mut table = transaction.open_table(list)?;
        let number = number_of(table.iter()?.rev(), job)?;
        remove(&mut table, number)?;
    }
    Ok(())
}

/// Forgets those that ended first, once there are more than [`MAX_ENDED_RECORDS`].
pub(super) fn prune(
    ended: &mut Table<u64, Bytes>,
    records: &mut Table<Bytes, Bytes>,
) -> Result<(), StateError> {
    while ended.len()? > MAX_ENDED_RECORDS {
        let Some((_, job)) = ended.pop_first()? else {
            break;
        };
        records.remove(job.value())?;
    }
    Ok(())
}

/// Removes a job from a numbered list. Jobs leave near the front, so the search is short.
pub(super) fn leave(table: &mut Table<u64, Bytes>, job: &JobRef) -> Result<(), StateError> {
    let number = number_of(table.iter()?, job)?;
    remove(table, number)
}

fn remove(table: &mut Table<u64, Bytes>, number: Option<u64>) -> Result<(), StateError> {
    if let Some(number) = number {
        table.remove(number)?;
    }
    Ok(())
}

/// A job's number in a list whose `entries` are gone through in their order.
fn number_of<'a>(
    entries: impl Iterator<Item = Result<Entry<'a>, StorageError>>,
    job: &JobRef,
) -> Result<Option<u64>, StateError> {
    let encoded = job.encode();
    for entry in entries {
        let (number, candidate) = entry?;
        if candidate.value() == encoded {
            return Ok(Some(number.value()));
        }
    }
    Ok(None)
}

/// An entry of a numbered list.
type Entry<'a> = (AccessGuard<'a, u64>, AccessGuard<'a, Bytes>);
