// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Every reason to refuse a receipt, each with nothing changed.

use super::mock::*;
use crate::Error;
use openledger_primitives::{
    traits::AdapterTerms, AdapterId, Balance, ContributionId, InferenceReceipt, InfluenceShare,
    JobId, JobRef, Ppm, H256,
};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::{ed25519, Pair},
    sp_runtime::DispatchError,
};

/// Submits the receipt of a job of 100 planck, changed before it is signed, and expects `error`
/// with nothing changed.
fn refused(change: impl FnOnce(&mut InferenceReceipt), error: impl Into<DispatchError>) {
    run(|| {
        let mut receipt = statement(JobRef::Escrowed(request(100)), 10);
        change(&mut receipt);
        assert_noop!(submit(sign(receipt)), error.into());
    });
}

#[test]
fn an_unchanged_receipt_should_pass() {
    run(|| {
        assert_ok!(submit(receipt(request(100), 10)));
    });
}

#[test]
fn another_receipt_version_should_be_refused() {
    refused(
        |receipt| receipt.version = 2,
        Error::<Test>::WrongReceiptVersion,
    );
}

#[test]
fn another_chains_receipt_should_be_refused() {
    refused(
        |receipt| receipt.genesis = H256([1; 32]),
        Error::<Test>::WrongChain,
    );
}

#[test]
fn a_job_that_never_was_should_be_refused() {
    let error = pallet_inference::Error::<Test>::UnknownOrEndedJob;
    refused(|receipt| receipt.job = JobRef::Escrowed(JobId(9)), error);
}

#[test]
fn a_settled_job_should_be_refused() {
    run(|| {
        let receipt = receipt(request(100), 10);
        assert_ok!(submit(receipt.clone()));
        let error = pallet_inference::Error::<Test>::UnknownOrEndedJob;
        assert_noop!(submit(receipt), error);
    });
}

#[test]
fn a_settled_job_should_be_refused_with_another_receipt() {
    run(|| {
        let job = request(100);
        assert_ok!(submit(receipt(job, 10)));
        let error = pallet_inference::Error::<Test>::UnknownOrEndedJob;
        assert_noop!(submit(receipt(job, 11)), error);
    });
}

#[test]
fn a_cancelled_job_should_be_refused() {
    run(|| {
        let job = request(100);
        go_to(1 + DEADLINE);
        assert_ok!(Inference::cancel(RuntimeOrigin::signed(consumer()), job));
        let error = pallet_inference::Error::<Test>::UnknownOrEndedJob;
        assert_noop!(submit(receipt(job, 10)), error);
    });
}

#[test]
fn a_refunded_job_should_be_refused() {
    run(|| {
        let job = request(100);
        go_to(2 + DEADLINE + REFUND_DELAY);
        let error = pallet_inference::Error::<Test>::UnknownOrEndedJob;
        assert_noop!(submit(receipt(job, 10)), error);
    });
}

#[test]
fn another_adapter_should_be_refused() {
    refused(
        |receipt| receipt.adapter = OTHER_ADAPTER,
        Error::<Test>::WrongAdapter,
    );
}

#[test]
fn another_artifact_should_be_refused() {
    refused(
        |receipt| receipt.artifact = H256([1; 32]),
        Error::<Test>::WrongArtifact,
    );
}

#[test]
fn another_input_should_be_refused() {
    refused(
        |receipt| receipt.input_hash = H256([1; 32]),
        Error::<Test>::WrongInput,
    );
}

#[test]
fn a_receipt_that_names_a_voucher_should_be_refused_for_an_escrowed_job() {
    refused(
        |receipt| receipt.voucher = Some(H256([1; 32])),
        Error::<Test>::WrongVoucher,
    );
}

#[test]
fn an_adapter_that_is_gone_should_be_refused() {
    run(|| {
        let receipt = receipt(request(100), 10);
        Adapters::mutate(|adapters| adapters.remove(&ADAPTER));
        assert_noop!(submit(receipt), Error::<Test>::UnknownAdapter);
    });
}

#[test]
fn an_adapter_that_was_retired_meanwhile_should_pass() {
    run(|| {
        let job = request(100);
        set_adapter(
            ADAPTER,
            AdapterTerms {
                servable: false,
                ..terms(PRICE)
            },
        );
        assert_ok!(submit(receipt(job, 10)));
    });
}

#[test]
fn an_unregistered_worker_should_be_refused() {
    refused(
        |receipt| receipt.worker = other(),
        Error::<Test>::UnknownWorker,
    );
}

