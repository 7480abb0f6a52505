// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A runtime with the EVM pallet and the real pallets behind the precompiles, and a contract that
//! calls them in every way there is.

use crate as pallet_precompiles;
use openledger_primitives::{
    receipt::RECEIPT_VERSION,
    traits::{BaseModelAdmin, BaseModelListing, OperatorStake},
    views::JobInput,
    worker::registration_payload,
    AccountId, AdapterId, Balance, ContributionId, InferenceReceipt, InfluenceMethod,
    InfluenceShare, InfluenceVector, JobId, JobRef, Ppm, SignedReceipt, H256,
};
use polkadot_sdk::*;

use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::{fungible::Mutate, VariantCountOf},
    weights::{constants::RocksDbWeight, Weight},
    PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned};
use pallet_revive::{
    precompiles::{
        alloy::{
            primitives::{Address, Bytes},
            sol_types::{decode_revert_reason, SolCall, SolEvent},
        },
        AddressMapper, H160, U256,
    },
    AccountId32Mapper, AutoMapper, Code, ExecConfig, TransactionLimits,
};
use sp_core::{ecdsa, ed25519, ConstBool, ConstU128, ConstU32, ConstU64, Pair};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchResult};

pub use crate::{attribution::IAttribution, datanets::IDatanets, models::IModels, open::IOpen};
pub use scenario::*;

mod scenario;

pallet_revive::precompiles::alloy::sol!("src/tests/fixtures/Prober.sol");

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
    pub type Timestamp = pallet_timestamp;
    #[runtime::pallet_index(2)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(3)]
    pub type Datanets = pallet_datanets;
    #[runtime::pallet_index(4)]
    pub type Models = pallet_models;
    #[runtime::pallet_index(5)]
    pub type Inference = pallet_inference;
    #[runtime::pallet_index(6)]
    pub type Attribution = pallet_attribution;
    #[runtime::pallet_index(60)]
    pub type Revive = pallet_revive;
    #[runtime::pallet_index(61)]
    pub type Precompiles = pallet_precompiles;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type DbWeight = RocksDbWeight;
    type AccountData = pallet_balances::AccountData<Balance>;
    type OnNewAccount = AutoMapper<Test>;
    type OnKilledAccount = AutoMapper<Test>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

/// The existential deposit, planck.
pub const ED: Balance = 10;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<ED>;
    type AccountStore = System;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
}

/// The chain's id, which permits are signed for.
pub const CHAIN_ID: u64 = 1984;

#[derive_impl(pallet_revive::config_preludes::TestDefaultConfig)]
impl pallet_revive::Config for Test {
    type Time = Timestamp;
    type Balance = Balance;
    type Currency = Balances;
    type AddressMapper = AccountId32Mapper<Self>;
    type AutoMap = ConstBool<true>;
    type DepositPerByte = ConstU128<1>;
    type DepositPerItem = ConstU128<10>;
    type DepositPerChildTrieItem = ConstU128<10>;
    type ChainId = ConstU64<CHAIN_ID>;
    type UploadOrigin = EnsureSigned<AccountId>;
    type InstantiateOrigin = EnsureSigned<AccountId>;
    type NativeToEthRatio = ConstU32<1>;
    type WeightInfo = pallet_revive::weights::SubstrateWeight<Test>;
    type Precompiles = (
        crate::open::Open<Self>,
        crate::datanets::Datanets<Self>,
        crate::models::Models<Self>,
        crate::inference::Inference<Self>,
        crate::attribution::Attribution<Self>,
    );
}

parameter_types! {
    pub const AttributionPalletId: PalletId = PalletId(*b"ol/attrb");
    pub Treasury: AccountId = AccountId::new([8; 32]);
    pub StakersPot: AccountId = AccountId::new([10; 32]);
    /// What a new entry of storage costs, a number that no other charge has.
    pub const NewEntry: Weight = Weight::from_parts(1_230_000_000, 0);
    pub const MaxCallbackWeight: Weight = Weight::from_parts(1_000_000_000, u64::MAX / 8);
    /// What the tests issued.
    pub Issued: Balance = Balances::total_issuance();
}

/// What is held for a Datanet, planck.
pub const DATANET_DEPOSIT: Balance = 1_000;
/// What is held for a pending contribution, planck.
pub const CONTRIBUTION_DEPOSIT: Balance = 100;

impl pallet_datanets::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type DatanetDeposit = ConstU128<DATANET_DEPOSIT>;
    type ContributionDeposit = ConstU128<CONTRIBUTION_DEPOSIT>;
    type MaxContributions = ConstU32<64>;
    type MaxPending = ConstU32<64>;
    type MaxRejected = ConstU32<4>;
    type OnAccepted = ();
    type Listener = crate::datanets::Listener<Test>;
    type WeightInfo = pallet_datanets::weights::SubstrateWeight<Test>;
}

