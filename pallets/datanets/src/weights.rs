// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_datanets`.
//!
//! Estimated by hand from the storage that each call reads and writes, until `scripts/weights.sh`
//! replaces this file with what it measures.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]

use core::marker::PhantomData;
use polkadot_sdk::{
    frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}},
    frame_system,
};

/// Weight functions needed for `pallet_datanets`.
pub trait WeightInfo {
    fn create_datanet() -> Weight;
    fn set_policy() -> Weight;
    fn contribute() -> Weight;
    fn withdraw_contribution() -> Weight;
    fn accept_contribution() -> Weight;
    fn reject_contribution() -> Weight;
    fn publish_version(n: u32, ) -> Weight;
    fn transfer_datanet() -> Weight;
}

/// Weights for `pallet_datanets` using the database weights of the runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `Datanets::NextDatanetId` (r:1 w:1), `System::Account` (r:1 w:1)
    /// Storage: `Balances::Holds` (r:1 w:1), `Datanets::Datanets` (r:0 w:1)
    fn create_datanet() -> Weight {
        Weight::from_parts(60_000_000, 3900)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Datanets::Datanets` (r:1 w:1)
    fn set_policy() -> Weight {
        Weight::from_parts(20_000_000, 3700)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Datanets::Datanets` (r:1 w:1), `Datanets::ContentTaken` (r:1 w:1)
    /// Storage: `Datanets::RootsTaken` (r:1 w:1), `Datanets::NextContributionId` (r:1 w:1)
    /// Storage: `System::Account` (r:1 w:1), `Balances::Holds` (r:1 w:1)
    /// Storage: `Datanets::Contributions` (r:0 w:1)
    fn contribute() -> Weight {
        Weight::from_parts(85_000_000, 3900)
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().writes(7_u64))
    }
    /// Storage: `Datanets::Contributions` (r:1 w:1), `Datanets::Datanets` (r:1 w:1)
    /// Storage: `System::Account` (r:1 w:1), `Balances::Holds` (r:1 w:1)
    /// Storage: `Datanets::ContentTaken` (r:0 w:1), `Datanets::RootsTaken` (r:0 w:1)
    fn withdraw_contribution() -> Weight {
        Weight::from_parts(75_000_000, 4100)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `Datanets::Contributions` (r:1 w:1), `Datanets::Datanets` (r:1 w:1)
    /// Storage: `System::Account` (r:1 w:1), `Balances::Holds` (r:1 w:1)
    /// Storage: `Datanets::Accepted` (r:0 w:1)
    fn accept_contribution() -> Weight {
        Weight::from_parts(75_000_000, 4100)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Datanets::Contributions` (r:2 w:2), `Datanets::Datanets` (r:1 w:1)
    /// Storage: `System::Account` (r:1 w:1), `Balances::Holds` (r:1 w:1)
    /// Storage: `Datanets::Rejected` (r:1 w:2)
    /// Storage: `Datanets::ContentTaken` (r:0 w:1), `Datanets::RootsTaken` (r:0 w:1)
    fn reject_contribution() -> Weight {
        Weight::from_parts(95_000_000, 7200)
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    /// Storage: `Datanets::Datanets` (r:1 w:1), `Datanets::Versions` (r:1 w:1)
    /// Storage: `Datanets::Accepted` (r:n w:0)
    /// The range of component `n` is `[1, 1024]`.
    fn publish_version(n: u32, ) -> Weight {
        Weight::from_parts(30_000_000, 3700)
            .saturating_add(Weight::from_parts(6_000_000, 2600).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Datanets::Datanets` (r:1 w:1), `System::Account` (r:2 w:2)
    /// Storage: `Balances::Holds` (r:2 w:2)
    fn transfer_datanet() -> Weight {
        Weight::from_parts(90_000_000, 7700)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
}

// For backwards compatibility and tests.
impl WeightInfo for () {
    /// Storage: `Datanets::NextDatanetId` (r:1 w:1), `System::Account` (r:1 w:1)
    /// Storage: `Balances::Holds` (r:1 w:1), `Datanets::Datanets` (r:0 w:1)
    fn create_datanet() -> Weight {
        Weight::from_parts(60_000_000, 3900)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(4_u64))
    }
    /// Storage: `Datanets::Datanets` (r:1 w:1)
    fn set_policy() -> Weight {
        Weight::from_parts(20_000_000, 3700)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    /// Storage: `Datanets::Datanets` (r:1 w:1), `Datanets::ContentTaken` (r:1 w:1)
    /// Storage: `Datanets::RootsTaken` (r:1 w:1), `Datanets::NextContributionId` (r:1 w:1)
    /// Storage: `System::Account` (r:1 w:1), `Balances::Holds` (r:1 w:1)
    /// Storage: `Datanets::Contributions` (r:0 w:1)
    fn contribute() -> Weight {
        Weight::from_parts(85_000_000, 3900)
            .saturating_add(RocksDbWeight::get().reads(6_u64))
            .saturating_add(RocksDbWeight::get().writes(7_u64))
    }
    /// Storage: `Datanets::Contributions` (r:1 w:1), `Datanets::Datanets` (r:1 w:1)
    /// Storage: `System::Account` (r:1 w:1), `Balances::Holds` (r:1 w:1)
    /// Storage: `Datanets::ContentTaken` (r:0 w:1), `Datanets::RootsTaken` (r:0 w:1)
    fn withdraw_contribution() -> Weight {
        Weight::from_parts(75_000_000, 4100)
            .saturating_add(RocksDbWeight::get().reads(4_u64))
            .saturating_add(RocksDbWeight::get().writes(6_u64))
    }
    /// Storage: `Datanets::Contributions` (r:1 w:1), `Datanets::Datanets` (r:1 w:1)
    /// Storage: `System::Account` (r:1 w:1), `Balances::Holds` (r:1 w:1)
    /// Storage: `Datanets::Accepted` (r:0 w:1)
    fn accept_contribution() -> Weight {
        Weight::from_parts(75_000_000, 4100)
            .saturating_add(RocksDbWeight::get().reads(4_u64))
            .saturating_add(RocksDbWeight::get().writes(5_u64))
    }
    /// Storage: `Datanets::Contributions` (r:2 w:2), `Datanets::Datanets` (r:1 w:1)
    /// Storage: `System::Account` (r:1 w:1), `Balances::Holds` (r:1 w:1)
    /// Storage: `Datanets::Rejected` (r:1 w:2)
    /// Storage: `Datanets::ContentTaken` (r:0 w:1), `Datanets::RootsTaken` (r:0 w:1)
    fn reject_contribution() -> Weight {
        Weight::from_parts(95_000_000, 7200)
            .saturating_add(RocksDbWeight::get().reads(6_u64))
            .saturating_add(RocksDbWeight::get().writes(9_u64))
    }
    /// Storage: `Datanets::Datanets` (r:1 w:1), `Datanets::Versions` (r:1 w:1)
    /// Storage: `Datanets::Accepted` (r:n w:0)
    /// The range of component `n` is `[1, 1024]`.
    fn publish_version(n: u32, ) -> Weight {
        Weight::from_parts(30_000_000, 3700)
            .saturating_add(Weight::from_parts(6_000_000, 2600).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    /// Storage: `Datanets::Datanets` (r:1 w:1), `System::Account` (r:2 w:2)
    /// Storage: `Balances::Holds` (r:2 w:2)
    fn transfer_datanet() -> Weight {
        Weight::from_parts(90_000_000, 7700)
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().writes(5_u64))
    }
}
