// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How each pallet is configured: the chain itself, consensus, money and accounts, governance, and
//! OpenLedger's own pallets.

mod accounts;
mod ai;
mod consensus;
pub mod governance;
mod identity;
mod money;
mod offchain;
mod openledger;
pub mod parameters;
mod staking;
mod system;

pub use accounts::ProxyType;
pub use money::{
    AiGovernancePalletId, BondsPalletId, IncentivePot, StakersPot, TreasuryAccount,
    TreasuryPalletId,
};
pub use openledger::{AttributionPalletId, MaxReceiptsPerBatch};
pub use system::RuntimeBlockWeights;
