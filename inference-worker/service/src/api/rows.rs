// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `GET /v1/content/{hash}/rows` and `…/rows/{row}`: rows of a contribution and their proofs.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    Json,
};
use openledger_artifacts::row_lines;
use openledger_primitives::{
    merkle::{prove_row, row_hash, rows_root},
    H256,
};
use serde_json::{json, Value};

use super::extract::hash;
use crate::{error::ApiError, worker::Worker};

/// Largest content whose rows are looked at, bytes.
const MAX_ROWS_CONTENT: u64 = 256 * 1024 * 1024;

/// How many rows the content has, and their Merkle root: what a contribution registers.
pub async fn summary(
    State(worker): State<Arc<Worker>>,
    Path(text): Path<String>,
) -> Result<Json<Value>, ApiError> {
    with_rows(&worker, hash(&text)?, |content| {
        let hashes: Vec<H256> = row_lines(content).map(row_hash).collect();
        Ok(json!({
            "rows": hashes.len(),
            "rowsRoot": rows_root(&hashes),
            "bytes": content.len(),
        }))
    })
    .await
}

/// One row and its Merkle proof, which leads to the root that the contribution registered.
pub async fn proof(
    State(worker): State<Arc<Worker>>,
    Path((text, row)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let index: u32 = row.parse().map_err(|_| {
        ApiError::invalid("bad_row", format!("{row:?} is no row: rows count from 0"))
    })?;
    with_rows(&worker, hash(&text)?, move |content| {
        let hashes: Vec<H256> = row_lines(content).map(row_hash).collect();
        let line = row_lines(content).nth(index as usize);
        let (Some(line), Some(proof)) = (line, prove_row(&hashes, index)) else {
            return Err(ApiError::not_found(
                "unknown_row",
                format!(
                    "the content has {} rows, counted from 0: there is no row {index}",
                    hashes.len()
                ),
            ));
        };
        Ok(json!({
            "row": String::from_utf8_lossy(line),
            "rowHash": row_hash(line),
            "rowsRoot": rows_root(&hashes),
            "proof": proof,
        }))
    })
    .await
}

async fn with_rows(
    worker: &Worker,
    hash: H256,
    look: impl FnOnce(&[u8]) -> Result<Value, ApiError> + Send + 'static,
) -> Result<Json<Value>, ApiError> {
    // One at a time: contents may be large.
    let _turn = worker
        .heavy
        .acquire()
        .await
        .map_err(|e| ApiError::Internal(e.to_string()))?;
    let content = worker.store.get(&hash, MAX_ROWS_CONTENT).await?;
    tokio::task::spawn_blocking(move || look(&content))
        .await
        .map_err(|error| ApiError::Internal(error.to_string()))?
        .map(Json)
}
