// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A runtime of System, Balances, Datanets and Models, and the steps that tests take in it.

use codec::Encode;
use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::fungible::{InspectHold, Mutate},
    BoundedVec,
};
use openledger_primitives::{
    content_hash,
    views::{AdapterMetrics, AdapterStatus},
    AccountId, AdapterId, Balance, BaseModelId, BlockNumber, ContributionId, DatanetId, Ppm,
    VersionRef, H256,
};
use polkadot_sdk::*;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchResult};

use crate::{self as pallet_models, AdapterOf, Artifacts, HoldReason};

type Block = frame_system::mocking::MockBlockU32<Test>;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeTask
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(2)]
    pub type Datanets = pallet_datanets;
    #[runtime::pallet_index(3)]
    pub type Models = pallet_models;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

parameter_types! {
    pub const ExistentialDeposit: Balance = 10;
    pub const DatanetDeposit: Balance = 1_000;
    pub const ContributionDeposit: Balance = 100;
    pub const AdapterDeposit: Balance = 500;
    pub const RecordDeposit: Balance = 50;
    pub const MinUnitPrice: Balance = 2;
    pub const MaxContributions: u32 = 64;
    pub const MaxPending: u32 = 64;
    pub const MaxRejected: u32 = 4;
    pub const MaxVersions: u32 = 4;
    pub const PriceNotice: BlockNumber = 10;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
}

impl pallet_datanets::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type DatanetDeposit = DatanetDeposit;
    type ContributionDeposit = ContributionDeposit;
    type MaxContributions = MaxContributions;
    type MaxPending = MaxPending;
    type MaxRejected = MaxRejected;
    type OnAccepted = ();
    type Listener = ();
    type WeightInfo = pallet_datanets::weights::SubstrateWeight<Test>;
}

impl pallet_models::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdapterDeposit = AdapterDeposit;
    type RecordDeposit = RecordDeposit;
    type MinUnitPrice = MinUnitPrice;
    type AdminOrigin = frame_system::EnsureRoot<AccountId>;
    type Datanets = Datanets;
    type MaxVersions = MaxVersions;
    type PriceNotice = PriceNotice;
    type Listener = ();
    type WeightInfo = pallet_models::weights::SubstrateWeight<Test>;
}

/// What each account starts with, planck.
pub const FUNDS: Balance = 1_000_000;

/// How many accounts have funds.
pub const ACCOUNTS: u8 = 8;

/// The account that registers adapters in most tests.
pub const DEVELOPER: AccountId = AccountId::new([1; 32]);

/// An account that has no right to the developer's adapters.
pub const STRANGER: AccountId = AccountId::new([2; 32]);

/// Account `index`; below [`ACCOUNTS`] it has funds.
pub fn account(index: u8) -> AccountId {
    AccountId::new([index; 32])
}

/// The owner of every Datanet here.
fn curator() -> RuntimeOrigin {
    RuntimeOrigin::signed(account(0))
}

/// A chain at block 1.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let storage = frame_system::GenesisConfig::<Test>::default()
        .build_storage()
        .expect("the system's genesis is valid");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| {
        System::set_block_number(1);
        fund();
    });
    ext
}

/// Gives every account its funds.
pub fn fund() {
    for index in 0..ACCOUNTS {
        Balances::set_balance(&account(index), FUNDS);
    }
}

/// Runs a test on a new chain and checks the invariants after it.
pub fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        assert_ok!(Models::do_try_state());
    });
}

/// A bounded text.
pub fn text<const BOUND: u32>(bytes: &[u8]) -> BoundedVec<u8, sp_core::ConstU32<BOUND>> {
    bytes
        .to_vec()
        .try_into()
        .expect("the text is within its bound")
}

/// A new Datanet.
pub fn datanet() -> DatanetId {
    let id = pallet_datanets::NextDatanetId::<Test>::get();
    let policy = pallet_datanets::Policy {
        open: true,
        min_rows: 1,
        max_rows: 1_000,
        max_bytes: 10_000,
        similarity: Ppm(800_000),
    };
    assert_ok!(Datanets::create_datanet(curator(), text(b"law"), policy));
    id
}

