// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What pallets need of each other. The runtime joins implementations and users.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{
    frame_support::BoundedVec,
    sp_core::{ed25519, ConstU32, H256},
    sp_runtime::{DispatchError, DispatchResult, Perbill, Weight},
};
use scale_info::TypeInfo;

use crate::{
    views::LineageEntry, AccountId, AdapterId, Balance, BaseModelId, BlockNumber, ContributionId,
    DatanetId, FeeSplit, JobId, JobRef, Output, SignedVoucher, VersionRef,
};

/// A published version, as other pallets see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSummary {
    /// The Merkle root over its contributions.
    pub root: H256,
    /// How many contributions it has.
    pub contributions: u32,
    /// How many rows it has.
    pub rows: u64,
}

/// Where an accepted contribution stands. It never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedContribution {
    /// Its Datanet.
    pub datanet: DatanetId,
    /// Its place among the Datanet's accepted contributions, from 0: a version contains it exactly
    /// when the version has more contributions than this.
    pub index: u32,
    /// Who contributed it.
    pub contributor: AccountId,
    /// How many rows it has.
    pub rows: u32,
    /// The block that it came in with.
    pub contributed_at: BlockNumber,
}

/// Datanets, as models and attribution see them. Implemented by `pallet-datanets`.
pub trait Datanets {
    /// Whether there is a Datanet of that identifier. O(1).
    fn exists(datanet: DatanetId) -> bool;

    /// A published version, or `None` when there is none of that number.
    fn version(version: &VersionRef) -> Option<VersionSummary>;

    /// Where a contribution stands, or `None` when it is not accepted. O(1).
    fn accepted(contribution: ContributionId) -> Option<AcceptedContribution>;

    /// Who contributed an accepted contribution.
    fn contributor(contribution: ContributionId) -> Option<AccountId>;

    /// Whether a published version contains a contribution. O(1).
    fn contains(version: &VersionRef, contribution: ContributionId) -> bool;

    /// The contributions of a published version in order of acceptance; none when there is no such
    /// version. O(contributions): for runtime APIs, not for calls.
    fn contributions(version: &VersionRef) -> alloc::vec::Vec<LineageEntry>;

    /// Publishes a version of `contributions` accepted contributions, each by another account.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_version(contributions: u32) -> (VersionRef, alloc::vec::Vec<ContributionId>);
}

/// Is told of every contribution that a Datanet accepts. Implemented by what pays for them.
pub trait OnAccepted {
    /// `contribution` has just been accepted. It cannot fail: what goes wrong here must not keep an
    /// owner from curating.
    fn on_accepted(contribution: ContributionId, accepted: &AcceptedContribution);

    /// The most that [`OnAccepted::on_accepted`] weighs.
    fn weight() -> Weight;
}

impl OnAccepted for () {
    fn on_accepted(_: ContributionId, _: &AcceptedContribution) {}

    fn weight() -> Weight {
        Weight::zero()
    }
}

/// A base model that is to be listed.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct BaseModelListing {
    /// blake2-256 of its weights; listed once.
    pub hash: H256,
    /// Its name: UTF-8, 1 to 64 bytes.
    pub name: BoundedVec<u8, ConstU32<64>>,
    /// The width of its hidden states, not zero.
    pub hidden_size: u32,
    /// How many transformer layers it has, not zero.
    pub layers: u32,
    /// SPDX licence expression: UTF-8, 1 to 32 bytes.
    pub licence: BoundedVec<u8, ConstU32<32>>,
}

/// Listing and delisting base models, for governance. Implemented by `pallet-models`.
pub trait BaseModelAdmin {
    /// Whether a base model is listed.
    fn is_listed(base_model: BaseModelId) -> bool;

    /// Lists a base model and gives its identifier. Fails when it is listed or was, or when its
    /// description is not valid. To be called in a storage layer.
    fn list(listing: BaseModelListing) -> Result<BaseModelId, DispatchError>;

    /// Delists a base model for good. Fails when it is not listed. To be called in a storage layer.
    fn delist(base_model: BaseModelId) -> DispatchResult;
}

