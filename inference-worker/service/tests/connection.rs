// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The connection to a node, on a real WebSocket.

use std::{net::SocketAddr, time::Duration};

use jsonrpsee::{
    server::{Server, ServerHandle},
    RpcModule, SubscriptionMessage,
};
use openledger_primitives::H256;
use openledger_worker::chain::{At, ChainError, Connection, NodeConnection};

const GENESIS: H256 = H256([5; 32]);

const FINALIZED: H256 = H256([9; 32]);

/// A node that knows block 7 and answers every runtime API with its arguments; after those, at a block
/// that the caller names, with the block.
async fn node(address: &str, genesis: H256) -> (SocketAddr, ServerHandle) {
    let mut module = RpcModule::new(());
    let genesis = format!("{genesis:?}");
    module
        .register_method("chain_getBlockHash", move |_, _, _| genesis.clone())
        .unwrap();
    module
        .register_method("state_call", |params, _, _| {
            let (_, arguments, block): (String, String, Option<H256>) = params.parse().unwrap();
            match block {
                None => arguments,
                Some(block) => arguments + format!("{block:?}").trim_start_matches("0x"),
            }
        })
        .unwrap();
    module
        .register_method("chain_getFinalizedHead", |_, _, _| format!("{FINALIZED:?}"))
        .unwrap();
    module
        .register_subscription(
            "chain_subscribeNewHeads",
            "chain_newHead",
            "chain_unsubscribeNewHeads",
            |_, pending, _, _| async move {
                let sink = pending.accept().await?;
                let header = serde_json::json!({"number": "0x7", "parentHash": GENESIS});
                sink.send(SubscriptionMessage::from_json(&header)?).await?;
                sink.closed().await;
                Ok(())
            },
        )
        .unwrap();
    let server = Server::builder().build(address).await.unwrap();
    let address = server.local_addr().unwrap();
    (address, server.start(module))
}

async fn wait_for_head(connection: &NodeConnection, expected: Option<u32>) {
    let mut head = connection.head();
    let waiting = head.wait_for(|head| *head == expected);
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .expect("the head arrives in time")
        .unwrap();
}

#[tokio::test]
async fn a_connection_should_name_the_chain_and_follow_its_head() {
    let (address, _node) = node("127.0.0.1:0", GENESIS).await;
    let connection = NodeConnection::start(&format!("ws://{address}"), None);
    wait_for_head(&connection, Some(7)).await;
    assert_eq!(connection.genesis(), Some(GENESIS));
}

#[tokio::test]
async fn a_runtime_api_should_be_called_with_its_arguments() {
    let (address, _node) = node("127.0.0.1:0", GENESIS).await;
    let connection = NodeConnection::start(&format!("ws://{address}"), None);
    wait_for_head(&connection, Some(7)).await;
    let answer = connection
        .state_call(At::Best, "InferenceApi_job", vec![1, 2, 3])
        .await
        .unwrap();
    assert_eq!(answer, [1, 2, 3]);
}

#[tokio::test]
async fn a_runtime_api_should_be_called_at_the_last_final_block() {
    let (address, _node) = node("127.0.0.1:0", GENESIS).await;
    let connection = NodeConnection::start(&format!("ws://{address}"), None);
    wait_for_head(&connection, Some(7)).await;
    let answer = connection
        .state_call(At::Finalized, "InferenceApi_job", vec![1])
        .await
        .unwrap();
    assert_eq!(answer, [&[1], &FINALIZED.0[..]].concat());
}

#[tokio::test]
async fn a_connection_should_come_back_after_a_restart_of_the_node() {
    let (address, first) = node("127.0.0.1:0", GENESIS).await;
    let connection = NodeConnection::start(&format!("ws://{address}"), None);
    wait_for_head(&connection, Some(7)).await;
    first.stop().unwrap();
    first.stopped().await;
    wait_for_head(&connection, None).await;
    let refused = connection
        .state_call(At::Best, "InferenceApi_job", Vec::new())
        .await;
    assert!(
        matches!(refused, Err(ChainError::Disconnected)),
        "{refused:?}"
    );
    let (_, _second) = node(&address.to_string(), GENESIS).await;
    wait_for_head(&connection, Some(7)).await;
}

#[tokio::test]
async fn a_node_of_another_chain_should_be_refused() {
    let (address, _node) = node("127.0.0.1:0", GENESIS).await;
    let connection = NodeConnection::start(&format!("ws://{address}"), Some(H256([6; 32])));
    tokio::time::timeout(Duration::from_secs(20), connection.wrong_chain())
        .await
        .expect("the other chain is noticed");
    assert_eq!(connection.genesis(), None);
}
