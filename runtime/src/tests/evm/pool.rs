// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the pool takes, and in which order.

use pallet_revive::evm::{Transaction4844Unsigned, Transaction7702Unsigned};
use polkadot_sdk::*;
use sp_runtime::transaction_validity::{
    InvalidTransaction, TransactionValidityError, ValidTransaction,
};

use super::*;

fn refused(reason: InvalidTransaction) -> TransactionValidity {
    Err(TransactionValidityError::Invalid(reason))
}

fn with_tip(tip: Balance) -> ValidTransaction {
    Transaction {
        max_fee: 1_000 * GWEI,
        max_priority_fee: tip,
        ..Default::default()
    }
    .validate()
    .expect("it is valid")
}

#[test]
fn a_higher_tip_should_replace_a_transaction_with_the_same_nonce() {
    on_development_chain(|| {
        let (slow, fast) = (with_tip(GWEI), with_tip(GWEI * 11 / 10));

        assert_eq!(slow.provides, fast.provides);
        assert!(fast.priority > slow.priority);
    });
}

#[test]
fn a_cancellation_should_replace_a_heavier_transaction() {
    on_development_chain(|| {
        let heavy = Transaction {
            max_fee: 2 * GWEI,
            max_priority_fee: GWEI,
            ..Transaction::call(stranger(), OPEN, vec![1; 10_000])
        };
        let cancellation = Transaction {
            to: Some(alith().address()),
            value: 0,
            max_fee: 3 * GWEI,
            max_priority_fee: GWEI * 11 / 10,
            ..Default::default()
        };

        let (heavy, cancellation) = (heavy.validate().unwrap(), cancellation.validate().unwrap());

        assert_eq!(heavy.provides, cancellation.provides);
        assert!(cancellation.priority > heavy.priority);
    });
}

#[test]
fn a_heavier_transaction_should_be_a_speed_up_when_it_tips_more() {
    on_development_chain(|| {
        let light = Transaction {
            max_fee: 2 * GWEI,
            max_priority_fee: GWEI / 1_000,
            ..Default::default()
        };
        let heavy = Transaction {
            max_fee: 2 * GWEI,
            max_priority_fee: GWEI / 1_000 * 11 / 10,
            ..Transaction::call(stranger(), OPEN, vec![1; 10_000])
        };

        assert!(heavy.validate().unwrap().priority > light.validate().unwrap().priority);
    });
}

#[test]
fn a_legacy_gas_price_above_the_base_fee_should_raise_the_priority() {
    on_development_chain(|| {
        let [slow, fast] = [GWEI, 2 * GWEI].map(|price| validate(legacy(price)).unwrap());

        assert_eq!(slow.provides, fast.provides);
        assert!(fast.priority > slow.priority);
    });
}

/// A call of the runtime by an Ethereum wallet, at this tip.
fn runtime_call(tip: Balance) -> Transaction {
    use codec::Encode;
    let remark = frame_system::Call::<Runtime>::remark { remark: vec![7] };
    Transaction {
        max_fee: 1_000 * GWEI,
        max_priority_fee: tip,
        ..Transaction::call(
            pallet_revive::RUNTIME_PALLETS_ADDR,
            0,
            RuntimeCall::from(remark).encode(),
        )
    }
}

#[test]
fn a_tip_that_is_not_paid_should_buy_no_priority() {
    on_development_chain(|| {
        let priority = |tip| runtime_call(tip).validate().expect("it is valid").priority;

        // Of equal length, which counts too.
        assert_eq!(priority(100 * GWEI), priority(200 * GWEI));
    });
}

#[test]
fn a_call_of_the_runtime_should_pay_no_tip() {
    on_development_chain(|| {
        let cost = |tip| {
            let before = balance(alith().address());
            assert_eq!(runtime_call(tip).apply().gas_used, 0);
            before - balance(alith().address())
        };

        // Of equal length, for which there is a fee.
        assert_eq!(cost(100 * GWEI), cost(200 * GWEI));
    });
}

#[test]
fn a_fee_cap_below_the_base_fee_should_be_refused() {
    on_development_chain(|| {
        let transaction = Transaction {
            max_fee: GWEI - 1,
            ..Default::default()
        };

        assert_eq!(transaction.validate(), refused(InvalidTransaction::Payment));
    });
}

#[test]
fn a_tip_that_cannot_be_paid_should_be_refused() {
    on_development_chain(|| {
        let transaction = Transaction {
            max_fee: OPEN * 1_000_000,
            max_priority_fee: OPEN * 1_000_000,
            ..Default::default()
        };

        assert_eq!(transaction.validate(), refused(InvalidTransaction::Payment));
    });
}

#[test]
fn a_used_nonce_should_be_stale() {
    on_development_chain(|| {
        let transaction = Transaction::default();
        transaction.apply();

        assert_eq!(transaction.validate(), refused(InvalidTransaction::Stale));
    });
}

#[test]
fn a_later_nonce_should_wait_for_the_one_before() {
    on_development_chain(|| {
        let [first, second] = [0, 1].map(|nonce| {
            Transaction {
                nonce,
                ..Default::default()
            }
            .validate()
            .unwrap()
        });

        assert!(first.requires.is_empty());
        assert_eq!(second.requires, first.provides);
    });
}

#[test]
fn a_transaction_for_another_chain_should_be_refused() {
    on_development_chain(|| {
        let transaction = Transaction {
            chain: configs::evm::MAIN_CHAIN,
            ..Default::default()
        };

        assert_eq!(transaction.validate(), refused(InvalidTransaction::Call));
    });
}

#[test]
fn a_transaction_with_blobs_should_be_refused() {
    on_development_chain(|| {
        let unsigned = Transaction4844Unsigned {
            chain_id: DEVELOPMENT_CHAIN.into(),
            to: baltathar().address(),
            gas: 21_000.into(),
            max_fee_per_gas: GWEI.into(),
            ..Default::default()
        };
        let payload = alith().sign_transaction(unsigned.into()).signed_payload();

        assert_eq!(validate(payload), refused(InvalidTransaction::Call));
    });
}

#[test]
fn a_transaction_that_sets_an_accounts_code_should_be_refused() {
    on_development_chain(|| {
        let unsigned = Transaction7702Unsigned {
            chain_id: DEVELOPMENT_CHAIN.into(),
            gas: 100_000.into(),
            max_fee_per_gas: GWEI.into(),
            ..Default::default()
        };
        let payload = alith().sign_transaction(unsigned.into()).signed_payload();

        assert_eq!(validate(payload), refused(InvalidTransaction::Call));
    });
}

#[test]
fn bytes_that_are_no_transaction_should_be_refused() {
    on_development_chain(|| {
        let mut cut = Transaction::default().payload();
        cut.truncate(40);

        for payload in [vec![], vec![0xf8], vec![0; 100], cut] {
            assert_eq!(validate(payload), refused(InvalidTransaction::Call));
        }
    });
}

#[test]
fn nobody_should_submit_the_call_behind_an_ethereum_transaction_themselves() {
    on_development_chain(|| {
        let call = pallet_revive::Call::<Runtime>::eth_call {
            dest: baltathar().address(),
            value: OPEN.into(),
            weight_limit: Default::default(),
            eth_gas_limit: 21_000.into(),
            data: Vec::new(),
            transaction_encoded: Vec::new(),
            effective_gas_price: 0.into(),
            encoded_len: 0,
        };

        use sp_runtime::traits::Dispatchable;
        let origin = RuntimeOrigin::signed(alith().substrate_account());
        assert!(RuntimeCall::from(call).dispatch(origin).is_err());
    });
}
