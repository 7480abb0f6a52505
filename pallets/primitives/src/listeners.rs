// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Who is told what happens in the pallets, to show it elsewhere: as logs of the EVM, to those who
//! wait for it.
//!
//! A listener is told inside the storage layer of what happens, beside the pallet's own event: what
//! it deposits stands or falls with it. It cannot fail, so that it never keeps a pallet from its
//! work.

use polkadot_sdk::sp_runtime::Weight;

use crate::{
    traits::VersionSummary, views::RejectReason, AccountId, AdapterId, Balance, BaseModelId,
    ContributionId, DatanetId, InferenceReceipt, VersionRef, H256,
};

/// Is told what happens in Datanets.
pub trait DatanetsListener {
    /// `owner` created a Datanet.
    fn created(_datanet: DatanetId, _owner: &AccountId) {}

    /// A contribution of `rows` rows came in and waits for evaluation.
    fn contributed(
        _datanet: DatanetId,
        _contribution: ContributionId,
        _contributor: &AccountId,
        _rows: u32,
    ) {
    }

    /// A pending contribution was taken back.
    fn withdrawn(_datanet: DatanetId, _contribution: ContributionId) {}

    /// A contribution was accepted at place `index`, from 0.
    fn accepted(
        _datanet: DatanetId,
        _contribution: ContributionId,
        _contributor: &AccountId,
        _index: u32,
    ) {
    }

    /// A contribution was rejected.
    fn rejected(_datanet: DatanetId, _contribution: ContributionId, _reason: &RejectReason) {}

    /// A version was published.
    fn published(_version: VersionRef, _summary: &VersionSummary) {}

    /// A Datanet has a new owner.
    fn transferred(_datanet: DatanetId, _from: &AccountId, _to: &AccountId) {}

    /// The most that being told one thing weighs.
    fn weight() -> Weight {
        Weight::zero()
    }
}

impl DatanetsListener for () {}

/// Is told what happens to adapters.
pub trait ModelsListener {
    /// `developer` registered an adapter of `artifact` at `unit_price` planck per unit.
    fn registered(
        _adapter: AdapterId,
        _developer: &AccountId,
        _base_model: BaseModelId,
        _artifact: H256,
        _unit_price: Balance,
    ) {
    }

    /// An adapter costs `unit_price` planck per unit, no longer `previous`.
    fn price_set(_adapter: AdapterId, _unit_price: Balance, _previous: Balance) {}

    /// An adapter takes jobs.
    fn published(_adapter: AdapterId) {}

    /// An adapter takes no new jobs any more.
    fn deprecated(_adapter: AdapterId) {}

    /// The most that being told one thing weighs.
    fn weight() -> Weight {
        Weight::zero()
    }
}

impl ModelsListener for () {}

/// A receipt that was just settled.
#[derive(Clone, Copy, Debug)]
pub struct Settled<'a> {
    /// The receipt.
    pub receipt: &'a InferenceReceipt,
    /// Its hash.
    pub hash: H256,
    /// Who paid.
    pub consumer: &'a AccountId,
    /// The fee, planck.
    pub fee: Balance,
    /// What each contribution earned, planck, in the order of the influence vector.
    pub contributions: &'a [(ContributionId, Balance)],
}

/// Is told of settlements and claims.
pub trait AttributionListener {
    /// A receipt was settled.
    fn settled(_settled: &Settled<'_>) {}

    /// `account` was paid its credits, planck.
    fn claimed(_account: &AccountId, _amount: Balance) {}

    /// The most that being told of a settlement weighs whose influence vector has `entries`
    /// entries.
    fn settled_weight(_entries: u32) -> Weight {
        Weight::zero()
    }

    /// The most that being told of a claim weighs.
    fn claimed_weight() -> Weight {
        Weight::zero()
    }
}

impl AttributionListener for () {}
