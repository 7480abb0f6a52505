// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Content and rows.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use openledger_primitives::{
    content_hash,
    merkle::{verify_row, MerkleProof},
    H256,
};

use crate::{
    direct::{channel, pay},
    support::{bytes_of, code, json_of, Bench, Setup},
};

const ROWS: &str =
    "{\"text\":\"a writ\",\"label\":\"law\"}\n{\"text\":\"a fugue\",\"label\":\"music\"}\n";

async fn bench() -> (tempfile::TempDir, Bench) {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::start(dir.path(), Setup::default()).await;
    (dir, bench)
}

async fn put(bench: &Bench, path: &str, body: Vec<u8>) -> (StatusCode, serde_json::Value) {
    json_of(
        bench
            .send(Request::put(path).body(Body::from(body)).unwrap())
            .await,
    )
    .await
}

#[tokio::test]
async fn content_should_come_back_under_its_hash() {
    let (_dir, bench) = bench().await;
    let (status, stored) = put(&bench, "/v1/content", b"hello".to_vec()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(stored["hash"], serde_json::json!(content_hash(b"hello")));
    let path = format!("/v1/content/{}", stored["hash"].as_str().unwrap());
    let response = bench
        .send(Request::get(path).body(Body::empty()).unwrap())
        .await;
    assert_eq!(bytes_of(response).await, &b"hello"[..]);
}

#[tokio::test]
async fn large_content_should_come_back_unchanged() {
    let (_dir, bench) = bench().await;
    let body: Vec<u8> = (0..9_000_000u32).map(|i| (i % 251) as u8).collect();
    let (status, stored) = put(&bench, "/v1/content", body.clone()).await;
    assert_eq!(
        (status, &stored["bytes"]),
        (StatusCode::OK, &serde_json::json!(9_000_000))
    );
    let path = format!("/v1/content/{}", stored["hash"].as_str().unwrap());
    let response = bench
        .send(Request::get(path).body(Body::empty()).unwrap())
        .await;
    assert!(bytes_of(response).await == body);
}

#[tokio::test]
async fn content_of_another_hash_than_announced_should_be_refused() {
    let (_dir, bench) = bench().await;
    let path = format!("/v1/content/{:?}", content_hash(b"other"));
    let (status, error) = put(&bench, &path, b"hello".to_vec()).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::UNPROCESSABLE_ENTITY, "wrong_hash")
    );
    assert_eq!(
        bench
            .worker
            .store
            .size(&content_hash(b"hello"))
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn content_that_is_not_there_should_be_a_404() {
    let (_dir, bench) = bench().await;
    let (status, error) = bench.get(&format!("/v1/content/{:?}", H256([9; 32]))).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::NOT_FOUND, "unknown_content")
    );
}

#[tokio::test]
async fn a_malformed_hash_should_be_a_400() {
    let (_dir, bench) = bench().await;
    let (status, error) = bench.get("/v1/content/xyz").await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::BAD_REQUEST, "bad_hash")
    );
}

#[tokio::test]
async fn damaged_content_should_not_be_given_out() {
    let (dir, bench) = bench().await;
    let hash = bench
        .worker
        .store
        .put(b"hello".to_vec())
        .await
        .unwrap()
        .hash;
    let name = hex::encode(hash.as_bytes());
    std::fs::write(
        dir.path().join("content").join(&name[..2]).join(&name),
        b"hellx",
    )
    .unwrap();
    let (status, error) = bench.get(&format!("/v1/content/{hash:?}")).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::INTERNAL_SERVER_ERROR, "internal")
    );
}

#[tokio::test]
async fn a_huge_body_should_be_refused_before_it_is_stored() {
    let dir = tempfile::tempdir().unwrap();
    let mut setup = Setup::default();
    setup.limits.content_bytes = 1000;
    let bench = Bench::start(dir.path(), setup).await;
    let (status, error) = put(&bench, "/v1/content", vec![0; 1001]).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::PAYLOAD_TOO_LARGE, "too_large")
    );
}

#[tokio::test]
async fn a_huge_body_of_unknown_length_should_be_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut setup = Setup::default();
    setup.limits.content_bytes = 1000;
    let bench = Bench::start(dir.path(), setup).await;
    let chunks = (0..20).map(|_| Ok::<_, std::io::Error>(vec![0u8; 100]));
    let body = Body::from_stream(futures::stream::iter(chunks));
    let request = Request::put("/v1/content").body(body).unwrap();
    let (status, error) = json_of(bench.send(request).await).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::PAYLOAD_TOO_LARGE, "too_large")
    );
}

