// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A client whose runtime knows one of everything, for the tests of the APIs.

use openledger_primitives::{
    ed25519,
    merkle::{ContributionLeaf, MerkleProof},
    runtime_api::{AttributionApi, DatanetsApi, InferenceApi, ModelsApi},
    views::{
        AdapterMetrics, AdapterStatus, AdapterView, ChannelView, ContributionView, InfluenceEntry,
        InfluenceTotals, JobInput, JobView, Lineage, LineageEntry, ReceiptView, RowProof,
        VersionView, WorkerView,
    },
    AccountId, AdapterId, Balance, BaseModelId, BlockNumber, ChannelId, ContributionId, DatanetId,
    InfluenceMethod, InfluenceShare, JobId, JobRef, Ppm, VersionRef, H256, OPEN,
};
use openledger_runtime::{
    opaque::{Block, Header},
    Hash, SS58_PREFIX,
};
use polkadot_sdk::*;
use sp_api::{ApiError, ApiRef, ProvideRuntimeApi};
use sp_blockchain::{BlockStatus, HeaderBackend, Info};
use sp_core::crypto::{set_default_ss58_version, Ss58AddressFormat, Ss58Codec};
use sp_runtime::traits::{Header as _, NumberFor};

/// The best block.
pub const BEST: Hash = H256([0xbe; 32]);

/// A block whose state is pruned.
pub const PRUNED: Hash = H256([0x99; 32]);

/// A block that the client does not have.
pub const MISSING: Hash = H256([0x77; 32]);

/// The account of 32 times `byte`.
pub fn account(byte: u8) -> AccountId {
    AccountId::new([byte; 32])
}

/// Writes addresses as this chain does, as `main` sees to at the start.
pub fn use_chain_prefix() {
    set_default_ss58_version(Ss58AddressFormat::custom(SS58_PREFIX));
}

/// An account as text, with the chain's prefix.
pub fn ss58(byte: u8) -> String {
    account(byte).to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

/// The hash of 32 times `byte`.
fn hash(byte: u8) -> H256 {
    H256([byte; 32])
}

/// A hash as text.
pub fn hex(byte: u8) -> String {
    format!("{:?}", hash(byte))
}

pub fn receipt() -> ReceiptView {
    ReceiptView {
        job: JobRef::Escrowed(JobId(7)),
        hash: hash(1),
        consumer: account(2),
        adapter: AdapterId(3),
        worker: account(4),
        input_hash: hash(5),
        output_hash: hash(6),
        units: 12,
        fee: 36 * OPEN,
        influence: vec![
            InfluenceShare {
                contribution: ContributionId(1),
                share: Ppm(400_000),
            },
            InfluenceShare {
                contribution: ContributionId(2),
                share: Ppm(600_000),
            },
        ],
        method: InfluenceMethod::UnitGradientsV1,
        evidence: hash(7),
        settled_at: 99,
    }
}

pub fn influence() -> InfluenceEntry {
    InfluenceEntry {
        contribution: ContributionId(1),
        contributor: account(8),
        totals: InfluenceTotals {
            receipts: 200,
            influence_ppm: 81_000_000,
            earned: 20 * OPEN,
        },
    }
}

pub fn row_proof() -> RowProof {
    RowProof {
        root: hash(1),
        leaf: ContributionLeaf {
            contribution: ContributionId(5),
            contributor: account(8),
            rows_root: hash(2),
            first_row: 100,
            rows: 50,
        },
        leaf_bytes: vec![1, 2],
        proof: MerkleProof {
            siblings: vec![hash(3)],
            leaf_index: 1,
            leaves: 2,
        },
        row_in_contribution: 20,
        content: hash(4),
    }
}

pub fn adapter() -> AdapterView {
    AdapterView {
        adapter: AdapterId(3),
        name: "topics".into(),
        developer: account(9),
        base_model: BaseModelId(0),
        base_model_hash: hash(1),
        versions: vec![version()],
        artifact: hash(2),
        manifest: hash(3),
        influence_index: hash(4),
        unit_price: 3 * OPEN,
        metrics: AdapterMetrics {
            accuracy: Ppm(900_000),
            baseline_accuracy: Ppm(820_000),
            held_out_rows: 300,
        },
        status: AdapterStatus::Published,
        servable: true,
    }
}

pub fn lineage() -> Lineage {
    Lineage {
        adapter: adapter(),
        contributions: vec![LineageEntry {
            contribution: ContributionId(5),
            datanet: DatanetId(0),
            contributor: account(8),
            rows: 50,
            content: hash(5),
        }],
    }
}

fn version() -> VersionRef {
    VersionRef {
        datanet: DatanetId(0),
        number: 1,
    }
}

/// The client.
#[derive(Clone, Default)]
pub struct Client;

/// Its runtime.
pub struct Runtime;

impl ProvideRuntimeApi<Block> for Client {
    type Api = Runtime;
    fn runtime_api(&self) -> ApiRef<'_, Runtime> {
        Runtime.into()
    }
}

