// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Database, client, transaction pool and import queue: what a running node and commands over its
//! database share.

use std::{path::Path, sync::Arc};

use openledger_primitives::runtime_api::AttributionApi;
use openledger_runtime::{apis::RuntimeApi, opaque::Block};
use polkadot_sdk::*;
use sc_chain_spec::{BuildGenesisBlock, ChainType, GenesisBlockBuilder};
use sc_consensus_babe::{BabeLink, BabeWorkerHandle};
use sc_consensus_grandpa::{GrandpaPruningFilter, LinkHalf};
use sc_service::{config::KeystoreConfig, Configuration, Error, TaskManager};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_consensus_babe::{inherents::BabeCreateInherentDataProviders, SlotDuration};
use sp_runtime::traits::Block as _;

use super::{
    equivocation::{EquivocationReporter, Nowhere},
    pool,
};
use crate::runtime_cache::{self, Executor, RuntimeCacheParams};

/// A justification is stored at least once in so many blocks, for those who sync by them.
pub const JUSTIFICATION_PERIOD: u32 = 512;

/// The chain and its runtime.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, Executor>;

/// The database.
pub type FullBackend = sc_service::TFullBackend<Block>;

/// The longest chain is the best.
pub type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;

/// Transactions that wait for a block.
pub type FullPool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;

/// Imports what GRANDPA has to say about blocks.
type GrandpaBlockImport =
    sc_consensus_grandpa::GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;

/// Checks blocks by BABE, then hands them to GRANDPA.
pub type BlockImport = sc_consensus_babe::BabeBlockImport<
    Block,
    FullClient,
    GrandpaBlockImport,
    BabeCreateInherentDataProviders<Block>,
    FullSelectChain,
>;

/// The parts that consensus adds.
pub struct Consensus {
    /// Where blocks are imported.
    pub block_import: BlockImport,
    /// Epochs and slots.
    pub babe_link: BabeLink<Block>,
    /// Answers questions about epochs.
    pub babe_worker: BabeWorkerHandle<Block>,
    /// Finality.
    pub grandpa_link: LinkHalf<Block, FullClient, FullSelectChain>,
    /// Sends what the operator wishes to show, nothing by default.
    pub telemetry: Option<Telemetry>,
}

/// The parts of a node before it has a network.
pub type PartialComponents = sc_service::PartialComponents<
    FullClient,
    FullBackend,
    FullSelectChain,
    sc_consensus::DefaultImportQueue<Block>,
    FullPool,
    Consensus,
>;

/// Opens or creates the database of `config` and builds the parts over it. Compiled runtimes are kept in
/// `runtime_cache`.
pub fn new_partial(
    config: &Configuration,
    runtime_cache: &Path,
) -> Result<PartialComponents, Error> {
    let telemetry = config
        .telemetry_endpoints
        .clone()
        .filter(|endpoints| !endpoints.is_empty())
        .map(|endpoints| -> Result<_, sc_telemetry::Error> {
            let worker = TelemetryWorker::new(16)?;
            let telemetry = worker.handle().new_telemetry(endpoints);
            Ok((worker, telemetry))
        })
        .transpose()?;

    let executor = runtime_cache::executor(&config.executor, runtime_cache).map_err(|error| {
        Error::Other(format!(
            "compiled runtimes cannot be kept in {}: {error}: give another folder with --runtime-cache",
            runtime_cache.display()
        ))
    })?;
    // Blocks with justifications are kept when others are pruned: warp sync is served from them.
    let (client, backend, keystore_container, task_manager) =
        sc_service::new_full_parts::<Block, RuntimeApi, _>(
            config,
            telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
            executor.clone(),
            vec![Arc::new(GrandpaPruningFilter)],
        )?;
    let client = Arc::new(client);
    ensure_our_genesis(&client, &backend, executor, config)?;
    ensure_our_runtime(&client, config)?;

    let telemetry = telemetry.map(|(worker, telemetry)| {
        task_manager
            .spawn_handle()
            .spawn("telemetry", None, worker.run());
        telemetry
    });
    let telemetry_handle = telemetry.as_ref().map(Telemetry::handle);

    let select_chain = sc_consensus::LongestChain::new(backend.clone());
    let transaction_pool = pool::new(config, client.clone(), &task_manager);

    let (grandpa_block_import, grandpa_link) = sc_consensus_grandpa::block_import(
        client.clone(),
        JUSTIFICATION_PERIOD,
        &client,
        select_chain.clone(),
        telemetry_handle.clone(),
    )?;
    let justification_import = grandpa_block_import.clone();

    let babe_config = sc_consensus_babe::configuration(&*client)?;
    let slot_duration = babe_config.slot_duration();
    let (block_import, babe_link) = sc_consensus_babe::block_import(
        babe_config,
        grandpa_block_import,
        client.clone(),
        Arc::new(move |_, ()| async move { Ok(inherents(slot_duration)) })
            as BabeCreateInherentDataProviders<Block>,
        select_chain.clone(),
        // Its own reports are worthless: see `equivocation.rs`.
        OffchainTransactionPoolFactory::new(Nowhere),
    )?;
    let reporting_import = EquivocationReporter::new(
        block_import.clone(),
        client.clone(),
        OffchainTransactionPoolFactory::new(transaction_pool.clone()),
    );

    let (import_queue, babe_worker) =
        sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
            link: babe_link.clone(),
            block_import: reporting_import,
            justification_import: Some(Box::new(justification_import)),
            client: client.clone(),
            slot_duration,
            spawner: &task_manager.spawn_essential_handle(),
            registry: config.prometheus_registry(),
            telemetry: telemetry_handle,
        })?;

    Ok(sc_service::PartialComponents {
        client,
        backend,
        task_manager,
        keystore_container,
        select_chain,
        import_queue,
        transaction_pool,
        other: Consensus {
            block_import,
            babe_link,
            babe_worker,
            grandpa_link,
            telemetry,
        },
    })
}

