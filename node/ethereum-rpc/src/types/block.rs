// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Blocks and headers as clients see them.

use pallet_revive::evm::{Bytes, Bytes256, Bytes8};
use polkadot_sdk::*;
use serde::Serialize;
use sp_core::{H160, H256, U256};

use super::Transaction;
use crate::index::BlockRecord;

/// The highest number that JavaScript holds exactly, above which no gas limit is served.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A header, as `newHeads` sends it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// Ethereum hash; null for the pending block.
    pub hash: Option<H256>,
    /// Ethereum hash of the block before.
    pub parent_hash: H256,
    /// Height.
    pub number: U256,
    /// Seconds since 1970.
    pub timestamp: U256,
    /// The author's address.
    pub miner: H160,
    /// pallet-revive repeats the transactions root here.
    pub state_root: H256,
    /// Root over the signed transactions.
    pub transactions_root: H256,
    /// Root over the receipts.
    pub receipts_root: H256,
    /// Bloom over the logs of Ethereum transactions.
    pub logs_bloom: Bytes256,
    /// The most gas that one transaction can use. Whoever recomputes the hash of a block puts
    /// `u64::MAX` here, see [`crate::index::HASHED_GAS_LIMIT`].
    pub gas_limit: U256,
    /// Gas of all transactions.
    pub gas_used: U256,
    /// Wei per gas.
    pub base_fee_per_gas: U256,
    /// Always 0.
    pub difficulty: U256,
    /// Constant.
    pub mix_hash: H256,
    /// Constant; null for the pending block.
    pub nonce: Option<Bytes8>,
    /// Empty.
    pub extra_data: Bytes,
    /// Constant.
    pub sha3_uncles: H256,
    /// Constant.
    pub withdrawals_root: H256,
    /// Always 0.
    pub blob_gas_used: U256,
    /// Always 0.
    pub excess_blob_gas: U256,
}

/// A block's transactions: their hashes or themselves.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Transactions {
    /// Hashes.
    Hashes(Vec<H256>),
    /// Whole transactions.
    Full(Vec<Transaction>),
}

/// A block.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// The header's fields.
    #[serde(flatten)]
    pub header: Header,
    /// Bytes of the block, RLP.
    pub size: U256,
    /// The transactions.
    pub transactions: Transactions,
    /// Always empty.
    pub uncles: Vec<H256>,
    /// Always empty.
    pub withdrawals: Vec<()>,
}

impl Header {
    /// The header of a block in the index.
    #[must_use]
    pub fn new(record: &BlockRecord) -> Self {
        Self {
            hash: Some(record.reference.ethereum),
            parent_hash: record.parent,
            number: record.reference.number.into(),
            timestamp: record.timestamp.into(),
            miner: record.author,
            state_root: record.state_root,
            transactions_root: record.transactions_root,
            receipts_root: record.receipts_root,
            logs_bloom: Bytes256(*record.logs_bloom),
            gas_limit: record.gas_limit.min(MAX_SAFE_INTEGER.into()),
            gas_used: record.gas_used,
            base_fee_per_gas: record.base_fee,
            difficulty: U256::zero(),
            mix_hash: record.mix_hash,
            nonce: Some(Bytes8(record.nonce)),
            extra_data: Bytes(record.extra_data.clone()),
            sha3_uncles: record.uncles_hash,
            withdrawals_root: record.withdrawals_root,
            blob_gas_used: U256::zero(),
            excess_blob_gas: U256::zero(),
        }
    }
}

impl Block {
    /// A block of the index with its transactions.
    #[must_use]
    pub fn new(record: &BlockRecord, transactions: Transactions) -> Self {
        Self {
            header: Header::new(record),
            size: record.size.into(),
            transactions,
            uncles: Vec::new(),
            withdrawals: Vec::new(),
        }
    }

    /// The block that would follow `latest` with what waits in the pool: no hash, no author, no
    /// outcome yet.
    #[must_use]
    pub fn pending(latest: &BlockRecord, size: u64, transactions: Transactions) -> Self {
        let mut header = Header::new(latest);
        header.hash = None;
        header.nonce = None;
        header.parent_hash = latest.reference.ethereum;
        header.number = header.number.saturating_add(U256::one());
        header.miner = H160::zero();
        header.gas_used = U256::zero();
        header.logs_bloom = Bytes256([0; 256]);
        header.state_root = H256::zero();
        header.transactions_root = H256::zero();
        header.receipts_root = H256::zero();
        Self {
            header,
            size: size.into(),
            transactions,
            uncles: Vec::new(),
            withdrawals: Vec::new(),
        }
    }
}
