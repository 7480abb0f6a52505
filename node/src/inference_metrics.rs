// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the offchain worker does with the pool, for Prometheus.
//!
//! The offchain worker is part of the runtime and cannot serve metrics itself. It leaves its state in
//! the node's offchain storage; here that is read after each block and shown.

use futures::{FutureExt, StreamExt};
use openledger_offchain_workers::{
    endpoints::Endpoint as PoolEntry,
    state::{Counters, Stage, State, STATE_KEY},
};
use openledger_runtime::opaque::Block;
use polkadot_sdk::*;
use sc_client_api::ImportNotifications;
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use substrate_prometheus_endpoint::{
    register, Counter, Gauge, GaugeVec, Opts, PrometheusError, Registry, U64,
};

use crate::inference_pool::Endpoint;

/// The metrics of a validator's pool.
pub struct InferenceMetrics {
    pool: Vec<(String, PoolEntry)>,
    shown: Counters,
    healthy: GaugeVec<U64>,
    open: Gauge<U64>,
    waiting: Gauge<U64>,
    dispatched: Gauge<U64>,
    accepted: Counter<U64>,
    refused: Counter<U64>,
    failed: Counter<U64>,
    submitted: Counter<U64>,
    forged: Counter<U64>,
}

impl InferenceMetrics {
    /// Registers the metrics of `pool`.
    pub fn register(pool: &[Endpoint], registry: &Registry) -> Result<Self, PrometheusError> {
        let gauge = |name: &str, help: &str| register(Gauge::new(name, help)?, registry);
        let counter = |name: &str, help: &str| register(Counter::new(name, help)?, registry);
        let healthy = GaugeVec::new(
            Opts::new(
                "openledger_inference_endpoint_healthy",
                "Whether a worker of the pool answered well when it was last asked: 1 or 0",
            ),
            &["endpoint"],
        )?;
        let pool: Vec<_> = pool
            .iter()
            .filter_map(|endpoint| {
                // The pool was checked when it was read: all of it parses.
                let entry = PoolEntry::parse(endpoint.as_str().as_bytes()).ok()?;
                Some((endpoint.as_str().to_string(), entry))
            })
            .collect();
        for (url, _) in &pool {
            healthy.with_label_values(&[url]).set(1);
        }
        Ok(Self {
            pool,
            shown: Counters::default(),
            healthy: register(healthy, registry)?,
            open: gauge(
                "openledger_inference_jobs_open",
                "Jobs on chain that wait for their receipt, of all validators",
            )?,
            waiting: gauge(
                "openledger_inference_jobs_pending",
                "Jobs of this validator that no worker has taken yet",
            )?,
            dispatched: gauge(
                "openledger_inference_jobs_dispatched",
                "Jobs of this validator that a worker has taken and that are not settled yet",
            )?,
            accepted: counter(
                "openledger_inference_jobs_accepted_total",
                "Jobs that a worker took",
            )?,
            refused: counter(
                "openledger_inference_jobs_refused_total",
                "Jobs that a worker was too busy for, did not see on chain, or cannot serve",
            )?,
            failed: counter(
                "openledger_inference_jobs_failed_total",
                "Jobs that a worker gave no valid answer to when it was offered them",
            )?,
            submitted: counter(
                "openledger_inference_receipts_submitted_total",
                "Receipts that the transaction pool took from this validator",
            )?,
            forged: counter(
                "openledger_inference_receipts_forged_total",
                "Receipts of workers of the pool that break the rules of the chain",
            )?,
        })
    }

    /// Shows what the offchain worker has left in `storage`, after every block.
    pub async fn follow(
        mut self,
        blocks: ImportNotifications<Block>,
        storage: impl OffchainStorage,
    ) {
        let mut blocks = blocks.fuse();
        while blocks.next().await.is_some() {
            // One look is enough for blocks that came together.
            while let Some(Some(_)) = blocks.next().now_or_never() {}
            if let Some(state) = storage
                .get(STORAGE_PREFIX, STATE_KEY)
                .and_then(|bytes| State::peek(&bytes))
            {
                self.show(&state);
            }
        }
    }

    fn show(&mut self, state: &State) {
        for (url, entry) in &self.pool {
            self.healthy
                .with_label_values(&[url])
                .set(u64::from(state.health.is_well(entry.id)));
        }
        let waiting = state
            .jobs
            .values()
            .filter(|job| matches!(job.stage, Stage::Waiting { .. }))
            .count();
        self.open.set(u64::from(state.counters.open_jobs));
        self.waiting.set(waiting as u64);
        self.dispatched
            .set(state.jobs.len().saturating_sub(waiting) as u64);
        let (old, new) = (&self.shown, &state.counters);
        for (counter, old, new) in [
            (&self.accepted, old.accepted, new.accepted),
            (&self.refused, old.refused, new.refused),
            (&self.failed, old.failed, new.failed),
            (&self.submitted, old.submitted, new.submitted),
            (&self.forged, old.forged, new.forged),
        ] {
            // A state that was lost begins at zero again, as a restarted process does.
            counter.inc_by(new.checked_sub(old).unwrap_or(new));
        }
        self.shown = new.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference_pool::parse_endpoint;
    use codec::{Decode, Encode};

    const URL: &str = "http://127.0.0.1:8600";

    fn metrics() -> InferenceMetrics {
        let pool = [parse_endpoint(URL).expect("the address is valid")];
        InferenceMetrics::register(&pool, &Registry::new()).expect("the names are free")
    }

    /// A state with these counters.
    fn state(accepted: u64) -> State {
        let mut externalities = sp_io::TestExternalities::default();
        let (offchain, _) = sp_core::offchain::testing::TestOffchainExt::new();
        externalities.register_extension(sp_core::offchain::OffchainDbExt::new(offchain));
        let mut state = externalities.execute_with(|| State::load(Default::default(), 1));
        state.counters.accepted = accepted;
        State::decode(&mut &state.encode()[..]).expect("it was encoded")
    }

    #[test]
    fn workers_should_be_healthy_before_they_are_asked() {
        assert_eq!(metrics().healthy.with_label_values(&[URL]).get(), 1);
    }

    #[test]
    fn counters_should_be_those_of_the_offchain_worker() {
        let mut metrics = metrics();
        for accepted in [3, 3, 5] {
            metrics.show(&state(accepted));
        }
        assert_eq!(metrics.accepted.get(), 5);
    }

    #[test]
    fn counters_should_go_on_when_the_state_was_lost() {
        let mut metrics = metrics();
        for accepted in [5, 2] {
            metrics.show(&state(accepted));
        }
        assert_eq!(metrics.accepted.get(), 7);
    }
}
