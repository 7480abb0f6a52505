// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What one run leaves for the next, in the node's persistent local storage.
//!
//! It is one value of bounded size, read at the beginning of a run and written at its end if it
//! changed. Losing it costs nothing but work done twice.

use alloc::{collections::BTreeMap, vec::Vec};

use codec::{Decode, Encode};
use openledger_primitives::{views::JobView, BlockNumber, JobId, JobRef, H256};
use polkadot_sdk::{
    frame_support::{BoundedBTreeMap, BoundedVec},
    sp_core::ConstU32,
    sp_runtime::offchain::storage::StorageValueRef,
};

use crate::{
    assignment::digest,
    endpoints::{EndpointId, Health, Pool, MAX_ENDPOINTS},
    LOG_TARGET, MAX_OPEN_JOBS,
};

/// Where the state is kept.
pub const STATE_KEY: &[u8] = b"openledger/coordinator/state";

/// The format of the state; one of another format is discarded.
const FORMAT: u8 = 5;

/// The most jobs that are kept track of: those that this validator has offered. As many as a chain has
/// open at once, so that no number of jobs that nobody can serve keeps others from being offered.
pub const MAX_TRACKED_JOBS: u32 = 8192;

/// The most submitted receipts that are remembered.
pub const MAX_SUBMITTED: u32 = 2048;

/// After how many blocks a receipt that has not settled is submitted again.
pub const RESUBMIT_AFTER: BlockNumber = 8;

/// After how many blocks an endpoint that has a job is asked whether it still has it, and a job falls to
/// more validators.
pub const OFFER_TIMEOUT: BlockNumber = 15;

/// For how many blocks a job stays with an endpoint that says that it has it, or may have it and is well now
/// and then. Its queue may be long; that of the next one is hardly shorter then, and both would do the work.
/// Half of the time that a job has by default.
pub const QUEUE_TIMEOUT: BlockNumber = 75;

/// For how many blocks a job stays with an endpoint that may have it and is on back-off, other than for being
/// late. One that fails just when it is offered the job loses it at once.
pub const ANSWER_TIMEOUT: BlockNumber = 5;

/// For how many blocks a job waits for an endpoint that is late each time that it is asked. A loaded machine
/// is late now and then, and is at work: whoever gives its jobs to the next one has them done twice, and so
/// has whoever takes them over, since others still find this one well.
pub const LATE_TIMEOUT: BlockNumber = 15;

/// After how many blocks a job is offered again to endpoints that could not serve it: they say so of
/// passing causes too, such as an adapter that they do not have yet. Long enough for 8,192 such jobs to
/// take half of what one endpoint is offered.
pub const REFUSAL_TIMEOUT: BlockNumber = 60;

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
    /// An endpoint may have it: its answer did not come in time, or the job falls to this validator
    /// because another one is late with it.
    Unanswered {
        /// The block of the first such offer, or the one in which the job was taken over.
        since: BlockNumber,
    },
    /// An endpoint has it.
    Accepted {
        /// The block of the offer.
        at: BlockNumber,
    },
}

/// Endpoints that cannot serve a job: a bit for each by its place in [`State::pool`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Refusals(u16);

impl Refusals {
    /// Adds the endpoint at `place`.
    pub fn insert(&mut self, place: usize) {
        self.0 |= Self::bit(place);
    }

    /// Whether the endpoint at `place` is among them.
    pub fn contains(self, place: usize) -> bool {
        self.0 & Self::bit(place) != 0
    }

    /// The same endpoints at their places in another pool.
    fn moved(self, from: &[EndpointId], to: &[EndpointId]) -> Self {
        let mut moved = Self::default();
        for (place, id) in to.iter().enumerate() {
            let before = from.iter().position(|other| other == id);
            if before.is_some_and(|before| self.contains(before)) {
                moved.insert(place);
            }
        }
        moved
    }

    /// A pool has at most 16 endpoints.
    fn bit(place: usize) -> u16 {
        u32::try_from(place)
            .ok()
            .and_then(|place| 1u16.checked_shl(place))
            .unwrap_or(0)
    }
}

