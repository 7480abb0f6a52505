// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What lets a batch of receipts into the transaction pool and into a block without a signature.

use crate::{Config, Pallet};
use openledger_primitives::{traits::Escrow, SignedReceipt};
use polkadot_sdk::{
    frame_support::{
        pallet_prelude::{TransactionSource, TransactionValidityWithRefund},
        weights::Weight,
        BoundedVec,
    },
    sp_runtime::transaction_validity::{
        InvalidTransaction, TransactionPriority, TransactionValidityError, ValidTransaction,
    },
};

/// The prefix of the pool's tags: one `(prefix, job)` per receipt, so that the same receipt from
/// several validators is in the pool once.
pub const TAG_PREFIX: &str = "openledger/receipt";

/// The priority of a batch of one receipt; each further one adds 1, so that a larger batch can take
/// the place of one that it contains. Above transactions without a tip.
pub const PRIORITY: TransactionPriority = 1 << 32;

/// The blocks for which a batch is worth keeping.
const LONGEVITY: u64 = 64;

impl<T: Config> Pallet<T> {
    /// Authorizes a batch when every receipt would settle now and no job stands in it twice.
    ///
    /// Refused as `Stale` when a job has ended already, as `Call` when the batch is empty or names a
    /// job twice, and as `BadProof` when a receipt fails any other check.
    pub(crate) fn authorize_receipts(
        _source: TransactionSource,
        receipts: &BoundedVec<SignedReceipt, T::MaxReceiptsPerBatch>,
    ) -> TransactionValidityWithRefund {
        if receipts.is_empty() || names_a_job_twice(receipts) {
            return Err(InvalidTransaction::Call.into());
        }
        receipts.iter().try_for_each(Self::authorize_receipt)?;
        let further = receipts.len().saturating_sub(1);
        let priority = PRIORITY.saturating_add(further.try_into().unwrap_or(0));
        let validity = ValidTransaction::with_tag_prefix(TAG_PREFIX)
            .priority(priority)
            .longevity(LONGEVITY)
            .propagate(true);
        let validity = receipts.iter().fold(validity, |tags, signed| {
            tags.and_provides(signed.receipt.job)
        });
        validity.build().map(|validity| (validity, Weight::zero()))
    }

    fn authorize_receipt(signed: &SignedReceipt) -> Result<(), TransactionValidityError> {
        if T::Escrow::is_ended(&signed.receipt.job) {
            return Err(InvalidTransaction::Stale.into());
        }
        Self::check(signed).map_err(|_| InvalidTransaction::BadProof)?;
        Ok(())
    }
}

fn names_a_job_twice(receipts: &[SignedReceipt]) -> bool {
    let mut seen = alloc::collections::BTreeSet::new();
    !receipts
        .iter()
        .all(|signed| seen.insert(signed.receipt.job))
}
