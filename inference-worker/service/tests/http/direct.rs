// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Direct requests, paid by vouchers.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use codec::Encode;
use openledger_primitives::{
    content_hash, views::ChannelView, ChannelId, JobRef, SignedVoucher, Voucher, OPEN,
};
use openledger_worker::direct::VOUCHER_HEADER;
use polkadot_sdk::{
    sp_core::{sr25519, Pair},
    sp_runtime::MultiSignature,
};
use serde_json::{json, Value};

use crate::support::{
    account, code, json_of, worker_account, Bench, Setup, ADAPTER, DEFECT, GENESIS, UNIT_PRICE,
};

/// A consumer with a channel to the worker.
pub struct Consumer {
    pub pair: sr25519::Pair,
    pub channel: ChannelId,
}

/// Opens a channel with a deposit of 1 OPEN.
pub fn channel(bench: &Bench, channel: u64) -> Consumer {
    let pair = sr25519::Pair::from_string(&format!("//Consumer{channel}"), None).unwrap();
    let channel = ChannelId(channel);
    let view = ChannelView {
        channel,
        consumer: pair.public().into(),
        worker: worker_account(),
        deposit: OPEN,
        spent: 0,
        closes_at: None,
    };
    bench
        .chain
        .ledger
        .lock()
        .unwrap()
        .channels
        .insert(channel, view);
    Consumer { pair, channel }
}

impl Consumer {
    pub fn voucher(&self, sequence: u32, text: &str, cumulative_units: u128) -> Voucher {
        Voucher {
            genesis: GENESIS,
            channel: self.channel,
            sequence,
            adapter: ADAPTER,
            input_hash: content_hash(text.as_bytes()),
            unit_price: UNIT_PRICE,
            cumulative: cumulative_units * UNIT_PRICE,
        }
    }

    pub fn sign(&self, voucher: Voucher) -> SignedVoucher {
        let signature = MultiSignature::Sr25519(self.pair.sign(&voucher.payload()));
        SignedVoucher { voucher, signature }
    }
}

fn request(text: &str, header: Option<String>) -> Request<Body> {
    let body = json!({"model": "adapter:3", "messages": [{"role": "user", "content": text}]});
    let mut builder = Request::post("/v1/chat/completions");
    if let Some(header) = header {
        builder = builder.header(VOUCHER_HEADER, header);
    }
    builder.body(Body::from(body.to_string())).unwrap()
}

fn with(text: &str, voucher: &SignedVoucher) -> Request<Body> {
    request(text, Some(format!("0x{}", hex::encode(voucher.encode()))))
}

/// A request that is paid for; the amount is in units.
pub fn pay(consumer: &Consumer, sequence: u32, text: &str, cumulative: u128) -> Request<Body> {
    with(
        text,
        &consumer.sign(consumer.voucher(sequence, text, cumulative)),
    )
}

async fn bench() -> (tempfile::TempDir, Bench) {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    (dir, bench)
}

async fn send(bench: &Bench, request: Request<Body>) -> (StatusCode, Value) {
    json_of(bench.send(request).await).await
}

#[tokio::test]
async fn a_paid_request_should_be_answered_in_the_openai_form() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    let (status, answer) = send(&bench, pay(&consumer, 0, "a writ", 4)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["object"], "chat.completion");
    assert_eq!(answer["choices"][0]["message"]["content"], "law");
    assert_eq!(answer["usage"]["prompt_tokens"], 4);
    assert_eq!(answer["openledger"]["fee"], (4 * UNIT_PRICE).to_string());
    assert_eq!(answer["openledger"]["influence"][0]["ppm"], 1_000_000);
}

#[tokio::test]
async fn the_receipt_of_a_paid_request_should_carry_its_voucher() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    let voucher = consumer.sign(consumer.voucher(0, "a writ", 4));
    send(&bench, with("a writ", &voucher)).await;
    let receipts = bench.receipts().await;
    assert_eq!(receipts[0].voucher, Some(voucher));
    assert!(receipts[0].verify(&bench.key.public()));
    assert_eq!(
        receipts[0].receipt.job,
        JobRef::Channel {
            channel: ChannelId(1),
            sequence: 0
        }
    );
}

#[tokio::test]
async fn a_completion_should_be_answered_in_the_openai_form() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    let voucher = consumer.sign(consumer.voucher(0, "a writ", 4));
    let request = Request::post("/v1/completions")
        .header(VOUCHER_HEADER, hex::encode(voucher.encode()))
        .body(Body::from(
            json!({"model": "topics", "prompt": "a writ"}).to_string(),
        ))
        .unwrap();
    let (status, answer) = send(&bench, request).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        (&answer["object"], &answer["choices"][0]["text"]),
        (&"text_completion".into(), &"law".into())
    );
}

