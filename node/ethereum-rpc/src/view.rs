// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What this crate needs to know of the chain it serves.

use openledger_primitives::{runtime_api::EthereumApi, AccountId, Balance, BlockNumber};
use polkadot_sdk::*;
use sp_core::H160;
use sp_runtime::traits::Block as BlockT;

/// Counts an account's transactions.
pub type Nonce = u32;
/// Milliseconds since 1970.
pub type Moment = u64;

/// The runtime APIs that the answers come from.
pub trait EthereumRuntimeApi<Block: BlockT>:
    pallet_revive::ReviveApi<Block, AccountId, Balance, Nonce, BlockNumber, Moment> + EthereumApi<Block>
{
}

impl<Block: BlockT, Api> EthereumRuntimeApi<Block> for Api where
    Api: pallet_revive::ReviveApi<Block, AccountId, Balance, Nonce, BlockNumber, Moment>
        + EthereumApi<Block>
{
}

/// Reads the chain's extrinsics, whose format only the node knows.
pub trait EthereumView<Block: BlockT>: Send + Sync + 'static {
    /// The RLP-encoded transaction that an extrinsic carries, when it carries one.
    fn ethereum_payload(extrinsic: &Block::Extrinsic) -> Option<Vec<u8>>;

    /// The address under which contracts see the signer of an extrinsic; `None` for extrinsics
    /// that nobody signed.
    fn signer(extrinsic: &Block::Extrinsic) -> Option<H160>;

    /// The unsigned extrinsic that carries the RLP-encoded transaction `payload`.
    fn extrinsic(payload: Vec<u8>) -> Block::Extrinsic;
}
