// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The pallet's invariants.

use crate::{
    types::marked, Channels, Config, Expiring, HoldReason, Inputs, Jobs, NextChannel, NextExpiry,
    NextJob, Pallet, SettledRequests, WorkerOfKey, Workers,
};
use alloc::collections::BTreeMap;
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get},
    frame_system,
    sp_runtime::TryRuntimeError,
};

impl<T: Config> Pallet<T> {
    /// Checks every invariant.
    ///
    /// 1. What is on hold for jobs is the sum of the open jobs' maximum fees, per account.
    /// 2. What is on hold for channels is the sum of their deposits less what they spent, per account.
    /// 3. A channel has spent no more than it holds and than its consumer signed for.
    /// 4. Jobs and inputs, workers and keys, bitmaps and channels belong together.
    /// 5. Counts, identifiers and the refund queue are in order.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_jobs()?;
        Self::try_channels()?;
        Self::try_workers()?;
        Self::try_queue()
    }

    fn try_jobs() -> Result<(), TryRuntimeError> {
        let mut escrowed: BTreeMap<AccountId, Balance> = BTreeMap::new();
        let mut count = 0u32;
        for (id, job) in Jobs::<T>::iter() {
            ensure!(
                id < NextJob::<T>::get(),
                "a job's identifier was not given out"
            );
            ensure!(
                job.max_fee >= job.unit_price,
                "a job cannot pay for one unit"
            );
            let input = Inputs::<T>::get(id).ok_or("a job has no input")?;
            ensure!(
                input.hash() == job.input_hash,
                "a job's input is not its own"
            );
            let sum = escrowed.entry(job.consumer).or_default();
            *sum = sum.checked_add(job.max_fee).ok_or("escrows overflow")?;
            count = count.saturating_add(1);
        }
        ensure!(count == Jobs::<T>::count(), "the count of jobs is wrong");
        ensure!(count <= T::MaxOpenJobs::get(), "too many jobs are open");
        let inputs = u32::try_from(Inputs::<T>::iter_keys().count()).unwrap_or(u32::MAX);
        ensure!(inputs == count, "an input has no job");
        ensure!(
            Self::holds_exactly(HoldReason::JobEscrow, escrowed),
            "the hold for jobs is not the sum of their maximum fees"
        );
        Ok(())
    }

    /// Whether each account has on hold for `reason` what `sums` says, and those that it does not
    /// name nothing.
    fn holds_exactly(reason: HoldReason, mut sums: BTreeMap<AccountId, Balance>) -> bool {
        let is_held = frame_system::Account::<T>::iter_keys().all(|account| {
            let sum = sums.remove(&account).unwrap_or(0);
            Self::held(reason, &account) == sum
        });
        // Accounts that do not exist hold nothing.
        is_held && sums.into_values().all(|sum| sum == 0)
    }

    fn try_channels() -> Result<(), TryRuntimeError> {
        let mut deposited: BTreeMap<AccountId, Balance> = BTreeMap::new();
        for (id, channel) in Channels::<T>::iter() {
            ensure!(
                id < NextChannel::<T>::get(),
                "a channel's identifier was not given out"
            );
            ensure!(
                channel.spent <= channel.deposit,
                "a channel spent more than its deposit"
            );
            let signed = channel.spent <= channel.highest_cumulative;
            ensure!(signed, "a channel spent more than was signed for");
            let sum = deposited.entry(channel.consumer.clone()).or_default();
            *sum = sum
                .checked_add(channel.remaining())
                .ok_or("deposits overflow")?;
        }
        for (id, bitmap) in SettledRequests::<T>::iter() {
            ensure!(Channels::<T>::contains_key(id), "a bitmap has no channel");
            ensure!(marked::<T>(&bitmap) > 0, "a bitmap is empty");
        }
        ensure!(
            Self::holds_exactly(HoldReason::ChannelDeposit, deposited),
            "the hold for channels is not what they still hold"
        );
        Ok(())
    }

    fn try_workers() -> Result<(), TryRuntimeError> {
        let mut workers = 0usize;
        for (account, worker) in Workers::<T>::iter() {
            let owner = WorkerOfKey::<T>::get(worker.receipt_key);
            ensure!(owner == Some(account), "a worker's key leads to another");
            workers = workers.saturating_add(1);
        }
        ensure!(
            WorkerOfKey::<T>::iter_keys().count() == workers,
            "a key has no worker"
        );
        Ok(())
    }

    fn try_queue() -> Result<(), TryRuntimeError> {
        let next = NextExpiry::<T>::get().unwrap_or(0);
        for (block, jobs) in Expiring::<T>::iter() {
            ensure!(block >= next, "the refund queue was passed by");
            ensure!(!jobs.is_empty(), "a block of the refund queue is empty");
        }
        Ok(())
    }
}
