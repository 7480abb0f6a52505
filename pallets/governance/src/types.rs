// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores.

use crate::Track;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use openledger_primitives::{
    traits::BaseModelListing, AccountId, AdapterId, Balance, BaseModelId, BlockNumber,
    ContributionId, DatanetId, FeeSplit, Ppm, ProposalId, VersionRef, H256,
};
use polkadot_sdk::{
    frame_support::BoundedVec,
    sp_core::ConstU32,
    sp_runtime::{DispatchError, DispatchResult},
};
use scale_info::TypeInfo;

/// The most milestones of a grant.
pub const MAX_MILESTONES: u32 = 16;

/// The most entries of a proposal's history. The longest life has four: submitted, failed to be
/// enacted, active, completed.
pub const MAX_HISTORY: u32 = 8;

/// What an evaluation measures, as the evaluators' tools call it: UTF-8, 1 to 32 bytes.
pub type MetricName = BoundedVec<u8, ConstU32<32>>;

/// A grant's milestones, or their states.
pub type Milestones<Entry> = BoundedVec<Entry, ConstU32<MAX_MILESTONES>>;

/// What a metric has to reach, in millionths of the metric's unit.
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
pub enum Threshold {
    /// For metrics where more is better, such as accuracy.
    #[codec(index = 0)]
    AtLeast(u64),
    /// For metrics where less is better, such as perplexity.
    #[codec(index = 1)]
    AtMost(u64),
}

impl Threshold {
    /// Whether `value`, in millionths, reaches it.
    pub fn is_reached(&self, value: u64) -> bool {
        match self {
            Self::AtLeast(least) => value >= *least,
            Self::AtMost(most) => value <= *most,
        }
    }
}

/// One step of a grant.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Milestone {
    /// What is measured.
    pub metric: MetricName,
    /// What it has to reach.
    pub threshold: Threshold,
    /// The published version that it is measured on.
    pub evaluation: VersionRef,
    /// What reaching it pays, planck; at least the existential deposit.
    pub payout: Balance,
    /// From this block on the payout is the treasury's again.
    pub deadline: BlockNumber,
}

/// Money for a model, in milestones that may be reached in any order.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Grant {
    /// Who is paid, and whose adapters count.
    pub beneficiary: AccountId,
    /// The milestones, at least one.
    pub milestones: Milestones<Milestone>,
}

/// Which accepted contributions a bounty pays.
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
pub enum QualityBar {
    /// Each that the Datanet's owner accepts, at once. For owners that voters trust.
    #[codec(index = 0)]
    Accepted,
    /// Each that, besides, a quorum of evaluators gives at least this score.
    #[codec(index = 1)]
    Score(Ppm),
}

/// A pot that pays for the rows that a Datanet accepts.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Bounty {
    /// The Datanet.
    pub datanet: DatanetId,
    /// What the treasury puts in, planck.
    pub pot: Balance,
    /// Planck per row, not zero.
    pub price_per_row: Balance,
    /// Which accepted contributions are paid.
    pub bar: QualityBar,
    /// From this block on nothing is paid, and what is left is the treasury's again.
    pub ends_at: BlockNumber,
}

/// What a proposal asks for.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Kind {
    /// List a base model.
    #[codec(index = 0)]
    ListBaseModel(BaseModelListing),
    /// Delist a base model for good.
    #[codec(index = 1)]
    DelistBaseModel {
        /// The base model.
        base_model: BaseModelId,
    },
    /// Pay for the rows that a Datanet accepts.
    #[codec(index = 2)]
    DatanetBounty(Bounty),
    /// Pay a developer for a model that reaches milestones.
    #[codec(index = 3)]
    ModelGrant(Grant),
    /// Change how attribution works.
    #[codec(index = 4)]
    AttributionParameters {
        /// How fees are split.
        split: FeeSplit,
    },
}

impl Kind {
    /// What it takes from the treasury, planck; `None` when that is more than can be counted.
    pub fn amount(&self) -> Option<Balance> {
        match self {
            Self::DatanetBounty(bounty) => Some(bounty.pot),
            Self::ModelGrant(grant) => grant
                .milestones
                .iter()
                .try_fold(0, |sum: Balance, milestone| {
                    sum.checked_add(milestone.payout)
                }),
            _ => Some(0),
        }
    }

    /// How many milestones it has.
    pub fn milestones(&self) -> u32 {
        match self {
            Self::ModelGrant(grant) => u32::try_from(grant.milestones.len()).unwrap_or(u32::MAX),
            _ => 0,
        }
    }
}

/// What became of a milestone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum MilestoneState {
    /// It can be reached until its deadline.
    #[codec(index = 0)]
    Open,
    /// It was reached and paid.
    #[codec(index = 1)]
    Paid(MilestoneReport),
    /// Its deadline passed and its payout went back to the treasury.
    #[codec(index = 2)]
    Refunded,
}

/// What an evaluator's stake stands behind: its part in what a proposal has paid on its reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Backing {
    /// The proposal.
    pub proposal: ProposalId,
    /// Planck.
    pub amount: Balance,
    /// From this block on the stake is free for others.
    pub until: BlockNumber,
}

/// The money of a proposal, planck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Funds {
    /// What the treasury put in.
    pub granted: Balance,
    /// What was paid out.
    pub paid: Balance,
    /// What went back to the treasury.
    pub refunded: Balance,
}

impl Funds {
    /// What is on hold in the pot.
    pub fn left(&self) -> Balance {
        self.granted
            .saturating_sub(self.paid)
            .saturating_sub(self.refunded)
    }

    /// All that will have been paid once `amount` more is. Evaluators must have that at stake: with
    /// the single payments as the measure, the same stake would stand behind each of them.
    pub(crate) fn paid_with(&self, amount: Balance) -> Balance {
        self.paid.saturating_add(amount)
    }
}

