// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Back-pressure, limits, and the form of errors.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{header, Request, StatusCode},
};
use openledger_primitives::pool::DispatchStatus;
use openledger_worker::worker::OperatorAccess;
use serde_json::json;

use crate::{
    direct::{channel, pay},
    support::{bytes_of, code, json_of, Bench, Setup},
};

#[tokio::test]
async fn jobs_beyond_the_queue_should_be_called_busy() {
    let dir = tempfile::tempdir().unwrap();
    let mut setup = Setup::default();
    setup.limits.queue = 2;
    let bench = Bench::start(dir.path(), setup).await;
    let jobs = (0..3).map(|job| bench.escrow(job, "a writ")).collect();
    let statuses = bench.dispatch(jobs).await;
    assert_eq!(
        statuses,
        [
            DispatchStatus::Queued,
            DispatchStatus::Queued,
            DispatchStatus::Busy
        ]
    );
}

#[tokio::test]
async fn a_full_worker_should_answer_429_with_retry_after() {
    let dir = tempfile::tempdir().unwrap();
    let mut setup = Setup::default();
    setup.limits.direct = 1;
    let bench = Arc::new(Bench::start(dir.path(), setup).await);
    let consumer = channel(&bench, 1);
    // Nothing is answered for now.
    let closed = bench.gate.clone().acquire_many_owned(64).await.unwrap();
    let first = {
        let (bench, request) = (bench.clone(), pay(&consumer, 0, "a writ", 100));
        tokio::spawn(async move { bench.send(request).await.status() })
    };
    while bench.worker.direct.available_permits() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let response = bench.send(pay(&consumer, 1, "a writ", 100)).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(response.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(code(&json_of(response).await.1), "busy");
    drop(closed);
    assert_eq!(first.await.unwrap(), StatusCode::OK);
    // The voucher that was turned away is still good.
    assert_eq!(
        bench.send(pay(&consumer, 1, "a writ", 100)).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn health_should_answer_when_the_worker_takes_no_requests() {
    let dir = tempfile::tempdir().unwrap();
    let mut setup = Setup::default();
    setup.limits.requests = 0;
    let bench = Bench::start(dir.path(), setup).await;
    assert_eq!(
        bench.get("/v1/models").await.0,
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(bench.get("/healthz").await.0, StatusCode::OK);
}

#[tokio::test]
async fn bad_json_should_be_a_400_that_says_where() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    for path in [
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/quote",
        "/v1/train",
        "/v1/evaluate",
    ] {
        let request = Request::post(path)
            .body(Body::from("{\"model\": "))
            .unwrap();
        let (status, error) = json_of(bench.send(request).await).await;
        assert_eq!(
            (status, code(&error)),
            (StatusCode::BAD_REQUEST, "bad_json"),
            "{path}"
        );
        assert!(
            error["error"]["message"]
                .as_str()
                .unwrap()
                .contains("line 1"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_huge_json_body_should_be_a_413() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    let request = Request::post("/v1/completions")
        .body(Body::from(vec![b' '; 2 * 1024 * 1024]))
        .unwrap();
    let (status, error) = json_of(bench.send(request).await).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::PAYLOAD_TOO_LARGE, "too_large")
    );
}

#[tokio::test]
async fn an_unknown_path_should_have_the_common_form() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    let (status, error) = bench.get("/v2/nothing").await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::NOT_FOUND, "unknown_path")
    );
}

#[tokio::test]
async fn a_wrong_method_should_have_the_common_form() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    let (status, error) = bench.get("/v1/evaluate").await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::METHOD_NOT_ALLOWED, "wrong_method")
    );
}

#[tokio::test]
async fn the_worker_should_be_ready_once_it_is_registered() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    assert_eq!(bench.get("/readyz").await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_worker_without_a_node_should_say_that_it_is_not_ready() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    bench.chain.head.send_replace(None);
    let (status, answer) = bench.get("/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        answer["problems"][0].as_str().unwrap().contains("--node"),
        "{answer}"
    );
}

#[tokio::test]
async fn metrics_should_count_requests_and_errors() {
    openledger_worker::metrics_recorder::install();
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    bench.get("/v1/jobs/404404").await;
    let response = bench
        .send(Request::get("/metrics").body(Body::empty()).unwrap())
        .await;
    let text = String::from_utf8(bytes_of(response).await.to_vec()).unwrap();
    assert!(
        text.contains("openledger_worker_http_requests_total"),
        "{text}"
    );
    assert!(text.contains("code=\"unknown_job\""), "{text}");
    assert!(text.contains("process_resident_memory_bytes"), "{text}");
}

#[tokio::test]
async fn the_operators_endpoints_should_want_the_token() {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup {
        operators: OperatorAccess::Token("secret".into()),
        ..Setup::default()
    };
    let bench = Bench::start(dir.path(), setup).await;
    let body = json!({"datanet": 0, "contribution": 0});
    let (status, error) = bench.post("/v1/evaluate", &body).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::UNAUTHORIZED, "token_required")
    );
    let request = Request::post("/v1/evaluate")
        .header(header::AUTHORIZATION, "Bearer secret")
        .body(Body::from(body.to_string()))
        .unwrap();
    // Let in, it finds that there is no such contribution.
    assert_eq!(
        json_of(bench.send(request).await).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_operators_endpoints_should_be_closed_to_the_network_without_a_token() {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup {
        operators: OperatorAccess::Closed,
        ..Setup::default()
    };
    let bench = Bench::start(dir.path(), setup).await;
    let (status, error) = bench
        .post("/v1/train", &json!({"task": "t", "versions": []}))
        .await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::FORBIDDEN, "not_offered")
    );
}

#[tokio::test]
async fn a_worker_whose_model_has_stopped_should_say_that_it_is_not_ready() {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup {
        problem: Some("the serving engine has stopped: restart the worker".into()),
        ..Setup::default()
    };
    let bench = Bench::start(dir.path(), setup).await;
    let (status, answer) = bench.get("/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let problem = answer["problems"][0].as_str().unwrap();
    assert!(problem.contains("restart"), "{answer}");
}

#[tokio::test]
async fn a_worker_that_the_chain_knows_by_another_key_should_say_what_to_send() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    bench.chain.change(|ledger| {
        let view = ledger.workers.values_mut().next().unwrap();
        view.receipt_key.0[0] ^= 1;
    });
    let (_, answer) = bench.get("/readyz").await;
    let problem = answer["problems"][0].as_str().unwrap();
    assert!(problem.contains("update_worker"), "{answer}");
}