/// How fees are split, for governance. Implemented by `pallet-attribution`.
pub trait AttributionAdmin {
    /// Changes how the fees of later settlements are split. Fails when the split is not valid. To
    /// be called in a storage layer.
    fn set_fee_split(split: FeeSplit) -> DispatchResult;
}

/// An adapter's terms, as inference and attribution see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterTerms {
    /// Who is paid the developer's part.
    pub developer: AccountId,
    /// blake2-256 of the adapter's safetensors.
    pub artifact: H256,
    /// Planck per unit that new jobs pay.
    pub unit_price: Balance,
    /// The lowest unit price that a voucher may carry now: the present one, or the one before for a
    /// notice period after a change, so that an answer given before a change can still be settled.
    pub lowest_unit_price: Balance,
    /// Whether new jobs are accepted: published and neither it nor its base model retired.
    pub servable: bool,
}

/// Adapters, as inference and attribution see them. Implemented by `pallet-models`.
pub trait Models {
    /// An adapter's terms, or `None` when there is no such adapter.
    fn terms(adapter: AdapterId) -> Option<AdapterTerms>;

    /// Who contributed `contribution`, if it is in the lineage of `adapter`.
    fn contributor_in_lineage(
        adapter: AdapterId,
        contribution: ContributionId,
    ) -> Option<AccountId>;

    /// Publishes an adapter of `developer` with the longest record, at the least price: trained on as
    /// many versions as it can be, the last with `contributions` accepted contributions, which are
    /// returned.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_adapter(
        developer: &AccountId,
        contributions: u32,
    ) -> (AdapterId, alloc::vec::Vec<ContributionId>);
}

/// What pays for a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobTerms {
    /// Who pays.
    pub consumer: AccountId,
    /// The adapter that is asked.
    pub adapter: AdapterId,
    /// The input that is asked about.
    pub input_hash: H256,
    /// Planck per unit.
    pub unit_price: Balance,
    /// The most that may be taken for this job, planck.
    pub max_fee: Balance,
    /// The least that settling it must bring, planck: settling is free of transaction fees, so the
    /// fee has to pay for the receipt's place in a block.
    pub min_fee: Balance,
    /// Whether the answer has to come beside the receipt.
    pub delivered: bool,
}

/// Is told how the jobs end whose answers come to the chain. Implemented by what hands them on.
pub trait OnDelivery {
    /// `job` was answered; `receipt` is the hash of the receipt that settled it. It cannot fail:
    /// what goes wrong here must not keep a receipt from settling.
    fn on_answered(job: JobId, receipt: H256, output: Output);

    /// `job` was cancelled or refunded. It cannot fail: what goes wrong here must not keep a
    /// consumer from its escrow.
    fn on_refunded(job: JobId);

    /// What it has set aside of an account to be spent, planck: no less than that has to be left
    /// for it when the inference pallet sets something aside, too.
    fn committed(who: &AccountId) -> Balance;

    /// The most that being told of an end weighs.
    fn weight() -> Weight;
}

impl OnDelivery for () {
    fn on_answered(_: JobId, _: H256, _: Output) {}

    fn on_refunded(_: JobId) {}

    fn committed(_: &AccountId) -> Balance {
        0
    }

    fn weight() -> Weight {
        Weight::zero()
    }
}

/// Jobs, channels and workers, as attribution sees them. Implemented by `pallet-inference`.
pub trait Escrow {
    /// The key that signs the receipts of an active worker.
    fn receipt_key(worker: &AccountId) -> Option<ed25519::Public>;

    /// The terms of an open job. For a channel's request every check on the voucher is made: its
    /// signature, chain, channel, sequence, unused, worker, price and what the channel still holds.
    fn terms(
        job: &JobRef,
        voucher: Option<&SignedVoucher>,
        worker: &AccountId,
    ) -> Result<JobTerms, DispatchError>;

    /// Ends the job (or marks the channel's request settled), makes `fee` available in the
    /// consumer's free balance and returns what the escrow holds beyond it. The caller has checked
    /// [`Escrow::terms`], takes the fee from the consumer in the same storage transaction, and
    /// `fee` is at most `max_fee`.
    fn settle(
        job: &JobRef,
        voucher: Option<&SignedVoucher>,
        worker: &AccountId,
        fee: Balance,
    ) -> DispatchResult;

