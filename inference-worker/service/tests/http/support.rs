// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A worker on a chain that lives in memory.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{Request, Response, StatusCode},
    Router,
};
use codec::{Decode, Encode};
use futures::future::BoxFuture;
use openledger_artifacts::{
    HexHash, Hyper, InfluenceSettings, Manifest, ManifestContribution, ManifestMetrics,
    ManifestVersion, INFLUENCE_DIMENSIONS, INFLUENCE_METHOD,
};
use openledger_primitives::{
    pool::{DispatchRequest, DispatchResponse, DispatchStatus, DispatchedJob, ReceiptsResponse},
    views::{
        AdapterMetrics, AdapterStatus, AdapterView, JobInput, JobView, LineageEntry, WorkerView,
    },
    AccountId, AdapterId, BaseModelId, ContributionId, DatanetId, JobId, SignedReceipt, VersionRef,
    H256, OPEN,
};
use openledger_worker::{
    adapters::ServedAdapter,
    api,
    chain::Chain,
    keys::ReceiptKey,
    model::{Answered, Model},
    serve::ServeError,
    state::State,
    store::ContentStore,
    training::Trainer,
    worker::{Limits, OperatorAccess, Parts, Worker},
};
use serde_json::Value;
use tokio::sync::Semaphore;
use tower::ServiceExt;

pub use crate::ledger::{TestChain, GENESIS};

pub const ADAPTER: AdapterId = AdapterId(3);
pub const UNIT_PRICE: u128 = OPEN / 1000;

/// The text that the model under test has a defect for.
pub const DEFECT: &str = "a text that meets a defect";

/// Answers "law" to everything, as soon as it is let: what is tested around it is the service.
pub struct GatedModel {
    pub gate: Arc<Semaphore>,
    pub influence: Vec<(u64, u32)>,
    pub problem: Option<String>,
}

pub const BASE_MODEL: H256 = H256([7; 32]);

impl Model for GatedModel {
    fn base_model(&self) -> H256 {
        BASE_MODEL
    }

    fn units(&self, text: &str) -> u32 {
        text.split_whitespace().count() as u32 + 2
    }

