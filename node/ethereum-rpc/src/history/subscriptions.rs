// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `eth_subscribe`: news by WebSocket, as it happens.
//!
//! All subscriptions read from one queue each for blocks and for waiting transactions. Who does not
//! take its news falls behind in the queue, loses its place, and is dropped: the node never holds
//! more for it than the queue and the connection's buffer.

use std::{future::Future, time::Duration};

use jsonrpsee::{
    core::{async_trait, traits::IdProvider, SubscriptionResult},
    proc_macros::rpc,
    types::SubscriptionId,
    PendingSubscriptionSink, SubscriptionMessage, SubscriptionSink,
};
use polkadot_sdk::*;
use serde::{Deserialize, Serialize};
use sp_core::{H160, H256};
use tokio::sync::broadcast::error::RecvError;

use super::{filters::logs_of, PendingNews, PendingTransactions, SyncStatus};
use crate::{
    error::Error,
    index::{ChainEvent, ChainEvents, Index},
    types::{Header, LogSelection, OneOrMany, Transaction},
};

/// A connection that takes no message for so long is given up.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the state of synchronisation is looked at.
const SYNC_INTERVAL: Duration = Duration::from_secs(2);

/// What can be subscribed to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// Headers of blocks that become best.
    NewHeads,
    /// Logs, with those that a reorganisation takes back.
    Logs,
    /// Transactions that enter the pool: hashes, or whole when `true` follows.
    NewPendingTransactions,
    /// How far the node is with synchronising, whenever that changes.
    Syncing,
}

/// What may follow the subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Options {
    /// Of waiting transactions: whole ones.
    Full(bool),
    /// Of logs: which.
    Logs {
        /// Contracts.
        address: Option<OneOrMany<H160>>,
        /// For each position the words that may stand there.
        topics: Option<Vec<Option<OneOrMany<Option<H256>>>>>,
    },
}

/// News by WebSocket.
#[rpc(server)]
pub trait SubscriptionsApi {
    /// Begins to send news of `subject`.
    #[subscription(name = "eth_subscribe" => "eth_subscription", unsubscribe = "eth_unsubscribe", item = serde_json::Value)]
    async fn subscribe(&self, subject: Subject, options: Option<Options>) -> SubscriptionResult;
}

/// Answers [`SubscriptionsApiServer`].
pub struct Subscriptions {
    index: Index,
    pending: PendingTransactions,
    syncing: SyncStatus,
}

impl Subscriptions {
    /// Tells what `index` and `pending` tell.
    pub fn new(index: Index, pending: PendingTransactions, syncing: SyncStatus) -> Self {
        Self {
            index,
            pending,
            syncing,
        }
    }
}

/// Why a subscription ends before the client ends it.
#[derive(Debug, thiserror::Error)]
enum Ended {
    /// The connection is gone, or takes nothing any more.
    #[error("the connection takes no messages")]
    Unreachable,
    /// The reader lost its place in the queue.
    #[error("the subscription fell behind by {0} changes and is dropped; subscribe again")]
    Behind(u64),
    /// The node stops.
    #[error("the node stops")]
    Over,
}

#[async_trait]
impl SubscriptionsApiServer for Subscriptions {
    async fn subscribe(
        &self,
        request: PendingSubscriptionSink,
        subject: Subject,
        options: Option<Options>,
    ) -> SubscriptionResult {
        let (is_full, selection) = match read(options) {
            Ok(options) => options,
            Err(error) => {
                request.reject(error).await;
                return Ok(());
            }
        };
        // Before the client learns of it, so that it misses nothing.
        let changes = self.index.subscribe();
        let waiting = self.pending.subscribe();
        let sink = request.accept().await?;
        let ended = match subject {
            Subject::NewHeads => {
                drop(waiting);
                send_heads(&sink, changes).await
            }
            Subject::Logs => {
                drop(waiting);
                send_logs(&sink, changes, &selection).await
            }
            Subject::NewPendingTransactions => {
                drop(changes);
                send_pending(&sink, waiting, is_full).await
            }
            Subject::Syncing => {
                drop((changes, waiting));
                send_syncing(&sink, &self.syncing).await
            }
        };
        match ended {
            Ended::Unreachable => Ok(()),
            ended => Err(ended.to_string().into()),
        }
    }
}

