// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `POST /v1/evaluate`: the automatic checks of a contribution.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, Json as JsonAnswer};
use openledger_primitives::{ContributionId, DatanetId};
use serde::Deserialize;
use serde_json::{json, Value};

use super::{extract::Json, operator};
use crate::{error::ApiError, evaluate::evaluate, worker::Worker};

/// What is to be checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluateRequest {
    datanet: DatanetId,
    contribution: ContributionId,
}

/// Checks a contribution and stores the report as content.
pub async fn post(
    State(worker): State<Arc<Worker>>,
    headers: HeaderMap,
    Json(request): Json<EvaluateRequest>,
) -> Result<JsonAnswer<Value>, ApiError> {
    operator(&worker, &headers)?;
    // One at a time: all rows of a Datanet are in memory meanwhile.
    let _turn = worker
        .heavy
        .acquire()
        .await
        .map_err(|e| ApiError::Internal(e.to_string()))?;
    let (report, hash) = evaluate(&worker, request.datanet, request.contribution).await?;
    let mut answer =
        serde_json::to_value(&report).map_err(|error| ApiError::Internal(error.to_string()))?;
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("report_hash".into(), json!(hash));
    }
    Ok(JsonAnswer(answer))
}
