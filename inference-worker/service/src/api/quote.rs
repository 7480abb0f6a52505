// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `GET /v1/quote` and `POST /v1/quote`: what an answer costs.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    Json as JsonAnswer,
};
use openledger_primitives::ChannelId;
use serde::Deserialize;
use serde_json::Value;

use super::extract::Json;
use crate::{
    chain::At,
    direct::{channel_json, find_model, quote, Quote},
    error::ApiError,
    worker::Worker,
};

/// What is asked about.
#[derive(Deserialize)]
pub struct QuoteRequest {
    /// `adapter:<id>` or a name.
    #[serde(alias = "adapter")]
    model: String,
    /// The text.
    input: String,
    /// A channel whose state is wanted too.
    #[serde(default)]
    channel: Option<u64>,
}

/// By query.
pub async fn get(
    State(worker): State<Arc<Worker>>,
    query: Result<Query<QuoteRequest>, axum::extract::rejection::QueryRejection>,
) -> Result<JsonAnswer<Value>, ApiError> {
    let Query(mut request) = query.map_err(|error| {
        ApiError::invalid(
            "bad_query",
            format!("{error}: send ?model=adapter:<id>&input=<text>"),
        )
    })?;
    if request.model.bytes().all(|byte| byte.is_ascii_digit()) {
        request.model = format!("adapter:{}", request.model);
    }
    answer(&worker, request).await
}

/// By JSON.
pub async fn post(
    State(worker): State<Arc<Worker>>,
    Json(request): Json<QuoteRequest>,
) -> Result<JsonAnswer<Value>, ApiError> {
    answer(&worker, request).await
}

async fn answer(worker: &Worker, request: QuoteRequest) -> Result<JsonAnswer<Value>, ApiError> {
    let adapter = find_model(worker, &request.model).await?;
    let quote: Quote = quote(worker, adapter, &request.input).await?;
    let mut answer = quote.to_json();
    if let (Some(channel), Some(fields)) = (request.channel, answer.as_object_mut()) {
        let channel = ChannelId(channel);
        let view = worker.chain.channel(At::Best, channel).await?;
        let view = view
            .filter(|view| view.worker == worker.server.account)
            .ok_or_else(|| {
                ApiError::not_found(
                    "unknown_channel",
                    format!("the chain has no open channel {channel} to this worker"),
                )
            })?;
        let known = worker
            .state
            .run(move |state| state.channel(channel))
            .await?;
        fields.insert("channel".into(), channel_json(&view, known, quote.fee));
    }
    Ok(JsonAnswer(answer))
}
