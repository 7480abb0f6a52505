// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A runtime with the real balances and inference pallets and a table of adapters.

use crate as pallet_attribution;
use openledger_primitives::{
    receipt::RECEIPT_VERSION,
    traits::{AdapterTerms, Escrow, Models, OnDelivery, OperatorStake, WorkPoints},
    views::JobInput,
    worker::registration_payload,
    AccountId, AdapterId, Balance, ChannelId, ContributionId, InferenceReceipt, InfluenceMethod,
    InfluenceShare, InfluenceVector, JobId, JobRef, Output, Ppm, SignedReceipt, SignedVoucher,
    Voucher, H256,
};
use polkadot_sdk::*;

use frame_support::{
    assert_ok, derive_impl,
    dispatch::DispatchResultWithPostInfo,
    parameter_types,
    traits::{fungible::InspectHold, Hooks},
    weights::Weight,
    PalletId,
};
use frame_system::EnsureRoot;
use pallet_attribution::HoldReason;
use pallet_inference::Capabilities;
use sp_core::{ed25519, sr25519, ConstU128, ConstU32, Pair};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchResult, MultiSignature};
use std::collections::{BTreeMap, BTreeSet};

pub use receipts::*;

mod receipts;

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
    #[runtime::pallet_index(3)]
    pub type Attribution = pallet_attribution;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

pub const ED: Balance = 10;
pub const MIN_FEE: Balance = 20;
pub const FEE_PER_ENTRY: Balance = 4;
pub const DEADLINE: u32 = 10;
pub const REFUND_DELAY: u32 = 5;
pub const CLOSE_DELAY: u32 = 6;
pub const RETENTION: u32 = 30;

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

/// An adapter of the table: its terms and its lineage.
#[derive(Clone)]
pub struct Adapter {
    pub terms: AdapterTerms,
    pub lineage: BTreeMap<ContributionId, AccountId>,
}

parameter_types! {
    pub static Adapters: BTreeMap<AdapterId, Adapter> = BTreeMap::new();
    pub const AttributionPalletId: PalletId = PalletId(*b"ol/attrb");
    pub static Treasury: AccountId = treasury();
    pub static StakersPot: AccountId = stakers();
    pub static SettledBy: Vec<(AccountId, Balance)> = Vec::new();
}

/// Remembers whose receipts were settled, and for how much.
pub struct Work;

impl WorkPoints for Work {
    fn note_settled(worker: &AccountId, fee: Balance) {
        SettledBy::mutate(|all| all.push((worker.clone(), fee)));
    }

    fn weight() -> Weight {
        Weight::zero()
    }
}

pub struct TableOfAdapters;

impl Models for TableOfAdapters {
    fn terms(adapter: AdapterId) -> Option<AdapterTerms> {
        Adapters::get()
            .get(&adapter)
            .map(|adapter| adapter.terms.clone())
    }

    fn contributor_in_lineage(
        adapter: AdapterId,
        contribution: ContributionId,
    ) -> Option<AccountId> {
        Adapters::get()
            .get(&adapter)?
            .lineage
            .get(&contribution)
            .cloned()
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_adapter(
        developer: &AccountId,
        contributions: u32,
    ) -> (AdapterId, Vec<ContributionId>) {
        add_adapter(developer, contributions)
    }
}

/// An adapter at 1 planck per unit whose contributions are each by an account of its own.
pub fn add_adapter(developer: &AccountId, contributions: u32) -> (AdapterId, Vec<ContributionId>) {
    let adapter = AdapterId(1_000);
    let ids: Vec<ContributionId> = (0..u64::from(contributions)).map(ContributionId).collect();
    let contributor = |id: &ContributionId| {
        let mut bytes = [9u8; 32];
        bytes[..8].copy_from_slice(&id.0.to_le_bytes());
        (*id, AccountId::new(bytes))
    };
    let terms = AdapterTerms {
        developer: developer.clone(),
        ..terms(1)
    };
    let lineage = ids.iter().map(contributor).collect();
    Adapters::mutate(|adapters| adapters.insert(adapter, Adapter { terms, lineage }));
    (adapter, ids)
}

#[cfg(not(feature = "runtime-benchmarks"))]
impl crate::benchmarking::Setup for Test {
    fn adapter(developer: &AccountId, contributions: u32) -> (AdapterId, Vec<ContributionId>) {
        add_adapter(developer, contributions)
    }

