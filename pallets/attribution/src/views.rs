// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the runtime API `AttributionApi` answers.

use crate::{AdapterInfluence, Config, Credits, Pallet, Receipts};
use alloc::vec::Vec;
use openledger_primitives::{
    traits::{Escrow, Models},
    views::{InfluenceEntry, ReceiptView},
    AccountId, AdapterId, Balance, JobRef,
};

/// The most jobs that [`Pallet::ended`] answers.
const MAX_ENDED: usize = 256;

impl<T: Config> Pallet<T> {
    /// What an account can claim, planck.
    pub fn credits_of(account: AccountId) -> Balance {
        Credits::<T>::get(account)
    }

    /// A settled receipt, for `ReceiptRetention` blocks.
    pub fn receipt_view(job: JobRef) -> Option<ReceiptView> {
        let settlement = Receipts::<T>::get(job)?;
        Some(ReceiptView {
            job,
            hash: settlement.hash,
            consumer: settlement.consumer,
            adapter: settlement.adapter,
            worker: settlement.worker,
            input_hash: settlement.input_hash,
            output_hash: settlement.output_hash,
            units: settlement.units,
            fee: settlement.fee,
            influence: settlement.influence.0.into_inner(),
            method: settlement.method,
            evidence: settlement.evidence,
            settled_at: settlement.settled_at,
        })
    }

    /// Which of `jobs` (at most 256 are answered) are settled or otherwise ended, in order.
    pub fn ended(jobs: Vec<JobRef>) -> Vec<bool> {
        jobs.iter()
            .take(MAX_ENDED)
            .map(T::Escrow::is_ended)
            .collect()
    }

    /// What each contribution has done for an adapter, ascending by contribution. Reads all of
    /// them, which are at most the adapter's lineage: for runtime APIs, not for calls.
    pub fn influence_of(adapter: AdapterId) -> Vec<InfluenceEntry> {
        let mut entries: Vec<InfluenceEntry> = AdapterInfluence::<T>::iter_prefix(adapter)
            .filter_map(|(contribution, totals)| {
                let contributor = T::Models::contributor_in_lineage(adapter, contribution)?;
                Some(InfluenceEntry {
                    contribution,
                    contributor,
                    totals,
                })
            })
            .collect();
        entries.sort_unstable_by_key(|entry| entry.contribution);
        entries
    }
}
