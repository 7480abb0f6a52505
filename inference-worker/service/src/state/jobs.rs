// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Jobs and the queue.

use openledger_primitives::JobRef;
use redb::{ReadableDatabase, ReadableTableMetadata};

use super::{
    lists::{append, leave, leave_ended, leave_queue, numbered, prune, put, record},
    JobRecord, Phase, State, StateError, Terms, ENDED, JOBS, OUTBOX, QUEUE,
};

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

    /// Notes that a job cannot be answered and takes it from the queue. `asked` is what was tried: a
    /// job that has the number meanwhile is left alone.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn fail(&self, job: &JobRef, asked: &Terms, reason: &str) -> Result<(), StateError> {
        self.write(|transaction| {
            let mut records = transaction.open_table(JOBS)?;
            let Some(mut known) = record(&records, job)? else {
                return leave_queue(transaction, job);
            };
            if known.phase != Phase::Queued || known.terms() != *asked {
                return Ok(());
            }
            known.phase = Phase::Failed {
                reason: reason.into(),
                at: crate::seconds_since_1970(),
            };
            // Who offers the job again brings the text again, and somebody's words need not be kept.
            known.input = String::new();
            put(&mut records, job, &known)?;
            let mut ended = transaction.open_table(ENDED)?;
            append(&mut ended, job)?;
            prune(&mut ended, &mut records)?;
            leave_queue(transaction, job)
        })
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
