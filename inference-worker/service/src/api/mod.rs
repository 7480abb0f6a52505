// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The HTTP API: one file per resource.
//!
//! Every error has the form `{"error": {"message", "type", "code"}}`, also those that layers below
//! the handlers produce.

mod content;
mod drain;
mod evaluate;
mod extract;
mod health;
mod jobs;
mod openai;
mod pace;
mod quote;
mod rows;
mod train;

use std::{sync::Arc, time::Instant};

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{header, HeaderMap, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
    Router,
};
use tokio::sync::Semaphore;
use tower_http::{limit::RequestBodyLimitLayer, timeout::TimeoutLayer};

use crate::{
    error::{plain_error, ApiError},
    worker::{OperatorAccess, Worker},
};

/// Largest JSON or SCALE body, bytes.
const MAX_BODY: usize = 1024 * 1024;

/// The API of a worker.
pub fn router(worker: Arc<Worker>) -> Router {
    let limits = worker.limits.clone();
    let timeout = |time| TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, time);
    let permits = |count| {
        let permits = Arc::new(Semaphore::new(count));
        middleware::from_fn_with_state(permits, take_permit)
    };
    // Content takes as long as its sender or reader likes: it has permits of its own, so that jobs,
    // requests and receipts do not wait for it.
    let transfers = Router::new()
        .route("/v1/content", put(content::put))
        .route(
            "/v1/content/{hash}",
            put(content::put_hash).get(content::get),
        )
        .route("/v1/content/{hash}/rows", get(rows::summary))
        .route("/v1/content/{hash}/rows/{row}", get(rows::proof))
        .layer(timeout(limits.long_request_time))
        .layer(permits(limits.transfers));
    let long = Router::new()
        .route("/v1/evaluate", post(evaluate::post))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        .layer(timeout(limits.long_request_time));
    let short = Router::new()
        .route("/v1/jobs", post(jobs::dispatch))
        .route("/v1/jobs/{job}", get(jobs::get))
        .route("/v1/jobs/{job}/evidence", get(jobs::evidence))
        .route("/v1/receipts", get(jobs::receipts))
        .route("/v1/train", post(train::post))
        .route("/v1/train/{train}", get(train::get))
        .route("/v1/chat/completions", post(openai::chat))
        .route("/v1/completions", post(openai::completions))
        .route("/v1/models", get(openai::models))
        .route("/v1/quote", get(quote::get).post(quote::post))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        .layer(timeout(limits.request_time));
    Router::new()
        .merge(long)
        .merge(short)
        .layer(permits(limits.requests))
        .merge(transfers)
        .layer(middleware::from_fn_with_state(
            limits.stall_time,
            pace::keep_pace,
        ))
        // Health and metrics answer also when the worker is full.
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(|| async { plain_error(StatusCode::NOT_FOUND, "") })
        .method_not_allowed_fallback(|| async { plain_error(StatusCode::METHOD_NOT_ALLOWED, "") })
        // The limits are those of the layers above, which know the paths.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(observe))
        .layer(middleware::from_fn(drain::drain_refused))
        .with_state(worker)
}

/// Back-pressure: a full worker says so at once.
async fn take_permit(
    State(permits): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    match permits.try_acquire_owned() {
        Ok(_permit) => next.run(request).await,
        Err(_) => ApiError::Busy {
            what: "the worker",
            retry_after: 1,
        }
        .into_response(),
    }
}

/// Counts requests, and gives errors from below the handlers the common form.
async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map_or("none".to_string(), |path| path.as_str().to_string());
    let method = request.method().to_string();
    let mut response = next.run(request).await;
    let status = response.status();
    let plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if (status.is_client_error() || status.is_server_error()) && plain {
        let body = std::mem::replace(response.body_mut(), Body::empty());
        // What axum says about a request it could not read; nothing of the worker's insides.
        let detail = axum::body::to_bytes(body, 4096).await.unwrap_or_default();
        response = plain_error(status, &String::from_utf8_lossy(&detail));
    }
    let labels = [
        ("path", path),
        ("method", method),
        ("status", status.as_u16().to_string()),
    ];
    metrics::counter!("openledger_worker_http_requests_total", &labels).increment(1);
    metrics::histogram!("openledger_worker_http_seconds", "path" => labels[0].1.clone())
        .record(started.elapsed());
    response
}

/// Lets only operators pass.
fn operator(worker: &Worker, headers: &HeaderMap) -> Result<(), ApiError> {
    match &worker.operators {
        OperatorAccess::Open => Ok(()),
        OperatorAccess::Closed => Err(ApiError::Forbidden(
            "this worker listens to the network and has no operator token: start it with \
             --operator-token, or with --listen 127.0.0.1:8600"
                .into(),
        )),
        OperatorAccess::Token(token) => {
            let given = headers
                .get(header::AUTHORIZATION)
                .map(|value| value.as_bytes());
            let given = given.and_then(|value| value.strip_prefix(b"Bearer "));
            // Hashes are compared, so that the time of the comparison tells nothing.
            let hash = openledger_artifacts::content_hash;
            if given.map(hash) == Some(hash(token.as_bytes())) {
                return Ok(());
            }
            Err(ApiError::Unauthorized(
                "this is the operator's: send `Authorization: Bearer` with the operator token"
                    .into(),
            ))
        }
    }
}
