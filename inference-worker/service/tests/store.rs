// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The content store, most of it where objects are not files of this machine.

use axum::body::Bytes;
use futures::TryStreamExt;
use openledger_primitives::{content_hash, H256};
use openledger_worker::store::{ContentStore, StoreError};

/// More than is checked in memory.
fn large() -> Vec<u8> {
    (0..9_000_000u32).map(|i| (i % 241) as u8).collect()
}

async fn remote(quota: u64) -> (tempfile::TempDir, ContentStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = ContentStore::open("memory:///", dir.path(), quota)
        .await
        .unwrap();
    (dir, store)
}

#[tokio::test]
async fn content_should_be_read_back() {
    let (_dir, store) = remote(1 << 30).await;
    let stored = store.put(b"a writ".to_vec()).await.unwrap();
    assert_eq!(store.get(&stored.hash, 100).await.unwrap(), &b"a writ"[..]);
}

#[tokio::test]
async fn a_file_should_be_stored_in_parts_and_streamed() {
    let (dir, store) = remote(1 << 30).await;
    let path = dir.path().join("index");
    std::fs::write(&path, large()).unwrap();
    let stored = store.put_file(&path).await.unwrap();
    assert_eq!(stored.hash, content_hash(&large()));
    let (size, stream) = store.stream(&stored.hash).await.unwrap();
    let chunks: Vec<_> = stream.try_collect().await.unwrap();
    assert!(chunks.concat() == large() && size == 9_000_000);
}

#[tokio::test]
async fn content_should_be_downloaded_to_a_file() {
    let (_dir, store) = remote(1 << 30).await;
    let stored = store.put(large()).await.unwrap();
    let path = store.file(&stored.hash, 1 << 30).await.unwrap();
    assert!(std::fs::read(path).unwrap() == large());
}

#[tokio::test]
async fn content_larger_than_asked_for_should_not_be_read() {
    let (_dir, store) = remote(1 << 30).await;
    let stored = store.put(b"a writ".to_vec()).await.unwrap();
    let refused = store.get(&stored.hash, 5).await;
    assert!(
        matches!(refused, Err(StoreError::TooLarge { limit: 5 })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_full_store_should_say_so() {
    let (_dir, store) = remote(10).await;
    store.put(b"123456".to_vec()).await.unwrap();
    let refused = store.put(b"abcdef".to_vec()).await;
    assert!(
        matches!(refused, Err(StoreError::Full { limit: 10 })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_same_content_should_take_room_once() {
    let (_dir, store) = remote(10).await;
    store.put(b"123456".to_vec()).await.unwrap();
    store.put(b"123456".to_vec()).await.unwrap();
    assert_eq!(store.used(), 6);
}

#[tokio::test]
async fn a_bucket_should_be_opened_without_asking_it() {
    let dir = tempfile::tempdir().unwrap();
    assert!(ContentStore::open("s3://bucket/prefix", dir.path(), 1)
        .await
        .is_ok());
}

#[tokio::test]
async fn an_unknown_kind_of_url_should_name_the_known_ones() {
    let dir = tempfile::tempdir().unwrap();
    let error = ContentStore::open("ftp://host/path", dir.path(), 1)
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains("s3://bucket/prefix"), "{error}");
}

#[tokio::test]
async fn what_is_not_there_should_be_missing() {
    let (_dir, store) = remote(10).await;
    let missing = store.get(&H256([1; 32]), 10).await;
    assert!(
        matches!(missing, Err(StoreError::Missing(_))),
        "{missing:?}"
    );
}

#[tokio::test]
async fn room_of_what_could_not_be_stored_should_be_given_back() {
    let dir = tempfile::tempdir().unwrap();
    let content = dir.path().join("content");
    let store = ContentStore::open(content.to_str().unwrap(), &dir.path().join("scratch"), 1000)
        .await
        .unwrap();
    // A file is where the object's folder has to be.
    let name = hex::encode(content_hash(b"a writ").as_bytes());
    std::fs::write(content.join(&name[..2]), b"").unwrap();
    let chunks = [Ok::<_, std::io::Error>(Bytes::from_static(b"a writ"))];
    let refused = store
        .receive(futures::stream::iter(chunks), 100, None)
        .await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(store.used(), 0);
}
