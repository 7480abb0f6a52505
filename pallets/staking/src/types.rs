// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use openledger_primitives::{
    traits::{OperatorRole, SlashReason},
    AccountId, Balance,
};
use polkadot_sdk::sp_runtime::Perbill;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::shares::Pool;

/// Counts eras from 0.
pub type EraIndex = u32;

/// Counts queued slashes from 0.
pub type SlashId = u64;

/// What an operator does with the stake behind it. The same stake stands behind all its roles.
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Roles {
    /// Authors and finalises blocks.
    pub validator: bool,
    /// Serves adapters.
    pub worker: bool,
    /// Measures contributions and adapters.
    pub evaluator: bool,
}

impl Roles {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        !(self.validator || self.worker || self.evaluator)
    }

    /// Whether `role` is among them.
    pub fn has(&self, role: OperatorRole) -> bool {
        match role {
            OperatorRole::Validator => self.validator,
            OperatorRole::Worker => self.worker,
            OperatorRole::Evaluator => self.evaluator,
        }
    }
}

/// Why an operator does not act.
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
pub enum ChillReason {
    /// It asked for it.
    #[codec(index = 0)]
    Voluntary,
    /// Governance asked for it.
    #[codec(index = 1)]
    Forced,
    /// A slash of it was queued.
    #[codec(index = 2)]
    Slashed,
    /// It missed most of its blocks.
    #[codec(index = 3)]
    MissedBlocks,
}

/// Where an operator stands.
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
pub enum Status {
    /// It acts in its roles.
    #[codec(index = 0)]
    Active,
    /// It does not act until it is activated.
    #[codec(index = 1)]
    Chilled {
        /// Why.
        reason: ChillReason,
        /// The first era in which it can be activated.
        until: EraIndex,
    },
    /// It has left. Its delegators can leave; when the last one has, its record is deleted.
    #[codec(index = 2)]
    Retiring,
}

/// An operator, its pool and its own part of it: all that a reward, a slash or an election has to
/// know, so that none of them depends on how many delegators there are.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Operator {
    /// What it does.
    pub roles: Roles,
    /// What it keeps of rewards before they are shared.
    pub commission: Perbill,
    /// The era of the last change of the commission.
    pub commission_changed: EraIndex,
    /// Where it stands.
    pub status: Status,
    /// All that is bonded to it.
    pub pool: Pool,
    /// Its own shares of the pool.
    pub own_shares: Balance,
    /// The era in which the pool came into being: slashes for earlier eras pass it by.
    pub registered: EraIndex,
    /// Whether it is registered as an inference worker: it keeps that role and its self-bond.
    pub serving: bool,
    /// Up to this era missing most blocks again is slashed.
    pub probation: Option<EraIndex>,
}

impl Operator {
    /// What its own shares are worth, planck.
    pub fn self_bond(&self) -> Balance {
        self.pool.value_of(self.own_shares)
    }
}

/// What somebody else than the operator has in an operator's pool.
#[derive(
    Clone,
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
pub struct Delegation {
    /// Shares of the pool; not zero.
    pub shares: Balance,
    /// The part of them that came from another pool and still answers for that one.
    pub redelegated: Option<Redelegated>,
}

impl Delegation {
    /// The shares that can leave the pool now.
    pub fn free_shares(&self) -> Balance {
        let frozen = self.redelegated.as_ref().map_or(0, |part| part.shares);
        self.shares.saturating_sub(frozen)
    }
}

/// The part of a delegation that came from another pool.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Redelegated {
    /// Whose pool it came from.
    pub from: AccountId,
    /// The era in which it left: slashes of `from` for this era or an earlier one follow it.
    pub era: EraIndex,
    /// Its shares of the present pool.
    pub shares: Balance,
    /// What it was worth when it left, planck.
    pub value: Balance,
    /// [`Trail::kept`] when it left.
    pub kept: u64,
    /// What slashes of `from` have cost it so far, planck.
    pub realised: Balance,
}

