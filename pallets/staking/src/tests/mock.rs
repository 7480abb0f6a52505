// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A runtime with the real balances and session pallets.

use crate as pallet_operator_staking;
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::*;

use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::{fungible::Inspect, Hooks},
    PalletId,
};
use pallet_operator_staking::{
    ActiveEra, EraIndex, Exposure, ExposureOf, GenesisOperator, Offences, Operator, Operators,
    Roles, SessionOf, SlashId,
};
use pallet_session::historical;
use sp_core::{ConstU128, ConstU32};
use sp_runtime::{
    key_types::DUMMY,
    testing::UintAuthorityId,
    traits::{ConvertInto, IdentityLookup, OpaqueKeys},
    BuildStorage, KeyTypeId, Perbill,
};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

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
    pub type Staking = pallet_operator_staking;
    #[runtime::pallet_index(3)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(4)]
    pub type Historical = historical;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

pub const ED: Balance = 10;

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

sp_runtime::impl_opaque_keys! {
    pub struct MockKeys {
        pub dummy: UintAuthorityId,
    }
}

pub struct NoHandler;

impl pallet_session::SessionHandler<AccountId> for NoHandler {
    const KEY_TYPE_IDS: &'static [KeyTypeId] = &[DUMMY];

    fn on_genesis_session<K: OpaqueKeys>(_: &[(AccountId, K)]) {}

    fn on_new_session<K: OpaqueKeys>(_: bool, _: &[(AccountId, K)], _: &[(AccountId, K)]) {}

    fn on_disabled(_: u32) {}
}

impl pallet_session::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = pallet_session::PeriodicSessions<ConstU32<1>, ConstU32<0>>;
    type NextSessionRotation = pallet_session::PeriodicSessions<ConstU32<1>, ConstU32<0>>;
    type SessionManager = historical::NoteHistoricalRoot<Self, Staking>;
    type SessionHandler = NoHandler;
    type Keys = MockKeys;
    type DisablingStrategy = ();
    type WeightInfo = ();
    type Currency = Balances;
    type KeyDeposit = ();
}

impl historical::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type FullIdentification = Exposure;
    type FullIdentificationOf = ExposureOf<Test>;
}

pub const VALIDATOR_BOND: Balance = 1_000;
pub const WORKER_BOND: Balance = 500;
pub const EVALUATOR_BOND: Balance = 300;
pub const MIN_DELEGATION: Balance = 100;
pub const BONDING: EraIndex = 4;
pub const DEFERRAL: EraIndex = 2;
pub const CHILL: EraIndex = 2;
pub const PROBATION: EraIndex = 6;
pub const MAX_OPERATORS: u32 = 8;
pub const MAX_TICKETS: u32 = 6;
/// The incentive of an era before the first halving.
pub const INCENTIVE: Balance = 800;
pub const HALVING: EraIndex = 10;
/// Planck of settled fees that are a point.
pub const WORK_POINT: Balance = 10;

parameter_types! {
    pub const StakePalletId: PalletId = PalletId(*b"ol/bonds");
    pub const MaxCommission: Perbill = Perbill::from_percent(50);
    pub const MaxCommissionChange: Perbill = Perbill::from_percent(5);
    pub const OfflineThreshold: Perbill = Perbill::from_percent(10);
    pub const OfflineSlash: Perbill = Perbill::from_percent(1);
    pub const MaxWorkerIncentive: Perbill = Perbill::from_percent(5);
    pub Treasury: AccountId = AccountId::new([0xa0; 32]);
    pub StakersPot: AccountId = AccountId::new([0xa1; 32]);
    pub IncentivePot: AccountId = AccountId::new([0xa2; 32]);
    pub static SessionsPerEra: u32 = 2;
    pub static PayoutsPerBlock: u32 = 3;
    pub static SlashesPerBlock: u32 = 2;
    pub static SlashDeferral: EraIndex = DEFERRAL;
}

