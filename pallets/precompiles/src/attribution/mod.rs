// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IAttribution`: who influenced an answer, and what they earned by it.

mod views;

use alloc::vec::Vec;
use core::marker::PhantomData;
use openledger_primitives::{
    listeners::{AttributionListener, Settled},
    traits::Escrow,
    AccountId, Balance, ChannelId, JobId, JobRef,
};
use polkadot_sdk::*;

use frame_support::weights::Weight;
use pallet_attribution::{Call as Pallet, Credits, FeeSplitStore};
use pallet_revive::precompiles::{
    alloy::sol_types::{SolCall, SolEvent},
    AddressMatcher, Error, Ext, Precompile,
};

use crate::{frame, logs, Config};

pub use abi::IAttribution;

/// What the macro makes of the interface: an event becomes a function of all its values.
#[allow(clippy::too_many_arguments)]
mod abi {
    polkadot_sdk::pallet_revive::precompiles::alloy::sol!("interfaces/IAttribution.sol");
}

/// The number in the precompile's address.
pub const NUMBER: u16 = 0x0804;

/// Attribution for Solidity.
pub struct Attribution<T>(PhantomData<T>);

impl<T: Config> Precompile for Attribution<T> {
    type T = T;
    type Interface = IAttribution::IAttributionCalls;
    const MATCHER: AddressMatcher = frame::matcher(NUMBER);
    const HAS_CONTRACT_INFO: bool = false;

    fn call(
        _: &[u8; 20],
        input: &Self::Interface,
        env: &mut impl Ext<T = T>,
    ) -> Result<Vec<u8>, Error> {
        use IAttribution::IAttributionCalls as Call;
        match input {
            Call::claim(_) => {
                let account = frame::caller(env)?;
                let amount = claim::<T, _>(&account, Pallet::<T>::claim {}, env)?;
                Ok(IAttribution::claimCall::abi_encode_returns(
                    &frame::to_u256(amount),
                ))
            }
            Call::claimFor(call) => {
                frame::charge_reads::<T, _>(env, 1)?;
                let account = frame::to_account::<T>(&call.account);
                let claim_for = Pallet::<T>::claim_for {
                    account: account.clone(),
                };
                let amount = claim::<T, _>(&account, claim_for, env)?;
                Ok(IAttribution::claimForCall::abi_encode_returns(
                    &frame::to_u256(amount),
                ))
            }
            Call::creditsOf(call) => {
                frame::charge_reads::<T, _>(env, 2)?;
                let credits = Credits::<T>::get(frame::to_account::<T>(&call.account));
                Ok(IAttribution::creditsOfCall::abi_encode_returns(
                    &frame::to_u256(credits),
                ))
            }
            Call::creditsOfAccount(call) => {
                frame::charge_reads::<T, _>(env, 1)?;
                let credits = Credits::<T>::get(AccountId::new(call.account.0));
                Ok(IAttribution::creditsOfAccountCall::abi_encode_returns(
                    &frame::to_u256(credits),
                ))
            }
            Call::hasEnded(call) => {
                // The job, and the next job's id.
                frame::charge_reads::<T, _>(env, 2)?;
                let job = JobRef::Escrowed(JobId(call.job));
                let ended = <T as pallet_attribution::Config>::Escrow::is_ended(&job);
                Ok(IAttribution::hasEndedCall::abi_encode_returns(&ended))
            }
            Call::receipt(call) => {
                let receipt = views::receipt::<T, _>(escrowed(call.job), env)?;
                Ok(IAttribution::receiptCall::abi_encode_returns(&receipt))
            }
            Call::channelReceipt(call) => {
                let job = channel_request(call.channel, call.sequence);
                let receipt = views::receipt::<T, _>(job, env)?;
                Ok(IAttribution::channelReceiptCall::abi_encode_returns(
                    &receipt,
                ))
            }
            Call::influenceOfJob(call) => {
                let influence = views::influence::<T, _>(escrowed(call.job), env)?;
                Ok(IAttribution::influenceOfJobCall::abi_encode_returns(
                    &influence,
                ))
            }
            Call::influenceOfChannelRequest(call) => {
                let job = channel_request(call.channel, call.sequence);
                let influence = views::influence::<T, _>(job, env)?;
                Ok(IAttribution::influenceOfChannelRequestCall::abi_encode_returns(&influence))
            }
            Call::influenceOfModel(call) => views::influence_of_model::<T, _>(call, env),
            Call::influenceOf(call) => views::influence_of::<T, _>(call, env),
            Call::totalsOf(call) => views::totals_of::<T, _>(call, env),
            Call::feeSplit(_) => {
                frame::charge_reads::<T, _>(env, 1)?;
                let split = FeeSplitStore::<T>::get();
                let view = IAttribution::FeeSplit {
                    contributors: split.contributors.0,
                    developer: split.developer.0,
                    worker: split.worker.0,
                    stakers: split.stakers.0,
                    treasury: split.treasury.0,
                };
                Ok(IAttribution::feeSplitCall::abi_encode_returns(&view))
            }
        }
    }
}

