// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Ends requests whose body comes too slowly: each holds a place that others wait for.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt};
use tokio::time::{sleep, Instant, Sleep};

use crate::error::ApiError;

/// What has to come of a body in every stretch of time, bytes, unless it ends before.
const STEP: usize = 4 * 1024;

/// A body that has to come at a certain pace.
struct Paced {
    body: BodyDataStream,
    /// How long each step may take.
    time: Duration,
    deadline: Pin<Box<Sleep>>,
    /// What came since the deadline was set, bytes.
    came: usize,
    /// Set when the deadline was missed.
    late: Arc<AtomicBool>,
}

impl Stream for Paced {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let paced = &mut *self;
        // What is here counts, however late it is looked at: the disk may be what is slow.
        if let Poll::Ready(chunk) = paced.body.poll_next_unpin(context) {
            let bytes = chunk.as_ref().and_then(|chunk| chunk.as_ref().ok());
            paced.came = paced.came.saturating_add(bytes.map_or(0, Bytes::len));
            if paced.came >= STEP {
                paced.came = 0;
                let next = Instant::now() + paced.time;
                paced.deadline.as_mut().reset(next);
            }
            return Poll::Ready(chunk);
        }
        match paced.deadline.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                paced.late.store(true, Ordering::Relaxed);
                let error = io::Error::from(io::ErrorKind::TimedOut);
                Poll::Ready(Some(Err(axum::Error::new(error))))
            }
        }
    }
}

/// Lets a body take `time` for each step.
pub async fn keep_pace(State(time): State<Duration>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let late = Arc::new(AtomicBool::new(false));
    let (parts, body) = request.into_parts();
    let body = Body::from_stream(Paced {
        body: body.into_data_stream(),
        time,
        deadline: Box::pin(sleep(time)),
        came: 0,
        late: late.clone(),
    });
    let response = next.run(Request::from_parts(parts, body)).await;
    match late.load(Ordering::Relaxed) {
        true => ApiError::SlowBody {
            step: STEP,
            seconds: time.as_secs(),
        }
        .into_response(),
        false => response,
    }
}
