// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The methods about what happened: blocks, transactions, receipts, logs, fees, filters and
//! subscriptions. All answer from the [`Index`], and about waiting transactions from the pool.

mod blocks;
mod fees;
mod filters;
mod pending;
mod subscriptions;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures::future::BoxFuture;
use jsonrpsee::{server::RegisterMethodError, RpcModule};
use polkadot_sdk::*;
use sc_transaction_pool_api::TransactionPool;
use sp_core::traits::SpawnNamed;
use sp_runtime::traits::Block as BlockT;

use crate::{
    index::{Index, LogLimits},
    pool::Pool,
    turns::Turns,
    view::EthereumView,
};
use blocks::{Blocks, BlocksApiServer};
use fees::{Fees, FeesApiServer};
use filters::{Filters, FiltersApiServer};
pub use pending::{PendingNews, PendingTransactions, WaitingTransactions};
pub use subscriptions::SubscriptionIds;
use subscriptions::{Subscriptions, SubscriptionsApiServer};

/// The group of the tasks that this module spawns.
const TASK_GROUP: &str = "ethereum-rpc";

/// Tells how far the node is with synchronising, in the form that `eth_syncing` answers: `false` or
/// an object.
pub type SyncStatus = Arc<dyn Fn() -> BoxFuture<'static, serde_json::Value> + Send + Sync>;

/// What the methods read.
pub struct HistoryDependencies<P> {
    /// What happened.
    pub index: Index,
    /// What waits.
    pub pool: Arc<P>,
    /// How much a query for logs may take.
    pub limits: LogLimits,
    /// How far synchronisation is.
    pub syncing: SyncStatus,
    /// Runs the task that watches the pool.
    pub spawner: Arc<dyn SpawnNamed>,
}

/// Puts the methods together, and begins to watch the pool.
///
/// # Errors
/// Two methods of one name, which a test would have found.
pub fn create<P, V>(
    dependencies: HistoryDependencies<P>,
) -> Result<RpcModule<()>, RegisterMethodError>
where
    P: TransactionPool + 'static,
    P::Block: BlockT,
    V: EthereumView<P::Block>,
{
    let HistoryDependencies {
        index,
        pool,
        limits,
        syncing,
        spawner,
    } = dependencies;
    let pending = PendingTransactions::default();
    spawner.spawn(
        "ethereum-pending-transactions",
        Some(TASK_GROUP),
        Box::pin(pending.clone().watch::<P, V>(pool.clone())),
    );
    methods(index, Pool::<P, V>::new(pool), pending, limits, syncing)
}

/// The methods over any kind of pool.
///
/// # Errors
/// See [`create`].
pub fn methods(
    index: Index,
    waiting: impl WaitingTransactions,
    news: PendingTransactions,
    limits: LogLimits,
    syncing: SyncStatus,
) -> Result<RpcModule<()>, RegisterMethodError> {
    let mut module = RpcModule::new(());
    // Other turns than those of calls: who runs many calls keeps nobody from reading logs.
    let turns = Turns::default();
    module.merge(Blocks::new(index.clone(), waiting).into_rpc())?;
    module.merge(Fees::new(index.clone(), turns.clone()).into_rpc())?;
    module.merge(Filters::new(index.clone(), news.clone(), limits, turns).into_rpc())?;
    module.merge(Subscriptions::new(index, news, syncing).into_rpc())?;
    Ok(module)
}
