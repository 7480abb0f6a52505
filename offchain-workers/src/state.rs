// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What one run leaves for the next, in the node's persistent local storage.
//!
//! It is one value of bounded size, read at the beginning of a run and written at its end if it
//! changed. Losing it costs nothing but work done twice.

use alloc::{collections::BTreeSet, vec::Vec};

use codec::{Decode, Encode};
use openledger_primitives::{views::JobView, BlockNumber, JobId, JobRef, H256};
use polkadot_sdk::{
    frame_support::{BoundedBTreeMap, BoundedVec},
    sp_core::ConstU32,
    sp_runtime::offchain::storage::StorageValueRef,
};

use crate::{
    endpoints::{EndpointId, Health, MAX_ENDPOINTS},
    LOG_TARGET, MAX_OPEN_JOBS,
};

/// Where the state is kept.
pub const STATE_KEY: &[u8] = b"openledger/coordinator/state";

/// The format of the state; one of another format is discarded.
const FORMAT: u8 = 2;

/// The most jobs that are kept track of: those that this validator has in flight.
pub const MAX_TRACKED_JOBS: u32 = 1024;

/// The most submitted receipts that are remembered.
pub const MAX_SUBMITTED: u32 = 2048;

/// After how many blocks a receipt that has not settled is submitted again.
pub const RESUBMIT_AFTER: BlockNumber = 8;

/// After how many blocks a job that an endpoint has is offered to the next one.
pub const OFFER_TIMEOUT: BlockNumber = 15;

/// How far a job has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Stage {
    /// To be offered.
    Waiting {
        /// Not before this block.
        from: BlockNumber,
        /// How often in a row its endpoint did not see it on chain.
        unseen: u8,
    },
    /// An endpoint has it.
    Accepted {
        /// The block of the offer.
        at: BlockNumber,
    },
}

/// A job that was offered to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct JobRecord {
    /// From this block on the consumer can cancel it.
    pub deadline: BlockNumber,
    /// How far it has come.
    pub stage: Stage,
    /// The place, in the job's ranking of the endpoints, at which the next offer begins.
    pub attempt: u8,
    /// Those that cannot serve it.
    pub refused: BoundedVec<EndpointId, ConstU32<MAX_ENDPOINTS>>,
}

impl JobRecord {
    /// A job that was not offered yet.
    pub fn new(deadline: BlockNumber) -> Self {
        Self {
            deadline,
            stage: Stage::Waiting { from: 0, unseen: 0 },
            attempt: 0,
            refused: BoundedVec::new(),
        }
    }

    /// Whether it is to be offered now.
    pub fn is_due(&self, now: BlockNumber) -> bool {
        match self.stage {
            Stage::Waiting { from, .. } => from <= now,
            Stage::Accepted { at } => at.saturating_add(OFFER_TIMEOUT) <= now,
        }
    }

    /// Readies it for an offer: to the endpoint after the one that has had it for too long.
    pub fn begin_offer(&mut self, now: BlockNumber) {
        if matches!(self.stage, Stage::Accepted { .. }) {
            self.attempt = self.attempt.wrapping_add(1);
            self.stage = Stage::Waiting {
                from: now,
                unseen: 0,
            };
        }
    }

    /// From the next block on, to the same endpoint, which does not see it on chain. Returns how
    /// often in a row that was so.
    pub fn ask_again(&mut self, now: BlockNumber) -> u8 {
        let unseen = match self.stage {
            Stage::Waiting { unseen, .. } => unseen.saturating_add(1),
            Stage::Accepted { .. } => 1,
        };
        self.stage = Stage::Waiting {
            from: now.saturating_add(1),
            unseen,
        };
        unseen
    }

    /// From the next block on, to the next endpoint.
    pub fn pass_on(&mut self, now: BlockNumber) {
        self.attempt = self.attempt.wrapping_add(1);
        self.stage = Stage::Waiting {
            from: now.saturating_add(1),
            unseen: 0,
        };
    }

