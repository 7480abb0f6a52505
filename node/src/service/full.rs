// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A running node.

use std::{path::Path, sync::Arc, time::Duration};

use futures::FutureExt;
use openledger_runtime::{opaque::Block, Hash};
use polkadot_sdk::*;
use sc_client_api::{Backend, BlockchainEvents};
use sc_consensus_babe::SlotProportion;
use sc_consensus_grandpa::{
    warp_proof::NetworkProvider, BeforeBestBlockBy, FinalityProofProvider, LinkHalf,
    SharedVoterState, ThreeQuartersOfTheUnfinalizedChain, VotingRulesBuilder,
};
use sc_network::{
    config::FullNetworkConfiguration,
    service::traits::{NetworkService, NotificationService},
    Litep2pNetworkBackend as Network, NetworkBackend,
};
use sc_network_sync::SyncingService;
use sc_service::{
    BuildNetworkParams, ChainType, Configuration, Error, SpawnTasksParams, TaskManager,
    WarpSyncConfig,
};
use sc_storage_monitor::{StorageMonitorParams, StorageMonitorService};
use sc_telemetry::Telemetry;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::ProvideRuntimeApi;
use sp_consensus_babe::BabeApi;
use sp_core::crypto::key_types;
use sp_keystore::{Keystore, KeystorePtr};

use super::ethereum::{self, EthereumOptions};
use super::partial::{
    inherents, new_partial, BlockImport, Consensus, FullBackend, FullClient, FullPool,
    FullSelectChain, JUSTIFICATION_PERIOD,
};
use crate::{
    authorship::ProposerFactory,
    inference_metrics::InferenceMetrics,
    inference_pool::{self, Endpoint},
    rpc::{self, GrandpaDependencies},
};

