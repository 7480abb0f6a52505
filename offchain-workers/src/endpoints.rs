// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The operator's pool of inference workers, and how well each of them does.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

use codec::{Decode, Encode};
use openledger_primitives::BlockNumber;
use polkadot_sdk::{
    frame_support::BoundedBTreeMap, sp_core::ConstU32,
    sp_runtime::offchain::storage::StorageValueRef,
};

use crate::{
    assignment::digest,
    client::Failure,
    state::{State, LATE_TIMEOUT},
    LOG_TARGET, POOL_KEY,
};

/// The most endpoints in a pool; what exceeds it is not used.
pub const MAX_ENDPOINTS: u32 = 16;

/// The most bytes of an endpoint's URL.
pub const MAX_URL_BYTES: usize = 256;

/// The longest back-off of an endpoint that fails, in blocks.
pub const MAX_BACK_OFF: BlockNumber = 16;

/// The back-off of an endpoint that lied once, in blocks.
pub const LIE_BACK_OFF: BlockNumber = 16;

/// The longest back-off of an endpoint that lies, in blocks.
pub const MAX_LIE_BACK_OFF: BlockNumber = 128;

/// An endpoint: the hash of its URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct EndpointId(pub u64);

/// An inference worker of the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// By which state refers to it.
    pub id: EndpointId,
    url: String,
}

impl Endpoint {
    /// `Err` says what is wrong with `url`, for the operator.
    pub fn parse(url: &[u8]) -> Result<Self, &'static str> {
        if url.len() > MAX_URL_BYTES {
            return Err("it is longer than 256 bytes");
        }
        let url = core::str::from_utf8(url).map_err(|_| "it is not UTF-8")?;
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("it holds spaces or characters outside ASCII");
        }
        let rest = url
            .strip_prefix("http://")
            .or_else(|| url.strip_prefix("https://"))
            .ok_or("it does not begin with http:// or https://")?;
        if rest.contains(['?', '#', '@', '\\']) {
            return Err("give scheme, host, port and path only");
        }
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        if host.is_empty() {
            return Err("it names no host");
        }
        let url = url.trim_end_matches('/').to_string();
        Ok(Self {
            id: EndpointId(digest(url.as_bytes())),
            url,
        })
    }

    /// Without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where jobs are offered.
    pub fn jobs_url(&self) -> String {
        format!("{}/v1/jobs", self.url)
    }

    /// Where finished receipts are.
    pub fn receipts_url(&self) -> String {
        format!("{}/v1/receipts", self.url)
    }
}

/// The operator's pool.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    endpoints: Vec<Endpoint>,
    /// What is configured and not used, with the reason.
    unusable: Vec<(String, &'static str)>,
    /// Tells one configuration from another.
    digest: u64,
}

impl Pool {
    /// The pool in local storage; `None` when the operator configured none.
    pub fn read() -> Option<Self> {
        let configured = StorageValueRef::persistent(POOL_KEY).get::<Vec<Vec<u8>>>();
        match configured {
            Ok(None) => None,
            Ok(Some(urls)) if urls.is_empty() => None,
            Ok(Some(urls)) => Some(Self::new(&urls)),
            Err(_) => {
                log::error!(
                    target: LOG_TARGET,
                    "The pool in local storage cannot be decoded: restart the node with \
                     --inference-pool to write it again.",
                );
                None
            }
        }
    }

    /// From URLs, each used once.
    pub fn new(urls: &[Vec<u8>]) -> Self {
        let mut pool = Self {
            digest: digest(&urls.encode()),
            ..Self::default()
        };
        for url in urls {
            match Endpoint::parse(url) {
                Ok(endpoint) if pool.get(endpoint.id).is_some() => {}
                Ok(endpoint) if pool.endpoints.len() < MAX_ENDPOINTS as usize => {
                    pool.endpoints.push(endpoint);
                }
                Ok(endpoint) => {
                    pool.unusable
                        .push((endpoint.url, "a pool has at most 16 endpoints"));
                }
                Err(reason) => {
                    pool.unusable
                        .push((String::from_utf8_lossy(url).into_owned(), reason));
                }
            }
        }
        pool
    }

