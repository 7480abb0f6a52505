// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How each pallet is configured: the chain itself, consensus, money and accounts, and OpenLedger's
//! own pallets.

mod accounts;
mod consensus;
mod money;
mod offchain;
mod openledger;
mod system;

pub use accounts::ProxyType;
pub use consensus::GenesisValidators;
pub use money::{StakersPot, TreasuryAccount};
pub use openledger::{AttributionPalletId, MaxReceiptsPerBatch};
pub use system::RuntimeBlockWeights;
