// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The treasury, bounties and child bounties. Nothing is burned: what is not spent stays.

use frame_support::{
    parameter_types,
    traits::{
        tokens::{PayFromAccount, UnityAssetBalanceConversion},
        ConstU32,
    },
};
use sp_runtime::{traits::IdentityLookup, Permill};

use super::{
    origins::{TreasuryAdmin, TreasurySpender},
    pace::Paced,
};
use crate::{configs::TreasuryPalletId, *};

parameter_types! {
    pub const Burn: Permill = Permill::zero();
}

/// The treasury's account, in the form that the paymaster asks for.
type TreasuryAccountId = pallet_treasury::TreasuryAccountId<Runtime>;

impl pallet_treasury::Config for Runtime {
    type Currency = Balances;
    type RejectOrigin = TreasuryAdmin;
    type RuntimeEvent = RuntimeEvent;
    type SpendPeriod = Paced<ConstU32<DAYS>>;
    type Burn = Burn;
    type PalletId = TreasuryPalletId;
    type BurnDestination = ();
    type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
    type SpendFunds = Bounties;
    type MaxApprovals = ConstU32<100>;
    type SpendOrigin = TreasurySpender;
    type AssetKind = ();
    type Beneficiary = AccountId;
    type BeneficiaryLookup = IdentityLookup<AccountId>;
    type Paymaster = PayFromAccount<Balances, TreasuryAccountId>;
    type BalanceConverter = UnityAssetBalanceConversion;
    type PayoutPeriod = Paced<ConstU32<{ 30 * DAYS }>>;
    type BlockNumberProvider = System;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
}

parameter_types! {
    pub const BountyDepositBase: Balance = 10 * OPEN;
    pub const DataDepositPerByte: Balance = MILLI_OPEN;
    pub const BountyValueMinimum: Balance = 100 * OPEN;
    pub const ChildBountyValueMinimum: Balance = 10 * OPEN;
    /// Of the curator's fee.
    pub const CuratorDepositMultiplier: Permill = Permill::from_percent(50);
    pub const CuratorDepositMin: Option<Balance> = Some(10 * OPEN);
    pub const CuratorDepositMax: Option<Balance> = Some(10_000 * OPEN);
}

impl pallet_bounties::Config for Runtime {
    type BountyDepositBase = BountyDepositBase;
    type BountyDepositPayoutDelay = Paced<ConstU32<{ 4 * DAYS }>>;
    type BountyUpdatePeriod = Paced<ConstU32<{ 90 * DAYS }>>;
    type CuratorDepositMultiplier = CuratorDepositMultiplier;
    type CuratorDepositMax = CuratorDepositMax;
    type CuratorDepositMin = CuratorDepositMin;
    type BountyValueMinimum = BountyValueMinimum;
    type DataDepositPerByte = DataDepositPerByte;
    type RuntimeEvent = RuntimeEvent;
    type MaximumReasonLength = ConstU32<16_384>;
    type WeightInfo = pallet_bounties::weights::SubstrateWeight<Runtime>;
    type ChildBountyManager = ChildBounties;
    type OnSlash = Treasury;
    type TransferAllAssets = pallet_bounties::TransferFungible<AccountId, Balances>;
}

impl pallet_child_bounties::Config for Runtime {
    type MaxActiveChildBountyCount = ConstU32<100>;
    type ChildBountyValueMinimum = ChildBountyValueMinimum;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_child_bounties::weights::SubstrateWeight<Runtime>;
}
