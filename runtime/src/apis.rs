// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Runtime APIs: what nodes, workers and clients can ask of the chain's state.

use alloc::{vec, vec::Vec};

use codec::Encode;
use frame_support::{
    genesis_builder_helper::{build_state, get_preset},
    storage::transactional::with_transaction_unchecked,
    traits::{Get, KeyOwnerProofSystem},
    weights::Weight,
};
use openledger_primitives::{
    staking::{DelegationView, EraView, OperatorView},
    views::{
        AdapterView, ChannelView, ContributionView, InfluenceEntry, JobView, Lineage, ReceiptView,
        RowProof, VersionView, WorkerView,
    },
    AdapterId, ChannelId, ContributionId, DatanetId, JobId, JobRef, Ppm, VersionRef, H256,
};
use pallet_transaction_payment_rpc_runtime_api::{FeeDetails, RuntimeDispatchInfo};
use polkadot_sdk::*;
use sp_api::impl_runtime_apis;
use sp_consensus_babe as babe;
use sp_consensus_grandpa as grandpa;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
    traits::{Block as BlockT, NumberFor},
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult, ExtrinsicInclusionMode, TransactionOutcome,
};
use sp_version::RuntimeVersion;

use crate::*;

pallet_revive::impl_runtime_apis_plus_revive_traits!(
    Runtime,
    Revive,
    Executive,
    configs::EthExtraImpl,

    impl sp_api::Core<Block> for Runtime {
        fn version() -> RuntimeVersion {
            VERSION
        }

        fn execute_block(block: <Block as BlockT>::LazyBlock) {
            Executive::execute_block(block);
        }

        fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
            Executive::initialize_block(header)
        }
    }

    impl sp_api::Metadata<Block> for Runtime {
        fn metadata() -> OpaqueMetadata {
            OpaqueMetadata::new(Runtime::metadata().into())
        }

        fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
            Runtime::metadata_at_version(version)
        }

        fn metadata_versions() -> Vec<u32> {
            Runtime::metadata_versions()
        }
    }

    impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
        fn execute_view_function(
            id: frame_support::view_functions::ViewFunctionId,
            input: Vec<u8>,
        ) -> Result<Vec<u8>, frame_support::view_functions::ViewFunctionDispatchError> {
            Runtime::execute_view_function(id, input)
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
            Executive::apply_extrinsic(extrinsic)
        }

        fn finalize_block() -> <Block as BlockT>::Header {
            Executive::finalize_block()
        }

        fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
            data.create_extrinsics()
        }

        fn check_inherents(
            block: <Block as BlockT>::LazyBlock,
            data: InherentData,
        ) -> CheckInherentsResult {
            data.check_extrinsics(&block)
        }
    }

    impl openledger_primitives::runtime_api::AuthoringApi<Block> for Runtime {
        fn apply_transactions(
            transactions: Vec<<Block as BlockT>::Extrinsic>,
            at_most: Weight,
        ) -> Vec<ApplyExtrinsicResult> {
            let weight = || System::block_weight().total();
            let end = weight().saturating_add(at_most);
            let mut results = Vec::with_capacity(transactions.len());
            for transaction in transactions {
                let result = with_transaction_unchecked(|| {
                    match Executive::apply_extrinsic(transaction) {
                        Ok(outcome) => TransactionOutcome::Commit(Ok(outcome)),
                        Err(error) => TransactionOutcome::Rollback(Err(error)),
                    }
                });
                let goes_on = result.is_ok() && weight().all_lte(end);
                results.push(result);
                if !goes_on {
                    break;
                }
            }
            results
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            source: TransactionSource,
            transaction: <Block as BlockT>::Extrinsic,
            block_hash: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            Executive::validate_transaction(source, transaction, block_hash)
        }
    }

    impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
        fn offchain_worker(header: &<Block as BlockT>::Header) {
            Executive::offchain_worker(header);
            openledger_offchain_workers::run::<Runtime>(header.number);
        }
    }

    impl sp_session::SessionKeys<Block> for Runtime {
        fn generate_session_keys(
            owner: Vec<u8>,
            seed: Option<Vec<u8>>,
        ) -> sp_session::OpaqueGeneratedSessionKeys {
            SessionKeys::generate(&owner, seed).into()
        }

        fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
            SessionKeys::decode_into_raw_public_keys(&encoded)
        }
    }

    impl babe::BabeApi<Block> for Runtime {
        fn configuration() -> babe::BabeConfiguration {
            let epoch = Babe::epoch_config().unwrap_or(BABE_GENESIS_EPOCH_CONFIG);
            babe::BabeConfiguration {
                slot_duration: Babe::slot_duration(),
                epoch_length: <Runtime as pallet_babe::Config>::EpochDuration::get(),
                c: epoch.c,
                authorities: Babe::authorities().to_vec(),
                randomness: Babe::randomness(),
                allowed_slots: epoch.allowed_slots,
            }
        }

        fn current_epoch_start() -> babe::Slot {
            Babe::current_epoch_start()
        }

        fn current_epoch() -> babe::Epoch {
            Babe::current_epoch()
        }

        fn next_epoch() -> babe::Epoch {
            Babe::next_epoch()
        }

        fn generate_key_ownership_proof(
            _slot: babe::Slot,
            authority_id: babe::AuthorityId,
        ) -> Option<babe::OpaqueKeyOwnershipProof> {
            Historical::prove((babe::KEY_TYPE, authority_id))
                .map(|proof| babe::OpaqueKeyOwnershipProof::new(proof.encode()))
        }

        fn submit_report_equivocation_unsigned_extrinsic(
            equivocation_proof: babe::EquivocationProof<<Block as BlockT>::Header>,
            key_owner_proof: babe::OpaqueKeyOwnershipProof,
        ) -> Option<()> {
            let key_owner_proof = key_owner_proof.decode()?;
            Babe::submit_unsigned_equivocation_report(equivocation_proof, key_owner_proof)
        }
    }

    impl grandpa::GrandpaApi<Block> for Runtime {
        fn grandpa_authorities() -> grandpa::AuthorityList {
            Grandpa::grandpa_authorities()
        }

        fn current_set_id() -> grandpa::SetId {
            pallet_grandpa::CurrentSetId::<Runtime>::get()
        }

        fn submit_report_equivocation_unsigned_extrinsic(
            equivocation_proof: grandpa::EquivocationProof<
                <Block as BlockT>::Hash,
                NumberFor<Block>,
            >,
            key_owner_proof: grandpa::OpaqueKeyOwnershipProof,
        ) -> Option<()> {
            let key_owner_proof = key_owner_proof.decode()?;
            Grandpa::submit_unsigned_equivocation_report(equivocation_proof, key_owner_proof)
        }

        fn generate_key_ownership_proof(
            _set_id: grandpa::SetId,
            authority_id: grandpa::AuthorityId,
        ) -> Option<grandpa::OpaqueKeyOwnershipProof> {
            Historical::prove((grandpa::KEY_TYPE, authority_id))
                .map(|proof| grandpa::OpaqueKeyOwnershipProof::new(proof.encode()))
        }
    }

    impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
        fn account_nonce(account: AccountId) -> Nonce {
            System::account_nonce(account)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance>
        for Runtime
    {
        fn query_info(
            transaction: <Block as BlockT>::Extrinsic,
            length: u32,
        ) -> RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_info(transaction, length)
        }

        fn query_fee_details(
            transaction: <Block as BlockT>::Extrinsic,
            length: u32,
        ) -> FeeDetails<Balance> {
            TransactionPayment::query_fee_details(transaction, length)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<
        Block,
        Balance,
        RuntimeCall,
    > for Runtime
    {
        fn query_call_info(call: RuntimeCall, length: u32) -> RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_call_info(call, length)
        }

        fn query_call_fee_details(call: RuntimeCall, length: u32) -> FeeDetails<Balance> {
            TransactionPayment::query_call_fee_details(call, length)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
        fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
            build_state::<RuntimeGenesisConfig>(config)
        }

        fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
            get_preset::<RuntimeGenesisConfig>(id, genesis_presets::get_preset)
        }

        fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
            genesis_presets::preset_names()
        }
    }

    impl openledger_primitives::runtime_api::EthereumApi<Block> for Runtime {
        fn ethereum_events() -> openledger_primitives::ethereum::EthereumEvents {
            configs::evm::ethereum_events()
        }

        fn chain_id() -> u64 {
            configs::evm::ChainId::get()
        }
    }

    impl openledger_primitives::runtime_api::DatanetsApi<Block> for Runtime {
        fn contribution(contribution: ContributionId) -> Option<ContributionView> {
            Datanets::contribution_view(contribution)
        }

        fn accepted(datanet: DatanetId) -> Vec<ContributionView> {
            Datanets::accepted_views(datanet)
        }

        fn pending(datanet: DatanetId) -> Vec<ContributionView> {
            Datanets::pending_views(datanet)
        }

        fn similarity(datanet: DatanetId) -> Option<Ppm> {
            Datanets::similarity(datanet)
        }

        fn version(version: VersionRef) -> Option<VersionView> {
            Datanets::version_view(version)
        }

        fn proof_of(version: VersionRef, row: u64) -> Option<RowProof> {
            Datanets::proof_of(version, row)
        }
    }

    impl openledger_primitives::runtime_api::StakingApi<Block> for Runtime {
        fn operator(operator: AccountId) -> Option<OperatorView> {
            OperatorStaking::operator_view(operator)
        }

        fn delegation(delegator: AccountId, operator: AccountId) -> Option<DelegationView> {
            OperatorStaking::delegation_view(delegator, operator)
        }

        fn delegations(delegator: AccountId) -> Vec<DelegationView> {
            OperatorStaking::delegations_view(delegator)
        }

        fn elected() -> Vec<(AccountId, Balance)> {
            OperatorStaking::elected_view()
        }

        fn era() -> EraView {
            OperatorStaking::era_view()
        }
    }

    impl openledger_primitives::runtime_api::ModelsApi<Block> for Runtime {
        fn adapter(adapter: AdapterId) -> Option<AdapterView> {
            Models::adapter_view(adapter)
        }

        fn adapters(from: AdapterId, limit: u32) -> Vec<AdapterView> {
            Models::adapters(from, limit)
        }

        fn lineage(adapter: AdapterId) -> Option<Lineage> {
            Models::lineage(adapter)
        }
    }

    impl openledger_primitives::runtime_api::InferenceApi<Block> for Runtime {
        fn job(job: JobId) -> Option<JobView> {
            Inference::job_view(job)
        }

        fn open_jobs(limit: u32) -> Vec<JobView> {
            Inference::open_jobs(limit)
        }

        fn channel(channel: ChannelId) -> Option<ChannelView> {
            Inference::channel_view(channel)
        }

        fn worker(worker: AccountId) -> Option<WorkerView> {
            Inference::worker_view(worker)
        }

        fn worker_of_key(key: sp_core::ed25519::Public) -> Option<AccountId> {
            Inference::worker_of_key(key)
        }
    }

    impl openledger_primitives::runtime_api::AttributionApi<Block> for Runtime {
        fn credits_of(account: AccountId) -> Balance {
            Attribution::credits_of(account)
        }

        fn receipt(job: JobRef) -> Option<ReceiptView> {
            Attribution::receipt_view(job)
        }

        fn ended(jobs: Vec<JobRef>) -> Vec<bool> {
            Attribution::ended(jobs)
        }

        fn influence_of(adapter: AdapterId) -> Vec<InfluenceEntry> {
            Attribution::influence_of(adapter)
        }

        fn genesis() -> H256 {
            System::block_hash(0)
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    impl frame_benchmarking::Benchmark<Block> for Runtime {
        fn benchmark_metadata(
            extra: bool,
        ) -> (
            Vec<frame_benchmarking::BenchmarkList>,
            Vec<frame_support::traits::StorageInfo>,
        ) {
            benchmarks::metadata(extra)
        }

        fn dispatch_benchmark(
            config: frame_benchmarking::BenchmarkConfig,
        ) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
            benchmarks::dispatch(config)
        }
    }

    #[cfg(feature = "try-runtime")]
    impl frame_try_runtime::TryRuntime<Block> for Runtime {
        fn on_runtime_upgrade(
            checks: frame_try_runtime::UpgradeCheckSelect,
        ) -> (Weight, Weight) {
            // A failed check must stop the tool that asked for it.
            let weight = Executive::try_runtime_upgrade(checks).unwrap();
            (weight, configs::RuntimeBlockWeights::get().max_block)
        }

        fn execute_block(
            block: <Block as BlockT>::LazyBlock,
            state_root_check: bool,
            signature_check: bool,
            select: frame_try_runtime::TryStateSelect,
        ) -> Weight {
            Executive::try_execute_block(block, state_root_check, signature_check, select).unwrap()
        }
    }
);