impl HeaderBackend<Block> for Client {
    fn header(&self, hash: Hash) -> sp_blockchain::Result<Option<Header>> {
        let root = H256::default();
        Ok([BEST, PRUNED]
            .contains(&hash)
            .then(|| Header::new(1, root, root, PRUNED, Default::default())))
    }

    fn info(&self) -> Info<Block> {
        Info {
            best_hash: BEST,
            best_number: 1,
            genesis_hash: PRUNED,
            finalized_hash: BEST,
            finalized_number: 1,
            finalized_state: None,
            number_leaves: 1,
            block_gap: None,
        }
    }

    fn status(&self, hash: Hash) -> sp_blockchain::Result<BlockStatus> {
        Ok(match self.header(hash)? {
            Some(_) => BlockStatus::InChain,
            None => BlockStatus::Unknown,
        })
    }

    fn number(&self, hash: Hash) -> sp_blockchain::Result<Option<BlockNumber>> {
        Ok(self.header(hash)?.map(|header| *header.number()))
    }

    fn hash(&self, number: NumberFor<Block>) -> sp_blockchain::Result<Option<Hash>> {
        Ok((number == 1).then_some(BEST))
    }
}

sp_api::mock_impl_runtime_apis! {
    impl DatanetsApi<Block> for Runtime {
        fn contribution(_contribution: ContributionId) -> Option<ContributionView> {
            None
        }

        fn accepted(_datanet: DatanetId) -> Vec<ContributionView> {
            Vec::new()
        }

        fn pending(_datanet: DatanetId) -> Vec<ContributionView> {
            Vec::new()
        }

        fn similarity(_datanet: DatanetId) -> Option<Ppm> {
            None
        }

        fn version(asked: VersionRef) -> Option<VersionView> {
            (asked == version()).then(|| VersionView {
                version: version(),
                root: hash(1),
                rows: 150,
                contributions: Vec::new(),
            })
        }

        fn proof_of(asked: VersionRef, row: u64) -> Option<RowProof> {
            (asked == version() && row < 150).then(row_proof)
        }
    }

    impl ModelsApi<Block> for Runtime {
        fn adapter(asked: AdapterId) -> Option<AdapterView> {
            // Adapter 4 exists too; nothing was settled for it.
            match asked {
                AdapterId(3) => Some(adapter()),
                AdapterId(4) => Some(AdapterView { adapter: asked, ..adapter() }),
                _ => None,
            }
        }

        fn adapters(_from: AdapterId, _limit: u32) -> Vec<AdapterView> {
            vec![adapter()]
        }

        fn lineage(asked: AdapterId) -> Option<Lineage> {
            (asked == AdapterId(3)).then(lineage)
        }
    }

    impl InferenceApi<Block> for Runtime {
        fn job(asked: JobId) -> Option<JobView> {
            (asked == JobId(8)).then(|| JobView {
                job: asked,
                consumer: account(2),
                adapter: AdapterId(3),
                input: JobInput::Stored(hash(5)),
                unit_price: 3 * OPEN,
                max_fee: 36 * OPEN,
                requested_at: 50,
                deadline: 200,
                delivered: false,
            })
        }

        fn open_jobs(_limit: u32) -> Vec<JobView> {
            Vec::new()
        }

        fn channel(asked: ChannelId) -> Option<ChannelView> {
            (asked == ChannelId(1)).then(|| ChannelView {
                channel: asked,
                consumer: account(2),
                worker: account(4),
                deposit: 100 * OPEN,
                spent: OPEN,
                closes_at: None,
            })
        }

        fn worker(_worker: AccountId) -> Option<WorkerView> {
            None
        }

        fn worker_of_key(_key: ed25519::Public) -> Option<AccountId> {
            None
        }
    }

    impl AttributionApi<Block> for Runtime {
        #[advanced]
        fn credits_of(at: Hash, who: AccountId) -> Result<Balance, ApiError> {
            if at == PRUNED {
                return Err(ApiError::UnknownBlock("State already discarded".into()));
            }
            Ok(if who == account(8) { u128::MAX } else { 0 })
        }

        fn receipt(job: JobRef) -> Option<ReceiptView> {
            (job == JobRef::Escrowed(JobId(7))).then(receipt)
        }

        fn ended(jobs: Vec<JobRef>) -> Vec<bool> {
            jobs.iter().map(|_| false).collect()
        }

        fn influence_of(asked: AdapterId) -> Vec<InfluenceEntry> {
            if asked == AdapterId(3) { vec![influence()] } else { Vec::new() }
        }

        fn genesis() -> H256 {
            PRUNED
        }
    }
}
