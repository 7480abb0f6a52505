// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A runtime with the real balances pallet and a table of adapters.

use crate as pallet_inference;
use openledger_primitives::{
    traits::{AdapterTerms, Models, OnDelivery, OperatorStake},
    views::JobInput,
    worker::registration_payload,
    AccountId, AdapterId, Balance, ChannelId, ContributionId, JobId, Output, SignedVoucher,
    Voucher, H256,
};
use polkadot_sdk::*;

use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::{
        fungible::{Inspect, InspectHold},
        Hooks,
    },
    weights::Weight,
};
use pallet_inference::{Capabilities, Channels, HoldReason, NextChannel, NextJob};
use sp_core::{ed25519, sr25519, ConstU128, ConstU32, Pair};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{
    traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, MultiSignature,
};
use std::collections::{BTreeMap, BTreeSet};

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
    pub type Inference = pallet_inference;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

pub const ED: Balance = 10;
pub const BOND: Balance = 500;
pub const MIN_FEE: Balance = 20;
pub const DEADLINE: u32 = 10;
pub const REFUND_DELAY: u32 = 5;
pub const CLOSE_DELAY: u32 = 6;
pub const MAX_REQUESTS: u32 = 20;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<ED>;
    type AccountStore = System;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxLocks = ConstU32<4>;
}

parameter_types! {
    pub static Adapters: BTreeMap<AdapterId, AdapterTerms> = BTreeMap::new();
}

pub struct TableOfAdapters;

impl Models for TableOfAdapters {
    fn terms(adapter: AdapterId) -> Option<AdapterTerms> {
        Adapters::get().get(&adapter).cloned()
    }

    fn contributor_in_lineage(_: AdapterId, _: ContributionId) -> Option<AccountId> {
        None
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_adapter(_: &AccountId, _: u32) -> (AdapterId, Vec<ContributionId>) {
        (ADAPTER, vec![])
    }
}

#[cfg(not(feature = "runtime-benchmarks"))]
impl crate::benchmarking::Setup for Test {
    fn adapter() -> AdapterId {
        ADAPTER
    }
}

parameter_types! {
    pub static Bonded: BTreeSet<AccountId> = BTreeSet::new();
}

/// Everybody who has [`BOND`] is an operator.
pub struct Stakes;

impl OperatorStake for Stakes {
    fn bond_worker(operator: &AccountId) -> DispatchResult {
        if Balances::total_balance(operator) < BOND {
            return Err(DispatchError::Other(NO_OPERATOR));
        }
        Bonded::mutate(|all| all.insert(operator.clone()));
        Ok(())
    }

    fn unbond_worker(operator: &AccountId) -> DispatchResult {
        Bonded::mutate(|all| all.remove(operator));
        Ok(())
    }

    fn stake_of(operator: &AccountId) -> Balance {
        Balances::total_balance(operator)
    }
}

/// What [`Stakes`] says of those who are none.
pub const NO_OPERATOR: &str = "no operator";

impl pallet_inference::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Models = TableOfAdapters;
    type Stake = Stakes;
    type MaxOpenJobs = ConstU32<6>;
    type MaxJobsPerBlock = ConstU32<4>;
    type JobDeadline = ConstU32<DEADLINE>;
    type RefundDelay = ConstU32<REFUND_DELAY>;
    type ChannelCloseDelay = ConstU32<CLOSE_DELAY>;
    type MaxChannelRequests = ConstU32<MAX_REQUESTS>;
    type MinFee = ConstU128<MIN_FEE>;
    type OnDelivery = Deliveries;
    type WeightInfo = TestWeights;
}

/// What the calls of this pallet weigh.
pub type TestWeights = pallet_inference::weights::SubstrateWeight<Test>;

/// A job, and the receipt's hash with the answer; nothing for a refund.
pub type Delivery = (JobId, Option<(H256, Vec<u8>)>);

parameter_types! {
    /// What was delivered, in order.
    pub static Delivered: Vec<Delivery> = Vec::new();
    /// What [`Deliveries`] has set aside of everybody.
    pub static DeliveryCommitment: Balance = 0;
}

/// Writes down what it is told.
pub struct Deliveries;

impl OnDelivery for Deliveries {
    fn on_answered(job: JobId, receipt: H256, output: Output) {
        Delivered::mutate(|all| all.push((job, Some((receipt, output.into_inner())))));
    }

    fn on_refunded(job: JobId) {
        Delivered::mutate(|all| all.push((job, None)));
    }

    fn committed(_: &AccountId) -> Balance {
        DeliveryCommitment::get()
    }

    fn weight() -> Weight {
        Weight::from_parts(DELIVERY_WEIGHT, 0)
    }
}

/// What [`Deliveries`] says that it weighs, picoseconds.
pub const DELIVERY_WEIGHT: u64 = 1_000;

