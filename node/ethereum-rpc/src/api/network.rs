// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `net_*`, `web3_*` and `eth_syncing`: the node itself.

use std::sync::Arc;

use jsonrpsee::{
    core::{async_trait, RpcResult},
    proc_macros::rpc,
};
use pallet_revive::evm::Bytes;
use polkadot_sdk::*;
use sc_transaction_pool_api::TransactionPool;
use serde::Serialize;
use sp_core::{H256, U256};
use sp_crypto_hashing::keccak_256;
use sp_runtime::traits::{Block as BlockT, NumberFor};

use super::{Context, EthereumClient};
use crate::view::EthereumView;

/// What the node knows of its peers.
#[async_trait]
pub trait NetworkStatus: Send + Sync + 'static {
    /// How many are connected.
    fn peers(&self) -> usize;

    /// Whether blocks are missing that the peers have.
    fn is_syncing(&self) -> bool;

    /// The highest block that a peer has, if any peer has told.
    async fn best_seen(&self) -> Option<u64>;
}

/// The answer of `eth_syncing`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Syncing {
    /// Nothing is missing.
    Done(bool),
    /// Blocks are missing.
    #[serde(rename_all = "camelCase")]
    Progress {
        /// Where this node's chain begins.
        starting_block: U256,
        /// The best block here.
        current_block: U256,
        /// The highest block that a peer has.
        highest_block: U256,
    },
}

/// The node.
#[rpc(server)]
pub trait NetworkApi {
    /// The chain id in decimal.
    #[method(name = "net_version", blocking)]
    fn version(&self) -> RpcResult<String>;

    /// Whether the node talks to others: always.
    #[method(name = "net_listening")]
    fn listening(&self) -> RpcResult<bool>;

    /// With how many it does.
    #[method(name = "net_peerCount")]
    fn peer_count(&self) -> RpcResult<U256>;

    /// The node's name and version.
    #[method(name = "web3_clientVersion")]
    fn client_version(&self) -> RpcResult<String>;

    /// keccak-256 of `data`.
    #[method(name = "web3_sha3")]
    fn sha3(&self, data: Bytes) -> RpcResult<H256>;

    /// False, or how far the node is behind its peers.
    #[method(name = "eth_syncing")]
    async fn syncing(&self) -> RpcResult<Syncing>;
}

/// Tells of the node.
pub struct Network<B, C, P, V>(pub(super) Arc<Context<B, C, P, V>>);

#[async_trait]
impl<B, C, P, V> NetworkApiServer for Network<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    fn version(&self) -> RpcResult<String> {
        Ok(self.0.chain_id()?.to_string())
    }

    fn listening(&self) -> RpcResult<bool> {
        Ok(true)
    }

    fn peer_count(&self) -> RpcResult<U256> {
        Ok(self.0.network.peers().into())
    }

    fn client_version(&self) -> RpcResult<String> {
        Ok(self.0.client_version.clone())
    }

    fn sha3(&self, data: Bytes) -> RpcResult<H256> {
        Ok(keccak_256(&data.0).into())
    }

    async fn syncing(&self) -> RpcResult<Syncing> {
        if !self.0.network.is_syncing() {
            return Ok(Syncing::Done(false));
        }
        let current: u64 = self.0.client().info().best_number.into();
        let highest = self.0.network.best_seen().await.unwrap_or(current);
        Ok(Syncing::Progress {
            starting_block: U256::zero(),
            current_block: current.into(),
            highest_block: highest.max(current).into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synced_node_should_answer_false() {
        let answer = serde_json::to_value(Syncing::Done(false)).expect("it is plain data");
        assert_eq!(answer, serde_json::json!(false));
    }

    #[test]
    fn a_syncing_node_should_answer_with_its_progress() {
        let answer = serde_json::to_value(Syncing::Progress {
            starting_block: 0.into(),
            current_block: 5.into(),
            highest_block: 16.into(),
        })
        .expect("it is plain data");
        assert_eq!(
            answer,
            serde_json::json!({
                "startingBlock": "0x0",
                "currentBlock": "0x5",
                "highestBlock": "0x10",
            })
        );
    }
}
