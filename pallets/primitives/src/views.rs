// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What runtime APIs answer: the state of the pallets as nodes, workers and clients see it.

use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{
    frame_support::BoundedVec,
    sp_core::{ed25519, ConstU32, H256},
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{
    merkle::{ContributionLeaf, MerkleProof},
    AccountId, AdapterId, Balance, BaseModelId, BlockNumber, ChannelId, ContributionId, DatanetId,
    InfluenceMethod, InfluenceShare, JobId, JobRef, Ppm, VersionRef,
};

/// The most bytes of an input that travels inside an extrinsic.
pub const MAX_INLINE_INPUT: u32 = 4096;

/// What a consumer asks about.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum JobInput {
    /// The text itself, UTF-8.
    #[codec(index = 0)]
    Inline(BoundedVec<u8, ConstU32<MAX_INLINE_INPUT>>),
    /// blake2-256 of a text in the workers' content store.
    #[codec(index = 1)]
    Stored(H256),
}

impl JobInput {
    /// blake2-256 of the input's bytes.
    pub fn hash(&self) -> H256 {
        match self {
            Self::Inline(bytes) => crate::content_hash(bytes),
            Self::Stored(hash) => *hash,
        }
    }
}

/// An open job.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct JobView {
    /// The job.
    pub job: JobId,
    /// Who pays.
    pub consumer: AccountId,
    /// The adapter that is asked.
    pub adapter: AdapterId,
    /// The input.
    pub input: JobInput,
    /// Planck per unit.
    pub unit_price: Balance,
    /// The escrow, planck.
    pub max_fee: Balance,
    /// When it was requested.
    pub requested_at: BlockNumber,
    /// From this block on it can be cancelled.
    pub deadline: BlockNumber,
    /// Whether its answer has to come to the chain beside the receipt.
    pub delivered: bool,
}

impl JobView {
    /// The units that the escrow pays for.
    pub fn max_units(&self) -> u32 {
        let units = self.max_fee.checked_div(self.unit_price).unwrap_or(0);
        u32::try_from(units).unwrap_or(u32::MAX)
    }
}

/// A prepaid channel.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelView {
    /// The channel.
    pub channel: ChannelId,
    /// Who pays.
    pub consumer: AccountId,
    /// The worker that it pays.
    pub worker: AccountId,
    /// What was put in, planck.
    pub deposit: Balance,
    /// What settled requests have cost, planck.
    pub spent: Balance,
    /// The block from which it can be closed, once the consumer has asked for it.
    pub closes_at: Option<BlockNumber>,
}

/// A registered worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct WorkerView {
    /// The operator's account.
    pub worker: AccountId,
    /// The key that signs its receipts.
    pub receipt_key: ed25519::Public,
    /// Whether it is active.
    pub active: bool,
}

/// What became of a contribution.
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
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum RejectReason {
    /// Rows that another contribution already brought.
    #[codec(index = 0)]
    Duplicate {
        /// The contribution that had them first.
        of: ContributionId,
        /// How much of the rejected contribution is copied.
        share: Ppm,
    },
    /// The content could not be fetched, or does not match its hash, root or counts.
    #[codec(index = 1)]
    Unavailable,
    /// The content is not what the Datanet asks for.
    #[codec(index = 2)]
    Malformed,
    /// The quality is below the Datanet's bar.
    #[codec(index = 3)]
    LowQuality,
    /// The licence does not allow the use.
    #[codec(index = 4)]
    Licence,
    /// It does not belong in this Datanet.
    #[codec(index = 5)]
    OffTopic,
}

/// The state of a contribution.
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
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum ContributionStatus {
    /// Waits for evaluation.
    #[codec(index = 0)]
    Pending,
    /// Accepted: part of every later version.
    #[codec(index = 1)]
    Accepted {
        /// Its place among the Datanet's accepted contributions, from 0.
        index: u32,
        /// The place of its first row, from 0.
        first_row: u64,
    },
    /// Refused, for good.
    #[codec(index = 2)]
    Rejected(RejectReason),
}

/// A contribution.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ContributionView {
    /// The contribution.
    pub contribution: ContributionId,
    /// The Datanet.
    pub datanet: DatanetId,
    /// Who contributed it.
    pub contributor: AccountId,
    /// The Merkle root of its rows.
    pub rows_root: H256,
    /// How many rows it has.
    pub rows: u32,
    /// blake2-256 of its content.
    pub content: H256,
    /// The content's bytes.
    pub bytes: u64,
    /// Its state.
    pub status: ContributionStatus,
}

