// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use openledger_primitives::{
    merkle::ContributionLeaf,
    views::{ContributionStatus, ContributionView},
    AccountId, Balance, BlockNumber, ContributionId, DatanetId, Ppm, H256,
};
use polkadot_sdk::{frame_support::BoundedVec, sp_core::ConstU32};
use scale_info::TypeInfo;

/// A Datanet's name: UTF-8, 1 to 64 bytes.
pub type Name = BoundedVec<u8, ConstU32<64>>;

/// An SPDX licence expression: UTF-8, 1 to 32 bytes.
pub type Licence = BoundedVec<u8, ConstU32<32>>;

/// Where a contribution's content can be found besides the content store: UTF-8, 0 to 256 bytes.
pub type Uri = BoundedVec<u8, ConstU32<256>>;

/// The rules that a Datanet sets for contributions that come in from now on.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Policy {
    /// Whether contributions are taken.
    pub open: bool,
    /// The fewest rows of a contribution, at least 1.
    pub min_rows: u32,
    /// The most rows of a contribution, at least `min_rows`.
    pub max_rows: u32,
    /// The most bytes of a contribution's content, at least 1.
    pub max_bytes: u64,
    /// From this similarity on (the Jaccard index of two texts' pieces, which workers estimate by
    /// MinHash), the workers that evaluate contributions call two rows near-duplicates. The chain
    /// itself only publishes it.
    pub similarity: Ppm,
}

/// A Datanet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Datanet {
    /// Who sets its policy, curates it and publishes its versions.
    pub owner: AccountId,
    /// Its name.
    pub name: Name,
    /// Its rules.
    pub policy: Policy,
    /// What is held from the owner for it, planck.
    pub deposit: Balance,
    /// How many contributions wait for evaluation.
    pub pending: u32,
    /// How many contributions were accepted, ever: none is taken back.
    pub accepted: u32,
    /// How many rows the accepted contributions have.
    pub accepted_rows: u64,
    /// How many contributions were rejected, ever.
    pub rejected: u32,
    /// The number of the last published version; 0 before the first.
    pub versions: u32,
    /// The block that created it.
    pub created_at: BlockNumber,
}

/// A contribution.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Contribution {
    /// The Datanet that it is for.
    pub datanet: DatanetId,
    /// Who contributed it and is paid for it.
    pub contributor: AccountId,
    /// The Merkle root of its rows.
    pub rows_root: H256,
    /// How many rows it has.
    pub rows: u32,
    /// blake2-256 of its content.
    pub content: H256,
    /// The content's bytes.
    pub bytes: u64,
    /// Its licence.
    pub licence: Licence,
    /// Where else its content is.
    pub uri: Uri,
    /// What is held from the contributor for it while it is pending, planck; 0 once it is decided.
    pub deposit: Balance,
    /// Its state.
    pub status: ContributionStatus,
    /// blake2-256 of the evaluation report, once it is decided.
    pub report: Option<H256>,
    /// The block that it came in with.
    pub contributed_at: BlockNumber,
}

impl Contribution {
    /// As runtime APIs show it.
    pub fn view(&self, contribution: ContributionId) -> ContributionView {
        ContributionView {
            contribution,
            datanet: self.datanet,
            contributor: self.contributor.clone(),
            rows_root: self.rows_root,
            rows: self.rows,
            content: self.content,
            bytes: self.bytes,
            status: self.status,
        }
    }

    /// The leaf that stands for it in every version from its acceptance on.
    pub fn leaf(&self, contribution: ContributionId, first_row: u64) -> ContributionLeaf {
        ContributionLeaf {
            contribution,
            contributor: self.contributor.clone(),
            rows_root: self.rows_root,
            first_row,
            rows: self.rows,
        }
    }
}

/// A published version: the first `contributions` of the Datanet's accepted contributions.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Version {
    /// The Merkle root over the leaves of its contributions.
    pub root: H256,
    /// How many contributions it has.
    pub contributions: u32,
    /// How many rows it has.
    pub rows: u64,
    /// The block that published it.
    pub published_at: BlockNumber,
}
