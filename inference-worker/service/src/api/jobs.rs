// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `POST /v1/jobs`, `GET /v1/jobs/{job}`, `GET /v1/jobs/{job}/evidence`, `GET /v1/receipts`.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{header, HeaderMap},
    response::{IntoResponse, Response},
    Json,
};
use codec::{Decode, Encode};
use openledger_primitives::{
    pool::{DispatchRequest, DispatchResponse, ReceiptsResponse, CONTENT_TYPE, MAX_RECEIPTS},
    JobRef,
};
use serde_json::{json, Value};

use super::extract::Scale;
use crate::{
    direct::VOUCHER_HEADER,
    error::ApiError,
    pipeline,
    serve::{Evidence, Output},
    state::{job_name, parse_job_name, Ending, Finished, JobRecord, Phase},
    worker::Worker,
};

/// Receipts answered this many blocks ago come after younger ones.
const STALE_AFTER: u32 = 1000;

/// Largest evidence, bytes.
const MAX_EVIDENCE: u64 = 16 * 1024 * 1024;

/// Takes jobs from an offchain worker.
pub async fn dispatch(
    State(worker): State<Arc<Worker>>,
    Scale(request): Scale<DispatchRequest>,
) -> Result<Response, ApiError> {
    let genesis = worker.chain.genesis()?;
    if request.genesis != genesis {
        return Err(ApiError::invalid(
            "wrong_chain",
            format!(
                "this worker serves the chain {genesis:?}, not {:?}",
                request.genesis
            ),
        ));
    }
    let statuses = pipeline::dispatch(&worker, request.jobs.into_inner()).await?;
    let statuses = statuses
        .try_into()
        .map_err(|_| ApiError::Internal("more statuses than jobs".into()))?;
    Ok(scale(&DispatchResponse { statuses }))
}

/// Receipts that wait to be brought on chain. None while the chain knows the worker by another key:
/// it would take them for forged.
pub async fn receipts(State(worker): State<Arc<Worker>>) -> Result<Response, ApiError> {
    if worker.has_other_key().await.unwrap_or(false) {
        return Ok(scale(&ReceiptsResponse {
            receipts: Default::default(),
        }));
    }
    let stale = worker
        .chain
        .best()
        .unwrap_or_default()
        .saturating_sub(STALE_AFTER);
    let limit = MAX_RECEIPTS as usize;
    let receipts = worker
        .state
        .run(move |state| state.receipts(limit, stale))
        .await?;
    let receipts = receipts
        .try_into()
        .map_err(|_| ApiError::Internal("more receipts than one answer holds".into()))?;
    Ok(scale(&ReceiptsResponse { receipts }))
}

fn scale(value: &impl Encode) -> Response {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], value.encode()).into_response()
}

async fn find(worker: &Worker, name: &str) -> Result<(JobRef, JobRecord), ApiError> {
    let job = parse_job_name(name).ok_or_else(|| {
        ApiError::invalid(
            "bad_job",
            format!(
                "{name:?} is no job: write 17 for a job on chain, c3-5 for request 5 of channel 3"
            ),
        )
    })?;
    let record = worker.state.run(move |state| state.job(&job)).await?;
    record.map(|record| (job, record)).ok_or_else(|| {
        ApiError::not_found(
            "unknown_job",
            format!("this worker was never given job {name}"),
        )
    })
}

/// Where a job is, and its answer.
pub async fn get(
    State(worker): State<Arc<Worker>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let (job, record) = find(&worker, &name).await?;
    let mut answer = json!({
        "job": job_name(&job),
        "adapter": record.adapter,
        "input_hash": record.input_hash,
        "accepted_at": record.accepted_at,
    });
    let (status, finished) = match &record.phase {
        Phase::Queued => ("queued", None),
        Phase::Reserved => ("running", None),
        Phase::Finished(finished) => ("finished", Some(finished)),
        Phase::Failed { .. } => ("failed", None),
        Phase::Ended {
            how: Ending::Settled,
            finished,
        } => ("settled", finished.as_ref()),
        Phase::Ended {
            how: Ending::SettledElsewhere,
            finished,
        } => ("settled_elsewhere", finished.as_ref()),
        Phase::Ended {
            how: Ending::Unsettled,
            finished,
        } => ("ended", finished.as_ref()),
    };
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("status".into(), json!(status));
        if let Phase::Failed { reason, .. } = &record.phase {
            fields.insert("error".into(), json!(reason));
        }
        if let Some(finished) = finished {
            describe(fields, finished, may_read(&job, finished, &headers));
        }
    }
    Ok(Json(answer))
}