/// How long GRANDPA waits for votes before it repeats its own.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// Starts a node, over litep2p, whose offchain worker talks to the inference workers of `pool`, that answers
/// Ethereum's RPC as `ethereum` says, that keeps compiled runtimes in `runtime_cache`, and that stops
/// before the disk of its database is full.
pub fn start(
    mut config: Configuration,
    pool: &[Endpoint],
    ethereum: EthereumOptions,
    runtime_cache: &Path,
    storage: StorageMonitorParams,
) -> Result<TaskManager, Error> {
    let sc_service::PartialComponents {
        client,
        backend,
        mut task_manager,
        import_queue,
        keystore_container,
        select_chain,
        transaction_pool,
        other:
            Consensus {
                block_import,
                babe_link,
                babe_worker,
                grandpa_link,
                mut telemetry,
            },
    } = new_partial(&config, runtime_cache)?;
    watch_disk(&config, storage, &task_manager)?;

    // Before the first block is made or imported, so that its offchain worker sees the new list.
    let mut offchain_storage = backend
        .offchain_storage()
        .ok_or("the database has no offchain storage")?;
    inference_pool::store(&mut offchain_storage, pool);
    if config.role.is_authority() {
        log::info!("Inference pool: {}", describe(pool));
    }
    if let (Some(registry), false) = (config.prometheus_registry(), pool.is_empty()) {
        let metrics = InferenceMetrics::register(pool, registry)?;
        let blocks = client.import_notification_stream();
        task_manager.spawn_handle().spawn(
            "inference-metrics",
            Some("offchain-worker"),
            metrics.follow(blocks, offchain_storage),
        );
    }

    let mut net_config = FullNetworkConfiguration::<Block, Hash, Network>::new(
        &config.network,
        config.prometheus_registry().cloned(),
    );
    let metrics = <Network as NetworkBackend<Block, Hash>>::register_notification_metrics(
        config.prometheus_registry(),
    );
    let genesis_hash = client.chain_info().genesis_hash;
    let grandpa_protocol =
        sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
    let (grandpa_set, grandpa_notifications) =
        sc_consensus_grandpa::grandpa_peers_set_config::<Block, Network>(
            grandpa_protocol.clone(),
            metrics.clone(),
            net_config.peer_store_handle(),
        );
    net_config.add_notification_protocol(grandpa_set);

    let warp_sync = Arc::new(NetworkProvider::new(
        backend.clone(),
        grandpa_link.shared_authority_set().clone(),
        Vec::new(),
    ));
    let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
        sc_service::build_network(BuildNetworkParams {
            config: &config,
            net_config,
            client: client.clone(),
            transaction_pool: transaction_pool.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
            block_relay: None,
            metrics,
            gap_sync_body_policy: None,
        })?;

    let node = Node {
        client,
        backend,
        pool: transaction_pool,
        select_chain,
        keystore: keystore_container.keystore(),
        network,
        sync_service,
        voter_state: SharedVoterState::empty(),
    };
    if config.offchain_worker.enabled {
        node.spawn_offchain_workers(&config, &task_manager)?;
    }

    let role = config.role;
    let authoring = Authoring {
        force: config.force_authoring,
        // On chains that people try things on, a stall of finality should not slow blocks down to
        // one in minutes.
        max_backoff: match config.chain_spec.chain_type() {
            ChainType::Live => 100,
            _ => 10,
        },
    };
    let grandpa = (!config.disable_grandpa).then(|| sc_consensus_grandpa::Config {
        gossip_duration: GOSSIP_DURATION,
        justification_generation_period: JUSTIFICATION_PERIOD,
        name: Some(config.network.node_name.clone()),
        observer_enabled: false,
        // Who is no validator votes on nothing and needs no keys.
        keystore: role.is_authority().then(|| node.keystore.clone()),
        local_role: role,
        telemetry: telemetry.as_ref().map(Telemetry::handle),
        protocol_name: grandpa_protocol,
    });
    let registry = config.prometheus_registry().cloned();

    let ethereum = ethereum::start(
        &config,
        ethereum,
        &node.client,
        &node.pool,
        &node.sync_service,
        &task_manager,
    )?;
    config.rpc.id_provider = Some(Box::new(ethereum::Identifiers));
    let rpc_builder = node.rpc_builder(&config, babe_worker, &grandpa_link, ethereum);
    sc_service::spawn_tasks(SpawnTasksParams {
        config,
        client: node.client.clone(),
        backend: node.backend.clone(),
        task_manager: &mut task_manager,
        keystore: node.keystore.clone(),
        transaction_pool: node.pool.clone(),
        rpc_builder,
        network: node.network.clone(),
        system_rpc_tx,
        tx_handler_controller,
        sync_service: node.sync_service.clone(),
        telemetry: telemetry.as_mut(),
        tracing_execute_block: None,
    })?;

    if role.is_authority() {
        complain_without_keys(&node.keystore);
        node.warn_of_unknown_keys();
        node.spawn_babe(
            authoring,
            block_import,
            babe_link,
            registry.clone(),
            telemetry.as_ref(),
            &task_manager,
        )?;
    }
    if let Some(grandpa) = grandpa {
        node.spawn_grandpa(
            grandpa,
            grandpa_link,
            grandpa_notifications,
            registry,
            telemetry.as_ref(),
            &task_manager,
        )?;
    }
    Ok(task_manager)
}

/// How blocks are made.
struct Authoring {
    /// Also when no peer is there.
    force: bool,
    /// The most slots that are skipped between two blocks when finality lags.
    max_backoff: u32,
}

/// The parts that the tasks of a node share.
struct Node {
    client: Arc<FullClient>,
    backend: Arc<FullBackend>,
    pool: Arc<FullPool>,
    select_chain: FullSelectChain,
    keystore: KeystorePtr,
    network: Arc<dyn NetworkService>,
    sync_service: Arc<SyncingService<Block>>,
    voter_state: SharedVoterState,
}

/// Builds the RPC module, once for the server and once for the node itself.
type RpcBuilder =
    Box<dyn Fn(sc_rpc::SubscriptionTaskExecutor) -> Result<jsonrpsee::RpcModule<()>, Error>>;

