// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Types and traits that the OpenLedger pallets, offchain workers, node and worker service share.
//!
//! What two pallets need of each other is a type or a trait here, so that no pallet depends on
//! another; the runtime joins them. The crate is `no_std`, and the worker links it too: a receipt
//! is encoded, hashed and checked by the same code on both sides.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub mod ethereum;
pub mod fees;
pub mod ids;
pub mod influence;
pub mod listeners;
pub mod merkle;
pub mod pool;
pub mod receipt;
#[cfg(feature = "runtime-api")]
pub mod runtime_api;
pub mod staking;
pub mod traits;
pub mod views;
pub mod voucher;
pub mod worker;

pub use fees::{FeeShares, FeeSplit, FeeSplitError};
pub use ids::{
    AdapterId, BaseModelId, ChannelId, ContributionId, DatanetId, JobId, JobRef, ProposalId,
    VersionRef,
};
pub use influence::{InfluenceError, InfluenceMethod, InfluenceShare, InfluenceVector, Ppm};
pub use receipt::{InferenceReceipt, Output, SignedReceipt, MAX_OUTPUT};
pub use voucher::{SignedVoucher, Voucher};

use polkadot_sdk::*;
pub use sp_core::{ed25519, H256};

/// Accounts are 32 bytes: the hash or public key behind an sr25519, ed25519 or ecdsa signature, or
/// an Ethereum address that the EVM pallet extends.
pub type AccountId = sp_runtime::AccountId32;

/// An amount of OPEN in planck: 1 OPEN is 10^18 planck.
pub type Balance = u128;

/// A block's height.
pub type BlockNumber = u32;

/// 1 OPEN in planck.
pub const OPEN: Balance = 1_000_000_000_000_000_000;

/// A blake2-256 hash of content, receipts and rows.
pub fn content_hash(bytes: &[u8]) -> H256 {
    H256(sp_io::hashing::blake2_256(bytes))
}
