// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Transactions as clients see them.

use pallet_revive::evm::{Bytes, GenericTransaction, TransactionSigned};
use polkadot_sdk::*;
use serde::Serialize;
use sp_core::{H160, H256, U256};

use crate::index::{BlockRef, TransactionKind, TransactionRecord};

/// An entry of an EIP-2930 access list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessListEntry {
    /// A contract.
    pub address: H160,
    /// Slots of its storage.
    pub storage_keys: Vec<H256>,
}

/// A transaction, in a block or waiting for one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// Ethereum hash of the block; null while waiting.
    pub block_hash: Option<H256>,
    /// Its number; null while waiting.
    pub block_number: Option<U256>,
    /// Position among the block's Ethereum transactions; null while waiting.
    pub transaction_index: Option<U256>,
    /// keccak-256 of what was sent.
    pub hash: H256,
    /// Who signed.
    pub from: H160,
    /// Who is called; null for a deployment.
    pub to: Option<H160>,
    /// Wei.
    pub value: U256,
    /// Call data.
    pub input: Bytes,
    /// The signer's count of transactions before this one.
    pub nonce: U256,
    /// The most gas it may use.
    pub gas: U256,
    /// Wei per gas: what was paid, or while waiting the most that will be.
    pub gas_price: U256,
    /// EIP-1559: the most wei per gas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_fee_per_gas: Option<U256>,
    /// EIP-1559: the most wei per gas above the base fee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_priority_fee_per_gas: Option<U256>,
    /// EIP-2718 type.
    #[serde(rename = "type")]
    pub kind: U256,
    /// The chain that it was signed for; absent from legacy transactions without EIP-155.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain_id: Option<U256>,
    /// EIP-2930.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_list: Option<Vec<AccessListEntry>>,
    /// Recovery value of the signature.
    pub v: U256,
    /// Signature.
    pub r: U256,
    /// Signature.
    pub s: U256,
    /// Recovery value of typed transactions, the same as `v`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y_parity: Option<U256>,
}

impl Transaction {
    /// One that waits in the pool. `None` when `payload` is no signed transaction.
    #[must_use]
    pub fn pending(payload: &[u8]) -> Option<Self> {
        let signed = TransactionSigned::decode(payload).ok()?;
        let from = signed.recover_eth_address().ok()?;
        let hash = H256(sp_crypto_hashing::keccak_256(payload));
        Some(Self::from_signed(hash, from, signed))
    }

    /// One that is in a block, at `index`.
    #[must_use]
    pub fn included(block: BlockRef, index: u32, record: &TransactionRecord) -> Option<Self> {
        let mut transaction = match record.kind {
            TransactionKind::Ethereum => {
                let signed = TransactionSigned::decode(&record.payload).ok()?;
                Self::from_signed(record.hash, record.from, signed)
            }
            TransactionKind::Synthetic => Self::synthetic(record),
        };
        transaction.block_hash = Some(block.ethereum);
        transaction.block_number = Some(block.number.into());
        transaction.transaction_index = Some(index.into());
        transaction.gas_price = record.effective_gas_price;
        Some(transaction)
    }

    /// What stands for an extrinsic, or an act of the runtime, that emitted logs.
    fn synthetic(record: &TransactionRecord) -> Self {
        Self {
            block_hash: None,
            block_number: None,
            transaction_index: None,
            hash: record.hash,
            from: record.from,
            to: record.to,
            value: U256::zero(),
            input: Bytes(Vec::new()),
            nonce: U256::zero(),
            gas: U256::zero(),
            gas_price: U256::zero(),
            max_fee_per_gas: None,
            max_priority_fee_per_gas: None,
            kind: U256::zero(),
            chain_id: None,
            access_list: None,
            v: U256::zero(),
            r: U256::zero(),
            s: U256::zero(),
            y_parity: None,
        }
    }

    pub(crate) fn from_signed(hash: H256, from: H160, signed: TransactionSigned) -> Self {
        let Signature { v, r, s, y_parity } = Signature::of(&signed);
        // With the highest base fee the effective price is the most that can be paid.
        let fields = GenericTransaction::from_signed(signed, U256::MAX, Some(from));
        Self {
            block_hash: None,
            block_number: None,
            transaction_index: None,
            hash,
            from,
            to: fields.to,
            value: fields.value.unwrap_or_default(),
            nonce: fields.nonce.unwrap_or_default(),
            gas: fields.gas.unwrap_or_default(),
            gas_price: fields
                .max_fee_per_gas
                .or(fields.gas_price)
                .unwrap_or_default(),
            max_fee_per_gas: fields.max_fee_per_gas,
            max_priority_fee_per_gas: fields.max_priority_fee_per_gas,
            kind: fields.r#type.unwrap_or_default().0.into(),
            chain_id: fields.chain_id,
            access_list: fields.access_list.map(|list| {
                list.into_iter()
                    .map(|entry| AccessListEntry {
                        address: entry.address,
                        storage_keys: entry.storage_keys,
                    })
                    .collect()
            }),
            input: fields.input.to_bytes(),
            v,
            r,
            s,
            y_parity,
        }
    }
}

/// The signature of a transaction, whatever its type.
struct Signature {
    v: U256,
    r: U256,
    s: U256,
    y_parity: Option<U256>,
}

impl Signature {
    fn of(signed: &TransactionSigned) -> Self {
        let (parity, r, s) = match signed {
            TransactionSigned::TransactionLegacySigned(tx) => {
                return Self {
                    v: tx.v,
                    r: tx.r,
                    s: tx.s,
                    y_parity: None,
                }
            }
            TransactionSigned::Transaction2930Signed(tx) => (tx.y_parity, tx.r, tx.s),
            TransactionSigned::Transaction1559Signed(tx) => (tx.y_parity, tx.r, tx.s),
            TransactionSigned::Transaction4844Signed(tx) => (tx.y_parity, tx.r, tx.s),
            TransactionSigned::Transaction7702Signed(tx) => (tx.y_parity, tx.r, tx.s),
        };
        Self {
            v: parity,
            r,
            s,
            y_parity: Some(parity),
        }
    }
}