    /// The endpoints, as configured.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The endpoint with this id.
    pub fn get(&self, id: EndpointId) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.id == id)
    }

    /// Tells the operator of unusable endpoints, once for each configuration.
    pub fn warn_once(&self, state: &mut State) {
        if core::mem::replace(&mut state.pool_digest, self.digest) == self.digest {
            return;
        }
        for (url, reason) in &self.unusable {
            log::warn!(
                target: LOG_TARGET,
                "--inference-pool {url} is not used: {reason}. \
                 Give addresses such as http://127.0.0.1:8600.",
            );
        }
        log::info!(
            target: LOG_TARGET,
            "Coordinating inference over {} worker(s): {}",
            self.endpoints.len(),
            self.endpoints.iter().map(Endpoint::url).collect::<Vec<_>>().join(", "),
        );
    }
}

/// An endpoint that did not answer well when it was last asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BackOff {
    /// How many blocks it lasts.
    pub blocks: BlockNumber,
    /// The block from which the endpoint is asked again.
    pub until: BlockNumber,
    /// The block of the first answer that was late, where no other failure has followed it.
    pub late_since: Option<BlockNumber>,
}

/// The endpoints on back-off. One that is not listed is well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Health(BoundedBTreeMap<EndpointId, BackOff, ConstU32<MAX_ENDPOINTS>>);

impl Health {
    /// Whether the endpoint may be asked at all.
    pub fn is_due(&self, endpoint: EndpointId, now: BlockNumber) -> bool {
        self.0
            .get(&endpoint)
            .is_none_or(|back_off| back_off.until <= now)
    }

    /// Whether the endpoint may be given jobs. One whose back-off is over is first asked for
    /// receipts only: if it is still down, no job has to wait for it.
    pub fn is_well(&self, endpoint: EndpointId) -> bool {
        !self.0.contains_key(&endpoint)
    }

    /// Whether the endpoint is late, has been so for less than [`LATE_TIMEOUT`] blocks, and is to be
    /// waited for.
    pub fn is_late(&self, endpoint: EndpointId, now: BlockNumber) -> bool {
        self.back_off(endpoint)
            .and_then(|back_off| back_off.late_since)
            .is_some_and(|since| now < since.saturating_add(LATE_TIMEOUT))
    }

    /// The back-off of an endpoint.
    pub fn back_off(&self, endpoint: EndpointId) -> Option<BackOff> {
        self.0.get(&endpoint).copied()
    }

    /// Forgets endpoints that are no longer configured.
    pub fn retain_pool(&mut self, pool: &Pool) {
        self.0.retain(|id, _| pool.get(*id).is_some());
    }

    /// Forgets back-offs from a future that a reorganisation or another clock took back.
    pub fn retain_plausible(&mut self, now: BlockNumber) {
        self.0
            .retain(|_, back_off| back_off.until.saturating_sub(now) <= MAX_LIE_BACK_OFF);
    }

    /// Takes over what this run saw of each endpoint.
    pub fn apply(&mut self, report: Report, pool: &Pool, now: BlockNumber) {
        for (id, outcome) in report.0 {
            let Some(endpoint) = pool.get(id) else {
                continue;
            };
            match outcome {
                Ok(()) => {
                    if self.0.remove(&id).is_some() {
                        log::info!(target: LOG_TARGET, "Worker {} is well again.", endpoint.url());
                    }
                }
                Err(failure) => {
                    let blocks = self.next_back_off(id, failure);
                    // One more, because the run after the next block must already be left out.
                    let until = now.saturating_add(blocks).saturating_add(1);
                    let late_since = self.late_since(id, failure, now);
                    let back_off = BackOff {
                        blocks,
                        until,
                        late_since,
                    };
                    // Cannot fail: the pool has no more endpoints than the map has places.
                    let _ = self.0.try_insert(id, back_off);
                    log::warn!(
                        target: LOG_TARGET,
                        "Worker {} {failure}. It is asked again at block {until}.",
                        endpoint.url(),
                    );
                }
            }
        }
    }

    /// Since when it is late, if this failure is no other.
    fn late_since(
        &self,
        id: EndpointId,
        failure: Failure,
        now: BlockNumber,
    ) -> Option<BlockNumber> {
        let before = self.back_off(id).and_then(|last| last.late_since);
        (failure == Failure::TooSlow).then(|| before.unwrap_or(now))
    }

    /// Twice the last one, within the bounds of the kind of failure.
    fn next_back_off(&self, id: EndpointId, failure: Failure) -> BlockNumber {
        let doubled = self
            .0
            .get(&id)
            .map_or(1, |last| last.blocks.saturating_mul(2));
        if failure.is_lie() {
            doubled.clamp(LIE_BACK_OFF, MAX_LIE_BACK_OFF)
        } else {
            doubled.min(MAX_BACK_OFF)
        }
    }
}