fn escrowed(job: u64) -> JobRef {
    JobRef::Escrowed(JobId(job))
}

fn channel_request(channel: u64, sequence: u32) -> JobRef {
    JobRef::Channel {
        channel: ChannelId(channel),
        sequence,
    }
}

/// Runs a claim for `account` and gives what was paid.
fn claim<T: Config, E: Ext<T = T>>(
    account: &AccountId,
    call: Pallet<T>,
    env: &mut E,
) -> Result<Balance, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    // A claim pays all credits.
    let amount = Credits::<T>::get(account);
    frame::dispatch(env, call)?;
    Ok(amount)
}

/// Shows settlements and claims as logs of `IAttribution`.
pub struct Listener<T>(PhantomData<T>);

impl<T: Config> Listener<T> {
    fn log(event: impl SolEvent) {
        logs::deposit::<T>(frame::address(NUMBER), &event);
    }
}

impl<T: Config> AttributionListener for Listener<T> {
    fn settled(settled: &Settled<'_>) {
        let receipt = settled.receipt;
        let consumer = frame::to_address::<T>(settled.consumer);
        let worker = frame::to_address::<T>(&receipt.worker);
        let fee = frame::to_u256(settled.fee);
        let (hash, output) = (settled.hash.0.into(), receipt.output_hash.0.into());
        match receipt.job {
            JobRef::Escrowed(job) => Self::log(IAttribution::ReceiptSettled {
                job: job.0,
                consumer,
                adapter: receipt.adapter.0,
                worker,
                fee,
                units: receipt.units,
                receiptHash: hash,
                outputHash: output,
            }),
            JobRef::Channel { channel, sequence } => {
                Self::log(IAttribution::ChannelReceiptSettled {
                    channel: channel.0,
                    consumer,
                    adapter: receipt.adapter.0,
                    sequence,
                    worker,
                    fee,
                    units: receipt.units,
                    receiptHash: hash,
                    outputHash: output,
                });
            }
        }
        let (contributions, amounts) = settled
            .contributions
            .iter()
            .map(|(contribution, amount)| (contribution.0, frame::to_u256(*amount)))
            .unzip();
        Self::log(IAttribution::InfluencePaid {
            receiptHash: hash,
            contributions,
            amounts,
        });
    }

    fn claimed(account: &AccountId, amount: Balance) {
        Self::log(IAttribution::Claimed {
            account: frame::to_address::<T>(account),
            amount: frame::to_u256(amount),
        });
    }

    fn settled_weight(entries: u32) -> Weight {
        // Six words; then two arrays with their places and lengths.
        let arrays = entries.saturating_mul(64).saturating_add(128);
        logs::weight::<T>(192).saturating_add(logs::weight::<T>(arrays))
    }

    fn claimed_weight() -> Weight {
        logs::weight::<T>(32)
    }
}
