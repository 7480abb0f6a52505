// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `models_*`: what an adapter was made of.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use openledger_primitives::{runtime_api::ModelsApi as ModelsRuntimeApi, AdapterId};
use openledger_runtime::{opaque::Block, Hash};
use polkadot_sdk::*;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

use super::{block_or_best, error::Error, types::AdapterLineage};

/// Models. Each method reads the state of block `at`, or of the best one.
#[rpc(server)]
pub trait ModelsApi {
    /// Leads from an adapter over the versions it was trained on to their contributions and the
    /// accounts behind them.
    #[method(name = "models_lineage", blocking)]
    fn lineage(&self, adapter: AdapterId, at: Option<Hash>) -> RpcResult<AdapterLineage>;
}

/// Answers from the client's state.
pub struct Models<C> {
    client: Arc<C>,
}

impl<C> Models<C> {
    /// Answers from the state of `client`.
    pub fn new(client: Arc<C>) -> Self {
        Self { client }
    }
}

impl<C> ModelsApiServer for Models<C>
where
    C: ProvideRuntimeApi<Block> + HeaderBackend<Block> + Send + Sync + 'static,
    C::Api: ModelsRuntimeApi<Block>,
{
    fn lineage(&self, adapter: AdapterId, at: Option<Hash>) -> RpcResult<AdapterLineage> {
        let at = block_or_best(&*self.client, at)?;
        let lineage = self
            .client
            .runtime_api()
            .lineage(at, adapter)
            .map_err(Error::runtime("ModelsApi_lineage", at))?;
        Ok(lineage.ok_or_else(|| unknown_adapter(adapter))?.into())
    }
}

/// Fails when there is no such adapter.
pub fn ensure_adapter<C>(client: &C, adapter: AdapterId, at: Hash) -> Result<(), Error>
where
    C: ProvideRuntimeApi<Block>,
    C::Api: ModelsRuntimeApi<Block>,
{
    let view = client
        .runtime_api()
        .adapter(at, adapter)
        .map_err(Error::runtime("ModelsApi_adapter", at))?;
    view.map(drop).ok_or_else(|| unknown_adapter(adapter))
}

fn unknown_adapter(adapter: AdapterId) -> Error {
    Error::UnknownId(format!(
        "there is no adapter {adapter}: the runtime API ModelsApi_adapters lists those there are"
    ))
}
