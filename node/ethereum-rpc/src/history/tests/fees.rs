// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use serde_json::{json, Value};

use super::Server;
use crate::test_chain::{address, ethereum, signed_1559, BASE_FEE};

/// A server whose block 1 has calls with tips of 30, 10 and 20 wei per gas.
fn served() -> Server {
    let mut server = Server::new();
    let call = |nonce, tip| ethereum(signed_1559(nonce, Some(address(1)), 2 * BASE_FEE, tip));
    server
        .chain
        .add(vec![call(0, 30), call(1, 10), call(2, 20)], Vec::new());
    server.follow();
    server
}

async fn history(params: Value) -> Value {
    served().ask("eth_feeHistory", params).await
}

#[tokio::test]
async fn rewards_should_be_percentiles_of_the_gas() {
    let history = history(json!(["0x1", "latest", [0, 50, 100]])).await;
    assert_eq!(history["reward"], json!([["0xa", "0x14", "0x1e"]]));
}

#[tokio::test]
async fn the_next_blocks_base_fee_should_follow() {
    let history = history(json!(["0x1", "latest", []])).await;
    let fees = [BASE_FEE, BASE_FEE + 1].map(|fee| format!("{fee:#x}"));
    assert_eq!(history["baseFeePerGas"], json!(fees));
}

#[tokio::test]
async fn fullness_should_be_the_part_of_the_gas_used() {
    let history = history(json!([1, "latest"])).await;
    assert_eq!(history["gasUsedRatio"], json!([0.3]));
}

#[tokio::test]
async fn more_blocks_than_there_are_should_begin_at_the_first() {
    let history = history(json!(["0x400", "latest", []])).await;
    assert_eq!(history["oldestBlock"], json!("0x0"));
}

#[tokio::test]
async fn descending_percentiles_should_be_refused() {
    let code = served()
        .code("eth_feeHistory", json!(["0x1", "latest", [50, 20]]))
        .await;
    assert_eq!(code, -32_602);
}

#[tokio::test]
async fn an_unknown_block_should_be_refused() {
    let code = served()
        .code("eth_feeHistory", json!(["0x1", "0x9", []]))
        .await;
    assert_eq!(code, -32_000);
}
