// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `eth_*`: accounts, balances, code, storage, prices.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use pallet_revive::evm::Bytes;
use polkadot_sdk::*;
use sc_transaction_pool_api::TransactionPool;
use sp_core::{H160, H256, U256};
use sp_runtime::traits::{Block as BlockT, NumberFor};

use super::{Context, EthereumClient};
use crate::{
    development,
    error::Result,
    types::{BlockId, BlockTag},
    view::EthereumView,
};

/// The version of the wire protocol between Ethereum's nodes that clients expect to be told.
const PROTOCOL_VERSION: u64 = 68;

/// The tip that is suggested, as a part of the base fee. Small, because blocks have room; not zero,
/// because wallets multiply it to make a transaction faster.
const TIP_DIVISOR: u64 = 100;

/// State. Each method reads it after `block`, or after the best block.
#[rpc(server)]
pub trait EthStateApi {
    /// The addresses that this node signs for: the development accounts of a development chain.
    #[method(name = "eth_accounts")]
    fn accounts(&self) -> RpcResult<Vec<H160>>;

    /// The number that transactions are signed for.
    #[method(name = "eth_chainId", blocking)]
    fn chain_id(&self) -> RpcResult<U256>;

    /// Who made the best block.
    #[method(name = "eth_coinbase", blocking)]
    fn coinbase(&self) -> RpcResult<H160>;

    /// What a transaction should offer per gas to be in the next block, in wei.
    #[method(name = "eth_gasPrice", blocking)]
    fn gas_price(&self) -> RpcResult<U256>;

    /// What of it should be a tip, in wei.
    #[method(name = "eth_maxPriorityFeePerGas", blocking)]
    fn max_priority_fee_per_gas(&self) -> RpcResult<U256>;

    /// What `address` can spend, in wei: the existential deposit is not in it.
    #[method(name = "eth_getBalance", blocking)]
    fn get_balance(&self, address: H160, block: Option<BlockId>) -> RpcResult<U256>;

    /// The code at `address`, empty if it is no contract.
    #[method(name = "eth_getCode", blocking)]
    fn get_code(&self, address: H160, block: Option<BlockId>) -> RpcResult<Bytes>;

    /// The word in `slot` of a contract's storage.
    #[method(name = "eth_getStorageAt", blocking)]
    fn get_storage_at(&self, address: H160, slot: U256, block: Option<BlockId>) -> RpcResult<H256>;

    /// The nonce of the next transaction of `address`; `pending` counts those in the pool.
    #[method(name = "eth_getTransactionCount", blocking)]
    fn get_transaction_count(&self, address: H160, block: Option<BlockId>) -> RpcResult<U256>;

    /// The version of Ethereum's wire protocol that this would be.
    #[method(name = "eth_protocolVersion")]
    fn protocol_version(&self) -> RpcResult<U256>;

    /// False: blocks are not mined here.
    #[method(name = "eth_mining")]
    fn mining(&self) -> RpcResult<bool>;

    /// Zero: blocks are not mined here.
    #[method(name = "eth_hashrate")]
    fn hashrate(&self) -> RpcResult<U256>;
}

/// Answers from the client's state.
pub struct State<B, C, P, V>(pub(super) Arc<Context<B, C, P, V>>);

impl<B, C, P, V> EthStateApiServer for State<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    fn accounts(&self) -> RpcResult<Vec<H160>> {
        if !self.0.sign_for_development {
            return Ok(Vec::new());
        }
        Ok(development::accounts()
            .iter()
            .map(development::DevelopmentAccount::address)
            .collect())
    }

    fn chain_id(&self) -> RpcResult<U256> {
        Ok(self.0.chain_id()?.into())
    }

    fn coinbase(&self) -> RpcResult<H160> {
        Ok(self.0.runtime.author(self.0.best())?)
    }

    fn gas_price(&self) -> RpcResult<U256> {
        let base_fee = self.0.runtime.base_fee(self.0.best())?;
        Ok(base_fee.saturating_add(suggested_tip(base_fee)))
    }

    fn max_priority_fee_per_gas(&self) -> RpcResult<U256> {
        Ok(suggested_tip(self.0.runtime.base_fee(self.0.best())?))
    }

    fn get_balance(&self, address: H160, block: Option<BlockId>) -> RpcResult<U256> {
        Ok(self.0.runtime.balance(self.0.at(block)?, address)?)
    }

    fn get_code(&self, address: H160, block: Option<BlockId>) -> RpcResult<Bytes> {
        Ok(self.0.runtime.code(self.0.at(block)?, address)?.into())
    }

    fn get_storage_at(&self, address: H160, slot: U256, block: Option<BlockId>) -> RpcResult<H256> {
        let at = self.0.at(block)?;
        Ok(self.0.runtime.storage(at, address, slot.to_big_endian())?)
    }

    fn get_transaction_count(&self, address: H160, block: Option<BlockId>) -> RpcResult<U256> {
        if block == Some(BlockTag::Pending.into()) {
            return Ok(self.0.next_nonce(address)?.into());
        }
        Ok(self.0.runtime.nonce(self.0.at(block)?, address)?.into())
    }

    fn protocol_version(&self) -> RpcResult<U256> {
        Ok(PROTOCOL_VERSION.into())
    }

    fn mining(&self) -> RpcResult<bool> {
        Ok(false)
    }

    fn hashrate(&self) -> RpcResult<U256> {
        Ok(U256::zero())
    }
}

impl<B, C, P, V> Context<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    /// The nonce of the next transaction of `address`, after those that wait in the pool.
    pub(super) fn next_nonce(&self, address: H160) -> Result<u32> {
        let best = self.best();
        let account = self.runtime.account(best, address)?;
        let nonce = self.runtime.nonce(best, address)?;
        Ok(self.pool.next_nonce(&account, nonce))
    }
}

/// The tip that gets a transaction in without delay, wei per gas.
pub(super) fn suggested_tip(base_fee: U256) -> U256 {
    (base_fee / U256::from(TIP_DIVISOR)).max(U256::one())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tip_should_be_a_hundredth_of_the_base_fee() {
        assert_eq!(suggested_tip(1_000_000_000u64.into()), 10_000_000u64.into());
    }

    #[test]
    fn the_tip_should_never_be_nothing() {
        assert_eq!(suggested_tip(U256::zero()), U256::one());
    }
}
