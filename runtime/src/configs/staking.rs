// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What stands behind operators: who validates, what they are paid, what misbehaviour costs them.

use frame_support::{
    parameter_types,
    traits::{ConstU32, Get},
};
use openledger_primitives::Ppm;
use pallet_operator_staking::{EraIndex, SessionOf};
use sp_runtime::Perbill;

use super::{
    governance::{
        origins::StakingAdminOrRoot,
        pace::{BondingEras, DeferralEras, EraSessions, FewestValidators},
    },
    BondsPalletId, IncentivePot, StakersPot, TreasuryAccount,
};
use crate::{
    genesis_presets::{INCENTIVE_HALVING, INITIAL_INCENTIVE},
    *,
};

parameter_types! {
    pub const ValidatorBond: Balance = 10_000 * OPEN;
    pub const WorkerBond: Balance = 1_000 * OPEN;
    pub const EvaluatorBond: Balance = 1_000 * OPEN;
    pub const MinDelegation: Balance = 10 * OPEN;
    pub const MaxCommission: Perbill = Perbill::from_percent(50);
    pub const MaxCommissionChange: Perbill = Perbill::from_percent(5);
    pub const OfflineThreshold: Perbill = Perbill::from_percent(10);
    pub const OfflineSlash: Perbill = Perbill::from_perthousand(1);
    pub const HalvingPeriod: EraIndex = INCENTIVE_HALVING;
    pub const InitialIncentive: Balance = INITIAL_INCENTIVE;
    /// A millionth of an OPEN: no fee is less, and all OPEN there is makes 10^15 points.
    pub const WorkPoint: Balance = OPEN / 1_000_000;
}

/// The treasury's part of fees, as voters set it. It is all of a fee that is lost for good to one who
/// pays itself: even the stakers' part can come back, to a worker that has no other beside it.
pub struct MaxWorkerIncentive;

impl Get<Perbill> for MaxWorkerIncentive {
    fn get() -> Perbill {
        let Ppm(treasury) = pallet_attribution::FeeSplitStore::<Runtime>::get().treasury;
        Perbill::from_parts(treasury.saturating_mul(1_000))
    }
}

impl pallet_operator_staking::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type PalletId = BondsPalletId;
    type Session = SessionOf<Runtime>;
    type Treasury = TreasuryAccount;
    type StakersPot = StakersPot;
    type IncentivePot = IncentivePot;
    type AdminOrigin = StakingAdminOrRoot;
    type SlashCancelOrigin = StakingAdminOrRoot;
    type SessionsPerEra = EraSessions;
    type BondingDuration = BondingEras;
    type SlashDeferral = DeferralEras;
    type ValidatorBond = ValidatorBond;
    type WorkerBond = WorkerBond;
    type EvaluatorBond = EvaluatorBond;
    type MinDelegation = MinDelegation;
    type MaxOperators = ConstU32<16_384>;
    type MaxValidators = ConstU32<1_000>;
    type MinValidators = FewestValidators;
    type MaxTickets = ConstU32<32>;
    type MaxCommission = MaxCommission;
    type MaxCommissionChange = MaxCommissionChange;
    type ChillDuration = ConstU32<2>;
    type ProbationEras = ConstU32<28>;
    type OfflineThreshold = OfflineThreshold;
    // Who authors is drawn by lot: with less than this even an honest validator may miss its share.
    type OfflineMinBlocks = ConstU32<20>;
    type OfflineSlash = OfflineSlash;
    type InitialIncentive = InitialIncentive;
    type WorkPoint = WorkPoint;
    type MaxWorkerIncentive = MaxWorkerIncentive;
    type HalvingPeriod = HalvingPeriod;
    type PayoutsPerBlock = ConstU32<16>;
    type SlashesPerBlock = ConstU32<4>;
    type WeightInfo = pallet_operator_staking::weights::SubstrateWeight<Runtime>;
}
