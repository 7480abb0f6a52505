// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! HTTP with bounds: on time, on size, and on what counts as an answer.

use alloc::{vec, vec::Vec};
use core::fmt;

use codec::DecodeAll;
use openledger_primitives::pool::{CONTENT_TYPE, MAX_RESPONSE_BYTES};
use polkadot_sdk::{
    sp_core::offchain::{Duration, HttpError, HttpRequestId, HttpRequestStatus, Timestamp},
    sp_io::offchain,
};

use crate::Deadlines;

/// The bytes that one call reads of an answer.
const CHUNK: usize = 16 * 1024;

/// How long one answer may hold up the reading of the others at a time, in milliseconds.
const TURN: Duration = Duration::from_millis(20);

/// Why an endpoint's answer does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// No connection, or it broke.
    Unreachable,
    /// No complete answer before the deadline.
    TooSlow,
    /// An HTTP status other than 200 and 429.
    Status(u16),
    /// An answer that is not in SCALE.
    ContentType,
    /// More than [`MAX_RESPONSE_BYTES`].
    Oversized,
    /// Bytes that do not decode, or not as many statuses as jobs.
    Malformed,
    /// A receipt that no honest worker sends.
    Forged,
}

impl Failure {
    /// Whether no honest worker answers so. Such an endpoint is left alone for longer.
    pub fn is_lie(&self) -> bool {
        matches!(self, Self::Oversized | Self::Malformed | Self::Forged)
    }
}

impl fmt::Display for Failure {
    /// What is wrong and what the operator can do about it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => {
                f.write_str("cannot be reached: start it, or correct --inference-pool")
            },
            Self::TooSlow => f.write_str(
                "did not answer in time: look for an overloaded machine or network, or move it \
                 closer",
            ),
            Self::Status(code) => write!(
                f,
                "answered with HTTP status {code}: see its log, and check that the address in \
                 --inference-pool is an openledger-worker's",
            ),
            Self::ContentType => write!(
                f,
                "answered with something other than {CONTENT_TYPE}: check that the address in \
                 --inference-pool is an openledger-worker's",
            ),
            Self::Oversized => write!(
                f,
                "sent more than {MAX_RESPONSE_BYTES} bytes: no openledger-worker does; replace it",
            ),
            Self::Malformed => f.write_str(
                "sent an answer that cannot be decoded: run the same release of worker and node",
            ),
            Self::Forged => f.write_str(
                "sent a receipt that breaks the rules of this chain: check that its key is the one \
                 registered and its --node follows this chain; if so, do not trust it",
            ),
        }
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// A whole answer.
    Body(T),
    /// HTTP status 429: full, and healthy.
    Busy,
    /// Nothing that counts.
    Failed(Failure),
}

impl Answer<Vec<u8>> {
    /// The decoded body. Trailing bytes are an error.
    pub fn decode<T: DecodeAll>(self) -> Answer<T> {
        match self {
            Self::Body(bytes) => match T::decode_all(&mut bytes.as_slice()) {
                Ok(value) => Answer::Body(value),
                Err(_) => Answer::Failed(Failure::Malformed),
            },
            Self::Busy => Answer::Busy,
            Self::Failed(failure) => Answer::Failed(failure),
        }
    }
}

/// A request that is on its way, or why it could not be sent.
pub type Exchange = Result<HttpRequestId, Failure>;

/// Sends a GET without waiting for the answer.
pub fn get(url: &str, deadline: Timestamp) -> Exchange {
    start("GET", url, None, deadline)
}

/// Sends a POST without waiting for the answer.
pub fn post(url: &str, body: &[u8], deadline: Timestamp) -> Exchange {
    start("POST", url, Some(body), deadline)
}

fn start(method: &str, url: &str, body: Option<&[u8]>, deadline: Timestamp) -> Exchange {
    let unreachable = |()| Failure::Unreachable;
    let id = offchain::http_request_start(method, url, &[]).map_err(unreachable)?;
    offchain::http_request_add_header(id, "accept", CONTENT_TYPE).map_err(unreachable)?;
    if let Some(body) = body {
        offchain::http_request_add_header(id, "content-type", CONTENT_TYPE).map_err(unreachable)?;
        // The node buffers one chunk per request, so a body in one chunk does not wait for the
        // connection.
        offchain::http_request_write_body(id, body, Some(deadline)).map_err(of_http_error)?;
    }
    // An empty chunk ends the request and sends it off.
    offchain::http_request_write_body(id, &[], Some(deadline)).map_err(of_http_error)?;
    Ok(id)
}

fn of_http_error(error: HttpError) -> Failure {
    match error {
        HttpError::DeadlineReached => Failure::TooSlow,
        HttpError::IoError | HttpError::Invalid => Failure::Unreachable,
    }
}

