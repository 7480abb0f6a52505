// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Channels: which requests were served, and what they cost together.

use codec::Encode;
use openledger_primitives::{views::ChannelView, Balance, ChannelId, JobRef, Voucher};
use redb::{ReadableDatabase, ReadableTable, Table, WriteTransaction};

use super::{
    decode,
    lists::{put, record},
    Bytes, ChannelRecord, JobRecord, Phase, State, StateError, Terms, CHANNELS, ENDED, JOBS,
    OUTBOX, SETTLING,
};

/// A request that shall be served on a channel.
pub struct Reservation<'a> {
    /// The channel, as the chain sees it now.
    pub channel: &'a ChannelView,
    /// The voucher, whose signature has been checked.
    pub voucher: &'a Voucher,
    /// What the request costs, planck.
    pub fee: Balance,
    /// What is kept of it; its phase is [`Phase::Reserved`].
    pub record: JobRecord,
}

/// Why a request is not served on a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request was served, or is being served.
    SequenceUsed,
    /// The vouchers release less than the channel's requests cost, this one included.
    VoucherShort {
        /// What the voucher has to release, planck.
        needed: Balance,
    },
    /// The deposit is less than the channel's requests cost, this one included.
    DepositShort {
        /// What the deposit has to be, planck.
        needed: Balance,
    },
}

impl State {
    /// What is known of a channel.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn channel(&self, channel: ChannelId) -> Result<Option<ChannelRecord>, StateError> {
        let table = self.database.begin_read()?.open_table(CHANNELS)?;
        let found = table.get(channel.0)?;
        found
            .map(|bytes| decode(bytes.value(), "a channel"))
            .transpose()
    }

    /// Reserves a request: marks its sequence and counts its fee, or says why not. The outer error
    /// is a failure of the disk, the inner one a refusal. What was kept of another consumer's channel
    /// of the same number, which a fork took with it, is forgotten.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn reserve(&self, reservation: Reservation<'_>) -> Result<Result<(), Refusal>, StateError> {
        let Reservation {
            channel,
            voucher,
            fee,
            record: job_record,
        } = reservation;
        let job = JobRef::Channel {
            channel: channel.channel,
            sequence: voucher.sequence,
        };
        self.write(|transaction| {
            let mut channels = transaction.open_table(CHANNELS)?;
            let mut jobs = transaction.open_table(JOBS)?;
            let known = channels.get(channel.channel.0)?;
            let known: Option<ChannelRecord> = known
                .map(|bytes| decode(bytes.value(), "a channel"))
                .transpose()?;
            if known
                .as_ref()
                .is_some_and(|known| known.consumer != channel.consumer)
            {
                forget_requests(transaction, &mut jobs, channel.channel)?;
            }
            let mut known = ChannelRecord::of(channel, known);
            if known.is_used(voucher.sequence) {
                return Ok(Err(Refusal::SequenceUsed));
            }
            // The chain knows of settlements that this folder does not when it was replaced.
            let needed = known.committed.max(channel.spent).saturating_add(fee);
            let released = known.highest_cumulative.max(voucher.cumulative);
            if needed > released {
                return Ok(Err(Refusal::VoucherShort { needed }));
            }
            if needed > channel.deposit {
                return Ok(Err(Refusal::DepositShort { needed }));
            }
            known.committed = needed;
            known.highest_cumulative = released;
            known.set_used(voucher.sequence, true);
            channels.insert(channel.channel.0, &known.encode()[..])?;
            put(&mut jobs, &job, &job_record)?;
            Ok(Ok(()))
        })
    }

    /// Gives a reservation back when the request could not be answered: the voucher can be used
    /// again. `reserved` is what was reserved.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn release(
        &self,
        channel: ChannelId,
        sequence: u32,
        reserved: &Terms,
    ) -> Result<(), StateError> {
        let job = JobRef::Channel { channel, sequence };
        self.write(|transaction| {
            let mut jobs = transaction.open_table(JOBS)?;
            // Only what is still reserved: an answer that was given stays paid for.
            let known = record(&jobs, &job)?
                .filter(|known| known.phase == Phase::Reserved && known.terms() == *reserved);
            let Some(fee) = known.map(|known| known.reserved()) else {
                return Ok(());
            };
            jobs.remove(&job.encode()[..])?;
            let mut channels = transaction.open_table(CHANNELS)?;
            let known = channels.get(channel.0)?;
            let known: Option<ChannelRecord> = known
                .map(|bytes| decode(bytes.value(), "a channel"))
                .transpose()?;
            if let Some(mut known) = known {
                known.committed = known.committed.saturating_sub(fee);
                known.set_used(sequence, false);
                channels.insert(channel.0, &known.encode()[..])?;
            }
            Ok(())
        })
    }

    /// After a restart: gives back what was reserved when the worker was killed. Returns how many
    /// requests that were.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn release_all(&self) -> Result<usize, StateError> {
        let mut reserved = Vec::new();
        {
            let table = self.database.begin_read()?.open_table(JOBS)?;
            for entry in table.iter()? {
                let (job, bytes) = entry?;
                let known: JobRecord = decode(bytes.value(), "a job")?;
                let job: JobRef = decode(job.value(), "a job's key")?;
                if let (Phase::Reserved, JobRef::Channel { channel, sequence }) =
                    (&known.phase, job)
                {
                    reserved.push((channel, sequence, known.terms()));
                }
            }
        }
        for (channel, sequence, terms) in &reserved {
            self.release(*channel, *sequence, terms)?;
        }
        Ok(reserved.len())
    }

    /// The first `limit` channels from number `from` on that something is known of, ascending.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn channels(&self, from: u64, limit: usize) -> Result<Vec<ChannelId>, StateError> {
        let table = self.database.begin_read()?.open_table(CHANNELS)?;
        let entries = table.range(from..)?.take(limit);
        entries
            .map(|entry| Ok(ChannelId(entry?.0.value())))
            .collect()
    }

    /// Forgets channels that were closed, and keeps those with a request that is being answered or
    /// whose receipt may still have to be offered. Returns how many were forgotten.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn forget_channels(&self, closed: &[ChannelId]) -> Result<usize, StateError> {
        let settling = self.settling()?;
        let is_settling = |of: &ChannelId| {
            let found =
                |job: &JobRef| matches!(job, JobRef::Channel { channel, .. } if channel == of);
            settling.iter().any(found)
        };
        self.write(|transaction| {
            let jobs = transaction.open_table(JOBS)?;
            let mut channels = transaction.open_table(CHANNELS)?;
            let mut forgotten = 0usize;
            for channel in closed {
                let mut open = is_settling(channel);
                each_request(&jobs, *channel, |_, request| {
                    open |= matches!(request.phase, Phase::Reserved | Phase::Finished(_));
                })?;
                if !open && channels.remove(channel.0)?.is_some() {
                    forgotten = forgotten.saturating_add(1);
                }
            }
            Ok(forgotten)
        })
    }
}

