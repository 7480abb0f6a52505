// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the index stores of a block.

use codec::{Decode, Encode};
use openledger_primitives::BlockNumber;
use polkadot_sdk::*;
use sp_core::{H160, H256, U256};

/// A block of the best chain by all its names.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Encode, Decode)]
pub struct BlockRef {
    /// Height; the same for both hashes.
    pub number: BlockNumber,
    /// The hash that Ethereum's clients know.
    pub ethereum: H256,
    /// The hash of the chain's own header, by which the runtime is asked.
    pub substrate: H256,
}

/// The gas limit in the header that an Ethereum block hash is the hash of: pallet-revive bounds
/// blocks by weight, not by gas.
pub const HASHED_GAS_LIMIT: u64 = u64::MAX;

/// A block without what its transactions did.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode)]
pub struct BlockRecord {
    /// Its names.
    pub reference: BlockRef,
    /// Ethereum hash of the block before.
    pub parent: H256,
    /// Chain hash of the block before.
    pub substrate_parent: H256,
    /// Seconds since 1970.
    pub timestamp: u64,
    /// The author's address.
    pub author: H160,
    /// Root over transactions; pallet-revive repeats the transactions root here.
    pub state_root: H256,
    /// Root over the signed transactions.
    pub transactions_root: H256,
    /// Root over the receipts.
    pub receipts_root: H256,
    /// Bloom over the logs of Ethereum transactions.
    pub logs_bloom: Box<[u8; 256]>,
    /// The most gas that one transaction could use at this block, or what its transactions used
    /// together if that is more. The hashed header says [`HASHED_GAS_LIMIT`] instead.
    pub gas_limit: U256,
    /// Gas of all transactions.
    pub gas_used: U256,
    /// Wei per gas.
    pub base_fee: U256,
    /// Wei per gas in the block after this one.
    pub next_base_fee: U256,
    /// The remaining fields of the hashed header, which pallet-revive leaves constant.
    pub mix_hash: H256,
    /// See [`BlockRecord::mix_hash`].
    pub nonce: [u8; 8],
    /// See [`BlockRecord::mix_hash`].
    pub extra_data: Vec<u8>,
    /// See [`BlockRecord::mix_hash`].
    pub uncles_hash: H256,
    /// See [`BlockRecord::mix_hash`].
    pub withdrawals_root: H256,
    /// Bytes of the block, RLP.
    pub size: u64,
    /// Hashes of the Ethereum transactions, in order. Synthetic ones are not among them.
    pub transactions: Vec<H256>,
}

/// Where a transaction comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Encode, Decode)]
pub enum TransactionKind {
    /// Signed by an Ethereum key; listed in its block.
    #[codec(index = 0)]
    Ethereum,
    /// Another extrinsic, or the runtime itself, that emitted EVM logs. Not listed in the block,
    /// so that hashes and roots can be recomputed; found by hash and in logs only.
    #[codec(index = 1)]
    Synthetic,
}

/// A transaction and its outcome.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode)]
pub struct TransactionRecord {
    /// keccak-256 of the payload; of a synthetic one: blake2-256 of the extrinsic, or of the block
    /// hash and the phase.
    pub hash: H256,
    /// Whether it is in the block's list.
    pub kind: TransactionKind,
    /// Position of the extrinsic in the chain's block; `None` for the runtime's own acts.
    pub extrinsic: Option<u32>,
    /// Who signed.
    pub from: H160,
    /// Who was called; `None` for a deployment.
    pub to: Option<H160>,
    /// The address of the contract that it deployed.
    pub contract: Option<H160>,
    /// RLP as it was sent; empty for a synthetic one.
    pub payload: Vec<u8>,
    /// Whether it did what it was to do.
    pub success: bool,
    /// Gas of this transaction.
    pub gas_used: U256,
    /// Gas of this and of those before it in the block.
    pub cumulative_gas_used: U256,
    /// Wei per gas that was paid, tip included.
    pub effective_gas_price: U256,
    /// Position of its first log in the block.
    pub first_log: u32,
    /// Number of its logs, which stand together.
    pub logs: u32,
}

/// A log. Its position in the block's list is its `logIndex`.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode)]
pub struct LogRecord {
    /// Who emitted it.
    pub address: H160,
    /// Up to four indexed words.
    pub topics: Vec<H256>,
    /// ABI-encoded data.
    pub data: Vec<u8>,
    /// Position of its transaction in the block.
    pub transaction: u32,
    /// Hash of its transaction.
    pub transaction_hash: H256,
}

/// A block with all that the index knows of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IndexedBlock {
    /// The header.
    pub block: BlockRecord,
    /// Ethereum transactions in order, then synthetic ones.
    pub transactions: Vec<TransactionRecord>,
    /// Logs of all transactions, in order.
    pub logs: Vec<LogRecord>,
}

impl IndexedBlock {
    /// Bytes that it has in memory.
    #[must_use]
    pub fn size(&self) -> usize {
        let transactions = self.transactions.iter().map(|transaction| {
            size_of::<TransactionRecord>().saturating_add(transaction.payload.len())
        });
        let logs = self.logs.iter().map(|log| {
            let topics = log.topics.len().saturating_mul(H256::len_bytes());
            size_of::<LogRecord>()
                .saturating_add(topics)
                .saturating_add(log.data.len())
        });
        let hashes = self.block.transactions.len();
        transactions
            .chain(logs)
            .fold(size_of::<Self>(), usize::saturating_add)
            .saturating_add(hashes.saturating_mul(H256::len_bytes()))
    }

    /// The logs of transaction `index`.
    #[must_use]
    pub fn logs_of(&self, index: usize) -> &[LogRecord] {
        let Some(transaction) = self.transactions.get(index) else {
            return &[];
        };
        let first = transaction.first_log as usize;
        self.logs
            .get(first..first.saturating_add(transaction.logs as usize))
            .unwrap_or_default()
    }
}
