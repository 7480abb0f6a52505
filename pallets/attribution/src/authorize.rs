// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What lets a batch of receipts into the transaction pool and into a block without a signature.

use crate::{Config, Pallet};
use alloc::vec::Vec;
use openledger_primitives::{traits::Escrow, SignedReceipt};
use polkadot_sdk::{
    frame_support::{
        pallet_prelude::{TransactionSource, TransactionValidityWithRefund},
        weights::Weight,
        BoundedVec,
    },
    sp_runtime::transaction_validity::{InvalidTransaction, TransactionPriority, ValidTransaction},
};

/// The prefix of the pool's tags: one `(prefix, job)` per receipt, so that the same receipt from
/// several validators is in the pool once.
pub const TAG_PREFIX: &str = "openledger/receipt";

/// The priority of a batch with one receipt that settles; each further one adds 1, so that a larger
/// batch can take the place of one that it contains. Above transactions without a tip.
pub const PRIORITY: TransactionPriority = 1 << 32;

/// The blocks for which a batch is worth keeping.
const LONGEVITY: u64 = 64;

impl<T: Config> Pallet<T> {
    /// Authorizes a batch of one worker's receipts when each would settle now, except for those whose
    /// jobs have ended, which are passed over in the block: whoever settles one of them elsewhere does
    /// not throw the others out of the pools. Receipts of several workers are not taken together,
    /// because each worker can make its own invalid.
    ///
    /// Refused as `Stale` when every job has ended, as `Call` when the batch is empty, names a job
    /// twice or has receipts of several workers, and as `BadProof` when a receipt fails any other
    /// check.
    pub(crate) fn authorize_receipts(
        _source: TransactionSource,
        receipts: &BoundedVec<SignedReceipt, T::MaxReceiptsPerBatch>,
    ) -> TransactionValidityWithRefund {
        if receipts.is_empty() || names_a_job_twice(receipts) || !are_of_one_worker(receipts) {
            return Err(InvalidTransaction::Call.into());
        }
        let open: Vec<&SignedReceipt> = receipts
            .iter()
            .filter(|signed| !T::Escrow::is_ended(&signed.receipt.job))
            .collect();
        open.iter()
            .try_for_each(|signed| Self::check(signed).map(drop))
            .map_err(|_| InvalidTransaction::BadProof)?;
        let further = open.len().checked_sub(1).ok_or(InvalidTransaction::Stale)?;
        let priority = PRIORITY.saturating_add(further.try_into().unwrap_or(0));
        let validity = ValidTransaction::with_tag_prefix(TAG_PREFIX)
            .priority(priority)
            .longevity(LONGEVITY)
            .propagate(true);
        let validity = open.iter().fold(validity, |tags, signed| {
            tags.and_provides(signed.receipt.job)
        });
        validity.build().map(|validity| (validity, Weight::zero()))
    }
}

fn are_of_one_worker(receipts: &[SignedReceipt]) -> bool {
    let mut workers = receipts.iter().map(|signed| &signed.receipt.worker);
    let first = workers.next();
    workers.all(|worker| Some(worker) == first)
}

fn names_a_job_twice(receipts: &[SignedReceipt]) -> bool {
    let mut seen = alloc::collections::BTreeSet::new();
    !receipts
        .iter()
        .all(|signed| seen.insert(signed.receipt.job))
}
