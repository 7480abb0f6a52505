// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The invariants of callbacks, allowances and nonces.

use alloc::collections::{BTreeMap, BTreeSet};
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::*;

use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;

use crate::{
    Allowances, CallbackQueue, CallbackQueueEnds, Callbacks, Config, HoldReason, Pallet,
    PermitNonces,
};

impl<T: Config> Pallet<T> {
    /// Checks that
    /// 1. each contract has on hold what its callbacks prepaid,
    /// 2. exactly the callbacks whose jobs have ended are queued, once each, without gaps,
    /// 3. no allowance and no nonce is stored that is zero.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut prepaid: BTreeMap<AccountId, Balance> = BTreeMap::new();
        let mut due = BTreeSet::new();
        for (job, callback) in Callbacks::<T>::iter() {
            let sum = prepaid.entry(callback.consumer).or_default();
            *sum = sum.saturating_add(callback.prepaid);
            if callback.outcome.is_some() {
                due.insert(job);
            }
        }
        for (consumer, sum) in prepaid {
            let held = pallet_balances::Pallet::<T>::balance_on_hold(
                &HoldReason::Callback.into(),
                &consumer,
            );
            ensure!(held == sum, "a contract's hold is not what it prepaid");
        }
        let (first, next) = CallbackQueueEnds::<T>::get();
        let queued: BTreeSet<_> = (first..next).filter_map(CallbackQueue::<T>::get).collect();
        let entries = CallbackQueue::<T>::iter().count();
        ensure!(
            u64::try_from(entries) == Ok(next.saturating_sub(first)),
            "the queue has entries outside its ends, or gaps"
        );
        ensure!(queued.len() == entries, "a job is queued twice");
        ensure!(queued == due, "other callbacks are queued than are due");
        ensure!(
            Allowances::<T>::iter_values().all(|allowed| !allowed.is_zero()),
            "an allowance of zero is stored"
        );
        ensure!(
            PermitNonces::<T>::iter_values().all(|nonce| nonce > 0),
            "a nonce of zero is stored"
        );
        Ok(())
    }
}
