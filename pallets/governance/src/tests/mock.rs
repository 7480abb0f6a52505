// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A runtime of System, Balances, Datanets, Models and this pallet, with tables in the place of the
//! referenda, the staking pallet and the attribution pallet. The tables lie in storage, so that a
//! failed call leaves no trace in them either.

use frame_support::{
    assert_ok, derive_impl, parameter_types, storage_alias,
    traits::{fungible::Mutate, EnsureOrigin, Hooks},
    weights::Weight,
    PalletId, Twox64Concat,
};
use frame_system::RawOrigin;
use openledger_primitives::{
    traits::{AttributionAdmin, OperatorRole, OperatorRoles, OperatorStake},
    AccountId, Balance, BlockNumber, FeeSplit,
};
use polkadot_sdk::*;
use sp_core::{ConstU128, ConstU32};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult};

use crate::{self as pallet_ai_governance, ProposalReferenda, ReferendumState, Track};

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
    #[runtime::pallet_index(4)]
    pub type AiGovernance = pallet_ai_governance;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
    type DbWeight = frame_support::weights::constants::RocksDbWeight;
}

pub const ED: Balance = 10;
pub const DEPOSIT: Balance = 100;
pub const SMALL_LIMIT: Balance = 1_000;
pub const LARGE_LIMIT: Balance = 200_000;
pub const QUORUM: u32 = 2;
pub const MAX_REPORTS: u32 = 4;
pub const MAX_BACKINGS: u32 = 2;
pub const BACKING_PERIOD: BlockNumber = 30;
/// What an evaluator has at stake, planck: a quorum has more than most proposals pay.
pub const STAKE: Balance = 1_000;
pub const ENACTMENT_PERIOD: BlockNumber = 10;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<ED>;
    type AccountStore = System;
}

impl pallet_datanets::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type DatanetDeposit = ConstU128<20>;
    type ContributionDeposit = ConstU128<20>;
    type MaxContributions = ConstU32<64>;
    type MaxPending = ConstU32<64>;
    type MaxRejected = ConstU32<4>;
    type OnAccepted = AiGovernance;
    type Listener = ();
    type WeightInfo = pallet_datanets::weights::SubstrateWeight<Test>;
}

impl pallet_models::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdapterDeposit = ConstU128<20>;
    type RecordDeposit = ConstU128<2>;
    type MinUnitPrice = ConstU128<1>;
    type AdminOrigin = frame_system::EnsureRoot<AccountId>;
    type Datanets = Datanets;
    type MaxVersions = ConstU32<4>;
    type PriceNotice = ConstU32<10>;
    type Listener = ();
    type WeightInfo = pallet_models::weights::SubstrateWeight<Test>;
}

/// The referenda by index.
#[storage_alias]
pub type ReferendumTable =
    StorageMap<Mock, Twox64Concat, u32, (AccountId, Track, RuntimeCall, ReferendumState)>;

/// How many referenda there have been.
#[storage_alias]
pub type ReferendumCount = StorageValue<Mock, u32>;

/// The active evaluators with what each has at stake, planck.
#[storage_alias]
pub type EvaluatorTable = StorageMap<Mock, Twox64Concat, AccountId, Balance>;

/// The fee split that was set.
#[storage_alias]
pub type FeeSplitTable = StorageValue<Mock, FeeSplit>;

/// A table of referenda that tests decide.
pub struct TableOfReferenda;

impl ProposalReferenda<RuntimeCall> for TableOfReferenda {
    fn submit(proposer: &AccountId, track: Track, call: RuntimeCall) -> Result<u32, DispatchError> {
        // The account that the referenda refuse.
        if *proposer == REFUSED {
            return Err(DispatchError::Other("refused"));
        }
        let index = ReferendumCount::get().unwrap_or(0);
        ReferendumCount::put(index + 1);
        let entry = (proposer.clone(), track, call, ReferendumState::Ongoing);
        ReferendumTable::insert(index, entry);
        Ok(index)
    }

    fn state(referendum: u32) -> Option<ReferendumState> {
        ReferendumTable::get(referendum).map(|(_, _, _, state)| state)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_kill(referendum: u32) {
        super::build::decide(referendum, ReferendumState::Killed);
    }
}

/// A table of evaluators that tests fill.
pub struct TableOfEvaluators;

impl OperatorRoles for TableOfEvaluators {
    fn is_active(operator: &AccountId, role: OperatorRole) -> bool {
        role == OperatorRole::Evaluator && EvaluatorTable::contains_key(operator)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_operator(operator: &AccountId, _: OperatorRole) {
        EvaluatorTable::insert(operator, STAKE);
    }
}

impl OperatorStake for TableOfEvaluators {
    fn bond_worker(_: &AccountId) -> DispatchResult {
        Err(DispatchError::Other("evaluators serve nothing"))
    }

    fn unbond_worker(_: &AccountId) -> DispatchResult {
        Err(DispatchError::Other("evaluators serve nothing"))
    }

    fn stake_of(operator: &AccountId) -> Balance {
        EvaluatorTable::get(operator).unwrap_or(0)
    }
}

/// Remembers the fee split.
pub struct SplitInStorage;

impl AttributionAdmin for SplitInStorage {
    fn set_fee_split(split: FeeSplit) -> DispatchResult {
        FeeSplitTable::put(split);
        Ok(())
    }
}

/// Root decides everything, [`SMALL_VOTE`] what is on the small track.
pub struct EnactOrigin;

impl EnsureOrigin<RuntimeOrigin> for EnactOrigin {
    type Success = Track;