/// Why a proposal ended without effect.
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
pub enum CloseReason {
    /// It was voted down.
    #[codec(index = 0)]
    Rejected,
    /// Its referendum was cancelled.
    #[codec(index = 1)]
    Cancelled,
    /// Its referendum was never decided on.
    #[codec(index = 2)]
    TimedOut,
    /// Its referendum was killed as malicious: the deposit is forfeited.
    #[codec(index = 3)]
    Killed,
    /// It was approved, and could not be carried out before `EnactmentPeriod` was over.
    #[codec(index = 4)]
    Lapsed,
}

/// Where a proposal is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Status {
    /// Its referendum decides on it.
    #[codec(index = 0)]
    Submitted,
    /// It was approved, and carrying it out failed. Anyone can retry.
    #[codec(index = 1)]
    EnactmentFailed {
        /// Why the last attempt failed.
        error: DispatchError,
        /// From this block on it cannot be retried.
        retry_until: BlockNumber,
    },
    /// It was enacted and its pot pays.
    #[codec(index = 2)]
    Active,
    /// It was enacted, and all of its money is paid out or refunded.
    #[codec(index = 3)]
    Completed,
    /// It ended without effect.
    #[codec(index = 4)]
    Closed(CloseReason),
}

/// A proposal and all that became of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Proposal {
    /// Who submitted it.
    pub proposer: AccountId,
    /// What it asks for. Never edited.
    pub kind: Kind,
    /// What is on hold from the proposer for it, planck; 0 once it is enacted or closed.
    pub deposit: Balance,
    /// The track that its referendum runs on, and the least whose origin can enact it.
    pub track: Track,
    /// The referendum that decides on it.
    pub referendum: u32,
    /// Its money.
    pub funds: Funds,
    /// What became of each milestone of a grant; none before it is enacted.
    pub milestones: Milestones<MilestoneState>,
    /// Where it is in its life.
    pub status: Status,
    /// When it came to each status, oldest first. The failure of a retry replaces the one before.
    pub history: BoundedVec<(BlockNumber, Status), ConstU32<MAX_HISTORY>>,
}

impl Proposal {
    /// Moves on to `status` in block `now`. Fails only if a life is longer than [`MAX_HISTORY`].
    pub(crate) fn advance(&mut self, now: BlockNumber, status: Status) -> DispatchResult {
        if is_failure(&status)
            && self
                .history
                .last()
                .is_some_and(|(_, last)| is_failure(last))
        {
            self.history.pop();
        }
        self.history
            .try_push((now, status))
            .map_err(|_| DispatchError::Corruption)?;
        self.status = status;
        Ok(())
    }

    /// The block that made it active, once it is.
    pub fn active_since(&self) -> Option<BlockNumber> {
        self.history
            .iter()
            .find(|(_, status)| *status == Status::Active)
            .map(|(block, _)| *block)
    }

    /// The bounty, while it pays.
    pub fn active_bounty(&self) -> Option<&Bounty> {
        match &self.kind {
            Kind::DatanetBounty(bounty) if self.status == Status::Active => Some(bounty),
            _ => None,
        }
    }

    /// The grant, while it pays.
    pub fn active_grant(&self) -> Option<&Grant> {
        match &self.kind {
            Kind::ModelGrant(grant) if self.status == Status::Active => Some(grant),
            _ => None,
        }
    }
}

fn is_failure(status: &Status) -> bool {
    matches!(status, Status::EnactmentFailed { .. })
}

/// What an evaluator says of a milestone.
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
pub struct MilestoneReport {
    /// The adapter that was measured.
    pub adapter: AdapterId,
    /// The version that it was measured on: the milestone's.
    pub evaluation: VersionRef,
    /// What the metric came to, in millionths.
    pub value: u64,
    /// blake2-256 of the report.
    pub report: H256,
}

/// What an evaluator says of a contribution.
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
pub struct ScoreReport {
    /// Its score.
    pub score: Ppm,
    /// blake2-256 of the report.
    pub report: H256,
}

/// What evaluators report on, within a proposal.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Subject {
    /// A milestone of a grant, from 0.
    #[codec(index = 0)]
    Milestone(u8),
    /// A contribution that a bounty may pay.
    #[codec(index = 1)]
    Contribution(ContributionId),
}

/// What an evaluator found.
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
pub enum Finding {
    /// Of a milestone.
    #[codec(index = 0)]
    Milestone(MilestoneReport),
    /// Of a contribution.
    #[codec(index = 1)]
    Score(ScoreReport),
}

/// An evaluator's report that waits for others to agree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SignedReport {
    /// Who signed it.
    pub evaluator: AccountId,
    /// What it says.
    pub finding: Finding,
    /// Whether it replaced an earlier one, which is possible once.
    pub revised: bool,
}

/// When money of a proposal goes back to the treasury. Ordered as its bytes are, so that the map's
/// first key is the next one due.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
pub struct Due([u8; 9]);

impl Due {
    /// The entry of milestone `milestone` of a grant, or of a bounty with `milestone` 0.
    pub fn new(at: BlockNumber, proposal: ProposalId, milestone: u8) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (at.to_be_bytes(), proposal.0.to_be_bytes());
        Self([a, b, c, d, e, f, g, h, milestone])
    }

    /// The block.
    pub fn at(&self) -> BlockNumber {
        let [a, b, c, d, ..] = self.0;
        BlockNumber::from_be_bytes([a, b, c, d])
    }

    /// The proposal.
    pub fn proposal(&self) -> ProposalId {
        let [_, _, _, _, a, b, c, d, _] = self.0;
        ProposalId(u32::from_be_bytes([a, b, c, d]))
    }
}
