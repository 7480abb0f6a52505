// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Who is behind an account, as far as it says so and registrars confirm it.

use frame_support::{parameter_types, traits::ConstU32};
use pallet_identity::legacy::IdentityInfo;
use sp_runtime::traits::Verify;

use super::{accounts::deposit, governance::origins::GeneralAdminOrRoot};
use crate::*;

parameter_types! {
    pub const BasicDeposit: Balance = deposit(1, 258);
    pub const ByteDeposit: Balance = deposit(0, 1);
    pub const UsernameDeposit: Balance = deposit(0, 32);
    pub const SubAccountDeposit: Balance = deposit(1, 53);
}

impl pallet_identity::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type BasicDeposit = BasicDeposit;
    type ByteDeposit = ByteDeposit;
    type UsernameDeposit = UsernameDeposit;
    type SubAccountDeposit = SubAccountDeposit;
    type MaxSubAccounts = ConstU32<100>;
    type IdentityInformation = IdentityInfo<ConstU32<16>>;
    type MaxRegistrars = ConstU32<20>;
    type Slashed = Treasury;
    type ForceOrigin = GeneralAdminOrRoot;
    type RegistrarOrigin = GeneralAdminOrRoot;
    type OffchainSignature = Signature;
    type SigningPublicKey = <Signature as Verify>::Signer;
    type UsernameAuthorityOrigin = GeneralAdminOrRoot;
    type PendingUsernameExpiration = ConstU32<{ 7 * DAYS }>;
    type UsernameGracePeriod = ConstU32<{ 30 * DAYS }>;
    type MaxSuffixLength = ConstU32<7>;
    type MaxUsernameLength = ConstU32<32>;
    type WeightInfo = pallet_identity::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
}