#[tokio::test]
async fn a_missing_voucher_should_be_a_402_that_says_what_to_sign() {
    let (_dir, bench) = bench().await;
    let (status, error) = send(&bench, request("a writ", None)).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::PAYMENT_REQUIRED, "voucher_missing")
    );
    let payment = &error["error"]["payment"];
    assert_eq!(payment["units"], 4);
    assert_eq!(payment["unit_price"], UNIT_PRICE.to_string());
    assert_eq!(payment["fee"], (4 * UNIT_PRICE).to_string());
    assert_eq!(payment["input_hash"], json!(content_hash(b"a writ")));
    assert_eq!(payment["genesis"], json!(GENESIS));
}

#[tokio::test]
async fn a_voucher_should_not_pay_twice() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    let voucher = consumer.sign(consumer.voucher(0, "a writ", 100));
    assert_eq!(
        send(&bench, with("a writ", &voucher)).await.0,
        StatusCode::OK
    );
    let (status, error) = send(&bench, with("a writ", &voucher)).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::CONFLICT, "voucher_used")
    );
    assert_eq!(bench.receipts().await.len(), 1);
}

#[tokio::test]
async fn a_request_that_the_chain_has_settled_should_not_be_served_again() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    let job = JobRef::Channel {
        channel: ChannelId(1),
        sequence: 0,
    };
    bench.chain.ledger.lock().unwrap().ended.insert(job);
    let (status, error) = send(&bench, pay(&consumer, 0, "a writ", 100)).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::CONFLICT, "voucher_used")
    );
}

#[tokio::test]
async fn vouchers_should_release_enough_for_all_unsettled_requests() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    assert_eq!(
        send(&bench, pay(&consumer, 0, "a writ", 4)).await.0,
        StatusCode::OK
    );
    let (status, error) = send(&bench, pay(&consumer, 1, "a writ", 7)).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::PAYMENT_REQUIRED, "voucher_short")
    );
    let state = &error["error"]["payment"]["channel"];
    assert_eq!(state["needed_cumulative"], (8 * UNIT_PRICE).to_string());
    assert_eq!(state["next_sequence"], 1);
    assert_eq!(
        send(&bench, pay(&consumer, 1, "a writ", 8)).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn vouchers_should_be_served_in_any_order() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    assert_eq!(
        send(&bench, pay(&consumer, 1, "a writ", 8)).await.0,
        StatusCode::OK
    );
    assert_eq!(
        send(&bench, pay(&consumer, 0, "a writ", 4)).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_was_settled_before_should_count() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    bench.chain.change(|ledger| {
        ledger.channels.get_mut(&ChannelId(1)).unwrap().spent = 10 * UNIT_PRICE;
    });
    let (_, error) = send(&bench, pay(&consumer, 9, "a writ", 13)).await;
    assert_eq!(code(&error), "voucher_short");
    assert_eq!(
        send(&bench, pay(&consumer, 9, "a writ", 14)).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn the_deposit_should_bound_what_is_served() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    bench.chain.change(|ledger| {
        ledger.channels.get_mut(&ChannelId(1)).unwrap().deposit = 3 * UNIT_PRICE;
    });
    let (status, error) = send(&bench, pay(&consumer, 0, "a writ", 4)).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::PAYMENT_REQUIRED, "channel_exhausted")
    );
}

#[tokio::test]
async fn a_request_below_the_chains_minimum_should_pay_more_per_unit() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    bench.chain.ledger.lock().unwrap().min_fee = 10 * UNIT_PRICE;
    let (_, error) = send(&bench, pay(&consumer, 0, "a writ", 100)).await;
    assert_eq!(code(&error), "price_too_low");
    let mut voucher = consumer.voucher(0, "a writ", 100);
    voucher.unit_price = error["error"]["payment"]["unit_price"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let (status, answer) = send(&bench, with("a writ", &consumer.sign(voucher))).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["openledger"]["fee"], (10 * UNIT_PRICE).to_string());
}

/// Changes a good voucher in one way and expects the error that names it.
async fn expect(change: impl FnOnce(&Bench, &Consumer, &mut Voucher), expected: &str) {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    let mut voucher = consumer.voucher(0, "a writ", 4);
    change(&bench, &consumer, &mut voucher);
    let (status, error) = send(&bench, with("a writ", &consumer.sign(voucher))).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::PAYMENT_REQUIRED, expected)
    );
    assert!(bench.receipts().await.is_empty());
}

#[tokio::test]
async fn a_voucher_for_another_chain_should_be_refused() {
    expect(|_, _, v| v.genesis.0[0] ^= 1, "voucher_for_another_chain").await;
}

#[tokio::test]
async fn a_voucher_for_another_input_should_be_refused() {
    expect(
        |_, _, v| v.input_hash.0[0] ^= 1,
        "voucher_for_another_request",
    )
    .await;
}

#[tokio::test]
async fn a_voucher_for_another_adapter_should_be_refused() {
    expect(|_, _, v| v.adapter.0 += 1, "voucher_for_another_request").await;
}

#[tokio::test]
async fn a_voucher_of_an_unknown_channel_should_be_refused() {
    expect(|_, _, v| v.channel.0 += 1, "unknown_channel").await;
}

