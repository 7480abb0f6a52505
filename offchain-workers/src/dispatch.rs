// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Open jobs → endpoints.

use alloc::{vec, vec::Vec};

use codec::Encode;
use openledger_primitives::{
    pool::{DispatchRequest, DispatchResponse, DispatchStatus, DispatchedJob, MAX_DISPATCH},
    views::JobView,
    BlockNumber, JobId, JobRef, H256,
};
use polkadot_sdk::frame_support::BoundedVec;

use crate::{
    assignment::{ranking, seed, Committee},
    client::{Answer, Failure},
    endpoints::{Endpoint, Pool},
    state::{JobRecord, State, OFFER_TIMEOUT, REFUSAL_TIMEOUT},
    LOG_TARGET,
};

/// The most requests with jobs to one endpoint in a run.
pub const MAX_REQUESTS: usize = 4;

/// How often in a row an endpoint may not see a job on chain before the next one is tried. Its node
/// may lag some blocks behind this one.
pub const UNSEEN_PATIENCE: u8 = 5;

/// Jobs that are offered to an endpoint in one request.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    /// To whom.
    pub endpoint: &'a Endpoint,
    request: DispatchRequest,
}

impl Offer<'_> {
    /// The request's bytes.
    pub fn request_body(&self) -> Vec<u8> {
        self.request.encode()
    }

    /// The jobs, in the order of the statuses that are expected.
    fn jobs(&self) -> impl Iterator<Item = JobId> + '_ {
        self.request.jobs.iter().map(|job| job.job)
    }
}

/// Decides which of the `open` jobs are offered now, and to whom; notes each in `state`.
pub fn plan<'a>(
    now: BlockNumber,
    genesis: H256,
    committee: &Committee,
    pool: &'a Pool,
    state: &mut State,
    mut open: Vec<JobView>,
) -> Vec<Offer<'a>> {
    // The oldest first, as they are the next to be cancelled.
    open.sort_unstable_by_key(|job| job.job);
    let mut batches: Vec<Vec<DispatchedJob>> = vec![Vec::new(); pool.endpoints().len()];
    for job in open {
        let age = now.saturating_sub(job.requested_at);
        let reference = JobRef::Escrowed(job.job);
        let tracked = state.jobs.get(&job.job);
        if now >= job.deadline
            || tracked.is_some_and(|record| !record.is_due(now))
            || !committee.is_assigned(&reference, age, OFFER_TIMEOUT)
        {
            continue;
        }
        let is_new = tracked.is_none();
        let mut record = tracked
            .cloned()
            .unwrap_or_else(|| JobRecord::new(&job, now));
        record.begin_offer(now);
        let chosen = choose(now, &reference, &record, pool, state, &mut batches);
        match chosen {
            Some((attempt, _)) => record.offer_to(attempt),
            // It counts from now on how long its endpoint may take.
            None if is_new && record.stays(now) => {}
            None => continue,
        }
        if state.jobs.try_insert(job.job, record).is_err() {
            // As many were offered as are kept track of: the rest waits for those to end.
            break;
        }
        let Some((_, batch)) = chosen else {
            continue;
        };
        batch.push(DispatchedJob {
            job: job.job,
            adapter: job.adapter,
            max_units: job.max_units(),
            input: job.input,
        });
    }
    pool.endpoints()
        .iter()
        .zip(batches)
        .flat_map(|(endpoint, jobs)| into_offers(genesis, endpoint, jobs))
        .collect()
}

/// The first endpoint, from the record's attempt on, that has not refused the job and is well: its place in
/// the job's ranking, and its batch. `None` when there is none, or when one before it is to be waited for: it
/// has no room in this run, is only late, or may have the job already.
///
/// Waiting keeps each job where every other validator looks for it.
fn choose<'b>(
    now: BlockNumber,
    job: &JobRef,
    record: &JobRecord,
    pool: &Pool,
    state: &State,
    batches: &'b mut [Vec<DispatchedJob>],
) -> Option<(u8, &'b mut Vec<DispatchedJob>)> {
    let ids: Vec<u64> = pool
        .endpoints()
        .iter()
        .map(|endpoint| endpoint.id.0)
        .collect();
    let order = ranking(seed(job), &ids);
    let skip = usize::from(record.attempt).checked_rem(order.len())?;
    let places = order
        .iter()
        .copied()
        .enumerate()
        .cycle()
        .skip(skip)
        .take(order.len());
    for (place, index) in places {
        let id = pool.endpoints().get(index)?.id;
        if record.refused.contains(index) {
            continue;
        }
        if state.health.is_well(id) {
            let batch = batches.get_mut(index)?;
            let has_room = batch.len() < MAX_REQUESTS.saturating_mul(MAX_DISPATCH as usize);
            // A pool has at most 16 endpoints.
            return has_room.then_some((u8::try_from(place).unwrap_or_default(), batch));
        }
        if state.health.is_late(id, now) || (place == skip && record.stays(now)) {
            return None;
        }
    }
    None
}

