// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Datanets, contributions and versions as they stand.

use alloc::{string::String, vec::Vec};
use openledger_primitives::{views::ContributionStatus, ContributionId, DatanetId};
use polkadot_sdk::*;

use pallet_datanets::{Accepted, Contributions, Error as PalletError, Version, Versions};
use pallet_revive::precompiles::{alloy::sol_types::SolCall, Error, Ext};

use super::IDatanets;
use crate::{frame, Config};

/// A Datanet that there is.
pub(super) fn known<T: Config>(datanet: DatanetId) -> Result<pallet_datanets::Datanet, Error> {
    pallet_datanets::Datanets::<T>::get(datanet)
        .ok_or_else(|| frame::refuse::<T>(PalletError::<T>::UnknownDatanet.into()))
}

/// A contribution whose record is there.
pub(super) fn known_contribution<T: Config>(
    contribution: u64,
) -> Result<pallet_datanets::Contribution, Error> {
    Contributions::<T>::get(ContributionId(contribution))
        .ok_or_else(|| frame::refuse::<T>(PalletError::<T>::UnknownContribution.into()))
}

/// A version that was published.
pub(super) fn known_version<T: Config>(datanet: u32, number: u32) -> Result<Version, Error> {
    Versions::<T>::get(DatanetId(datanet), number)
        .ok_or_else(|| frame::revert("Datanets.UnknownVersion"))
}

pub(super) fn datanet<T: Config, E: Ext<T = T>>(
    call: &IDatanets::datanetCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let record = known::<T>(DatanetId(call.id))?;
    let view = IDatanets::Datanet {
        owner: frame::to_address::<T>(&record.owner),
        ownerAccount: frame::to_bytes32(&record.owner),
        name: text(&record.name),
        policy: IDatanets::Policy {
            open: record.policy.open,
            minRows: record.policy.min_rows,
            maxRows: record.policy.max_rows,
            maxBytes: record.policy.max_bytes,
            similarity: record.policy.similarity.0,
        },
        pending: record.pending,
        accepted: record.accepted,
        acceptedRows: record.accepted_rows,
        rejected: record.rejected,
        versions: record.versions,
        createdAt: record.created_at,
    };
    Ok(IDatanets::datanetCall::abi_encode_returns(&view))
}

pub(super) fn contribution<T: Config, E: Ext<T = T>>(
    call: &IDatanets::contributionCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let record = known_contribution::<T>(call.id)?;
    let (status, index, first_row) = match record.status {
        ContributionStatus::Pending => (IDatanets::Status::Pending, 0, 0),
        ContributionStatus::Accepted { index, first_row } => {
            (IDatanets::Status::Accepted, index, first_row)
        }
        ContributionStatus::Rejected(_) => (IDatanets::Status::Rejected, 0, 0),
    };
    let view = IDatanets::Contribution {
        datanet: record.datanet.0,
        contributor: frame::to_address::<T>(&record.contributor),
        contributorAccount: frame::to_bytes32(&record.contributor),
        rowsRoot: record.rows_root.0.into(),
        rows: record.rows,
        size: record.bytes,
        content: record.content.0.into(),
        licence: text(&record.licence),
        uri: text(&record.uri),
        status,
        index,
        firstRow: first_row,
        report: record.report.unwrap_or_default().0.into(),
        contributedAt: record.contributed_at,
    };
    Ok(IDatanets::contributionCall::abi_encode_returns(&view))
}

pub(super) fn accepted_at<T: Config, E: Ext<T = T>>(
    call: &IDatanets::acceptedAtCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let leaf = Accepted::<T>::get(DatanetId(call.datanetId), call.index)
        .ok_or_else(|| frame::refuse::<T>(PalletError::<T>::UnknownContribution.into()))?;
    let answer = IDatanets::acceptedAtReturn {
        contributionId: leaf.contribution.0,
        contributor: frame::to_address::<T>(&leaf.contributor),
        contributorAccount: frame::to_bytes32(&leaf.contributor),
    };
    Ok(IDatanets::acceptedAtCall::abi_encode_returns(&answer))
}

pub(super) fn version<T: Config, E: Ext<T = T>>(
    call: &IDatanets::versionCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let record = known_version::<T>(call.datanetId, call.number)?;
    let view = IDatanets::Version {
        root: record.root.0.into(),
        contributions: record.contributions,
        rows: record.rows,
        publishedAt: record.published_at,
    };
    Ok(IDatanets::versionCall::abi_encode_returns(&view))
}

/// Bytes that the pallet keeps as UTF-8.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
