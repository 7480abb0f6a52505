// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The inference coordinator: what a validator's node does after each block, off the chain, to get
//! jobs answered and receipts settled.
//!
//! The runtime calls [`run`] from its offchain hook. One run
//!
//! 1. reads the operator's pool of inference workers from local storage and stops there if there is
//!    none: endpoints come from the operator's configuration, never from the chain;
//! 2. takes the open jobs that fall to this validator ([`assignment`]) and offers each to an
//!    endpoint, while it asks every endpoint for finished receipts; all requests are on their way
//!    before the first answer is awaited;
//! 3. notes what became of each offered job ([`dispatch`]);
//! 4. checks the receipts that fall to this validator as the chain will and submits them in batches
//!    ([`collect`]);
//! 5. puts endpoints that failed or lied on back-off ([`endpoints`]) and writes what the next run
//!    must know to local storage ([`state`]).
//!
//! A run lasts less than 1.5 s, whatever the endpoints do. A lock in local storage keeps two runs
//! apart, and expires, so that a node killed in the middle of a run goes on after its restart.
//! Everything a run does can be done again without harm: a worker answers a job that it already
//! has with `Queued`, and a receipt settles once.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub mod assignment;
pub mod client;
pub mod collect;
pub mod dispatch;
pub mod endpoints;
pub mod state;

#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use openledger_primitives::{views::JobView, BlockNumber, JobId, SignedReceipt, H256};
use polkadot_sdk::{
    sp_core::offchain::{Duration, Timestamp},
    sp_io,
    sp_runtime::offchain::{
        storage::StorageValueRef,
        storage_lock::{StorageLock, Time},
    },
};

use crate::{assignment::Committee, client::Answer, endpoints::Pool, state::State};

/// The target of every log line.
pub const LOG_TARGET: &str = "openledger::offchain";

/// Where the node writes the operator's pool: a SCALE `Vec<Vec<u8>>` of URLs in persistent local
/// storage.
pub const POOL_KEY: &[u8] = b"openledger/inference-pool";

/// Where the lock that keeps two runs apart is held.
pub const LOCK_KEY: &[u8] = b"openledger/coordinator/lock";

/// How long a lock that nobody released stays valid, in milliseconds: longer than any run, short
/// enough that a restarted node goes on after some blocks.
const LOCK_EXPIRY: Duration = Duration::from_millis(10_000);

/// The most open jobs that a run looks at. Where there are more, successive runs go through all.
pub const MAX_OPEN_JOBS: u32 = 512;

/// What the chain would do with a receipt now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It would settle.
    Payable,
    /// It cannot settle, and an honest worker may hold it: its job has ended, the job's number means
    /// another one since a fork was given up, its channel is closed or spent, its worker has
    /// retired, …
    Unpayable,
    /// It breaks a rule that its worker could check alone: the signature is not the named worker's,
    /// the influence vector is not valid, a contribution is not in the adapter's lineage, …
    Forged,
}

/// What the coordinator needs of the runtime that it runs in.
pub trait Chain {
    /// The hash of the chain's first block.
    fn genesis() -> H256;

    /// The BABE keys of the session's validators, in the same order on every node.
    fn validators() -> Vec<[u8; 32]>;

    /// The one of them whose secret this node's keystore holds.
    fn local_validator() -> Option<[u8; 32]>;

    /// Up to `limit` open jobs from `from` on that cannot be cancelled at `now` yet, oldest first.
    fn open_jobs(from: JobId, limit: u32, now: BlockNumber) -> Vec<JobView>;

    /// What the chain would do with `receipt` now.
    fn check(receipt: &SignedReceipt) -> Verdict;

    /// Brings at most [`Chain::max_batch`] receipts of one worker into the transaction pool as one
    /// transaction. `Err` when the pool does not take it, usually because it already has one of them.
    #[allow(clippy::result_unit_err)]
    fn submit(receipts: Vec<SignedReceipt>) -> Result<(), ()>;

    /// The most receipts in one transaction.
    fn max_batch() -> u32;
}

/// The points in time by which the steps of a run are over.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Every endpoint has begun to answer.
    pub answered: Timestamp,
    /// Every answer is read.
    pub read: Timestamp,
    /// Nothing more is checked or submitted.
    pub over: Timestamp,
}

