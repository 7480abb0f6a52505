// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use polkadot_sdk::*;
use serde_json::{json, Value};
use sp_core::H256;
use sp_crypto_hashing::keccak_256;

use super::Server;
use crate::test_chain::{
    address, ethereum, log_in, native, signed_1559, transaction, word, BASE_FEE,
};

/// A server whose block 1 has two calls, of which the second logs, and a native extrinsic that
/// logs.
fn served() -> Server {
    let mut server = Server::new();
    server.chain.add(
        vec![
            ethereum(transaction(0, Some(address(1)))),
            ethereum(signed_1559(1, Some(address(2)), 2 * BASE_FEE, 5)),
            native(3, None),
        ],
        vec![
            log_in(1, address(2), &[word(1)]),
            log_in(2, address(3), &[word(2)]),
        ],
    );
    server.follow();
    server
}

fn hash_of(payload: &[u8]) -> Value {
    json!(H256(keccak_256(payload)))
}

fn second() -> Value {
    hash_of(&signed_1559(1, Some(address(2)), 2 * BASE_FEE, 5))
}

#[tokio::test]
async fn the_best_block_should_be_told() {
    assert_eq!(
        served().ask("eth_blockNumber", json!([])).await,
        json!("0x1")
    );
}

#[tokio::test]
async fn a_block_should_list_its_ethereum_transactions() {
    let block = served()
        .ask("eth_getBlockByNumber", json!(["0x1", false]))
        .await;
    let first = hash_of(&transaction(0, Some(address(1))));
    assert_eq!(block["transactions"], json!([first, second()]));
}

#[tokio::test]
async fn a_block_should_be_found_by_hash() {
    let server = served();
    let hash = server
        .ask("eth_getBlockByNumber", json!(["latest", false]))
        .await["hash"]
        .take();
    let block = server.ask("eth_getBlockByHash", json!([hash, true])).await;
    assert_eq!(block["number"], json!("0x1"));
}

#[tokio::test]
async fn whole_transactions_should_have_positions() {
    let block = served()
        .ask("eth_getBlockByNumber", json!(["0x1", true]))
        .await;
    assert_eq!(block["transactions"][1]["transactionIndex"], json!("0x1"));
}

#[tokio::test]
async fn the_gas_limit_should_be_a_number_that_javascript_holds() {
    let block = served()
        .ask("eth_getBlockByNumber", json!(["0x1", false]))
        .await;
    let limit = block["gasLimit"]
        .as_str()
        .unwrap()
        .trim_start_matches("0x")
        .to_owned();
    assert!(u64::from_str_radix(&limit, 16).unwrap() < 1 << 53);
}

#[tokio::test]
async fn a_block_that_does_not_exist_should_be_null() {
    assert_eq!(
        served()
            .ask("eth_getBlockByNumber", json!(["0x2", false]))
            .await,
        Value::Null
    );
}

#[tokio::test]
async fn an_unknown_hash_should_be_null() {
    assert_eq!(
        served()
            .ask("eth_getBlockByHash", json!([word(1), false]))
            .await,
        Value::Null
    );
}

#[tokio::test]
async fn the_pending_block_should_have_what_waits() {
    let payload = transaction(7, Some(address(1)));
    let server = Server::with_waiting(vec![payload.clone()]);
    let block = server
        .ask("eth_getBlockByNumber", json!(["pending", false]))
        .await;
    assert_eq!(block["transactions"], json!([hash_of(&payload)]));
}

#[tokio::test]
async fn the_pending_block_should_have_no_hash() {
    let block = Server::new()
        .ask("eth_getBlockByNumber", json!(["pending", false]))
        .await;
    assert_eq!(
        (&block["hash"], &block["number"]),
        (&Value::Null, &json!("0x1"))
    );
}

#[tokio::test]
async fn a_receipt_should_tell_price_and_position() {
    let receipt = served()
        .ask("eth_getTransactionReceipt", json!([second()]))
        .await;
    assert_eq!(
        (
            &receipt["effectiveGasPrice"],
            &receipt["transactionIndex"],
            &receipt["status"]
        ),
        (
            &json!(format!("{:#x}", BASE_FEE + 5)),
            &json!("0x1"),
            &json!("0x1")
        )
    );
}

#[tokio::test]
async fn a_receipt_should_have_its_logs() {
    let receipt = served()
        .ask("eth_getTransactionReceipt", json!([second()]))
        .await;
    assert_eq!(receipt["logs"][0]["topics"], json!([word(1)]));
}

#[tokio::test]
async fn a_receipt_should_tell_the_type() {
    let receipt = served()
        .ask("eth_getTransactionReceipt", json!([second()]))
        .await;
    assert_eq!(receipt["type"], json!("0x2"));
}

#[tokio::test]
async fn a_waiting_transaction_should_have_no_receipt() {
    let payload = transaction(7, Some(address(1)));
    let server = Server::with_waiting(vec![payload.clone()]);
    let receipt = server
        .ask("eth_getTransactionReceipt", json!([hash_of(&payload)]))
        .await;
    assert_eq!(receipt, Value::Null);
}

#[tokio::test]
async fn a_waiting_transaction_should_be_found_without_a_block() {
    let payload = transaction(7, Some(address(1)));
    let server = Server::with_waiting(vec![payload.clone()]);
    let found = server
        .ask("eth_getTransactionByHash", json!([hash_of(&payload)]))
        .await;
    assert_eq!(
        (&found["nonce"], &found["blockHash"]),
        (&json!("0x7"), &Value::Null)
    );
}

#[tokio::test]
async fn an_included_transaction_should_tell_what_was_paid() {
    let found = served()
        .ask("eth_getTransactionByHash", json!([second()]))
        .await;
    assert_eq!(found["gasPrice"], json!(format!("{:#x}", BASE_FEE + 5)));
}

#[tokio::test]
async fn a_synthetic_transaction_should_be_found_by_hash() {
    let found = served()
        .ask("eth_getTransactionReceipt", json!([word(3)]))
        .await;
    assert_eq!(
        (&found["gasUsed"], &found["to"]),
        (&json!("0x0"), &json!(address(3)))
    );
}

#[tokio::test]
async fn receipts_of_a_block_should_be_those_of_its_list() {
    let receipts = served().ask("eth_getBlockReceipts", json!(["0x1"])).await;
    assert_eq!(receipts.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn transactions_of_a_block_should_be_counted() {
    let count = served()
        .ask("eth_getBlockTransactionCountByNumber", json!(["0x1"]))
        .await;
    assert_eq!(count, json!("0x2"));
}

#[tokio::test]
async fn a_transaction_should_be_found_by_position() {
    let server = served();
    let found = server
        .ask(
            "eth_getTransactionByBlockNumberAndIndex",
            json!(["0x1", "0x1"]),
        )
        .await;
    assert_eq!(found["hash"], second());
}

#[tokio::test]
async fn a_position_after_the_last_should_be_null() {
    let server = served();
    let found = server
        .ask(
            "eth_getTransactionByBlockNumberAndIndex",
            json!(["0x1", "0x2"]),
        )
        .await;
    assert_eq!(found, Value::Null);
}

#[tokio::test]
async fn a_block_should_have_no_uncles() {
    let count = served()
        .ask("eth_getUncleCountByBlockNumber", json!(["0x1"]))
        .await;
    assert_eq!(count, json!("0x0"));
}
