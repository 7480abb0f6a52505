// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Channels: which requests were served, and what they cost together.

use codec::Encode;
use openledger_primitives::{views::ChannelView, Balance, ChannelId, JobRef, Voucher};
use redb::{ReadableDatabase, ReadableTable};

use super::{
    decode,
    jobs::{put, record},
    ChannelRecord, JobRecord, Phase, State, StateError, CHANNELS, JOBS,
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
    /// is a failure of the disk, the inner one a refusal.
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
            let mut known = known.unwrap_or_default();
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
    /// again.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn release(
        &self,
        channel: ChannelId,
        sequence: u32,
        fee: Balance,
    ) -> Result<(), StateError> {
        let job = JobRef::Channel { channel, sequence };
        self.write(|transaction| {
            let mut jobs = transaction.open_table(JOBS)?;
            // Only what is still reserved: an answer that was given stays paid for.
            match record(&jobs, &job)? {
                Some(JobRecord {
                    phase: Phase::Reserved,
                    ..
                }) => {}
                _ => return Ok(()),
            }
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
                    let units = Balance::from(known.max_units);
                    reserved.push((channel, sequence, known.unit_price.saturating_mul(units)));
                }
            }
        }
        for (channel, sequence, fee) in &reserved {
            self.release(*channel, *sequence, *fee)?;
        }
        Ok(reserved.len())
    }
}
