// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the node's Ethereum index reads of a block besides what pallet-revive tells it.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use polkadot_sdk::sp_core::{H160, H256};
use scale_info::TypeInfo;

/// The part of a block's execution in which a log was emitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum LogPhase {
    /// Before the extrinsics.
    #[codec(index = 0)]
    Initialization,
    /// In the extrinsic with this position in the block.
    #[codec(index = 1)]
    Extrinsic(u32),
    /// After the extrinsics.
    #[codec(index = 2)]
    Finalization,
}

/// One log of a contract or a precompile.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PhasedLog {
    /// When it was emitted.
    pub phase: LogPhase,
    /// The contract or precompile that speaks.
    pub address: H160,
    /// Up to four indexed words.
    pub topics: Vec<H256>,
    /// ABI-encoded data.
    pub data: Vec<u8>,
}

/// The EVM's side of a block's events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct EthereumEvents {
    /// All logs, in the order in which they were emitted.
    pub logs: Vec<PhasedLog>,
    /// Positions in the block of the Ethereum transactions that were included but reverted,
    /// ascending.
    pub reverted: Vec<u32>,
}
