// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A chain that lives in memory.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex},
};

use codec::{Decode, Encode};
use futures::future::BoxFuture;
use openledger_primitives::{
    views::{
        AdapterView, ChannelView, ContributionStatus, ContributionView, JobView, Lineage,
        LineageEntry, ReceiptView, VersionView, WorkerView,
    },
    AccountId, AdapterId, ChannelId, ContributionId, DatanetId, JobId, JobRef, Ppm, VersionRef,
    H256,
};
use openledger_worker::chain::{At, ChainError, Connection};
use tokio::sync::watch;

pub const GENESIS: H256 = H256([42; 32]);

/// What the chain holds.
#[derive(Default)]
pub struct Ledger {
    pub jobs: BTreeMap<JobId, JobView>,
    pub adapters: BTreeMap<AdapterId, AdapterView>,
    pub lineage: BTreeMap<AdapterId, Vec<LineageEntry>>,
    pub channels: BTreeMap<ChannelId, ChannelView>,
    pub workers: BTreeMap<AccountId, WorkerView>,
    pub ended: HashSet<JobRef>,
    /// What of `ended` is final.
    pub finally_ended: HashSet<JobRef>,
    pub receipts: Vec<ReceiptView>,
    pub contributions: BTreeMap<ContributionId, ContributionView>,
    pub versions: Vec<VersionView>,
    pub similarity: BTreeMap<DatanetId, Ppm>,
    pub min_fee: u128,
    pub fee_per_entry: u128,
}

/// A chain in memory, answering the runtime APIs by name as a node does.
pub struct TestChain {
    pub ledger: Mutex<Ledger>,
    pub head: watch::Sender<Option<u32>>,
}

impl TestChain {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            ledger: Mutex::default(),
            head: watch::channel(Some(100)).0,
        })
    }

    /// Changes what the chain holds.
    pub fn change(&self, change: impl FnOnce(&mut Ledger)) {
        change(&mut self.ledger.lock().unwrap());
    }

    /// A block in which a job ends.
    pub fn end(&self, job: JobId) {
        self.change(|ledger| {
            ledger.jobs.remove(&job);
            ledger.ended.insert(JobRef::Escrowed(job));
        });
        self.advance();
    }

    /// A new block.
    pub fn advance(&self) {
        self.head
            .send_modify(|head| *head = head.map(|number| number + 1));
    }

    fn answer(&self, at: At, api: &str, mut arguments: &[u8]) -> Vec<u8> {
        fn read<T: Decode>(arguments: &mut &[u8]) -> T {
            T::decode(arguments).expect("the worker encodes arguments as the runtime decodes them")
        }
        let args = &mut arguments;
        let ledger = self.ledger.lock().unwrap();
        match api {
            "InferenceApi_job" => ledger.jobs.get(&read(args)).encode(),
            "InferenceApi_channel" => ledger.channels.get(&read(args)).encode(),
            "InferenceApi_worker" => ledger.workers.get(&read(args)).encode(),
            "ModelsApi_adapter" => ledger.adapters.get(&read(args)).encode(),
            "ModelsApi_adapters" => {
                let (from, limit): (AdapterId, u32) = read(args);
                let page = ledger.adapters.range(from..).map(|(_, view)| view);
                page.take(limit as usize).collect::<Vec<_>>().encode()
            }
            "ModelsApi_lineage" => {
                let adapter: AdapterId = read(args);
                let lineage = ledger.adapters.get(&adapter).map(|view| Lineage {
                    adapter: view.clone(),
                    contributions: ledger.lineage.get(&adapter).cloned().unwrap_or_default(),
                });
                lineage.encode()
            }
            "AttributionApi_ended" => {
                let jobs: Vec<JobRef> = read(args);
                let ended = match at {
                    At::Best => &ledger.ended,
                    At::Finalized => &ledger.finally_ended,
                };
                jobs.iter()
                    .map(|job| ended.contains(job))
                    .collect::<Vec<_>>()
                    .encode()
            }
            "AttributionApi_receipt" => {
                let job: JobRef = read(args);
                ledger
                    .receipts
                    .iter()
                    .find(|receipt| receipt.job == job)
                    .encode()
            }
            "DatanetsApi_contribution" => ledger.contributions.get(&read(args)).encode(),
            "DatanetsApi_accepted" => {
                let datanet: DatanetId = read(args);
                let accepted = |view: &&ContributionView| {
                    let status = ContributionStatus::Pending;
                    view.datanet == datanet && view.status != status
                };
                ledger
                    .contributions
                    .values()
                    .filter(accepted)
                    .collect::<Vec<_>>()
                    .encode()
            }
            "DatanetsApi_pending" => {
                let datanet: DatanetId = read(args);
                let pending = |view: &&ContributionView| {
                    let status = ContributionStatus::Pending;
                    view.datanet == datanet && view.status == status
                };
                ledger
                    .contributions
                    .values()
                    .filter(pending)
                    .collect::<Vec<_>>()
                    .encode()
            }
            "DatanetsApi_similarity" => ledger.similarity.get(&read(args)).encode(),
            "DatanetsApi_version" => {
                let version: VersionRef = read(args);
                ledger
                    .versions
                    .iter()
                    .find(|view| view.version == version)
                    .encode()
            }
            other => panic!("the worker called {other}, which no runtime has"),
        }
    }
}

impl Connection for TestChain {
    fn genesis(&self) -> Option<H256> {
        Some(GENESIS)
    }

    fn head(&self) -> watch::Receiver<Option<u32>> {
        self.head.subscribe()
    }

    fn state_call(
        &self,
        at: At,
        api: &'static str,
        arguments: Vec<u8>,
    ) -> BoxFuture<'_, Result<Vec<u8>, ChainError>> {
        let connected = self.head.borrow().is_some();
        let answer = match connected {
            true => Ok(self.answer(at, api, &arguments)),
            false => Err(ChainError::Disconnected),
        };
        Box::pin(async move { answer })
    }

    fn constant(
        &self,
        pallet: &'static str,
        name: &'static str,
    ) -> BoxFuture<'_, Result<Option<Vec<u8>>, ChainError>> {
        let ledger = self.ledger.lock().unwrap();
        let value = match (pallet, name) {
            ("Inference", "MinFee") => ledger.min_fee,
            ("Attribution", "FeePerEntry") => ledger.fee_per_entry,
            other => panic!("the worker reads {other:?}, which no runtime has"),
        };
        let encoded = value.encode();
        Box::pin(async move { Ok(Some(encoded)) })
    }
}
