// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The Ethereum side of a running node: the index of blocks beside the database, the task that
//! keeps it, and the RPC methods over it.

use std::sync::Arc;

use futures::FutureExt;
use jsonrpsee::{
    core::{async_trait, traits::IdProvider},
    server::RegisterMethodError,
    types::SubscriptionId,
    RpcModule,
};
use openledger_ethereum_rpc::{
    api::{self, NetworkStatus},
    history::{self, HistoryDependencies},
    index::{ChainSource, Follower, LogLimits},
    Index, SubscriptionIds,
};
use openledger_runtime::opaque::Block;
use polkadot_sdk::*;
use sc_network_sync::SyncingService;
use sc_service::{Configuration, Error, TaskManager};
use sp_consensus::SyncOracle;
use sp_core::H256;

use super::partial::{FullClient, FullPool};
use crate::ethereum::View;

/// The folder of the index, beside the database.
const FOLDER: &str = "ethereum-index";

/// What the operator says about the Ethereum side.
#[derive(Clone, Copy, Debug)]
pub struct EthereumOptions {
    /// Whether the index is built anew.
    pub rebuild_index: bool,
    /// How much a query for logs may take.
    pub log_limits: LogLimits,
    /// Whether the node signs for the well-known development accounts.
    pub sign_for_development: bool,
}

/// Opens the index, starts to follow the chain with it, and gives the RPC methods.
pub fn start(
    config: &Configuration,
    options: EthereumOptions,
    client: &Arc<FullClient>,
    pool: &Arc<FullPool>,
    sync: &Arc<SyncingService<Block>>,
    task_manager: &TaskManager,
) -> Result<RpcModule<()>, Error> {
    let index = open_index(config, options, client.chain_info().genesis_hash)?;
    let follower = Follower::new(
        index.clone(),
        ChainSource::<Block, FullClient, View>::new(client.clone()),
    );
    // Not essential: a node with a broken index still makes and checks blocks.
    task_manager.spawn_handle().spawn(
        "ethereum-index",
        Some("ethereum-rpc"),
        follower.run(client.clone()),
    );

    let network = Arc::new(Network(sync.clone()));
    let module = |error: RegisterMethodError| Error::Application(error.into());
    let mut methods = history::create::<FullPool, View>(HistoryDependencies {
        index: index.clone(),
        pool: pool.clone(),
        limits: options.log_limits,
        syncing: syncing(network.clone(), client.clone()),
        spawner: Arc::new(task_manager.spawn_handle()),
    })
    .map_err(module)?;
    let state = api::module::<Block, _, _, View>(api::Dependencies {
        client: client.clone(),
        pool: pool.clone(),
        index,
        network,
        client_version: client_version(),
        sign_for_development: options.sign_for_development,
    })
    .map_err(module)?;
    methods.merge(state).map_err(module)?;
    Ok(methods)
}

/// Opens the index of the chain that begins with `genesis`.
fn open_index(
    config: &Configuration,
    options: EthereumOptions,
    genesis: H256,
) -> Result<Index, Error> {
    let folder = config
        .base_path
        .config_dir(config.chain_spec.id())
        .join(FOLDER);
    let explain = |error: &dyn std::fmt::Display| {
        Error::Other(format!(
            "the index of Ethereum blocks in {} cannot be opened: {error}. It can be deleted: the \
             node builds it anew",
            folder.display()
        ))
    };
    let index = Index::open(&folder, genesis).map_err(|error| explain(&error))?;
    if options.rebuild_index {
        index.clear().map_err(|error| explain(&error))?;
        log::info!("The index of Ethereum blocks is built anew");
    }
    Ok(index)
}

/// What `web3_clientVersion` answers: name, version and machine, as other nodes write it.
fn client_version() -> String {
    format!(
        "OpenLedger/v{}/{}-{}/rust",
        env!("SUBSTRATE_CLI_IMPL_VERSION"),
        std::env::consts::ARCH,
        std::env::consts::OS,
    )
}

/// What subscribers are told about synchronisation.
fn syncing(network: Arc<Network>, client: Arc<FullClient>) -> history::SyncStatus {
    Arc::new(move || {
        let (network, client) = (network.clone(), client.clone());
        async move {
            if !network.is_syncing() {
                return serde_json::Value::Bool(false);
            }
            let current = u64::from(client.chain_info().best_number);
            let highest = network.best_seen().await.unwrap_or(current).max(current);
            serde_json::json!({
                "startingBlock": "0x0",
                "currentBlock": format!("{current:#x}"),
                "highestBlock": format!("{highest:#x}"),
            })
        }
        .boxed()
    })
}

/// The node's peers.
struct Network(Arc<SyncingService<Block>>);

#[async_trait]
impl NetworkStatus for Network {
    fn peers(&self) -> usize {
        self.0.num_connected_peers()
    }

    fn is_syncing(&self) -> bool {
        self.0.is_major_syncing()
    }

    async fn best_seen(&self) -> Option<u64> {
        let status = self.0.status().await.ok()?;
        status.best_seen_block.map(Into::into)
    }
}

/// Subscription identifiers that Ethereum's clients read as well: hexadecimal quantities.
#[derive(Clone, Debug)]
pub struct Identifiers;

impl IdProvider for Identifiers {
    fn next_id(&self) -> SubscriptionId<'static> {
        SubscriptionIds.next_id()
    }
}

impl sc_service::config::RpcSubscriptionIdProvider for Identifiers {}
