// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Blocks, transactions and receipts.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use polkadot_sdk::*;
use serde_json::Value;
use sp_core::{H256, U256};

use super::WaitingTransactions;
use crate::{
    error::Error,
    index::{Index, IndexedBlock},
    raw_transaction::RawTransaction,
    types::{Block, BlockId, BlockTag, Receipt, Transaction, Transactions},
};

/// Blocks, transactions and receipts by any of their names. What does not exist is null; what this
/// node no longer knows is an error.
#[rpc(server, namespace = "eth")]
pub trait BlocksApi {
    /// The number of the best block.
    #[method(name = "blockNumber")]
    fn block_number(&self) -> RpcResult<U256>;

    /// A block by hash, with whole transactions or their hashes.
    #[method(name = "getBlockByHash", blocking)]
    fn block_by_hash(&self, hash: H256, full: Option<bool>) -> RpcResult<Option<Block>>;

    /// A block by number or tag, with whole transactions or their hashes.
    #[method(name = "getBlockByNumber", blocking)]
    fn block_by_number(&self, block: BlockId, full: Option<bool>) -> RpcResult<Option<Block>>;

    /// The receipts of a block's Ethereum transactions.
    #[method(name = "getBlockReceipts", blocking)]
    fn block_receipts(&self, block: BlockId) -> RpcResult<Option<Vec<Receipt>>>;

    /// How many Ethereum transactions a block has.
    #[method(name = "getBlockTransactionCountByHash", blocking)]
    fn transaction_count_by_hash(&self, hash: H256) -> RpcResult<Option<U256>>;

    /// How many Ethereum transactions a block has.
    #[method(name = "getBlockTransactionCountByNumber", blocking)]
    fn transaction_count_by_number(&self, block: BlockId) -> RpcResult<Option<U256>>;

    /// A transaction, in a block or in the pool.
    #[method(name = "getTransactionByHash", blocking)]
    fn transaction_by_hash(&self, hash: H256) -> RpcResult<Option<Transaction>>;

    /// The Ethereum transaction at a position in a block.
    #[method(name = "getTransactionByBlockHashAndIndex", blocking)]
    fn transaction_by_block_hash(&self, hash: H256, index: U256) -> RpcResult<Option<Transaction>>;

    /// The Ethereum transaction at a position in a block.
    #[method(name = "getTransactionByBlockNumberAndIndex", blocking)]
    fn transaction_by_block_number(
        &self,
        block: BlockId,
        index: U256,
    ) -> RpcResult<Option<Transaction>>;

    /// What a transaction did; null while it waits.
    #[method(name = "getTransactionReceipt", blocking)]
    fn transaction_receipt(&self, hash: H256) -> RpcResult<Option<Receipt>>;

    /// There are no uncles: 0, or null for an unknown block.
    #[method(name = "getUncleCountByBlockHash", blocking)]
    fn uncle_count_by_hash(&self, hash: H256) -> RpcResult<Option<U256>>;

    /// There are no uncles: 0, or null for an unknown block.
    #[method(name = "getUncleCountByBlockNumber", blocking)]
    fn uncle_count_by_number(&self, block: BlockId) -> RpcResult<Option<U256>>;

    /// There are no uncles: null.
    #[method(name = "getUncleByBlockHashAndIndex")]
    fn uncle_by_hash(&self, hash: H256, index: U256) -> RpcResult<Option<Value>>;

    /// There are no uncles: null.
    #[method(name = "getUncleByBlockNumberAndIndex")]
    fn uncle_by_number(&self, block: BlockId, index: U256) -> RpcResult<Option<Value>>;
}

/// Answers [`BlocksApiServer`].
pub struct Blocks<Pool> {
    index: Index,
    pool: Pool,
}

impl<Pool: WaitingTransactions> Blocks<Pool> {
    /// Answers from `index`, and about what waits from `pool`.
    pub fn new(index: Index, pool: Pool) -> Self {
        Self { index, pool }
    }

    fn block(&self, id: BlockId, full: Option<bool>) -> Result<Option<Block>, Error> {
        let is_full = full.unwrap_or_default();
        let Some(block) = self.index.block(id)? else {
            return Ok(None);
        };
        if id == BlockId::Tag(BlockTag::Pending) {
            return Ok(Some(self.pending(&block, is_full)));
        }
        let transactions = if is_full {
            Transactions::Full(ethereum_transactions(&block).collect())
        } else {
            Transactions::Hashes(block.block.transactions.clone())
        };
        Ok(Some(Block::new(&block.block, transactions)))
    }