    /// The last block that it speaks of, to recognise records from a future that was taken back.
    fn latest(&self) -> BlockNumber {
        match self.stage {
            Stage::Waiting { from, .. } => from.saturating_sub(1),
            Stage::Accepted { at } => at,
        }
    }
}

/// What this validator has done since its state was made. Nothing is decided by it: the node shows
/// it to its operator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Counters {
    /// Jobs that were open on chain in the last run that changed something, those of all validators,
    /// [`MAX_OPEN_JOBS`] at most.
    pub open_jobs: u32,
    /// Jobs that an endpoint took.
    pub accepted: u64,
    /// Jobs that an endpoint answered to and did not take.
    pub refused: u64,
    /// Jobs that an endpoint gave no answer to that counts.
    pub failed: u64,
    /// Receipts that the transaction pool took.
    pub submitted: u64,
    /// Receipts that break the rules of the chain.
    pub forged: u64,
}

/// All that a run must know of those before it.
#[derive(Clone, Debug, Encode, Decode)]
pub struct State {
    format: u8,
    /// The chain that it is about: a data folder can be used for another one.
    genesis: H256,
    /// What was done.
    pub counters: Counters,
    /// The configuration that the operator was last told about.
    pub pool_digest: u64,
    /// The endpoints on back-off.
    pub health: Health,
    /// The jobs in flight.
    pub jobs: BoundedBTreeMap<JobId, JobRecord, ConstU32<MAX_TRACKED_JOBS>>,
    /// The submitted receipts, each with the block from which it may be submitted again.
    pub submitted: BoundedBTreeMap<JobRef, BlockNumber, ConstU32<MAX_SUBMITTED>>,
    /// What is in storage; empty when nothing is.
    #[codec(skip)]
    stored: Vec<u8>,
}

impl State {
    fn new(genesis: H256) -> Self {
        Self {
            format: FORMAT,
            genesis,
            counters: Counters::default(),
            pool_digest: 0,
            health: Health::default(),
            jobs: Default::default(),
            submitted: Default::default(),
            stored: Vec::new(),
        }
    }

    /// The state in the bytes under [`STATE_KEY`], for those who only look; `None` when they are of
    /// another release.
    pub fn peek(mut bytes: &[u8]) -> Option<Self> {
        Self::decode(&mut bytes)
            .ok()
            .filter(|state| state.format == FORMAT)
    }

    /// The state in local storage, without what is out of date; a new one if there is none.
    pub fn load(genesis: H256, now: BlockNumber) -> Self {
        let mut state = match StorageValueRef::persistent(STATE_KEY).get::<Self>() {
            Ok(Some(state)) if state.format == FORMAT && state.genesis == genesis => state,
            Ok(None) => Self::new(genesis),
            Ok(Some(_)) | Err(_) => {
                log::warn!(
                    target: LOG_TARGET,
                    "What an earlier run left is of another chain or release: starting afresh.",
                );
                Self::new(genesis)
            }
        };
        state.stored = state.encode();
        state.health.retain_plausible(now);
        state.jobs.retain(|_, record| record.latest() <= now);
        state
            .submitted
            .retain(|_, again| now < *again && again.saturating_sub(now) <= RESUBMIT_AFTER);
        state
    }

    /// Forgets jobs that are no longer open.
    pub fn forget_ended(&mut self, open: &[JobView], now: BlockNumber) {
        // A full list may be cut off: a job that it lacks may still be open until its deadline.
        let is_complete = (open.len() as u64) < u64::from(MAX_OPEN_JOBS);
        let open: BTreeSet<JobId> = open.iter().map(|job| job.job).collect();
        self.jobs
            .retain(|job, record| open.contains(job) || (!is_complete && now < record.deadline));
    }

    /// Writes the state if it is not what was read.
    pub fn save(&self) {
        let encoded = self.encode();
        if encoded != self.stored {
            polkadot_sdk::sp_io::offchain::local_storage_set(
                polkadot_sdk::sp_core::offchain::StorageKind::PERSISTENT,
                STATE_KEY,
                &encoded,
            );
        }
    }
}