/// An answer that is being read.
struct Reading {
    index: usize,
    id: HttpRequestId,
    body: Vec<u8>,
}

/// The answers to `exchanges`, in their order. Waits until all are there or the deadlines pass.
pub fn wait_all(exchanges: Vec<Exchange>, deadlines: &Deadlines) -> Vec<Answer<Vec<u8>>> {
    let ids: Vec<HttpRequestId> = exchanges
        .iter()
        .filter_map(|e| e.as_ref().ok().copied())
        .collect();
    let mut statuses = if ids.is_empty() {
        Vec::new()
    } else {
        offchain::http_response_wait(&ids, Some(deadlines.answered))
    }
    .into_iter();

    let mut answers = Vec::with_capacity(exchanges.len());
    let mut readings = Vec::new();
    for (index, exchange) in exchanges.into_iter().enumerate() {
        let answer = exchange.and_then(|id| {
            // A status for each id is what the node promises; without one nothing was answered.
            match statuses.next().unwrap_or(HttpRequestStatus::Invalid) {
                HttpRequestStatus::Finished(200) => {
                    check_headers(id)?;
                    readings.push(Reading {
                        index,
                        id,
                        body: Vec::new(),
                    });
                    // Stands until the body is read to its end.
                    Err(Failure::TooSlow)
                }
                HttpRequestStatus::Finished(429) => Ok(Answer::Busy),
                HttpRequestStatus::Finished(code) => Err(Failure::Status(code)),
                HttpRequestStatus::DeadlineReached => Err(Failure::TooSlow),
                HttpRequestStatus::IoError | HttpRequestStatus::Invalid => {
                    Err(Failure::Unreachable)
                }
            }
        });
        answers.push(answer.unwrap_or_else(Answer::Failed));
    }
    read_bodies(readings, deadlines.read, &mut answers);
    answers
}

/// Refuses what is not SCALE or announces that it is too long, before any of it is read.
fn check_headers(id: HttpRequestId) -> Result<(), Failure> {
    let mut is_scale = false;
    for (name, value) in offchain::http_response_headers(id) {
        let value = core::str::from_utf8(&value).unwrap_or_default();
        if name.eq_ignore_ascii_case(b"content-type") {
            let media_type = value.split(';').next().unwrap_or_default().trim();
            is_scale = media_type.eq_ignore_ascii_case(CONTENT_TYPE);
        } else if name.eq_ignore_ascii_case(b"content-length")
            && value
                .trim()
                .parse::<u64>()
                .is_ok_and(|length| length > MAX_RESPONSE_BYTES as u64)
        {
            return Err(Failure::Oversized);
        }
    }
    if is_scale {
        Ok(())
    } else {
        Err(Failure::ContentType)
    }
}

/// Reads in turns, so that one endpoint that drips its answer does not use up the time of all.
fn read_bodies(mut readings: Vec<Reading>, deadline: Timestamp, answers: &mut [Answer<Vec<u8>>]) {
    let mut buffer = vec![0u8; CHUNK];
    while !readings.is_empty() {
        let mut unfinished = Vec::new();
        for mut reading in readings {
            let turn_ends = offchain::timestamp().add(TURN).min(deadline);
            let answer = match read_turn(&mut reading, &mut buffer, turn_ends) {
                Turn::Complete => Answer::Body(reading.body),
                Turn::Failed(failure) => Answer::Failed(failure),
                Turn::Unfinished => {
                    unfinished.push(reading);
                    continue;
                }
            };
            if let Some(slot) = answers.get_mut(reading.index) {
                *slot = answer;
            }
        }
        if offchain::timestamp() >= deadline {
            return;
        }
        readings = unfinished;
    }
}

enum Turn {
    Complete,
    Unfinished,
    Failed(Failure),
}

fn read_turn(reading: &mut Reading, buffer: &mut [u8], turn_ends: Timestamp) -> Turn {
    loop {
        match offchain::http_response_read_body(reading.id, buffer, Some(turn_ends)) {
            Ok(0) => return Turn::Complete,
            Ok(read) => {
                let chunk = buffer.get(..read as usize).unwrap_or_default();
                if reading.body.len().saturating_add(chunk.len()) > MAX_RESPONSE_BYTES {
                    return Turn::Failed(Failure::Oversized);
                }
                reading.body.extend_from_slice(chunk);
                if offchain::timestamp() >= turn_ends {
                    return Turn::Unfinished;
                }
            }
            Err(HttpError::DeadlineReached) => return Turn::Unfinished,
            Err(HttpError::IoError | HttpError::Invalid) => {
                return Turn::Failed(Failure::Unreachable)
            }
        }
    }
}
