// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Error, Event, WeightInfo};
use openledger_primitives::SignedReceipt;
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok,
        dispatch::{DispatchResultWithPostInfo, Pays},
    },
    sp_runtime::DispatchError,
};

fn call(receipt: SignedReceipt) -> DispatchResultWithPostInfo {
    Attribution::submit_receipt(RuntimeOrigin::signed(other()), Box::new(receipt))
}

#[test]
fn submit_receipt_should_settle_for_anyone() {
    run(|| {
        let receipt = receipt(request(100), 10);
        assert_ok!(call(receipt.clone()));
        assert!(is_ended(receipt.receipt.job));
    });
}

#[test]
fn submit_receipt_should_cost_nothing_when_it_settles() {
    run(|| {
        let info = call(receipt(request(100), 10)).expect("valid");
        assert_eq!(info.pays_fee, Pays::No);
    });
}

#[test]
fn submit_receipt_should_cost_the_checks_when_it_fails() {
    run(|| {
        let mut receipt = receipt(request(100), 10);
        receipt.receipt.units = 11;
        let info = call(receipt).expect_err("the signature is wrong").post_info;
        assert_eq!(info.pays_fee, Pays::Yes);
        assert_eq!(
            info.actual_weight,
            Some(TestWeights::authorize_submit_receipts(3))
        );
    });
}

#[test]
fn submit_receipt_should_fail_without_a_signature() {
    run(|| {
        let receipt = Box::new(receipt(request(100), 10));
        let call = Attribution::submit_receipt(RuntimeOrigin::none(), receipt);
        assert_noop!(call, DispatchError::BadOrigin);
    });
}

#[test]
fn submit_receipt_should_say_what_is_wrong() {
    run(|| {
        let mut receipt = receipt(request(100), 10);
        receipt.receipt.units = 11;
        assert_noop!(submit(receipt), Error::<Test>::BadSignature);
    });
}

#[test]
fn submit_receipt_should_emit_no_skip_event() {
    run(|| {
        assert_ok!(call(receipt(request(100), 10)));
        assert!(!events()
            .iter()
            .any(|event| matches!(event, Event::ReceiptSkipped { .. })));
    });
}
