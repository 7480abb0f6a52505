// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! OPEN: balances, transaction fees, vesting. Nothing here mints or burns: fees are shared between
//! the stakers and the treasury and dust goes to the treasury, so that total issuance never changes.

use crate::*;
use frame_support::{
    parameter_types,
    traits::{
        fungible::Credit, tokens::imbalance::ResolveTo, ConstU32, ConstU8, Get, Imbalance,
        OnUnbalanced, WithdrawReasons,
    },
    weights::ConstantMultiplier,
    PalletId,
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
    traits::{AccountIdConversion, Bounded, ConvertInto, One},
    FixedPointNumber, Perquintill,
};

use super::{
    evm::{WeightFee, GAS_PRICE},
    parameters::dynamic_params::fees::StakersShare,
    AttributionPalletId,
};

parameter_types! {
    pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
    pub const TreasuryPalletId: PalletId = PalletId(*b"py/trsry");
    pub const StakersPalletId: PalletId = PalletId(*b"ol/stake");
    pub const IncentivePalletId: PalletId = PalletId(*b"ol/incnt");
    pub const BondsPalletId: PalletId = PalletId(*b"ol/bonds");
    pub const AiGovernancePalletId: PalletId = PalletId(*b"ol/aigov");
    /// Nobody holds a key of it; governance spends from it.
    pub TreasuryAccount: AccountId = TreasuryPalletId::get().into_account_truncating();
    /// Collects the stakers' part of fees until the end of an era, when the staking pallet shares it.
    pub StakersPot: AccountId = StakersPalletId::get().into_account_truncating();
    /// What genesis set aside for stakers; nobody holds a key of it.
    pub IncentivePot: AccountId = IncentivePalletId::get().into_account_truncating();
}

/// The accounts beside the treasury that only the runtime moves OPEN from: nobody votes with what
/// lies in them.
pub fn pots() -> [AccountId; 6] {
    [
        AttributionPalletId::get().into_account_truncating(),
        StakersPalletId::get().into_account_truncating(),
        IncentivePalletId::get().into_account_truncating(),
        BondsPalletId::get().into_account_truncating(),
        AiGovernancePalletId::get().into_account_truncating(),
        Revive::account_id(),
    ]
}

impl pallet_balances::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
    type Balance = Balance;
    type DustRemoval = ResolveTo<TreasuryAccount, Balances>;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
    type ReserveIdentifier = [u8; 8];
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ConstU32<50>;
    type MaxFreezes = ConstU32<50>;
    type DoneSlashHandler = ();
}

parameter_types! {
    /// Planck per byte of a transaction: 16 gas, as on Ethereum.
    pub const LengthFee: Balance = 16 * GAS_PRICE;
    /// Fees rise when blocks are fuller than a quarter.
    pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(3, 100_000);
    /// Fees never fall below those of an idle chain: what a transaction needs beside its execution
    /// is not multiplied, so a lower gas price would make it need more gas than Ethereum's wallets
    /// think of.
    pub MinimumMultiplier: Multiplier = Multiplier::one();
    pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

/// Shares a transaction's fee and tip between the stakers and the treasury.
pub struct ShareFees;

impl OnUnbalanced<Credit<AccountId, Balances>> for ShareFees {
    fn on_nonzero_unbalanced(fee: Credit<AccountId, Balances>) {
        // Rounded down for the stakers; the treasury gets the rest, to the planck.
        let part = StakersShare::get().mul_floor(fee.peek());
        let (stakers, treasury) = fee.split(part);
        ResolveTo::<StakersPot, Balances>::on_unbalanced(stakers);
        ResolveTo::<TreasuryAccount, Balances>::on_unbalanced(treasury);
    }
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = FungibleAdapter<Balances, ShareFees>;
    type WeightToFee = WeightFee;
    type LengthToFee = ConstantMultiplier<Balance, LengthFee>;
    type FeeMultiplierUpdate = TargetedFeeAdjustment<
        Self,
        TargetBlockFullness,
        AdjustmentVariable,
        MinimumMultiplier,
        MaximumMultiplier,
    >;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
    pub const MinVestedTransfer: Balance = OPEN;
    pub UnvestedFundsAllowedWithdrawReasons: WithdrawReasons =
        WithdrawReasons::except(WithdrawReasons::TRANSFER | WithdrawReasons::RESERVE);
}

impl pallet_vesting::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type BlockNumberToBalance = ConvertInto;
    type MinVestedTransfer = MinVestedTransfer;
    type WeightInfo = pallet_vesting::weights::SubstrateWeight<Runtime>;
    type UnvestedFundsAllowedWithdrawReasons = UnvestedFundsAllowedWithdrawReasons;
    type BlockNumberProvider = System;
    const MAX_VESTING_SCHEDULES: u32 = 28;
}