/// All of a redelegated value, in the unit of [`Trail::kept`].
pub const KEPT_ALL: u64 = 1_000_000_000_000_000_000;

/// What left a pool by redelegation in one era.
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
pub struct Trail {
    /// How many positions still answer for the pool that they left.
    pub open: u32,
    /// What slashes have left of each planck, in parts of [`KEPT_ALL`], rounded up.
    pub kept: u64,
}

/// What a delegator has in an unbonding pool.
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
pub struct Ticket {
    /// The era in which it left the operator's pool.
    pub era: EraIndex,
    /// Shares of that era's unbonding pool.
    pub shares: Balance,
}

/// What stood behind a validator when it was elected: part of its identity in offence reports.
#[derive(
    Clone,
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
pub struct Exposure {
    /// The era for which it was elected.
    pub era: EraIndex,
    /// All stake behind it, planck.
    pub total: Balance,
    /// Its self-bond, planck.
    pub own: Balance,
}

/// A key of the index of candidates. Its encoding sorts by stake, most first, then by account.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SortKey {
    /// `u128::MAX - stake`, big endian.
    inverted: [u8; 16],
    /// The candidate.
    pub account: AccountId,
}

impl SortKey {
    /// The key of a candidate with `stake` planck.
    pub fn new(stake: Balance, account: AccountId) -> Self {
        Self {
            inverted: (!stake).to_be_bytes(),
            account,
        }
    }

    /// The candidate's stake, planck.
    pub fn stake(&self) -> Balance {
        !Balance::from_be_bytes(self.inverted)
    }
}

/// An era and where it starts.
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
pub struct EraStart {
    /// The era.
    pub index: EraIndex,
    /// Its first session.
    pub session: u32,
}

/// What operators did in an era.
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
pub struct Points {
    /// For blocks.
    pub validator: u64,
    /// For settled fees, one for each [`Config::WorkPoint`](crate::Config::WorkPoint) planck.
    pub worker: u64,
}

/// The rewards of an era that is over, while they are handed out.
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
pub struct Payout {
    /// For validators by points, planck.
    pub validators: Balance,
    /// For workers by points, planck.
    pub workers: Balance,
    /// All points of the era.
    pub points: Points,
    /// What has been handed out, planck.
    pub paid: Balance,
}

/// What an operator is slashed for in one era.
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
pub struct EraOffence {
    /// The highest fraction that was reported, without slashes that were cancelled: what was applied
    /// and what waits, together.
    pub highest: Perbill,
    /// The part of it that was applied.
    pub applied: Perbill,
    /// The slash that the last report queued or raised, which may not wait any more.
    pub queued: Option<SlashId>,
}

/// A slash that waits.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct UnappliedSlash {
    /// Who is slashed.
    pub operator: AccountId,
    /// The era of the offence.
    pub era: EraIndex,
    /// What it adds to earlier slashes for the same era, as a fraction of the stake before any.
    pub fraction: Perbill,
    /// Why: of several reports that it stands for, the last.
    pub reason: SlashReason,
    /// The era from which it is applied.
    pub apply_at: EraIndex,
}

/// The slashes of one operator that wait.
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
pub struct PendingSlashes {
    /// How many there are; not zero.
    pub count: u32,
    /// No era of an offence among them is earlier. Cancelling does not raise it.
    pub earliest: EraIndex,
}

/// A block, in the unit of [`Attendance::expected`].
pub const WHOLE_BLOCK: u64 = 1_000_000;

/// What a validator authored of its share of the blocks since it was last judged by it.
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
pub struct Attendance {
    /// Its share of the blocks that were made in whole sessions, in parts of [`WHOLE_BLOCK`].
    pub expected: u64,
    /// Blocks that it authored.
    pub authored: u32,
}

impl Attendance {
    /// Whether it authored less than `threshold` of its share, which counts in whole blocks.
    pub fn has_missed(&self, threshold: Perbill) -> bool {
        let expected = self.expected.checked_div(WHOLE_BLOCK).unwrap_or(0);
        u64::from(self.authored) < threshold.mul_ceil(expected)
    }
}
