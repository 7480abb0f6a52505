// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Plain transfers.

use polkadot_sdk::*;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

use super::*;

#[test]
fn a_transfer_should_fit_into_the_gas_that_wallets_give_it() {
    on_development_chain(|| {
        let before = balance(baltathar().address());

        let outcome = Transaction::default().apply();

        assert!(outcome.success);
        assert!(outcome.gas_used <= 21_000, "{}", outcome.gas_used);
        assert_eq!(balance(baltathar().address()), before + OPEN);
    });
}

#[test]
fn a_transfer_to_a_new_account_should_fit_into_the_gas_that_wallets_give_it() {
    on_development_chain(|| {
        let outcome = Transaction {
            to: Some(stranger()),
            ..Default::default()
        }
        .apply();

        assert!(outcome.success);
        assert!(outcome.gas_used <= 21_000, "{}", outcome.gas_used);
        assert_eq!(balance(stranger()), OPEN);
    });
}

#[test]
fn a_new_account_should_exist_with_a_single_wei() {
    on_development_chain(|| {
        let outcome = Transaction {
            to: Some(stranger()),
            value: 1,
            ..Default::default()
        }
        .apply();

        assert!(outcome.success);
        assert_eq!(balance(stranger()), 1);
    });
}

#[test]
fn an_account_should_send_all_that_wallets_show_but_the_fee() {
    on_development_chain(|| {
        let all = balance(alith().address());

        let outcome = Transaction {
            value: all - 21_000 * GWEI,
            ..Default::default()
        }
        .apply();

        assert!(outcome.success);
        assert_eq!(
            balance(alith().address()),
            (21_000 - outcome.gas_used) * GWEI
        );
    });
}

#[test]
fn a_sender_without_the_funds_should_be_turned_away() {
    on_development_chain(|| {
        let transaction = Transaction {
            value: balance(alith().address()) - 21_000 * GWEI + 1,
            ..Default::default()
        };

        assert_eq!(
            transaction.validate(),
            Err(TransactionValidityError::Invalid(
                InvalidTransaction::Payment
            ))
        );
    });
}

#[test]
fn too_little_gas_should_be_turned_away() {
    on_development_chain(|| {
        let transaction = Transaction {
            gas: 5_000,
            ..Default::default()
        };

        assert_eq!(
            transaction.validate(),
            Err(TransactionValidityError::Invalid(
                InvalidTransaction::Payment
            ))
        );
    });
}
