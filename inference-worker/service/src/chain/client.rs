// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The connection to a node over WebSocket JSON-RPC.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use jsonrpsee::{
    core::client::{ClientT, Error as RpcError, Subscription, SubscriptionClientT},
    core::params::ArrayParams,
    rpc_params,
    ws_client::{PingConfig, WsClient, WsClientBuilder},
};
use openledger_primitives::{BlockNumber, H256};
use serde::Deserialize;
use tokio::{sync::watch, task::JoinHandle};

use super::{At, ChainError, Connection};

/// A call that the node has not answered by then has failed.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);

/// The first and the longest wait between two attempts to connect.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));

/// The most bytes of one answer of the node.
const MAX_ANSWER: u32 = 16 * 1024 * 1024;

/// Only what is needed of a header.
#[derive(Deserialize)]
struct Header {
    number: String,
}

/// Keeps one connection to a node, reconnecting for as long as it lives.
pub struct NodeConnection {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    url: String,
    client: Mutex<Option<Arc<WsClient>>>,
    genesis: Mutex<Option<H256>>,
    head: watch::Sender<Option<BlockNumber>>,
    /// Set when the node turns out to follow another chain than the one first seen.
    other_chain: watch::Sender<bool>,
}

impl NodeConnection {
    /// Starts connecting to `url` (`ws://…` or `wss://…`). When `expected` is given, a node of
    /// another chain is refused.
    pub fn start(url: &str, expected: Option<H256>) -> Self {
        // `wss://` needs a TLS provider; installing it twice is harmless.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let shared = Arc::new(Shared {
            url: url.to_string(),
            client: Mutex::new(None),
            genesis: Mutex::new(expected),
            head: watch::channel(None).0,
            other_chain: watch::channel(false).0,
        });
        let task = tokio::spawn(shared.clone().keep_connected());
        Self { shared, task }
    }

    /// Completes when the node turns out to follow another chain than expected: nothing in the
    /// worker's state is of use there.
    pub async fn wrong_chain(&self) {
        let mut flag = self.shared.other_chain.subscribe();
        if flag.wait_for(|wrong| *wrong).await.is_err() {
            futures::future::pending::<()>().await;
        }
    }
}

impl Drop for NodeConnection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Connection for NodeConnection {
    fn genesis(&self) -> Option<H256> {
        // An expected genesis hash counts only once a node has confirmed it.
        let head = *self.shared.head.borrow();
        let genesis = *self
            .shared
            .genesis
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        head.and(genesis)
    }

    fn head(&self) -> watch::Receiver<Option<BlockNumber>> {
        self.shared.head.subscribe()
    }

    fn state_call(
        &self,
        at: At,
        api: &'static str,
        arguments: Vec<u8>,
    ) -> BoxFuture<'_, Result<Vec<u8>, ChainError>> {
        Box::pin(self.shared.call(at, api, arguments))
    }

    fn constant(
        &self,
        pallet: &'static str,
        name: &'static str,
    ) -> BoxFuture<'_, Result<Option<Vec<u8>>, ChainError>> {
        Box::pin(async move {
            let api = "Metadata_metadata";
            let metadata = self.shared.call(At::Best, api, Vec::new()).await?;
            Ok(super::metadata::constant(&metadata, pallet, name))
        })
    }
}

impl Shared {
    async fn call(
        &self,
        at: At,
        api: &'static str,
        arguments: Vec<u8>,
    ) -> Result<Vec<u8>, ChainError> {
        let client = self.client().ok_or(ChainError::Disconnected)?;
        let failed = |error: RpcError| match error {
            RpcError::RestartNeeded(_) | RpcError::Transport(_) => ChainError::Disconnected,
            error => ChainError::Call {
                api,
                cause: error.to_string(),
            },
        };
        let arguments = format!("0x{}", hex::encode(arguments));
        // Without a block the node takes its best one.
        let block: Option<H256> = match at {
            At::Best => None,
            At::Finalized => client
                .request("chain_getFinalizedHead", rpc_params![])
                .await
                .map(Some)
                .map_err(failed)?,
        };
        let answer: String = client
            .request("state_call", rpc_params![api, arguments, block])
            .await
            .map_err(failed)?;
        hex::decode(answer.trim_start_matches("0x")).map_err(|error| ChainError::Call {
            api,
            cause: error.to_string(),
        })
    }

    fn client(&self) -> Option<Arc<WsClient>> {
        self.client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set_client(&self, client: Option<Arc<WsClient>>) {
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = client;
    }

    async fn keep_connected(self: Arc<Self>) {
        let mut wait = BACK_OFF.0;
        loop {
            match self.connect().await {
                Ok((client, heads)) => {
                    tracing::info!(node = %self.url, "connected to the node");
                    metrics::counter!("openledger_worker_chain_connections_total").increment(1);
                    wait = BACK_OFF.0;
                    self.set_client(Some(client));
                    self.follow(heads).await;
                    self.set_client(None);
                    self.head.send_replace(None);
                    tracing::warn!(node = %self.url, "lost the connection to the node");
                }
                Err(error) => {
                    tracing::warn!(
                        node = %self.url, %error, retry_in_ms = wait.as_millis() as u64,
                        "cannot connect to the node"
                    );
                }
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(BACK_OFF.1);
        }
    }

    async fn connect(&self) -> Result<(Arc<WsClient>, Subscription<Header>), String> {
        let text = |error: RpcError| error.to_string();
        let ping = PingConfig::new()
            .ping_interval(Duration::from_secs(10))
            .inactive_limit(Duration::from_secs(30));
        let client = WsClientBuilder::default()
            .request_timeout(CALL_TIMEOUT)
            .connection_timeout(Duration::from_secs(5))
            .max_response_size(MAX_ANSWER)
            .max_concurrent_requests(1024)
            .enable_ws_ping(ping)
            .build(&self.url)
            .await
            .map_err(text)?;
        let genesis: H256 = client
            .request("chain_getBlockHash", rpc_params![0])
            .await
            .map_err(text)?;
        self.confirm(genesis)?;
        let heads = client
            .subscribe(
                "chain_subscribeNewHeads",
                ArrayParams::new(),
                "chain_unsubscribeNewHeads",
            )
            .await
            .map_err(text)?;
        Ok((Arc::new(client), heads))
    }

    fn confirm(&self, genesis: H256) -> Result<(), String> {
        let mut known = self.genesis.lock().unwrap_or_else(PoisonError::into_inner);
        match *known {
            Some(expected) if expected != genesis => {
                self.other_chain.send_replace(true);
                Err(format!(
                    "the node follows the chain {genesis:?}, this worker {expected:?}"
                ))
            }
            _ => {
                *known = Some(genesis);
                Ok(())
            }
        }
    }

    /// Passes on the best block's height until the subscription ends.
    async fn follow(&self, mut heads: Subscription<Header>) {
        while let Some(header) = heads.next().await {
            let number = header
                .map_err(|error| error.to_string())
                .and_then(|header| {
                    u32::from_str_radix(header.number.trim_start_matches("0x"), 16)
                        .map_err(|error| error.to_string())
                });
            match number {
                Ok(number) => {
                    metrics::gauge!("openledger_worker_chain_best_block").set(f64::from(number));
                    self.head.send_replace(Some(number));
                }
                Err(error) => tracing::warn!(%error, "the node sent a header that is none"),
            }
        }
    }
}
