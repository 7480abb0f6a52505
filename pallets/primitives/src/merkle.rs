// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Proofs: row → contribution → account.
//!
//! A contribution commits to its rows by a Merkle root over their hashes; a version commits to its
//! contributions by a Merkle root over [`ContributionLeaf`]s. Trees are those of the SDK's
//! `binary-merkle-tree` with blake2-256; no leaf is 64 bytes long, so none can be taken for an
//! inner node.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{
    binary_merkle_tree::{merkle_proof, merkle_root, verify_proof, Leaf},
    sp_core::H256,
    sp_io::hashing::blake2_256,
    sp_runtime::traits::BlakeTwo256,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{AccountId, ContributionId};

/// The domain of row hashes.
const ROW_DOMAIN: &[u8] = b"openledger/row/v1";

/// The hash of one row: blake2-256 over the domain and the row's bytes as they stand in the
/// contribution's content, without the line end.
pub fn row_hash(row: &[u8]) -> H256 {
    H256(blake2_256(&[ROW_DOMAIN, row].concat()))
}

/// The root that a contribution registers, from the hashes of its rows in order.
pub fn rows_root(rows: &[H256]) -> H256 {
    merkle_root::<BlakeTwo256, _>(rows)
}

/// Shows that a row belongs to a contribution.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MerkleProof {
    /// Sibling hashes from the leaf up.
    pub siblings: Vec<H256>,
    /// The leaf's place, from 0.
    pub leaf_index: u32,
    /// How many leaves the tree has.
    pub leaves: u32,
}

/// Proves row `index`, or `None` when there is no such row.
pub fn prove_row(rows: &[H256], index: u32) -> Option<MerkleProof> {
    prove(rows, index)
}

/// Whether `proof` leads from `row` to a contribution's `root`.
pub fn verify_row(root: &H256, row: &H256, proof: &MerkleProof) -> bool {
    verify(root, row.as_bytes(), proof)
}

/// What a version's tree says of one contribution.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct ContributionLeaf {
    /// The contribution.
    pub contribution: ContributionId,
    /// Who contributed it.
    pub contributor: AccountId,
    /// The Merkle root of its rows.
    pub rows_root: H256,
    /// The place of its first row in the version, from 0.
    pub first_row: u64,
    /// How many rows it has.
    pub rows: u32,
}

/// The root of a version, from its contributions in order of acceptance.
pub fn version_root(leaves: &[ContributionLeaf]) -> H256 {
    merkle_root::<BlakeTwo256, _>(leaves.iter().map(Encode::encode))
}

/// Proves contribution `index` of a version, or `None` when there is no such contribution.
pub fn prove_contribution(leaves: &[ContributionLeaf], index: u32) -> Option<MerkleProof> {
    let encoded: Vec<Vec<u8>> = leaves.iter().map(Encode::encode).collect();
    prove(&encoded, index)
}

/// Whether `proof` leads from `leaf` to a version's `root`.
pub fn verify_contribution(root: &H256, leaf: &ContributionLeaf, proof: &MerkleProof) -> bool {
    verify(root, &leaf.encode(), proof)
}

fn prove<T: AsRef<[u8]>>(leaves: &[T], index: u32) -> Option<MerkleProof> {
    let count = u32::try_from(leaves.len()).ok()?;
    if index >= count {
        return None;
    }
    let proof = merkle_proof::<BlakeTwo256, _, _>(leaves.iter().map(AsRef::as_ref), index);
    Some(MerkleProof {
        siblings: proof.proof,
        leaf_index: index,
        leaves: count,
    })
}

fn verify(root: &H256, leaf: &[u8], proof: &MerkleProof) -> bool {
    verify_proof::<BlakeTwo256, _, _>(
        root,
        proof.siblings.iter().copied(),
        proof.leaves,
        proof.leaf_index,
        Leaf::Value(leaf),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_should_be_provable(count in 1usize..80, salt in any::<u8>()) {
            let rows: Vec<H256> = (0..count).map(|i| row_hash(&[salt, i as u8])).collect();
            let root = rows_root(&rows);
            for (index, row) in rows.iter().enumerate() {
                let proof = prove_row(&rows, index as u32).expect("the row exists");
                prop_assert!(verify_row(&root, row, &proof));
                prop_assert!(!verify_row(&root, &row_hash(b"another"), &proof));
            }
        }
    }

    #[test]
    fn prove_row_should_refuse_a_row_that_is_not_there() {
        assert_eq!(prove_row(&[row_hash(b"a")], 1), None);
        assert_eq!(prove_row(&[], 0), None);
    }

    #[test]
    fn a_contribution_should_be_provable_and_bind_the_account() {
        let leaf = |id: u64| ContributionLeaf {
            contribution: ContributionId(id),
            contributor: AccountId::new([id as u8; 32]),
            rows_root: row_hash(&[id as u8]),
            first_row: id * 10,
            rows: 10,
        };
        let leaves: Vec<_> = (0..5).map(leaf).collect();
        let root = version_root(&leaves);
        let proof = prove_contribution(&leaves, 3).expect("the contribution exists");
        assert!(verify_contribution(&root, &leaves[3], &proof));
        let forged = ContributionLeaf {
            contributor: AccountId::new([9; 32]),
            ..leaf(3)
        };
        assert!(!verify_contribution(&root, &forged, &proof));
    }
}
