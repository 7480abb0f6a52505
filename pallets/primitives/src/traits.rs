// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What pallets need of each other. The runtime joins implementations and users.

use polkadot_sdk::{
    sp_core::{ed25519, H256},
    sp_runtime::{DispatchError, DispatchResult, Weight},
};

use crate::{
    views::LineageEntry, AccountId, AdapterId, Balance, ContributionId, DatanetId, JobRef,
    SignedVoucher, VersionRef,
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
}

/// Datanets, as models and attribution see them. Implemented by `pallet-datanets`.
pub trait Datanets {
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

    /// Publishes an adapter of `developer` trained on one version with `contributions` accepted
    /// contributions, at 1 planck per unit.
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
    /// The least that settling it must bring, planck: zero where the request paid a transaction fee
    /// of its own, more where only the settlement pays for its place in a block.
    pub min_fee: Balance,
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

    /// Whether the job has ended: settled, refunded or cancelled, or a request of a channel that is
    /// closed. False for what was never opened.
    fn is_ended(job: &JobRef) -> bool;

    /// The weight of checking and settling a channel's request beyond that of an escrowed job.
    fn voucher_weight() -> Weight;

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

/// The stake behind an operator. Implemented by `pallet-inference`'s plain hold until the staking
/// pallet takes over.
pub trait OperatorStake {
    /// Ensures that `operator` has the stake that a worker needs, holding it if it must.
    fn bond_worker(operator: &AccountId) -> DispatchResult;

    /// Gives the stake back.
    fn unbond_worker(operator: &AccountId) -> DispatchResult;

    /// What stands behind the operator, planck.
    fn stake_of(operator: &AccountId) -> Balance;
}
