// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The EVM of the real runtime: Ethereum transactions go through the pool's checks and a block's.

mod accounts;
mod contracts;
mod fees;
mod gas;
mod genesis;
mod pool;
mod runtime_calls;
mod transfers;

use frame_support::traits::Hooks;
use pallet_revive::{
    evm::{
        Account, Bytes, GenericTransaction, ReceiptGasInfo, Transaction1559Unsigned,
        TransactionLegacyUnsigned, TransactionUnsigned,
    },
    EthTransactError, H160, U256,
};
use polkadot_sdk::*;
use sp_core::hex2array;
use sp_runtime::transaction_validity::{TransactionSource, TransactionValidity};

pub use super::chain::on_development_chain;
use crate::{configs::evm::DEVELOPMENT_CHAIN, *};

/// 1 gwei, wei.
pub const GWEI: Balance = 1_000_000_000;

/// The key of a development account.
pub fn alith() -> Account {
    Account::from_secret_key(hex2array!(
        "5fb92d6e98884f76de468fa3f6278f8807c48bebc13595d45af5bdc4da702133"
    ))
}

/// The key of another development account.
pub fn baltathar() -> Account {
    Account::from_secret_key(hex2array!(
        "8075991ce870b93a8870eca0c0f91913d12f47948ca0fd25b49c6fa7cdbeee8b"
    ))
}

/// An address that nobody has used.
pub fn stranger() -> H160 {
    H160([0x42; 20])
}

/// The planck of an Ethereum account that the EVM sees: all but the existential deposit.
pub fn balance(address: H160) -> Balance {
    Revive::evm_balance(&address)
        .try_into()
        .expect("it is no more than the supply")
}

/// An EIP-1559 transaction of Alith's: a transfer of one OPEN to Baltathar for the base fee.
#[derive(Clone)]
pub struct Transaction {
    pub chain: u64,
    pub nonce: Nonce,
    pub to: Option<H160>,
    pub value: Balance,
    pub input: Vec<u8>,
    pub gas: u64,
    pub max_fee: Balance,
    pub max_priority_fee: Balance,
}

impl Default for Transaction {
    fn default() -> Self {
        Self {
            chain: DEVELOPMENT_CHAIN,
            nonce: System::account_nonce(alith().substrate_account()),
            to: Some(baltathar().address()),
            value: OPEN,
            input: Vec::new(),
            gas: 21_000,
            max_fee: GWEI,
            max_priority_fee: 0,
        }
    }
}

impl Transaction {
    /// A call of a contract.
    pub fn call(to: H160, value: Balance, input: Vec<u8>) -> Self {
        Self {
            to: Some(to),
            value,
            input,
            gas: 5_000_000,
            ..Default::default()
        }
    }

    /// The deployment of a contract without a constructor.
    pub fn deployment(code: &[u8]) -> Self {
        Self {
            to: None,
            value: 0,
            input: creation_code(code),
            gas: 12_000_000,
            ..Default::default()
        }
    }

    fn unsigned(&self) -> TransactionUnsigned {
        TransactionUnsigned::Transaction1559Unsigned(Transaction1559Unsigned {
            chain_id: self.chain.into(),
            nonce: self.nonce.into(),
            to: self.to,
            value: self.value.into(),
            input: Bytes(self.input.clone()),
            gas: self.gas.into(),
            max_fee_per_gas: self.max_fee.into(),
            max_priority_fee_per_gas: self.max_priority_fee.into(),
            ..Default::default()
        })
    }

    /// The bytes of the transaction that Alith signs.
    pub fn payload(&self) -> Vec<u8> {
        alith().sign_transaction(self.unsigned()).signed_payload()
    }

    /// What the pool thinks of it.
    pub fn validate(&self) -> TransactionValidity {
        validate(self.payload())
    }

    /// Puts it into the block, and returns its receipt's gas and whether it succeeded.
    #[track_caller]
    pub fn apply(&self) -> Outcome {
        apply(self.payload())
    }

    /// The gas that a wallet is told to allow it.
    pub fn estimate(&self) -> Result<Balance, EthTransactError> {
        let mut generic = GenericTransaction::from_unsigned(
            self.unsigned(),
            GWEI.into(),
            Some(alith().address()),
        );
        generic.gas = None;
        generic.nonce = None;
        Revive::eth_estimate_gas(generic, None, None)
            .map(|gas: U256| gas.try_into().expect("an estimate fits"))
    }
}

/// A legacy transfer of Alith's of one OPEN to Baltathar.
pub fn legacy(gas_price: Balance) -> Vec<u8> {
    let unsigned = TransactionLegacyUnsigned {
        chain_id: Some(DEVELOPMENT_CHAIN.into()),
        nonce: System::account_nonce(alith().substrate_account()).into(),
        to: Some(baltathar().address()),
        value: OPEN.into(),
        gas: 21_000.into(),
        gas_price: gas_price.into(),
        ..Default::default()
    };
    alith().sign_transaction(unsigned.into()).signed_payload()
}

/// What became of a transaction in a block.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Gas, as in the receipt.
    pub gas_used: Balance,
    /// Whether it did not revert.
    pub success: bool,
}

/// An Ethereum transaction as the node submits it.
pub fn extrinsic(payload: Vec<u8>) -> UncheckedExtrinsic {
    let call = pallet_revive::Call::<Runtime>::eth_transact { payload };
    generic::UncheckedExtrinsic::new_bare(call.into()).into()
}

/// What the pool thinks of a transaction.
pub fn validate(payload: Vec<u8>) -> TransactionValidity {
    Executive::validate_transaction(
        TransactionSource::External,
        extrinsic(payload),
        System::block_hash(0),
    )
}

/// Puts a transaction into a block of its own.
#[track_caller]
pub fn apply(payload: Vec<u8>) -> Outcome {
    System::reset_events();
    System::note_finished_initialize();
    Revive::on_initialize(System::block_number());
    Executive::apply_extrinsic(extrinsic(payload))
        .expect("the transaction is valid")
        .expect("Ethereum transactions fail by their receipt alone");
    Revive::on_finalize(System::block_number());
    let receipts = Revive::eth_receipt_data();
    let [ReceiptGasInfo { gas_used, .. }] = &receipts[..] else {
        panic!("one transaction has one receipt: {receipts:?}");
    };
    let success = configs::evm::ethereum_events().reverted.is_empty();
    Outcome {
        gas_used: (*gas_used).try_into().expect("gas fits"),
        success,
    }
}

/// Code that deploys `code`: copies what follows it, and returns that.
pub fn creation_code(code: &[u8]) -> Vec<u8> {
    let length = u16::try_from(code.len()).expect("the code is short");
    // PUSH2 length, DUP1, PUSH1 12, PUSH1 0, CODECOPY, PUSH1 0, RETURN
    let mut creation = vec![0x61];
    creation.extend(length.to_be_bytes());
    creation.extend(hex2array!("80600c6000396000f3"));
    creation.extend(code);
    creation
}

/// The input of a Solidity function with words as arguments.
pub fn input(signature: &str, words: &[[u8; 32]]) -> Vec<u8> {
    let selector = sp_io::hashing::keccak_256(signature.as_bytes());
    selector[..4]
        .iter()
        .copied()
        .chain(words.concat())
        .collect()
}

/// A number as a word of Solidity's.
pub fn number(value: Balance) -> [u8; 32] {
    U256::from(value).to_big_endian()
}

/// An address as a word of Solidity's.
pub fn word(address: H160) -> [u8; 32] {
    let mut word = [0; 32];
    word[12..].copy_from_slice(address.as_bytes());
    word
}