fn into_offers(genesis: H256, endpoint: &Endpoint, jobs: Vec<DispatchedJob>) -> Vec<Offer<'_>> {
    let mut offers = Vec::new();
    let mut jobs = jobs.into_iter();
    loop {
        let part: Vec<_> = jobs.by_ref().take(MAX_DISPATCH as usize).collect();
        if part.is_empty() {
            return offers;
        }
        let jobs = BoundedVec::truncate_from(part);
        offers.push(Offer {
            endpoint,
            request: DispatchRequest { genesis, jobs },
        });
    }
}

/// Notes what became of the jobs of an offer. `Err` is what is wrong with the endpoint.
pub fn conclude(
    offer: &Offer<'_>,
    answer: Answer<Vec<u8>>,
    state: &mut State,
    pool: &Pool,
    now: BlockNumber,
) -> Result<(), Failure> {
    let count = offer.request.jobs.len();
    let failure = match answer.decode::<DispatchResponse>() {
        Answer::Body(response) if response.statuses.len() == count => {
            for (job, status) in offer.jobs().zip(response.statuses) {
                let is_taken = matches!(status, DispatchStatus::Queued | DispatchStatus::Finished);
                let record = state.jobs.get(&job);
                let had_it = record.is_some_and(|record| record.held_since.is_some());
                match (is_taken, had_it) {
                    (true, true) => {}
                    (true, false) => bump(&mut state.counters.accepted, 1),
                    (false, _) => bump(&mut state.counters.refused, 1),
                }
                if let Some(record) = state.jobs.get_mut(&job) {
                    apply(job, status, record, offer.endpoint, pool, now);
                }
            }
            log::debug!(target: LOG_TARGET, "Offered {count} job(s) to {}", offer.endpoint.url());
            return Ok(());
        }
        Answer::Body(_) => Some(Failure::Malformed),
        Answer::Busy => None,
        Answer::Failed(failure) => Some(failure),
    };
    match failure {
        Some(_) => bump(&mut state.counters.failed, count),
        None => bump(&mut state.counters.refused, count),
    }
    for job in offer.jobs() {
        if let Some(record) = state.jobs.get_mut(&job) {
            match failure {
                Some(Failure::TooSlow) => record.unanswered(now),
                Some(_) => record.pass_on(now),
                None => record.unheard(now),
            }
        }
    }
    failure.map_or(Ok(()), Err)
}

fn bump(counter: &mut u64, by: usize) {
    *counter = counter.saturating_add(by as u64);
}

/// Notes what became of one job.
fn apply(
    job: JobId,
    status: DispatchStatus,
    record: &mut JobRecord,
    endpoint: &Endpoint,
    pool: &Pool,
    now: BlockNumber,
) {
    match status {
        DispatchStatus::Queued | DispatchStatus::Finished => {
            record.accept(now);
        }
        DispatchStatus::Busy => record.busy(now),
        DispatchStatus::NotEscrowed => {
            if record.ask_again(now) >= UNSEEN_PATIENCE {
                log::warn!(
                    target: LOG_TARGET,
                    "Worker {} does not see job {job} on chain: check that its --node follows \
                     this chain.",
                    endpoint.url(),
                );
                record.pass_on(now);
            }
        }
        DispatchStatus::Unservable => {
            let mut places = pool.endpoints().iter().map(|other| other.id);
            if let Some(place) = places.position(|id| id == endpoint.id) {
                record.refuse(place, now);
            }
            if (0..pool.endpoints().len()).all(|place| record.refused.contains(place)) {
                log::warn!(
                    target: LOG_TARGET,
                    "No worker of the pool can serve job {job}: see their logs. They are asked \
                     again after {REFUSAL_TIMEOUT} blocks; its consumer can cancel it from block \
                     {} on.",
                    record.deadline,
                );
            }
        }
    }
}
