// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Stake as wallets see it.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{AccountId, Balance};

/// Where an operator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OperatorState {
    /// It acts in its roles.
    #[codec(index = 0)]
    Active,
    /// It does not act, and can be activated again.
    #[codec(index = 1)]
    Chilled,
    /// It has left; delegators can only leave, too.
    #[codec(index = 2)]
    Retiring,
}

/// An operator and its pool.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperatorView {
    /// Its account.
    pub operator: AccountId,
    /// Where it stands.
    pub state: OperatorState,
    /// Whether it validates.
    pub validator: bool,
    /// Whether it serves adapters.
    pub worker: bool,
    /// Whether it evaluates.
    pub evaluator: bool,
    /// What it keeps of rewards before they are shared, parts per billion.
    pub commission: u32,
    /// What its own shares are worth, planck.
    pub self_bond: Balance,
    /// All that stands behind it, planck.
    pub stake: Balance,
    /// The shares of its pool.
    pub shares: Balance,
    /// Whether it is in the validator set of the active era.
    pub validating: bool,
    /// How many slashes of it wait to be applied.
    pub pending_slashes: u32,
}

/// What leaves an operator's pool.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnbondingView {
    /// What it is worth now, planck.
    pub amount: Balance,
    /// The era from which it can be withdrawn, unless a slash that reaches it is pending then.
    pub withdrawable_at: u32,
}

/// What an account has with an operator.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DelegationView {
    /// The operator.
    pub operator: AccountId,
    /// Shares of its pool.
    pub shares: Balance,
    /// What they are worth, planck, less what a slash of the pool that they came from still takes.
    pub value: Balance,
    /// How much of that came by redelegation and cannot leave yet, planck.
    pub frozen: Balance,
    /// The era from which the frozen part can leave.
    pub frozen_until: Option<u32>,
    /// What leaves, oldest first.
    pub unbonding: Vec<UnbondingView>,
}

/// Where the eras stand.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EraView {
    /// The era whose validators author.
    pub active: u32,
    /// Its first session.
    pub first_session: u32,
    /// The era that is elected already and starts with the next session.
    pub planned: Option<u32>,
    /// The validators of the active era.
    pub validators: Vec<AccountId>,
}
