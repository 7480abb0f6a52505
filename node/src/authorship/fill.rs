// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Fills a block with transactions.

use std::{sync::Arc, time::Instant};

use openledger_runtime::{opaque::UncheckedExtrinsic, Hash};
use polkadot_sdk::*;
use sc_proposer_metrics::EndProposingReason;
use sc_transaction_pool_api::{InPoolTransaction, TxInvalidityReportMap};

use super::{block::BlockInMaking, candidates::Candidates, LOG_TARGET};

/// So many transactions that a block has no room for are passed over, for smaller ones behind them; more of them
/// in the first half of the time.
const MAX_SKIPPED: u32 = 8;

/// The most transactions that one call of the runtime gets.
const MAX_BATCH: usize = 32;

/// What became of the candidates.
pub struct Filled {
    /// Why there are no more in the block.
    pub end: EndProposingReason,
    /// Those that are not valid, and why; `None` when the runtime panicked.
    pub invalid: TxInvalidityReportMap<Hash>,
}

/// Adds candidates to `block` until `deadline` or until it has no room for more. It gets at most `size_limit`
/// bytes.
pub fn fill<T>(
    block: &mut BlockInMaking,
    mut candidates: Candidates<T>,
    deadline: Instant,
    size_limit: usize,
) -> Filled
where
    T: InPoolTransaction<Transaction = Arc<UncheckedExtrinsic>, Hash = Hash>,
{
    let mut room = Room::new(deadline);
    let mut invalid = TxInvalidityReportMap::new();
    let mut at_once = MAX_BATCH;
    let end = loop {
        if candidates.is_empty() {
            break room
                .missed
                .unwrap_or(EndProposingReason::NoMoreTransactions);
        }
        if Instant::now() > deadline {
            break room.missed.unwrap_or(EndProposingReason::HitDeadline);
        }
        let batch = candidates.first(at_once, size_limit.saturating_sub(block.size()));
        let count = batch.len();
        if count == 0 {
            candidates.refuse();
            if room.is_over(EndProposingReason::HitBlockSizeLimit) {
                break EndProposingReason::HitBlockSizeLimit;
            }
            continue;
        }
        let refusal = match block.apply(batch) {
            // One of them made the runtime panic. It is found by halves.
            Err(_) if count > 1 => {
                at_once = count / 2;
                continue;
            }
            Err(error) => {
                log::debug!(target: LOG_TARGET, "the runtime panicked: {error}");
                None
            }
            Ok(applied) => {
                at_once = MAX_BATCH.min(at_once.saturating_mul(2));
                if applied.count > 0 {
                    candidates.accept(applied.count);
                    room.missed = None;
                }
                if applied.refusal.is_none() {
                    continue;
                }
                applied.refusal
            }
        };
        let Some(refused) = candidates.refuse() else {
            continue;
        };
        if refusal.is_some_and(|error| error.exhausted_resources()) {
            if room.is_over(EndProposingReason::HitBlockWeightLimit) {
                break EndProposingReason::HitBlockWeightLimit;
            }
        } else {
            log::debug!(target: LOG_TARGET, "{:?} is not valid: {refusal:?}", refused.hash());
            invalid.insert(*refused.hash(), refusal);
        }
    };
    Filled { end, invalid }
}

/// Whether a block has room for more.
struct Room {
    /// Until then it is not over.
    generous_until: Instant,
    skipped: u32,
    /// What the last transaction had no room in.
    missed: Option<EndProposingReason>,
}

impl Room {
    /// The room of a block that is made until `deadline`.
    fn new(deadline: Instant) -> Self {
        let now = Instant::now();
        Self {
            generous_until: now + deadline.saturating_duration_since(now) / 2,
            skipped: 0,
            missed: None,
        }
    }

    /// Notes that a transaction had no room. Whether that ends the block.
    fn is_over(&mut self, missed: EndProposingReason) -> bool {
        self.missed = Some(missed);
        if self.skipped < MAX_SKIPPED {
            self.skipped += 1;
            return false;
        }
        Instant::now() >= self.generous_until
    }
}
