// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IInference`: asking a model, with the answer handed to the contract that asked.

use alloc::vec::Vec;
use core::marker::PhantomData;
use openledger_primitives::{
    traits::Models, views::JobInput, AccountId, AdapterId, Balance, JobId, JobRef, H256,
};
use polkadot_sdk::*;

use frame_support::traits::{fungible::Mutate, tokens::Preservation, Get};
use pallet_inference::WeightInfo as _;
use pallet_revive::precompiles::{
    alloy::sol_types::{SolCall, SolValue},
    AddressMatcher, Error, Ext, Precompile, H160,
};
use sp_runtime::DispatchResult;

use crate::{
    frame::{self, charge_reads, refuse, revert, to_balance, to_u256},
    logs, Callbacks, Config, Pallet, WeightInfo as _,
};

#[allow(missing_docs)]
pub mod sol {
    //! The interface, as its Solidity file says it.
    use polkadot_sdk::pallet_revive::precompiles::alloy;
    alloy::sol!(
        #![sol(all_derives)]
        "interfaces/IInference.sol"
    );
}

use sol::IInference::{self, IInferenceCalls};

/// The number in its address.
pub const NUMBER: u16 = 0x0803;

/// Where it answers.
pub const ADDRESS: H160 = frame::address(NUMBER);

/// `IInference`.
pub struct Inference<T>(PhantomData<T>);

impl<T> Precompile for Inference<T>
where
    T: Config + pallet_inference::Config,
    <T as frame_system::Config>::RuntimeCall: From<pallet_inference::Call<T>>,
{
    type T = T;
    type Interface = IInferenceCalls;
    const MATCHER: AddressMatcher = frame::matcher(NUMBER);
    const HAS_CONTRACT_INFO: bool = false;

    fn call(
        _: &[u8; 20],
        input: &IInferenceCalls,
        env: &mut impl Ext<T = T>,
    ) -> Result<Vec<u8>, Error> {
        use IInferenceCalls as Calls;
        match input {
            Calls::request(call) => {
                let question = Question {
                    adapter: call.adapter,
                    input: inline(&call.input)?,
                    max_fee: to_balance(&call.maxFee)?,
                    callback_gas: None,
                };
                ask(env, question)
            }
            Calls::requestStored(call) => {
                let question = Question {
                    adapter: call.adapter,
                    input: JobInput::Stored(H256(call.inputHash.0)),
                    max_fee: to_balance(&call.maxFee)?,
                    callback_gas: None,
                };
                ask(env, question)
            }
            Calls::requestWithCallback(call) => {
                let question = Question {
                    adapter: call.adapter,
                    input: inline(&call.input)?,
                    max_fee: to_balance(&call.maxFee)?,
                    callback_gas: Some(call.callbackGas),
                };
                ask(env, question)
            }
            Calls::cancel(call) => {
                let job = JobId(call.jobId);
                frame::dispatch(env, pallet_inference::Call::<T>::cancel { job })?;
                Ok(Vec::new())
            }
            Calls::status(call) => status(env, JobId(call.jobId)),
            Calls::job(call) => job(env, JobId(call.jobId)),
            Calls::receipt(call) => receipt(env, JobId(call.jobId)),
            Calls::unitPrice(call) => {
                let (price, servable) = terms(env, call.adapter)?;
                let answer = IInference::unitPriceReturn {
                    price: to_u256(price),
                    servable,
                };
                Ok(IInference::unitPriceCall::abi_encode_returns(&answer))
            }
            Calls::quote(call) => {
                let (price, _) = terms(env, call.adapter)?;
                let fee = price
                    .saturating_mul(call.units.max(1).into())
                    .max(T::MinFee::get());
                Ok(to_u256(fee).abi_encode())
            }
            Calls::callbackFee(call) => {
                charge_reads(env, 1)?;
                Ok(to_u256(Pallet::<T>::callback_fee(call.gas)).abi_encode())
            }
            Calls::callbackOf(call) => callback_of(env, JobId(call.jobId)),
            Calls::minCallbackGas(_) => {
                charge_reads(env, 1)?;
                Ok(T::MinCallbackGas::get().abi_encode())
            }
            Calls::maxCallbackGas(_) => {
                charge_reads(env, 1)?;
                Ok(T::MaxCallbackGas::get().abi_encode())
            }
        }
    }
}

/// What is asked.
struct Question {
    adapter: u32,
    input: JobInput,
    max_fee: Balance,
    callback_gas: Option<u64>,
}

/// An input that travels in the call.
fn inline(input: &[u8]) -> Result<JobInput, Error> {
    let bytes = input
        .to_vec()
        .try_into()
        .map_err(|_| revert("Inference.InputTooLong"))?;
    Ok(JobInput::Inline(bytes))
}