/// Forgets all requests of a channel.
fn forget_requests(
    transaction: &WriteTransaction,
    jobs: &mut Table<Bytes, Bytes>,
    channel: ChannelId,
) -> Result<(), StateError> {
    let mut keys = Vec::new();
    each_request(jobs, channel, |key, _| keys.push(key.to_vec()))?;
    for key in &keys {
        jobs.remove(&key[..])?;
    }
    let prefix = prefix(channel);
    for list in [OUTBOX, SETTLING, ENDED] {
        let mut table = transaction.open_table(list)?;
        table.retain(|_, job| !job.starts_with(&prefix))?;
    }
    Ok(())
}

/// Shows every request of a channel, by its key.
fn each_request(
    jobs: &impl ReadableTable<Bytes, Bytes>,
    channel: ChannelId,
    mut show: impl FnMut(&[u8], JobRecord),
) -> Result<(), StateError> {
    let prefix = prefix(channel);
    for entry in jobs.range::<&[u8]>(&prefix[..]..)? {
        let (key, bytes) = entry?;
        if !key.value().starts_with(&prefix) {
            break;
        }
        show(key.value(), decode(bytes.value(), "a job")?);
    }
    Ok(())
}

/// What the keys of all requests of a channel begin with: they end with the sequence.
fn prefix(channel: ChannelId) -> Vec<u8> {
    let sequence = 0u32;
    let mut key = JobRef::Channel { channel, sequence }.encode();
    key.truncate(key.len().saturating_sub(size_of_val(&sequence)));
    key
}
