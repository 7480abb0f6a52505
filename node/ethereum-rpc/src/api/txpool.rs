// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `txpool_*`: the Ethereum transactions that wait in this node's pool.

use std::{collections::BTreeMap, sync::Arc};

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use polkadot_sdk::*;
use sc_transaction_pool_api::TransactionPool;
use serde::Serialize;
use sp_core::{H160, H256, U256};
use sp_crypto_hashing::keccak_256;
use sp_runtime::traits::{Block as BlockT, NumberFor};

use super::{Context, EthereumClient};
use crate::{
    pool::Outline, raw_transaction::RawTransaction, types::Transaction, view::EthereumView,
};

/// What waits of each sender, by nonce.
pub type BySender<T> = BTreeMap<String, BTreeMap<String, T>>;

/// What waits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Content<T> {
    /// What the next blocks can take.
    pub pending: T,
    /// What waits for transactions of lower nonces.
    pub queued: T,
}

/// The transaction pool.
#[rpc(server)]
pub trait TxPoolApi {
    /// All transactions that wait.
    #[method(name = "txpool_content", blocking)]
    fn content(&self) -> RpcResult<Content<BySender<Transaction>>>;

    /// The transactions of one sender that wait, by nonce.
    #[method(name = "txpool_contentFrom", blocking)]
    fn content_from(&self, sender: H160) -> RpcResult<Content<BTreeMap<String, Transaction>>>;

    /// A line for each transaction that waits.
    #[method(name = "txpool_inspect", blocking)]
    fn inspect(&self) -> RpcResult<Content<BySender<String>>>;

    /// How many wait.
    #[method(name = "txpool_status", blocking)]
    fn status(&self) -> RpcResult<Content<U256>>;
}

/// Looks into the pool.
pub struct TxPool<B, C, P, V>(pub(super) Arc<Context<B, C, P, V>>);

impl<B, C, P, V> TxPoolApiServer for TxPool<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    fn content(&self) -> RpcResult<Content<BySender<Transaction>>> {
        Ok(Content {
            pending: by_sender(self.0.pool.ready(), RawTransaction::into_pending),
            queued: by_sender(
                self.0.pool.queued_if(|_| true),
                RawTransaction::into_pending,
            ),
        })
    }

    fn content_from(&self, sender: H160) -> RpcResult<Content<BTreeMap<String, Transaction>>> {
        let is_theirs = |outline: &Outline| outline.sender == sender;
        let by_nonce = |transactions: Vec<RawTransaction>| {
            transactions
                .into_iter()
                .map(|transaction| (nonce(&transaction), transaction.into_pending()))
                .collect()
        };
        Ok(Content {
            pending: by_nonce(self.0.pool.ready_if(is_theirs)),
            queued: by_nonce(self.0.pool.queued_if(is_theirs)),
        })
    }

    fn inspect(&self) -> RpcResult<Content<BySender<String>>> {
        Ok(Content {
            pending: by_sender(self.0.pool.ready(), |transaction| line(&transaction)),
            queued: by_sender(self.0.pool.queued_if(|_| true), |transaction| {
                line(&transaction)
            }),
        })
    }

    fn status(&self) -> RpcResult<Content<U256>> {
        let (pending, queued) = self.0.pool.status();
        Ok(Content {
            pending: pending.into(),
            queued: queued.into(),
        })
    }
}

/// Groups transactions by sender and nonce, each shown by `show`.
fn by_sender<T>(
    transactions: Vec<RawTransaction>,
    show: impl Fn(RawTransaction) -> T,
) -> BySender<T> {
    let mut grouped = BySender::new();
    for transaction in transactions {
        grouped
            .entry(checksummed(transaction.sender))
            .or_default()
            .insert(nonce(&transaction), show(transaction));
    }
    grouped
}

fn nonce(transaction: &RawTransaction) -> String {
    transaction.fields.nonce.to_string()
}

/// A transaction in a line, as go-ethereum writes it.
fn line(transaction: &RawTransaction) -> String {
    let fields = &transaction.fields;
    let to = match fields.to {
        Some(to) => checksummed(to),
        None => "contract creation".into(),
    };
    format!(
        "{to}: {} wei + {} gas × {} wei",
        fields.value, fields.gas, fields.max_fee
    )
}

/// The address in EIP-55's mix of upper and lower case, by which go-ethereum groups.
fn checksummed(address: H160) -> String {
    let lower = const_hex::encode(address);
    let hash = const_hex::encode(keccak_256(lower.as_bytes()));
    let mixed = lower.chars().zip(hash.chars()).map(|(digit, hash)| {
        if hash >= '8' {
            digit.to_ascii_uppercase()
        } else {
            digit
        }
    });
    "0x".chars().chain(mixed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::development;
    use pallet_revive::evm::Transaction1559Unsigned;

    fn transaction(nonce: u32, to: Option<H160>) -> RawTransaction {
        let unsigned = Transaction1559Unsigned {
            chain_id: 1984.into(),
            nonce: nonce.into(),
            gas: 21_000.into(),
            max_fee_per_gas: 7.into(),
            value: 5.into(),
            to,
            ..Default::default()
        };
        let alith = development::accounts().first().expect("there are some");
        RawTransaction::decode(alith.sign(unsigned.into()).signed_payload())
            .expect("the transaction is valid")
    }

    #[test]
    fn addresses_should_have_their_checksum() {
        // The first example of EIP-55.
        let address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let parsed: H160 = address.parse().expect("the literal is hex");
        assert_eq!(checksummed(parsed), address);
    }

    #[test]
    fn transactions_should_be_grouped_by_sender_with_their_nonces() {
        let grouped = by_sender(
            vec![transaction(4, None), transaction(2, None)],
            |transaction| transaction.fields.nonce,
        );
        let alith = grouped
            .get("0xf24FF3a9CF04c71Dbc94D0b566f7A27B94566cac")
            .expect("Alith sent them");
        assert_eq!(
            alith.keys().collect::<Vec<_>>(),
            [&"2".to_string(), &"4".to_string()]
        );
    }

    #[test]
    fn a_line_should_read_as_in_go_ethereum() {
        assert_eq!(
            line(&transaction(0, Some(H160::zero()))),
            "0x0000000000000000000000000000000000000000: 5 wei + 21000 gas × 7 wei"
        );
    }

    #[test]
    fn a_deployment_should_be_called_a_contract_creation() {
        assert!(line(&transaction(0, None)).starts_with("contract creation: "));
    }
}
