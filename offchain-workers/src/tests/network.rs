// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Workers and a clock for tests. The SDK's test externalities keep storage and time, but their
//! HTTP answers at once, always with status 200 and whatever the deadline; here workers are late,
//! down, or lie.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use codec::{Decode, Encode};
use openledger_primitives::{
    pool::{
        DispatchRequest, DispatchResponse, DispatchStatus, ReceiptsResponse, CONTENT_TYPE,
        MAX_RESPONSE_BYTES,
    },
    SignedReceipt,
};
use polkadot_sdk::sp_core::{
    offchain::{
        testing::TestOffchainExt, Externalities, HttpError, HttpRequestId, HttpRequestStatus,
        OpaqueNetworkState, Timestamp,
    },
    OpaquePeerId,
};

/// What is wrong with a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    Down,
    Status(u16),
    Html,
    Garbage,
    TrailingBytes,
    TooFewStatuses,
    /// Its answer is too long, and its headers say so.
    AnnouncedOversize,
    /// Its answer is too long, and its headers do not say so.
    Oversize,
    /// Its answer comes byte by byte, one in 15 ms.
    Drip,
}

/// A worker.
#[derive(Clone, Debug)]
pub struct Worker {
    pub fault: Fault,
    /// What it says of each offered job, except for those below `unservable_below`.
    pub status: DispatchStatus,
    pub unservable_below: u64,
    pub receipts: Vec<SignedReceipt>,
    /// How long it thinks, in milliseconds.
    pub delay: u64,
}

impl Default for Worker {
    fn default() -> Self {
        Self {
            fault: Fault::None,
            status: DispatchStatus::Queued,
            unservable_below: 0,
            receipts: vec![],
            delay: 5,
        }
    }
}

