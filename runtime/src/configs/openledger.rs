// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! OpenLedger's own pallets, joined: attribution asks inference and models, inference asks models,
//! models asks datanets.

use crate::*;
use frame_support::{parameter_types, traits::ConstU32, PalletId};
use frame_system::EnsureRoot;

use super::{StakersPot, TreasuryAccount};

/// What governance alone may do: root, which only development chains reach through sudo.
type AdminOrigin = EnsureRoot<AccountId>;

parameter_types! {
    pub const DatanetDeposit: Balance = 10 * OPEN;
    pub const ContributionDeposit: Balance = OPEN;
    pub const AdapterDeposit: Balance = 10 * OPEN;
    /// How long an answer given at an adapter's old price can still be settled.
    pub const PriceNotice: BlockNumber = 20 * MINUTES;
}

impl pallet_datanets::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type DatanetDeposit = DatanetDeposit;
    type ContributionDeposit = ContributionDeposit;
    type MaxContributions = ConstU32<1024>;
    type MaxPending = ConstU32<256>;
    type MaxRejected = ConstU32<1024>;
    type WeightInfo = pallet_datanets::weights::SubstrateWeight<Runtime>;
}

impl pallet_models::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdapterDeposit = AdapterDeposit;
    type AdminOrigin = AdminOrigin;
    type Datanets = Datanets;
    type MaxVersions = ConstU32<16>;
    type PriceNotice = PriceNotice;
    type WeightInfo = pallet_models::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
    /// What stands behind a worker until the staking pallet takes over.
    pub const WorkerBond: Balance = 1_000 * OPEN;
    /// After this a consumer can take back the escrow of a job that nobody answered.
    pub const JobDeadline: BlockNumber = 5 * MINUTES;
    /// After this, counted from the deadline, the chain gives it back by itself.
    pub const RefundDelay: BlockNumber = 5 * MINUTES;
    /// How long a worker has to settle what it served after a consumer asks to close a channel.
    pub const ChannelCloseDelay: BlockNumber = 10 * MINUTES;
    pub const AttributionPalletId: PalletId = PalletId(*b"ol/attri");
    pub const MaxReceiptsPerBatch: u32 = 32;
    /// How long receipts can be read from the chain's present state.
    pub const ReceiptRetention: BlockNumber = 30 * DAYS;
}

impl pallet_inference::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Models = Models;
    type Stake = pallet_inference::HeldStake<Runtime>;
    type WorkerBond = WorkerBond;
    type MaxOpenJobs = ConstU32<8192>;
    type MaxJobsPerBlock = ConstU32<512>;
    type JobDeadline = JobDeadline;
    type RefundDelay = RefundDelay;
    type ChannelCloseDelay = ChannelCloseDelay;
    type MaxChannelRequests = ConstU32<8192>;
    type MinFee = MinFee;
    type WeightInfo = pallet_inference::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
    /// The least that a job can escrow.
    pub const MinFee: Balance = EXISTENTIAL_DEPOSIT;
}

impl pallet_attribution::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Escrow = Inference;
    type Models = Models;
    type Treasury = TreasuryAccount;
    type StakersPot = StakersPot;
    type PalletId = AttributionPalletId;
    type AdminOrigin = AdminOrigin;
    type MaxReceiptsPerBatch = MaxReceiptsPerBatch;
    type ReceiptRetention = ReceiptRetention;
    type WeightInfo = pallet_attribution::weights::SubstrateWeight<Runtime>;
}