#[test]
fn a_retired_worker_should_be_refused() {
    run(|| {
        let receipt = receipt(request(100), 10);
        assert_ok!(Inference::retire_worker(RuntimeOrigin::signed(worker())));
        assert_noop!(submit(receipt), Error::<Test>::UnknownWorker);
    });
}

#[test]
fn a_signature_by_another_key_should_be_refused() {
    run(|| {
        let mut receipt = receipt(request(100), 10);
        let another = ed25519::Pair::from_seed(&[99; 32]);
        receipt.signature = another.sign(&receipt.receipt.payload());
        assert_noop!(submit(receipt), Error::<Test>::BadSignature);
    });
}

#[test]
fn a_receipt_that_was_changed_after_signing_should_be_refused() {
    run(|| {
        let mut receipt = receipt(request(100), 10);
        receipt.receipt.units = 11;
        assert_noop!(submit(receipt), Error::<Test>::BadSignature);
    });
}

#[test]
fn no_units_should_be_refused() {
    refused(|receipt| receipt.units = 0, Error::<Test>::NoUnits);
}

#[test]
fn units_over_the_escrow_should_be_refused() {
    // 100 planck pay for 14 units of 7 planck.
    refused(|receipt| receipt.units = 15, Error::<Test>::UnitsOverEscrow);
}

#[test]
fn all_units_of_the_escrow_should_pass() {
    run(|| {
        assert_ok!(submit(receipt(request(100), 14)));
    });
}

#[test]
fn units_whose_cost_overflows_should_be_refused() {
    run(|| {
        set_adapter(ADAPTER, terms(u128::MAX / 2));
        let channel = channel(1_000);
        let mut voucher = voucher(channel, 0, 1_000);
        voucher.voucher.unit_price = u128::MAX / 2;
        let error = pallet_inference::Error::<Test>::ChannelExhausted;
        assert_noop!(submit(channel_receipt(voucher, u32::MAX)), error);
        set_adapter(ADAPTER, terms(PRICE));
        let job = request(FUNDS / 2);
        pallet_inference::Jobs::<Test>::mutate(job, |job| {
            job.as_mut().expect("open").unit_price = u128::MAX;
        });
        assert_noop!(
            submit(receipt(job, u32::MAX)),
            Error::<Test>::UnitsOverEscrow
        );
        pallet_inference::Jobs::<Test>::mutate(job, |job| {
            job.as_mut().expect("open").unit_price = PRICE;
        });
    });
}

#[test]
fn an_empty_vector_should_be_refused() {
    refused(
        |receipt| receipt.influence = raw_vector(&[]),
        Error::<Test>::VectorEmpty,
    );
}

#[test]
fn an_unsorted_vector_should_be_refused() {
    let vector = raw_vector(&[(2, 500_000), (1, 500_000)]);
    refused(
        |receipt| receipt.influence = vector,
        Error::<Test>::VectorUnsorted,
    );
}

#[test]
fn a_vector_that_names_a_contribution_twice_should_be_refused() {
    let vector = raw_vector(&[(1, 500_000), (1, 500_000)]);
    refused(
        |receipt| receipt.influence = vector,
        Error::<Test>::VectorDuplicate,
    );
}

#[test]
fn a_vector_with_a_zero_share_should_be_refused() {
    let vector = raw_vector(&[(1, 1_000_000), (2, 0)]);
    refused(
        |receipt| receipt.influence = vector,
        Error::<Test>::VectorZeroShare,
    );
}

#[test]
fn a_vector_whose_sum_is_short_should_be_refused() {
    let vector = raw_vector(&[(1, 500_000), (2, 499_999)]);
    refused(
        |receipt| receipt.influence = vector,
        Error::<Test>::VectorWrongSum,
    );
}

#[test]
fn a_vector_whose_sum_is_over_should_be_refused() {
    let vector = raw_vector(&[(1, 500_000), (2, 500_001)]);
    refused(
        |receipt| receipt.influence = vector,
        Error::<Test>::VectorWrongSum,
    );
}

#[test]
fn a_vector_whose_sum_wraps_around_should_be_refused() {
    let wrapping = u32::MAX - 1_000_000 + 2;
    let vector = raw_vector(&[(1, 1_000_000), (2, wrapping), (3, 999_999)]);
    refused(
        |receipt| receipt.influence = vector,
        Error::<Test>::VectorWrongSum,
    );
}

