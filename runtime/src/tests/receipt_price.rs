// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! That receipts, which settle free of transaction fees, pay for their place in a block.

use frame_support::weights::{Weight, WeightToFee};
use openledger_primitives::{
    influence::MAX_INFLUENCES, AdapterId, ChannelId, ContributionId, FeeSplit, JobId,
    SignedReceipt, SignedVoucher, Voucher, H256,
};
use polkadot_sdk::*;
use sp_core::sr25519;
use sp_runtime::MultiSignature;

use super::chain::*;
use crate::*;

type MinFee = <Runtime as pallet_inference::Config>::MinFee;
type FeePerEntry = <Runtime as pallet_attribution::Config>::FeePerEntry;
type MinUnitPrice = <Runtime as pallet_models::Config>::MinUnitPrice;

/// A receipt with that many contributions, which is only weighed.
fn plain(entries: u32) -> SignedReceipt {
    let first = 1_000_000 - (entries - 1) * 3_000;
    let shares: Vec<_> = (0..entries)
        .map(|id| {
            let share = if id == 0 { first } else { 3_000 };
            (ContributionId(id.into()), share)
        })
        .collect();
    receipt(JobId(0), AdapterId(0), &shares, 10)
}

fn delivered(entries: u32) -> SignedReceipt {
    SignedReceipt {
        output: Some(vec![b'a'; 1_024].try_into().expect("within the bound")),
        ..plain(entries)
    }
}

fn vouched(entries: u32) -> SignedReceipt {
    let voucher = Voucher {
        genesis: H256::zero(),
        channel: ChannelId(0),
        sequence: 0,
        adapter: AdapterId(0),
        input_hash: H256::zero(),
        unit_price: UNIT_PRICE,
        cumulative: OPEN,
    };
    let signature = MultiSignature::Sr25519(sr25519::Signature::from_raw([0; 64]));
    SignedReceipt {
        voucher: Some(SignedVoucher { voucher, signature }),
        ..plain(entries)
    }
}

/// What stakers and treasury get at least of a receipt's fee, planck.
fn paid(entries: u32) -> Balance {
    let least = MinFee::get() + Balance::from(entries - 1) * FeePerEntry::get();
    let split = FeeSplit::default();
    least * Balance::from(split.stakers.0 + split.treasury.0) / 1_000_000
}

/// Expects that receipts of every length pay for what they weigh.
#[track_caller]
fn assert_paid(make: fn(u32) -> SignedReceipt, weigh: fn(&SignedReceipt) -> Weight) {
    type Price = <Runtime as pallet_transaction_payment::Config>::WeightToFee;
    sp_io::TestExternalities::default().execute_with(|| {
        for entries in 1..=MAX_INFLUENCES {
            let price = Price::weight_to_fee(&weigh(&make(entries)));
            let paid = paid(entries);
            assert!(
                paid >= price,
                "{entries} entries pay {paid} and take {price}"
            );
        }
    });
}

/// What a receipt weighs in a batch: its check before, and its settlement.
fn in_a_batch(signed: &SignedReceipt) -> Weight {
    Attribution::settlement_weight(signed).saturating_add(Attribution::check_weight(signed))
}

#[test]
fn a_receipt_should_pay_for_what_it_weighs() {
    assert_paid(plain, Attribution::single_weight);
}

#[test]
fn a_receipt_with_its_answer_should_pay_for_what_it_weighs() {
    assert_paid(delivered, Attribution::single_weight);
}

#[test]
fn a_receipt_with_a_voucher_should_pay_for_what_it_weighs() {
    assert_paid(vouched, Attribution::single_weight);
}

#[test]
fn a_receipt_should_pay_for_what_it_weighs_in_a_batch() {
    for make in [plain, delivered, vouched] {
        assert_paid(make, in_a_batch);
    }
}

#[test]
fn a_unit_should_cost_what_an_answer_costs_at_least() {
    assert!(MinUnitPrice::get() >= MinFee::get());
}