    /// The block that could follow `latest`.
    fn pending(&self, latest: &IndexedBlock, is_full: bool) -> Block {
        let (size, transactions) = if is_full {
            let waiting = self.pool.ready();
            let size: usize = waiting.iter().map(|waiting| waiting.payload.len()).sum();
            let pending = waiting.into_iter().map(RawTransaction::into_pending);
            (size, Transactions::Full(pending.collect()))
        } else {
            let waiting = self.pool.outlines();
            let size: usize = waiting.iter().map(|waiting| waiting.size).sum();
            let hashes = waiting.into_iter().map(|waiting| waiting.hash);
            (size, Transactions::Hashes(hashes.collect()))
        };
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        Block::pending(&latest.block, size, transactions)
    }

    fn count(&self, id: BlockId) -> Result<Option<U256>, Error> {
        if id == BlockId::Tag(BlockTag::Pending) {
            return Ok(Some(self.pool.outlines().len().into()));
        }
        let block = self.index.block(id)?;
        Ok(block.map(|block| block.block.transactions.len().into()))
    }

    fn transaction_at(&self, id: BlockId, index: U256) -> Result<Option<Transaction>, Error> {
        let Ok(index) = usize::try_from(index) else {
            return Ok(None);
        };
        if id == BlockId::Tag(BlockTag::Pending) {
            return Ok(self.pool.nth(index).map(RawTransaction::into_pending));
        }
        let block = self.index.block(id)?;
        Ok(block.and_then(|block| ethereum_transactions(&block).nth(index)))
    }

    fn uncles(&self, id: BlockId) -> Result<Option<U256>, Error> {
        Ok(self.index.block(id)?.map(|_| U256::zero()))
    }
}

/// The Ethereum transactions of a block, which stand before the synthetic ones.
fn ethereum_transactions(block: &Arc<IndexedBlock>) -> impl Iterator<Item = Transaction> + '_ {
    (0u32..)
        .zip(&block.transactions)
        .take(block.block.transactions.len())
        .filter_map(|(index, record)| Transaction::included(block.block.reference, index, record))
}

fn by_hash(hash: H256) -> BlockId {
    BlockId::Hash {
        hash,
        require_canonical: false,
    }
}

impl<Pool: WaitingTransactions> BlocksApiServer for Blocks<Pool> {
    fn block_number(&self) -> RpcResult<U256> {
        Ok(self.index.latest()?.number.into())
    }

    fn block_by_hash(&self, hash: H256, full: Option<bool>) -> RpcResult<Option<Block>> {
        Ok(self.block(by_hash(hash), full)?)
    }

    fn block_by_number(&self, block: BlockId, full: Option<bool>) -> RpcResult<Option<Block>> {
        Ok(self.block(block, full)?)
    }

    fn block_receipts(&self, block: BlockId) -> RpcResult<Option<Vec<Receipt>>> {
        if block == BlockId::Tag(BlockTag::Pending) {
            return Ok(None);
        }
        Ok(self.index.block(block)?.map(|block| {
            (0..block.block.transactions.len())
                .filter_map(|index| Receipt::new(&block, index))
                .collect()
        }))
    }

    fn transaction_count_by_hash(&self, hash: H256) -> RpcResult<Option<U256>> {
        Ok(self.count(by_hash(hash))?)
    }

    fn transaction_count_by_number(&self, block: BlockId) -> RpcResult<Option<U256>> {
        Ok(self.count(block)?)
    }

    fn transaction_by_hash(&self, hash: H256) -> RpcResult<Option<Transaction>> {
        let included = match self.index.transaction(hash) {
            Ok(Some(included)) => included,
            // While the index is behind it fails; what waits is known nevertheless.
            missing => {
                return match self.pool.find(hash) {
                    Some(waiting) => Ok(Some(waiting.into_pending())),
                    None => Ok(missing.map(|_| None)?),
                }
            }
        };
        let (block, index) = included;
        let record = block.transactions.get(index);
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        Ok(record.and_then(|record| Transaction::included(block.block.reference, index, record)))
    }

    fn transaction_by_block_hash(&self, hash: H256, index: U256) -> RpcResult<Option<Transaction>> {
        Ok(self.transaction_at(by_hash(hash), index)?)
    }

    fn transaction_by_block_number(
        &self,
        block: BlockId,
        index: U256,
    ) -> RpcResult<Option<Transaction>> {
        Ok(self.transaction_at(block, index)?)
    }

    fn transaction_receipt(&self, hash: H256) -> RpcResult<Option<Receipt>> {
        let found = self.index.transaction(hash)?;
        Ok(found.and_then(|(block, index)| Receipt::new(&block, index)))
    }

    fn uncle_count_by_hash(&self, hash: H256) -> RpcResult<Option<U256>> {
        Ok(self.uncles(by_hash(hash))?)
    }

    fn uncle_count_by_number(&self, block: BlockId) -> RpcResult<Option<U256>> {
        Ok(self.uncles(block)?)
    }

    fn uncle_by_hash(&self, _hash: H256, _index: U256) -> RpcResult<Option<Value>> {
        Ok(None)
    }

    fn uncle_by_number(&self, _block: BlockId, _index: U256) -> RpcResult<Option<Value>> {
        Ok(None)
    }
}
