// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

mod blocks;
mod fees;
mod filters;
mod subscriptions;

use std::sync::Arc;

use futures::FutureExt;
use jsonrpsee::RpcModule;
use polkadot_sdk::*;
use serde_json::{json, Value};
use sp_core::H256;
use tempfile::TempDir;
use tokio::sync::mpsc::Receiver;

use super::{methods, PendingTransactions, WaitingTransactions};
use crate::{
    index::{Follower, Index, LogLimits},
    raw_transaction::RawTransaction,
    test_chain::{address, ethereum, log_in, transaction, word, TestChain},
};

/// Payloads that wait.
struct Waiting(Vec<Vec<u8>>);

impl WaitingTransactions for Waiting {
    fn ready(&self) -> Vec<RawTransaction> {
        let payloads = self.0.iter().cloned();
        payloads
            .map(|payload| RawTransaction::decode(payload).unwrap())
            .collect()
    }

    fn find(&self, hash: H256) -> Option<RawTransaction> {
        self.ready()
            .into_iter()
            .find(|transaction| transaction.hash == hash)
    }
}

/// The methods over a chain in memory.
struct Server {
    module: RpcModule<()>,
    chain: TestChain,
    follower: Follower<TestChain>,
    pending: PendingTransactions,
    _folder: TempDir,
}

impl Server {
    fn new() -> Self {
        Self::with_waiting(Vec::new())
    }

    fn with_waiting(payloads: Vec<Vec<u8>>) -> Self {
        Self::with(payloads, json!(false))
    }

    /// A server on which `payloads` wait, of a node with this status of synchronisation.
    fn with(payloads: Vec<Vec<u8>>, status: Value) -> Self {
        let syncing = Arc::new(move || futures::future::ready(status.clone()).boxed());
        let folder = tempfile::tempdir().unwrap();
        let index = Index::open(folder.path(), H256::zero()).unwrap();
        let chain = TestChain::new();
        let pending = PendingTransactions::default();
        let module = methods(
            index.clone(),
            Waiting(payloads),
            pending.clone(),
            LogLimits {
                results: 4,
                blocks: 100,
                bytes: 100_000,
            },
            syncing,
        )
        .unwrap();
        let mut server = Self {
            follower: chain.follower(&index),
            module,
            chain,
            pending,
            _folder: folder,
        };
        server.follow();
        server
    }

    /// Brings the index to the best block.
    fn follow(&mut self) {
        self.follower.advance().unwrap();
    }

    /// Adds a block whose one log has this topic.
    fn add_log(&mut self, salt: u8, topic: u8) {
        self.chain.add_salted(
            salt,
            vec![ethereum(transaction(topic.into(), Some(address(1))))],
            vec![log_in(0, address(1), &[word(topic)])],
        );
        self.follow();
    }

    async fn request(&self, method: &str, params: Value) -> (Value, Receiver<String>) {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let (answer, news) = self
            .module
            .raw_json_request(&request.to_string(), 16)
            .await
            .unwrap();
        (serde_json::from_str(&answer).unwrap(), news)
    }

    /// The result of a request that succeeds.
    async fn ask(&self, method: &str, params: Value) -> Value {
        let (mut answer, _) = self.request(method, params).await;
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].take()
    }

    /// The error code of a request that fails.
    async fn code(&self, method: &str, params: Value) -> i64 {
        let (answer, _) = self.request(method, params).await;
        answer["error"]["code"].as_i64().unwrap()
    }
}