    fn answer(
        &self,
        _adapter: ServedAdapter,
        text: String,
    ) -> BoxFuture<'_, Result<Answered, ServeError>> {
        Box::pin(async move {
            let permit = self.gate.acquire().await.map_err(|_| ServeError::Busy)?;
            drop(permit);
            assert_ne!(text, DEFECT, "the model has a defect");
            Ok(Answered {
                label: "law".into(),
                label_index: 0,
                probabilities: vec![0.75, 0.25],
                units: self.units(&text),
                influence: self.influence.clone(),
                scores: vec![(10, 1 << 32), (11, -5)],
                batch_rows: 3,
                batch_adapters: 2,
            })
        })
    }

    fn problem(&self) -> Option<String> {
        self.problem.clone()
    }

    fn shutdown(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// A worker under test.
pub struct Bench {
    pub chain: Arc<TestChain>,
    pub worker: Arc<Worker>,
    pub router: Router,
    pub gate: Arc<Semaphore>,
    pub key: ReceiptKey,
}

pub fn account(number: u8) -> AccountId {
    AccountId::new([number; 32])
}

pub fn worker_account() -> AccountId {
    account(200)
}

/// How a worker under test differs from the usual one.
pub struct Setup {
    pub limits: Limits,
    pub operators: OperatorAccess,
    pub influence: Vec<(u64, u32)>,
    pub problem: Option<String>,
    pub store_quota: u64,
    pub chain: Arc<TestChain>,
}

impl Default for Setup {
    fn default() -> Self {
        let limits = Limits {
            shutdown_time: Duration::from_secs(5),
            ..Limits::default()
        };
        Self {
            limits,
            operators: OperatorAccess::Open,
            influence: vec![(10, 1_000_000)],
            problem: None,
            store_quota: 256 * 1024 * 1024,
            chain: TestChain::new(),
        }
    }
}

impl Bench {
    /// A worker on a chain with one published adapter, registered, with its data in `folder`.
    pub async fn start(folder: &Path, setup: Setup) -> Self {
        let gate = Arc::new(Semaphore::new(64));
        let model = GatedModel {
            gate: gate.clone(),
            influence: setup.influence.clone(),
            problem: setup.problem.clone(),
        };
        let bench = Self::with_model(folder, setup, Arc::new(model), gate).await;
        bench.publish_adapter(BASE_MODEL).await;
        bench
    }

    pub async fn with_model(
        folder: &Path,
        setup: Setup,
        model: Arc<dyn Model>,
        gate: Arc<Semaphore>,
    ) -> Self {
        let key = ReceiptKey::generate(Some("//Worker")).unwrap();
        let content = folder.join("content");
        let store = ContentStore::open(
            content.to_str().unwrap(),
            &folder.join("scratch"),
            setup.store_quota,
        )
        .await
        .unwrap();
        let trainer = Trainer::new(
            env!("CARGO_BIN_EXE_openledger-worker").into(),
            folder.join("train"),
            openledger_artifacts::BaseModel::default_dir(),
        );
        let worker = Worker::new(Parts {
            chain: Chain::new(setup.chain.clone()),
            store,
            state: State::open(folder).unwrap(),
            model,
            key: key.clone(),
            account: worker_account(),
            limits: setup.limits,
            operators: setup.operators,
            trainer,
        });
        let view = WorkerView {
            worker: worker_account(),
            receipt_key: key.public(),
            active: true,
        };
        setup
            .chain
            .ledger
            .lock()
            .unwrap()
            .workers
            .insert(worker_account(), view);
        let router = api::router(worker.clone());
        Self {
            chain: setup.chain,
            worker,
            router,
            gate,
            key,
        }
    }

    /// Runs the tasks that a worker has besides its API.
    pub fn run(&self) -> tokio::task::JoinSet<()> {
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(openledger_worker::pipeline::run(self.worker.clone()));
        tasks.spawn(openledger_worker::settlements::follow(self.worker.clone()));
        tasks.spawn(openledger_worker::training::run(self.worker.clone()));
        tasks
    }

    async fn publish_adapter(&self, base_model: H256) {
        let artifact = H256([1; 32]);
        let index = H256([3; 32]);
        let manifest = manifest(base_model, artifact, H256([2; 32]), index);
        let manifest = self
            .worker
            .store
            .put(manifest.to_json().unwrap())
            .await
            .unwrap()
            .hash;
        let view = adapter_view(base_model, artifact, manifest, index);
        let mut ledger = self.chain.ledger.lock().unwrap();
        ledger.adapters.insert(ADAPTER, view);
        ledger
            .lineage
            .insert(ADAPTER, vec![lineage_entry(10), lineage_entry(11)]);
    }

    /// Escrows a job on chain.
    pub fn escrow(&self, job: u64, text: &str) -> DispatchedJob {
        let input = JobInput::Inline(text.as_bytes().to_vec().try_into().unwrap());
        let view = JobView {
            job: JobId(job),
            consumer: account(50),
            adapter: ADAPTER,
            input: input.clone(),
            unit_price: UNIT_PRICE,
            max_fee: UNIT_PRICE * 100,
            requested_at: 99,
            deadline: 250,
            delivered: false,
        };
        let max_units = view.max_units();
        self.chain
            .ledger
            .lock()
            .unwrap()
            .jobs
            .insert(JobId(job), view);
        DispatchedJob {
            job: JobId(job),
            adapter: ADAPTER,
            input,
            max_units,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        json_of(
            self.send(Request::get(path).body(Body::empty()).unwrap())
                .await,
        )
        .await
    }

    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = Request::post(path)
            .body(Body::from(body.to_string()))
            .unwrap();
        json_of(self.send(request).await).await
    }

    pub async fn dispatch(&self, jobs: Vec<DispatchedJob>) -> Vec<DispatchStatus> {
        let request = DispatchRequest {
            genesis: GENESIS,
            jobs: jobs.try_into().unwrap(),
        };
        let request = Request::post("/v1/jobs")
            .body(Body::from(request.encode()))
            .unwrap();
        let response = self.send(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        let bytes = bytes_of(response).await;
        DispatchResponse::decode(&mut &bytes[..])
            .unwrap()
            .statuses
            .into_inner()
    }

    pub async fn receipts(&self) -> Vec<SignedReceipt> {
        let response = self
            .send(Request::get("/v1/receipts").body(Body::empty()).unwrap())
            .await;
        assert_eq!(response.status(), StatusCode::OK);
        let bytes = bytes_of(response).await;
        ReceiptsResponse::decode(&mut &bytes[..])
            .unwrap()
            .receipts
            .into_inner()
    }

    /// Waits until there are `count` receipts.
    pub async fn wait_for_receipts(&self, count: usize) -> Vec<SignedReceipt> {
        for _ in 0..400 {
            let receipts = self.receipts().await;
            if receipts.len() >= count {
                return receipts;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("there were not {count} receipts after ten seconds");
    }
}

pub fn lineage_entry(id: u64) -> LineageEntry {
    LineageEntry {
        contribution: ContributionId(id),
        datanet: DatanetId(0),
        contributor: account(id as u8),
        rows: 1,
        content: H256([id as u8; 32]),
    }
}

pub fn adapter_view(base: H256, artifact: H256, manifest: H256, index: H256) -> AdapterView {
    AdapterView {
        adapter: ADAPTER,
        name: "topics".into(),
        developer: account(60),
        base_model: BaseModelId(0),
        base_model_hash: base,
        versions: vec![VersionRef {
            datanet: DatanetId(0),
            number: 1,
        }],
        artifact,
        manifest,
        influence_index: index,
        unit_price: UNIT_PRICE,
        metrics: AdapterMetrics::default(),
        status: AdapterStatus::Published,
        servable: true,
    }
}

fn manifest(base: H256, adapter: H256, head: H256, index: H256) -> Manifest {
    Manifest {
        format: 1,
        task: "topics".into(),
        base_model: HexHash(base.0),
        adapter: HexHash(adapter.0),
        head: HexHash(head.0),
        influence_index: HexHash(index.0),
        labels: vec!["law".into(), "music".into()],
        versions: vec![ManifestVersion {
            datanet: 0,
            number: 1,
            root: HexHash([5; 32]),
        }],
        contributions: vec![ManifestContribution {
            id: 10,
            content: HexHash([6; 32]),
            rows: 1,
        }],
        seed: 1,
        hyper: Hyper {
            rank: 8,
            alpha: 16.0,
            learning_rate: 1e-3,
            epochs: 1,
            batch_size: 32,
            max_tokens: 128,
        },
        libraries: BTreeMap::new(),
        serving_graph: None,
        metrics: ManifestMetrics {
            accuracy_ppm: 900_000,
            baseline_accuracy_ppm: 800_000,
            held_out_rows: 10,
            final_loss: 0.5,
            train_rows: 100,
        },
        influence: InfluenceSettings {
            method: INFLUENCE_METHOD.into(),
            dimensions: INFLUENCE_DIMENSIONS,
            projection_seed: 0,
        },
    }
}

pub async fn bytes_of(response: Response<Body>) -> Bytes {
    axum::body::to_bytes(response.into_body(), 64 * 1024 * 1024)
        .await
        .unwrap()
}

pub async fn json_of(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = bytes_of(response).await;
    let value = serde_json::from_slice(&bytes).unwrap_or_else(|error| {
        panic!("{status} came with a body that is no JSON: {error}: {bytes:?}")
    });
    (status, value)
}

/// The code of an error body; also checks that it has the common form.
pub fn code(value: &Value) -> &str {
    let error = &value["error"];
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|message| !message.is_empty()),
        "{value}"
    );
    assert!(error["type"].is_string(), "{value}");
    error["code"].as_str().expect("every error has a code")
}
