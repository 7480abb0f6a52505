// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IModels`: adapters, their lineage and their prices.

pub mod lineage;
mod views;

use alloc::vec::Vec;
use core::marker::PhantomData;
use openledger_primitives::{
    listeners::ModelsListener, views::AdapterMetrics, AccountId, AdapterId, Balance, BaseModelId,
    DatanetId, Ppm, VersionRef, H256,
};
use polkadot_sdk::*;

use frame_support::{weights::Weight, BoundedVec};
use pallet_models::{Artifacts, Call as Pallet, NextAdapterId};
use pallet_revive::precompiles::{
    alloy::sol_types::{SolCall, SolEvent},
    AddressMatcher, Error, Ext, Precompile,
};

use crate::{frame, logs, Config};

pallet_revive::precompiles::alloy::sol!("interfaces/IModels.sol");

/// The number in the precompile's address.
pub const NUMBER: u16 = 0x0802;

/// Models for Solidity.
pub struct Models<T>(PhantomData<T>);

impl<T: Config> Precompile for Models<T> {
    type T = T;
    type Interface = IModels::IModelsCalls;
    const MATCHER: AddressMatcher = frame::matcher(NUMBER);
    const HAS_CONTRACT_INFO: bool = false;

    fn call(
        _: &[u8; 20],
        input: &Self::Interface,
        env: &mut impl Ext<T = T>,
    ) -> Result<Vec<u8>, Error> {
        use IModels::IModelsCalls as Call;
        match input {
            Call::registerAdapter(call) => register::<T, _>(call, env),
            Call::setPrice(call) => {
                let price = Pallet::<T>::set_price {
                    adapter: AdapterId(call.adapterId),
                    unit_price: frame::to_balance(&call.unitPrice)?,
                };
                frame::dispatch(env, price)?;
                Ok(Vec::new())
            }
            Call::publish(call) => {
                let adapter = AdapterId(call.adapterId);
                frame::dispatch(env, Pallet::<T>::publish { adapter })?;
                Ok(Vec::new())
            }
            Call::deprecate(call) => {
                let adapter = AdapterId(call.adapterId);
                frame::dispatch(env, Pallet::<T>::deprecate { adapter })?;
                Ok(Vec::new())
            }
            Call::adapterCount(_) => {
                frame::charge_reads::<T, _>(env, 1)?;
                let count = NextAdapterId::<T>::get().0;
                Ok(IModels::adapterCountCall::abi_encode_returns(&count))
            }
            Call::adapter(call) => views::adapter::<T, _>(call, env),
            Call::adapterByArtifact(call) => views::adapter_by_artifact::<T, _>(call, env),
            Call::baseModel(call) => views::base_model::<T, _>(call, env),
            Call::priceOf(call) => views::price_of::<T, _>(call, env),
            Call::lineageSize(call) => {
                let lineage = lineage::of::<T, _>(call.adapterId, env)?;
                Ok(IModels::lineageSizeCall::abi_encode_returns(
                    &lineage.size(),
                ))
            }
            Call::lineage(call) => views::lineage::<T, _>(call, env),
            Call::contributorOf(call) => views::contributor_of::<T, _>(call, env),
        }
    }
}

fn register<T: Config, E: Ext<T = T>>(
    call: &IModels::registerAdapterCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    // The id that the pallet gives out next.
    let adapter = NextAdapterId::<T>::get();
    let name = BoundedVec::try_from(call.name.as_bytes().to_vec())
        .map_err(|_| frame::revert("Models.InvalidName"))?;
    let version = |version: &IModels::VersionRef| VersionRef {
        datanet: DatanetId(version.datanet),
        number: version.number,
    };
    let versions = BoundedVec::try_from(call.versions.iter().map(version).collect::<Vec<_>>())
        .map_err(|_| frame::revert("Models.TooManyVersions"))?;
    let register = Pallet::<T>::register_adapter {
        base_model: BaseModelId(call.baseModelId),
        name,
        versions,
        artifacts: Artifacts {
            artifact: H256(call.artifacts.artifact.0),
            manifest: H256(call.artifacts.manifest.0),
            influence_index: H256(call.artifacts.influenceIndex.0),
        },
        unit_price: frame::to_balance(&call.unitPrice)?,
        metrics: AdapterMetrics {
            accuracy: Ppm(call.metrics.accuracy),
            baseline_accuracy: Ppm(call.metrics.baselineAccuracy),
            held_out_rows: call.metrics.heldOutRows,
        },
    };
    frame::dispatch(env, register)?;
    Ok(IModels::registerAdapterCall::abi_encode_returns(&adapter.0))
}

/// Shows what happens to adapters as logs of `IModels`.
pub struct Listener<T>(PhantomData<T>);

impl<T: Config> Listener<T> {
    fn log(event: impl SolEvent) {
        logs::deposit::<T>(frame::address(NUMBER), &event);
    }
}

impl<T: Config> ModelsListener for Listener<T> {
    fn registered(
        adapter: AdapterId,
        developer: &AccountId,
        base_model: BaseModelId,
        artifact: H256,
        unit_price: Balance,
    ) {
        Self::log(IModels::AdapterRegistered {
            adapter: adapter.0,
            developer: frame::to_address::<T>(developer),
            baseModel: base_model.0,
            artifact: artifact.0.into(),
            unitPrice: frame::to_u256(unit_price),
        });
    }

    fn price_set(adapter: AdapterId, unit_price: Balance, previous: Balance) {
        Self::log(IModels::PriceSet {
            adapter: adapter.0,
            unitPrice: frame::to_u256(unit_price),
            previous: frame::to_u256(previous),
        });
    }

    fn published(adapter: AdapterId) {
        Self::log(IModels::AdapterPublished { adapter: adapter.0 });
    }

    fn deprecated(adapter: AdapterId) {
        Self::log(IModels::AdapterDeprecated { adapter: adapter.0 });
    }

    fn weight() -> Weight {
        // The longest data has two words.
        logs::weight::<T>(64)
    }
}
