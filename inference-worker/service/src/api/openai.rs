// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `POST /v1/chat/completions`, `POST /v1/completions`, `GET /v1/models`: in the forms that
//! OpenAI's clients know. Adapters here are classifiers: the answer's text is the label.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, Json as JsonAnswer};
use serde::Deserialize;
use serde_json::{json, Value};

use super::extract::Json;
use crate::{
    direct::{answer, VOUCHER_HEADER},
    error::ApiError,
    keys::to_ss58,
    serve::Served,
    state::job_name,
    worker::Worker,
};

/// A chat. Fields of OpenAI's API that change how text is sampled have no meaning here and are
/// ignored.
#[derive(Deserialize)]
pub struct ChatRequest {
    model: String,
    messages: Vec<Message>,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    n: Option<u32>,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    content: Content,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
}

/// A completion.
#[derive(Deserialize)]
pub struct CompletionRequest {
    model: String,
    prompt: Prompt,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    n: Option<u32>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Prompt {
    One(String),
    Several(Vec<String>),
}

fn plain(stream: bool, n: Option<u32>) -> Result<(), ApiError> {
    if stream {
        return Err(ApiError::invalid(
            "streaming_not_supported",
            "the answer is one label and comes at once: send \"stream\": false",
        ));
    }
    if n.is_some_and(|n| n != 1) {
        return Err(ApiError::invalid(
            "one_answer_only",
            "there is one answer: send \"n\": 1",
        ));
    }
    Ok(())
}

/// Classifies the last message of the user.
pub async fn chat(
    State(worker): State<Arc<Worker>>,
    headers: HeaderMap,
    Json(request): Json<ChatRequest>,
) -> Result<JsonAnswer<Value>, ApiError> {
    plain(request.stream, request.n)?;
    let last = request
        .messages
        .into_iter()
        .rev()
        .find(|message| message.role == "user");
    let input = match last.map(|message| message.content) {
        Some(Content::Text(text)) => text,
        Some(Content::Parts(parts)) if parts.iter().all(|part| part.kind == "text") => parts
            .into_iter()
            .map(|part| part.text)
            .collect::<Vec<_>>()
            .join("\n"),
        Some(Content::Parts(_)) => {
            return Err(ApiError::invalid(
                "text_only",
                "only parts of type \"text\" are understood",
            ))
        }
        None => {
            return Err(ApiError::invalid(
                "no_user_message",
                "send at least one message with the role \"user\": its content is classified",
            ))
        }
    };
    let served = answer(&worker, &request.model, input, voucher(&headers)?).await?;
    let label = &served.answered.label;
    let choice = json!({
        "index": 0,
        "message": {"role": "assistant", "content": label},
        "finish_reason": "stop",
    });
    Ok(JsonAnswer(body(
        "chatcmpl",
        "chat.completion",
        &request.model,
        choice,
        &served,
    )))
}

/// Classifies the prompt.
pub async fn completions(
    State(worker): State<Arc<Worker>>,
    headers: HeaderMap,
    Json(request): Json<CompletionRequest>,
) -> Result<JsonAnswer<Value>, ApiError> {
    plain(request.stream, request.n)?;
    let input = match request.prompt {
        Prompt::One(text) => text,
        Prompt::Several(mut texts) => match (texts.pop(), texts.is_empty()) {
            (Some(text), true) => text,
            _ => {
                return Err(ApiError::invalid(
                    "one_prompt_only",
                    "each request is paid by its own voucher: send one prompt per request",
                ))
            }
        },
    };
    let served = answer(&worker, &request.model, input, voucher(&headers)?).await?;
    let choice = json!({
        "index": 0,
        "text": served.answered.label,
        "logprobs": null,
        "finish_reason": "stop",
    });
    Ok(JsonAnswer(body(
        "cmpl",
        "text_completion",
        &request.model,
        choice,
        &served,
    )))
}

fn voucher(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let Some(value) = headers.get(VOUCHER_HEADER) else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| {
        ApiError::invalid(
            "bad_voucher",
            format!("{VOUCHER_HEADER} is not hexadecimal"),
        )
    })?;
    Ok(Some(text))
}

fn body(prefix: &str, object: &str, model: &str, choice: Value, served: &Served) -> Value {
    let receipt = &served.finished.receipt.receipt;
    let job = job_name(&receipt.job);
    let influence: Vec<_> = receipt
        .influence
        .iter()
        .map(|share| json!({"contribution": share.contribution, "ppm": share.share}))
        .collect();
    json!({
        "id": format!("{prefix}-{job}"),
        "object": object,
        "created": crate::seconds_since_1970(),
        "model": model,
        "choices": [choice],
        "usage": {
            "prompt_tokens": receipt.units,
            "completion_tokens": 0,
            "total_tokens": receipt.units,
        },
        "openledger": {
            "job": job,
            "adapter": receipt.adapter,
            "receipt_hash": served.finished.receipt.hash(),
            "units": receipt.units,
            "fee": served.finished.fee.to_string(),
            "influence": influence,
            "probabilities": served.answered.probabilities,
            "output_hash": receipt.output_hash,
            "output_text": served.finished.output,
            "evidence": receipt.evidence,
            "batch_rows": served.answered.batch_rows,
            "batch_adapters": served.answered.batch_adapters,
        },
    })
}

/// The adapters that take requests here.
pub async fn models(State(worker): State<Arc<Worker>>) -> Result<JsonAnswer<Value>, ApiError> {
    let catalogue = worker.chain.catalogue().await?;
    let served = catalogue
        .iter()
        .filter(|view| view.servable && worker.adapters.fits(view));
    let list: Vec<_> = served
        .map(|view| {
            json!({
                "id": format!("adapter:{}", view.adapter),
                "object": "model",
                "created": 0,
                "owned_by": to_ss58(&view.developer),
                "name": view.name,
                "adapter": view.adapter,
                "unit_price": view.unit_price.to_string(),
                "artifact": view.artifact,
                "manifest": view.manifest,
                "metrics": view.metrics,
            })
        })
        .collect();
    Ok(JsonAnswer(json!({ "object": "list", "data": list })))
}
