// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the attribution pallet sees: [`Escrow`].

use crate::{
    types::is_marked, Channels, Config, Error, Event, Jobs, NextChannel, NextJob, Pallet,
    SettledRequests, WeightInfo, Workers,
};
use openledger_primitives::{
    traits::{Escrow, JobTerms, OnDelivery},
    AccountId, Balance, JobId, JobRef, Output, SignedVoucher, H256,
};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get, weights::Weight},
    sp_core::ed25519,
    sp_runtime::{DispatchError, DispatchResult},
};

impl<T: Config> Escrow for Pallet<T> {
    fn receipt_key(worker: &AccountId) -> Option<ed25519::Public> {
        Workers::<T>::get(worker).map(|worker| worker.receipt_key)
    }

    fn terms(
        job: &JobRef,
        voucher: Option<&SignedVoucher>,
        worker: &AccountId,
    ) -> Result<JobTerms, DispatchError> {
        match job {
            JobRef::Escrowed(id) => {
                ensure!(voucher.is_none(), Error::<T>::UnexpectedVoucher);
                let job = Jobs::<T>::get(id).ok_or(Error::<T>::UnknownOrEndedJob)?;
                Ok(JobTerms {
                    consumer: job.consumer,
                    adapter: job.adapter,
                    input_hash: job.input_hash,
                    unit_price: job.unit_price,
                    max_fee: job.max_fee,
                    min_fee: T::MinFee::get(),
                    delivered: job.delivered,
                })
            }
            JobRef::Channel { channel, sequence } => {
                Self::channel_terms(*channel, *sequence, voucher, worker)
            }
        }
    }

    fn settle(
        job: &JobRef,
        voucher: Option<&SignedVoucher>,
        worker: &AccountId,
        fee: Balance,
    ) -> DispatchResult {
        match job {
            JobRef::Escrowed(id) => Self::settle_job(*id, worker, fee),
            JobRef::Channel { channel, sequence } => {
                Self::settle_request(*channel, *sequence, voucher, fee)
            }
        }
    }

    fn deliver(job: &JobRef, receipt: H256, output: &Output) {
        if let JobRef::Escrowed(id) = job {
            T::OnDelivery::on_answered(*id, receipt, output.clone());
        }
    }

    fn is_ended(job: &JobRef) -> bool {
        match job {
            JobRef::Escrowed(id) => *id < NextJob::<T>::get() && !Jobs::<T>::contains_key(id),
            JobRef::Channel { channel, sequence } => {
                *channel < NextChannel::<T>::get()
                    && (!Channels::<T>::contains_key(channel)
                        || is_marked::<T>(&SettledRequests::<T>::get(channel), *sequence))
            }
        }
    }

    fn voucher_weight() -> Weight {
        T::WeightInfo::settle_voucher()
    }

    fn delivery_weight() -> Weight {
        T::OnDelivery::weight()
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_job(
        consumer: &AccountId,
        adapter: openledger_primitives::AdapterId,
        worker: &AccountId,
        key: ed25519::Public,
    ) -> (JobRef, openledger_primitives::H256) {
        crate::benchmarking::open_job::<T>(consumer, adapter, worker, key)
    }
}

impl<T: Config> Pallet<T> {
    /// Ends a job with an answer: all of its escrow goes back to the consumer, from whom the caller
    /// takes `fee`.
    fn settle_job(id: JobId, worker: &AccountId, fee: Balance) -> DispatchResult {
        let job = Jobs::<T>::get(id).ok_or(Error::<T>::UnknownOrEndedJob)?;
        let refunded = job
            .max_fee
            .checked_sub(fee)
            .ok_or(Error::<T>::FeeAboveEscrow)?;
        Self::end(id, &job)?;
        Self::deposit_event(Event::JobSettled {
            job: id,
            worker: worker.clone(),
            fee,
            refunded,
        });
        Ok(())
    }
}
