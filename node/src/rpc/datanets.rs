// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `datanets_*`: who contributed what.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use openledger_primitives::{
    runtime_api::DatanetsApi as DatanetsRuntimeApi, DatanetId, VersionRef,
};
use openledger_runtime::{opaque::Block, Hash};
use polkadot_sdk::*;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

use super::{block_or_best, error::Error, types::Proof};

/// Datanets. Each method reads the state of block `at`, or of the best one.
#[rpc(server)]
pub trait DatanetsApi {
    /// Leads from a row of a published version to the account that contributed it. Versions count
    /// from 1, rows from 0.
    #[method(name = "datanets_proofOf", blocking)]
    fn proof_of(
        &self,
        datanet: DatanetId,
        number: u32,
        row: u64,
        at: Option<Hash>,
    ) -> RpcResult<Proof>;
}

/// Answers from the client's state.
pub struct Datanets<C> {
    client: Arc<C>,
}

impl<C> Datanets<C> {
    /// Answers from the state of `client`.
    pub fn new(client: Arc<C>) -> Self {
        Self { client }
    }
}

impl<C> DatanetsApiServer for Datanets<C>
where
    C: ProvideRuntimeApi<Block> + HeaderBackend<Block> + Send + Sync + 'static,
    C::Api: DatanetsRuntimeApi<Block>,
{
    fn proof_of(
        &self,
        datanet: DatanetId,
        number: u32,
        row: u64,
        at: Option<Hash>,
    ) -> RpcResult<Proof> {
        let at = block_or_best(&*self.client, at)?;
        let version = VersionRef { datanet, number };
        let proof = self
            .client
            .runtime_api()
            .proof_of(at, version, row)
            .map_err(Error::runtime("DatanetsApi_proof_of", at))?;
        match proof {
            Some(proof) => Ok(proof.into()),
            None => Err(self.why_no_proof(version, row, at)?.into()),
        }
    }
}

impl<C> Datanets<C>
where
    C: ProvideRuntimeApi<Block>,
    C::Api: DatanetsRuntimeApi<Block>,
{
    /// Says which of version and row is not there.
    fn why_no_proof(&self, version: VersionRef, row: u64, at: Hash) -> Result<Error, Error> {
        let VersionRef { datanet, number } = version;
        let view = self
            .client
            .runtime_api()
            .version(at, version)
            .map_err(Error::runtime("DatanetsApi_version", at))?;
        Ok(Error::UnknownId(match view {
            Some(view) => format!(
                "version {number} of Datanet {datanet} has {} rows, counted from 0: there is no \
                 row {row}",
                view.rows
            ),
            None => format!(
                "Datanet {datanet} has no published version {number}; versions count from 1"
            ),
        }))
    }
}