#[tokio::test]
async fn a_body_that_announces_too_much_should_be_refused_unread() {
    let dir = tempfile::tempdir().unwrap();
    let mut setup = Setup::default();
    setup.limits.content_bytes = 1000;
    let bench = Bench::start(dir.path(), setup).await;
    // What comes is not what was announced: the announcement alone is refused.
    let request = Request::put("/v1/content")
        .header("content-length", "1001")
        .body(Body::from("x"))
        .unwrap();
    let (status, error) = json_of(bench.send(request).await).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::PAYLOAD_TOO_LARGE, "too_large")
    );
}

/// A worker whose content store takes so many bytes.
async fn with_quota(bytes: u64) -> (tempfile::TempDir, Bench) {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup {
        store_quota: bytes,
        ..Setup::default()
    };
    let bench = Bench::start(dir.path(), setup).await;
    (dir, bench)
}

#[tokio::test]
async fn uploads_should_leave_room_for_answers() {
    let (_dir, bench) = with_quota(100_000).await;
    let first = put(&bench, "/v1/content", vec![1; 80_000]).await;
    assert_eq!(first.0, StatusCode::OK);
    let (status, error) = put(&bench, "/v1/content", vec![2; 15_000]).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::INSUFFICIENT_STORAGE, "store_full")
    );
    let consumer = channel(&bench, 1);
    let answer = bench.send(pay(&consumer, 0, "a writ", 4)).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_upload_without_room_should_be_refused_unread() {
    let (_dir, bench) = with_quota(100_000).await;
    let request = Request::put("/v1/content")
        .header("content-length", "95000")
        .body(Body::from("x"))
        .unwrap();
    let (status, error) = json_of(bench.send(request).await).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::INSUFFICIENT_STORAGE, "store_full")
    );
}

#[tokio::test]
async fn an_upload_should_be_refused_as_soon_as_it_finds_no_room() {
    let (_dir, bench) = with_quota(100_000).await;
    // Never ends: were it not refused, there would be no answer.
    let chunks = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0u8; 10_000]));
    let body = Body::from_stream(chunks);
    let request = Request::put("/v1/content").body(body).unwrap();
    let (status, _) = json_of(bench.send(request).await).await;
    assert_eq!(status, StatusCode::INSUFFICIENT_STORAGE);
}

#[tokio::test]
async fn an_upload_that_was_refused_should_give_its_room_back() {
    let (_dir, bench) = bench().await;
    let before = bench.worker.store.used();
    let path = format!("/v1/content/{:?}", content_hash(b"other"));
    put(&bench, &path, b"hello".to_vec()).await;
    assert_eq!(bench.worker.store.used(), before);
}

/// Fills the worker's content store to its last byte.
async fn full() -> (tempfile::TempDir, Bench) {
    let (dir, bench) = with_quota(100_000).await;
    let rest = 100_000 - bench.worker.store.used();
    let filling = vec![0; rest as usize];
    bench.worker.store.put(filling).await.unwrap();
    (dir, bench)
}

#[tokio::test]
async fn a_request_that_finds_the_store_full_should_be_good_later() {
    let (_dir, bench) = full().await;
    let consumer = channel(&bench, 1);
    let (status, error) = json_of(bench.send(pay(&consumer, 0, "a writ", 4)).await).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
    );
    let known = bench.worker.state.channel(consumer.channel).unwrap();
    assert!(!known.unwrap().is_used(0));
}

#[tokio::test]
async fn a_worker_whose_store_is_full_should_say_that_it_is_not_ready() {
    let (_dir, bench) = full().await;
    let (status, answer) = bench.get("/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let problem = answer["problems"][0].as_str().unwrap();
    assert!(problem.contains("--store-quota-mb"), "{answer}");
}

#[tokio::test]
async fn rows_should_have_the_root_that_a_contribution_registers() {
    let (_dir, bench) = bench().await;
    let hash = bench.worker.store.put(ROWS.into()).await.unwrap().hash;
    let (_, summary) = bench.get(&format!("/v1/content/{hash:?}/rows")).await;
    let (_, row) = bench.get(&format!("/v1/content/{hash:?}/rows/1")).await;
    assert_eq!(
        (&summary["rows"], &summary["bytes"]),
        (&2.into(), &ROWS.len().into())
    );
    let read =
        |value: &serde_json::Value| -> H256 { serde_json::from_value(value.clone()).unwrap() };
    let proof: MerkleProof = serde_json::from_value(row["proof"].clone()).unwrap();
    assert!(verify_row(
        &read(&summary["rowsRoot"]),
        &read(&row["rowHash"]),
        &proof
    ));
    assert!(row["row"].as_str().unwrap().contains("a fugue"));
}

#[tokio::test]
async fn a_row_that_is_not_there_should_be_a_404() {
    let (_dir, bench) = bench().await;
    let hash = bench.worker.store.put(ROWS.into()).await.unwrap().hash;
    let (status, error) = bench.get(&format!("/v1/content/{hash:?}/rows/2")).await;
    assert_eq!(
        (status, code(&error)),
        (StatusCode::NOT_FOUND, "unknown_row")
    );
}