    fn try_origin(origin: RuntimeOrigin) -> Result<Track, RuntimeOrigin> {
        match origin.clone().into() {
            Ok(RawOrigin::Root) => Ok(Track::Large),
            Ok(RawOrigin::Signed(who)) if who == SMALL_VOTE => Ok(Track::Small),
            _ => Err(origin),
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
        Ok(RuntimeOrigin::root())
    }
}

parameter_types! {
    pub TreasuryAccount: AccountId = TREASURY;
    pub const GovernancePalletId: PalletId = PalletId(*b"ol/aigov");
}

impl pallet_ai_governance::Config for Test {
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Referenda = TableOfReferenda;
    type EnactOrigin = EnactOrigin;
    type BaseModels = Models;
    type Attribution = SplitInStorage;
    type Datanets = Datanets;
    type Models = Models;
    type Evaluators = TableOfEvaluators;
    type Treasury = TreasuryAccount;
    type PalletId = GovernancePalletId;
    type ProposalDeposit = ConstU128<DEPOSIT>;
    type SmallLimit = ConstU128<SMALL_LIMIT>;
    type LargeLimit = ConstU128<LARGE_LIMIT>;
    type EvaluatorQuorum = ConstU32<QUORUM>;
    type MaxReports = ConstU32<MAX_REPORTS>;
    type MaxBackings = ConstU32<MAX_BACKINGS>;
    type BackingPeriod = ConstU32<BACKING_PERIOD>;
    type EnactmentPeriod = ConstU32<ENACTMENT_PERIOD>;
    type WeightInfo = TestWeights;
}

/// What the calls of this pallet weigh.
pub type TestWeights = pallet_ai_governance::weights::SubstrateWeight<Test>;

/// What each account starts with, planck.
pub const FUNDS: Balance = 1_000_000;
/// What the treasury starts with, planck.
pub const TREASURY_FUNDS: Balance = 100_000;
/// How many accounts have funds.
pub const ACCOUNTS: u8 = 8;

/// Owns every Datanet.
pub const OWNER: AccountId = AccountId::new([0; 32]);
/// Submits proposals.
pub const PROPOSER: AccountId = AccountId::new([1; 32]);
/// Contributes.
pub const ALICE: AccountId = AccountId::new([2; 32]);
/// See [`ALICE`].
pub const BOB: AccountId = AccountId::new([3; 32]);
/// Develops models.
pub const DEVELOPER: AccountId = AccountId::new([4; 32]);
/// Decides in the place of the small track.
pub const SMALL_VOTE: AccountId = AccountId::new([90; 32]);
/// Has no right to anything.
pub const STRANGER: AccountId = AccountId::new([91; 32]);
/// The account whose referenda are refused.
pub const REFUSED: AccountId = AccountId::new([7; 32]);
/// The treasury.
pub const TREASURY: AccountId = AccountId::new([100; 32]);

/// Account `index`; below [`ACCOUNTS`] it has funds.
pub fn account(index: u8) -> AccountId {
    AccountId::new([index; 32])
}

/// Evaluator `index`; those below 4 are active.
pub fn evaluator(index: u8) -> AccountId {
    AccountId::new([50 + index; 32])
}

/// A chain at block 1.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let storage = frame_system::GenesisConfig::<Test>::default()
        .build_storage()
        .expect("the system's genesis is valid");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| {
        at(1);
        fund();
        Balances::set_balance(&TREASURY, TREASURY_FUNDS);
        Balances::set_balance(&AiGovernance::pot(), ED);
        for index in 0..4 {
            EvaluatorTable::insert(evaluator(index), STAKE);
        }
    });
    ext
}

/// Gives every account its funds.
fn fund() {
    for index in 0..ACCOUNTS {
        Balances::set_balance(&account(index), FUNDS);
    }
}

/// Runs a test on a new chain and checks the invariants after it.
pub fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        assert_ok!(AiGovernance::do_try_state());
    });
}

/// Goes to block `block`.
pub fn at(block: BlockNumber) {
    System::set_block_number(block);
}

/// Goes to block `block` and runs `on_idle` there with much weight.
pub fn idle_at(block: BlockNumber) -> Weight {
    at(block);
    AiGovernance::on_idle(block, Weight::MAX)
}

pub fn signed(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

#[cfg(not(feature = "runtime-benchmarks"))]
impl crate::benchmarking::Setup for Test {
    fn enact_origin() -> RuntimeOrigin {
        RuntimeOrigin::root()
    }

    fn evaluator(who: &AccountId) {
        EvaluatorTable::insert(who, STAKE);
    }

    fn kill(referendum: u32) {
        super::build::decide(referendum, ReferendumState::Killed);
    }

    fn version() -> (
        openledger_primitives::VersionRef,
        Vec<openledger_primitives::ContributionId>,
    ) {
        // Benchmarks start from empty storage.
        fund();
        let contribution = pallet_datanets::NextContributionId::<Test>::get();
        (super::build::version(), vec![contribution])
    }

    fn adapter(developer: &AccountId) -> openledger_primitives::AdapterId {
        fund();
        Balances::set_balance(developer, FUNDS);
        super::build::adapter(developer)
    }
}
