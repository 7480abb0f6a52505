// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! News of Ethereum transactions that enter the pool.

use std::sync::Arc;

use futures::StreamExt;
use polkadot_sdk::*;
use sc_transaction_pool_api::{InPoolTransaction, TransactionPool};
use sp_core::H256;
use sp_crypto_hashing::keccak_256;

use crate::{
    pool::{Outline, Pool},
    queue::{Limits, Queue, Reader},
    raw_transaction::RawTransaction,
    view::EthereumView,
};

/// How far a reader may fall behind before it loses its place. The bytes are those of whole
/// transactions: who reads hashes alone is bounded by their number.
const LIMITS: Limits = Limits {
    news: 8_192,
    bytes: 32 << 20,
};

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

/// Transactions that just became ready for a block: keccak-256 of each payload, and the payload, RLP
/// as it was sent.
pub type PendingNews = Reader<H256, Vec<u8>>;

/// Where the news is told. Clones share it.
#[derive(Clone)]
pub struct PendingTransactions {
    queue: Arc<Queue<H256, Vec<u8>>>,
}

impl Default for PendingTransactions {
    fn default() -> Self {
        Self {
            queue: Arc::new(Queue::new(LIMITS)),
        }
    }
}

impl PendingTransactions {
    /// News from now on.
    #[must_use]
    pub fn subscribe(&self) -> PendingNews {
        self.queue.subscribe()
    }

    /// Whether anybody listens.
    #[must_use]
    pub fn has_readers(&self) -> bool {
        self.queue.has_readers()
    }

    /// Tells of a transaction; for nothing when nobody listens.
    pub fn announce(&self, payload: Vec<u8>) {
        let hash = H256(keccak_256(&payload));
        let size = payload.len();
        self.queue.tell(hash, Arc::new(payload), size);
    }

    /// Tells of what enters `pool`, as long as it exists.
    pub(crate) async fn watch<P, V>(self, pool: Arc<P>)
    where
        P: TransactionPool,
        V: EthereumView<P::Block>,
    {
        let mut imported = pool.import_notification_stream();
        while let Some(hash) = imported.next().await {
            if !self.has_readers() {
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