/// The parts that commands over a database take.
#[allow(clippy::type_complexity)]
pub fn chain_ops(
    config: &mut Configuration,
) -> Result<
    (
        Arc<FullClient>,
        Arc<FullBackend>,
        sc_consensus::DefaultImportQueue<Block>,
        TaskManager,
    ),
    Error,
> {
    // They sign nothing.
    config.keystore = KeystoreConfig::InMemory;
    let folder = config.base_path.config_dir(config.chain_spec.id());
    let parts = new_partial(config, &RuntimeCacheParams::default().folder(&folder))?;
    Ok((
        parts.client,
        parts.backend,
        parts.import_queue,
        parts.task_manager,
    ))
}

/// The slot and the time of a block that is made or checked now.
pub fn inherents(
    slot_duration: SlotDuration,
) -> (
    sp_consensus_babe::inherents::InherentDataProvider,
    sp_timestamp::InherentDataProvider,
) {
    let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
    let slot = sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
        *timestamp,
        slot_duration,
    );
    (slot, timestamp)
}

/// Fails, in words for the operator, when the database began with another block than the
/// specification: two chains may have the same id, and with it the same folder.
fn ensure_our_genesis(
    client: &FullClient,
    backend: &Arc<FullBackend>,
    executor: Executor,
    config: &Configuration,
) -> Result<(), Error> {
    let specified = GenesisBlockBuilder::<Block, _, _>::new(
        config.chain_spec.as_storage_builder(),
        false,
        backend.clone(),
        executor,
    )?
    .build_genesis_block()?
    .0
    .hash();
    let stored = client.chain_info().genesis_hash;
    if specified == stored {
        return Ok(());
    }
    let text = format!(
        "the database in {} is of another chain than the specification `{}`: it begins with block \
         {stored:?}, the specification with {specified:?}. Give the specification that the chain \
         was started with, or another --base-path, or delete the database with purge-chain",
        config.base_path.path().display(),
        config.chain_spec.id(),
    );
    // A development chain outlives changes of the runtime that its preset is built from.
    if config.chain_spec.chain_type() == ChainType::Development {
        log::warn!("The chain goes on as it is: {text}");
        return Ok(());
    }
    Err(Error::Other(text))
}

/// Fails, in words for the operator, when the specification or database is another chain's.
fn ensure_our_runtime(client: &FullClient, config: &Configuration) -> Result<(), Error> {
    let chain = client.chain_info();
    // After an interrupted warp sync only the genesis has a state.
    let at = match chain.finalized_state {
        Some(_) => chain.best_hash,
        None => chain.genesis_hash,
    };
    let ours = client
        .runtime_api()
        .has_api::<dyn AttributionApi<Block>>(at);
    match ours {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::Other(format!(
            "the runtime of chain `{}` is not OpenLedger's: give the right specification with \
             --chain, or another folder with --base-path",
            config.chain_spec.id()
        ))),
        Err(error) => Err(Error::Other(format!(
            "the runtime of chain `{}` cannot be read: {error}",
            config.chain_spec.id()
        ))),
    }
}
