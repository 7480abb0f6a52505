// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use openledger_primitives::{
    views::{AdapterMetrics, AdapterStatus},
    AccountId, Balance, BaseModelId, BlockNumber, VersionRef, H256,
};
use polkadot_sdk::{
    frame_support::{BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound},
    sp_core::{ConstU32, Get},
};
use scale_info::TypeInfo;

/// The name of a base model or an adapter: UTF-8, 1 to 64 bytes.
pub type Name = BoundedVec<u8, ConstU32<64>>;

/// An SPDX licence expression: UTF-8, 1 to 32 bytes.
pub type Licence = BoundedVec<u8, ConstU32<32>>;

/// The most past prices of an adapter that can be within their notice period at once.
pub const MAX_PAST_PRICES: u32 = 8;

/// A base model that governance has listed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct BaseModel {
    /// blake2-256 of its weights.
    pub hash: H256,
    /// Its name.
    pub name: Name,
    /// The width of its hidden states.
    pub hidden_size: u32,
    /// How many transformer layers it has.
    pub layers: u32,
    /// Its licence.
    pub licence: Licence,
    /// Whether adapters on it are served; delisting is final.
    pub listed: bool,
}

/// The files that training left, by their blake2-256 hashes.
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
pub struct Artifacts {
    /// The adapter's safetensors.
    pub artifact: H256,
    /// The training manifest, which names every other file.
    pub manifest: H256,
    /// The influence index.
    pub influence_index: H256,
}

/// A version that an adapter was trained on, with its size: both never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct LineageVersion {
    /// The version.
    pub version: VersionRef,
    /// How many contributions it has: the first so many that its Datanet accepted.
    pub contributions: u32,
}

/// A price that was replaced and still holds for answers given before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PastPrice {
    /// Planck per unit.
    pub unit_price: Balance,
    /// The first block at which it no longer holds.
    pub until: BlockNumber,
}

/// An adapter.
#[derive(
    CloneNoBound, DebugNoBound, PartialEqNoBound, EqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(MaxVersions))]
pub struct Adapter<MaxVersions: Get<u32>> {
    /// Who registered it and is paid the developer's part.
    pub developer: AccountId,
    /// The base model that it adapts.
    pub base_model: BaseModelId,
    /// Its name.
    pub name: Name,
    /// What it was trained on, ascending. Never edited.
    pub versions: BoundedVec<LineageVersion, MaxVersions>,
    /// Its files.
    pub artifacts: Artifacts,
    /// Planck per unit that new jobs pay.
    pub unit_price: Balance,
    /// The prices before, as long as their notice runs, oldest first.
    pub past_prices: BoundedVec<PastPrice, ConstU32<MAX_PAST_PRICES>>,
    /// What its developer claims.
    pub metrics: AdapterMetrics,
    /// Where it is in its life.
    pub status: AdapterStatus,
    /// What is held from the developer for it, planck; less once it is deprecated.
    pub deposit: Balance,
    /// The block that registered it.
    pub registered_at: BlockNumber,
}

impl<MaxVersions: Get<u32>> Adapter<MaxVersions> {
    /// The lowest unit price that an answer may be settled at in block `now`: the present one, or
    /// a past one whose notice still runs.
    pub fn lowest_unit_price(&self, now: BlockNumber) -> Balance {
        self.past_prices
            .iter()
            .filter(|past| now < past.until)
            .fold(self.unit_price, |lowest, past| lowest.min(past.unit_price))
    }
}
