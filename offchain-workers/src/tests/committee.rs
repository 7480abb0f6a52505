// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Several validators that share a pool, each with its own view of it.

use std::collections::{BTreeMap, BTreeSet};

use polkadot_sdk::sp_io::hashing::blake2_256;
use proptest::prelude::*;

use super::*;
use crate::state::QUEUE_TIMEOUT;

const JOBS: u64 = 40;
const VALIDATORS: u8 = 4;

/// Workers that are loaded: they answer in a second, which is late, or at once. When a validator asks one
/// again it is late twice in a row at most.
struct Load {
    seed: u64,
    late: BTreeMap<(u8, &'static str), u32>,
}

impl Load {
    /// Runs after block `now` on the node of `validator`.
    fn run(&mut self, node: &Node, validator: u8, now: BlockNumber) {
        for url in [A, B] {
            let delay = if self.is_late(validator, url, now) {
                1_000
            } else {
                5
            };
            let worker = Worker {
                delay,
                ..Worker::default()
            };
            node.network.set(url, worker);
        }
        node.run(now);
        let asked = node.network.take_polls();
        for url in [A, B] {
            let is_late = self.is_late(validator, url, now);
            if asked.iter().any(|other| other == url) {
                let in_a_row = self.late.entry((validator, url)).or_default();
                *in_a_row = if is_late { *in_a_row + 1 } else { 0 };
            }
        }
    }

    fn is_late(&self, validator: u8, url: &'static str, now: BlockNumber) -> bool {
        let in_a_row = self.late.get(&(validator, url)).copied();
        in_a_row.unwrap_or(0) < 2 && blake2_256(&(self.seed, validator, url, now).encode())[0] < 100
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Also when one of the validators is gone after some blocks, and the others take over.
    #[test]
    fn jobs_should_be_given_to_one_worker_each_when_workers_are_late_now_and_then(
        seed: u64, last_of_first in 1..QUEUE_TIMEOUT,
    ) {
        let nodes: Vec<Node> = (0..VALIDATORS).map(|_| Node::new(&[A, B])).collect();
        let keys: Vec<[u8; 32]> = (0..VALIDATORS).map(|v| blake2_256(&(seed, v).encode())).collect();
        chain(|chain| (chain.validators, chain.jobs) = (keys.clone(), jobs(0..JOBS)));
        let mut load = Load { seed, late: BTreeMap::new() };
        let mut holders: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
        for now in 1..=QUEUE_TIMEOUT {
            for ((validator, node), key) in (0..).zip(&nodes).zip(&keys) {
                if validator == 0 && now > last_of_first {
                    continue;
                }
                chain(|chain| chain.local = Some(*key));
                load.run(node, validator, now);
                for (url, job) in node.take_offers() {
                    holders.entry(job).or_default().insert(url);
                }
            }
        }
        prop_assert_eq!(holders.len() as u64, JOBS);
        let twice: Vec<_> = holders.iter().filter(|(_, urls)| urls.len() > 1).collect();
        prop_assert!(twice.is_empty(), "{:?}", twice);
    }
}