/// A published version and its contributions in order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct VersionView {
    /// The version.
    pub version: VersionRef,
    /// The Merkle root over the contributions.
    pub root: H256,
    /// How many rows it has.
    pub rows: u64,
    /// Its contributions, in order of acceptance.
    pub contributions: Vec<ContributionView>,
}

/// Leads from a row of a version to the account that contributed it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RowProof {
    /// The version's root, as on chain.
    pub root: H256,
    /// The contribution that the row belongs to.
    pub leaf: ContributionLeaf,
    /// The SCALE encoding of `leaf`: what is hashed.
    pub leaf_bytes: Vec<u8>,
    /// Leads from the leaf to the root.
    pub proof: MerkleProof,
    /// The row's place inside the contribution, from 0.
    pub row_in_contribution: u32,
    /// blake2-256 of the contribution's content, where the row itself is.
    pub content: H256,
}

/// Measured when an adapter was trained; a claim by its developer.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
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
pub struct AdapterMetrics {
    /// Accuracy on held-out rows.
    pub accuracy: Ppm,
    /// Accuracy of the baseline on the same rows.
    pub baseline_accuracy: Ppm,
    /// How many rows were held out.
    pub held_out_rows: u32,
}

/// Where an adapter is in its life.
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
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum AdapterStatus {
    /// Registered; not yet offered.
    #[codec(index = 0)]
    Draft,
    /// Offered: new jobs are accepted.
    #[codec(index = 1)]
    Published,
    /// No new jobs; open ones still settle.
    #[codec(index = 2)]
    Deprecated,
}

/// An adapter.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdapterView {
    /// The adapter.
    pub adapter: AdapterId,
    /// Its name.
    pub name: String,
    /// Who is paid the developer's part.
    pub developer: AccountId,
    /// The base model.
    pub base_model: BaseModelId,
    /// blake2-256 of the base model's weights.
    pub base_model_hash: H256,
    /// The Datanet versions it was trained on.
    pub versions: Vec<VersionRef>,
    /// blake2-256 of the adapter's safetensors.
    pub artifact: H256,
    /// blake2-256 of the training manifest, which names every other file.
    pub manifest: H256,
    /// blake2-256 of the influence index.
    pub influence_index: H256,
    /// Planck per unit.
    pub unit_price: Balance,
    /// What its developer claims.
    pub metrics: AdapterMetrics,
    /// Where it is in its life.
    pub status: AdapterStatus,
    /// Whether new jobs are accepted.
    pub servable: bool,
}

/// Adapter → versions → contributions → accounts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lineage {
    /// The adapter.
    pub adapter: AdapterView,
    /// The contributions of all its versions, ascending by id, each once.
    pub contributions: Vec<LineageEntry>,
}

/// A contribution in a lineage.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineageEntry {
    /// The contribution.
    pub contribution: ContributionId,
    /// Its Datanet.
    pub datanet: DatanetId,
    /// Who contributed it.
    pub contributor: AccountId,
    /// How many rows it has.
    pub rows: u32,
    /// blake2-256 of its content.
    pub content: H256,
}

/// What a settlement leaves on chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptView {
    /// What paid for it.
    pub job: JobRef,
    /// The receipt's hash.
    pub hash: H256,
    /// Who paid.
    pub consumer: AccountId,
    /// The adapter that answered.
    pub adapter: AdapterId,
    /// The worker that answered.
    pub worker: AccountId,
    /// blake2-256 of the input.
    pub input_hash: H256,
    /// blake2-256 of the output.
    pub output_hash: H256,
    /// Units used.
    pub units: u32,
    /// The fee, planck.
    pub fee: Balance,
    /// How much each contribution moved the answer.
    pub influence: Vec<InfluenceShare>,
    /// How that was computed.
    pub method: InfluenceMethod,
    /// blake2-256 of the evidence behind it.
    pub evidence: H256,
    /// The block of the settlement.
    pub settled_at: BlockNumber,
}

/// What a contribution has done for a model, or for all of them.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
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
pub struct InfluenceTotals {
    /// The settled answers that named it.
    pub receipts: u64,
    /// The sum of its shares over them, parts per million.
    pub influence_ppm: u128,
    /// What it earned, planck.
    pub earned: Balance,
}

/// A contribution's totals for one adapter.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InfluenceEntry {
    /// The contribution.
    pub contribution: ContributionId,
    /// Who contributed it.
    pub contributor: AccountId,
    /// What it did.
    pub totals: InfluenceTotals,
}
