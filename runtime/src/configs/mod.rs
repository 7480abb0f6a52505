// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How each pallet is configured: the chain itself, consensus, money and accounts, the EVM, governance,
//! and OpenLedger's own pallets.

mod accounts;
mod ai;
mod consensus;
pub mod evm;
pub mod governance;
mod identity;
mod money;
mod offchain;
mod openledger;
pub mod parameters;
pub mod precompiles;
mod staking;
mod system;

pub use accounts::ProxyType;
pub use evm::{EthExtraImpl, PriorityFee};
pub use money::{
    AiGovernancePalletId, BondsPalletId, IncentivePot, StakersPot, TreasuryAccount,
    TreasuryPalletId,
};
pub use openledger::{AttributionPalletId, MaxReceiptsPerBatch};
#[cfg(test)]
pub use staking::ValidatorBond;
pub use system::RuntimeBlockWeights;
