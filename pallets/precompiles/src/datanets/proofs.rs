// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Row → contribution → account.

use alloc::vec::Vec;
use codec::DecodeAll;
use openledger_primitives::{
    merkle::{self, ContributionLeaf, MerkleProof},
    DatanetId, VersionRef, H256,
};
use polkadot_sdk::*;

use frame_support::traits::Get;
use pallet_datanets::{Accepted, WeightInfo as _};
use pallet_revive::precompiles::{
    alloy::{primitives::B256, sol_types::SolCall},
    Error, Ext, RuntimeCosts,
};

use super::{views, IDatanets};
use crate::{frame, Config};

/// The most siblings of a proof: a tree has at most 2^32 leaves.
const MAX_SIBLINGS: usize = 32;

/// The bytes of an inner node.
const NODE_BYTES: u32 = 64;

pub(super) fn owner_of_row<T: Config, E: Ext<T = T>>(
    call: &IDatanets::ownerOfRowCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    // The version, and a leaf for each halving of its contributions.
    let most = <T as pallet_datanets::Config>::MaxContributions::get();
    let halvings = u32::BITS.saturating_sub(most.leading_zeros());
    frame::charge_reads::<T, _>(env, u64::from(halvings).saturating_add(1))?;
    let version = views::known_version::<T>(call.datanetId, call.number)?;
    let leaf = (call.row < version.rows)
        .then(|| last_starting_at_or_before::<T>(call.datanetId, version.contributions, call.row))
        .flatten()
        .ok_or_else(unknown_row)?;
    let place = call
        .row
        .checked_sub(leaf.first_row)
        .and_then(|place| u32::try_from(place).ok())
        .ok_or_else(unknown_row)?;
    let answer = IDatanets::ownerOfRowReturn {
        contributionId: leaf.contribution.0,
        contributor: frame::to_address::<T>(&leaf.contributor),
        contributorAccount: frame::to_bytes32(&leaf.contributor),
        rowInContribution: place,
    };
    Ok(IDatanets::ownerOfRowCall::abi_encode_returns(&answer))
}

/// The last of the first `count` accepted contributions that starts at or before a row: the one that
/// has it, since they ascend by `first_row` without a gap.
fn last_starting_at_or_before<T: Config>(
    datanet: u32,
    count: u32,
    row: u64,
) -> Option<ContributionLeaf> {
    let leaf = |index| Accepted::<T>::get(DatanetId(datanet), index);
    // Leaves below `low` start at or before the row, those from `high` on after it.
    let (mut low, mut high, mut found) = (0, count, None);
    while low < high {
        let middle = low.saturating_add(high.saturating_sub(low) / 2);
        let candidate = leaf(middle)?;
        if candidate.first_row <= row {
            low = middle.saturating_add(1);
            found = Some(candidate);
        } else {
            high = middle;
        }
    }
    found
}

pub(super) fn proof_of<T: Config, E: Ext<T = T>>(
    call: &IDatanets::proofOfCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let version = views::known_version::<T>(call.datanetId, call.number)?;
    // Reading the leaves and hashing them up is what publishing does; the leaf's record is one more.
    let publish =
        <T as pallet_datanets::Config>::WeightInfo::publish_version(version.contributions);
    env.charge(publish)?;
    frame::charge_reads::<T, _>(env, 1)?;
    let version = VersionRef {
        datanet: DatanetId(call.datanetId),
        number: call.number,
    };
    let proof =
        pallet_datanets::Pallet::<T>::proof_of(version, call.row).ok_or_else(unknown_row)?;
    let view = IDatanets::RowProof {
        root: proof.root.0.into(),
        contribution: proof.leaf.contribution.0,
        contributor: frame::to_address::<T>(&proof.leaf.contributor),
        contributorAccount: frame::to_bytes32(&proof.leaf.contributor),
        rowInContribution: proof.row_in_contribution,
        leaf: proof.leaf_bytes.into(),
        siblings: proof
            .proof
            .siblings
            .iter()
            .map(|hash| hash.0.into())
            .collect(),
        leafIndex: proof.proof.leaf_index,
        leaves: proof.proof.leaves,
        content: proof.content.0.into(),
    };
    Ok(IDatanets::proofOfCall::abi_encode_returns(&view))
}

pub(super) fn verify_row<T: Config, E: Ext<T = T>>(
    call: &IDatanets::verifyRowCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    charge_hashes(env, call.row.len(), &call.siblings)?;
    let record = views::known_contribution::<T>(call.contributionId)?;
    let proof = proof(&call.siblings, call.index, record.rows);
    let row = merkle::row_hash(&call.row);
    let valid = merkle::verify_row(&record.rows_root, &row, &proof);
    Ok(IDatanets::verifyRowCall::abi_encode_returns(&valid))
}

pub(super) fn verify_contribution<T: Config, E: Ext<T = T>>(
    call: &IDatanets::verifyContributionCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    charge_hashes(env, call.leaf.len(), &call.siblings)?;
    let version = views::known_version::<T>(call.datanetId, call.number)?;
    let proof = proof(&call.siblings, call.index, version.contributions);
    let valid = ContributionLeaf::decode_all(&mut call.leaf.as_ref())
        .is_ok_and(|leaf| merkle::verify_contribution(&version.root, &leaf, &proof));
    Ok(IDatanets::verifyContributionCall::abi_encode_returns(
        &valid,
    ))
}

/// Charges what following a proof from a leaf of `bytes` bytes hashes.
fn charge_hashes<E: Ext>(env: &mut E, bytes: usize, siblings: &[B256]) -> Result<(), Error> {
    if siblings.len() > MAX_SIBLINGS {
        return Err(frame::revert("Datanets.ProofTooLong"));
    }
    // The leaf is hashed once as a row and once as a node.
    for bytes in [u32::try_from(bytes).unwrap_or(u32::MAX), NODE_BYTES] {
        env.frame_meter_mut()
            .charge_weight_token(RuntimeCosts::HashBlake256(bytes))?;
    }
    for _ in siblings {
        env.frame_meter_mut()
            .charge_weight_token(RuntimeCosts::HashBlake256(NODE_BYTES))?;
    }
    Ok(())
}

fn proof(siblings: &[B256], leaf_index: u32, leaves: u32) -> MerkleProof {
    MerkleProof {
        siblings: siblings.iter().map(|hash| H256(hash.0)).collect(),
        leaf_index,
        leaves,
    }
}

fn unknown_row() -> Error {
    frame::revert("Datanets.UnknownRow")
}