impl Worker {
    pub fn faulty(fault: Fault) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }

    pub fn saying(status: DispatchStatus) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    pub fn holding(receipts: Vec<SignedReceipt>) -> Self {
        Self {
            receipts,
            ..Self::default()
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Request {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    response: Option<Response>,
}

#[derive(Clone, Debug)]
struct Response {
    /// `None` when the connection fails.
    code: Option<u16>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// When headers, and then each next piece of the body, are there.
    ready_at: u64,
    drip: Option<u64>,
    read: usize,
}

/// What happened on the network, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Sent,
    Waited,
}

#[derive(Default)]
struct Inner {
    workers: BTreeMap<String, Worker>,
    requests: Vec<Request>,
    offers: Vec<(String, u64)>,
    batch_sizes: Vec<usize>,
    polls: Vec<String>,
    events: Vec<Event>,
    /// Local storage as it is while answers are awaited.
    keys: Vec<Vec<u8>>,
    snapshot: Vec<(Vec<u8>, Vec<u8>)>,
}

/// The network of one node.
#[derive(Clone)]
pub struct Network {
    base: TestOffchainExt,
    inner: Arc<Mutex<Inner>>,
}

impl Network {
    pub fn new(base: TestOffchainExt) -> Self {
        Self {
            base,
            inner: Arc::default(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// From now on this worker is at `url`.
    pub fn set(&self, url: &str, worker: Worker) {
        self.inner().workers.insert(url.into(), worker);
    }

    pub fn take_offers(&self) -> Vec<(String, u64)> {
        std::mem::take(&mut self.inner().offers)
    }

    /// How many jobs each request with jobs had.
    pub fn take_batch_sizes(&self) -> Vec<usize> {
        std::mem::take(&mut self.inner().batch_sizes)
    }

    /// Which workers were asked for receipts.
    pub fn take_polls(&self) -> Vec<String> {
        std::mem::take(&mut self.inner().polls)
    }

    pub fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.inner().events)
    }

    /// Keeps a copy of these keys whenever a run waits for answers.
    pub fn snapshot_keys(&self, keys: &[&[u8]]) {
        self.inner().keys = keys.iter().map(|key| key.to_vec()).collect();
    }

    pub fn take_snapshot(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        std::mem::take(&mut self.inner().snapshot)
    }

    fn now(&self) -> u64 {
        self.base.0.read().timestamp.unix_millis()
    }

    fn wait_until(&self, millis: u64) {
        let mut state = self.base.0.write();
        let later = state.timestamp.unix_millis().max(millis);
        state.timestamp = Timestamp::from_unix_millis(later);
    }
}

impl Inner {
    /// The worker answers the request that is now complete.
    fn answer(&mut self, id: usize, now: u64) {
        self.events.push(Event::Sent);
        let request = self.requests[id].clone();
        let (url, path) = request
            .url
            .split_at(request.url.find("/v1/").expect("a worker's path"));
        let body = self.body(&request, url, path);
        let worker = self
            .workers
            .get(url)
            .cloned()
            .unwrap_or(Worker::faulty(Fault::Down));
        let mut response = Response {
            code: Some(200),
            headers: vec![("Content-Type".into(), format!("{CONTENT_TYPE}; v=1"))],
            body,
            ready_at: now + worker.delay,
            drip: None,
            read: 0,
        };
        match worker.fault {
            Fault::None => {}
            Fault::Down => response.code = None,
            Fault::Status(code) => response.code = Some(code),
            Fault::Html => response.headers = vec![("content-type".into(), "text/html".into())],
            Fault::Garbage => response.body = vec![0xff; 7],
            Fault::TrailingBytes => response.body.push(0),
            Fault::TooFewStatuses => {
                response.body = DispatchResponse {
                    statuses: Default::default(),
                }
                .encode();
            }
            Fault::AnnouncedOversize => response.headers.push((
                "content-length".into(),
                (MAX_RESPONSE_BYTES + 1).to_string(),
            )),
            Fault::Oversize => response.body = vec![0; MAX_RESPONSE_BYTES + 1],
            Fault::Drip => response.drip = Some(15),
        }
        self.requests[id].response = Some(response);
    }

    fn body(&mut self, request: &Request, url: &str, path: &str) -> Vec<u8> {
        let worker = self.workers.get(url).cloned().unwrap_or_default();
        match (request.method.as_str(), path) {
            ("POST", "/v1/jobs") => {
                let has = |name: &str| {
                    request
                        .headers
                        .contains(&(name.to_string(), CONTENT_TYPE.to_string()))
                };
                assert!(
                    has("accept") && has("content-type"),
                    "headers: {:?}",
                    request.headers
                );
                let offer = DispatchRequest::decode(&mut request.body.as_slice()).unwrap();
                assert_eq!(offer.genesis, super::GENESIS);
                self.offers
                    .extend(offer.jobs.iter().map(|job| (url.to_string(), job.job.0)));
                self.batch_sizes.push(offer.jobs.len());
                let says = |id: u64| match id < worker.unservable_below {
                    true => DispatchStatus::Unservable,
                    false => worker.status,
                };
                let statuses: Vec<_> = offer.jobs.iter().map(|job| says(job.job.0)).collect();
                let statuses = statuses.try_into().unwrap();
                DispatchResponse { statuses }.encode()
            }
            ("GET", "/v1/receipts") => {
                self.polls.push(url.to_string());
                let receipts = worker.receipts.try_into().unwrap();
                ReceiptsResponse { receipts }.encode()
            }
            other => panic!("no such resource: {other:?}"),
        }
    }

    fn response(&mut self, id: HttpRequestId) -> Option<&mut Response> {
        self.requests.get_mut(usize::from(id.0))?.response.as_mut()
    }
}

impl Externalities for Network {
    fn is_validator(&self) -> bool {
        true
    }

    fn network_state(&self) -> Result<OpaqueNetworkState, ()> {
        Err(())
    }

    fn timestamp(&mut self) -> Timestamp {
        self.base.0.read().timestamp
    }

    fn sleep_until(&mut self, deadline: Timestamp) {
        self.wait_until(deadline.unix_millis());
    }

    fn random_seed(&mut self) -> [u8; 32] {
        [0; 32]
    }

    fn http_request_start(
        &mut self,
        method: &str,
        url: &str,
        _: &[u8],
    ) -> Result<HttpRequestId, ()> {
        let mut inner = self.inner();
        inner.requests.push(Request {
            method: method.into(),
            url: url.into(),
            ..Request::default()
        });
        Ok(HttpRequestId((inner.requests.len() - 1) as u16))
    }

    fn http_request_add_header(
        &mut self,
        id: HttpRequestId,
        name: &str,
        value: &str,
    ) -> Result<(), ()> {
        let mut inner = self.inner();
        inner.requests[usize::from(id.0)]
            .headers
            .push((name.into(), value.into()));
        Ok(())
    }

    fn http_request_write_body(
        &mut self,
        id: HttpRequestId,
        chunk: &[u8],
        deadline: Option<Timestamp>,
    ) -> Result<(), HttpError> {
        assert!(deadline.is_some(), "every step has a deadline");
        let now = self.now();
        let mut inner = self.inner();
        if chunk.is_empty() {
            inner.answer(usize::from(id.0), now);
        } else {
            inner.requests[usize::from(id.0)]
                .body
                .extend_from_slice(chunk);
        }
        Ok(())
    }

    fn http_response_wait(
        &mut self,
        ids: &[HttpRequestId],
        deadline: Option<Timestamp>,
    ) -> Vec<HttpRequestStatus> {
        let deadline = deadline.expect("every step has a deadline").unix_millis();
        let mut inner = self.inner();
        inner.events.push(Event::Waited);
        let stored: Vec<_> = inner
            .keys
            .iter()
            .filter_map(|key| Some((key.clone(), self.base.0.read().persistent_storage.get(key)?)))
            .collect();
        if !stored.is_empty() {
            inner.snapshot = stored;
        }
        let mut over = self.now();
        let mut statuses = Vec::new();
        for id in ids {
            statuses.push(match inner.response(*id) {
                None => HttpRequestStatus::Invalid,
                Some(response) => {
                    over = over.max(response.ready_at.min(deadline));
                    match response.code {
                        _ if response.ready_at > deadline => HttpRequestStatus::DeadlineReached,
                        None => HttpRequestStatus::IoError,
                        Some(code) => HttpRequestStatus::Finished(code),
                    }
                }
            });
        }
        self.wait_until(over);
        statuses
    }

    fn http_response_headers(&mut self, id: HttpRequestId) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut inner = self.inner();
        let headers = inner.response(id).map(|response| response.headers.clone());
        headers
            .unwrap_or_default()
            .into_iter()
            .map(|(name, value)| (name.into_bytes(), value.into_bytes()))
            .collect()
    }

    fn http_response_read_body(
        &mut self,
        id: HttpRequestId,
        buffer: &mut [u8],
        deadline: Option<Timestamp>,
    ) -> Result<usize, HttpError> {
        let deadline = deadline.expect("every step has a deadline").unix_millis();
        let mut inner = self.inner();
        let response = inner.response(id).ok_or(HttpError::Invalid)?;
        let most = if response.drip.is_some() {
            1
        } else {
            buffer.len()
        };
        if response.ready_at > deadline {
            self.wait_until(deadline);
            return Err(HttpError::DeadlineReached);
        }
        self.wait_until(response.ready_at);
        let rest = &response.body[response.read..];
        let length = most.min(rest.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        response.read += length;
        response.ready_at += response.drip.unwrap_or(0);
        Ok(length)
    }

    fn set_authorized_nodes(&mut self, _: Vec<OpaquePeerId>, _: bool) {}
}
