// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Makes blocks, as `sc_basic_authorship` does: inherents, then what the pool has ready, until the time is over or
//! the block is full. It differs in that transactions go to the runtime several at a time. Each call of the
//! runtime is of a fresh instance, and making one takes a good part of a transfer's time (decision 22).

mod block;
mod candidates;
mod fill;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

use std::{
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{
    channel::oneshot,
    future::{self, Future, FutureExt},
};
use openledger_runtime::{
    opaque::{Block, Header},
    BlockNumber, Hash,
};
use polkadot_sdk::*;
use sc_proposer_metrics::{EndProposingReason, MetricsLink};
use sc_service::SpawnTaskHandle;
use sc_telemetry::{telemetry, TelemetryHandle, CONSENSUS_INFO};
use sc_transaction_pool_api::TransactionPool;
use sp_blockchain::Error;
use sp_consensus::{Environment, Proposal, ProposeArgs};
use sp_inherents::InherentData;
use sp_runtime::{
    traits::{Block as _, Header as _},
    ExtrinsicInclusionMode,
};

use crate::service::{FullClient, FullPool};
use block::BlockInMaking;
use candidates::Candidates;
use fill::{fill, Filled};

/// Target of the log.
const LOG_TARGET: &str = "authorship";

/// The most bytes a block has: a larger one would not fit into a packet of the network.
const MAX_BLOCK_SIZE: usize = 4 * 1024 * 1024 + 512;

/// Makes a [`Proposer`] for each block.
#[derive(Clone)]
pub struct ProposerFactory {
    spawn_handle: SpawnTaskHandle,
    client: Arc<FullClient>,
    pool: Arc<FullPool>,
    metrics: MetricsLink,
    telemetry: Option<TelemetryHandle>,
}

impl ProposerFactory {
    /// Makes blocks on `client`'s chain of the transactions in `pool`. `registry` gets the metrics
    /// `substrate_proposer_*`.
    pub fn new(
        spawn_handle: SpawnTaskHandle,
        client: Arc<FullClient>,
        pool: Arc<FullPool>,
        registry: Option<&substrate_prometheus_endpoint::Registry>,
        telemetry: Option<TelemetryHandle>,
    ) -> Self {
        Self {
            spawn_handle,
            client,
            pool,
            metrics: MetricsLink::new(registry),
            telemetry,
        }
    }
}

impl Environment<Block> for ProposerFactory {
    type Proposer = Proposer;
    type CreateProposer = future::Ready<Result<Proposer, Error>>;
    type Error = Error;

    fn init(&mut self, parent: &Header) -> Self::CreateProposer {
        future::ready(Ok(Proposer {
            factory: self.clone(),
            parent: parent.hash(),
            parent_number: *parent.number(),
        }))
    }
}

/// Makes one block.
pub struct Proposer {
    factory: ProposerFactory,
    parent: Hash,
    parent_number: BlockNumber,
}

impl sp_consensus::Proposer<Block> for Proposer {
    type Error = Error;
    type Proposal = Pin<Box<dyn Future<Output = Result<Proposal<Block>, Error>> + Send>>;

    fn propose(self, args: ProposeArgs<Block>) -> Self::Proposal {
        let (sender, receiver) = oneshot::channel();
        // On a thread of its own: making a block takes as long as it may.
        self.factory
            .spawn_handle
            .clone()
            .spawn_blocking("authorship", None, async move {
                if sender.send(self.make(args).await).is_err() {
                    log::trace!(target: LOG_TARGET, "nobody waits for the block any more");
                }
            });
        async move { receiver.await? }.boxed()
    }
}

impl Proposer {
    async fn make(self, args: ProposeArgs<Block>) -> Result<Proposal<Block>, Error> {
        let started = Instant::now();
        // A tenth is for the end of the block and the root of its state.
        let deadline = started + args.max_duration - args.max_duration / 10;
        let size_limit = args.block_size_limit.unwrap_or(MAX_BLOCK_SIZE);

        let mut block = BlockInMaking::begin(
            &self.factory.client,
            self.parent,
            self.parent_number,
            args.inherent_digests,
            args.storage_proof_recorder,
            args.extra_extensions,
        )?;
        self.add_inherents(&mut block, args.inherent_data)?;
        let end = match block.mode() {
            ExtrinsicInclusionMode::AllExtrinsics => {
                self.add_transactions(&mut block, deadline, size_limit)
                    .await
            }
            ExtrinsicInclusionMode::OnlyInherents => EndProposingReason::TransactionForbidden,
        };
        let proposal = block.end()?;
        self.report(&proposal.block, end, started.elapsed());
        Ok(proposal)
    }

    /// Adds what the runtime makes of `data`, such as the time. Fails when the block would not be valid
    /// without one that is refused.
    fn add_inherents(&self, block: &mut BlockInMaking, data: InherentData) -> Result<(), Error> {
        let started = Instant::now();
        let inherents = block.inherents(data)?;
        self.factory.metrics.report(|metrics| {
            metrics
                .create_inherents_time
                .observe(started.elapsed().as_secs_f64());
        });
        for inherent in inherents {
            match block.apply(vec![inherent]).map(|applied| applied.refusal) {
                Ok(None) => {}
                Ok(Some(error)) if error.was_mandatory() => {
                    return Err(Error::Application(Box::from(format!(
                        "an inherent without which the block is not valid was refused: {error:?}"
                    ))));
                }
                Ok(Some(error)) => {
                    log::warn!(target: LOG_TARGET, "left out an inherent: {error:?}");
                }
                Err(error) => log::warn!(target: LOG_TARGET, "left out an inherent: {error}"),
            }
        }
        Ok(())
    }

    /// Adds what is ready in the pool, and tells the pool what is not valid. Returns what ended it.
    async fn add_transactions(
        &self,
        block: &mut BlockInMaking<'_>,
        deadline: Instant,
        size_limit: usize,
    ) -> EndProposingReason {
        let left = deadline.saturating_duration_since(Instant::now());
        let pending = self
            .factory
            .pool
            .ready_at_with_timeout(self.parent, left / 8)
            .await;
        let Filled { end, invalid } = fill(block, Candidates::new(pending), deadline, size_limit);
        self.factory
            .pool
            .report_invalid(Some(self.parent), invalid)
            .await;
        end
    }

    fn report(&self, block: &Block, end: EndProposingReason, took: Duration) {
        let header = block.header();
        let transactions = block.extrinsics().len();
        self.factory.metrics.report(|metrics| {
            metrics.number_of_transactions.set(transactions as u64);
            metrics.block_constructed.observe(took.as_secs_f64());
            metrics
                .create_block_proposal_time
                .observe(took.as_secs_f64());
            metrics.report_end_proposing_reason(end);
        });
        log::info!(
            target: LOG_TARGET,
            "🎁 Prepared block for proposing at {} ({} ms) hash: {:?}; parent_hash: {}; end: {end:?}; \
             extrinsics_count: {transactions}",
            header.number(),
            took.as_millis(),
            header.hash(),
            header.parent_hash(),
        );
        telemetry!(
            self.factory.telemetry;
            CONSENSUS_INFO;
            "prepared_block_for_proposing";
            "number" => ?header.number(),
            "hash" => ?header.hash(),
        );
    }
}
