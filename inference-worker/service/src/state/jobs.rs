// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Jobs, the queue, and the outbox.

use codec::Encode;
use openledger_primitives::{BlockNumber, JobRef, SignedReceipt};
use redb::{
    AccessGuard, ReadableDatabase, ReadableTable, ReadableTableMetadata, StorageError, Table,
    WriteTransaction,
};

use super::{
    decode, next_number, Bytes, Ending, Finished, JobRecord, Phase, State, StateError, ENDED, JOBS,
    OUTBOX, QUEUE, SETTLING,
};

/// How many ended jobs are kept for `GET /v1/jobs/{id}`.
pub const MAX_ENDED_RECORDS: u64 = 100_000;

/// What became of a job that was offered to the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// It is new and was put at the end of the queue.
    Added,
    /// It was there already.
    Known,
    /// The queue is full.
    Full,
}

impl State {
    /// A job's record.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn job(&self, job: &JobRef) -> Result<Option<JobRecord>, StateError> {
        let table = self.database.begin_read()?.open_table(JOBS)?;
        record(&table, job)
    }

    /// The records of several jobs, in order.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn jobs(&self, jobs: &[JobRef]) -> Result<Vec<Option<JobRecord>>, StateError> {
        let table = self.database.begin_read()?.open_table(JOBS)?;
        jobs.iter().map(|job| record(&table, job)).collect()
    }

    /// Puts jobs at the end of the queue while it holds fewer than `limit`. A job that failed
    /// before is taken up anew, and so is one whose number meant another job before: what was kept of
    /// that one is forgotten.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn enqueue(
        &self,
        jobs: Vec<(JobRef, JobRecord)>,
        limit: u64,
    ) -> Result<Vec<Enqueued>, StateError> {
        self.write(|transaction| {
            let mut records = transaction.open_table(JOBS)?;
            let mut queue = transaction.open_table(QUEUE)?;
            let mut answers = Vec::with_capacity(jobs.len());
            for (job, new) in jobs {
                let known = record(&records, &job)?;
                let is_kept = known.as_ref().is_some_and(|known| {
                    known.is_same_job(&new) && !matches!(known.phase, Phase::Failed { .. })
                });
                if is_kept {
                    answers.push(Enqueued::Known);
                    continue;
                }
                if queue.len()? >= limit {
                    answers.push(Enqueued::Full);
                    continue;
                }
                if known.is_some() {
                    leave(&mut queue, &job)?;
                    leave(&mut transaction.open_table(OUTBOX)?, &job)?;
                    leave_ended(transaction, &job)?;
                }
                append(&mut queue, &job)?;
                put(&mut records, &job, &new)?;
                answers.push(Enqueued::Added);
            }
            Ok(answers)
        })
    }

    /// The first `limit` jobs that wait to be answered or are being answered, oldest first.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn queued(&self, limit: usize) -> Result<Vec<JobRef>, StateError> {
        let table = self.database.begin_read()?.open_table(QUEUE)?;
        numbered(&table, limit)
    }

    /// Notes that answering a job failed for a cause that may pass.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn count_attempt(&self, job: &JobRef) -> Result<(), StateError> {
        self.write(|transaction| {
            let mut records = transaction.open_table(JOBS)?;
            if let Some(mut known) = record(&records, job)? {
                known.attempts = known.attempts.saturating_add(1);
                put(&mut records, job, &known)?;
            }
            Ok(())
        })
    }

    /// Notes that a job cannot be answered and takes it from the queue.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn fail(&self, job: &JobRef, reason: &str) -> Result<(), StateError> {
        self.write(|transaction| {
            let mut records = transaction.open_table(JOBS)?;
            if let Some(mut known) = record(&records, job)? {
                known.phase = Phase::Failed {
                    reason: reason.into(),
                    at: crate::seconds_since_1970(),
                };
                put(&mut records, job, &known)?;
            }
            leave_queue(transaction, job)
        })
    }

    /// Keeps an answer and its receipt: the job leaves the queue and its receipt enters the outbox,
    /// in one step. An answer to a job that has one already, or has ended, or whose number means
    /// another job meanwhile, is dropped.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn finish(&self, job: &JobRef, finished: Finished) -> Result<(), StateError> {
        self.write(|transaction| {
            let mut records = transaction.open_table(JOBS)?;
            let Some(mut known) = record(&records, job)? else {
                return Ok(());
            };
            let receipt = &finished.receipt.receipt;
            let fits = receipt.input_hash == known.input_hash && receipt.adapter == known.adapter;
            if !fits || !matches!(known.phase, Phase::Queued | Phase::Reserved) {
                return Ok(());
            }
            known.phase = Phase::Finished(Box::new(finished));
            put(&mut records, job, &known)?;
            append(&mut transaction.open_table(OUTBOX)?, job)?;
            leave_queue(transaction, job)
        })
    }

    /// Notes how jobs ended on chain: their receipts leave the outbox, and they leave the queue.
    /// Until [`State::make_final`] the end can be taken back with [`State::reopen`].
    ///
    /// # Errors
    /// [`StateError`].
    pub fn end(&self, jobs: &[(JobRef, Ending)]) -> Result<(), StateError> {
        self.write(|transaction| {
            let mut records = transaction.open_table(JOBS)?;
            let mut settling = transaction.open_table(SETTLING)?;
            let mut ended = transaction.open_table(ENDED)?;
            for (job, how) in jobs {
                leave_queue(transaction, job)?;
                leave(&mut transaction.open_table(OUTBOX)?, job)?;
                let Some(mut known) = record(&records, job)? else {
                    continue;
                };
                let finished = match known.phase {
                    Phase::Ended { .. } => continue,
                    Phase::Finished(finished) => Some(finished),
                    _ => None,
                };
                known.phase = Phase::Ended {
                    how: *how,
                    finished,
                };
                put(&mut records, job, &known)?;
                append(&mut settling, job)?;
                append(&mut ended, job)?;
            }
            while ended.len()? > MAX_ENDED_RECORDS {
                let Some((_, job)) = ended.pop_first()? else {
                    break;
                };
                records.remove(job.value())?;
            }
            Ok(())
        })
    }

    /// Jobs whose end is not known to be final, oldest first.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn settling(&self) -> Result<Vec<JobRef>, StateError> {
        let table = self.database.begin_read()?.open_table(SETTLING)?;
        numbered(&table, usize::MAX)
    }

    /// Notes that the end of jobs is final.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn make_final(&self, jobs: &[JobRef]) -> Result<(), StateError> {
        self.write(|transaction| {
            let mut records = transaction.open_table(JOBS)?;
            for job in jobs {
                leave(&mut transaction.open_table(SETTLING)?, job)?;
                if let Some(mut known) = record(&records, job)? {
                    // The text is of no further use, and somebody's words need not be kept.
                    known.input = String::new();
                    put(&mut records, job, &known)?;
                }
            }
            Ok(())
        })
    }

    /// Takes back the end of jobs whose block was given up: a receipt is offered again, a job without
    /// an answer waits for one again.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn reopen(&self, jobs: &[JobRef]) -> Result<(), StateError> {
        self.write(|transaction| {
            let mut records = transaction.open_table(JOBS)?;
            for job in jobs {
                let Some(mut known) = record(&records, job)? else {
                    continue;
                };
                let Phase::Ended { finished, .. } = known.phase else {
                    continue;
                };
                leave_ended(transaction, job)?;
                let list = match finished {
                    Some(finished) => {
                        known.phase = Phase::Finished(finished);
                        OUTBOX
                    }
                    None => {
                        known.phase = Phase::Queued;
                        QUEUE
                    }
                };
                put(&mut records, job, &known)?;
                append(&mut transaction.open_table(list)?, job)?;
            }
            Ok(())
        })
    }

    /// Finished jobs whose receipts are not yet seen settled, oldest first.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn outbox(&self) -> Result<Vec<JobRef>, StateError> {
        let table = self.database.begin_read()?.open_table(OUTBOX)?;
        numbered(&table, usize::MAX)
    }

    /// Up to `limit` receipts of the outbox, oldest first; those answered before block `stale` come
    /// after the others, so that receipts that nobody can settle do not block those behind them.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn receipts(
        &self,
        limit: usize,
        stale: BlockNumber,
    ) -> Result<Vec<SignedReceipt>, StateError> {
        let transaction = self.database.begin_read()?;
        let (records, outbox) = (
            transaction.open_table(JOBS)?,
            transaction.open_table(OUTBOX)?,
        );
        let (mut fresh, mut old) = (Vec::new(), Vec::new());
        for entry in outbox.iter()? {
            let job: JobRef = decode(entry?.1.value(), "the outbox")?;
            let Some(Phase::Finished(finished)) = record(&records, &job)?.map(|known| known.phase)
            else {
                continue;
            };
            let list = if finished.receipt.receipt.seen_at < stale {
                &mut old
            } else {
                &mut fresh
            };
            if list.len() < limit {
                list.push(finished.receipt);
            }
            if fresh.len() == limit {
                break;
            }
        }
        old.truncate(limit.saturating_sub(fresh.len()));
        fresh.extend(old);
        Ok(fresh)
    }

    /// How many jobs wait, and how many receipts.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn counts(&self) -> Result<(u64, u64), StateError> {
        let transaction = self.database.begin_read()?;
        Ok((
            transaction.open_table(QUEUE)?.len()?,
            transaction.open_table(OUTBOX)?.len()?,
        ))
    }
}

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

