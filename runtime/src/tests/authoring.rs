// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Several transactions in one call, as nodes make blocks.

use openledger_primitives::runtime_api::runtime_decl_for_authoring_api::AuthoringApiV1;
use polkadot_sdk::*;
use sp_core::storage::StateVersion;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie};
use sp_runtime::{transaction_validity::InvalidTransaction, ApplyExtrinsicResult, Weight};

use super::chain::*;
use crate::*;

fn pay(signer: Sr25519Keyring, nonce: Nonce) -> UncheckedExtrinsic {
    let dest = Address::Id(Charlie.to_account_id());
    let call = pallet_balances::Call::transfer_keep_alive { dest, value: OPEN };
    transactions::sign(GENESIS, &signer.pair(), nonce, call.into())
}

fn apply(transactions: Vec<UncheckedExtrinsic>, at_most: Weight) -> Vec<ApplyExtrinsicResult> {
    <Runtime as AuthoringApiV1<Block>>::apply_transactions(transactions, at_most)
}

/// The root of the state after `transactions` of a new chain.
fn root_after(transactions: impl FnOnce()) -> Vec<u8> {
    let mut root = Vec::new();
    on_development_chain(|| {
        transactions();
        root = sp_io::storage::root(StateVersion::V1);
    });
    root
}

#[test]
fn several_transactions_should_do_what_each_alone_does() {
    // Signed once: no two signatures are the same, and the state of a block in the making has them.
    let payments = [pay(Alice, 0), pay(Bob, 0), pay(Alice, 1)];
    let together = root_after(|| {
        assert_eq!(apply(payments.to_vec(), Weight::MAX), [Ok(Ok(())); 3]);
    });
    let alone = root_after(|| {
        for payment in payments.clone() {
            assert_eq!(Executive::apply_extrinsic(payment), Ok(Ok(())));
        }
    });
    assert_eq!(together, alone);
}

#[test]
fn they_should_end_with_the_first_that_is_refused_and_leave_nothing_of_it() {
    let payments = [pay(Alice, 0), pay(Alice, 5), pay(Bob, 0)];
    let refused = root_after(|| {
        assert_eq!(
            apply(payments.to_vec(), Weight::MAX),
            [Ok(Ok(())), Err(InvalidTransaction::Future.into())]
        );
    });
    let without = root_after(|| {
        assert_eq!(apply(payments[..1].to_vec(), Weight::MAX), [Ok(Ok(()))]);
    });
    assert_eq!(refused, without);
}

#[test]
fn they_should_go_on_after_one_that_fails() {
    on_development_chain(|| {
        let dest = Address::Id(Charlie.to_account_id());
        let value = genesis_presets::TOTAL_SUPPLY;
        let call = pallet_balances::Call::transfer_keep_alive { dest, value };
        let too_much = transactions::sign(GENESIS, &Alice.pair(), 0, call.into());

        let results = apply(vec![too_much, pay(Alice, 1)], Weight::MAX);

        assert!(matches!(results[..], [Ok(Err(_)), Ok(Ok(()))]));
    });
}

#[test]
fn they_should_end_when_they_weigh_enough() {
    on_development_chain(|| {
        let payments = |from: Nonce| (from..from + 4).map(|nonce| pay(Alice, nonce)).collect();
        assert_eq!(apply(payments(0), Weight::zero()).len(), 1);

        let before = System::block_weight().total();
        assert_eq!(apply(vec![pay(Alice, 1)], Weight::zero()).len(), 1);
        let one = System::block_weight().total().saturating_sub(before);

        assert_eq!(apply(payments(2), one).len(), 2);
        assert!(apply(Vec::new(), Weight::MAX).is_empty());
    });
}
