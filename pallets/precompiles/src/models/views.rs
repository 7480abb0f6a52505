// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Adapters, base models and lineages as they stand.

use alloc::{string::String, vec::Vec};
use openledger_primitives::{
    traits::Models as _, views::AdapterStatus, AdapterId, BaseModelId, ContributionId, H256,
};
use polkadot_sdk::*;

use pallet_models::{
    AdapterByArtifact, AdapterOf, Adapters, BaseModels, Error as PalletError, Pallet,
};
use pallet_revive::precompiles::{alloy::sol_types::SolCall, Error, Ext};

use super::{lineage, IModels};
use crate::{frame, Config};

fn known<T: Config>(adapter: AdapterId) -> Result<AdapterOf<T>, Error> {
    Adapters::<T>::get(adapter).ok_or_else(unknown::<T>)
}

fn unknown<T: Config>() -> Error {
    frame::refuse::<T>(PalletError::<T>::UnknownAdapter.into())
}

pub(super) fn adapter<T: Config, E: Ext<T = T>>(
    call: &IModels::adapterCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    // The adapter, and its base model, which decides whether it is served.
    frame::charge_reads::<T, _>(env, 2)?;
    let record = known::<T>(AdapterId(call.id))?;
    let listed = BaseModels::<T>::get(record.base_model).is_some_and(|model| model.listed);
    let view = IModels::Adapter {
        developer: frame::to_address::<T>(&record.developer),
        developerAccount: frame::to_bytes32(&record.developer),
        baseModel: record.base_model.0,
        name: text(&record.name),
        versions: record
            .versions
            .iter()
            .map(|entry| IModels::VersionRef {
                datanet: entry.version.datanet.0,
                number: entry.version.number,
            })
            .collect(),
        artifacts: IModels::Artifacts {
            artifact: record.artifacts.artifact.0.into(),
            manifest: record.artifacts.manifest.0.into(),
            influenceIndex: record.artifacts.influence_index.0.into(),
        },
        unitPrice: frame::to_u256(record.unit_price),
        metrics: IModels::Metrics {
            accuracy: record.metrics.accuracy.0,
            baselineAccuracy: record.metrics.baseline_accuracy.0,
            heldOutRows: record.metrics.held_out_rows,
        },
        status: match record.status {
            AdapterStatus::Draft => IModels::Status::Draft,
            AdapterStatus::Published => IModels::Status::Published,
            AdapterStatus::Deprecated => IModels::Status::Deprecated,
        },
        servable: listed && record.status == AdapterStatus::Published,
        registeredAt: record.registered_at,
    };
    Ok(IModels::adapterCall::abi_encode_returns(&view))
}

pub(super) fn adapter_by_artifact<T: Config, E: Ext<T = T>>(
    call: &IModels::adapterByArtifactCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let artifact = H256(call.artifact.0);
    let adapter = AdapterByArtifact::<T>::get(artifact).ok_or_else(unknown::<T>)?;
    Ok(IModels::adapterByArtifactCall::abi_encode_returns(
        &adapter.0,
    ))
}

pub(super) fn base_model<T: Config, E: Ext<T = T>>(
    call: &IModels::baseModelCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let record = BaseModels::<T>::get(BaseModelId(call.id))
        .ok_or_else(|| frame::refuse::<T>(PalletError::<T>::UnknownBaseModel.into()))?;
    let view = IModels::BaseModel {
        hash: record.hash.0.into(),
        name: text(&record.name),
        hiddenSize: record.hidden_size,
        layers: record.layers,
        licence: text(&record.licence),
        listed: record.listed,
    };
    Ok(IModels::baseModelCall::abi_encode_returns(&view))
}

pub(super) fn price_of<T: Config, E: Ext<T = T>>(
    call: &IModels::priceOfCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 2)?;
    let terms = Pallet::<T>::terms(AdapterId(call.adapterId)).ok_or_else(unknown::<T>)?;
    let answer = IModels::priceOfReturn {
        unitPrice: frame::to_u256(terms.unit_price),
        servable: terms.servable,
    };
    Ok(IModels::priceOfCall::abi_encode_returns(&answer))
}

pub(super) fn lineage<T: Config, E: Ext<T = T>>(
    call: &IModels::lineageCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    let page = lineage::page::<T, _>(call.adapterId, call.start, call.count, 0, env)?;
    let entries: Vec<_> = page
        .into_iter()
        .map(|(datanet, leaf)| IModels::LineageEntry {
            contribution: leaf.contribution.0,
            datanet: datanet.0,
            contributor: frame::to_address::<T>(&leaf.contributor),
            contributorAccount: frame::to_bytes32(&leaf.contributor),
            rows: leaf.rows,
        })
        .collect();
    Ok(IModels::lineageCall::abi_encode_returns(&entries))
}

pub(super) fn contributor_of<T: Config, E: Ext<T = T>>(
    call: &IModels::contributorOfCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 2)?;
    let contribution = ContributionId(call.contributionId);
    let found = Pallet::<T>::contributor_in_lineage(AdapterId(call.adapterId), contribution);
    let answer = IModels::contributorOfReturn {
        found: found.is_some(),
        contributor: found
            .as_ref()
            .map(frame::to_address::<T>)
            .unwrap_or_default(),
        contributorAccount: found.as_ref().map(frame::to_bytes32).unwrap_or_default(),
    };
    Ok(IModels::contributorOfCall::abi_encode_returns(&answer))
}

/// Bytes that the pallet keeps as UTF-8.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
