// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Finished receipts → the chain.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use openledger_primitives::{
    pool::ReceiptsResponse, receipt::RECEIPT_VERSION, AccountId, BlockNumber, JobRef,
    SignedReceipt, H256,
};
use polkadot_sdk::{sp_core::offchain::Timestamp, sp_io::offchain};

use crate::{
    assignment::Committee,
    client::{Answer, Failure},
    endpoints::{EndpointId, Report},
    state::{State, MAX_SUBMITTED, RESUBMIT_AFTER},
    Chain, Verdict, LOG_TARGET,
};

/// After how many blocks a receipt that nobody has settled falls to the next validators. Short,
/// because a receipt brought twice costs nothing.
pub const SUBMIT_WINDOW: BlockNumber = 3;

/// The receipts of an endpoint's answer.
pub fn decode(answer: Answer<Vec<u8>>) -> Answer<Vec<SignedReceipt>> {
    match answer.decode::<ReceiptsResponse>() {
        Answer::Body(response) => Answer::Body(response.receipts.into_inner()),
        Answer::Busy => Answer::Busy,
        Answer::Failed(failure) => Answer::Failed(failure),
    }
}

/// The receipts of each worker, in their order: a batch stands and falls with its worker.
fn by_worker(receipts: Vec<SignedReceipt>) -> impl Iterator<Item = Vec<SignedReceipt>> {
    let mut workers: BTreeMap<AccountId, Vec<SignedReceipt>> = BTreeMap::new();
    for signed in receipts {
        let worker = signed.receipt.worker.clone();
        workers.entry(worker).or_default().push(signed);
    }
    workers.into_values()
}

/// Chooses receipts and submits them.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// The chain.
    pub genesis: H256,
    /// The block after which this run happens.
    pub now: BlockNumber,
    /// The session's validators.
    pub committee: &'a Committee,
    /// When to stop.
    pub over: Timestamp,
}

impl Selection<'_> {
    /// The receipts that fall to this validator and would settle, each job once. Endpoints that
    /// sent a forged one are noted in `report`; what else they sent is still taken, since each
    /// receipt proves itself and its consumer has paid.
    pub fn payable<C: Chain>(
        &self,
        answers: Vec<(EndpointId, Vec<SignedReceipt>)>,
        state: &mut State,
        report: &mut Report,
    ) -> Vec<SignedReceipt> {
        let mut chosen = Vec::new();
        let mut jobs = BTreeSet::new();
        let room = (MAX_SUBMITTED as usize).saturating_sub(state.submitted.len());
        for (endpoint, receipts) in answers {
            for receipt in receipts {
                let job = receipt.receipt.job;
                if state.submitted.contains_key(&job)
                    || jobs.contains(&job)
                    || !self.is_mine(&receipt, state)
                {
                    continue;
                }
                if chosen.len() >= room || self.is_over() {
                    log::debug!(target: LOG_TARGET, "The other receipts wait for the next block.");
                    return chosen;
                }
                match self.verdict::<C>(&receipt) {
                    Verdict::Payable => {
                        jobs.insert(job);
                        chosen.push(receipt);
                    }
                    Verdict::Unpayable => {
                        log::trace!(target: LOG_TARGET, "Nothing pays for the receipt of {job:?}.");
                    }
                    Verdict::Forged => {
                        log::debug!(target: LOG_TARGET, "The receipt of {job:?} is forged.");
                        state.counters.forged = state.counters.forged.saturating_add(1);
                        report.note(endpoint, Err(Failure::Forged));
                    }
                }
            }
        }
        chosen
    }

    /// A job that this validator dispatched is its to settle: nobody else may have that endpoint in
    /// their pool. All others go by the age that the receipt states; a worker that states a wrong
    /// one only makes more validators submit it, or waits longer for its own money.
    fn is_mine(&self, receipt: &SignedReceipt, state: &State) -> bool {
        let job = receipt.receipt.job;
        let dispatched = match job {
            JobRef::Escrowed(id) => state.jobs.contains_key(&id),
            JobRef::Channel { .. } => false,
        };
        let age = self.now.saturating_sub(receipt.receipt.seen_at);
        dispatched || self.committee.is_assigned(&job, age, SUBMIT_WINDOW)
    }

    /// The chain's verdict, asked for only if the receipt obeys the rules that need no state.
    fn verdict<C: Chain>(&self, signed: &SignedReceipt) -> Verdict {
        let receipt = &signed.receipt;
        let is_plausible = receipt.version == RECEIPT_VERSION
            && receipt.genesis == self.genesis
            && receipt.influence.validate().is_ok();
        if is_plausible {
            C::check(signed)
        } else {
            Verdict::Forged
        }
    }

    /// Submits in batches, each of one worker, and remembers what was submitted.
    pub fn submit<C: Chain>(&self, receipts: Vec<SignedReceipt>, state: &mut State) {
        let batch = usize::try_from(C::max_batch()).unwrap_or(usize::MAX).max(1);
        let mut taken = 0u32;
        for mut receipts in by_worker(receipts) {
            while !receipts.is_empty() && !self.is_over() {
                let rest = receipts.split_off(batch.min(receipts.len()));
                let batch = core::mem::replace(&mut receipts, rest);
                taken = taken.saturating_add(self.submit_batch::<C>(batch, state));
            }
        }
        if taken > 0 {
            state.counters.submitted = state.counters.submitted.saturating_add(u64::from(taken));
            log::info!(target: LOG_TARGET, "Submitted {taken} receipt(s).");
        }
    }

    /// As one transaction; when the pool refuses it, one by one, so that a receipt that another
    /// validator brought does not hold up the rest. Returns how many the pool took.
    fn submit_batch<C: Chain>(&self, batch: Vec<SignedReceipt>, state: &mut State) -> u32 {
        let count = u32::try_from(batch.len()).unwrap_or(u32::MAX);
        if C::submit(batch.clone()).is_ok() {
            for receipt in &batch {
                self.remember(receipt, state);
            }
            return count;
        }
        log::debug!(
            target: LOG_TARGET,
            "The transaction pool refused a batch of {count} receipt(s): it has some of them, or \
             is full.",
        );
        let mut taken = 0u32;
        for receipt in batch {
            if self.is_over() {
                break;
            }
            // Remembered even if refused: the pool has it from another validator, or is full, and
            // neither changes within a block.
            self.remember(&receipt, state);
            if count > 1 && C::submit(alloc::vec![receipt]).is_ok() {
                taken = taken.saturating_add(1);
            }
        }
        taken
    }

    fn remember(&self, receipt: &SignedReceipt, state: &mut State) {
        let again = self.now.saturating_add(RESUBMIT_AFTER);
        // Cannot fail: no more receipts were chosen than there is room for.
        let _ = state.submitted.try_insert(receipt.receipt.job, again);
    }

    fn is_over(&self) -> bool {
        offchain::timestamp() >= self.over
    }
}
