// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! OpenGov: preimages, the scheduler, referenda on tracks, votes with conviction, the technical
//! committee's whitelist. Stock pallets under stock names, so that polkadot-js shows them.

pub mod origins;
pub mod pace;
pub mod tracks;
mod treasury;

use frame_support::{
    parameter_types,
    traits::{
        fungible::{HoldConsideration, Inspect},
        ConstU32, Currency, EitherOf, EqualPrivilegeOnly, LinearStoragePrice,
    },
    weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_runtime::Perbill;

use super::{accounts::deposit, money::pots, RuntimeBlockWeights};
use crate::*;
use origins::{GeneralAdminOrRoot, WhitelistedCaller};
use pace::Paced;

impl origins::pallet_custom_origins::Config for Runtime {}

parameter_types! {
    pub const PreimageBaseDeposit: Balance = deposit(2, 64);
    pub const PreimageByteDeposit: Balance = deposit(0, 1);
    pub const PreimageHoldReason: RuntimeHoldReason =
        RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
}

impl pallet_preimage::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type ManagerOrigin = EnsureRoot<AccountId>;
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        PreimageHoldReason,
        LinearStoragePrice<PreimageBaseDeposit, PreimageByteDeposit, Balance>,
    >;
}

parameter_types! {
    /// What scheduled calls may take of a block together.
    pub MaximumSchedulerWeight: Weight =
        Perbill::from_percent(80) * RuntimeBlockWeights::get().max_block;
    /// What a motion of the committee may take when it closes.
    pub MaxProposalWeight: Weight =
        Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
}

impl pallet_scheduler::Config for Runtime {
    type RuntimeOrigin = RuntimeOrigin;
    type RuntimeEvent = RuntimeEvent;
    type PalletsOrigin = OriginCaller;
    type RuntimeCall = RuntimeCall;
    type MaximumWeight = MaximumSchedulerWeight;
    type ScheduleOrigin = EnsureRoot<AccountId>;
    type MaxScheduledPerBlock = ConstU32<50>;
    type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
    type OriginPrivilegeCmp = EqualPrivilegeOnly;
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

/// What support is measured against: all OPEN that somebody can vote with. What the treasury holds
/// is not active; what lies in the other accounts without a key is taken off here.
pub struct Electorate;

impl frame_support::traits::Get<Balance> for Electorate {
    fn get() -> Balance {
        let active = <Balances as Currency<AccountId>>::active_issuance();
        pots().iter().fold(active, |rest, account| {
            rest.saturating_sub(<Balances as Inspect<AccountId>>::total_balance(account))
        })
    }
}

/// The least time between the end of a vote and the end of the lock of a vote with conviction 1.
pub type VoteLockingPeriod = Paced<ConstU32<{ 7 * DAYS }>>;

impl pallet_conviction_voting::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type VoteLockingPeriod = VoteLockingPeriod;
    type MaxVotes = ConstU32<512>;
    type MaxTurnout = Electorate;
    type Polls = Referenda;
    type BlockNumberProvider = System;
    type VotingHooks = ();
}

parameter_types! {
    pub const SubmissionDeposit: Balance = 100 * OPEN;
}

impl pallet_referenda::Config for Runtime {
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
    type Scheduler = Scheduler;
    type Currency = Balances;
    type SubmitOrigin = EnsureSigned<AccountId>;
    type CancelOrigin = GeneralAdminOrRoot;
    type KillOrigin = GeneralAdminOrRoot;
    type Slash = Treasury;
    type Votes = pallet_conviction_voting::VotesOf<Runtime>;
    type Tally = pallet_conviction_voting::TallyOf<Runtime>;
    type SubmissionDeposit = SubmissionDeposit;
    type MaxQueued = ConstU32<100>;
    type UndecidingTimeout = Paced<ConstU32<{ 14 * DAYS }>>;
    type AlarmInterval = ConstU32<1>;
    type Tracks = tracks::Tracks;
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

/// The technical committee as a collective.
pub type TechnicalCollective = pallet_collective::Instance1;

/// Two thirds of the technical committee.
type TwoThirdsOfCommittee =
    pallet_collective::EnsureProportionAtLeast<AccountId, TechnicalCollective, 2, 3>;

impl pallet_collective::Config<TechnicalCollective> for Runtime {
    type RuntimeOrigin = RuntimeOrigin;
    type Proposal = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type MotionDuration = Paced<ConstU32<{ 3 * DAYS }>>;
    type MaxProposals = ConstU32<100>;
    type MaxMembers = ConstU32<100>;
    type DefaultVote = pallet_collective::PrimeDefaultVote;
    type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
    type SetMembersOrigin = GeneralAdminOrRoot;
    type MaxProposalWeight = MaxProposalWeight;
    type DisapproveOrigin = EnsureRoot<AccountId>;
    type KillOrigin = EnsureRoot<AccountId>;
    type Consideration = ();
}

impl pallet_whitelist::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WhitelistOrigin = EitherOf<EnsureRoot<AccountId>, TwoThirdsOfCommittee>;
    type DispatchWhitelistedOrigin = EitherOf<EnsureRoot<AccountId>, WhitelistedCaller>;
    type Preimages = Preimage;
    type DeferredDispatchExpiration = Paced<ConstU32<{ 28 * DAYS }>>;
    type BlockNumberProvider = System;
    type WeightInfo = pallet_whitelist::weights::SubstrateWeight<Runtime>;
}
