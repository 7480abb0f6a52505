// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `PUT /v1/content`, `PUT /v1/content/{hash}`, `GET /v1/content/{hash}`.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    http::{header, HeaderMap},
    response::{IntoResponse, Response},
    Json,
};
use openledger_primitives::H256;
use serde_json::{json, Value};

use super::extract::hash;
use crate::{error::ApiError, worker::Worker};

/// Stores the body; answers with its hash and size.
pub async fn put(
    State(worker): State<Arc<Worker>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    receive(&worker, &headers, body, None).await
}

/// Stores the body if it has the hash in the path.
pub async fn put_hash(
    State(worker): State<Arc<Worker>>,
    Path(announced): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    receive(&worker, &headers, body, Some(hash(&announced)?)).await
}

async fn receive(
    worker: &Worker,
    headers: &HeaderMap,
    body: Body,
    announced: Option<H256>,
) -> Result<Json<Value>, ApiError> {
    let limit = worker.limits.content_bytes;
    // Refused by its own account before a byte of it is read; the store counts what really comes.
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let length: Option<u64> = length.and_then(|text| text.parse().ok());
    if let Some(length) = length {
        if length > limit {
            return Err(ApiError::TooLarge {
                what: "the content",
                limit,
            });
        }
        worker.store.check_upload(length)?;
    }
    let stored = worker
        .store
        .receive(body.into_data_stream(), limit, announced)
        .await?;
    metrics::gauge!("openledger_worker_store_bytes").set(worker.store.used() as f64);
    Ok(Json(json!({ "hash": stored.hash, "bytes": stored.bytes })))
}

/// The content, which has been checked against its hash.
pub async fn get(
    State(worker): State<Arc<Worker>>,
    Path(text): Path<String>,
) -> Result<Response, ApiError> {
    let hash = hash(&text)?;
    let (size, stream) = worker.store.stream(&hash).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_string()),
        (header::CONTENT_LENGTH, size.to_string()),
        // Content under a hash never changes.
        (
            header::CACHE_CONTROL,
            "public, max-age=31536000, immutable".to_string(),
        ),
        (
            header::ETAG,
            format!("\"{}\"", hex::encode(hash.as_bytes())),
        ),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}
