// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A chain to test with, and the steps of the main job that several tests need.

use frame_support::{assert_ok, BoundedVec};
use openledger_primitives::{
    merkle::{row_hash, rows_root},
    receipt::RECEIPT_VERSION,
    views::{AdapterMetrics, JobInput},
    worker::registration_payload,
    AdapterId, ContributionId, DatanetId, InferenceReceipt, InfluenceMethod, InfluenceShare,
    InfluenceVector, JobId, JobRef, Ppm, SignedReceipt, VersionRef, H256,
};
use polkadot_sdk::*;
use sp_core::{ed25519, Pair};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{BuildStorage, Perbill, TryRuntimeError};

use crate::*;

/// The planck per unit of the test adapter.
pub const UNIT_PRICE: Balance = OPEN / 100;

pub const OWNER: Sr25519Keyring = Sr25519Keyring::Alice;
pub const CONTRIBUTORS: [Sr25519Keyring; 2] = [Sr25519Keyring::Bob, Sr25519Keyring::Charlie];
pub const DEVELOPER: Sr25519Keyring = Sr25519Keyring::Dave;
pub const CONSUMER: Sr25519Keyring = Sr25519Keyring::Eve;
pub const WORKER: Sr25519Keyring = Sr25519Keyring::Ferdie;

/// The hash of the first block.
pub const GENESIS: H256 = H256([7; 32]);

/// Adds the fields of `patch` to `base`, as a node does when it builds a chain from a preset.
fn merge(base: &mut serde_json::Value, patch: serde_json::Value) {
    match (base, patch) {
        (serde_json::Value::Object(base), serde_json::Value::Object(patch)) => {
            for (key, value) in patch {
                merge(base.entry(key).or_insert(serde_json::Value::Null), value);
            }
        }
        (base, patch) => *base = patch,
    }
}

/// The genesis of a preset.
pub fn genesis(preset: &str) -> RuntimeGenesisConfig {
    let patch = genesis_presets::get_preset(&preset.into()).expect("the preset exists");
    let mut config =
        serde_json::to_value(RuntimeGenesisConfig::default()).expect("the default is JSON");
    merge(
        &mut config,
        serde_json::from_slice(&patch).expect("the preset is JSON"),
    );
    serde_json::from_value(config).expect("the preset fits the configuration")
}

/// Runs `test` at block 1 of the development chain, and checks every invariant afterwards.
pub fn on_development_chain(test: impl FnOnce()) {
    on_chain(sp_genesis_builder::DEV_RUNTIME_PRESET, test);
}

/// Runs `test` at block 1 of a preset's chain, and checks every invariant afterwards.
pub fn on_chain(preset: &str, test: impl FnOnce()) {
    let storage = genesis(preset).build_storage().expect("the genesis builds");
    TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        frame_system::BlockHash::<Runtime>::insert(0, GENESIS);
        test();
        check_invariants();
    });
}

/// Checks the invariants of all pallets of ours, and that nothing was minted or burnt.
#[track_caller]
pub fn check_invariants() {
    type Check = fn() -> Result<(), TryRuntimeError>;
    let checks: [(&str, Check); 7] = [
        ("datanets", Datanets::do_try_state),
        ("models", Models::do_try_state),
        ("inference", Inference::do_try_state),
        ("attribution", Attribution::do_try_state),
        ("staking", OperatorStaking::do_try_state),
        ("AI governance", AiGovernance::do_try_state),
        ("precompiles", Precompiles::do_try_state),
    ];
    for (pallet, check) in checks {
        assert_eq!(check(), Ok(()), "{pallet}");
    }
    assert_eq!(Balances::total_issuance(), genesis_presets::TOTAL_SUPPLY);
}

/// A signed origin.
pub fn signed(account: Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(account.to_account_id())
}

/// The key with which the worker signs receipts.
pub fn receipt_key() -> ed25519::Pair {
    ed25519::Pair::from_seed(&[42; 32])
}

fn text<S: sp_core::Get<u32>>(text: &str) -> BoundedVec<u8, S> {
    text.as_bytes()
        .to_vec()
        .try_into()
        .expect("the text is short")
}

