// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A runtime of System, Balances and Datanets, and the steps that tests take in it.

use codec::Encode;
use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::fungible::{InspectHold, Mutate},
};
use openledger_primitives::{
    content_hash,
    traits::{AcceptedContribution, OnAccepted},
    AccountId, Balance, ContributionId, DatanetId, Ppm, H256,
};
use polkadot_sdk::*;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchResult};

use crate::{self as pallet_datanets, Datanet, HoldReason, Policy};

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
    pub const MaxContributions: u32 = 6;
    pub const MaxPending: u32 = 4;
    pub const MaxRejected: u32 = 2;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
}

parameter_types! {
    /// The acceptances that were told of.
    pub static Accepted: Vec<(ContributionId, AcceptedContribution)> = Vec::new();
}

/// Writes down what it is told.
pub struct Told;

impl OnAccepted for Told {
    fn on_accepted(contribution: ContributionId, accepted: &AcceptedContribution) {
        Accepted::mutate(|told| told.push((contribution, accepted.clone())));
    }

    fn weight() -> frame_support::weights::Weight {
        frame_support::weights::Weight::from_parts(7, 0)
    }
}

impl pallet_datanets::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type DatanetDeposit = DatanetDeposit;
    type ContributionDeposit = ContributionDeposit;
    type MaxContributions = MaxContributions;
    type MaxPending = MaxPending;
    type MaxRejected = MaxRejected;
    type OnAccepted = Told;
    type Listener = ();
    type WeightInfo = TestWeights;
}

/// What the calls of this pallet weigh.
pub type TestWeights = pallet_datanets::weights::SubstrateWeight<Test>;

/// What each account starts with, planck.
pub const FUNDS: Balance = 1_000_000;

/// How many accounts have funds.
pub const ACCOUNTS: u8 = 8;

/// The account that owns Datanets in most tests.
pub const OWNER: AccountId = AccountId::new([0; 32]);

/// Accounts that contribute.
pub const ALICE: AccountId = AccountId::new([1; 32]);
/// See [`ALICE`].
pub const BOB: AccountId = AccountId::new([2; 32]);

/// Account `index`; below [`ACCOUNTS`] it has funds.
pub fn account(index: u8) -> AccountId {
    AccountId::new([index; 32])
}

/// A chain at block 1.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let storage = frame_system::GenesisConfig::<Test>::default()
        .build_storage()
        .expect("the system's genesis is valid");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| {
        System::set_block_number(1);
        for index in 0..ACCOUNTS {
            Balances::set_balance(&account(index), FUNDS);
        }
    });
    ext
}

/// Runs a test on a new chain and checks the invariants after it.
pub fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        assert_ok!(Datanets::do_try_state());
    });
}

/// A policy that takes 1 to 1,000 rows of at most 10,000 bytes.
pub fn policy() -> Policy {
    Policy {
        open: true,
        min_rows: 1,
        max_rows: 1_000,
        max_bytes: 10_000,
        similarity: Ppm(800_000),
    }
}

/// Creates a Datanet of [`OWNER`].
pub fn create() -> DatanetId {
    let datanet = crate::NextDatanetId::<Test>::get();
    assert_ok!(Datanets::create_datanet(
        RuntimeOrigin::signed(OWNER),
        text(b"law"),
        policy()
    ));
    datanet
}

/// A bounded text.
pub fn text<const BOUND: u32>(
    bytes: &[u8],
) -> frame_support::BoundedVec<u8, sp_core::ConstU32<BOUND>> {
    bytes
        .to_vec()
        .try_into()
        .expect("the text is within its bound")
}

/// The content hash of contributions made with `salt`.
pub fn content(salt: u32) -> H256 {
    content_hash(&("content", salt).encode())
}

/// The rows root of contributions made with `salt`.
pub fn rows_root(salt: u32) -> H256 {
    content_hash(&("rows", salt).encode())
}

/// Contributes `rows` rows whose hashes come from `salt`.
pub fn try_contribute(who: &AccountId, datanet: DatanetId, rows: u32, salt: u32) -> DispatchResult {
    Datanets::contribute(
        RuntimeOrigin::signed(who.clone()),
        datanet,
        rows_root(salt),
        rows,
        500,
        content(salt),
        text(b"CC-BY-4.0"),
        text(b""),
    )
}

/// Contributes `rows` rows of their own content.
pub fn contribute(who: &AccountId, datanet: DatanetId, rows: u32) -> ContributionId {
    let contribution = crate::NextContributionId::<Test>::get();
    assert_ok!(try_contribute(who, datanet, rows, contribution.0 as u32));
    contribution
}

/// The report that decisions name in tests.
pub const REPORT: H256 = H256::repeat_byte(7);

/// Accepts a contribution as [`OWNER`].
pub fn accept(contribution: ContributionId) {
    assert_ok!(Datanets::accept_contribution(
        RuntimeOrigin::signed(OWNER),
        contribution,
        REPORT
    ));
}

/// Contributes and accepts.
pub fn accepted(who: &AccountId, datanet: DatanetId, rows: u32) -> ContributionId {
    let contribution = contribute(who, datanet, rows);
    accept(contribution);
    contribution
}

/// Publishes a version as [`OWNER`].
pub fn publish(datanet: DatanetId) {
    assert_ok!(Datanets::publish_version(
        RuntimeOrigin::signed(OWNER),
        datanet
    ));
}

/// A Datanet that must exist.
pub fn datanet(id: DatanetId) -> Datanet {
    crate::Datanets::<Test>::get(id).expect("the Datanet exists")
}

/// What is held from an account for `reason`, planck.
pub fn held(reason: HoldReason, who: &AccountId) -> Balance {
    Balances::balance_on_hold(&reason.into(), who)
}

/// The last event.
pub fn last_event() -> crate::Event<Test> {
    let record = System::events().pop().expect("there is an event");
    match record.event {
        RuntimeEvent::Datanets(event) => event,
        other => panic!("another pallet's event: {other:?}"),
    }
}
