// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Jobs with an escrow of their own.

use crate::{
    Config, Error, Event, Expiring, HoldReason, Inputs, Job, Jobs, NextExpiry, NextJob, Pallet,
    WeightInfo,
};
use openledger_primitives::{
    traits::{Models, OnDelivery},
    views::JobInput,
    AccountId, AdapterId, Balance, BlockNumber, JobId,
};
use polkadot_sdk::{
    frame_support::{
        ensure,
        traits::Get,
        weights::{Weight, WeightMeter},
    },
    sp_runtime::{DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    /// Opens a job, as [`Pallet::request_inference`] does, and returns it. If it is to be
    /// `delivered`, its receipt has to bring the answer along, and [`Config::OnDelivery`] is told how
    /// the job ends. It weighs what the call weighs.
    ///
    /// # Errors
    /// Those of the call; then something may have been written: to be called in a storage layer.
    pub fn request(
        consumer: AccountId,
        adapter: AdapterId,
        input: JobInput,
        max_fee: Balance,
        delivered: bool,
    ) -> Result<JobId, DispatchError> {
        Self::check_input(&input)?;
        let terms = T::Models::terms(adapter).ok_or(Error::<T>::UnknownAdapter)?;
        ensure!(terms.servable, Error::<T>::AdapterNotServable);
        ensure!(
            max_fee >= terms.unit_price,
            Error::<T>::MaxFeeBelowUnitPrice
        );
        ensure!(max_fee >= T::MinFee::get(), Error::<T>::BelowMinFee);
        ensure!(
            Jobs::<T>::count() < T::MaxOpenJobs::get(),
            Error::<T>::TooManyOpenJobs
        );

        let id = NextJob::<T>::get();
        NextJob::<T>::put(id.next().ok_or(Error::<T>::NoMoreIdentifiers)?);
        let now = Self::now();
        let deadline = now.saturating_add(T::JobDeadline::get());
        Self::schedule_refund(id, now, deadline.saturating_add(T::RefundDelay::get()))?;
        Self::set_aside(HoldReason::JobEscrow, &consumer, max_fee)?;

        let input_hash = input.hash();
        let unit_price = terms.unit_price;
        let job = Job {
            consumer: consumer.clone(),
            adapter,
            input_hash,
            unit_price,
            max_fee,
            requested_at: now,
            deadline,
            delivered,
        };
        Jobs::<T>::insert(id, job);
        Inputs::<T>::insert(id, input);
        Self::deposit_event(Event::InferenceRequested {
            job: id,
            consumer,
            adapter,
            input_hash,
            unit_price,
            max_fee,
            deadline,
        });
        Ok(id)
    }

    pub(crate) fn do_cancel(consumer: AccountId, id: JobId) -> DispatchResult {
        let job = Jobs::<T>::get(id).ok_or(Error::<T>::UnknownOrEndedJob)?;
        ensure!(job.consumer == consumer, Error::<T>::NotConsumer);
        ensure!(Self::now() >= job.deadline, Error::<T>::DeadlineNotReached);
        Self::end(id, &job)?;
        Self::deposit_event(Event::JobCancelled {
            job: id,
            consumer,
            refunded: job.max_fee,
        });
        if job.delivered {
            T::OnDelivery::on_refunded(id);
        }
        Ok(())
    }

    /// Ends a job and releases all of its escrow. Nothing is changed when that fails.
    pub(crate) fn end(id: JobId, job: &Job) -> Result<(), DispatchError> {
        Self::give_back(HoldReason::JobEscrow, &job.consumer, job.max_fee)?;
        Jobs::<T>::remove(id);
        Inputs::<T>::remove(id);
        Ok(())
    }

    /// The bytes of an input that travels in the call.
    pub(crate) fn inline_bytes(input: &JobInput) -> u32 {
        match input {
            JobInput::Inline(bytes) => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            JobInput::Stored(_) => 0,
        }
    }

    fn check_input(input: &JobInput) -> DispatchResult {
        if let JobInput::Inline(bytes) = input {
            ensure!(!bytes.is_empty(), Error::<T>::EmptyInput);
            ensure!(
                core::str::from_utf8(bytes).is_ok(),
                Error::<T>::InputNotUtf8
            );
        }
        Ok(())
    }

    /// Lists a job to be refunded at `expiry`, which is never before `now`: [`NextExpiry`] is at
    /// most the block after the present one, so no entry is ever passed by.
    fn schedule_refund(id: JobId, now: BlockNumber, expiry: BlockNumber) -> DispatchResult {
        Expiring::<T>::try_append(expiry, id).map_err(|()| Error::<T>::TooManyJobsThisBlock)?;
        if !NextExpiry::<T>::exists() {
            NextExpiry::<T>::put(now);
        }
        Ok(())
    }

    /// Refunds jobs whose time is up by `now`, block by block, while `limit` lasts. Returns the
    /// weight used.
    pub(crate) fn refund_expired(now: BlockNumber, limit: Weight) -> Weight {
        let mut meter = WeightMeter::with_limit(limit);
        // The first block's weight also pays for reading where to begin.
        if !meter.can_consume(T::WeightInfo::expire_block()) {
            return Weight::zero();
        }
        let Some(first) = NextExpiry::<T>::get() else {
            meter.consume(T::DbWeight::get().reads(1));
            return meter.consumed();
        };
        let mut block = first;
        while block <= now && meter.try_consume(T::WeightInfo::expire_block()).is_ok() {
            if !Self::refund_block(block, &mut meter) {
                break;
            }
            let Some(next) = block.checked_add(1) else {
                break;
            };
            block = next;
        }
        if block != first {
            NextExpiry::<T>::put(block);
        }
        meter.consumed()
    }

    /// Refunds the jobs listed for `block`; false when the weight did not last for all.
    pub(crate) fn refund_block(block: BlockNumber, meter: &mut WeightMeter) -> bool {
        let mut due = Expiring::<T>::take(block);
        while let Some(id) = due.pop() {
            if meter.try_consume(Self::refund_weight()).is_err() {
                // There is room: it was taken out just now.
                let _ = due.try_push(id);
                Expiring::<T>::insert(block, due);
                return false;
            }
            Self::refund(id);
        }
        true
    }

    /// Refunds a job, unless it has ended already.
    fn refund(id: JobId) {
        let Some(job) = Jobs::<T>::get(id) else {
            return;
        };
        match Self::end(id, &job) {
            Ok(()) => {
                Self::deposit_event(Event::JobRefunded {
                    job: id,
                    consumer: job.consumer,
                    refunded: job.max_fee,
                });
                if job.delivered {
                    T::OnDelivery::on_refunded(id);
                }
            }
            Err(error) => Self::deposit_event(Event::JobRefundFailed { job: id, error }),
        }
    }

    /// The most that refunding one job weighs.
    pub(crate) fn refund_weight() -> Weight {
        T::WeightInfo::refund_job().saturating_add(T::OnDelivery::weight())
    }
}