impl pallet_operator_staking::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type PalletId = StakePalletId;
    type Session = SessionOf<Test>;
    type Treasury = Treasury;
    type StakersPot = StakersPot;
    type IncentivePot = IncentivePot;
    type AdminOrigin = frame_system::EnsureRoot<AccountId>;
    type SlashCancelOrigin = frame_system::EnsureRoot<AccountId>;
    type SessionsPerEra = SessionsPerEra;
    type BondingDuration = ConstU32<BONDING>;
    type SlashDeferral = SlashDeferral;
    type ValidatorBond = ConstU128<VALIDATOR_BOND>;
    type WorkerBond = ConstU128<WORKER_BOND>;
    type EvaluatorBond = ConstU128<EVALUATOR_BOND>;
    type MinDelegation = ConstU128<MIN_DELEGATION>;
    type MaxOperators = ConstU32<MAX_OPERATORS>;
    type MaxValidators = ConstU32<5>;
    type MinValidators = ConstU32<2>;
    type MaxTickets = ConstU32<MAX_TICKETS>;
    type MaxCommission = MaxCommission;
    type MaxCommissionChange = MaxCommissionChange;
    type ChillDuration = ConstU32<CHILL>;
    type ProbationEras = ConstU32<PROBATION>;
    type OfflineThreshold = OfflineThreshold;
    type OfflineMinBlocks = ConstU32<5>;
    type OfflineSlash = OfflineSlash;
    type InitialIncentive = ConstU128<INCENTIVE>;
    type WorkPoint = ConstU128<WORK_POINT>;
    type MaxWorkerIncentive = MaxWorkerIncentive;
    type HalvingPeriod = ConstU32<HALVING>;
    type PayoutsPerBlock = PayoutsPerBlock;
    type SlashesPerBlock = SlashesPerBlock;
    type WeightInfo = pallet_operator_staking::weights::SubstrateWeight<Test>;
}

#[cfg(not(feature = "runtime-benchmarks"))]
impl crate::benchmarking::Setup for Test {
    fn keys(validator: &AccountId) {
        let dummy = UintAuthorityId(u64::from(AsRef::<[u8]>::as_ref(validator)[0]));
        pallet_session::NextKeys::<Test>::insert(validator, MockKeys { dummy });
    }

    fn admin() -> Result<RuntimeOrigin, frame_benchmarking::BenchmarkError> {
        Ok(RuntimeOrigin::root())
    }

    fn canceller() -> Result<RuntimeOrigin, frame_benchmarking::BenchmarkError> {
        Ok(RuntimeOrigin::root())
    }
}

/// What each account starts with.
pub const FUNDS: Balance = 100_000;
/// What each genesis operator bonds of it.
pub const BOND: Balance = 10_000;

/// Accounts 1 to 3 are validators of genesis, 1 with the lowest account; 4 to 9 are not. All have
/// session keys up to 5.
pub fn account(index: u8) -> AccountId {
    AccountId::new([index; 32])
}

pub const ACCOUNTS: u8 = 9;
pub const WITH_KEYS: u8 = 5;
pub const GENESIS_VALIDATORS: u8 = 3;

pub fn validator_role() -> Roles {
    Roles {
        validator: true,
        ..Roles::default()
    }
}

pub fn worker_role() -> Roles {
    Roles {
        worker: true,
        ..Roles::default()
    }
}

pub fn evaluator_role() -> Roles {
    Roles {
        evaluator: true,
        ..Roles::default()
    }
}

pub fn commission() -> Perbill {
    Perbill::from_percent(10)
}

pub fn genesis_operator(index: u8) -> GenesisOperator {
    GenesisOperator {
        account: account(index),
        roles: validator_role(),
        commission: commission(),
        bond: BOND,
    }
}

/// The storage of a chain with these operators and two seats for validators.
pub fn storage_with(operators: Vec<GenesisOperator>) -> sp_core::storage::Storage {
    let mut storage = balances();
    build_staking(operators, &mut storage);
    build_session(&mut storage);
    storage
}

/// The storage of a chain with balances alone.
pub fn balances() -> sp_core::storage::Storage {
    // Tests may share a thread.
    SessionsPerEra::set(2);
    PayoutsPerBlock::set(3);
    SlashesPerBlock::set(2);
    SlashDeferral::set(DEFERRAL);
    let mut storage = frame_system::GenesisConfig::<Test>::default()
        .build_storage()
        .expect("valid");
    let pots = [
        Staking::account(),
        Treasury::get(),
        StakersPot::get(),
        IncentivePot::get(),
    ];
    pallet_balances::GenesisConfig::<Test> {
        balances: (1..=ACCOUNTS)
            .map(|index| (account(index), FUNDS))
            .chain(pots.map(|pot| (pot, ED)))
            .collect(),
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("valid");
    storage
}

pub fn build_staking(operators: Vec<GenesisOperator>, storage: &mut sp_core::storage::Storage) {
    pallet_operator_staking::GenesisConfig::<Test> {
        operators,
        validator_count: 2,
        ..Default::default()
    }
    .assimilate_storage(storage)
    .expect("valid");
}

pub fn build_session(storage: &mut sp_core::storage::Storage) {
    let keys = |index: u8| {
        let dummy = UintAuthorityId(index.into());
        (account(index), account(index), MockKeys { dummy })
    };
    pallet_session::GenesisConfig::<Test> {
        keys: (1..=GENESIS_VALIDATORS).map(keys).collect(),
        non_authority_keys: (GENESIS_VALIDATORS + 1..=WITH_KEYS).map(keys).collect(),
    }
    .assimilate_storage(storage)
    .expect("valid");
}

/// Block 1 of a chain with three validators of genesis, for two seats.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let operators = (1..=GENESIS_VALIDATORS).map(genesis_operator).collect();
    let mut ext = sp_io::TestExternalities::new(storage_with(operators));
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Runs `test` at block 1 and checks the pallet's invariants afterwards.
pub fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        let issuance = Balances::total_issuance();
        test();
        assert_ok!(Staking::do_try_state());
        assert_eq!(
            Balances::total_issuance(),
            issuance,
            "nothing is minted or burnt"
        );
    });
}

