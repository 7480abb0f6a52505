// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The EVM: `pallet-revive` with EVM bytecode, as Ethereum's wallets and tools know it.
//!
//! - One gas costs 1 gwei, times the fee multiplier, which is never below one. So gas never grows
//!   beyond what it is on an idle chain: a plain transfer always fits into 21,000.
//! - Storage deposits, existential deposits and the fee for a transaction's bytes are inside gas.
//! - No EVM action mints or burns: see [`FixedIssuance`].
//! - A tip is charged per gas used, and raises the priority in the pool: see [`PriorityFee`].

mod chain;
mod currency;
mod events;
mod extra;
mod priority_fee;

use frame_support::{
    parameter_types,
    traits::{fungible::Credit, ConstBool, ConstU32, Imbalance, OnUnbalanced},
};
use frame_system::EnsureSigned;
use pallet_revive::{
    evm::fees::{BlockRatioFee, Info},
    AccountId32Mapper,
};
use sp_runtime::{FixedU128, Perbill};

use super::money::ShareFees;
use crate::*;

pub use chain::{pallet_ethereum_chain, ChainId, DEVELOPMENT_CHAIN, LOCAL_CHAIN, MAIN_CHAIN};
pub use currency::FixedIssuance;
pub use events::ethereum_events;
pub use extra::EthExtraImpl;
pub use priority_fee::{gas_price_paid, PriorityFee, TIP_PRIORITY};

/// Planck per gas at the fee multiplier 1: 1 gwei.
pub const GAS_PRICE: Balance = 1_000_000_000;

/// Planck per picosecond of execution: a second costs 0.015 OPEN. With it the gas of ordinary
/// transactions is close to Ethereum's.
pub type WeightFee = BlockRatioFee<15_000, 1, Runtime, Balance>;

parameter_types! {
    /// Held for each byte that a contract stores, planck: 100 gas.
    pub const DepositPerByte: Balance = 100 * GAS_PRICE;
    /// Held for each item of the chain's own state that a contract needs, planck: 10,000 gas.
    pub const DepositPerItem: Balance = 10_000 * GAS_PRICE;
    /// Held for each slot of a contract's storage, beside its bytes, planck: 5,000 gas.
    pub const DepositPerChildTrieItem: Balance = 5_000 * GAS_PRICE;
    /// A further contract of code that is already stored pays this part of the code's deposit, so
    /// that keeping another's code from being removed is not free.
    pub const CodeHashLockupDepositPercent: Perbill = Perbill::from_percent(30);
    /// The part of the largest ordinary transaction that an Ethereum transaction may execute for.
    pub const MaxEthExtrinsicWeight: FixedU128 = FixedU128::from_rational(9, 10);
}

/// What rounding a fee up to whole gas takes from an account: a fee like others.
///
/// It is noted, so that [`PriorityFee`] knows whether it was taken: it is not when the transaction
/// reverts.
pub struct ShareRounding;

impl OnUnbalanced<Credit<AccountId, Balances>> for ShareRounding {
    fn on_nonzero_unbalanced(rounding: Credit<AccountId, Balances>) {
        pallet_ethereum_chain::Rounding::<Runtime>::put(rounding.peek());
        ShareFees::on_unbalanced(rounding);
    }
}

impl pallet_revive::Config for Runtime {
    type Time = Timestamp;
    type Balance = Balance;
    type Currency = FixedIssuance;
    type OnBurn = ShareRounding;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type RuntimeOrigin = RuntimeOrigin;
    type RuntimeHoldReason = RuntimeHoldReason;
    type WeightInfo = pallet_revive::weights::SubstrateWeight<Runtime>;
    type Precompiles = super::precompiles::All;
    type FindAuthor = <Runtime as pallet_authorship::Config>::FindAuthor;
    type DepositPerByte = DepositPerByte;
    type DepositPerItem = DepositPerItem;
    type DepositPerChildTrieItem = DepositPerChildTrieItem;
    type CodeHashLockupDepositPercent = CodeHashLockupDepositPercent;
    type AddressMapper = AccountId32Mapper<Runtime>;
    type AllowEVMBytecode = ConstBool<true>;
    type UploadOrigin = EnsureSigned<AccountId>;
    type InstantiateOrigin = EnsureSigned<AccountId>;
    type RuntimeMemory = ConstU32<{ 128 * 1024 * 1024 }>;
    type PVFMemory = ConstU32<{ 512 * 1024 * 1024 }>;
    type ChainId = ChainId;
    type NativeToEthRatio = ConstU32<1>;
    type FeeInfo = Info<Address, Signature, EthExtraImpl>;
    type Deposit = ();
    type MaxEthExtrinsicWeight = MaxEthExtrinsicWeight;
    // For struct logs in traces, which only runtime APIs make. The other debug settings are in
    // storage, off, and no call writes them.
    type DebugEnabled = ConstBool<true>;
    type AutoMap = ConstBool<true>;
    type GasScale = ConstU32<1_000_000_000>;
}
