// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! From an answer to the end of its job: the outbox, and what the chain has made of the receipts.

use openledger_primitives::{AccountId, BlockNumber, JobRef, SignedReceipt};
use redb::{ReadableDatabase, ReadableTable};

use super::{
    decode,
    lists::{append, leave, leave_ended, leave_queue, numbered, prune, put, record},
    Ending, Finished, Phase, State, StateError, Terms, ENDED, JOBS, OUTBOX, QUEUE, SETTLING,
};
use crate::keys::ReceiptKey;

impl State {
    /// Keeps an answer and its receipt: the job leaves the queue and its receipt enters the outbox,
    /// in one step. `answered` is what was asked: an answer to a job that has one already, or has
    /// ended, or whose number means another job meanwhile, is dropped. Returns whether it was kept.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn finish(
        &self,
        job: &JobRef,
        answered: &Terms,
        finished: Finished,
    ) -> Result<bool, StateError> {
        self.write(|transaction| {
            let mut records = transaction.open_table(JOBS)?;
            let Some(mut known) = record(&records, job)? else {
                return Ok(false);
            };
            let waits = matches!(known.phase, Phase::Queued | Phase::Reserved);
            if !waits || known.terms() != *answered {
                return Ok(false);
            }
            known.phase = Phase::Finished(Box::new(finished));
            put(&mut records, job, &known)?;
            append(&mut transaction.open_table(OUTBOX)?, job)?;
            leave_queue(transaction, job)?;
            Ok(true)
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
                    Phase::Queued | Phase::Reserved => None,
                    // It is among those that ended already.
                    Phase::Failed { .. } => continue,
                };
                known.phase = Phase::Ended {
                    how: *how,
                    finished,
                };
                put(&mut records, job, &known)?;
                append(&mut settling, job)?;
                append(&mut ended, job)?;
            }
            prune(&mut ended, &mut records)
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

    /// Signs the receipts that are or may come into the outbox with `key`, where another one signed
    /// them: the chain knows a worker by one key only, and takes a receipt of an earlier one for
    /// forged. Receipts of another account than `account` are left as they are. Returns how many
    /// were signed.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn sign_anew(&self, key: &ReceiptKey, account: &AccountId) -> Result<usize, StateError> {
        let mut jobs = self.outbox()?;
        jobs.extend(self.settling()?);
        self.write(|transaction| {
            let mut records = transaction.open_table(JOBS)?;
            let mut signed = 0usize;
            for job in &jobs {
                let Some(mut known) = record(&records, job)? else {
                    continue;
                };
                let (Phase::Finished(finished)
                | Phase::Ended {
                    finished: Some(finished),
                    ..
                }) = &mut known.phase
                else {
                    continue;
                };
                let signed_receipt = &mut finished.receipt;
                let receipt = &signed_receipt.receipt;
                if receipt.worker != *account || signed_receipt.verify(&key.public()) {
                    continue;
                }
                signed_receipt.signature = key.sign(&receipt.payload());
                put(&mut records, job, &known)?;
                signed = signed.saturating_add(1);
            }
            Ok(signed)
        })
    }
}