fn read(options: Option<Options>) -> Result<(bool, LogSelection), Error> {
    Ok(match options {
        None => (false, LogSelection::default()),
        Some(Options::Full(is_full)) => (is_full, LogSelection::default()),
        Some(Options::Logs { address, topics }) => (false, LogSelection::new(address, topics)?),
    })
}

async fn send_heads(sink: &SubscriptionSink, mut changes: ChainEvents) -> Ended {
    loop {
        match next(sink, changes.next()).await {
            Ok((ChainEvent::Added(_), block)) => {
                if let Err(ended) = send(sink, &Header::new(&block.block)).await {
                    return ended;
                }
            }
            // The heads of the other branch say it.
            Ok((ChainEvent::Removed(_), _)) => {}
            Err(ended) => return ended,
        }
    }
}

async fn send_logs(
    sink: &SubscriptionSink,
    mut changes: ChainEvents,
    selection: &LogSelection,
) -> Ended {
    loop {
        let (event, block) = match next(sink, changes.next()).await {
            Ok(change) => change,
            Err(ended) => return ended,
        };
        let removed = matches!(event, ChainEvent::Removed(_));
        for log in logs_of(&block, selection, removed) {
            if let Err(ended) = send(sink, &log).await {
                return ended;
            }
        }
    }
}

async fn send_pending(sink: &SubscriptionSink, mut waiting: PendingNews, is_full: bool) -> Ended {
    loop {
        let sent = if is_full {
            send_next_whole(sink, &mut waiting).await
        } else {
            send_next_hash(sink, &mut waiting).await
        };
        if let Err(ended) = sent {
            return ended;
        }
    }
}

async fn send_next_whole(sink: &SubscriptionSink, waiting: &mut PendingNews) -> Result<(), Ended> {
    let (_, payload) = next(sink, waiting.next()).await?;
    match Transaction::pending(&payload) {
        Some(transaction) => send(sink, &transaction).await,
        None => Ok(()),
    }
}

async fn send_next_hash(sink: &SubscriptionSink, waiting: &mut PendingNews) -> Result<(), Ended> {
    let hash = next(sink, waiting.key()).await?;
    send(sink, &hash).await
}

async fn send_syncing(sink: &SubscriptionSink, syncing: &SyncStatus) -> Ended {
    let mut last = None;
    loop {
        let status = sync_news(syncing().await);
        if last.as_ref() != Some(&status) {
            if let Err(ended) = send(sink, &status).await {
                return ended;
            }
            last = Some(status);
        }
        tokio::select! {
            () = sink.closed() => return Ended::Unreachable,
            () = tokio::time::sleep(SYNC_INTERVAL) => {}
        }
    }
}

/// What go-ethereum sends of a status: whether the node is synchronising and how far it is, or
/// `false`.
fn sync_news(status: serde_json::Value) -> serde_json::Value {
    match status {
        serde_json::Value::Bool(_) => status,
        status => serde_json::json!({ "syncing": true, "status": status }),
    }
}

/// What is read next from a queue, while there is a connection.
async fn next<T>(
    sink: &SubscriptionSink,
    news: impl Future<Output = Result<T, RecvError>>,
) -> Result<T, Ended> {
    tokio::select! {
        () = sink.closed() => Err(Ended::Unreachable),
        received = news => received.map_err(|error| match error {
            RecvError::Lagged(missed) => Ended::Behind(missed),
            RecvError::Closed => Ended::Over,
        }),
    }
}

async fn send(sink: &SubscriptionSink, item: &impl Serialize) -> Result<(), Ended> {
    let message = SubscriptionMessage::new(sink.method_name(), sink.subscription_id(), item)
        .map_err(|_| Ended::Unreachable)?;
    sink.send_timeout(message, PATIENCE)
        .await
        .map_err(|_| Ended::Unreachable)
}

/// Subscriptions are named as Ethereum's clients expect: `0x` and hex digits.
#[derive(Clone, Copy, Debug, Default)]
pub struct SubscriptionIds;

impl IdProvider for SubscriptionIds {
    fn next_id(&self) -> SubscriptionId<'static> {
        format!("{:#034x}", rand::random::<u128>()).into()
    }
}
