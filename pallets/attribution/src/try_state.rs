// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The pallet's invariants.

use crate::{
    AdapterInfluence, Config, ContributionTotals, Credits, FeeSplitStore, HoldReason, Pallet,
    QueueEnds, ReceiptQueue, Receipts, TotalsStore,
};
use alloc::collections::BTreeMap;
use openledger_primitives::{traits::Escrow, views::InfluenceTotals, Balance, ContributionId};
use polkadot_sdk::{
    frame_support::{ensure, traits::fungible::InspectHold},
    sp_runtime::TryRuntimeError,
};

impl<T: Config> Pallet<T> {
    /// Checks every invariant.
    ///
    /// 1. The sum of all credits is on hold in the pot, and is what was credited and not claimed.
    /// 2. What was paid in is what was credited or went to stakers and treasury.
    /// 3. Receipts and their queue belong together, and the job of each has ended.
    /// 4. A contribution's totals are the sum of its totals for each adapter.
    /// 5. The fee split is valid.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_credits()?;
        Self::try_receipts()?;
        Self::try_influence()?;
        ensure!(
            FeeSplitStore::<T>::get().validate().is_ok(),
            "the fee split is not valid"
        );
        Ok(())
    }

    fn try_credits() -> Result<(), TryRuntimeError> {
        let mut sum: Balance = 0;
        for (_, credit) in Credits::<T>::iter() {
            ensure!(credit > 0, "a credit is zero");
            sum = sum.checked_add(credit).ok_or("credits overflow")?;
        }
        let held = T::Currency::balance_on_hold(&HoldReason::Credits.into(), &Self::pot());
        ensure!(sum == held, "the pot does not hold the sum of all credits");
        let totals = TotalsStore::<T>::get();
        let open = totals
            .credited
            .checked_sub(totals.claimed)
            .ok_or("claimed too much")?;
        ensure!(
            sum == open,
            "the credits are not what was credited and not claimed"
        );
        let out = totals
            .credited
            .checked_add(totals.to_stakers)
            .and_then(|out| out.checked_add(totals.to_treasury));
        ensure!(
            out == Some(totals.paid_in),
            "what was paid out is not what was paid in"
        );
        Ok(())
    }

    fn try_receipts() -> Result<(), TryRuntimeError> {
        let (first, next) = QueueEnds::<T>::get();
        let mut queued = 0u64;
        for (place, (settled_at, job)) in ReceiptQueue::<T>::iter() {
            ensure!(
                (first..next).contains(&place),
                "a place is outside the queue"
            );
            let receipt = Receipts::<T>::get(job).ok_or("a queued receipt is not there")?;
            ensure!(
                receipt.settled_at == settled_at,
                "a receipt's block is wrong"
            );
            ensure!(T::Escrow::is_ended(&job), "a settled job is still open");
            queued = queued.saturating_add(1);
        }
        ensure!(
            Some(queued) == next.checked_sub(first),
            "the queue has a gap"
        );
        let receipts = u64::try_from(Receipts::<T>::iter_keys().count()).unwrap_or(u64::MAX);
        ensure!(receipts == queued, "a receipt is not queued");
        Ok(())
    }

    fn try_influence() -> Result<(), TryRuntimeError> {
        let mut sums: BTreeMap<ContributionId, InfluenceTotals> = BTreeMap::new();
        for (_, contribution, totals) in AdapterInfluence::<T>::iter() {
            let sum = sums.entry(contribution).or_default();
            sum.receipts = sum.receipts.saturating_add(totals.receipts);
            sum.influence_ppm = sum.influence_ppm.saturating_add(totals.influence_ppm);
            sum.earned = sum.earned.saturating_add(totals.earned);
        }
        let stored: BTreeMap<_, _> = ContributionTotals::<T>::iter().collect();
        ensure!(
            sums == stored,
            "a contribution's totals are not the sum over the adapters"
        );
        Ok(())
    }
}
