// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Blocks as Ethereum encodes them.

use pallet_revive::evm::rlp::RlpStream;
use polkadot_sdk::*;
use sp_core::U256;

use super::record::{BlockRecord, TransactionRecord, HASHED_GAS_LIMIT};

/// The header whose keccak-256 is the block's hash, RLP.
#[must_use]
pub fn header(block: &BlockRecord) -> Vec<u8> {
    let mut header = RlpStream::new_list(19);
    header
        .append(&block.parent)
        .append(&block.uncles_hash)
        .append(&block.author)
        .append(&block.state_root)
        .append(&block.transactions_root)
        .append(&block.receipts_root)
        .append(&&block.logs_bloom[..])
        .append(&U256::zero())
        .append(&block.reference.number)
        .append(&HASHED_GAS_LIMIT)
        .append(&block.gas_used)
        .append(&block.timestamp)
        .append(&block.extra_data)
        .append(&block.mix_hash)
        .append(&&block.nonce[..])
        .append(&block.base_fee)
        .append(&block.withdrawals_root)
        // Blob gas used and in excess.
        .append(&U256::zero())
        .append(&U256::zero());
    header.out().to_vec()
}

/// Bytes of the whole block, RLP: header, transactions, no uncles, no withdrawals.
#[must_use]
pub fn size(block: &BlockRecord, transactions: &[TransactionRecord]) -> u64 {
    let transactions = transactions
        .iter()
        .filter(|record| !record.payload.is_empty());
    let mut list = RlpStream::new();
    list.begin_unbounded_list();
    for transaction in transactions {
        // A legacy transaction is a list itself; a typed one is a string of bytes.
        match transaction.payload.first() {
            Some(first) if *first < 0x80 => list.append(&transaction.payload),
            _ => list.append_raw(&transaction.payload, 1),
        };
    }
    list.finalize_unbounded_list();
    let mut whole = RlpStream::new_list(4);
    whole
        .append_raw(&header(block), 1)
        .append_raw(&list.out(), 1)
        .begin_list(0)
        .begin_list(0);
    whole.out().len() as u64
}

#[cfg(test)]
mod tests {
    use pallet_revive::evm::Block;
    use sp_core::H256;
    use sp_crypto_hashing::keccak_256;

    use super::*;
    use crate::test_chain::{address, ethereum, parts, signed_legacy, transaction};

    #[test]
    fn a_headers_hash_should_be_the_pallets() {
        let mut parts = parts(None, 0, Vec::new(), Vec::new());
        parts.block.timestamp = 1_795_250_482.into();
        parts.block.miner = address(3);
        parts.block.logs_bloom.0[7] = 9;
        parts.block.mix_hash = H256::from_low_u64_be(2_500_000_000_000_000);
        let header = header(&parts.assemble().unwrap().block);
        let block = Block {
            timestamp: 1_795_250_482.into(),
            miner: address(3),
            logs_bloom: {
                let mut bloom = [0; 256];
                bloom[7] = 9;
                bloom.into()
            },
            mix_hash: H256::from_low_u64_be(2_500_000_000_000_000),
            base_fee_per_gas: crate::test_chain::BASE_FEE.into(),
            gas_limit: u64::MAX.into(),
            ..Default::default()
        };
        assert_eq!(H256(keccak_256(&header)), block.header_hash());
    }

    fn size_with(payload: Vec<u8>) -> u64 {
        let block = parts(None, 0, vec![ethereum(payload)], Vec::new());
        block.assemble().unwrap().block.size
    }

    #[test]
    fn an_empty_block_should_have_the_size_of_its_header_and_lists() {
        let block = parts(None, 0, Vec::new(), Vec::new())
            .assemble()
            .unwrap()
            .block;
        // Three empty lists of one byte, and the outer list's three bytes.
        assert_eq!(block.size, header(&block).len() as u64 + 6);
    }

    #[test]
    fn a_typed_transaction_should_count_as_a_string() {
        let payload = transaction(0, Some(address(1)));
        let legacy = signed_legacy(0, address(1), 1);
        let typed = size_with(payload.clone()) - payload.len() as u64;
        // The string's own two bytes; both lists of transactions have a length of one byte.
        assert_eq!(typed, size_with(legacy.clone()) - legacy.len() as u64 + 2);
    }
}
