// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The OpenLedger runtime: the state transition function that every node agrees on.
//!
//! - `lib.rs` lists the pallets, `configs/` configures them, `apis.rs` answers runtime calls,
//!   `transactions.rs` makes transactions, `genesis_presets.rs` makes the first block.

#![cfg_attr(not(feature = "std"), no_std)]
// `frame_support::runtime` needs room to expand.
#![recursion_limit = "512"]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod genesis_presets;
pub mod migrations;
pub mod predeploys;
#[cfg(test)]
mod tests;
pub mod transactions;

use alloc::vec::Vec;
use polkadot_sdk::*;

#[cfg(feature = "upgrade-rehearsal")]
pub use migrations::rehearsal::VERSION;

pub use configs::{
    evm::pallet_ethereum_chain,
    governance::{origins::pallet_custom_origins, pace::pallet_pace},
};
pub use openledger_primitives::{AccountId, Balance, BlockNumber, OPEN};
use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// How a transaction is signed: sr25519, ed25519 or ecdsa.
pub type Signature = MultiSignature;

/// A signer's public key.
pub type PublicKey = <Signature as Verify>::Signer;

/// The number of transactions an account has sent.
pub type Nonce = u32;

/// A block hash.
pub type Hash = sp_core::H256;

/// How transactions name accounts.
pub type Address = MultiAddress<AccountId, ()>;

/// A block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;

/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// What of it has to do with fees. The tip of an Ethereum transaction is settled before the fee, out
/// of which rounding to whole gas is paid; the origin changes after both, which need a signer.
pub type FeeExtension = (
    configs::PriorityFee,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    pallet_revive::evm::tx_extension::SetOrigin<Runtime>,
);

/// What a transaction carries beside its call. None of it asks a wallet's user for input. Tuples
/// have no more than twelve parts, so those for fees are one of them; its bytes are the same.
pub type TxExtension = (
    frame_system::AuthorizeCall<Runtime>,
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckEra<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    FeeExtension,
    frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
    frame_system::WeightReclaim<Runtime>,
);

/// A transaction as it arrives: signed for this chain, or an Ethereum transaction.
pub type UncheckedExtrinsic =
    pallet_revive::evm::runtime::UncheckedExtrinsic<Address, Signature, configs::EthExtraImpl>;

/// Runs blocks over the pallets.
pub type Executive = frame_executive::Executive<
    Runtime,
    Block,
    frame_system::ChainContext<Runtime>,
    Runtime,
    AllPalletsWithSystem,
>;

/// Types for those who handle blocks without looking into transactions.
pub mod opaque {
    use super::*;
    pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

    /// A block header.
    pub type Header = super::Header;
    /// A block whose transactions are bytes.
    pub type Block = generic::Block<Header, UncheckedExtrinsic>;
}

impl_opaque_keys! {
    /// The keys that a validator works with.
    pub struct SessionKeys {
        /// Block production.
        pub babe: Babe,
        /// Finality.
        pub grandpa: Grandpa,
    }
}

/// The runtime's version. `spec_version` rises with every change of behaviour.
#[cfg(not(feature = "upgrade-rehearsal"))]
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: alloc::borrow::Cow::Borrowed("openledger"),
    impl_name: alloc::borrow::Cow::Borrowed("openledger"),
    authoring_version: 1,
    spec_version: 100,
    impl_version: 1,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

/// Milliseconds between slots.
pub const SLOT_DURATION: u64 = 2_000;

/// Blocks in a minute.
pub const MINUTES: BlockNumber = 60_000 / (SLOT_DURATION as BlockNumber);

/// Blocks in an hour.
pub const HOURS: BlockNumber = MINUTES * 60;

/// Blocks in a day.
pub const DAYS: BlockNumber = HOURS * 24;

/// Slots in an epoch of a real network, after which validators and randomness change: ten minutes.
pub const EPOCH_DURATION: u64 = 10 * MINUTES as u64;

/// Sessions in an era of a real network, after which validators are elected and rewards paid: six
/// hours. A session is an epoch.
pub const SESSIONS_PER_ERA: u32 = 6 * HOURS / (10 * MINUTES);

/// The prefix of addresses.
pub const SS58_PREFIX: u16 = 1984;

