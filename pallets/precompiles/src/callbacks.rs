// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Answers handed to the contracts that asked.
//!
//! # How the money moves
//!
//! - `IInference.requestWithCallback` puts gas × the price of gas on hold in the contract's account
//!   ([`HoldReason::Callback`]).
//! - When the job ends, the callback is queued; settlement, cancellation and refund do no more.
//! - `on_idle` makes it: the prepayment moves to the precompile's account, which calls the contract.
//!   Storage deposits come out of it as the EVM pallet takes them; what the computation costs goes
//!   where transaction fees go; the rest returns to the contract, in the same block. Between blocks
//!   the precompile's account has nothing of it.
//! - A call that fails is rolled back and costs what it computed. A contract that cannot take the
//!   rest back, because it is gone, leaves it to the fees.

use alloc::vec::Vec;
use codec::{Decode, Encode, MaxEncodedLen};
use openledger_primitives::{traits::OnDelivery, AccountId, Balance, JobId, Output, H256};
use polkadot_sdk::*;

use frame_support::{
    dispatch::RawOrigin,
    ensure,
    storage::{with_storage_layer, with_transaction},
    traits::{
        fungible::{Balanced, Inspect, InspectHold, Mutate, MutateHold},
        tokens::{Fortitude, Precision, Preservation, Restriction},
        Get, OnUnbalanced,
    },
    weights::{Weight, WeightMeter},
};
use pallet_revive::{
    evm::fees::InfoT,
    precompiles::{alloy::sol_types::SolCall, AddressMapper},
    EthTxInfo, ExecConfig, TransactionLimits,
};
use scale_info::TypeInfo;
use sp_runtime::{DispatchResult, TransactionOutcome};

use crate::{
    frame, inference,
    inference::sol::{IInference, IInferenceConsumer},
    logs, CallbackQueue, CallbackQueueEnds, Callbacks, Config, Error, HoldReason, Pallet,
    WeightInfo,
};

/// The most bytes of a revert that the log of a callback repeats.
const MAX_REASON: usize = 256;

/// OPEN.
type Open<T> = pallet_balances::Pallet<T>;

/// A callback that is paid for and not made yet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Callback {
    /// The contract to be called.
    pub consumer: AccountId,
    /// The gas that it was given.
    pub gas: u64,
    /// What is on hold for it, planck.
    pub prepaid: Balance,
    /// How its job ended; `None` while it is open.
    pub outcome: Option<Outcome>,
}

/// How a job with a callback ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Outcome {
    /// With an answer.
    #[codec(index = 0)]
    Answered {
        /// The hash of the receipt.
        receipt: H256,
        /// The answer.
        output: Output,
    },
    /// Without one.
    #[codec(index = 1)]
    Refunded,
}

impl<T: Config> OnDelivery for Pallet<T> {
    fn on_answered(job: JobId, receipt: H256, output: Output) {
        let bytes = output.to_vec();
        let Some(consumer) = Self::fall_due(job, Outcome::Answered { receipt, output }) else {
            return;
        };
        let event = IInference::InferenceAnswered {
            jobId: job.0,
            consumer: frame::to_address::<T>(&consumer),
            receiptHash: receipt.0.into(),
            output: bytes.into(),
        };
        logs::deposit::<T>(inference::ADDRESS, &event);
    }

    fn on_refunded(job: JobId) {
        let Some(consumer) = Self::fall_due(job, Outcome::Refunded) else {
            return;
        };
        let event = IInference::InferenceRefunded {
            jobId: job.0,
            consumer: frame::to_address::<T>(&consumer),
        };
        logs::deposit::<T>(inference::ADDRESS, &event);
    }

    fn committed(who: &AccountId) -> Balance {
        Open::<T>::balance_on_hold(&HoldReason::Callback.into(), who)
    }

    /// Queueing the callback, and a log with the longest answer.
    fn weight() -> Weight {
        <T as Config>::WeightInfo::fall_due()
    }
}

impl<T: Config> Pallet<T> {
    /// The precompile's account, which calls contracts back.
    pub fn callback_account() -> AccountId {
        T::AddressMapper::to_fallback_account_id(&inference::ADDRESS)
    }