    /// Hands on the answer to a job that was just settled and whose terms ask for it. `receipt` is
    /// the hash of the receipt, whose output hash the caller has checked.
    fn deliver(job: &JobRef, receipt: H256, output: &Output);

    /// Whether the job has ended: settled, refunded or cancelled, or a request of a channel that is
    /// closed. False for what was never opened.
    fn is_ended(job: &JobRef) -> bool;

    /// The weight of checking and settling a channel's request beyond that of an escrowed job.
    fn voucher_weight() -> Weight;

    /// The weight of [`Escrow::deliver`].
    fn delivery_weight() -> Weight;

    /// Opens a job of `consumer` for `adapter` with a large escrow and a worker whose receipt key is
    /// `key`.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_job(
        consumer: &AccountId,
        adapter: AdapterId,
        worker: &AccountId,
        key: ed25519::Public,
    ) -> (JobRef, H256);
}

/// The stake behind an operator. Implemented by the staking pallet.
pub trait OperatorStake {
    /// Ensures that `operator` has the stake that a worker needs, and keeps it bound until
    /// [`OperatorStake::unbond_worker`].
    fn bond_worker(operator: &AccountId) -> DispatchResult;

    /// Lets the stake go: it moves no funds.
    fn unbond_worker(operator: &AccountId) -> DispatchResult;

    /// What stands behind the operator, planck.
    fn stake_of(operator: &AccountId) -> Balance;

    /// Brings about what [`OperatorStake::bond_worker`] asks of an account.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_worker(_operator: &AccountId) {}
}

/// What an operator does with its stake behind it.
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
pub enum OperatorRole {
    /// Authors and finalises blocks.
    #[codec(index = 0)]
    Validator,
    /// Serves adapters.
    #[codec(index = 1)]
    Worker,
    /// Measures contributions and adapters, and signs what it measured.
    #[codec(index = 2)]
    Evaluator,
}

/// Who acts in a role with stake behind it. Implemented by the staking pallet.
pub trait OperatorRoles {
    /// Whether an account is an operator with this role that is neither chilled nor retiring and
    /// has the self-bond that the role asks for.
    fn is_active(operator: &AccountId, role: OperatorRole) -> bool;

    /// Makes an account an active operator with this role.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_operator(operator: &AccountId, role: OperatorRole);
}

/// Counts the work by which operators share rewards. Implemented by the staking pallet.
pub trait WorkPoints {
    /// A receipt of `worker` was settled for `fee` planck.
    fn note_settled(worker: &AccountId, fee: Balance);

    /// The most that [`WorkPoints::note_settled`] weighs.
    fn weight() -> Weight;
}

impl WorkPoints for () {
    fn note_settled(_: &AccountId, _: Balance) {}

    fn weight() -> Weight {
        Weight::zero()
    }
}

/// Why an operator's stake is slashed.
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
pub enum SlashReason {
    /// It signed two blocks or two votes where it may sign one.
    #[codec(index = 0)]
    Equivocation,
    /// It missed most of its blocks again while on probation.
    #[codec(index = 1)]
    MissedBlocks,
    /// It was shown to have served or signed what it must not.
    #[codec(index = 2)]
    FalseWork,
}

/// Slashes operators. Implemented by the staking pallet.
pub trait SlashOperator {
    /// Queues a slash of `fraction` of all that stood behind `operator` in block `at`, the block of
    /// the offence, also of what has left since, and chills it at once. A block is what callers know
    /// of an offence (a receipt's settlement names one); which era it lies in only staking knows. Of
    /// several slashes of an operator for one era only the highest counts. Fails when this one adds
    /// nothing to them, when the offence is too old to be punished, and when the account is no operator
    /// and nothing unbonds that stood behind it as one. To be called in a storage layer.
    fn slash(
        operator: &AccountId,
        fraction: Perbill,
        at: BlockNumber,
        reason: SlashReason,
    ) -> DispatchResult;

    /// The most that [`SlashOperator::slash`] weighs.
    fn weight() -> Weight;
}
