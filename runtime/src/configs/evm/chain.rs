// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The id by which Ethereum's wallets know this chain: decided at genesis, so that the same runtime
//! runs all networks and a transaction signed for one is worth nothing on another.

use polkadot_sdk::{frame_support::traits::Get, *};

use crate::Runtime;

/// The chain id of the preset `development`.
pub const DEVELOPMENT_CHAIN: u64 = 1984;

/// The chain id of the preset `local_testnet`.
pub const LOCAL_CHAIN: u64 = 1985;

/// The chain id of the preset `mainnet-candidate`, and of a genesis that says nothing else.
pub const MAIN_CHAIN: u64 = 1986;

/// The pallet that keeps what genesis said, and what happens within one Ethereum transaction.
#[frame_support::pallet]
pub mod pallet_ethereum_chain {
    use crate::Balance;
    use frame_support::pallet_prelude::*;
    use polkadot_sdk::*;

    #[pallet::config]
    pub trait Config: polkadot_sdk::frame_system::Config {}

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// The chain id of EIP-155. Written at genesis and never again.
    #[pallet::storage]
    pub type ChainId<T> = StorageValue<_, u64, ValueQuery, MainChain>;

    /// What rounding up to whole gas took from the sender of the Ethereum transaction that is being
    /// applied, planck. Created during its call, deleted when its tip is settled: no block ends
    /// with it.
    #[pallet::storage]
    #[pallet::whitelist_storage]
    pub type Rounding<T> = StorageValue<_, Balance, ValueQuery>;

    /// The id of the main network.
    #[pallet::type_value]
    pub fn MainChain() -> u64 {
        super::MAIN_CHAIN
    }

    /// The chain id as a preset gives it; that of the main network when it gives none.
    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// The chain id of EIP-155, at least 1.
        pub chain_id: u64,
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self {
                chain_id: super::MAIN_CHAIN,
                _config: PhantomData,
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            assert!(self.chain_id > 0, "a chain id is at least 1");
            ChainId::<T>::put(self.chain_id);
        }
    }
}

impl pallet_ethereum_chain::Config for Runtime {}

/// This chain's id.
pub struct ChainId;

impl Get<u64> for ChainId {
    fn get() -> u64 {
        // The pallets' own integrity checks run outside of any chain.
        #[cfg(test)]
        if sp_externalities::with_externalities(|_| ()).is_none() {
            return MAIN_CHAIN;
        }
        pallet_ethereum_chain::ChainId::<Runtime>::get()
    }
}