    fn job(
        consumer: &AccountId,
        adapter: AdapterId,
        worker: &AccountId,
        key: ed25519::Public,
    ) -> (JobRef, H256) {
        use frame_support::traits::fungible::Mutate;
        Balances::set_balance(consumer, 10_000_000);
        let capabilities = Capabilities::default();
        let record = pallet_inference::Worker {
            receipt_key: key,
            capabilities,
        };
        pallet_inference::Workers::<Test>::insert(worker, record);
        pallet_inference::WorkerOfKey::<Test>::insert(key, worker);
        let job = pallet_inference::NextJob::<Test>::get();
        let origin = RuntimeOrigin::signed(consumer.clone());
        assert_ok!(Inference::request_inference(
            origin,
            adapter,
            text("a"),
            1_000_000
        ));
        (JobRef::Escrowed(job), text("a").hash())
    }

    fn admin() -> Result<RuntimeOrigin, frame_benchmarking::BenchmarkError> {
        Ok(RuntimeOrigin::root())
    }
}

/// Everybody is an operator.
pub struct Stakes;

impl OperatorStake for Stakes {
    fn bond_worker(_: &AccountId) -> DispatchResult {
        Ok(())
    }

    fn unbond_worker(_: &AccountId) -> DispatchResult {
        Ok(())
    }

    fn stake_of(_: &AccountId) -> Balance {
        0
    }
}

impl pallet_inference::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Models = TableOfAdapters;
    type Stake = Stakes;
    type MaxOpenJobs = ConstU32<64>;
    type MaxJobsPerBlock = ConstU32<16>;
    type JobDeadline = ConstU32<DEADLINE>;
    type RefundDelay = ConstU32<REFUND_DELAY>;
    type ChannelCloseDelay = ConstU32<CLOSE_DELAY>;
    type MaxChannelRequests = ConstU32<64>;
    type MinFee = ConstU128<MIN_FEE>;
    type OnDelivery = Deliveries;
    type WeightInfo = pallet_inference::weights::SubstrateWeight<Test>;
}

parameter_types! {
    /// What was delivered, in order.
    pub static Delivered: Vec<(JobId, H256, Vec<u8>)> = Vec::new();
}

/// Writes down what it is told.
pub struct Deliveries;

impl OnDelivery for Deliveries {
    fn on_answered(job: JobId, receipt: H256, output: Output) {
        Delivered::mutate(|all| all.push((job, receipt, output.into_inner())));
    }

    fn on_refunded(_: JobId) {}

    fn committed(_: &AccountId) -> Balance {
        0
    }

    fn weight() -> Weight {
        Weight::from_parts(DELIVERY_WEIGHT, 0)
    }
}

/// What [`Deliveries`] says that it weighs, picoseconds.
pub const DELIVERY_WEIGHT: u64 = 1_000;

impl pallet_attribution::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Escrow = Inference;
    type Models = TableOfAdapters;
    type Work = Work;
    type Listener = ();
    type Treasury = Treasury;
    type StakersPot = StakersPot;
    type PalletId = AttributionPalletId;
    type AdminOrigin = EnsureRoot<AccountId>;
    type FeePerEntry = ConstU128<FEE_PER_ENTRY>;
    type MaxReceiptsPerBatch = ConstU32<4>;
    type ReceiptRetention = ConstU32<RETENTION>;
    type WeightInfo = TestWeights;
}

/// What the calls of this pallet weigh.
pub type TestWeights = pallet_attribution::weights::SubstrateWeight<Test>;

/// An adapter at [`PRICE`] planck per unit with the contributions of alice (1, 3) and bob (2).
pub const ADAPTER: AdapterId = AdapterId(0);
/// Another one at the same price.
pub const OTHER_ADAPTER: AdapterId = AdapterId(1);
pub const PRICE: Balance = 7;
/// What the consumer, the other account and the worker start with.
pub const FUNDS: Balance = 100_000;