impl pallet_models::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdapterDeposit = ConstU128<500>;
    type RecordDeposit = ConstU128<50>;
    type MinUnitPrice = ConstU128<1>;
    type AdminOrigin = EnsureRoot<AccountId>;
    type Datanets = Datanets;
    type MaxVersions = ConstU32<4>;
    type PriceNotice = ConstU32<10>;
    type Listener = crate::models::Listener<Test>;
    type WeightInfo = pallet_models::weights::SubstrateWeight<Test>;
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
    type Models = Models;
    type Stake = Stakes;
    type MaxOpenJobs = ConstU32<64>;
    type MaxJobsPerBlock = ConstU32<16>;
    type JobDeadline = ConstU32<10>;
    type RefundDelay = ConstU32<5>;
    type ChannelCloseDelay = ConstU32<6>;
    type MaxChannelRequests = ConstU32<64>;
    type MinFee = ConstU128<20>;
    type OnDelivery = Precompiles;
    type WeightInfo = pallet_inference::weights::SubstrateWeight<Test>;
}

impl pallet_attribution::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Escrow = Inference;
    type Models = Models;
    type Work = ();
    type Listener = crate::attribution::Listener<Test>;
    type Treasury = Treasury;
    type StakersPot = StakersPot;
    type PalletId = AttributionPalletId;
    type AdminOrigin = EnsureRoot<AccountId>;
    type FeePerEntry = ConstU128<4>;
    type MaxReceiptsPerBatch = ConstU32<4>;
    type ReceiptRetention = ConstU32<30>;
    type WeightInfo = pallet_attribution::weights::SubstrateWeight<Test>;
}

impl pallet_precompiles::Config for Test {
    type Pallets = AllPalletsWithSystem;
    type NewEntry = NewEntry;
    type TotalSupply = Issued;
    type MinCallbackGas = ConstU64<50_000>;
    type MaxCallbackGas = ConstU64<1_000_000>;
    type MaxCallbackWeight = MaxCallbackWeight;
    type MaxCallbacks = ConstU32<8>;
    type MaxCallbacksPerBlock = ConstU32<4>;
    type CallbackFees = ();
    type WeightInfo = crate::weights::SubstrateWeight<Test>;
}

/// What each funded account starts with, planck.
pub const FUNDS: Balance = 1_000_000_000_000;

/// The key of an Ethereum account.
pub fn key(index: u8) -> ecdsa::Pair {
    ecdsa::Pair::from_seed(&[index; 32])
}

/// The address of the Ethereum account with a key.
pub fn address_of(pair: &ecdsa::Pair) -> H160 {
    // Whoever can sign can be recovered: the way to the key's uncompressed form.
    let message = [0; 32];
    let signature = pair.sign_prehashed(&message);
    let key = sp_io::crypto::secp256k1_ecdsa_recover(&signature.0, &message);
    let hash = sp_io::hashing::keccak_256(&key.map_err(|_| ()).expect("just signed"));
    H160::from_slice(&hash[12..])
}

/// An Ethereum account: 1 to 4 have funds.
pub fn person(index: u8) -> AccountId {
    AccountId32Mapper::<Test>::to_fallback_account_id(&person_address(index))
}

/// The address of [`person`].
pub fn person_address(index: u8) -> H160 {
    address_of(&key(index))
}

/// A funded account with an sr25519 key.
pub fn native() -> AccountId {
    AccountId::new([77; 32])
}

/// The worker.
pub fn worker() -> AccountId {
    AccountId::new([3; 32])
}

/// The address of an account.
pub fn address(account: &AccountId) -> H160 {
    AccountId32Mapper::<Test>::to_address(account)
}

/// The same for Solidity.
pub fn sol(address: H160) -> Address {
    address.0.into()
}

/// A chain at block 1 with funded accounts.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default()
        .build_storage()
        .expect("the system's genesis is valid");
    let mut balances: Vec<_> = (1..=4).map(|index| (person(index), FUNDS)).collect();
    balances.extend([(native(), FUNDS), (worker(), FUNDS)]);
    let pots = [Treasury::get(), StakersPot::get(), Attribution::pot()];
    balances.extend(pots.map(|pot| (pot, ED)));
    balances.push((Revive::account_id(), ED));
    pallet_balances::GenesisConfig::<Test> {
        balances,
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("the balances are valid");
    pallet_revive::GenesisConfig::<Test>::default()
        .assimilate_storage(&mut storage)
        .expect("the EVM's genesis is valid");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
    ext.execute_with(|| {
        System::set_block_number(1);
        deploy_prober();
    });
    ext
}

