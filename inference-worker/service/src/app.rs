// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Puts the worker together, runs it, and takes it down without losing anything.

use std::{path::Path, sync::Arc, time::Duration};

use openledger_artifacts::BaseModel;
use openledger_serving::default_ort_dylib;
use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    api,
    chain::{Chain, NodeConnection},
    cli::RunArgs,
    influence::InfluenceSettings,
    keys::{account_from_ss58, to_ss58, KeyError, ReceiptKey},
    listen, metrics_recorder,
    model::{LocalModel, Model, ModelError, ModelSettings},
    pipeline, settlements,
    state::{State, StateError},
    store::{ContentStore, StoreError},
    training::{self, Trainer},
    worker::{Limits, OperatorAccess, Parts, Worker},
};

const MIB: u64 = 1024 * 1024;

/// Why the worker does not start, or stops.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The key or the account cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The model cannot be loaded: the text names the file and how to get it.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The state cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The content store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The node follows another chain than this worker's state.
    #[error("the node follows another chain than the one this data folder belongs to: give another folder with --data, or another node with --node")]
    OtherChain,
    /// The operating system refused something.
    #[error("cannot start: {0}")]
    System(#[from] std::io::Error),
}

/// Runs the worker until SIGTERM or SIGINT.
///
/// # Errors
/// [`AppError`] says what is missing and how to get it.
pub fn start(args: RunArgs) -> Result<(), AppError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Blocking work is short, except for hashing: few threads suffice and cost less memory.
        .max_blocking_threads(32)
        .thread_name("worker")
        .build()?;
    let result = runtime.block_on(run(args));
    // A blocked thread must not keep the process alive.
    runtime.shutdown_timeout(Duration::from_secs(5));
    result
}

async fn run(args: RunArgs) -> Result<(), AppError> {
    metrics_recorder::install();
    let key = ReceiptKey::load(&args.key)?;
    let account = account_from_ss58(&args.account)?;
    let state = State::open(&args.data)?;
    let scratch = args.data.join("scratch");
    let url = args
        .store
        .clone()
        .unwrap_or_else(|| path_text(&args.data.join("content")));
    let store = ContentStore::open(&url, &scratch, args.store_quota_mb.saturating_mul(MIB)).await?;
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|source| AppError::Listen {
            address: args.listen,
            source,
        })?;
    let settings = model_settings(&args);
    let model = {
        let (settings, store) = (settings.clone(), store.clone());
        let started = tokio::task::spawn_blocking(move || LocalModel::start(&settings, store));
        started.await.map_err(std::io::Error::other)??
    };
    tracing::info!(base_model = ?model.base_model(), "model loaded");
    let returned = state.run(|state| state.release_all()).await?;
    if returned > 0 {
        tracing::info!(returned, "gave back vouchers of requests that were cut off");
    }
    let signed = {
        let (key, account) = (key.clone(), account.clone());
        state.run(move |state| state.sign_anew(&key, &account))
    }
    .await?;
    if signed > 0 {
        tracing::info!(signed, "signed receipts of an earlier key anew");
    }
    let node = Arc::new(NodeConnection::start(&args.node, state.genesis()?));
    let program = std::env::current_exe()?;
    let trainer = Trainer::new(program, args.data.join("train"), settings.model_dir.clone());
    let worker = Worker::new(Parts {
        chain: Chain::new(node.clone()),
        store,
        state,
        model: Arc::new(model),
        key,
        account,
        limits: limits(&args),
        operators: operators(&args),
        trainer,
    });
    tracing::info!(
        listen = %listener.local_addr()?, node = args.node, store = url,
        account = to_ss58(&worker.server.account),
        receipt_key = format!("0x{}", hex::encode(worker.server.key.public().0)),
        "worker starts"
    );
    if worker.operators == OperatorAccess::Closed {
        tracing::warn!("training and evaluation are off: set --operator-token to offer them");
    }
    let mut tasks = JoinSet::new();
    tasks.spawn(pipeline::run(worker.clone()));
    tasks.spawn(settlements::follow(worker.clone()));
    tasks.spawn(training::run(worker.clone()));
    tasks.spawn(keep_house(worker.clone()));
    let serving = tokio::spawn(serve(listener, worker.clone()));
    let wrong_chain = tokio::select! {
        () = signal() => false,
        () = node.wrong_chain() => true,
        error = bind(worker.clone()) => {
            tracing::error!(%error, "the state belongs to another chain");
            true
        }
    };
    tracing::info!("shutting down: running work is finished, queued work is kept");
    worker.stopping.send_replace(true);
    let limit = worker.limits.shutdown_time;
    if tokio::time::timeout(limit, serving).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    let rest = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(limit + Duration::from_secs(5), rest)
        .await
        .is_err()
    {
        tracing::warn!("some tasks did not finish in time");
    }
    if tokio::time::timeout(limit, worker.model.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("the model did not stop in time");
    }
    tracing::info!("stopped");
    if wrong_chain {
        return Err(AppError::OtherChain);
    }
    Ok(())
}

