// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_models`.
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

/// Weight functions needed for `pallet_models`.
pub trait WeightInfo {
    fn register_base_model() -> Weight;
    fn delist_base_model() -> Weight;
    fn register_adapter(v: u32, ) -> Weight;
    fn set_price() -> Weight;
    fn publish() -> Weight;
    fn deprecate() -> Weight;
}

/// Weights for `pallet_models` using the database weights of the runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `Models::BaseModelByHash` (r:1 w:1), `Models::NextBaseModelId` (r:1 w:1)
    /// Storage: `Models::BaseModels` (r:0 w:1)
    fn register_base_model() -> Weight {
        Weight::from_parts(25_000_000, 3600)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Models::BaseModels` (r:1 w:1)
    fn delist_base_model() -> Weight {
        Weight::from_parts(20_000_000, 3700)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Models::BaseModels` (r:1 w:0), `Models::AdapterByArtifact` (r:1 w:1)
    /// Storage: `Models::NextAdapterId` (r:1 w:1), `Datanets::Versions` (r:v w:0)
    /// Storage: `System::Account` (r:1 w:1), `Balances::Holds` (r:1 w:1)
    /// Storage: `Models::Adapters` (r:0 w:1)
    /// The range of component `v` is `[1, 16]`.
    fn register_adapter(v: u32, ) -> Weight {
        Weight::from_parts(75_000_000, 3900)
            .saturating_add(Weight::from_parts(4_000_000, 2600).saturating_mul(v.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(v.into())))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Models::Adapters` (r:1 w:1)
    fn set_price() -> Weight {
        Weight::from_parts(25_000_000, 4200)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Models::Adapters` (r:1 w:1), `Models::BaseModels` (r:1 w:0)
    fn publish() -> Weight {
        Weight::from_parts(25_000_000, 4200)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Models::Adapters` (r:1 w:1), `System::Account` (r:1 w:1)
    /// Storage: `Balances::Holds` (r:1 w:1)
    fn deprecate() -> Weight {
        Weight::from_parts(65_000_000, 4200)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
}

// For backwards compatibility and tests.
impl WeightInfo for () {
    /// Storage: `Models::BaseModelByHash` (r:1 w:1), `Models::NextBaseModelId` (r:1 w:1)
    /// Storage: `Models::BaseModels` (r:0 w:1)
    fn register_base_model() -> Weight {
        Weight::from_parts(25_000_000, 3600)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
    /// Storage: `Models::BaseModels` (r:1 w:1)
    fn delist_base_model() -> Weight {
        Weight::from_parts(20_000_000, 3700)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    /// Storage: `Models::BaseModels` (r:1 w:0), `Models::AdapterByArtifact` (r:1 w:1)
    /// Storage: `Models::NextAdapterId` (r:1 w:1), `Datanets::Versions` (r:v w:0)
    /// Storage: `System::Account` (r:1 w:1), `Balances::Holds` (r:1 w:1)
    /// Storage: `Models::Adapters` (r:0 w:1)
    /// The range of component `v` is `[1, 16]`.
    fn register_adapter(v: u32, ) -> Weight {
        Weight::from_parts(75_000_000, 3900)
            .saturating_add(Weight::from_parts(4_000_000, 2600).saturating_mul(v.into()))
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(v.into())))
            .saturating_add(RocksDbWeight::get().writes(5_u64))
    }
    /// Storage: `Models::Adapters` (r:1 w:1)
    fn set_price() -> Weight {
        Weight::from_parts(25_000_000, 4200)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    /// Storage: `Models::Adapters` (r:1 w:1), `Models::BaseModels` (r:1 w:0)
    fn publish() -> Weight {
        Weight::from_parts(25_000_000, 4200)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    /// Storage: `Models::Adapters` (r:1 w:1), `System::Account` (r:1 w:1)
    /// Storage: `Balances::Holds` (r:1 w:1)
    fn deprecate() -> Weight {
        Weight::from_parts(65_000_000, 4200)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
    }
}
