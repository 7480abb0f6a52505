// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Event, TotalsStore, WeightInfo};
use openledger_primitives::traits::Escrow;
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok, dispatch::GetDispatchInfo, dispatch::Pays, weights::Weight,
        BoundedVec,
    },
    sp_runtime::DispatchError,
};

#[test]
fn submit_receipts_should_settle_every_receipt() {
    run(|| {
        let receipts = vec![receipt(request(100), 10), receipt(request(100), 5)];
        assert_ok!(submit_batch(receipts));
        assert_eq!(TotalsStore::<Test>::get().paid_in, 105);
    });
}

#[test]
fn submit_receipts_should_settle_jobs_of_both_kinds() {
    run(|| {
        let channel = channel(1_000);
        let receipts = vec![
            receipt(request(100), 10),
            channel_receipt(voucher(channel, 0, 100), 5),
        ];
        assert_ok!(submit_batch(receipts));
        assert_eq!(TotalsStore::<Test>::get().receipts, 2);
    });
}

#[test]
fn submit_receipts_should_pass_over_what_was_settled_meanwhile() {
    run(|| {
        let (first, second) = (receipt(request(100), 10), receipt(request(100), 5));
        assert_ok!(submit(first.clone()));
        assert_ok!(submit_batch(vec![first, second]));
        assert_eq!(TotalsStore::<Test>::get().paid_in, 105);
    });
}

#[test]
fn submit_receipts_should_emit_an_event_for_what_it_passes_over() {
    run(|| {
        let receipt = receipt(request(100), 10);
        assert_ok!(submit(receipt.clone()));
        assert_ok!(submit_batch(vec![receipt.clone()]));
        let error = pallet_inference::Error::<Test>::UnknownOrEndedJob.into();
        let expected = Event::ReceiptSkipped {
            job: receipt.receipt.job,
            error,
        };
        assert_eq!(events().last(), Some(&expected));
    });
}

#[test]
fn submit_receipts_should_change_nothing_for_what_it_passes_over() {
    run(|| {
        let mut forged = receipt(request(100), 10);
        forged.receipt.units = 14;
        assert_ok!(submit_batch(vec![forged.clone()]));
        assert!(!is_ended(forged.receipt.job));
        assert_eq!(TotalsStore::<Test>::get().receipts, 0);
    });
}

#[test]
fn submit_receipts_should_pass_over_a_request_that_its_channel_no_longer_pays() {
    run(|| {
        let channel = channel(100);
        // Each alone is paid for; together they are not.
        let receipts = vec![
            channel_receipt(voucher(channel, 0, 100), 10),
            channel_receipt(voucher(channel, 1, 100), 10),
        ];
        assert_ok!(submit_batch(receipts));
        assert_eq!(TotalsStore::<Test>::get().paid_in, 70);
    });
}

#[test]
fn submit_receipts_should_cost_nothing() {
    run(|| {
        let info = submit_batch(vec![receipt(request(100), 10)]).expect("valid");
        assert_eq!(info.pays_fee, Pays::No);
    });
}

#[test]
fn submit_receipts_should_weigh_the_summed_length_of_its_vectors() {
    run(|| {
        let receipts = vec![receipt(request(100), 10), receipt(request(100), 5)];
        let receipts = BoundedVec::try_from(receipts).expect("within the bound");
        let call = crate::Call::<Test>::submit_receipts { receipts };
        let expected = TestWeights::submit_receipts(3).saturating_mul(2);
        assert_eq!(call.get_dispatch_info().call_weight, expected);
    });
}

#[test]
fn submit_receipts_should_weigh_a_voucher() {
    run(|| {
        let receipts = vec![channel_receipt(voucher(channel(1_000), 0, 100), 5)];
        let expected =
            TestWeights::submit_receipts(3).saturating_add(<Inference as Escrow>::voucher_weight());
        assert_eq!(Attribution::batch_weight(&receipts), expected);
    });
}

#[test]
fn submit_receipts_should_refund_the_weight_of_what_it_passes_over() {
    run(|| {
        let (first, second) = (receipt(request(100), 10), receipt(request(100), 5));
        assert_ok!(submit(first.clone()));
        let info = submit_batch(vec![first, second]).expect("valid");
        let expected: Weight = TestWeights::submit_receipts(3)
            .saturating_add(TestWeights::authorize_submit_receipts(3));
        assert_eq!(info.actual_weight, Some(expected));
    });
}

#[test]
fn submit_receipts_should_fail_for_a_signed_origin() {
    run(|| {
        let receipts = vec![receipt(request(100), 10)]
            .try_into()
            .expect("within the bound");
        let call = Attribution::submit_receipts(RuntimeOrigin::signed(other()), receipts);
        assert_noop!(call, DispatchError::BadOrigin);
    });
}

#[test]
fn submit_receipts_should_fail_for_an_unauthorized_origin() {
    run(|| {
        let receipts = vec![receipt(request(100), 10)]
            .try_into()
            .expect("within the bound");
        let call = Attribution::submit_receipts(RuntimeOrigin::none(), receipts);
        assert_noop!(call, DispatchError::BadOrigin);
    });
}
