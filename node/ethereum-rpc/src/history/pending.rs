// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! News of Ethereum transactions that enter the pool.

use std::sync::Arc;

use futures::StreamExt;
use polkadot_sdk::*;
use sc_transaction_pool_api::{InPoolTransaction, TransactionPool};
use sp_core::H256;
use sp_crypto_hashing::keccak_256;
use tokio::sync::broadcast;

use crate::{
    pool::{Outline, Pool},
    raw_transaction::RawTransaction,
    view::EthereumView,
};

/// How many transactions a reader may fall behind before it loses its place.
const CAPACITY: usize = 8_192;

/// The Ethereum transactions that wait for a block.
pub trait WaitingTransactions: Send + Sync + 'static {
    /// Those that the next blocks can take, in the order in which they would.
    fn ready(&self) -> Vec<RawTransaction>;

    /// The outlines of the same.
    fn outlines(&self) -> Vec<Outline> {
        self.ready().iter().map(Outline::of).collect()
    }

    /// Number `index` of the same.
    fn nth(&self, index: usize) -> Option<RawTransaction> {
        self.ready().into_iter().nth(index)
    }

    /// The one with this hash.
    fn find(&self, hash: H256) -> Option<RawTransaction>;
}

impl<P, V> WaitingTransactions for Pool<P, V>
where
    P: TransactionPool + 'static,
    V: EthereumView<P::Block>,
{
    fn ready(&self) -> Vec<RawTransaction> {
        Pool::ready(self)
    }

    fn outlines(&self) -> Vec<Outline> {
        Pool::outlines(self)
    }

    fn nth(&self, index: usize) -> Option<RawTransaction> {
        Pool::nth(self, index)
    }

    fn find(&self, hash: H256) -> Option<RawTransaction> {
        Pool::find(self, hash)
    }
}

/// A transaction that just became ready for a block.
#[derive(Debug)]
pub struct PendingTransaction {
    /// keccak-256 of the payload.
    pub hash: H256,
    /// RLP as it was sent.
    pub payload: Vec<u8>,
}

/// Where the news is told. Clones share it.
#[derive(Clone)]
pub struct PendingTransactions {
    sender: broadcast::Sender<Arc<PendingTransaction>>,
}

impl Default for PendingTransactions {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(CAPACITY),
        }
    }
}

impl PendingTransactions {
    /// News from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<PendingTransaction>> {
        self.sender.subscribe()
    }

    /// Tells of a transaction; for nothing when nobody listens.
    pub fn announce(&self, payload: Vec<u8>) {
        let hash = H256(keccak_256(&payload));
        let _ = self
            .sender
            .send(Arc::new(PendingTransaction { hash, payload }));
    }

    /// Tells of what enters `pool`, as long as it exists.
    pub(crate) async fn watch<P, V>(self, pool: Arc<P>)
    where
        P: TransactionPool,
        V: EthereumView<P::Block>,
    {
        let mut imported = pool.import_notification_stream();
        while let Some(hash) = imported.next().await {
            if self.sender.receiver_count() == 0 {
                continue;
            }
            // It may have left the pool again already.
            if let Some(transaction) = pool.ready_transaction(&hash) {
                if let Some(payload) = V::ethereum_payload(transaction.data()) {
                    self.announce(payload);
                }
            }
        }
    }
}
