// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Receipts as clients see them.

use pallet_revive::evm::{Bytes256, TYPE_LEGACY};
use polkadot_sdk::*;
use serde::Serialize;
use sp_core::{H160, H256, U256};

use super::Log;
use crate::index::{IndexedBlock, LogRecord, TransactionRecord};

/// What a transaction did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Ethereum hash of the block.
    pub block_hash: H256,
    /// Its number.
    pub block_number: U256,
    /// The transaction's hash.
    pub transaction_hash: H256,
    /// Its position among the block's Ethereum transactions.
    pub transaction_index: U256,
    /// Who signed.
    pub from: H160,
    /// Who was called; null for a deployment.
    pub to: Option<H160>,
    /// The address of the contract that it deployed.
    pub contract_address: Option<H160>,
    /// Gas of this transaction.
    pub gas_used: U256,
    /// Gas of this and of those before it in the block.
    pub cumulative_gas_used: U256,
    /// Wei per gas that was paid.
    pub effective_gas_price: U256,
    /// 1 when it succeeded.
    pub status: U256,
    /// Its logs.
    pub logs: Vec<Log>,
    /// Bloom over its logs.
    pub logs_bloom: Bytes256,
    /// EIP-2718 type.
    #[serde(rename = "type")]
    pub kind: U256,
}

impl Receipt {
    /// The receipt of the transaction at `index` in a block.
    #[must_use]
    pub fn new(block: &IndexedBlock, index: usize) -> Option<Self> {
        let transaction = block.transactions.get(index)?;
        let reference = block.block.reference;
        let logs = block.logs_of(index);
        Some(Self {
            block_hash: reference.ethereum,
            block_number: reference.number.into(),
            transaction_hash: transaction.hash,
            transaction_index: index.into(),
            from: transaction.from,
            to: transaction.to,
            contract_address: transaction.contract,
            gas_used: transaction.gas_used,
            cumulative_gas_used: transaction.cumulative_gas_used,
            effective_gas_price: transaction.effective_gas_price,
            status: u8::from(transaction.success).into(),
            logs_bloom: Bytes256(bloom(logs)),
            logs: logs
                .iter()
                .zip(transaction.first_log..)
                .map(|(log, position)| Log::new(reference, position, log.clone(), false))
                .collect(),
            kind: kind(transaction).into(),
        })
    }
}

/// The EIP-2718 type: the first byte of a typed transaction, none of which legacy ones begin with.
fn kind(transaction: &TransactionRecord) -> u8 {
    match transaction.payload.first() {
        Some(first) if *first < 0x80 => *first,
        _ => TYPE_LEGACY,
    }
}

/// The bloom filter over logs: for each address and topic, three of 2,048 bits, chosen by the first
/// six bytes of its keccak-256 (Yellow Paper, 4.3.1).
#[must_use]
pub fn bloom(logs: &[LogRecord]) -> [u8; 256] {
    let mut bloom = [0u8; 256];
    for log in logs {
        set_bits(&mut bloom, log.address.as_bytes());
        for topic in &log.topics {
            set_bits(&mut bloom, topic.as_bytes());
        }
    }
    bloom
}

fn set_bits(bloom: &mut [u8; 256], value: &[u8]) {
    let hash = sp_crypto_hashing::keccak_256(value);
    for pair in hash.chunks_exact(2).take(3) {
        let bit = pair
            .iter()
            .fold(0usize, |bit, byte| (bit << 8) | usize::from(*byte))
            % 2_048;
        // The lowest bit stands in the last byte.
        if let Some(byte) = bloom.get_mut(255 - bit / 8) {
            *byte |= 1 << (bit % 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bloom_should_be_the_one_that_the_pallet_puts_into_a_header() {
        // The bits of the header of a block with this one log, of a development chain.
        let mut expected = [0u8; 256];
        for (byte, bit) in [(14, 2), (88, 2), (117, 1), (154, 1), (238, 3), (245, 0)] {
            expected[byte] |= 1 << bit;
        }
        let log = LogRecord {
            address: "c01ee7f10ea4af4673cfff62710e1d7792aba8f3".parse().unwrap(),
            topics: vec![H256::repeat_byte(0xab)],
            data: Vec::new(),
            transaction: 0,
            transaction_hash: H256::zero(),
        };
        assert_eq!(bloom(&[log]), expected);
    }
}