/// Tells a job from another one that has its number on another fork.
pub fn fingerprint(job: &JobView) -> u64 {
    digest(&job.encode())
}

/// A job that was offered to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct JobRecord {
    /// The job's [`fingerprint`].
    pub fingerprint: u64,
    /// From this block on the consumer can cancel it.
    pub deadline: BlockNumber,
    /// How far it has come.
    pub stage: Stage,
    /// The place, in the job's ranking of the endpoints, at which the next offer begins.
    pub attempt: u8,
    /// Since which block the endpoint there has it.
    pub held_since: Option<BlockNumber>,
    /// Those that cannot serve it.
    pub refused: Refusals,
    /// When the last of them said so.
    pub refused_at: BlockNumber,
}

impl JobRecord {
    /// A job that this validator has not offered yet. One that is older than [`OFFER_TIMEOUT`] was
    /// another validator's, which has offered it to the same endpoint if it saw the same ones well.
    pub fn new(job: &JobView, now: BlockNumber) -> Self {
        let is_taken_over = job.requested_at.saturating_add(OFFER_TIMEOUT) <= now;
        Self {
            fingerprint: fingerprint(job),
            deadline: job.deadline,
            stage: match is_taken_over {
                true => Stage::Unanswered { since: now },
                false => Stage::Waiting { from: 0, unseen: 0 },
            },
            attempt: 0,
            held_since: None,
            refused: Refusals::default(),
            refused_at: 0,
        }
    }

    /// Whether it is to be offered now.
    pub fn is_due(&self, now: BlockNumber) -> bool {
        match self.stage {
            Stage::Waiting { from, .. } => from <= now,
            Stage::Unanswered { since } => since < now,
            Stage::Accepted { at } => at.saturating_add(OFFER_TIMEOUT) <= now,
        }
    }

    /// Readies it for an offer: to the endpoint after one that has had it, or has not answered, for too
    /// long, and to those that refused it long ago.
    pub fn begin_offer(&mut self, now: BlockNumber) {
        if self.refused_at.saturating_add(REFUSAL_TIMEOUT) <= now {
            self.refused = Refusals::default();
        }
        let since = match self.stage {
            Stage::Waiting { .. } => None,
            Stage::Unanswered { since } => Some(since),
            Stage::Accepted { at } => Some(self.held_since.unwrap_or(at)),
        };
        let has_had_its_time =
            since.is_some_and(|since| since.saturating_add(QUEUE_TIMEOUT) <= now);
        if has_had_its_time {
            self.pass_on(now);
        }
    }

    /// Whether it waits for its endpoint, even if that one is on back-off, because it may have it. For a
    /// record that is due and readied by [`Self::begin_offer`].
    pub fn stays(&self, now: BlockNumber) -> bool {
        let asked = match self.stage {
            Stage::Waiting { .. } => return false,
            Stage::Unanswered { since } => since,
            Stage::Accepted { at } => at.saturating_add(OFFER_TIMEOUT),
        };
        now < asked.saturating_add(ANSWER_TIMEOUT)
    }

    /// The next offer goes to the endpoint at this place of the ranking.
    pub fn offer_to(&mut self, place: u8) {
        if core::mem::replace(&mut self.attempt, place) != place {
            self.held_since = None;
        }
    }

    /// The endpoint has it.
    pub fn accept(&mut self, now: BlockNumber) {
        self.held_since.get_or_insert(now);
        self.stage = Stage::Accepted { at: now };
    }

    /// The endpoint has no time for it. One that has it already is asked again later.
    pub fn busy(&mut self, now: BlockNumber) {
        match self.held_since {
            Some(_) => self.stage = Stage::Accepted { at: now },
            None => self.pass_on(now),
        }
    }

    /// The endpoint has no time to say whether it has it.
    pub fn unheard(&mut self, now: BlockNumber) {
        match self.stage {
            Stage::Unanswered { .. } => {}
            Stage::Waiting { .. } | Stage::Accepted { .. } => self.busy(now),
        }
    }

