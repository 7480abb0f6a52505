// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `POST /v1/train`, `GET /v1/train/{train}`.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    Json as JsonAnswer,
};
use serde_json::{json, Value};

use super::{extract::Json, operator};
use crate::{
    error::ApiError,
    state::TrainPhase,
    training::{check_hyper, TrainRequest},
    worker::Worker,
};

/// The most versions that one adapter is trained on.
const MAX_VERSIONS: usize = 16;

/// Takes a training job.
pub async fn post(
    State(worker): State<Arc<Worker>>,
    headers: HeaderMap,
    Json(request): Json<TrainRequest>,
) -> Result<(StatusCode, JsonAnswer<Value>), ApiError> {
    operator(&worker, &headers)?;
    check(&worker, &request).await?;
    let limit = worker.limits.trainings;
    let request = serde_json::to_value(&request).map_err(|e| ApiError::Internal(e.to_string()))?;
    let number = worker
        .state
        .run(move |state| state.add_training(request, limit))
        .await?;
    let number = number.ok_or(ApiError::Busy {
        what: "the queue of training jobs",
        retry_after: 60,
    })?;
    worker.trainer.added.notify_one();
    Ok((
        StatusCode::ACCEPTED,
        JsonAnswer(json!({ "train": number, "status": "queued" })),
    ))
}

async fn check(worker: &Worker, request: &TrainRequest) -> Result<(), ApiError> {
    if request.task.trim().is_empty() || request.task.len() > 256 {
        return Err(ApiError::invalid(
            "bad_task",
            "task must have 1 to 256 bytes",
        ));
    }
    let distinct: BTreeSet<_> = request.versions.iter().collect();
    if distinct.is_empty() || distinct.len() > MAX_VERSIONS {
        return Err(ApiError::invalid(
            "bad_versions",
            format!("name 1 to {MAX_VERSIONS} versions, such as {{\"datanet\": 0, \"number\": 1}}"),
        ));
    }
    if distinct.len() != request.versions.len() {
        return Err(ApiError::invalid(
            "bad_versions",
            "a version is named twice",
        ));
    }
    check_hyper(&request.hyper).map_err(|reason| ApiError::invalid("bad_hyper", reason))?;
    for version in &request.versions {
        if worker.chain.version(*version).await?.is_none() {
            return Err(ApiError::not_found(
                "unknown_version",
                format!(
                    "Datanet {} has no published version {} on chain",
                    version.datanet, version.number
                ),
            ));
        }
    }
    if let Some(hash) = &request.held_out {
        if worker.store.size(hash).await?.is_none() {
            return Err(ApiError::not_found(
                "unknown_content",
                format!("the held-out rows {hash:?} are not in the content store: PUT /v1/content"),
            ));
        }
    }
    Ok(())
}

/// Where a training job is.
pub async fn get(
    State(worker): State<Arc<Worker>>,
    Path(text): Path<String>,
) -> Result<JsonAnswer<Value>, ApiError> {
    let number: u64 = text.parse().map_err(|_| {
        ApiError::invalid(
            "bad_train",
            format!("{text:?} is no training job: write its number"),
        )
    })?;
    let record = worker
        .state
        .run(move |state| state.training(number))
        .await?;
    let mut record = record.ok_or_else(|| {
        ApiError::not_found(
            "unknown_train",
            format!("there is no training job {number}"),
        )
    })?;
    if record.status == TrainPhase::Running {
        record.progress = worker.trainer.progress(number).unwrap_or(record.progress);
    }
    let mut answer =
        serde_json::to_value(&record).map_err(|error| ApiError::Internal(error.to_string()))?;
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("train".into(), json!(number));
    }
    Ok(JsonAnswer(answer))
}
