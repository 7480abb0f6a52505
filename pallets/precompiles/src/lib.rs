// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! # Precompiles
//!
//! The pallets as Solidity sees them: an interface in `interfaces/*.sol` and the code behind it for
//! each. `IOpen`, `IDatanets`, `IModels`, `IInference`, `IAttribution`, `IStaking` and `IGovernance`
//! answer at the addresses `0x…0800_0000` to `0x…0806_0000`.
//!
//! How a call goes:
//! - What a function may weigh is charged before anything is done: a call of a pallet with the
//!   pallet's own weight, a view with the storage items that it may read.
//! - A function that changes something is refused under STATICCALL and DELEGATECALL, and one that
//!   is not payable when it comes with a value.
//! - The caller acts with its own account: a key's account or a contract's.
//! - A pallet's error becomes `Error("Pallet.Error")` and the frame's changes are rolled back by
//!   the EVM pallet, the pallets' state and the logs among them.
//!
//! How the money moves: `IOpen` moves free balance between accounts, as a transfer does. All else
//! moves as the pallets say. The accounts at the precompiles' own addresses hold nothing.
//!
//! Logs: what a pallet tells its listener appears as a log of the precompile's address, whoever
//! caused it. Inside a call that came through a precompile the log is part of the Ethereum
//! transaction's receipt; elsewhere it is deposited as the same event in the block.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub mod attribution;
#[cfg(any(feature = "runtime-benchmarks", test))]
mod benchmarking;
pub mod callbacks;
pub mod datanets;
pub mod frame;
pub mod governance;
pub mod inference;
pub mod logs;
pub mod models;
pub mod open;
pub mod staking;
#[cfg(test)]
mod tests;

#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod weights;

pub use callbacks::{Callback, Outcome};
pub use pallet::*;
pub use weights::WeightInfo;

use polkadot_sdk::*;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible::Credit, OnUnbalanced, PalletsInfoAccess, StorageVersion},
    };
    use frame_system::pallet_prelude::*;
    use openledger_primitives::{AccountId, Balance, JobId, H256};
    use sp_core::{H160, U256};

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the precompiles need of the runtime.
    #[pallet::config]
    pub trait Config:
        polkadot_sdk::frame_system::Config<
            AccountId = AccountId,
            Hash = H256,
            RuntimeCall: From<pallet_datanets::Call<Self>>
                             + From<pallet_models::Call<Self>>
                             + From<pallet_attribution::Call<Self>>,
        > + pallet_revive::Config<Balance = Balance>
        + pallet_balances::Config<Balance = Balance, RuntimeHoldReason: From<HoldReason>>
        + pallet_datanets::Config
        + pallet_models::Config
        + pallet_attribution::Config
    {
        /// All pallets of the runtime, whose names errors carry.
        type Pallets: PalletsInfoAccess;

        /// What an entry of storage that stays costs whoever creates it, on top of the weight of
        /// writing it: an allowance, a nonce.
        #[pallet::constant]
        type NewEntry: Get<Weight>;

        /// All OPEN that exists, planck. It never changes after genesis, and a constant can be read
        /// in a dry run too, for which the EVM pallet issues the fee that it pretends was paid.
        #[pallet::constant]
        type TotalSupply: Get<Balance>;

        /// The least gas of a callback: what a contract needs to write an answer down.
        #[pallet::constant]
        type MinCallbackGas: Get<u64>;

        /// The most gas of a callback.
        #[pallet::constant]
        type MaxCallbackGas: Get<u64>;

        /// The most that a callback may compute, whatever its gas.
        #[pallet::constant]
        type MaxCallbackWeight: Get<Weight>;

        /// The most callbacks that are paid for and not made.
        #[pallet::constant]
        type MaxCallbacks: Get<u32>;

        /// The most callbacks that one block makes.
        #[pallet::constant]
        type MaxCallbacksPerBlock: Get<u32>;

        /// Receives what callbacks cost, as it does transaction fees.
        type CallbackFees: OnUnbalanced<Credit<AccountId, pallet_balances::Pallet<Self>>>;

        /// The weights of what is done beside the pallets' own calls.
        type WeightInfo: WeightInfo;
    }

    /// Why this pallet holds funds.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The prepayments of callbacks, in the accounts of the contracts to be called.
        Callback,
    }

    /// The callbacks that are paid for and not made. Created by `IInference.requestWithCallback`,
    /// deleted when the callback is made.
    #[pallet::storage]
    pub type Callbacks<T: Config> = CountedStorageMap<_, Twox64Concat, JobId, Callback>;

    /// The jobs whose callbacks are due, in the order in which they ended. An entry is created when
    /// a job with a callback ends, and deleted when the callback is made.
    #[pallet::storage]
    pub type CallbackQueue<T: Config> = StorageMap<_, Twox64Concat, u64, JobId>;

    /// The first and the next free place of [`CallbackQueue`].
    #[pallet::storage]
    pub type CallbackQueueEnds<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

    #[pallet::error]
    pub enum Error<T> {
        /// The callback's gas is below `MinCallbackGas` or above `MaxCallbackGas`.
        CallbackGasOutOfBounds,
        /// As many callbacks are paid for and not made as there can be. Try again later.
        TooManyCallbacks,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// Makes the callbacks that are due, as far as the weight goes.
        fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
            Self::make_callbacks(remaining)
        }

        fn integrity_test() {
            assert!(
                T::MinCallbackGas::get() <= T::MaxCallbackGas::get(),
                "the bounds of a callback's gas must be in order"
            );
            let most = Self::handling_weight().saturating_add(T::MaxCallbackWeight::get());
            assert!(
                most.all_lte(T::BlockWeights::get().max_block / 4),
                "a callback must fit into what ordinary transactions leave of a block"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    /// How much of an owner's OPEN a spender may move by `IOpen.transferFrom`: owner, spender,
    /// planck; the greatest number stands for any amount. Created by `approve` or `permit`, whose
    /// sender pays [`Config::NewEntry`] for it; deleted when it is zero.
    #[pallet::storage]
    pub type Allowances<T> =
        StorageDoubleMap<_, Blake2_128Concat, H160, Blake2_128Concat, H160, U256, ValueQuery>;

    /// The nonce that an owner's next permit must carry. Created by an owner's first `permit`, whose
    /// sender pays [`Config::NewEntry`] for it; never deleted, or an old permit would count again.
    #[pallet::storage]
    pub type PermitNonces<T> = StorageMap<_, Blake2_128Concat, H160, u64, ValueQuery>;
}
