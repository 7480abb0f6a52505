// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Reading requests, with errors that say what to send instead.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use codec::Decode;
use openledger_primitives::H256;
use serde::de::DeserializeOwned;

use super::MAX_BODY;
use crate::error::ApiError;

/// The whole body, bounded by the layer above.
async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|error| {
        if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            return ApiError::TooLarge {
                what: "the body",
                limit: MAX_BODY as u64,
            };
        }
        ApiError::invalid("broken_body", "the body broke off: send it again")
    })
}

/// A JSON body. Any content type is taken: what counts is that it parses.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = body(request, state).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            ApiError::invalid(
                "bad_json",
                format!("the body is not the expected JSON: {error}"),
            )
        })
    }
}

/// A SCALE body.
pub struct Scale<T>(pub T);

impl<T: Decode, S: Send + Sync> FromRequest<S> for Scale<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = body(request, state).await?;
        let mut rest = &bytes[..];
        match T::decode(&mut rest) {
            Ok(value) if rest.is_empty() => Ok(Self(value)),
            Ok(_) => Err(ApiError::invalid(
                "bad_scale",
                format!(
                    "{} bytes follow the SCALE value: send nothing after it",
                    rest.len()
                ),
            )),
            Err(error) => Err(ApiError::invalid(
                "bad_scale",
                format!("the body is not the expected SCALE value: {error}"),
            )),
        }
    }
}

/// A hash in a path: 64 hexadecimal digits, with or without 0x.
pub fn hash(text: &str) -> Result<H256, ApiError> {
    let mut hash = [0; 32];
    hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut hash).map_err(|_| {
        ApiError::invalid(
            "bad_hash",
            format!("{text:?} is not a hash: write 64 hexadecimal digits, with or without 0x"),
        )
    })?;
    Ok(H256(hash))
}
