// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Receipts settled per second of block execution: what the weights allow, and what a run of 1,000
//! receipts in batches took natively over in-memory state. Prints one JSON object.
//!
//! The run checks every signature and goes through the same call that offchain workers submit; it
//! leaves out the database and the WebAssembly executor, so it bounds a node from above.

use std::time::Instant;

use frame_support::{dispatch::DispatchClass, weights::constants::WEIGHT_REF_TIME_PER_SECOND};
use openledger_primitives::{JobRef, SignedReceipt};
use openledger_runtime::*;
use polkadot_sdk::*;

#[allow(dead_code)]
#[path = "../src/tests/chain.rs"]
mod chain;

const RECEIPTS: usize = 1_000;
const BATCH: usize = 32;

fn main() {
    chain::on_development_chain(|| {
        let (adapter, contributions) = chain::ready();
        let shares = [(contributions[0], 750_000), (contributions[1], 250_000)];
        let receipts: Vec<SignedReceipt> = (0..RECEIPTS)
            .map(|index| {
                // A block takes a bounded number of new jobs.
                System::set_block_number(1 + index as u32 / 256);
                let job = chain::request(adapter, OPEN);
                chain::receipt(job, adapter, &shares, 10)
            })
            .collect();
        let jobs: Vec<JobRef> = receipts.iter().map(|signed| signed.receipt.job).collect();

        let first = &receipts[..BATCH];
        let weight = Attribution::batch_weight(first)
            .saturating_add(Attribution::batch_check_weight(first))
            .ref_time();
        let weights = configs::RuntimeBlockWeights::get();
        let room = weights
            .get(DispatchClass::Normal)
            .max_total
            .unwrap_or(weights.max_block);

        let started = Instant::now();
        for batch in receipts.chunks(BATCH) {
            let receipts = batch.to_vec().try_into().expect("the batch fits");
            let origin = frame_system::RawOrigin::Authorized.into();
            Attribution::submit_receipts(origin, receipts).expect("the batch is accepted");
        }
        let seconds = started.elapsed().as_secs_f64();
        let settled = jobs
            .chunks(256)
            .flat_map(|jobs| Attribution::ended(jobs.to_vec()))
            .filter(|ended| *ended)
            .count();
        assert_eq!(settled, RECEIPTS, "every receipt settles");

        let per_second = BATCH as f64 * WEIGHT_REF_TIME_PER_SECOND as f64 / weight as f64;
        let per_block = BATCH as f64 * room.ref_time() as f64 / weight as f64;
        println!(
            "{}",
            serde_json::json!({
                "contributions_per_receipt": shares.len(),
                "batch": BATCH,
                "by_weights": {
                    "receipts_per_second_of_execution": per_second.round(),
                    "receipts_per_block": per_block.floor(),
                },
                "measured": {
                    "how": "native, in-memory state, without database and WebAssembly executor",
                    "receipts": settled,
                    "seconds": seconds,
                    "receipts_per_second": (settled as f64 / seconds).round(),
                },
            })
        );
    });
}
