// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use polkadot_sdk::*;
use serde_json::{json, Value};
use sp_core::H256;
use sp_crypto_hashing::keccak_256;

use super::Server;
use crate::test_chain::{address, ethereum, log_in, transaction, word};

impl Server {
    async fn changes(&self, id: &Value) -> Value {
        self.ask("eth_getFilterChanges", json!([id])).await
    }

    /// Topic and `removed` of the logs that are new for a filter.
    async fn new_logs(&self, id: &Value) -> Vec<(Value, Value)> {
        let logs = self.changes(id).await;
        let logs = logs.as_array().unwrap().iter();
        logs.map(|log| (log["topics"][0].clone(), log["removed"].clone()))
            .collect()
    }
}

#[tokio::test]
async fn a_filter_should_give_new_logs_once() {
    let mut server = Server::new();
    let id = server.ask("eth_newFilter", json!([{}])).await;
    server.add_log(0, 1);
    assert_eq!(server.new_logs(&id).await, [(json!(word(1)), json!(false))]);
    assert_eq!(server.new_logs(&id).await, []);
}

#[tokio::test]
async fn a_filter_should_not_give_logs_from_before_it() {
    let mut server = Server::new();
    server.add_log(0, 1);
    let id = server
        .ask("eth_newFilter", json!([{"fromBlock": "earliest"}]))
        .await;
    assert_eq!(server.new_logs(&id).await, []);
}

#[tokio::test]
async fn a_filter_should_give_logs_that_a_reorganisation_takes_back() {
    let mut server = Server::new();
    server.add_log(0, 1);
    let id = server.ask("eth_newFilter", json!([{}])).await;
    server.chain.drop_last(1);
    server.add_log(1, 2);
    assert_eq!(
        server.new_logs(&id).await,
        [
            (json!(word(1)), json!(true)),
            (json!(word(2)), json!(false))
        ]
    );
}

#[tokio::test]
async fn a_filter_should_give_only_what_it_selects() {
    let mut server = Server::new();
    let id = server
        .ask("eth_newFilter", json!([{"topics": [word(2)]}]))
        .await;
    server.add_log(0, 1);
    server.add_log(0, 2);
    assert_eq!(server.new_logs(&id).await, [(json!(word(2)), json!(false))]);
}

#[tokio::test]
async fn a_filter_whose_range_ends_before_it_begins_should_be_refused() {
    let server = Server::new();
    let filter = json!([{"fromBlock": "0x5", "toBlock": "0x2"}]);
    assert_eq!(server.code("eth_newFilter", filter).await, -32_602);
}

#[tokio::test]
async fn a_filter_should_end_at_its_last_block() {
    let mut server = Server::new();
    let id = server
        .ask("eth_newFilter", json!([{"toBlock": "0x1"}]))
        .await;
    server.add_log(0, 1);
    server.add_log(0, 2);
    assert_eq!(server.new_logs(&id).await, [(json!(word(1)), json!(false))]);
}

#[tokio::test]
async fn more_new_logs_than_the_limit_should_be_an_error() {
    let mut server = Server::new();
    let id = server.ask("eth_newFilter", json!([{}])).await;
    for topic in 1..=5 {
        server.add_log(0, topic);
    }
    assert_eq!(
        server.code("eth_getFilterChanges", json!([id])).await,
        -32_005
    );
}

/// Adds a block whose one log has this many bytes of data.
fn add_large_log(server: &mut Server, bytes: usize) {
    let mut log = log_in(0, address(1), &[word(1)]);
    log.data = vec![7; bytes];
    let call = ethereum(transaction(0, Some(address(1))));
    server.chain.add(vec![call], vec![log]);
    server.follow();
}

#[tokio::test]
async fn more_bytes_of_new_logs_than_the_limit_should_be_an_error() {
    let mut server = Server::new();
    let id = server.ask("eth_newFilter", json!([{}])).await;
    add_large_log(&mut server, 50_000);
    assert_eq!(
        server.code("eth_getFilterChanges", json!([id])).await,
        -32_005
    );
}

#[tokio::test]
async fn more_bytes_of_logs_than_the_limit_should_be_an_error() {
    let mut server = Server::new();
    add_large_log(&mut server, 50_000);
    assert_eq!(
        server
            .code("eth_getLogs", json!([{"fromBlock": "earliest"}]))
            .await,
        -32_005
    );
}

#[tokio::test]
async fn logs_within_the_limit_of_bytes_should_be_given() {
    let mut server = Server::new();
    add_large_log(&mut server, 40_000);
    let logs = server
        .ask("eth_getLogs", json!([{"fromBlock": "earliest"}]))
        .await;
    assert_eq!(logs.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn all_logs_of_a_filter_should_be_given_on_demand() {
    let mut server = Server::new();
    server.add_log(0, 1);
    let id = server
        .ask("eth_newFilter", json!([{"fromBlock": "earliest"}]))
        .await;
    let logs = server.ask("eth_getFilterLogs", json!([id])).await;
    assert_eq!(logs[0]["topics"], json!([word(1)]));
}

#[tokio::test]
async fn a_block_filter_should_give_hashes_of_new_blocks() {
    let mut server = Server::new();
    let id = server.ask("eth_newBlockFilter", json!([])).await;
    let block = server.chain.add(Vec::new(), Vec::new());
    server.follow();
    assert_eq!(
        server.changes(&id).await,
        json!([block.block.reference.ethereum])
    );
}

#[tokio::test]
async fn a_filter_for_waiting_transactions_should_give_their_hashes() {
    let server = Server::new();
    let id = server
        .ask("eth_newPendingTransactionFilter", json!([]))
        .await;
    let payload = transaction(0, Some(address(1)));
    server.pending.announce(payload.clone());
    assert_eq!(
        server.changes(&id).await,
        json!([H256(keccak_256(&payload))])
    );
}

#[tokio::test]
async fn a_block_filter_should_have_no_logs() {
    let server = Server::new();
    let id = server.ask("eth_newBlockFilter", json!([])).await;
    assert_eq!(server.code("eth_getFilterLogs", json!([id])).await, -32_000);
}

#[tokio::test]
async fn an_uninstalled_filter_should_be_unknown() {
    let server = Server::new();
    let id = server.ask("eth_newBlockFilter", json!([])).await;
    assert_eq!(
        server.ask("eth_uninstallFilter", json!([id])).await,
        json!(true)
    );
    assert_eq!(
        server.code("eth_getFilterChanges", json!([id])).await,
        -32_000
    );
}

#[tokio::test]
async fn uninstalling_an_unknown_filter_should_say_so() {
    let answer = Server::new()
        .ask("eth_uninstallFilter", json!(["0x9"]))
        .await;
    assert_eq!(answer, json!(false));
}

#[tokio::test]
async fn filters_should_be_bounded() {
    let server = Server::new();
    for _ in 0..1_024 {
        server.ask("eth_newBlockFilter", json!([])).await;
    }
    assert_eq!(server.code("eth_newBlockFilter", json!([])).await, -32_005);
}

#[tokio::test]
async fn a_filter_that_falls_behind_should_be_an_error() {
    let mut server = Server::new();
    let id = server.ask("eth_newBlockFilter", json!([])).await;
    server.chain.add_empty(300);
    server.follow();
    assert_eq!(
        server.code("eth_getFilterChanges", json!([id])).await,
        -32_005
    );
}