impl Node {
    /// Runs the runtime's offchain worker on each new best block.
    fn spawn_offchain_workers(
        &self,
        config: &Configuration,
        task_manager: &TaskManager,
    ) -> Result<(), Error> {
        let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
            runtime_api_provider: self.client.clone(),
            keystore: Some(self.keystore.clone()),
            offchain_db: self.backend.offchain_storage(),
            transaction_pool: Some(OffchainTransactionPoolFactory::new(self.pool.clone())),
            network_provider: Arc::new(self.network.clone()),
            is_validator: config.role.is_authority(),
            // Jobs are dispatched to inference workers over HTTP.
            enable_http_requests: true,
            custom_extensions: |_| Vec::new(),
        })?;
        task_manager.spawn_handle().spawn(
            "offchain-workers-runner",
            Some("offchain-worker"),
            workers
                .run(self.client.clone(), task_manager.spawn_handle())
                .boxed(),
        );
        Ok(())
    }

    /// What answers RPC.
    fn rpc_builder(
        &self,
        config: &Configuration,
        babe: sc_consensus_babe::BabeWorkerHandle<Block>,
        grandpa: &LinkHalf<Block, FullClient, FullSelectChain>,
        ethereum: jsonrpsee::RpcModule<()>,
    ) -> RpcBuilder {
        let client = self.client.clone();
        let pool = self.pool.clone();
        let select_chain = self.select_chain.clone();
        let keystore = self.keystore.clone();
        let chain_spec = config.chain_spec.cloned_box();
        let voter_state = self.voter_state.clone();
        let justifications = grandpa.justification_stream();
        let authority_set = grandpa.shared_authority_set().clone();
        let proofs = FinalityProofProvider::new_for_service(
            self.backend.clone(),
            Some(authority_set.clone()),
        );
        Box::new(move |executor| {
            let dependencies = rpc::Dependencies {
                client: client.clone(),
                pool: pool.clone(),
                select_chain: select_chain.clone(),
                chain_spec: chain_spec.cloned_box(),
                keystore: keystore.clone(),
                babe: babe.clone(),
                grandpa: GrandpaDependencies {
                    voter_state: voter_state.clone(),
                    authority_set: authority_set.clone(),
                    justifications: justifications.clone(),
                    proofs: proofs.clone(),
                },
                ethereum: ethereum.clone(),
            };
            rpc::create(dependencies, executor).map_err(Error::Application)
        })
    }

    /// Warns the operator of a validator whose keys no session has: after a restore from the wrong
    /// backup, before the keys are registered, or while the chain is not synced.
    fn warn_of_unknown_keys(&self) {
        let chain = self.client.chain_info();
        let api = self.client.runtime_api();
        let at = chain.best_hash;
        let (Ok(now), Ok(next)) = (api.current_epoch(at), api.next_epoch(at)) else {
            // The state is not there yet, in the middle of a warp sync.
            return;
        };
        let known: Vec<_> = now
            .authorities
            .into_iter()
            .chain(next.authorities)
            .map(|(key, _)| sp_core::sr25519::Public::from(key))
            .collect();
        let local = self.keystore.sr25519_public_keys(key_types::BABE);
        if !local.is_empty() && !local.iter().any(|key| known.contains(key)) {
            log::warn!(
                "None of this validator's {} BABE key(s) is in the session of block #{} or the next: \
                 it makes no blocks until its keys are registered with session.setKeys, its account \
                 is elected, and the chain is synced",
                local.len(),
                chain.best_number,
            );
        }
    }

    /// Makes blocks in the slots that the keystore's BABE keys have.
    fn spawn_babe(
        &self,
        authoring: Authoring,
        block_import: BlockImport,
        babe_link: sc_consensus_babe::BabeLink<Block>,
        registry: Option<substrate_prometheus_endpoint::Registry>,
        telemetry: Option<&Telemetry>,
        task_manager: &TaskManager,
    ) -> Result<(), Error> {
        let proposer = ProposerFactory::new(
            task_manager.spawn_handle(),
            self.client.clone(),
            self.pool.clone(),
            registry.as_ref(),
            telemetry.map(Telemetry::handle),
        );
        let slot_duration = babe_link.config().slot_duration();
        let babe = sc_consensus_babe::start_babe(sc_consensus_babe::BabeParams {
            keystore: self.keystore.clone(),
            client: self.client.clone(),
            select_chain: self.select_chain.clone(),
            env: proposer,
            block_import,
            sync_oracle: self.sync_service.clone(),
            justification_sync_link: self.sync_service.clone(),
            create_inherent_data_providers: move |_, ()| async move { Ok(inherents(slot_duration)) },
            force_authoring: authoring.force,
            backoff_authoring_blocks: Some(
                sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging {
                    max_interval: authoring.max_backoff,
                    ..Default::default()
                },
            ),
            babe_link,
            // As the runtime's block weight: the rest of the slot is for the block to travel and be
            // imported.
            block_proposal_slot_portion: SlotProportion::new(2f32 / 3f32),
            max_block_proposal_slot_portion: None,
            telemetry: telemetry.map(Telemetry::handle),
        })?;
        task_manager.spawn_essential_handle().spawn_blocking(
            "babe-proposer",
            Some("block-authoring"),
            babe,
        );
        Ok(())
    }

    /// Votes on finality with the keystore's GRANDPA keys, or follows the votes of others.
    fn spawn_grandpa(
        &self,
        config: sc_consensus_grandpa::Config,
        link: LinkHalf<Block, FullClient, FullSelectChain>,
        notification_service: Box<dyn NotificationService>,
        prometheus_registry: Option<substrate_prometheus_endpoint::Registry>,
        telemetry: Option<&Telemetry>,
        task_manager: &TaskManager,
    ) -> Result<(), Error> {
        let voter = sc_consensus_grandpa::run_grandpa_voter(sc_consensus_grandpa::GrandpaParams {
            config,
            link,
            network: self.network.clone(),
            sync: self.sync_service.clone(),
            notification_service,
            // One block behind the best, where the default stays two: with slots of 2 s that is 2 s
            // less to finality, and forks of two blocks are still not voted on.
            voting_rule: VotingRulesBuilder::new()
                .add(BeforeBestBlockBy(1u32))
                .add(ThreeQuartersOfTheUnfinalizedChain)
                .build(),
            prometheus_registry,
            shared_voter_state: self.voter_state.clone(),
            telemetry: telemetry.map(Telemetry::handle),
            offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(self.pool.clone()),
        })?;
        task_manager
            .spawn_essential_handle()
            .spawn_blocking("grandpa-voter", None, voter);
        Ok(())
    }
}

