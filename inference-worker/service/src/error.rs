// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Every error that a caller can see: one enum, mapped to a status and a JSON body in one place.

use axum::{
    http::{header, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    Json,
};
use serde_json::{json, Value};

use crate::{chain::ChainError, state::StateError, store::StoreError};

/// Why a request is refused. The message says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The request cannot be understood or contradicts itself: 400.
    #[error("{message}")]
    Invalid {
        /// A short name for programs.
        code: &'static str,
        /// What is wrong, and what to send instead.
        message: String,
    },
    /// An operator's endpoint was called without the operator's token: 401.
    #[error("{0}")]
    Unauthorized(String),
    /// The request has to be paid for, or its payment does not suffice: 402.
    #[error("{message}")]
    Payment {
        /// A short name for programs.
        code: &'static str,
        /// What is missing.
        message: String,
        /// What has to be signed: units, price, fee, the state of the channel.
        details: Box<Value>,
    },
    /// This worker does not offer that: 403.
    #[error("{0}")]
    Forbidden(String),
    /// There is no such thing: 404.
    #[error("{message}")]
    NotFound {
        /// A short name for programs.
        code: &'static str,
        /// What was looked for.
        message: String,
    },
    /// The request contradicts what is already there: 409.
    #[error("{message}")]
    Conflict {
        /// A short name for programs.
        code: &'static str,
        /// What it contradicts.
        message: String,
    },
    /// The body is too large: 413.
    #[error("{what} is larger than the limit of {limit} bytes: send it in smaller parts")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit, bytes.
        limit: u64,
    },
    /// The content does not have the hash that was announced: 422.
    #[error("the content's blake2-256 hash is {actual}, not {announced}: send the right bytes")]
    WrongHash {
        /// The hash in the request.
        announced: String,
        /// The hash of the body.
        actual: String,
    },
    /// The body comes too slowly: 408.
    #[error("the body came too slowly: send at least {step} bytes every {seconds} s")]
    SlowBody {
        /// What has to come, bytes.
        step: usize,
        /// In which time, seconds.
        seconds: u64,
    },
    /// The worker is full: 429, with `Retry-After`.
    #[error("{what} is full: try again in {retry_after} s, or ask another worker")]
    Busy {
        /// What is full.
        what: &'static str,
        /// When to try again, seconds.
        retry_after: u64,
    },
    /// Something that the worker needs is away: 503, with `Retry-After`.
    #[error("{message}")]
    Unavailable {
        /// A short name for programs.
        code: &'static str,
        /// What is away.
        message: String,
    },
    /// It took too long: 504.
    #[error("the request was not answered in time: try again later")]
    Timeout,
    /// The content store is full: 507.
    #[error("the content store holds its limit of {limit} bytes: the operator has to raise --store-quota-mb")]
    StoreFull {
        /// The limit, bytes.
        limit: u64,
    },
    /// A defect of the worker: 500. The cause goes to the log, not to the caller.
    #[error("internal error: {0}")]
    Internal(String),
}

