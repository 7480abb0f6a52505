// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Receipts and influence as they stand.

use alloc::vec::Vec;
use openledger_primitives::{views::InfluenceTotals, AdapterId, ContributionId, JobRef};
use polkadot_sdk::*;

use pallet_attribution::{AdapterInfluence, ContributionTotals, Receipts, Settlement};
use pallet_datanets::Contributions;
use pallet_revive::precompiles::{
    alloy::{primitives::U256, sol_types::SolCall},
    Error, Ext,
};

use super::IAttribution;
use crate::{frame, models::lineage, Config};

/// A settled receipt that is still there; charged.
fn known<T: Config, E: Ext<T = T>>(job: JobRef, env: &mut E) -> Result<Settlement, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    Receipts::<T>::get(job).ok_or_else(|| frame::revert("Attribution.UnknownReceipt"))
}

pub(super) fn receipt<T: Config, E: Ext<T = T>>(
    job: JobRef,
    env: &mut E,
) -> Result<IAttribution::Receipt, Error> {
    let settlement = known::<T, _>(job, env)?;
    Ok(IAttribution::Receipt {
        hash: settlement.hash.0.into(),
        consumer: frame::to_address::<T>(&settlement.consumer),
        adapter: settlement.adapter.0,
        worker: frame::to_address::<T>(&settlement.worker),
        inputHash: settlement.input_hash.0.into(),
        outputHash: settlement.output_hash.0.into(),
        units: settlement.units,
        fee: frame::to_u256(settlement.fee),
        evidence: settlement.evidence.0.into(),
        settledAt: settlement.settled_at,
    })
}

pub(super) fn influence<T: Config, E: Ext<T = T>>(
    job: JobRef,
    env: &mut E,
) -> Result<Vec<IAttribution::Influence>, Error> {
    let settlement = known::<T, _>(job, env)?;
    let entries = u64::try_from(settlement.influence.len()).unwrap_or(u64::MAX);
    frame::charge_reads::<T, _>(env, entries)?;
    // Accepted contributions stay, and only such ones are in a settled vector.
    Ok(settlement
        .influence
        .iter()
        .filter_map(|entry| {
            let contributor = Contributions::<T>::get(entry.contribution)?.contributor;
            Some(IAttribution::Influence {
                contribution: entry.contribution.0,
                contributor: frame::to_address::<T>(&contributor),
                contributorAccount: frame::to_bytes32(&contributor),
                share: entry.share.0,
            })
        })
        .collect())
}

pub(super) fn influence_of_model<T: Config, E: Ext<T = T>>(
    call: &IAttribution::influenceOfModelCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    let page = lineage::page::<T, _>(call.adapterId, call.start, call.count, 1, env)?;
    let adapter = AdapterId(call.adapterId);
    let entries: Vec<_> = page
        .into_iter()
        .map(|(_, leaf)| IAttribution::ModelInfluence {
            contribution: leaf.contribution.0,
            contributor: frame::to_address::<T>(&leaf.contributor),
            contributorAccount: frame::to_bytes32(&leaf.contributor),
            totals: totals(AdapterInfluence::<T>::get(adapter, leaf.contribution)),
        })
        .collect();
    Ok(IAttribution::influenceOfModelCall::abi_encode_returns(
        &entries,
    ))
}

pub(super) fn influence_of<T: Config, E: Ext<T = T>>(
    call: &IAttribution::influenceOfCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let contribution = ContributionId(call.contributionId);
    let record = AdapterInfluence::<T>::get(AdapterId(call.adapterId), contribution);
    Ok(IAttribution::influenceOfCall::abi_encode_returns(&totals(
        record,
    )))
}

pub(super) fn totals_of<T: Config, E: Ext<T = T>>(
    call: &IAttribution::totalsOfCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let record = ContributionTotals::<T>::get(ContributionId(call.contributionId));
    Ok(IAttribution::totalsOfCall::abi_encode_returns(&totals(
        record,
    )))
}

fn totals(totals: InfluenceTotals) -> IAttribution::Totals {
    IAttribution::Totals {
        receipts: totals.receipts,
        share: U256::from(totals.influence_ppm),
        earned: frame::to_u256(totals.earned),
    }
}
