// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use openledger_primitives::{
    views::{InfluenceEntry, InfluenceTotals, ReceiptView},
    ContributionId, JobId, JobRef, SignedReceipt,
};
use polkadot_sdk::frame_support::assert_ok;

/// Settles a job of 7,000 planck.
fn settled() -> SignedReceipt {
    let receipt = receipt(request(10_000), 1_000);
    assert_ok!(submit(receipt.clone()));
    receipt
}

#[test]
fn receipt_view_should_show_what_was_settled() {
    run(|| {
        let signed = settled();
        let receipt = signed.receipt.clone();
        let expected = ReceiptView {
            job: receipt.job,
            hash: signed.hash(),
            consumer: consumer(),
            adapter: ADAPTER,
            worker: worker(),
            input_hash: receipt.input_hash,
            output_hash: receipt.output_hash,
            units: 1_000,
            fee: 7_000,
            influence: receipt.influence.0.into_inner(),
            method: receipt.method,
            evidence: receipt.evidence,
            settled_at: 1,
        };
        assert_eq!(Attribution::receipt_view(receipt.job), Some(expected));
    });
}

#[test]
fn receipt_view_should_be_none_for_an_open_job() {
    run(|| {
        let job = JobRef::Escrowed(request(100));
        assert_eq!(Attribution::receipt_view(job), None);
    });
}

#[test]
fn credits_of_should_be_zero_for_a_stranger() {
    run(|| assert_eq!(Attribution::credits_of(other()), 0));
}

#[test]
fn ended_should_answer_in_order() {
    run(|| {
        let settled = settled().receipt.job;
        let open = JobRef::Escrowed(request(100));
        let unknown = JobRef::Escrowed(JobId(99));
        let ended = Attribution::ended(vec![open, settled, unknown]);
        assert_eq!(ended, [false, true, false]);
    });
}

#[test]
fn ended_should_answer_at_most_256() {
    run(|| {
        let jobs = vec![JobRef::Escrowed(JobId(0)); 300];
        assert_eq!(Attribution::ended(jobs).len(), 256);
    });
}

#[test]
fn influence_of_should_ascend_by_contribution() {
    run(|| {
        settled();
        let entry = |id, contributor, influence_ppm, earned| InfluenceEntry {
            contribution: ContributionId(id),
            contributor,
            totals: InfluenceTotals {
                receipts: 1,
                influence_ppm,
                earned,
            },
        };
        let expected = [
            entry(1, alice(), 500_000, 2_100),
            entry(2, bob(), 300_000, 1_260),
            entry(3, alice(), 200_000, 840),
        ];
        assert_eq!(Attribution::influence_of(ADAPTER), expected);
    });
}

#[test]
fn influence_of_should_be_empty_for_an_adapter_that_answered_nothing() {
    run(|| {
        settled();
        assert_eq!(Attribution::influence_of(OTHER_ADAPTER), []);
    });
}