    /// The endpoint did not answer in time: from the next block on, to the same one.
    pub fn unanswered(&mut self, now: BlockNumber) {
        if !matches!(self.stage, Stage::Unanswered { .. }) {
            self.stage = Stage::Unanswered { since: now };
        }
    }

    /// From the next block on, to the same endpoint, which does not see it on chain. Returns how
    /// often in a row that was so.
    pub fn ask_again(&mut self, now: BlockNumber) -> u8 {
        let unseen = match self.stage {
            Stage::Waiting { unseen, .. } => unseen.saturating_add(1),
            Stage::Unanswered { .. } | Stage::Accepted { .. } => 1,
        };
        self.held_since = None;
        self.stage = Stage::Waiting {
            from: now.saturating_add(1),
            unseen,
        };
        unseen
    }

    /// From the next block on, to the next endpoint: the one at `place` of the pool cannot serve it.
    pub fn refuse(&mut self, place: usize, now: BlockNumber) {
        self.refused.insert(place);
        self.refused_at = now;
        self.pass_on(now);
    }

    /// From the next block on, to the next endpoint.
    pub fn pass_on(&mut self, now: BlockNumber) {
        self.attempt = self.attempt.wrapping_add(1);
        self.held_since = None;
        self.stage = Stage::Waiting {
            from: now.saturating_add(1),
            unseen: 0,
        };
    }

    /// The last block that it speaks of, to recognise records from a future that was taken back.
    fn latest(&self) -> BlockNumber {
        match self.stage {
            Stage::Waiting { from, .. } => from.saturating_sub(1),
            Stage::Unanswered { since } => since,
            Stage::Accepted { at } => at,
        }
    }
}

/// What this validator has done since its state was made. Nothing is decided by it: the node shows
/// it to its operator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Counters {
    /// Jobs of all validators that were open on chain in the last run that changed something, as far
    /// as it looked: [`MAX_OPEN_JOBS`] at most.
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
    /// The endpoints, in the order that refusals are written down by.
    pub pool: BoundedVec<EndpointId, ConstU32<MAX_ENDPOINTS>>,
    /// The endpoints on back-off.
    pub health: Health,
    /// The job from which on the next run looks at open jobs.
    pub next_job: JobId,
    /// The jobs that were offered.
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
            pool: BoundedVec::new(),
            health: Health::default(),
            next_job: JobId::default(),
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

    /// Takes over the operator's pool: who left it is forgotten.
    pub fn adopt(&mut self, pool: &Pool) {
        self.health.retain_pool(pool);
        let ids: Vec<EndpointId> = pool.endpoints().iter().map(|one| one.id).collect();
        if ids[..] == self.pool[..] {
            return;
        }
        for (_, record) in self.jobs.iter_mut() {
            record.refused = record.refused.moved(&self.pool, &ids);
        }
        self.pool = BoundedVec::truncate_from(ids);
    }

    /// Forgets jobs that have ended, can be cancelled, or have become others. `open` are the jobs from
    /// [`State::next_job`] on that cannot be cancelled yet, ascending, [`MAX_OPEN_JOBS`] at most; the
    /// next run goes on behind them, and after the last one from the beginning.
    pub fn advance(&mut self, open: &[JobView], now: BlockNumber) {
        let first = self.next_job;
        // A full list may be cut off: it says nothing of the jobs behind it.
        let is_full = open.len() >= MAX_OPEN_JOBS as usize;
        let last = open.last().map(|job| job.job).filter(|_| is_full);
        let seen: BTreeMap<JobId, u64> =
            open.iter().map(|job| (job.job, fingerprint(job))).collect();
        self.jobs.retain(|job, record| {
            let is_covered = first <= *job && last.is_none_or(|last| *job <= last);
            let is_open = !is_covered || seen.get(job) == Some(&record.fingerprint);
            is_open && now < record.deadline
        });
        self.next_job = last.and_then(|last| last.next()).unwrap_or_default();
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