    /// What a unit of gas costs now, planck: a wei is a planck.
    pub fn gas_price() -> Balance {
        pallet_revive::Pallet::<T>::evm_base_fee()
            .try_into()
            .unwrap_or(Balance::MAX)
    }

    /// What a callback with `gas` has to prepay now, planck.
    pub fn callback_fee(gas: u64) -> Balance {
        Balance::from(gas).saturating_mul(Self::gas_price())
    }

    /// Puts the prepayment of a callback of `job` on hold. What can be set aside, the caller has
    /// checked.
    ///
    /// # Errors
    /// [`Error::CallbackGasOutOfBounds`], [`Error::TooManyCallbacks`], and those of the hold. To be
    /// called in a storage layer.
    pub(crate) fn prepay(job: JobId, consumer: AccountId, gas: u64) -> DispatchResult {
        ensure!(
            (T::MinCallbackGas::get()..=T::MaxCallbackGas::get()).contains(&gas),
            Error::<T>::CallbackGasOutOfBounds
        );
        ensure!(
            Callbacks::<T>::count() < T::MaxCallbacks::get(),
            Error::<T>::TooManyCallbacks
        );
        let prepaid = Self::callback_fee(gas);
        Open::<T>::hold(&HoldReason::Callback.into(), &consumer, prepaid)?;
        let callback = Callback {
            consumer,
            gas,
            prepaid,
            outcome: None,
        };
        Callbacks::<T>::insert(job, callback);
        Ok(())
    }

    /// Queues the callback of a job that has ended; tells whose it is. `None` when the job has none.
    fn fall_due(job: JobId, outcome: Outcome) -> Option<AccountId> {
        let mut callback = Callbacks::<T>::get(job)?;
        let consumer = callback.consumer.clone();
        callback.outcome = Some(outcome);
        Callbacks::<T>::insert(job, callback);
        CallbackQueueEnds::<T>::mutate(|(_, next)| {
            CallbackQueue::<T>::insert(*next, job);
            *next = next.saturating_add(1);
        });
        Some(consumer)
    }

    /// Takes the next job out of the queue. A callback can queue others, so the queue is consistent
    /// before any is made.
    fn take_due() -> Option<JobId> {
        let (first, next) = CallbackQueueEnds::<T>::get();
        if first >= next {
            return None;
        }
        CallbackQueueEnds::<T>::put((first.saturating_add(1), next));
        CallbackQueue::<T>::take(first)
    }

    /// Makes the callbacks that are due, as far as `limit` goes, the oldest first. Returns the
    /// weight used.
    pub(crate) fn make_callbacks(limit: Weight) -> Weight {
        let mut meter = WeightMeter::with_limit(limit);
        if meter.try_consume(T::DbWeight::get().reads(1)).is_err() {
            return Weight::zero();
        }
        let most = Self::handling_weight().saturating_add(T::MaxCallbackWeight::get());
        for _ in 0..T::MaxCallbacksPerBlock::get() {
            if !meter.can_consume(most) {
                break;
            }
            let Some(job) = Self::take_due() else {
                break;
            };
            meter.consume(Self::handling_weight().saturating_add(Self::make(job)));
        }
        meter.consumed()
    }

    /// What a callback weighs beside the call itself: queue, callback, the payments (at most seven
    /// changes of accounts and holds), and its log.
    pub(crate) fn handling_weight() -> Weight {
        <T as Config>::WeightInfo::make_callback()
    }