/// Runs `test` at block 1 and checks afterwards that nothing was minted or burnt and that the
/// invariants hold.
pub fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        let issuance = Balances::total_issuance();
        test();
        assert_ok!(Precompiles::do_try_state());
        assert_ok!(Attribution::do_try_state());
        assert_eq!(Balances::total_issuance(), issuance);
    });
}

/// The limits of a transaction that may use as much as it wants.
fn unlimited() -> TransactionLimits<Test> {
    limits(Weight::MAX)
}

/// Limits on what a transaction may weigh.
pub fn limits(weight_limit: Weight) -> TransactionLimits<Test> {
    TransactionLimits::WeightAndDeposit {
        weight_limit,
        deposit_limit: Balance::MAX,
    }
}

/// What a call came to: what it returned, or why it was refused; and what it weighed.
pub struct Outcome {
    /// The bytes returned, or the reason of a revert.
    pub result: Result<Vec<u8>, String>,
    /// What it weighed.
    pub weight: Weight,
}

/// A transaction of `from` that calls `to` with a value and raw input.
pub fn transact(from: &AccountId, to: H160, value: Balance, input: Vec<u8>) -> Outcome {
    transact_within(from, to, value, input, unlimited())
}

/// As [`transact`], within limits.
pub fn transact_within(
    from: &AccountId,
    to: H160,
    value: Balance,
    input: Vec<u8>,
    limits: TransactionLimits<Test>,
) -> Outcome {
    let outcome = Revive::bare_call(
        RuntimeOrigin::signed(from.clone()),
        to,
        U256::from(value),
        limits,
        input,
        &ExecConfig::new_substrate_tx(),
    );
    let result = match outcome.result {
        Ok(output) if output.did_revert() => {
            Err(decode_revert_reason(&output.data).unwrap_or_default())
        }
        Ok(output) => Ok(output.data),
        Err(error) => Err(format!("{error:?}")),
    };
    Outcome {
        result,
        weight: outcome.weight_consumed,
    }
}

/// A transaction of `from` that calls a function of a precompile.
pub fn call<C: SolCall>(from: &AccountId, number: u16, call: &C) -> Result<C::Return, String> {
    let outcome = transact(from, crate::frame::address(number), 0, call.abi_encode());
    let output = outcome.result?;
    Ok(C::abi_decode_returns_validate(&output).expect("the answer is of the interface"))
}

/// Why a call of a precompile was refused.
pub fn refusal<C: SolCall>(from: &AccountId, number: u16, input: &C) -> String {
    match call(from, number, input) {
        Ok(_) => panic!("the call was not refused"),
        Err(reason) => reason,
    }
}

/// A call that must succeed.
pub fn done<C: SolCall>(from: &AccountId, number: u16, input: &C) -> C::Return {
    match call(from, number, input) {
        Ok(answer) => answer,
        Err(reason) => panic!("refused: {reason}"),
    }
}

parameter_types! {
    static ProberAddress: H160 = H160::zero();
}

/// The contract that [`person`] 1 deployed before the test, with some funds.
pub fn prober() -> H160 {
    ProberAddress::get()
}

/// Deploys the prober. The EVM pallet mints the existential deposit of its account here; the real
/// runtime gives it a currency that does not.
fn deploy_prober() {
    let code = include_str!("fixtures/Prober.hex").trim();
    let code = hex::decode(code).expect("the fixture is hexadecimal");
    let outcome = Revive::bare_instantiate(
        RuntimeOrigin::signed(person(1)),
        U256::zero(),
        unlimited(),
        Code::Upload(code),
        Vec::new(),
        None,
        &ExecConfig::new_substrate_tx(),
    );
    let prober = outcome.result.expect("the prober is deployed").addr;
    Balances::set_balance(&account_of(prober), FUNDS);
    Balances::set_balance(&person(1), FUNDS);
    ProberAddress::set(prober);
    System::reset_events();
}

/// The account of a contract.
pub fn account_of(contract: H160) -> AccountId {
    AccountId32Mapper::<Test>::to_account_id(&contract)
}

/// A function's input for the prober to pass on.
pub fn input(call: &impl SolCall) -> Bytes {
    call.abi_encode().into()
}

/// The logs of the block so far: address, topics and data.
pub fn logs() -> Vec<crate::logs::Log> {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Revive(pallet_revive::Event::ContractEmitted {
                contract,
                data,
                topics,
            }) => Some(crate::logs::Log {
                address: contract,
                topics,
                data,
            }),
            _ => None,
        })
        .collect()
}

/// An event as a log of a precompile.
pub fn log(number: u16, event: &impl SolEvent) -> crate::logs::Log {
    crate::logs::Log::new(crate::frame::address(number), event)
}