#[test]
fn a_contribution_outside_the_lineage_should_be_refused() {
    let vector = raw_vector(&[(1, 500_000), (4, 500_000)]);
    refused(
        |receipt| receipt.influence = vector,
        Error::<Test>::OutsideLineage,
    );
}

#[test]
fn the_longest_vector_should_pass() {
    run(|| {
        let lineage = (0..256).map(|id| (ContributionId(id), alice())).collect();
        let adapter = Adapter {
            terms: terms(PRICE),
            lineage,
        };
        Adapters::mutate(|adapters| adapters.insert(ADAPTER, adapter));
        let share = |id| InfluenceShare {
            contribution: ContributionId(id),
            share: Ppm(if id == 0 {
                1_000_000 - 255 * 3_000
            } else {
                3_000
            }),
        };
        let mut receipt = statement(JobRef::Escrowed(request(10_000)), 1_000);
        let shares: Vec<_> = (0..256).map(share).collect();
        receipt.influence.0 = shares.try_into().expect("within the bound");
        assert_ok!(submit(sign(receipt)));
    });
}

#[test]
fn an_adapter_of_another_job_should_be_refused_even_when_it_is_servable() {
    run(|| {
        let job = request(100);
        let mut receipt = statement(JobRef::Escrowed(job), 10);
        receipt.adapter = AdapterId(77);
        assert_noop!(submit(sign(receipt)), Error::<Test>::WrongAdapter);
    });
}

#[test]
fn a_channels_request_below_the_least_fee_should_be_refused() {
    run(|| {
        let channel = channel(1_000);
        let receipt = channel_receipt(voucher(channel, 0, 100), 2);
        assert_noop!(submit(receipt), Error::<Test>::FeeBelowMinimum);
    });
}

#[test]
fn an_escrowed_job_below_the_least_fee_should_be_refused() {
    refused(|receipt| receipt.units = 2, Error::<Test>::FeeBelowMinimum);
}

/// What three entries take: as many as [`statement`] has.
const THREE_ENTRIES: Balance = MIN_FEE + 2 * FEE_PER_ENTRY;

#[test]
fn a_fee_that_pays_for_every_entry_should_pass() {
    run(|| {
        assert_eq!(4 * PRICE, THREE_ENTRIES);
        assert_ok!(submit(receipt(request(100), 4)));
    });
}

#[test]
fn a_vector_that_is_longer_than_the_fee_pays_for_should_be_refused() {
    refused(|receipt| receipt.units = 3, Error::<Test>::VectorOverFee);
}

#[test]
fn a_vector_that_is_longer_than_a_channels_request_pays_for_should_be_refused() {
    run(|| {
        let receipt = channel_receipt(voucher(channel(1_000), 0, 100), 3);
        assert_noop!(submit(receipt), Error::<Test>::VectorOverFee);
    });
}

#[test]
fn the_largest_shares_should_pass_where_all_of_them_cost_too_much() {
    run(|| {
        let mut receipt = statement(JobRef::Escrowed(request(100)), 3);
        receipt.influence = raw_vector(&[(1, 1_000_000)]);
        assert_ok!(submit(sign(receipt)));
    });
}

#[test]
fn a_channels_request_over_the_signed_amount_should_be_refused() {
    run(|| {
        let channel = channel(1_000);
        let receipt = channel_receipt(voucher(channel, 0, 100), 15);
        assert_noop!(submit(receipt), Error::<Test>::UnitsOverEscrow);
    });
}

#[test]
fn a_channels_request_without_its_voucher_should_be_refused() {
    run(|| {
        let mut receipt = channel_receipt(voucher(channel(1_000), 0, 100), 10);
        receipt.voucher = None;
        assert_noop!(
            submit(receipt),
            pallet_inference::Error::<Test>::VoucherMissing
        );
    });
}

#[test]
fn a_voucher_other_than_the_one_that_was_served_should_be_refused() {
    run(|| {
        let channel = channel(1_000);
        let mut receipt = channel_receipt(voucher(channel, 0, 100), 10);
        receipt.voucher = Some(voucher(channel, 0, 200));
        assert_noop!(submit(receipt), Error::<Test>::WrongVoucher);
    });
}

#[test]
fn an_escrowed_job_with_a_voucher_should_be_refused() {
    run(|| {
        let mut receipt = receipt(request(100), 10);
        receipt.voucher = Some(voucher(channel(1_000), 0, 100));
        assert_noop!(
            submit(receipt),
            pallet_inference::Error::<Test>::UnexpectedVoucher
        );
    });
}