impl ApiError {
    /// A 400 of the given code.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid {
            code,
            message: message.into(),
        }
    }

    /// A 404 of the given code.
    pub fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::NotFound {
            code,
            message: message.into(),
        }
    }

    /// A 409 of the given code.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            message: message.into(),
        }
    }

    /// The status, the type (as OpenAI's clients know it) and the code.
    fn parts(&self) -> (StatusCode, &'static str, &'static str) {
        let request = "invalid_request_error";
        match self {
            Self::Invalid { code, .. } => (StatusCode::BAD_REQUEST, request, code),
            Self::Unauthorized(_) => (
                StatusCode::UNAUTHORIZED,
                "authentication_error",
                "token_required",
            ),
            Self::Payment { code, .. } => {
                (StatusCode::PAYMENT_REQUIRED, "payment_required_error", code)
            }
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, "permission_error", "not_offered"),
            Self::NotFound { code, .. } => (StatusCode::NOT_FOUND, request, code),
            Self::Conflict { code, .. } => (StatusCode::CONFLICT, request, code),
            Self::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, request, "too_large"),
            Self::WrongHash { .. } => (StatusCode::UNPROCESSABLE_ENTITY, request, "wrong_hash"),
            Self::SlowBody { .. } => (StatusCode::REQUEST_TIMEOUT, request, "slow_body"),
            Self::Busy { .. } => (StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", "busy"),
            Self::Unavailable { code, .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, "server_error", code)
            }
            Self::Timeout => (StatusCode::GATEWAY_TIMEOUT, "server_error", "timeout"),
            Self::StoreFull { .. } => (
                StatusCode::INSUFFICIENT_STORAGE,
                "server_error",
                "store_full",
            ),
            Self::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "internal",
            ),
        }
    }

    /// Seconds after which a retry makes sense.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Busy { retry_after, .. } => Some(*retry_after),
            Self::Unavailable { .. } => Some(2),
            _ => None,
        }
    }

    /// What the caller reads.
    fn message(&self) -> String {
        match self {
            Self::Internal(_) => "the worker failed to do this; its log has the cause".to_string(),
            other => other.to_string(),
        }
    }
}

/// The error body for a status that a layer below the handlers produced (a body limit, an unknown
/// path), so that every error has the same form.
pub fn plain_error(status: StatusCode, detail: &str) -> Response {
    let (code, message): (&str, String) = match status {
        StatusCode::NOT_FOUND => ("unknown_path", "there is no such path in this API".into()),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("wrong_method", "this path does not take this method".into())
        }
        StatusCode::PAYLOAD_TOO_LARGE => (
            "too_large",
            "the body is larger than this path allows".into(),
        ),
        StatusCode::GATEWAY_TIMEOUT | StatusCode::REQUEST_TIMEOUT => {
            ("timeout", ApiError::Timeout.to_string())
        }
        status if status.is_client_error() => ("bad_request", detail.to_string()),
        _ => (
            "internal",
            "the worker failed to do this; its log has the cause".into(),
        ),
    };
    let kind = if status.is_client_error() {
        "invalid_request_error"
    } else {
        "server_error"
    };
    metrics::counter!("openledger_worker_errors_total", "code" => code.to_string()).increment(1);
    let body = json!({"error": {"message": message, "type": kind, "code": code}});
    (status, Json(body)).into_response()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, kind, code) = self.parts();
        metrics::counter!("openledger_worker_errors_total", "code" => code).increment(1);
        match &self {
            Self::Internal(cause) => tracing::error!(code, %cause, "request failed"),
            other => tracing::debug!(code, error = %other, "request refused"),
        }
        let mut error = json!({"message": self.message(), "type": kind, "code": code});
        let retry_after = self.retry_after();
        if let (Self::Payment { details, .. }, Some(fields)) = (self, error.as_object_mut()) {
            fields.insert("payment".into(), *details);
        }
        let mut response = (status, Json(json!({ "error": error }))).into_response();
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<ChainError> for ApiError {
    fn from(error: ChainError) -> Self {
        Self::Unavailable {
            code: "chain_unavailable",
            message: error.to_string(),
        }
    }
}

impl From<StateError> for ApiError {
    fn from(error: StateError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing(hash) => Self::not_found(
                "unknown_content",
                format!("this worker's content store has nothing with the hash {hash:?}: put it there with PUT /v1/content"),
            ),
            StoreError::TooLarge { limit, .. } => Self::TooLarge { what: "the content", limit },
            StoreError::WrongHash { announced, actual } => Self::WrongHash {
                announced: format!("{announced:?}"),
                actual: format!("{actual:?}"),
            },
            StoreError::Full { limit } => Self::StoreFull { limit },
            StoreError::Body(message) => Self::invalid("broken_body", message),
            StoreError::Damaged(_) | StoreError::Backend(_) | StoreError::Io(_) => {
                Self::Internal(error.to_string())
            }
            StoreError::Url(_) => Self::Internal(error.to_string()),
        }
    }
}