fn numbered(
    table: &impl ReadableTable<u64, Bytes>,
    limit: usize,
) -> Result<Vec<JobRef>, StateError> {
    let entries = table.iter()?.take(limit);
    entries
        .map(|entry| decode(entry?.1.value(), "a list of jobs"))
        .collect()
}

/// Puts a job at the end of a numbered list.
fn append(table: &mut Table<u64, Bytes>, job: &JobRef) -> Result<(), StateError> {
    let number = next_number(table)?;
    table.insert(number, &job.encode()[..])?;
    Ok(())
}

fn leave_queue(transaction: &WriteTransaction, job: &JobRef) -> Result<(), StateError> {
    leave(&mut transaction.open_table(QUEUE)?, job)
}

/// Removes a job from the lists of those that ended. It ended lately, so it stands near their end.
fn leave_ended(transaction: &WriteTransaction, job: &JobRef) -> Result<(), StateError> {
    for list in [SETTLING, ENDED] {
        let mut table = transaction.open_table(list)?;
        let number = number_of(table.iter()?.rev(), job)?;
        remove(&mut table, number)?;
    }
    Ok(())
}

/// Removes a job from a numbered list. Jobs leave near the front, so the search is short.
fn leave(table: &mut Table<u64, Bytes>, job: &JobRef) -> Result<(), StateError> {
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
