// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The pallets for Solidity, and what answering contracts may cost.

use frame_support::{
    parameter_types,
    traits::{ConstU128, ConstU32, ConstU64},
    weights::Weight,
};
use pallet_precompiles::{
    attribution::Attribution, datanets::Datanets, governance::Governance, inference::Inference,
    models::Models, open::Open, staking::Staking,
};

use super::money::ShareFees;
use crate::{genesis_presets::TOTAL_SUPPLY, *};

/// The precompiles, by their addresses.
pub type All = (
    Open<Runtime>,
    Datanets<Runtime>,
    Models<Runtime>,
    Inference<Runtime>,
    Attribution<Runtime>,
    Staking<Runtime>,
    Governance<Runtime>,
);

parameter_types! {
    /// An allowance or a nonce costs whoever creates it about what a contract's slot does: at
    /// 15,000 planck per picosecond some 18,000 gas.
    pub const NewEntry: Weight = Weight::from_parts(1_200_000_000, 0);
    /// The most that one callback computes: 50 ms, worth 750,000 gas. Nothing is proven, so that the
    /// proof's part of what a block can have is as good as unlimited.
    pub const MaxCallbackWeight: Weight = Weight::from_parts(50_000_000_000, u64::MAX / 8);
}

impl pallet_precompiles::Config for Runtime {
    type Pallets = AllPalletsWithSystem;
    type NewEntry = NewEntry;
    type TotalSupply = ConstU128<TOTAL_SUPPLY>;
    type MinCallbackGas = ConstU64<50_000>;
    type MaxCallbackGas = ConstU64<2_000_000>;
    type MaxCallbackWeight = MaxCallbackWeight;
    type MaxCallbacks = ConstU32<8_192>;
    type MaxCallbacksPerBlock = ConstU32<4>;
    type CallbackFees = ShareFees;
    type WeightInfo = pallet_precompiles::weights::SubstrateWeight<Runtime>;
}
