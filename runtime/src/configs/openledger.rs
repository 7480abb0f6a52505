// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! OpenLedger's own pallets, joined: attribution asks inference and models, inference asks models,
//! models asks datanets.

use crate::*;
use frame_support::{parameter_types, traits::ConstU32, PalletId};

use super::{
    governance::origins::AiAdmin,
    parameters::{dynamic_params::inference as windows, Within},
    StakersPot, TreasuryAccount,
};

parameter_types! {
    pub const DatanetDeposit: Balance = 10 * OPEN;
    pub const ContributionDeposit: Balance = OPEN;
    pub const AdapterDeposit: Balance = 10 * OPEN;
    /// Its record stays for good.
    pub const RecordDeposit: Balance = OPEN;
}

impl pallet_datanets::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type DatanetDeposit = DatanetDeposit;
    type ContributionDeposit = ContributionDeposit;
    type MaxContributions = ConstU32<1024>;
    type MaxPending = ConstU32<256>;
    type MaxRejected = ConstU32<1024>;
    type OnAccepted = AiGovernance;
    type Listener = pallet_precompiles::datanets::Listener<Runtime>;
    type WeightInfo = pallet_datanets::weights::SubstrateWeight<Runtime>;
}

impl pallet_models::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdapterDeposit = AdapterDeposit;
    type RecordDeposit = RecordDeposit;
    // A unit is the least that is answered: every answer pays for its receipt.
    type MinUnitPrice = MinFee;
    type AdminOrigin = AiAdmin;
    type Datanets = Datanets;
    type MaxVersions = ConstU32<16>;
    type PriceNotice = PriceNotice;
    type Listener = pallet_precompiles::models::Listener<Runtime>;
    type WeightInfo = pallet_models::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
    pub const AttributionPalletId: PalletId = PalletId(*b"ol/attri");
    pub const MaxReceiptsPerBatch: u32 = 32;
}

// What governance can set the windows to: no vote leaves a worker or a consumer without time.
type JobDeadline = Within<windows::JobDeadline, MINUTES, DAYS>;
type RefundDelay = Within<windows::RefundDelay, MINUTES, DAYS>;
type ChannelCloseDelay = Within<windows::ChannelCloseDelay, MINUTES, { 7 * DAYS }>;
type PriceNotice = Within<windows::PriceNotice, MINUTES, { 7 * DAYS }>;
type ReceiptRetention = Within<windows::ReceiptRetention, DAYS, { 3_650 * DAYS }>;

impl pallet_inference::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Models = Models;
    type Stake = OperatorStaking;
    type MaxOpenJobs = ConstU32<8192>;
    type MaxJobsPerBlock = ConstU32<512>;
    type JobDeadline = JobDeadline;
    type RefundDelay = RefundDelay;
    type ChannelCloseDelay = ChannelCloseDelay;
    type MaxChannelRequests = ConstU32<8192>;
    type MinFee = MinFee;
    type OnDelivery = Precompiles;
    type WeightInfo = pallet_inference::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
    /// What an answer costs at least. Stakers and treasury get a tenth of it, which pays for what a
    /// receipt with one contribution takes of a block, generously: see `tests/receipt_price.rs`.
    pub const MinFee: Balance = 6 * MILLI_OPEN / 10;
    /// What each further contribution of a receipt costs, by the same reckoning.
    pub const FeePerEntry: Balance = MILLI_OPEN / 20;
}

impl pallet_attribution::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Escrow = Inference;
    type Models = Models;
    type Work = OperatorStaking;
    type Treasury = TreasuryAccount;
    type StakersPot = StakersPot;
    type PalletId = AttributionPalletId;
    type AdminOrigin = AiAdmin;
    type FeePerEntry = FeePerEntry;
    type MaxReceiptsPerBatch = MaxReceiptsPerBatch;
    type ReceiptRetention = ReceiptRetention;
    type Listener = pallet_precompiles::attribution::Listener<Runtime>;
    type WeightInfo = pallet_attribution::weights::SubstrateWeight<Runtime>;
}
