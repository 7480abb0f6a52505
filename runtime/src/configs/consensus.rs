// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! BABE, GRANDPA, sessions and offences.

use crate::*;
use frame_support::{
    parameter_types,
    traits::{ConstU32, ConstU64},
};
use pallet_session::historical;
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

parameter_types! {
    pub const EpochDuration: u64 = EPOCH_DURATION;
    pub const ExpectedBlockTime: u64 = SLOT_DURATION;
    /// Equivocations can be reported for as long as a day's sessions are remembered.
    pub const ReportLongevity: u64 = DAYS as u64;
    pub const MaxSetIdSessionEntries: u64 = DAYS as u64 / EPOCH_DURATION;
}

/// The most validators that consensus keeps room for.
type MaxAuthorities = ConstU32<1_000>;

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = Babe;
    type MinimumPeriod = ConstU64<{ SLOT_DURATION / 2 }>;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_babe::Config for Runtime {
    type EpochDuration = EpochDuration;
    type ExpectedBlockTime = ExpectedBlockTime;
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type DisabledValidators = Session;
    type WeightInfo = ();
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = ConstU32<0>;
    type KeyOwnerProof = sp_session::MembershipProof;
    type EquivocationReportSystem =
        pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = ConstU32<0>;
    type MaxSetIdSessionEntries = MaxSetIdSessionEntries;
    type KeyOwnerProof = sp_session::MembershipProof;
    type EquivocationReportSystem =
        pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_authorship::Config for Runtime {
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
    type EventHandler = ();
}

/// The validators stay those of genesis until the staking pallet elects them.
pub struct GenesisValidators;

impl pallet_session::SessionManager<AccountId> for GenesisValidators {
    fn new_session(_: u32) -> Option<Vec<AccountId>> {
        let validators = pallet_session::Validators::<Runtime>::get();
        // At genesis there are none yet: the session pallet then takes those of its genesis keys.
        (!validators.is_empty()).then_some(validators)
    }

    fn start_session(_: u32) {}

    fn end_session(_: u32) {}
}

impl historical::SessionManager<AccountId, ()> for GenesisValidators {
    fn new_session(index: u32) -> Option<Vec<(AccountId, ())>> {
        <Self as pallet_session::SessionManager<_>>::new_session(index).map(|validators| {
            validators
                .into_iter()
                .map(|validator| (validator, ()))
                .collect()
        })
    }

    fn start_session(_: u32) {}

    fn end_session(_: u32) {}
}

/// Nothing more is known of a validator than its account.
pub struct FullIdentificationOf;

impl sp_runtime::traits::Convert<AccountId, Option<()>> for FullIdentificationOf {
    fn convert(_: AccountId) -> Option<()> {
        Some(())
    }
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = Babe;
    type NextSessionRotation = Babe;
    type SessionManager = historical::NoteHistoricalRoot<Self, GenesisValidators>;
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type Keys = SessionKeys;
    type DisablingStrategy = ();
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type KeyDeposit = ();
}

impl historical::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type FullIdentification = ();
    type FullIdentificationOf = FullIdentificationOf;
}

impl pallet_offences::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type IdentificationTuple = historical::IdentificationTuple<Self>;
    // Offences are recorded; what they cost comes with the staking pallet.
    type OnOffenceHandler = ();
}