pub fn consumer_key() -> sr25519::Pair {
    sr25519::Pair::from_seed(&[1; 32])
}

pub fn consumer() -> AccountId {
    consumer_key().public().into()
}

pub fn other() -> AccountId {
    AccountId::new([2; 32])
}

pub fn worker() -> AccountId {
    AccountId::new([3; 32])
}

pub fn receipt_pair() -> ed25519::Pair {
    ed25519::Pair::from_seed(&[4; 32])
}

pub fn developer() -> AccountId {
    AccountId::new([5; 32])
}

pub fn alice() -> AccountId {
    AccountId::new([6; 32])
}

pub fn bob() -> AccountId {
    AccountId::new([7; 32])
}

pub fn treasury() -> AccountId {
    AccountId::new([8; 32])
}

pub fn stakers() -> AccountId {
    AccountId::new([10; 32])
}

pub fn terms(price: Balance) -> AdapterTerms {
    AdapterTerms {
        developer: developer(),
        artifact: H256([6; 32]),
        unit_price: price,
        lowest_unit_price: price,
        servable: true,
    }
}

pub fn set_adapter(id: AdapterId, terms: AdapterTerms) {
    let lineage = [(1, alice()), (2, bob()), (3, alice())];
    let lineage = lineage
        .into_iter()
        .map(|(id, who)| (ContributionId(id), who))
        .collect();
    Adapters::mutate(|adapters| adapters.insert(id, Adapter { terms, lineage }));
}

/// The storage that genesis leaves: three funded accounts, and the pots with what they need.
pub fn genesis(pots: &[AccountId]) -> Result<sp_runtime::Storage, String> {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage()?;
    let mut balances = vec![(consumer(), FUNDS), (other(), FUNDS), (worker(), FUNDS)];
    balances.extend(pots.iter().map(|pot| (pot.clone(), ED)));
    pallet_balances::GenesisConfig::<Test> {
        balances,
        ..Default::default()
    }
    .assimilate_storage(&mut storage)?;
    pallet_attribution::GenesisConfig::<Test>::default().assimilate_storage(&mut storage)?;
    Ok(storage)
}

/// Block 1, a registered worker and two adapters.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let pots = [Attribution::pot(), treasury(), stakers()];
    let mut ext = sp_io::TestExternalities::new(genesis(&pots).expect("valid"));
    ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
    ext.execute_with(|| {
        System::set_block_number(1);
        set_adapter(ADAPTER, terms(PRICE));
        set_adapter(OTHER_ADAPTER, terms(PRICE));
        register();
    });
    ext
}

/// Runs `test` at block 1 and checks the invariants of both pallets and of the money afterwards.
pub fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        let issuance = Balances::total_issuance();
        test();
        assert_ok!(Attribution::do_try_state());
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
        Attribution::on_idle(System::block_number(), Weight::MAX);
        System::set_block_number(System::block_number() + 1);
    }
}

pub fn register() {
    let pair = receipt_pair();
    let proof = pair.sign(&registration_payload(&Inference::genesis(), &worker()));
    let origin = RuntimeOrigin::signed(worker());
    let capabilities = Capabilities::default();
    assert_ok!(Inference::register_worker(
        origin,
        pair.public(),
        proof,
        capabilities
    ));
}

/// What is on hold in the pot, planck.
pub fn pot_hold() -> Balance {
    Balances::balance_on_hold(&HoldReason::Credits.into(), &Attribution::pot())
}

pub fn credits(account: AccountId) -> Balance {
    Attribution::credits_of(account)
}

pub fn is_ended(job: JobRef) -> bool {
    Inference::is_ended(&job)
}

/// The pallet's events since the start of the test, oldest first.
pub fn events() -> Vec<pallet_attribution::Event<Test>> {
    System::read_events_for_pallet()
}

/// Every account that can own something in these tests.
pub fn accounts() -> BTreeSet<AccountId> {
    [
        consumer(),
        other(),
        worker(),
        developer(),
        alice(),
        bob(),
        treasury(),
        stakers(),
        Attribution::pot(),
    ]
    .into()
}