/// Opens a job of the caller, whose value comes first to what it has.
fn ask<T, E>(env: &mut E, question: Question) -> Result<Vec<u8>, Error>
where
    T: Config + pallet_inference::Config,
    E: Ext<T = T>,
{
    frame::ensure_payable(env)?;
    let bytes = match &question.input {
        JobInput::Inline(bytes) => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        JobInput::Stored(_) => 0,
    };
    let mut weight = <T as pallet_inference::Config>::WeightInfo::request_inference(bytes);
    if question.callback_gas.is_some() {
        weight.saturating_accrue(<T as Config>::WeightInfo::prepay());
    }
    env.charge(weight)?;
    let consumer = frame::caller(env)?;
    if question.callback_gas.is_some() && env.caller_is_origin(false) {
        return Err(revert("Precompiles.CallerIsNoContract"));
    }
    pass_value_on(env, &consumer)?;
    let adapter = AdapterId(question.adapter);
    let job = pallet_inference::Pallet::<T>::request(
        consumer.clone(),
        adapter,
        question.input,
        question.max_fee,
        question.callback_gas.is_some(),
    )
    .map_err(refuse::<T>)?;
    if let Some(gas) = question.callback_gas {
        let prepaid = Pallet::<T>::callback_fee(gas);
        pallet_inference::Pallet::<T>::ensure_spendable(&consumer, prepaid)
            .and_then(|()| Pallet::<T>::prepay(job, consumer.clone(), gas))
            .map_err(refuse::<T>)?;
    }
    let opened = pallet_inference::Jobs::<T>::get(job);
    let event = IInference::InferenceRequested {
        jobId: job.0,
        consumer: frame::to_address::<T>(&consumer),
        adapter: adapter.0,
        unitPrice: to_u256(opened.as_ref().map_or(0, |job| job.unit_price)),
        maxFee: to_u256(question.max_fee),
        deadline: opened.map_or(0, |job| job.deadline),
        callbackGas: question.callback_gas.unwrap_or(0),
    };
    logs::emit(env, &event)?;
    Ok(job.0.abi_encode())
}

/// Moves a value that came with the call to the caller's account, from which everything is paid.
pub(crate) fn pass_value_on<T, E>(env: &mut E, caller: &AccountId) -> Result<(), Error>
where
    T: Config,
    E: Ext<T = T>,
{
    let value = env.value_transferred();
    if value.is_zero() {
        return Ok(());
    }
    env.charge(<T as Config>::WeightInfo::pass_value_on())?;
    let value = Balance::try_from(value).map_err(|_| revert("Arithmetic.Overflow"))?;
    let own = env.account_id().clone();
    move_value::<T>(&own, caller, value).map_err(refuse::<T>)
}

/// Moves a value from the precompile's account to the caller's.
pub(crate) fn move_value<T: Config>(
    own: &AccountId,
    caller: &AccountId,
    value: Balance,
) -> DispatchResult {
    pallet_balances::Pallet::<T>::transfer(own, caller, value, Preservation::Expendable)?;
    Ok(())
}

fn status<T, E>(env: &mut E, id: JobId) -> Result<Vec<u8>, Error>
where
    T: Config + pallet_inference::Config,
    E: Ext<T = T>,
{
    charge_reads(env, 3)?;
    let status = if pallet_inference::Jobs::<T>::contains_key(id) {
        IInference::JobStatus::Open
    } else if pallet_attribution::Receipts::<T>::contains_key(JobRef::Escrowed(id)) {
        IInference::JobStatus::Settled
    } else if id < pallet_inference::NextJob::<T>::get() {
        IInference::JobStatus::Ended
    } else {
        IInference::JobStatus::Unknown
    };
    Ok(status.abi_encode())
}

fn job<T, E>(env: &mut E, id: JobId) -> Result<Vec<u8>, Error>
where
    T: Config + pallet_inference::Config,
    E: Ext<T = T>,
{
    charge_reads(env, 1)?;
    let job = pallet_inference::Jobs::<T>::get(id)
        .ok_or_else(|| revert("Inference.UnknownOrEndedJob"))?;
    let answer = IInference::Job {
        consumer: frame::to_address::<T>(&job.consumer),
        adapter: job.adapter.0,
        inputHash: job.input_hash.0.into(),
        unitPrice: to_u256(job.unit_price),
        maxFee: to_u256(job.max_fee),
        requestedAt: job.requested_at,
        deadline: job.deadline,
        delivered: job.delivered,
    };
    Ok(answer.abi_encode())
}

fn receipt<T, E>(env: &mut E, id: JobId) -> Result<Vec<u8>, Error>
where
    T: Config,
    E: Ext<T = T>,
{
    charge_reads(env, 1)?;
    let receipt = pallet_attribution::Receipts::<T>::get(JobRef::Escrowed(id))
        .ok_or_else(|| revert("Attribution.UnknownReceipt"))?;
    let answer = IInference::Receipt {
        receiptHash: receipt.hash.0.into(),
        consumer: frame::to_address::<T>(&receipt.consumer),
        adapter: receipt.adapter.0,
        worker: frame::to_address::<T>(&receipt.worker),
        inputHash: receipt.input_hash.0.into(),
        outputHash: receipt.output_hash.0.into(),
        units: receipt.units,
        fee: to_u256(receipt.fee),
        settledAt: receipt.settled_at,
    };
    Ok(answer.abi_encode())
}

/// An adapter's price per unit, planck, and whether it takes jobs.
fn terms<T, E>(env: &mut E, adapter: u32) -> Result<(Balance, bool), Error>
where
    T: Config + pallet_inference::Config,
    E: Ext<T = T>,
{
    charge_reads(env, 2)?;
    let terms = <T as pallet_inference::Config>::Models::terms(AdapterId(adapter))
        .ok_or_else(|| revert("Models.UnknownAdapter"))?;
    Ok((terms.unit_price, terms.servable))
}

fn callback_of<T: Config, E: Ext<T = T>>(env: &mut E, id: JobId) -> Result<Vec<u8>, Error> {
    charge_reads(env, 1)?;
    let callback = Callbacks::<T>::get(id);
    let answer = callback.map_or_else(
        || IInference::Callback {
            consumer: Default::default(),
            gas: 0,
            prepaid: Default::default(),
            due: false,
        },
        |callback| IInference::Callback {
            consumer: frame::to_address::<T>(&callback.consumer),
            gas: callback.gas,
            prepaid: to_u256(callback.prepaid),
            due: callback.outcome.is_some(),
        },
    );
    Ok(answer.abi_encode())
}