/// An adapter at [`PRICE`] planck per unit.
pub const ADAPTER: AdapterId = AdapterId(0);
pub const PRICE: Balance = 5;
/// An adapter that takes no jobs.
pub const RETIRED_ADAPTER: AdapterId = AdapterId(1);
/// What each account starts with.
pub const FUNDS: Balance = 10_000;

pub fn consumer_key() -> sr25519::Pair {
    sr25519::Pair::from_seed(&[1; 32])
}

pub fn consumer() -> AccountId {
    consumer_key().public().into()
}

pub fn other_key() -> sr25519::Pair {
    sr25519::Pair::from_seed(&[2; 32])
}

pub fn other() -> AccountId {
    other_key().public().into()
}

pub fn worker() -> AccountId {
    AccountId::new([3; 32])
}

pub fn receipt_pair() -> ed25519::Pair {
    ed25519::Pair::from_seed(&[4; 32])
}

pub fn adapter_terms(price: Balance, servable: bool) -> AdapterTerms {
    AdapterTerms {
        developer: AccountId::new([5; 32]),
        artifact: H256([6; 32]),
        unit_price: price,
        lowest_unit_price: price,
        servable,
    }
}

pub fn set_adapter(adapter: AdapterId, terms: AdapterTerms) {
    Adapters::mutate(|adapters| adapters.insert(adapter, terms));
}

/// Block 1, three funded accounts and two adapters.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default()
        .build_storage()
        .expect("valid");
    pallet_balances::GenesisConfig::<Test> {
        balances: vec![(consumer(), FUNDS), (other(), FUNDS), (worker(), FUNDS)],
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("valid");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
    ext.execute_with(|| {
        System::set_block_number(1);
        set_adapter(ADAPTER, adapter_terms(PRICE, true));
        set_adapter(RETIRED_ADAPTER, adapter_terms(PRICE, false));
    });
    ext
}

/// Runs `test` at block 1 and checks the pallet's invariants afterwards.
pub fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        let issuance = Balances::total_issuance();
        test();
        assert_ok!(Inference::do_try_state());
        assert_eq!(
            Balances::total_issuance(),
            issuance,
            "nothing is minted or burnt"
        );
    });
}

/// Goes to block `number`, with `on_idle` at the end of each block before it.
pub fn go_to(number: u32) {
    while System::block_number() < number {
        Inference::on_idle(System::block_number(), Weight::MAX);
        System::set_block_number(System::block_number() + 1);
    }
}

pub fn proof(pair: &ed25519::Pair, account: &AccountId) -> ed25519::Signature {
    pair.sign(&registration_payload(&Inference::genesis(), account))
}

pub fn register() {
    let pair = receipt_pair();
    let signed = proof(&pair, &worker());
    let origin = RuntimeOrigin::signed(worker());
    assert_ok!(Inference::register_worker(
        origin,
        pair.public(),
        signed,
        Capabilities::default()
    ));
}

pub fn text(text: &str) -> JobInput {
    JobInput::Inline(text.as_bytes().to_vec().try_into().expect("short"))
}

/// A job of the consumer with an escrow of `max_fee`.
pub fn request(max_fee: Balance) -> JobId {
    let job = NextJob::<Test>::get();
    let origin = RuntimeOrigin::signed(consumer());
    assert_ok!(Inference::request_inference(
        origin,
        ADAPTER,
        text("what is a tort?"),
        max_fee
    ));
    job
}

/// That many jobs of the consumer, each with an escrow of `max_fee`.
pub fn request_many(jobs: u32, max_fee: Balance) {
    for _ in 0..jobs {
        request(max_fee);
    }
}

/// A channel from the consumer to the registered worker.
pub fn channel(deposit: Balance) -> ChannelId {
    let channel = NextChannel::<Test>::get();
    assert_ok!(Inference::open_channel(
        RuntimeOrigin::signed(consumer()),
        worker(),
        deposit
    ));
    channel
}

pub fn voucher(channel: ChannelId, sequence: u32, cumulative: Balance) -> Voucher {
    Voucher {
        genesis: Inference::genesis(),
        channel,
        sequence,
        adapter: ADAPTER,
        input_hash: H256([7; 32]),
        unit_price: PRICE,
        cumulative,
    }
}

pub fn sign(voucher: Voucher) -> SignedVoucher {
    sign_by(&consumer_key(), voucher)
}

pub fn sign_by(pair: &sr25519::Pair, voucher: Voucher) -> SignedVoucher {
    let signature = MultiSignature::Sr25519(pair.sign(&voucher.payload()));
    SignedVoucher { voucher, signature }
}

pub fn spent(channel: ChannelId) -> Balance {
    Channels::<Test>::get(channel).expect("open").spent
}

pub fn held(reason: HoldReason, who: &AccountId) -> Balance {
    Balances::balance_on_hold(&reason.into(), who)
}

/// The pallet's events since the start of the test, newest last.
pub fn events() -> Vec<pallet_inference::Event<Test>> {
    System::read_events_for_pallet()
}
