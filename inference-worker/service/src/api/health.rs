// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `GET /healthz`, `GET /readyz`, `GET /metrics`.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{header, StatusCode},
    response::IntoResponse,
    Json,
};
use serde_json::{json, Value};

use crate::{keys::to_ss58, worker::Worker};

/// The process lives.
pub async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Whether jobs would be answered and paid; 503 with the reasons when not.
pub async fn ready(State(worker): State<Arc<Worker>>) -> (StatusCode, Json<Value>) {
    let mut problems = Vec::new();
    let best = worker.chain.best();
    if best.is_err() {
        problems.push("no connection to the node: start it, or check --node".to_string());
    }
    let registered = worker.registered().await.unwrap_or(false);
    if best.is_ok() && worker.has_other_key().await.unwrap_or(false) {
        problems.push(
            "the chain knows this worker by another receipt key: start it with that one (--key), or \
             run `openledger-worker key prove` and send update_worker with what it prints"
                .to_string(),
        );
    } else if best.is_ok() && !registered {
        problems.push(
            "not registered on chain: run `openledger-worker key prove` and send register_worker \
             with what it prints"
                .to_string(),
        );
    }
    if let Some(problem) = worker.model.problem() {
        problems.push(problem);
    }
    if !worker.store.has_room_for_answers() {
        problems.push(
            "the content store is full, and every answer needs room for its evidence: raise \
             --store-quota-mb"
                .to_string(),
        );
    }
    if *worker.stopping.borrow() {
        problems.push("shutting down".into());
    }
    let counts = worker.state.run(|state| state.counts()).await;
    let (queue, outbox) = counts.unwrap_or_else(|error| {
        problems.push(error.to_string());
        (0, 0)
    });
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    let answer = json!({
        "ready": problems.is_empty(),
        "problems": problems,
        "best_block": best.ok(),
        "genesis": worker.chain.genesis().ok(),
        "worker": to_ss58(&worker.server.account),
        "receipt_key": format!("0x{}", hex::encode(worker.server.key.public().0)),
        "registered": registered,
        "base_model": worker.model.base_model(),
        "queue": queue,
        "outbox": outbox,
    });
    (status, Json(answer))
}

/// Prometheus' text format.
pub async fn metrics(State(worker): State<Arc<Worker>>) -> impl IntoResponse {
    if let Ok((queue, outbox)) = worker.state.run(|state| state.counts()).await {
        metrics::gauge!("openledger_worker_queue_jobs").set(queue as f64);
        metrics::gauge!("openledger_worker_outbox_receipts").set(outbox as f64);
    }
    metrics::gauge!("openledger_worker_store_bytes").set(worker.store.used() as f64);
    crate::metrics_recorder::record_process();
    let text = crate::metrics_recorder::render();
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        text,
    )
}