/// What is asked through a channel is between its consumer and the worker: the answer is shown to
/// whoever has the voucher that paid for it. Jobs on chain are public with their input.
fn may_read(job: &JobRef, finished: &Finished, headers: &HeaderMap) -> bool {
    match (job, &finished.receipt.voucher) {
        (JobRef::Escrowed(_), _) => true,
        (JobRef::Channel { .. }, Some(voucher)) => headers
            .get(VOUCHER_HEADER)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| crate::direct::parse_voucher(text).ok())
            .is_some_and(|given| given == *voucher),
        (JobRef::Channel { .. }, None) => false,
    }
}

fn describe(fields: &mut serde_json::Map<String, Value>, finished: &Finished, readable: bool) {
    let receipt = &finished.receipt.receipt;
    fields.insert("output_hash".into(), json!(receipt.output_hash));
    fields.insert("units".into(), json!(receipt.units));
    fields.insert("fee".into(), json!(finished.fee.to_string()));
    fields.insert("receipt_hash".into(), json!(finished.receipt.hash()));
    fields.insert("evidence".into(), json!(receipt.evidence));
    fields.insert("batch_rows".into(), json!(finished.batch.rows));
    fields.insert("batch_adapters".into(), json!(finished.batch.adapters));
    if !readable {
        return;
    }
    fields.insert(
        "receipt".into(),
        json!(format!("0x{}", hex::encode(finished.receipt.encode()))),
    );
    // The bytes that the output hash is over, and the same for people.
    fields.insert("output_text".into(), json!(finished.output));
    if let Ok(output) = serde_json::from_str::<Output>(&finished.output) {
        fields.insert("output".into(), output_json(&output));
    }
    let influence: Vec<_> = receipt
        .influence
        .iter()
        .map(|share| json!({"contribution": share.contribution, "ppm": share.share}))
        .collect();
    fields.insert("influence".into(), json!(influence));
}

/// An output with probabilities as fractions.
pub fn output_json(output: &Output) -> Value {
    let fraction = |ppm: &u32| f64::from(*ppm) / 1e6;
    let probabilities: Vec<f64> = output.probabilities_ppm.iter().map(fraction).collect();
    json!({ "label": output.label, "probabilities": probabilities })
}

/// The scores behind a job's influence vector.
pub async fn evidence(
    State(worker): State<Arc<Worker>>,
    Path(name): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let (_, record) = find(&worker, &name).await?;
    let finished = match record.phase {
        Phase::Finished(finished)
        | Phase::Ended {
            finished: Some(finished),
            ..
        } => finished,
        _ => {
            return Err(ApiError::not_found(
                "no_evidence",
                format!("job {name} has no answer of this worker: see GET /v1/jobs/{name}"),
            ))
        }
    };
    let hash = finished.receipt.receipt.evidence;
    let bytes = worker.store.get(&hash, MAX_EVIDENCE).await?;
    let evidence = Evidence::decode(&mut &bytes[..])
        .map_err(|error| ApiError::Internal(format!("evidence {hash:?}: {error}")))?;
    let scores: Vec<_> = evidence
        .scores
        .iter()
        .map(|(contribution, score)| json!({"contribution": contribution, "score": score}))
        .collect();
    Ok(Json(json!({
        "hash": hash,
        "encoded": format!("0x{}", hex::encode(&bytes)),
        "version": evidence.version,
        "method": evidence.method,
        "base_model": evidence.base_model,
        "artifact": evidence.artifact,
        "head": evidence.head,
        "influence_index": evidence.influence_index,
        "input_hash": evidence.input_hash,
        "label": evidence.label,
        "score_unit": "2^-32",
        "scores": scores,
    })))
}