/// Publishes a version with a contribution of each contributor.
pub fn publish_version() -> (VersionRef, [ContributionId; 2]) {
    let policy = pallet_datanets::Policy {
        open: true,
        min_rows: 1,
        max_rows: 1_000,
        max_bytes: 1_000_000,
        similarity: Ppm(800_000),
    };
    assert_ok!(Datanets::create_datanet(
        signed(OWNER),
        text("glosses"),
        policy
    ));
    let datanet = DatanetId(0);
    for (index, contributor) in CONTRIBUTORS.into_iter().enumerate() {
        let rows = [row_hash(&[index as u8, 0]), row_hash(&[index as u8, 1])];
        assert_ok!(Datanets::contribute(
            signed(contributor),
            datanet,
            rows_root(&rows),
            2,
            100,
            H256([index as u8; 32]),
            text("CC-BY-4.0"),
            text(""),
        ));
        let contribution = ContributionId(index as u64);
        assert_ok!(Datanets::accept_contribution(
            signed(OWNER),
            contribution,
            H256([9; 32])
        ));
    }
    assert_ok!(Datanets::publish_version(signed(OWNER), datanet));
    (
        VersionRef { datanet, number: 1 },
        [ContributionId(0), ContributionId(1)],
    )
}

/// Publishes an adapter trained on a version.
pub fn publish_adapter(version: VersionRef) -> AdapterId {
    assert_ok!(Models::register_base_model(
        RuntimeOrigin::root(),
        H256([1; 32]),
        text("MiniLM-L6"),
        384,
        6,
        text("Apache-2.0"),
    ));
    assert_ok!(Models::register_adapter(
        signed(DEVELOPER),
        openledger_primitives::BaseModelId(0),
        text("topics"),
        vec![version].try_into().expect("one version fits"),
        pallet_models::Artifacts {
            artifact: H256([2; 32]),
            manifest: H256([3; 32]),
            influence_index: H256([4; 32]),
        },
        UNIT_PRICE,
        AdapterMetrics::default(),
    ));
    assert_ok!(Models::publish(signed(DEVELOPER), AdapterId(0)));
    AdapterId(0)
}

/// Makes an account an operator that serves adapters.
pub fn register_operator(account: Sr25519Keyring) {
    let roles = pallet_operator_staking::Roles {
        worker: true,
        ..Default::default()
    };
    assert_ok!(OperatorStaking::register_operator(
        signed(account),
        roles,
        Perbill::from_percent(5),
        1_000 * OPEN,
    ));
}

/// Registers the worker, with its stake.
pub fn register_worker() {
    register_operator(WORKER);
    let key = receipt_key();
    let proof = key.sign(&registration_payload(
        &System::block_hash(0),
        &WORKER.to_account_id(),
    ));
    assert_ok!(Inference::register_worker(
        signed(WORKER),
        key.public(),
        proof,
        text("cpu")
    ));
}

/// Everything up to an adapter that a worker serves.
pub fn ready() -> (AdapterId, [ContributionId; 2]) {
    let (version, contributions) = publish_version();
    let adapter = publish_adapter(version);
    register_worker();
    (adapter, contributions)
}

/// Escrows a job.
pub fn request(adapter: AdapterId, max_fee: Balance) -> JobId {
    let job = pallet_inference::NextJob::<Runtime>::get();
    let input = JobInput::Inline(text("a writ of right"));
    assert_ok!(Inference::request_inference(
        signed(CONSUMER),
        adapter,
        input,
        max_fee
    ));
    job
}

/// The worker's receipt for a job.
pub fn receipt(
    job: JobId,
    adapter: AdapterId,
    shares: &[(ContributionId, u32)],
    units: u32,
) -> SignedReceipt {
    let influence = shares
        .iter()
        .map(|(contribution, share)| InfluenceShare {
            contribution: *contribution,
            share: Ppm(*share),
        })
        .collect();
    let receipt = InferenceReceipt {
        version: RECEIPT_VERSION,
        genesis: System::block_hash(0),
        job: JobRef::Escrowed(job),
        voucher: None,
        adapter,
        artifact: H256([2; 32]),
        input_hash: openledger_primitives::content_hash(b"a writ of right"),
        output_hash: H256([5; 32]),
        units,
        influence: InfluenceVector::new(influence).expect("the shares are valid"),
        method: InfluenceMethod::UnitGradientsV1,
        evidence: H256([6; 32]),
        worker: WORKER.to_account_id(),
        seen_at: 1,
    };
    let signature = receipt_key().sign(&receipt.payload());
    SignedReceipt {
        receipt,
        signature,
        voucher: None,
        output: None,
    }
}
