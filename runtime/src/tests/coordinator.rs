// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the inference coordinator is told of receipts.

use openledger_offchain_workers::{Chain, Verdict};
use openledger_primitives::{
    content_hash, AdapterId, ContributionId, InferenceReceipt, JobId, SignedReceipt, H256,
};
use polkadot_sdk::*;
use sp_core::{ed25519, Pair};

use super::chain::*;
use crate::*;

/// The worker's receipt for a job that is open, as `change` makes it.
fn changed(change: impl FnOnce(&mut InferenceReceipt)) -> SignedReceipt {
    let (adapter, contributions) = ready();
    let job = request(adapter, OPEN);
    let mut signed = receipt(job, adapter, &[(contributions[0], 1_000_000)], 10);
    change(&mut signed.receipt);
    signed.signature = receipt_key().sign(&signed.receipt.payload());
    signed
}

/// What the coordinator is told of a receipt that is made on a development chain.
fn verdict(make: impl FnOnce() -> SignedReceipt) -> Verdict {
    let mut verdict = None;
    on_development_chain(|| verdict = Some(Runtime::check(&make())));
    verdict.expect("the chain ran")
}

#[test]
fn a_receipt_that_fits_its_job_should_be_payable() {
    assert_eq!(verdict(|| changed(|_| ())), Verdict::Payable);
}

/// After a reorganisation the number that the worker was given means a job about something else.
#[test]
fn a_receipt_with_another_input_than_its_jobs_should_be_unpayable() {
    let other = |receipt: &mut InferenceReceipt| receipt.input_hash = content_hash(b"a contract");
    assert_eq!(verdict(|| changed(other)), Verdict::Unpayable);
}

#[test]
fn a_receipt_with_another_adapter_than_its_jobs_should_be_unpayable() {
    let other = |receipt: &mut InferenceReceipt| receipt.adapter = AdapterId(1);
    assert_eq!(verdict(|| changed(other)), Verdict::Unpayable);
}

#[test]
fn a_receipt_for_more_units_than_its_job_pays_should_be_unpayable() {
    let other = |receipt: &mut InferenceReceipt| receipt.units = 101;
    assert_eq!(verdict(|| changed(other)), Verdict::Unpayable);
}

#[test]
fn a_receipt_for_a_job_that_nobody_asked_should_be_unpayable() {
    let other = |receipt: &mut InferenceReceipt| {
        receipt.job = openledger_primitives::JobRef::Escrowed(JobId(9));
    };
    assert_eq!(verdict(|| changed(other)), Verdict::Unpayable);
}

#[test]
fn a_receipt_with_another_keys_signature_should_be_forged() {
    let forged = || {
        let mut signed = changed(|_| ());
        signed.signature = ed25519::Pair::from_seed(&[43; 32]).sign(&signed.receipt.payload());
        signed
    };
    assert_eq!(verdict(forged), Verdict::Forged);
}

#[test]
fn a_receipt_of_another_artifact_should_be_forged() {
    let other = |receipt: &mut InferenceReceipt| receipt.artifact = H256([8; 32]);
    assert_eq!(verdict(|| changed(other)), Verdict::Forged);
}

#[test]
fn a_receipt_that_pays_outside_of_the_lineage_should_be_forged() {
    let forged = || {
        let (adapter, _) = ready();
        let job = request(adapter, OPEN);
        receipt(job, adapter, &[(ContributionId(7), 1_000_000)], 10)
    };
    assert_eq!(verdict(forged), Verdict::Forged);
}

#[test]
fn a_receipt_of_another_chain_should_be_forged() {
    let other = |receipt: &mut InferenceReceipt| receipt.genesis = H256([8; 32]);
    assert_eq!(verdict(|| changed(other)), Verdict::Forged);
}
