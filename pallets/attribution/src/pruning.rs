// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Deleting old receipts. That a job settles once does not rest on them: an escrowed job is gone
//! from the escrow, and a channel remembers its settled requests.

use crate::{Config, Pallet, QueueEnds, ReceiptQueue, Receipts, WeightInfo};
use openledger_primitives::BlockNumber;
use polkadot_sdk::frame_support::{
    traits::Get,
    weights::{Weight, WeightMeter},
};

impl<T: Config> Pallet<T> {
    /// Deletes receipts settled `ReceiptRetention` blocks before `now` or earlier, oldest first,
    /// while `limit` lasts. Returns the weight used.
    pub(crate) fn prune(now: BlockNumber, limit: Weight) -> Weight {
        let mut meter = WeightMeter::with_limit(limit);
        if meter
            .try_consume(T::DbWeight::get().reads_writes(1, 1))
            .is_err()
        {
            return Weight::zero();
        }
        let (first, next) = QueueEnds::<T>::get();
        let mut place = first;
        while place < next && meter.try_consume(T::WeightInfo::prune_receipt()).is_ok() {
            if !Self::prune_place(place, now) {
                break;
            }
            place = place.saturating_add(1);
        }
        if place != first {
            QueueEnds::<T>::put((place, next));
        }
        meter.consumed()
    }

    /// Deletes the receipt at `place` of the queue; false when its retention is not over.
    pub(crate) fn prune_place(place: u64, now: BlockNumber) -> bool {
        if let Some((settled_at, job)) = ReceiptQueue::<T>::get(place) {
            if now.saturating_sub(settled_at) < T::ReceiptRetention::get() {
                return false;
            }
            Receipts::<T>::remove(job);
            ReceiptQueue::<T>::remove(place);
        }
        true
    }
}
