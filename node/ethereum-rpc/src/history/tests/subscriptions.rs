// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use std::time::Duration;

use polkadot_sdk::*;
use serde_json::{json, Value};
use sp_core::H256;
use sp_crypto_hashing::keccak_256;
use tokio::sync::mpsc::Receiver;

use super::Server;
use crate::test_chain::{address, transaction, word};

impl Server {
    /// The news of a subscription that begins.
    async fn subscribe(&self, params: Value) -> Receiver<String> {
        let (answer, news) = self.request("eth_subscribe", params).await;
        assert!(answer.get("error").is_none(), "{answer}");
        news
    }
}

async fn next(news: &mut Receiver<String>) -> Value {
    let message = tokio::time::timeout(Duration::from_secs(5), news.recv()).await;
    let message: Value = serde_json::from_str(&message.unwrap().unwrap()).unwrap();
    message["params"]["result"].clone()
}

#[tokio::test]
async fn new_heads_should_be_told() {
    let mut server = Server::new();
    let mut news = server.subscribe(json!(["newHeads"])).await;
    let block = server.chain.add(Vec::new(), Vec::new());
    server.follow();
    assert_eq!(
        next(&mut news).await["hash"],
        json!(block.block.reference.ethereum)
    );
}

#[tokio::test]
async fn logs_should_be_told() {
    let mut server = Server::new();
    let mut news = server
        .subscribe(json!(["logs", {"address": address(1)}]))
        .await;
    server.add_log(0, 1);
    assert_eq!(next(&mut news).await["topics"], json!([word(1)]));
}

#[tokio::test]
async fn logs_that_are_not_selected_should_not_be_told() {
    let mut server = Server::new();
    let mut news = server
        .subscribe(json!(["logs", {"topics": [word(2)]}]))
        .await;
    server.add_log(0, 1);
    server.add_log(0, 2);
    assert_eq!(next(&mut news).await["topics"], json!([word(2)]));
}

#[tokio::test]
async fn logs_that_a_reorganisation_takes_back_should_be_told() {
    let mut server = Server::new();
    server.add_log(0, 1);
    let mut news = server.subscribe(json!(["logs"])).await;
    server.chain.drop_last(1);
    server.add_log(1, 2);
    assert_eq!(next(&mut news).await["removed"], json!(true));
    assert_eq!(next(&mut news).await["removed"], json!(false));
}

#[tokio::test]
async fn waiting_transactions_should_be_told() {
    let server = Server::new();
    let mut news = server.subscribe(json!(["newPendingTransactions"])).await;
    let payload = transaction(0, Some(address(1)));
    server.pending.announce(payload.clone());
    assert_eq!(next(&mut news).await, json!(H256(keccak_256(&payload))));
}

#[tokio::test]
async fn whole_waiting_transactions_should_be_told_on_demand() {
    let server = Server::new();
    let mut news = server
        .subscribe(json!(["newPendingTransactions", true]))
        .await;
    server.pending.announce(transaction(3, Some(address(1))));
    assert_eq!(next(&mut news).await["nonce"], json!("0x3"));
}

#[tokio::test]
async fn synchronisation_should_be_told() {
    let server = Server::new();
    let mut news = server.subscribe(json!(["syncing"])).await;
    assert_eq!(next(&mut news).await, json!(false));
}

#[tokio::test]
async fn progress_of_synchronisation_should_be_told_as_in_go_ethereum() {
    let progress = json!({ "currentBlock": "0x5", "highestBlock": "0x9" });
    let server = Server::with(Vec::new(), progress.clone());
    let mut news = server.subscribe(json!(["syncing"])).await;
    let expected = json!({ "syncing": true, "status": progress });
    assert_eq!(next(&mut news).await, expected);
}

#[tokio::test]
async fn an_unknown_subject_should_be_refused() {
    let server = Server::new();
    assert_eq!(
        server.code("eth_subscribe", json!(["weather"])).await,
        -32_602
    );
}

#[tokio::test]
async fn a_reader_that_takes_nothing_should_be_dropped() {
    let mut server = Server::new();
    let mut news = server.subscribe(json!(["newHeads"])).await;
    // More than the queue and the connection's buffer hold.
    for _ in 0..4 {
        server.chain.add_empty(200);
        server.follow();
        tokio::task::yield_now().await;
    }
    let mut heads = 0;
    while let Ok(Some(_)) = tokio::time::timeout(Duration::from_secs(30), news.recv()).await {
        heads += 1;
    }
    assert!(heads < 800, "{heads} messages came through a full queue");
}
