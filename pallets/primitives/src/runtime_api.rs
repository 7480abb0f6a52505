// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Runtime APIs: how nodes, workers and clients read the pallets.

use alloc::vec::Vec;
use frame_support::weights::Weight;
use polkadot_sdk::*;
use sp_core::H256;
use sp_runtime::{traits::Block as BlockT, ApplyExtrinsicResult};

use crate::{
    ethereum::EthereumEvents,
    staking::{DelegationView, EraView, OperatorView},
    views::{
        AdapterView, ChannelView, ContributionView, InfluenceEntry, JobView, Lineage, ReceiptView,
        RowProof, VersionView, WorkerView,
    },
    AccountId, AdapterId, Balance, ChannelId, ContributionId, DatanetId, JobId, JobRef, Ppm,
    VersionRef,
};

sp_api::decl_runtime_apis! {
    /// Datanets.
    pub trait DatanetsApi {
        /// A contribution.
        fn contribution(contribution: ContributionId) -> Option<ContributionView>;

        /// The accepted contributions of a Datanet, in order of acceptance.
        fn accepted(datanet: DatanetId) -> Vec<ContributionView>;

        /// The contributions of a Datanet that wait for evaluation, ascending by id.
        fn pending(datanet: DatanetId) -> Vec<ContributionView>;

        /// From which similarity on two rows are near-duplicates in a Datanet.
        fn similarity(datanet: DatanetId) -> Option<Ppm>;

        /// A published version with its contributions.
        fn version(version: VersionRef) -> Option<VersionView>;

        /// Leads from row `row` of a version to the account that contributed it.
        fn proof_of(version: VersionRef, row: u64) -> Option<RowProof>;
    }

    /// Models.
    pub trait ModelsApi {
        /// An adapter.
        fn adapter(adapter: AdapterId) -> Option<AdapterView>;

        /// Up to `limit` (at most 256) adapters from `from` on, ascending.
        fn adapters(from: AdapterId, limit: u32) -> Vec<AdapterView>;

        /// Adapter → versions → contributions → accounts.
        fn lineage(adapter: AdapterId) -> Option<Lineage>;
    }

    /// Jobs, channels and workers.
    pub trait InferenceApi {
        /// An open job; `None` when it never was or has ended.
        fn job(job: JobId) -> Option<JobView>;

        /// Up to `limit` (at most 512) open jobs, ascending by id.
        fn open_jobs(limit: u32) -> Vec<JobView>;

        /// A channel.
        fn channel(channel: ChannelId) -> Option<ChannelView>;

        /// A registered worker.
        fn worker(worker: AccountId) -> Option<WorkerView>;

        /// The account that registered a receipt key.
        fn worker_of_key(key: sp_core::ed25519::Public) -> Option<AccountId>;
    }

    /// Receipts, credits and influence.
    pub trait AttributionApi {
        /// What an account can claim, planck.
        fn credits_of(account: AccountId) -> Balance;

        /// A settled receipt.
        fn receipt(job: JobRef) -> Option<ReceiptView>;

        /// Which of `jobs` (at most 256 are answered) are settled or otherwise ended, in order.
        fn ended(jobs: Vec<JobRef>) -> Vec<bool>;

        /// What each contribution has done for an adapter, ascending by contribution.
        fn influence_of(adapter: AdapterId) -> Vec<InfluenceEntry>;

        /// The hash of the chain's first block, which receipts name.
        fn genesis() -> H256;
    }

    /// Stake, for wallets.
    pub trait StakingApi {
        /// An operator; `None` when the account is none.
        fn operator(operator: AccountId) -> Option<OperatorView>;

        /// What an account has with an operator, bonded and unbonding; `None` when that is nothing.
        fn delegation(delegator: AccountId, operator: AccountId) -> Option<DelegationView>;

        /// All that an account has with operators.
        fn delegations(delegator: AccountId) -> Vec<DelegationView>;

        /// Who would be elected now and with what stake, planck; most stake first.
        fn elected() -> Vec<(AccountId, Balance)>;

        /// Where the eras stand.
        fn era() -> EraView;
    }

    /// The EVM, for the node's index of Ethereum blocks.
    pub trait EthereumApi {
        /// The logs of the block whose state this is, whoever caused them, and which of its
        /// Ethereum transactions reverted.
        fn ethereum_events() -> EthereumEvents;

        /// The number that Ethereum transactions of this chain are signed for.
        fn chain_id() -> u64;
    }

    /// Making blocks.
    pub trait AuthoringApi {
        /// Applies transactions to the block in the making in their order, each as
        /// `BlockBuilder_apply_extrinsic` would, and says what became of them. It stops after the first
        /// that does not belong in the block, of which nothing is left, and once the block weighs more
        /// than `at_most` more than before: the results may be fewer than the transactions.
        fn apply_transactions(
            transactions: Vec<<Block as BlockT>::Extrinsic>,
            at_most: Weight,
        ) -> Vec<ApplyExtrinsicResult>;
    }
}