/// Stops the node before its disk is full, and does not start it when it is.
fn watch_disk(
    config: &Configuration,
    params: StorageMonitorParams,
    task_manager: &TaskManager,
) -> Result<(), Error> {
    let Some(path) = config.database.path() else {
        return Ok(());
    };
    StorageMonitorService::try_spawn(
        params,
        path.to_path_buf(),
        &task_manager.spawn_essential_handle(),
    )
    .map_err(|error| match error {
        sc_storage_monitor::Error::StorageOutOfSpace(free, needed) => Error::Other(format!(
            "the disk of {} has {free} MiB left and {needed} MiB are needed: make room, or choose \
             another limit with --db-storage-threshold",
            path.display()
        )),
        error => Error::Other(format!(
            "the room on the disk of {} cannot be read: {error}",
            path.display()
        )),
    })
}

/// The pool for the log.
fn describe(pool: &[Endpoint]) -> String {
    if pool.is_empty() {
        return "none (give workers with --inference-pool)".into();
    }
    pool.iter()
        .map(Endpoint::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Logs an error when a validator cannot do its work. It keeps running: keys are often made over
/// the RPC of the running node.
fn complain_without_keys(keystore: &KeystorePtr) {
    let missing: Vec<&str> = [
        (
            keystore.sr25519_public_keys(key_types::BABE).is_empty(),
            "BABE",
        ),
        (
            keystore.ed25519_public_keys(key_types::GRANDPA).is_empty(),
            "GRANDPA",
        ),
    ]
    .into_iter()
    .filter_map(|(is_missing, name)| is_missing.then_some(name))
    .collect();
    if !missing.is_empty() {
        log::error!(
            "This validator has no {} key and does no work: insert one with `key insert`, or call \
             author_rotateKeysWithOwner and register its answer with session.setKeys",
            missing.join(" and no "),
        );
    }
}
