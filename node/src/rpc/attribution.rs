// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `attribution_*`: receipts, credits and influence.

use std::sync::Arc;

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use openledger_primitives::{
    runtime_api::{AttributionApi as AttributionRuntimeApi, InferenceApi, ModelsApi},
    AccountId, AdapterId, JobRef,
};
use openledger_runtime::{opaque::Block, Hash};
use polkadot_sdk::*;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

use super::{
    block_or_best,
    error::Error,
    types::{Decimal, Influence, Receipt},
};

/// Receipts, credits and influence. Each method reads the state of block `at`, or of the best one.
#[rpc(server)]
pub trait AttributionApi {
    /// What an account can claim, planck. Zero for an account that was never credited.
    #[method(name = "attribution_creditsOf", blocking)]
    fn credits_of(&self, account: AccountId, at: Option<Hash>) -> RpcResult<Decimal>;

    /// The receipt that settled a job.
    #[method(name = "attribution_receipt", blocking)]
    fn receipt(&self, job: JobRef, at: Option<Hash>) -> RpcResult<Receipt>;

    /// What each contribution has done for an adapter, ascending by contribution.
    #[method(name = "attribution_influenceOf", blocking)]
    fn influence_of(&self, adapter: AdapterId, at: Option<Hash>) -> RpcResult<Vec<Influence>>;
}

/// Answers from the client's state.
pub struct Attribution<C> {
    client: Arc<C>,
}

impl<C> Attribution<C> {
    /// Answers from the state of `client`.
    pub fn new(client: Arc<C>) -> Self {
        Self { client }
    }
}

impl<C> AttributionApiServer for Attribution<C>
where
    C: ProvideRuntimeApi<Block> + HeaderBackend<Block> + Send + Sync + 'static,
    C::Api: AttributionRuntimeApi<Block> + InferenceApi<Block> + ModelsApi<Block>,
{
    fn credits_of(&self, account: AccountId, at: Option<Hash>) -> RpcResult<Decimal> {
        let at = block_or_best(&*self.client, at)?;
        let credits = self
            .client
            .runtime_api()
            .credits_of(at, account)
            .map_err(Error::runtime("AttributionApi_credits_of", at))?;
        Ok(Decimal(credits))
    }

    fn receipt(&self, job: JobRef, at: Option<Hash>) -> RpcResult<Receipt> {
        let at = block_or_best(&*self.client, at)?;
        let receipt = self
            .client
            .runtime_api()
            .receipt(at, job)
            .map_err(Error::runtime("AttributionApi_receipt", at))?;
        match receipt {
            Some(view) => Ok(view.into()),
            None => Err(self.why_no_receipt(job, at)?.into()),
        }
    }

    fn influence_of(&self, adapter: AdapterId, at: Option<Hash>) -> RpcResult<Vec<Influence>> {
        let at = block_or_best(&*self.client, at)?;
        let entries = self
            .client
            .runtime_api()
            .influence_of(at, adapter)
            .map_err(Error::runtime("AttributionApi_influence_of", at))?;
        if entries.is_empty() {
            // Nothing settled yet, or no such adapter: the first is an answer.
            super::models::ensure_adapter(&*self.client, adapter, at)?;
        }
        Ok(entries.into_iter().map(Influence::from).collect())
    }
}

impl<C> Attribution<C>
where
    C: ProvideRuntimeApi<Block>,
    C::Api: InferenceApi<Block>,
{
    /// Says of a job without a receipt what is known about it.
    fn why_no_receipt(&self, job: JobRef, at: Hash) -> Result<Error, Error> {
        let api = self.client.runtime_api();
        let message = match job {
            JobRef::Escrowed(job) => {
                match api
                    .job(at, job)
                    .map_err(Error::runtime("InferenceApi_job", at))?
                {
                    Some(open) => format!(
                        "job {job} is not settled yet: it can be answered, and from block {} on \
                         cancelled",
                        open.deadline
                    ),
                    None => format!(
                        "job {job} has no receipt: it was never requested, was cancelled or \
                         refunded, or settled so long ago that the receipt was removed from the \
                         state"
                    ),
                }
            }
            JobRef::Channel { channel, sequence } => {
                let known = api
                    .channel(at, channel)
                    .map_err(Error::runtime("InferenceApi_channel", at))?
                    .is_some();
                if known {
                    format!(
                        "request {sequence} of channel {channel} has no receipt: it is not settled \
                         yet, or settled so long ago that the receipt was removed from the state"
                    )
                } else {
                    format!(
                        "there is no open channel {channel}, and no receipt of its request \
                         {sequence}"
                    )
                }
            }
        };
        Ok(Error::UnknownId(message))
    }
}