/// The least balance an account keeps, planck.
pub const EXISTENTIAL_DEPOSIT: Balance = 1_000_000_000_000;

/// One thousandth of an OPEN in planck.
pub const MILLI_OPEN: Balance = OPEN / 1_000;

/// How blocks are allotted at genesis: a slot in four has a primary author by lot, the others a
/// secondary one.
pub const BABE_GENESIS_EPOCH_CONFIG: sp_consensus_babe::BabeEpochConfiguration =
    sp_consensus_babe::BabeEpochConfiguration {
        c: (1, 4),
        allowed_slots: sp_consensus_babe::AllowedSlots::PrimaryAndSecondaryVRFSlots,
    };

// Genesis is built and hooks run in the order in which the pallets stand here; without
// `legacy_ordering` it would be that of their indices.
#[frame_support::runtime(legacy_ordering)]
mod runtime {
    use super::*;

    /// All pallets together.
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    // The pace comes before those that ask for it at genesis.
    #[runtime::pallet_index(19)]
    pub type Pace = pallet_pace;
    #[runtime::pallet_index(62)]
    pub type EthereumChain = pallet_ethereum_chain;
    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp;
    // Babe and Authorship come before Session: it reads the author and the epoch.
    #[runtime::pallet_index(2)]
    pub type Babe = pallet_babe;
    #[runtime::pallet_index(3)]
    pub type Authorship = pallet_authorship;
    #[runtime::pallet_index(4)]
    pub type Balances = pallet_balances;
    // Revive ends a block before TransactionPayment does: the base fee in an Ethereum block's header
    // is the one its transactions paid, not the next one.
    #[runtime::pallet_index(60)]
    pub type Revive = pallet_revive;
    #[runtime::pallet_index(5)]
    pub type TransactionPayment = pallet_transaction_payment;
    #[runtime::pallet_index(6)]
    pub type Offences = pallet_offences;
    // Staking comes before Session, which asks it for the first validators.
    #[runtime::pallet_index(7)]
    pub type OperatorStaking = pallet_operator_staking;
    #[runtime::pallet_index(24)]
    pub type Historical = pallet_session::historical;
    #[runtime::pallet_index(8)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(9)]
    pub type Grandpa = pallet_grandpa;
    #[runtime::pallet_index(10)]
    pub type Utility = pallet_utility;
    #[runtime::pallet_index(11)]
    pub type Proxy = pallet_proxy;
    #[runtime::pallet_index(12)]
    pub type Multisig = pallet_multisig;
    #[runtime::pallet_index(13)]
    pub type Vesting = pallet_vesting;
    #[runtime::pallet_index(14)]
    pub type Sudo = pallet_sudo;

    #[runtime::pallet_index(15)]
    pub type Preimage = pallet_preimage;
    #[runtime::pallet_index(16)]
    pub type Scheduler = pallet_scheduler;
    #[runtime::pallet_index(17)]
    pub type Parameters = pallet_parameters;
    #[runtime::pallet_index(18)]
    pub type Identity = pallet_identity;

    #[runtime::pallet_index(20)]
    pub type Datanets = pallet_datanets;
    #[runtime::pallet_index(21)]
    pub type Models = pallet_models;
    #[runtime::pallet_index(22)]
    pub type Inference = pallet_inference;
    #[runtime::pallet_index(23)]
    pub type Attribution = pallet_attribution;
    #[runtime::pallet_index(25)]
    pub type AiGovernance = pallet_ai_governance;
    #[runtime::pallet_index(61)]
    pub type Precompiles = pallet_precompiles;

    #[runtime::pallet_index(30)]
    pub type Referenda = pallet_referenda;
    #[runtime::pallet_index(31)]
    pub type ConvictionVoting = pallet_conviction_voting;
    #[runtime::pallet_index(32)]
    pub type Whitelist = pallet_whitelist;
    #[runtime::pallet_index(33)]
    pub type TechnicalCommittee = pallet_collective<Instance1>;
    #[runtime::pallet_index(34)]
    pub type Origins = pallet_custom_origins;
    #[runtime::pallet_index(35)]
    pub type Treasury = pallet_treasury;
    #[runtime::pallet_index(36)]
    pub type Bounties = pallet_bounties;
    #[runtime::pallet_index(37)]
    pub type ChildBounties = pallet_child_bounties;
}
