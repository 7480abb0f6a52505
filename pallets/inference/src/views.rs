// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the runtime API `InferenceApi` answers.

use crate::{Channels, Config, Inputs, Job, Jobs, Pallet, WorkerOfKey, Workers};
use alloc::vec::Vec;
use openledger_primitives::{
    views::{ChannelView, JobView, WorkerView},
    AccountId, BlockNumber, ChannelId, JobId,
};
use polkadot_sdk::sp_core::ed25519;

/// The most jobs that one query answers.
const MAX_JOBS: u32 = 512;

impl<T: Config> Pallet<T> {
    /// An open job; `None` when it never was or has ended.
    pub fn job_view(id: JobId) -> Option<JobView> {
        Self::view_of(id, Jobs::<T>::get(id)?)
    }

    fn view_of(id: JobId, job: Job) -> Option<JobView> {
        Some(JobView {
            job: id,
            consumer: job.consumer,
            adapter: job.adapter,
            input: Inputs::<T>::get(id)?,
            unit_price: job.unit_price,
            max_fee: job.max_fee,
            requested_at: job.requested_at,
            deadline: job.deadline,
            delivered: job.delivered,
        })
    }

    /// Up to `limit` (at most 512) open jobs, ascending by id. Reads the keys of all open jobs,
    /// which are at most `MaxOpenJobs`: for runtime APIs, not for calls.
    pub fn open_jobs(limit: u32) -> Vec<JobView> {
        let mut ids: Vec<JobId> = Jobs::<T>::iter_keys().collect();
        ids.sort_unstable();
        let limit = usize::try_from(limit.min(MAX_JOBS)).unwrap_or(0);
        ids.into_iter()
            .take(limit)
            .filter_map(Self::job_view)
            .collect()
    }

    /// Up to `limit` (at most 512) open jobs from `from` on that cannot be cancelled at `now` yet,
    /// ascending by id: those that are worth answering. Reads all open jobs, which are at most
    /// `MaxOpenJobs`: for offchain workers, not for calls.
    pub fn jobs_to_answer(from: JobId, limit: u32, now: BlockNumber) -> Vec<JobView> {
        let mut jobs: Vec<(JobId, Job)> = Jobs::<T>::iter()
            .filter(|(id, job)| *id >= from && now < job.deadline)
            .collect();
        jobs.sort_unstable_by_key(|(id, _)| *id);
        let limit = usize::try_from(limit.min(MAX_JOBS)).unwrap_or(0);
        jobs.into_iter()
            .take(limit)
            .filter_map(|(id, job)| Self::view_of(id, job))
            .collect()
    }

    /// An open channel.
    pub fn channel_view(channel: ChannelId) -> Option<ChannelView> {
        let record = Channels::<T>::get(channel)?;
        Some(ChannelView {
            channel,
            consumer: record.consumer,
            worker: record.worker,
            deposit: record.deposit,
            spent: record.spent,
            closes_at: record.closes_at,
        })
    }

    /// A registered worker.
    pub fn worker_view(worker: AccountId) -> Option<WorkerView> {
        let receipt_key = Workers::<T>::get(&worker)?.receipt_key;
        Some(WorkerView {
            worker,
            receipt_key,
            active: true,
        })
    }

    /// The worker that registered a receipt key.
    pub fn worker_of_key(key: ed25519::Public) -> Option<AccountId> {
        WorkerOfKey::<T>::get(key)
    }
}