/// The next block: slashes that are due, and rewards.
pub fn next_block() {
    System::set_block_number(System::block_number() + 1);
    Staking::on_initialize(System::block_number());
}

/// The next session, with the block that it starts in: calls of the block before are not its own.
pub fn next_session() {
    System::set_block_number(System::block_number() + 1);
    Session::rotate_session();
    Staking::on_initialize(System::block_number());
}

/// Goes to the start of the next era; its payouts and slashes are begun.
pub fn next_era() {
    let now = era();
    while era() == now {
        next_session();
    }
}

/// Goes that many eras on.
pub fn eras(count: EraIndex) {
    for _ in 0..count {
        next_era();
    }
}

pub fn era() -> EraIndex {
    ActiveEra::<Test>::get().index
}

pub fn signed(index: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(index))
}

pub fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

pub fn operator(index: u8) -> Operator {
    Operators::<Test>::get(account(index)).expect("an operator")
}

pub fn stake(index: u8) -> Balance {
    operator(index).pool.stake
}

pub fn free(who: &AccountId) -> Balance {
    Balances::balance(who)
}

pub fn treasury() -> Balance {
    free(&Treasury::get())
}

pub fn register(index: u8, roles: Roles, bond: Balance) {
    assert_ok!(Staking::register_operator(
        signed(index),
        roles,
        commission(),
        bond
    ));
}

pub fn delegate(delegator: u8, operator: u8, amount: Balance) {
    assert_ok!(Staking::delegate(
        signed(delegator),
        account(operator),
        amount
    ));
}

/// What `delegator` has with `operator`, bonded, planck.
pub fn value(delegator: u8, operator: u8) -> Balance {
    Staking::delegation_view(account(delegator), account(operator)).map_or(0, |view| view.value)
}

/// What `delegator` has unbonding from `operator`, planck.
pub fn unbonding(delegator: u8, operator: u8) -> Balance {
    Staking::delegation_view(account(delegator), account(operator)).map_or(0, |view| {
        view.unbonding.iter().map(|entry| entry.amount).sum()
    })
}

/// Reports an equivocation of `operator` in `era` and returns the number of the slash, if one was
/// queued or raised.
pub fn report(index: u8, era: EraIndex, fraction: Perbill) -> Option<SlashId> {
    let before = Offences::<Test>::get(era, account(index));
    let exposure = Exposure {
        era,
        ..Exposure::default()
    };
    let details = OffenceDetails::<AccountId, _> {
        offender: (account(index), exposure),
        reporters: vec![],
    };
    Staking::on_offence(&[details], &[fraction], 0);
    let after = Offences::<Test>::get(era, account(index));
    after.queued.filter(|_| after != before)
}

/// Reports an equivocation of now and lets the slash be applied.
pub fn slash(index: u8, percent: u32) {
    report(
        index,
        Staking::current_era(),
        Perbill::from_percent(percent),
    )
    .expect("queued");
    eras(DEFERRAL);
}

pub fn authored(index: u8, blocks: u32) {
    for _ in 0..blocks {
        note_author(index);
    }
}

pub fn note_author(index: u8) {
    use pallet_authorship::EventHandler;
    Staking::note_author(account(index));
}

/// OPEN from nowhere would change the issuance: fees come from account 9.
pub fn fees(amount: Balance) {
    fund(StakersPot::get(), amount);
}

/// Gives a pot what account 9 has.
pub fn fund(pot: AccountId, amount: Balance) {
    assert_ok!(Balances::transfer_keep_alive(signed(9), pot, amount));
}

/// The pallet's events since the start of the test, newest last.
pub fn events() -> Vec<pallet_operator_staking::Event<Test>> {
    System::read_events_for_pallet()
}

/// The validators of the present session.
pub fn session() -> Vec<AccountId> {
    Session::validators()
}

/// Session keys for an account.
pub fn set_keys(index: u8) {
    let dummy = UintAuthorityId(index.into());
    pallet_session::NextKeys::<Test>::insert(account(index), MockKeys { dummy });
}
