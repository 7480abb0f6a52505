// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What is answered from the chain's state and the transaction pool, one file per subject. What is
//! answered from the index is in `history.rs` and its neighbours.

mod debug;
mod execution;
mod gas;
mod network;
mod overrides;
mod state;
mod tracer;
mod transactions;
mod txpool;
mod unsupported;

use std::sync::{Arc, OnceLock};

use jsonrpsee::{server::RegisterMethodError, RpcModule};
use polkadot_sdk::*;
use sc_client_api::BlockBackend;
use sc_transaction_pool_api::TransactionPool;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use sp_runtime::traits::{Block as BlockT, NumberFor};

use crate::{
    error::{Error, Result},
    pool::Pool,
    runtime::Runtime,
    turns::Turns,
    types::{BlockId, BlockTag},
    view::{EthereumRuntimeApi, EthereumView},
    Index,
};
pub use network::NetworkStatus;
use transactions::Submitted;

/// The chain as the methods need it.
pub trait EthereumClient<B: BlockT>:
    ProvideRuntimeApi<B, Api: EthereumRuntimeApi<B>>
    + HeaderBackend<B>
    + BlockBackend<B>
    + Send
    + Sync
    + 'static
{
}

impl<B, C> EthereumClient<B> for C
where
    B: BlockT,
    C: ProvideRuntimeApi<B, Api: EthereumRuntimeApi<B>>
        + HeaderBackend<B>
        + BlockBackend<B>
        + Send
        + Sync
        + 'static,
{
}

/// What the methods are answered from.
pub struct Dependencies<C, P> {
    /// The chain and its runtime.
    pub client: Arc<C>,
    /// Transactions that wait for a block.
    pub pool: Arc<P>,
    /// Blocks and transactions by their Ethereum hashes.
    pub index: Index,
    /// Peers and synchronisation.
    pub network: Arc<dyn NetworkStatus>,
    /// The node's name and version, as `web3_clientVersion` tells it.
    pub client_version: String,
    /// Whether the node signs for the well-known development accounts.
    pub sign_for_development: bool,
}

/// All methods on state, execution, transactions, pool, network and traces.
pub fn module<B, C, P, V>(
    dependencies: Dependencies<C, P>,
) -> std::result::Result<RpcModule<()>, RegisterMethodError>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    let context: Arc<Context<B, C, P, V>> = Arc::new(Context::new(dependencies));
    let mut module = RpcModule::new(());
    module.merge(state::EthStateApiServer::into_rpc(state::State(
        context.clone(),
    )))?;
    module.merge(execution::EthExecutionApiServer::into_rpc(
        execution::Execution(context.clone()),
    ))?;
    module.merge(transactions::EthTransactionsApiServer::into_rpc(
        transactions::Transactions::new(context.clone()),
    ))?;
    module.merge(txpool::TxPoolApiServer::into_rpc(txpool::TxPool(
        context.clone(),
    )))?;
    module.merge(debug::DebugApiServer::into_rpc(debug::Debug(
        context.clone(),
    )))?;
    module.merge(network::NetworkApiServer::into_rpc(network::Network(
        context,
    )))?;
    unsupported::register(&mut module)?;
    Ok(module)
}

/// What the methods share.
struct Context<B, C, P, V> {
    runtime: Runtime<B, C>,
    pool: Pool<P, V>,
    index: Index,
    network: Arc<dyn NetworkStatus>,
    client_version: String,
    sign_for_development: bool,
    chain_id: OnceLock<u64>,
    submitted: Submitted,
    executions: Turns,
}

impl<B, C, P, V> Context<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    fn new(dependencies: Dependencies<C, P>) -> Self {
        let Dependencies {
            client,
            pool,
            index,
            network,
            client_version,
            sign_for_development,
        } = dependencies;
        Self {
            runtime: Runtime::new(client),
            pool: Pool::new(pool),
            index,
            network,
            client_version,
            sign_for_development,
            chain_id: OnceLock::new(),
            submitted: Submitted::default(),
            executions: Turns::default(),
        }
    }

    fn client(&self) -> &C {
        self.runtime.client()
    }

    /// The best block.
    fn best(&self) -> H256 {
        self.client().info().best_hash
    }

    /// The number that transactions are signed for. Genesis sets it for good.
    fn chain_id(&self) -> Result<u64> {
        if let Some(id) = self.chain_id.get() {
            return Ok(*id);
        }
        let id = self.runtime.chain_id(self.best())?;
        Ok(*self.chain_id.get_or_init(|| id))
    }

    /// Does what takes the runtime long, when it is its turn; see [`Turns`].
    async fn execute<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T>
    where
        Self: Send + Sync + 'static,
    {
        let context = self.clone();
        self.executions.run(move || work(&context)).await
    }

    /// The block whose state `block` means: the best one by default.
    ///
    /// The state that is pending is the best block's: what waits in the pool has not run.
    fn at(&self, block: Option<BlockId>) -> Result<H256> {
        let info = self.client().info();
        match block.unwrap_or_default() {
            BlockId::Tag(BlockTag::Latest | BlockTag::Pending) => Ok(info.best_hash),
            BlockId::Tag(BlockTag::Safe | BlockTag::Finalized) => Ok(info.finalized_hash),
            BlockId::Tag(BlockTag::Earliest) => Ok(info.genesis_hash),
            BlockId::Number(number) => {
                if number > info.best_number.into() {
                    return Err(Error::UnknownBlock);
                }
                let number = u32::try_from(number).map_err(|_| Error::UnknownBlock)?;
                self.client()
                    .hash(number.into())
                    .map_err(|error| Error::Internal(error.to_string()))?
                    .ok_or(Error::UnknownBlock)
            }
            hash @ BlockId::Hash { .. } => Ok(self.index.resolve(hash)?.substrate),
        }
    }
}