    /// Makes the callback of a job that has ended; returns what the call weighed.
    fn make(job: JobId) -> Weight {
        let Some(callback) = Callbacks::<T>::take(job) else {
            return Weight::zero();
        };
        let input = match callback.outcome {
            Some(Outcome::Answered { receipt, output }) => IInferenceConsumer::onInferenceCall {
                jobId: job.0,
                output: output.into_inner().into(),
                receiptHash: receipt.0.into(),
            }
            .abi_encode(),
            Some(Outcome::Refunded) => {
                IInferenceConsumer::onInferenceRefundedCall { jobId: job.0 }.abi_encode()
            }
            None => return Weight::zero(),
        };
        let consumer = callback.consumer;
        let account = Self::callback_account();
        let before = Open::<T>::balance(&account);
        let funded = with_storage_layer(|| {
            Open::<T>::transfer_on_hold(
                &HoldReason::Callback.into(),
                &consumer,
                &account,
                callback.prepaid,
                Precision::Exact,
                Restriction::Free,
                Fortitude::Force,
            )
        });
        let call = match funded {
            Ok(_) => Self::call(&account, &consumer, callback.gas, callback.prepaid, input),
            Err(error) => {
                // What is still there is the contract's.
                let _ = Open::<T>::release(
                    &HoldReason::Callback.into(),
                    &consumer,
                    callback.prepaid,
                    Precision::BestEffort,
                );
                Call::failed(frame::describe::<T>(error).into_bytes())
            }
        };
        let returned = Self::clear(&account, &consumer, before, &call.weight);
        let event = IInference::CallbackMade {
            jobId: job.0,
            consumer: frame::to_address::<T>(&consumer),
            success: call.reason.is_none(),
            paid: frame::to_u256(callback.prepaid.saturating_sub(returned)),
            returned: frame::to_u256(returned),
            reason: call.reason.unwrap_or_default().into(),
        };
        logs::deposit::<T>(inference::ADDRESS, &event);
        call.weight
    }

    /// Calls the contract with what its prepayment buys of gas now. Nothing of a call that fails
    /// stays.
    fn call(
        account: &AccountId,
        consumer: &AccountId,
        gas: u64,
        prepaid: Balance,
        input: Vec<u8>,
    ) -> Call {
        let affordable = prepaid.checked_div(Self::gas_price()).unwrap_or(0);
        let limits = TransactionLimits::EthereumGas {
            eth_gas_limit: affordable.min(gas.into()),
            weight_limit: T::MaxCallbackWeight::get(),
            eth_tx_info: EthTxInfo::new(0, Weight::zero()),
        };
        with_transaction(|| {
            let result = pallet_revive::Pallet::<T>::bare_call(
                RawOrigin::Signed(account.clone()).into(),
                T::AddressMapper::to_address(consumer),
                Default::default(),
                limits,
                input,
                &ExecConfig::new_substrate_tx_without_bump(),
            );
            let reason = match result.result {
                Ok(output) if output.did_revert() => Some(output.data),
                Ok(_) => None,
                Err(error) => Some(frame::describe::<T>(error).into_bytes()),
            };
            let call = Call::new(result.weight_consumed, reason);
            // A call that went through can still be more than its deposits can be paid for, so
            // the EVM pallet's own transaction is not enough.
            match call.reason {
                None => TransactionOutcome::Commit(Ok::<_, sp_runtime::DispatchError>(call)),
                Some(_) => TransactionOutcome::Rollback(Ok(call)),
            }
        })
        .unwrap_or_else(|error| Call::failed(frame::describe::<T>(error).into_bytes()))
    }

    /// Pays for a call out of what the precompile's account has above `before`, and gives the rest
    /// back to the contract. Returns how much that was.
    fn clear(
        account: &AccountId,
        consumer: &AccountId,
        before: Balance,
        weight: &Weight,
    ) -> Balance {
        let left = |now: Balance| now.saturating_sub(before);
        let fee = T::FeeInfo::tx_fee_from_weight(0, weight);
        let rest = left(Open::<T>::balance(account)).saturating_sub(fee);
        let returned = with_storage_layer(|| {
            Open::<T>::transfer(account, consumer, rest, Preservation::Expendable)
        })
        .unwrap_or(0);
        let credit = Open::<T>::withdraw(
            account,
            left(Open::<T>::balance(account)),
            Precision::BestEffort,
            Preservation::Expendable,
            Fortitude::Polite,
        );
        if let Ok(credit) = credit {
            T::CallbackFees::on_unbalanced(credit);
        }
        returned
    }
}

/// What became of a call.
struct Call {
    /// What it weighed.
    weight: Weight,
    /// Why it failed, if it did.
    reason: Option<Vec<u8>>,
}

impl Call {
    fn new(weight: Weight, mut reason: Option<Vec<u8>>) -> Self {
        if let Some(reason) = reason.as_mut() {
            reason.truncate(MAX_REASON);
        }
        Self { weight, reason }
    }

    /// One that was not even begun.
    fn failed(reason: Vec<u8>) -> Self {
        Self::new(Weight::zero(), Some(reason))
    }
}