/// What one run saw of each endpoint: the worst of its answers.
#[derive(Clone, Debug, Default)]
pub struct Report(BTreeMap<EndpointId, Result<(), Failure>>);

impl Report {
    /// Adds an outcome. A failure outweighs a success, and a lie outweighs both.
    pub fn note(&mut self, endpoint: EndpointId, outcome: Result<(), Failure>) {
        let noted = self.0.entry(endpoint).or_insert(Ok(()));
        // `Failure` is ordered by how bad it is.
        match (*noted, outcome) {
            (Err(old), Err(new)) => *noted = Err(old.max(new)),
            (Ok(()), new) => *noted = new,
            (Err(_), Ok(())) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_should_accept_addresses_that_operators_give() {
        for url in [
            "http://127.0.0.1:8600",
            "http://localhost:8600/",
            "https://worker.example/openledger",
            "http://[::1]:8600",
        ] {
            assert!(Endpoint::parse(url.as_bytes()).is_ok(), "{url}");
        }
    }

    #[test]
    fn parse_should_name_what_is_wrong() {
        let long = format!("http://{}", "a".repeat(MAX_URL_BYTES));
        let cases: [(&[u8], &str); 8] = [
            (long.as_bytes(), "it is longer than 256 bytes"),
            (b"http://\xff", "it is not UTF-8"),
            (b"http://a b", "it holds spaces or characters outside ASCII"),
            (
                b"ftp://worker",
                "it does not begin with http:// or https://",
            ),
            (
                b"127.0.0.1:8600",
                "it does not begin with http:// or https://",
            ),
            (
                b"http://user:secret@worker",
                "give scheme, host, port and path only",
            ),
            (
                b"http://worker/?a=b",
                "give scheme, host, port and path only",
            ),
            (b"http://:8600", "it names no host"),
        ];
        for (url, reason) in cases {
            assert_eq!(Endpoint::parse(url), Err(reason));
        }
    }

    #[test]
    fn urls_should_join_path_after_one_slash() {
        let endpoint = Endpoint::parse(b"http://worker:8600//").unwrap();
        assert_eq!(endpoint.jobs_url(), "http://worker:8600/v1/jobs");
        assert_eq!(endpoint.receipts_url(), "http://worker:8600/v1/receipts");
    }

    #[test]
    fn pool_should_use_an_address_once() {
        let pool = Pool::new(&[b"http://a".to_vec(), b"http://a/".to_vec()]);
        assert_eq!(pool.endpoints().len(), 1);
    }

    #[test]
    fn pool_should_leave_out_what_exceeds_its_bound() {
        let urls: Vec<_> = (0..20)
            .map(|n| format!("http://worker-{n}").into_bytes())
            .collect();
        let pool = Pool::new(&urls);
        assert_eq!(pool.endpoints().len(), 16);
        assert_eq!(pool.unusable.len(), 4);
    }

    fn back_offs(failures: &[Failure]) -> Vec<BlockNumber> {
        let pool = Pool::new(&[b"http://a".to_vec()]);
        let id = pool.endpoints()[0].id;
        let mut health = Health::default();
        let next = |failure: &Failure| {
            let mut report = Report::default();
            report.note(id, Err(*failure));
            health.apply(report, &pool, 0);
            health.back_off(id).unwrap().blocks
        };
        failures.iter().map(next).collect()
    }

    #[test]
    fn back_off_should_double_up_to_its_bound() {
        assert_eq!(
            back_offs(&[Failure::Unreachable; 7]),
            vec![1, 2, 4, 8, 16, 16, 16]
        );
    }

    #[test]
    fn back_off_should_last_longer_for_a_lie() {
        assert_eq!(back_offs(&[Failure::Forged; 5]), vec![16, 32, 64, 128, 128]);
    }

    #[test]
    fn report_should_keep_the_worst_outcome() {
        let id = EndpointId(1);
        let mut report = Report::default();
        for outcome in [Ok(()), Err(Failure::Forged), Err(Failure::TooSlow), Ok(())] {
            report.note(id, outcome);
        }
        assert_eq!(report.0.get(&id), Some(&Err(Failure::Forged)));
    }
}