async fn serve(listener: TcpListener, worker: Arc<Worker>) {
    let router = api::router(worker.clone());
    listen::serve(listener, router, &worker.limits, worker.stopped()).await;
}

/// Binds the state to the chain once the node has named it; completes only when it belongs to
/// another one.
async fn bind(worker: Arc<Worker>) -> StateError {
    let mut heads = worker.chain.heads();
    loop {
        if let Ok(genesis) = worker.chain.genesis() {
            match worker.state.run(move |state| state.bind(genesis)).await {
                Ok(()) => return futures::future::pending().await,
                Err(error @ StateError::OtherChain { .. }) => return error,
                Err(error) => tracing::error!(%error, "cannot bind the state to the chain"),
            }
        }
        if heads.changed().await.is_err() {
            return futures::future::pending().await;
        }
    }
}

/// Keeps the metrics small.
async fn keep_house(worker: Arc<Worker>) {
    let mut tick = tokio::time::interval(Duration::from_secs(5));
    loop {
        tokio::select! {
            () = worker.stopped() => return,
            _ = tick.tick() => metrics_recorder::upkeep(),
        }
    }
}

async fn signal() {
    use tokio::signal::unix::{signal, SignalKind};
    let wait = |kind: SignalKind| async move {
        match signal(kind) {
            Ok(mut stream) => drop(stream.recv().await),
            Err(error) => {
                tracing::error!(%error, "cannot listen for signals");
                futures::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::interrupt()) => {}
    }
}

fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn model_settings(args: &RunArgs) -> ModelSettings {
    let cores = || std::thread::available_parallelism().map_or(1, |cores| cores.get());
    ModelSettings {
        model_dir: args
            .model_dir
            .clone()
            .unwrap_or_else(BaseModel::default_dir),
        ort_dylib: args.ort_dylib.clone().unwrap_or_else(default_ort_dylib),
        cache_dir: args.data.join("adapters"),
        threads: args.threads.unwrap_or_else(cores).max(1),
        slots: args.slots,
        memory_adapters: args.memory_adapters,
        queue_limit: args
            .concurrency
            .saturating_add(args.direct)
            .saturating_mul(2),
        influence: InfluenceSettings {
            memory: args.influence_memory_mb.saturating_mul(MIB),
        },
    }
}

fn limits(args: &RunArgs) -> Limits {
    Limits {
        queue: args.queue,
        concurrency: args.concurrency.max(1),
        direct: args.direct,
        content_bytes: args.max_content_mb.saturating_mul(MIB),
        duplicate_share_ppm: args.duplicate_share_ppm,
        shutdown_time: Duration::from_secs(args.shutdown_seconds),
        ..Limits::default()
    }
}

fn operators(args: &RunArgs) -> OperatorAccess {
    match &args.operator_token {
        Some(token) if !token.is_empty() => OperatorAccess::Token(token.clone()),
        _ if args.listen.ip().is_loopback() => OperatorAccess::Open,
        _ => OperatorAccess::Closed,
    }
}

/// Where the real model's parts are on a machine that `scripts/setup.sh` has set up.
pub fn default_model_settings(data: &Path) -> ModelSettings {
    ModelSettings {
        model_dir: BaseModel::default_dir(),
        ort_dylib: default_ort_dylib(),
        cache_dir: data.join("adapters"),
        threads: 1,
        slots: 64,
        memory_adapters: 64,
        queue_limit: 256,
        influence: InfluenceSettings { memory: 64 * MIB },
    }
}