impl Deadlines {
    /// For a run that begins at `start`. Blocks come each 2 s; together with what follows the last
    /// deadline a run is over well before the next one begins.
    fn starting_at(start: Timestamp) -> Self {
        Self {
            answered: start.add(Duration::from_millis(900)),
            read: start.add(Duration::from_millis(1_150)),
            over: start.add(Duration::from_millis(1_400)),
        }
    }
}

/// Does this validator's part of the inference work after block `now`.
///
/// Call it from the runtime's offchain hook only: it needs the offchain HTTP and local storage
/// externalities. It does nothing on a node without a pool, or without a key of the session.
pub fn run<C: Chain>(now: BlockNumber) {
    let deadlines = Deadlines::starting_at(sp_io::offchain::timestamp());
    let Some(pool) = Pool::read() else {
        log::trace!(target: LOG_TARGET, "No --inference-pool is configured: nothing to coordinate.");
        return;
    };
    let Some(committee) =
        C::local_validator().and_then(|local| Committee::new(&C::validators(), &local))
    else {
        log::debug!(
            target: LOG_TARGET,
            "A pool is configured, but the keystore holds no BABE key of this session: \
             other validators coordinate.",
        );
        return;
    };

    let mut lock = StorageLock::<Time>::with_deadline(LOCK_KEY, LOCK_EXPIRY);
    let guard = lock.try_lock();
    match guard {
        Ok(_guard) => coordinate::<C>(now, deadlines, &committee, &pool),
        Err(held_until) if held_until > sp_io::offchain::timestamp().add(LOCK_EXPIRY) => {
            // Only a clock that was set back leaves a lock that lasts longer than locks do.
            log::warn!(
                target: LOG_TARGET,
                "The machine's clock was set back; releasing a lock from its future.",
            );
            StorageValueRef::persistent(LOCK_KEY).clear();
        }
        Err(_) => log::debug!(
            target: LOG_TARGET,
            "The previous run is not over: block {now} is left to the next one.",
        ),
    }
}

/// One run, by the holder of the lock.
fn coordinate<C: Chain>(
    now: BlockNumber,
    deadlines: Deadlines,
    committee: &Committee,
    pool: &Pool,
) {
    let genesis = C::genesis();
    let mut state = State::load(genesis, now);
    pool.warn_once(&mut state);
    state.adopt(pool);

    let open = C::open_jobs(state.next_job, MAX_OPEN_JOBS, now);
    state.counters.open_jobs = u32::try_from(open.len()).unwrap_or(u32::MAX);
    state.advance(&open, now);
    let offers = dispatch::plan(now, genesis, committee, pool, &mut state, open);

    // Everything is on its way before the first answer is awaited, so that a slow endpoint does not
    // hold up the others.
    let mut posts = Vec::new();
    let mut exchanges = Vec::new();
    for offer in offers {
        exchanges.push(client::post(
            &offer.endpoint.jobs_url(),
            &offer.request_body(),
            deadlines.answered,
        ));
        posts.push(offer);
    }
    let mut polled = Vec::new();
    for endpoint in pool.endpoints() {
        if state.health.is_due(endpoint.id, now) {
            exchanges.push(client::get(&endpoint.receipts_url(), deadlines.answered));
            polled.push(endpoint);
        }
    }
    let mut answers = client::wait_all(exchanges, &deadlines).into_iter();

    let mut report = endpoints::Report::default();
    for (offer, answer) in posts.iter().zip(answers.by_ref()) {
        let outcome = dispatch::conclude(offer, answer, &mut state, pool, now);
        report.note(offer.endpoint.id, outcome);
    }
    let mut collected = Vec::new();
    for (endpoint, answer) in polled.into_iter().zip(answers) {
        match collect::decode(answer) {
            Answer::Body(receipts) => {
                report.note(endpoint.id, Ok(()));
                collected.push((endpoint.id, receipts));
            }
            Answer::Busy => report.note(endpoint.id, Ok(())),
            Answer::Failed(failure) => report.note(endpoint.id, Err(failure)),
        }
    }

    let select = collect::Selection {
        genesis,
        now,
        committee,
        over: deadlines.over,
    };
    let payable = select.payable::<C>(collected, &mut state, &mut report);
    select.submit::<C>(payable, &mut state);

    state.health.apply(report, pool, now);
    state.save();
}