/// A contribution that is accepted, by `who`, with 10 rows.
pub fn contribution(datanet: DatanetId, who: &AccountId) -> ContributionId {
    let id = pallet_datanets::NextContributionId::<Test>::get();
    assert_ok!(Datanets::contribute(
        RuntimeOrigin::signed(who.clone()),
        datanet,
        content_hash(&("rows", id).encode()),
        10,
        500,
        content_hash(&("content", id).encode()),
        text(b"CC-BY-4.0"),
        text(b""),
    ));
    assert_ok!(Datanets::accept_contribution(curator(), id, H256::zero()));
    id
}

/// The next version of a Datanet.
pub fn publish_version(datanet: DatanetId) -> VersionRef {
    assert_ok!(Datanets::publish_version(curator(), datanet));
    let record = pallet_datanets::Datanets::<Test>::get(datanet).expect("it exists");
    VersionRef {
        datanet,
        number: record.versions,
    }
}

/// Version 1 of a new Datanet with `contributions` contributions by accounts 3, 4, 5, 3 and so on.
pub fn version(contributions: u32) -> (VersionRef, Vec<ContributionId>) {
    let datanet = datanet();
    let ids = (0..contributions)
        .map(|index| contribution(datanet, &account(3 + (index % 3) as u8)))
        .collect();
    (publish_version(datanet), ids)
}

/// The weights' hash of the base model that is listed `nth`.
pub fn model_hash(nth: u8) -> H256 {
    H256::repeat_byte(0xb0 | nth)
}

/// A listed base model with the hash [`model_hash`]`(nth)`.
pub fn base_model(nth: u8) -> BaseModelId {
    let id = crate::NextBaseModelId::<Test>::get();
    assert_ok!(Models::register_base_model(
        RuntimeOrigin::root(),
        model_hash(nth),
        text(b"all-MiniLM-L6-v2"),
        384,
        6,
        text(b"Apache-2.0"),
    ));
    id
}

/// The artifacts of the adapter with `salt`.
pub fn artifacts(salt: u8) -> Artifacts {
    Artifacts {
        artifact: content_hash(&[b'a', salt]),
        manifest: content_hash(&[b'm', salt]),
        influence_index: content_hash(&[b'i', salt]),
    }
}

/// What the developer claims in tests.
pub fn metrics() -> AdapterMetrics {
    AdapterMetrics {
        accuracy: Ppm(900_000),
        baseline_accuracy: Ppm(820_000),
        held_out_rows: 300,
    }
}

/// The price of adapters in tests, planck per unit.
pub const PRICE: Balance = 20;

/// Registers an adapter of [`DEVELOPER`] on base model 0.
pub fn try_register(versions: &[VersionRef], salt: u8) -> DispatchResult {
    Models::register_adapter(
        RuntimeOrigin::signed(DEVELOPER),
        BaseModelId(0),
        text(b"topics"),
        versions
            .to_vec()
            .try_into()
            .expect("the versions are within their bound"),
        artifacts(salt),
        PRICE,
        metrics(),
    )
}

/// An adapter of [`DEVELOPER`] on base model 0, which is listed if it is not yet.
pub fn draft(versions: &[VersionRef]) -> AdapterId {
    if crate::NextBaseModelId::<Test>::get() == BaseModelId(0) {
        base_model(0);
    }
    let id = crate::NextAdapterId::<Test>::get();
    assert_ok!(try_register(versions, id.0 as u8));
    id
}

/// A published adapter of [`DEVELOPER`] trained on a version of two contributions.
pub fn published() -> AdapterId {
    let id = draft(&[version(2).0]);
    assert_ok!(Models::publish(RuntimeOrigin::signed(DEVELOPER), id));
    assert_eq!(adapter(id).status, AdapterStatus::Published);
    id
}

/// An adapter that must exist.
pub fn adapter(id: AdapterId) -> AdapterOf<Test> {
    crate::Adapters::<Test>::get(id).expect("the adapter exists")
}

/// What is held from an account for its adapters, planck.
pub fn held(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Adapter.into(), who)
}

/// The last event.
pub fn last_event() -> crate::Event<Test> {
    let record = System::events().pop().expect("there is an event");
    match record.event {
        RuntimeEvent::Models(event) => event,
        other => panic!("another pallet's event: {other:?}"),
    }
}
