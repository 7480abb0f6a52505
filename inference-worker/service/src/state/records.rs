// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What is kept of a job and of a channel.

use codec::{Decode, Encode};
use openledger_primitives::{
    views::ChannelView, AccountId, AdapterId, Balance, BlockNumber, ChannelId, JobId, JobRef,
    SignedReceipt, H256,
};

/// A job, from its acceptance to some time after its end.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct JobRecord {
    /// The adapter that is asked.
    pub adapter: AdapterId,
    /// Who pays.
    pub consumer: AccountId,
    /// The input, UTF-8.
    pub input: String,
    /// blake2-256 of the input.
    pub input_hash: H256,
    /// Planck per unit.
    pub unit_price: Balance,
    /// The units that are paid for.
    pub max_units: u32,
    /// Whether the answer has to come to the chain beside its receipt.
    pub delivered: bool,
    /// The best block when it was accepted.
    pub accepted_at: BlockNumber,
    /// How often answering it failed for a cause that may pass.
    pub attempts: u32,
    /// Where it is.
    pub phase: Phase,
}

/// What a job asks, and on which terms. Until a job is final, a fork that is given up can leave its
/// number to another one: two jobs of one number are the same when this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The adapter that is asked.
    pub adapter: AdapterId,
    /// Who pays.
    pub consumer: AccountId,
    /// blake2-256 of the input.
    pub input_hash: H256,
    /// Planck per unit.
    pub unit_price: Balance,
    /// The units that are paid for.
    pub max_units: u32,
    /// Whether the answer has to come to the chain beside its receipt.
    pub delivered: bool,
}

impl JobRecord {
    /// What the job asks, and on which terms.
    pub fn terms(&self) -> Terms {
        Terms {
            adapter: self.adapter,
            consumer: self.consumer.clone(),
            input_hash: self.input_hash,
            unit_price: self.unit_price,
            max_units: self.max_units,
            delivered: self.delivered,
        }
    }

    /// Whether `other` asks the same on the same terms.
    pub fn is_same_job(&self, other: &Self) -> bool {
        self.terms() == other.terms()
    }

    /// What is reserved for the answer, planck.
    pub fn reserved(&self) -> Balance {
        let units = Balance::from(self.max_units);
        self.unit_price.saturating_mul(units)
    }
}

/// Where a job is in its life.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Phase {
    /// Accepted; waits in the queue, or is being answered.
    #[codec(index = 0)]
    Queued,
    /// A channel's request that is being answered. Not taken up after a restart: its caller's
    /// connection is gone, and the voucher can be used again.
    #[codec(index = 1)]
    Reserved,
    /// Answered; the receipt waits in the outbox.
    #[codec(index = 2)]
    Finished(Box<Finished>),
    /// Cannot be answered.
    #[codec(index = 3)]
    Failed {
        /// Why.
        reason: String,
        /// Seconds since 1970.
        at: u64,
    },
    /// Ended on chain.
    #[codec(index = 4)]
    Ended {
        /// How.
        how: Ending,
        /// The answer, if this worker made one.
        finished: Option<Box<Finished>>,
    },
}

/// How a job ended on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Ending {
    /// With this worker's receipt.
    #[codec(index = 0)]
    Settled,
    /// With another receipt.
    #[codec(index = 1)]
    SettledElsewhere,
    /// Without a receipt: cancelled, refunded, or its channel closed.
    #[codec(index = 2)]
    Unsettled,
}

/// An answer and its receipt.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Finished {
    /// The output's bytes: what the receipt's output hash is over.
    pub output: String,
    /// The signed receipt.
    pub receipt: SignedReceipt,
    /// What the answer costs, planck.
    pub fee: Balance,
    /// The run that it came from.
    pub batch: BatchShape,
}

/// How many shared a run of the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct BatchShape {
    /// Rows.
    pub rows: u32,
    /// Different adapters among them.
    pub adapters: u32,
}

/// What is known of a channel that pays this worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ChannelRecord {
    /// Who pays. A fork that is given up can leave the channel's number to somebody else's.
    pub consumer: AccountId,
    /// What all requests served on it cost together, planck: settled or not, answered or being
    /// answered. Starts with what the chain had settled when the channel was first seen.
    pub committed: Balance,
    /// The highest amount that a voucher has released, planck.
    pub highest_cumulative: Balance,
    /// One bit per request that was served or is being served.
    pub used: Vec<u8>,
}

impl ChannelRecord {
    /// What is known of `channel`: `known`, unless that is of somebody else's channel that had the
    /// number on a fork.
    pub fn of(channel: &ChannelView, known: Option<Self>) -> Self {
        known
            .filter(|known| known.consumer == channel.consumer)
            .unwrap_or_else(|| Self {
                consumer: channel.consumer.clone(),
                committed: 0,
                highest_cumulative: 0,
                used: Vec::new(),
            })
    }

    /// Whether request `sequence` was served or is being served.
    pub fn is_used(&self, sequence: u32) -> bool {
        let byte = self.used.get(sequence as usize / 8).copied().unwrap_or(0);
        byte & (1 << (sequence % 8)) != 0
    }

    /// Marks request `sequence`.
    pub fn set_used(&mut self, sequence: u32, used: bool) {
        let index = sequence as usize / 8;
        if self.used.len() <= index {
            self.used.resize(index.saturating_add(1), 0);
        }
        if let Some(byte) = self.used.get_mut(index) {
            let bit = 1u8 << (sequence % 8);
            *byte = if used { *byte | bit } else { *byte & !bit };
        }
    }

    /// The first request that was never served.
    pub fn next_sequence(&self) -> u32 {
        (0..=u32::MAX)
            .find(|sequence| !self.is_used(*sequence))
            .unwrap_or(u32::MAX)
    }
}

/// A job's name in paths and answers: `17` for an escrowed job, `c3-5` for request 5 of channel 3.
pub fn job_name(job: &JobRef) -> String {
    match job {
        JobRef::Escrowed(job) => job.to_string(),
        JobRef::Channel { channel, sequence } => format!("c{channel}-{sequence}"),
    }
}

/// Reads a job's name.
pub fn parse_job_name(name: &str) -> Option<JobRef> {
    match name.strip_prefix('c') {
        None => name.parse().ok().map(|job| JobRef::Escrowed(JobId(job))),
        Some(rest) => {
            let (channel, sequence) = rest.split_once('-')?;
            let channel = ChannelId(channel.parse().ok()?);
            Some(JobRef::Channel {
                channel,
                sequence: sequence.parse().ok()?,
            })
        }
    }
}
