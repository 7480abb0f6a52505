// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What callers get for what they ask.

use std::sync::Arc;

use jsonrpsee::{
    core::server::MethodsError,
    types::{error::INVALID_PARAMS_CODE, ErrorObjectOwned},
    RpcModule,
};
use polkadot_sdk::*;
use serde_json::{json, Value};

use super::{
    error::{RUNTIME_FAILED, UNKNOWN_BLOCK, UNKNOWN_ID},
    mock::{self, Client},
    Attribution, AttributionApiServer, Datanets, DatanetsApiServer, Models, ModelsApiServer,
};

/// Calls `method` with positional parameters.
fn call(method: &str, params: Value) -> Result<Value, ErrorObjectOwned> {
    let client = Arc::new(Client);
    let mut module = RpcModule::new(());
    module
        .merge(Attribution::new(client.clone()).into_rpc())
        .expect("the names are free");
    module
        .merge(Datanets::new(client.clone()).into_rpc())
        .expect("the names are free");
    module
        .merge(Models::new(client).into_rpc())
        .expect("the names are free");
    // Parses accounts as the node does.
    mock::use_chain_prefix();
    let params: Vec<Value> = params.as_array().expect("parameters are a list").clone();
    let runtime = sc_cli::build_runtime().expect("threads can be started");
    runtime
        .block_on(module.call::<_, Value>(method, params))
        .map_err(|error| match error {
            MethodsError::JsonRpc(error) => error,
            other => panic!("not an answer: {other}"),
        })
}

fn error(method: &str, params: Value) -> ErrorObjectOwned {
    call(method, params).expect_err("the call fails")
}

#[test]
fn credits_of_should_answer_with_a_decimal_string() {
    let credits = call("attribution_creditsOf", json!([mock::ss58(8)]));
    assert_eq!(
        credits.expect("it is answered"),
        json!(u128::MAX.to_string())
    );
}

#[test]
fn credits_of_should_be_zero_for_an_account_that_was_never_credited() {
    let credits = call("attribution_creditsOf", json!([mock::ss58(1), null]));
    assert_eq!(credits.expect("it is answered"), json!("0"));
}

#[test]
fn credits_of_should_refuse_what_is_no_account() {
    let error = error("attribution_creditsOf", json!(["Ada"]));
    assert_eq!(error.code(), INVALID_PARAMS_CODE);
}

#[test]
fn credits_of_should_refuse_an_unknown_block() {
    let error = error(
        "attribution_creditsOf",
        json!([mock::ss58(8), mock::MISSING]),
    );
    assert_eq!(error.code(), UNKNOWN_BLOCK);
    assert!(error.message().contains("0x7777"), "{}", error.message());
}

#[test]
fn credits_of_should_say_that_state_may_be_pruned() {
    let error = error(
        "attribution_creditsOf",
        json!([mock::ss58(8), mock::PRUNED]),
    );
    assert_eq!(error.code(), RUNTIME_FAILED);
    assert!(error.message().contains("archive"), "{}", error.message());
    let data = error.data().expect("the cause is given").get();
    assert!(data.contains("State already discarded"), "{data}");
}

#[test]
fn receipt_should_find_an_escrowed_job() {
    let receipt = call("attribution_receipt", json!([{ "escrowed": 7 }])).expect("it is settled");
    assert_eq!(receipt["fee"], json!("36000000000000000000"));
}

#[test]
fn receipt_should_tell_an_open_job_from_an_unknown_one() {
    let open = error("attribution_receipt", json!([{ "escrowed": 8 }]));
    assert_eq!(open.code(), UNKNOWN_ID);
    assert!(
        open.message().contains("not settled yet"),
        "{}",
        open.message()
    );
    let unknown = error("attribution_receipt", json!([{ "escrowed": 9 }]));
    assert_eq!(unknown.code(), UNKNOWN_ID);
    assert!(
        unknown.message().contains("never requested"),
        "{}",
        unknown.message()
    );
}

#[test]
fn receipt_should_tell_a_request_from_a_channel() {
    let asked = json!([{ "channel": { "channel": 1, "sequence": 5 } }]);
    let request = error("attribution_receipt", asked);
    assert!(
        request.message().contains("request 5 of channel 1"),
        "{}",
        request.message()
    );
    let asked = json!([{ "channel": { "channel": 2, "sequence": 5 } }]);
    let channel = error("attribution_receipt", asked);
    assert!(
        channel.message().contains("no open channel 2"),
        "{}",
        channel.message()
    );
}

#[test]
fn influence_of_should_list_contributions() {
    let influence = call("attribution_influenceOf", json!([3])).expect("it is answered");
    assert_eq!(influence[0]["influencePpm"], json!("81000000"));
}

#[test]
fn influence_of_should_be_empty_before_the_first_settlement() {
    assert_eq!(
        call("attribution_influenceOf", json!([4])).expect("it exists"),
        json!([])
    );
}

#[test]
fn influence_of_should_refuse_an_unknown_adapter() {
    let error = error("attribution_influenceOf", json!([5]));
    assert_eq!(error.code(), UNKNOWN_ID);
    assert!(
        error.message().contains("no adapter 5"),
        "{}",
        error.message()
    );
}

#[test]
fn proof_of_should_lead_to_the_contribution() {
    let proof = call("datanets_proofOf", json!([0, 1, 120])).expect("the row exists");
    assert_eq!(proof["leaf"]["contribution"], json!(5));
}

#[test]
fn proof_of_should_say_how_many_rows_there_are() {
    let error = error("datanets_proofOf", json!([0, 1, 150]));
    assert_eq!(error.code(), UNKNOWN_ID);
    assert!(error.message().contains("150 rows"), "{}", error.message());
}

#[test]
fn proof_of_should_say_that_there_is_no_such_version() {
    let error = error("datanets_proofOf", json!([0, 2, 0]));
    assert_eq!(error.code(), UNKNOWN_ID);
    assert!(
        error.message().contains("no published version 2"),
        "{}",
        error.message()
    );
}

#[test]
fn lineage_should_lead_to_accounts() {
    let lineage = call("models_lineage", json!([3])).expect("the adapter exists");
    assert_eq!(
        lineage["contributions"][0]["contributor"],
        json!(mock::ss58(8))
    );
}

#[test]
fn lineage_should_refuse_an_unknown_adapter() {
    assert_eq!(error("models_lineage", json!([5])).code(), UNKNOWN_ID);
}
