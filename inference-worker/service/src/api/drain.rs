// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Lets a caller finish sending a body that was refused before it was read.
//!
//! A connection that is closed while its peer still writes is reset, and many clients then report
//! the broken connection instead of the answer that says why.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody},
    extract::Request,
    http::{header, StatusCode},
    middleware::Next,
    response::Response,
};
use futures::{Stream, StreamExt};

/// Bodies up to this size lie in the connection's buffers and need no care, bytes.
const SMALL: u64 = 64 * 1024;

/// The most that is read and thrown away, bytes.
const MOST: usize = 128 * 1024 * 1024;

/// How long that may take.
const LONGEST: Duration = Duration::from_secs(10);

/// A body that stays reachable when its reader is gone.
#[derive(Clone)]
struct SharedBody(Arc<Mutex<BodyDataStream>>);

impl Stream for SharedBody {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .poll_next_unpin(context)
    }
}

/// Reads what is left of a refused request's body before the answer is sent.
pub async fn drain_refused(request: Request, next: Next) -> Response {
    let small = request
        .body()
        .size_hint()
        .upper()
        .is_some_and(|size| size <= SMALL);
    // Who asks first sends nothing when refused.
    if small || request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut shared = SharedBody(Arc::new(Mutex::new(body.into_data_stream())));
    let body = Body::from_stream(shared.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    let refused = match response.status() {
        // Who was too slow with a body has been waited for already.
        StatusCode::REQUEST_TIMEOUT => false,
        StatusCode::INSUFFICIENT_STORAGE => true,
        status => status.is_client_error(),
    };
    if refused {
        let rest = async {
            let mut read = 0usize;
            while let Some(Ok(chunk)) = shared.next().await {
                read = read.saturating_add(chunk.len());
                if read > MOST {
                    break;
                }
            }
        };
        // Whoever sends more, or more slowly, may miss the answer.
        tokio::time::timeout(LONGEST, rest).await.ok();
    }
    response
}
