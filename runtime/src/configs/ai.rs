// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! AI proposals: their referenda, their tracks, their money.

use alloc::boxed::Box;

use frame_support::{
    parameter_types,
    traits::{schedule::DispatchTime, ConstU32, EitherOf, StorePreimage},
};
use frame_system::EnsureRootWithSuccess;
use pallet_ai_governance::{ProposalReferenda, ReferendumState, Track};
use pallet_referenda::{ReferendumCount, ReferendumInfo, ReferendumInfoFor};
use sp_runtime::DispatchError;

use super::{
    governance::{
        origins::{limits, AiDecider, Origin},
        pace::Paced,
    },
    AiGovernancePalletId, TreasuryAccount,
};
use crate::*;

parameter_types! {
    pub const ProposalDeposit: Balance = 100 * OPEN;
    pub const SmallLimit: Balance = limits::AI_SMALL;
    pub const LargeLimit: Balance = limits::AI_LARGE;
    pub const LargeTrack: Track = Track::Large;
}

/// Referenda on AI proposals, on the tracks `ai_small` and `ai_large`.
pub struct AiReferenda;

impl ProposalReferenda<RuntimeCall> for AiReferenda {
    fn submit(proposer: &AccountId, track: Track, call: RuntimeCall) -> Result<u32, DispatchError> {
        let origin = match track {
            Track::Small => Origin::AiSmall,
            Track::Large => Origin::AiLarge,
        };
        let index = ReferendumCount::<Runtime>::get();
        Referenda::submit(
            RuntimeOrigin::signed(proposer.clone()),
            Box::new(origin.into()),
            <Preimage as StorePreimage>::bound(call)?,
            DispatchTime::After(0),
        )?;
        Ok(index)
    }

    fn state(referendum: u32) -> Option<ReferendumState> {
        ReferendumInfoFor::<Runtime>::get(referendum).map(|info| match info {
            ReferendumInfo::Ongoing(_) => ReferendumState::Ongoing,
            ReferendumInfo::Approved(at, ..) => ReferendumState::Approved { at },
            ReferendumInfo::Rejected(..) => ReferendumState::Rejected,
            ReferendumInfo::Cancelled(..) => ReferendumState::Cancelled,
            ReferendumInfo::TimedOut(..) => ReferendumState::TimedOut,
            ReferendumInfo::Killed(_) => ReferendumState::Killed,
        })
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_kill(referendum: u32) {
        let killed = ReferendumInfo::Killed(System::block_number());
        ReferendumInfoFor::<Runtime>::insert(referendum, killed);
    }
}

impl pallet_ai_governance::Config for Runtime {
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Referenda = AiReferenda;
    type EnactOrigin = EitherOf<EnsureRootWithSuccess<AccountId, LargeTrack>, AiDecider>;
    type BaseModels = Models;
    type Attribution = Attribution;
    type Datanets = Datanets;
    type Models = Models;
    type Evaluators = OperatorStaking;
    type Treasury = TreasuryAccount;
    type PalletId = AiGovernancePalletId;
    type ProposalDeposit = ProposalDeposit;
    type SmallLimit = SmallLimit;
    type LargeLimit = LargeLimit;
    type EvaluatorQuorum = ConstU32<3>;
    type MaxReports = ConstU32<32>;
    type MaxBackings = ConstU32<32>;
    // Four times as long as stake takes to leave.
    type BackingPeriod = Paced<ConstU32<{ 28 * DAYS }>>;
    type EnactmentPeriod = Paced<ConstU32<{ 14 * DAYS }>>;
    type WeightInfo = pallet_ai_governance::weights::SubstrateWeight<Runtime>;
}