#[tokio::test]
async fn a_voucher_below_the_price_should_be_refused() {
    expect(|_, _, v| v.unit_price -= 1, "price_too_low").await;
}

#[tokio::test]
async fn a_sequence_beyond_the_channel_should_be_refused() {
    expect(|_, _, v| v.sequence = 8192, "sequence_too_high").await;
}

#[tokio::test]
async fn a_channel_to_another_worker_should_be_refused() {
    let change = |bench: &Bench, _: &Consumer, _: &mut Voucher| {
        let mut ledger = bench.chain.ledger.lock().unwrap();
        ledger.channels.get_mut(&ChannelId(1)).unwrap().worker = account(9);
    };
    expect(change, "wrong_worker").await;
}

#[tokio::test]
async fn a_channel_that_is_being_closed_should_be_refused() {
    let change = |bench: &Bench, _: &Consumer, _: &mut Voucher| {
        let mut ledger = bench.chain.ledger.lock().unwrap();
        ledger.channels.get_mut(&ChannelId(1)).unwrap().closes_at = Some(500);
    };
    expect(change, "channel_closing").await;
}

#[tokio::test]
async fn a_voucher_that_somebody_else_signed_should_be_refused() {
    let change = |bench: &Bench, _: &Consumer, _: &mut Voucher| {
        let mut ledger = bench.chain.ledger.lock().unwrap();
        ledger.channels.get_mut(&ChannelId(1)).unwrap().consumer = account(9);
    };
    expect(change, "bad_voucher_signature").await;
}

#[tokio::test]
async fn garbage_in_the_voucher_header_should_be_a_400() {
    let (_dir, bench) = bench().await;
    for garbage in ["zz", "0x00", "0x"] {
        let (status, error) = send(&bench, request("a writ", Some(garbage.into()))).await;
        assert_eq!(
            (status, code(&error)),
            (StatusCode::BAD_REQUEST, "bad_voucher"),
            "{garbage}"
        );
    }
}

#[tokio::test]
async fn an_unknown_model_should_be_a_404() {
    let (_dir, bench) = bench().await;
    for model in ["adapter:99", "adapter:x", "nothing"] {
        let body = json!({"model": model, "prompt": "a writ"});
        let (status, error) = bench.post("/v1/completions", &body).await;
        assert_eq!(
            (status, code(&error)),
            (StatusCode::NOT_FOUND, "unknown_model"),
            "{model}"
        );
    }
}

#[tokio::test]
async fn streaming_should_be_refused_with_a_reason() {
    let (_dir, bench) = bench().await;
    let body = json!({"model": "topics", "prompt": "a writ", "stream": true});
    let (status, error) = bench.post("/v1/completions", &body).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::BAD_REQUEST, "streaming_not_supported")
    );
}

#[tokio::test]
async fn the_answer_of_a_channel_should_be_shown_to_its_consumer_only() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    let voucher = consumer.sign(consumer.voucher(0, "a writ", 4));
    send(&bench, with("a writ", &voucher)).await;
    let (_, stranger) = bench.get("/v1/jobs/c1-0").await;
    assert_eq!(
        (&stranger["status"], &stranger["output"]),
        (&"finished".into(), &Value::Null)
    );
    let request = Request::get("/v1/jobs/c1-0")
        .header(VOUCHER_HEADER, hex::encode(voucher.encode()))
        .body(Body::empty())
        .unwrap();
    assert_eq!(send(&bench, request).await.1["output"]["label"], "law");
}

#[tokio::test]
async fn a_quote_should_say_what_an_answer_costs() {
    let (_dir, bench) = bench().await;
    let (_, posted) = bench
        .post("/v1/quote", &json!({"model": "topics", "input": "a writ"}))
        .await;
    let (_, got) = bench.get("/v1/quote?adapter=3&input=a%20writ").await;
    assert_eq!(posted, got);
    assert_eq!(
        (&got["units"], &got["fee"]),
        (&4.into(), &(4 * UNIT_PRICE).to_string().into())
    );
}

#[tokio::test]
async fn models_should_list_what_can_be_asked() {
    let (_dir, bench) = bench().await;
    let (_, list) = bench.get("/v1/models").await;
    assert_eq!(list["data"][0]["id"], "adapter:3");
    bench
        .chain
        .ledger
        .lock()
        .unwrap()
        .adapters
        .get_mut(&ADAPTER)
        .unwrap()
        .servable = false;
    (0..5).for_each(|_| bench.chain.advance());
    assert_eq!(bench.get("/v1/models").await.1["data"], json!([]));
}

#[tokio::test]
async fn a_voucher_of_a_request_that_met_a_defect_should_not_be_used() {
    let (_dir, bench) = bench().await;
    let consumer = channel(&bench, 1);
    let (status, error) = send(&bench, pay(&consumer, 0, DEFECT, 100)).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::INTERNAL_SERVER_ERROR, "internal")
    );
    let known = bench.worker.state.channel(ChannelId(1)).unwrap().unwrap();
    assert!(!known.is_used(0));
}
