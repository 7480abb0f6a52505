// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores and passes on.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use openledger_primitives::{
    AccountId, AdapterId, Balance, BlockNumber, InfluenceMethod, InfluenceVector, H256,
};
use scale_info::TypeInfo;

/// A receipt that passed every check, with what the checks found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedReceipt {
    /// Who pays.
    pub consumer: AccountId,
    /// What the answer costs, planck.
    pub fee: Balance,
    /// The adapter's developer.
    pub developer: AccountId,
    /// Who contributed each contribution of the influence vector, in its order.
    pub contributors: Vec<AccountId>,
}

/// A settled receipt.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Settlement {
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
    pub influence: InfluenceVector,
    /// How that was computed.
    pub method: InfluenceMethod,
    /// blake2-256 of the evidence behind it.
    pub evidence: H256,
    /// The block of the settlement.
    pub settled_at: BlockNumber,
}

/// All that settlements moved so far. `paid_in` is `credited + to_stakers + to_treasury`, and
/// `credited - claimed` is on hold in the pot.
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
)]
pub struct Totals {
    /// Settled receipts.
    pub receipts: u64,
    /// Fees taken from consumers, planck.
    pub paid_in: Balance,
    /// Parts credited to accounts, planck.
    pub credited: Balance,
    /// Parts transferred to the stakers' pot, planck.
    pub to_stakers: Balance,
    /// Parts transferred to the treasury, planck.
    pub to_treasury: Balance,
    /// Credits that were claimed, planck.
    pub claimed: Balance,
}
