// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IOpen`: who pays for the accounts that a transfer creates.

use frame_support::{
    assert_ok,
    traits::{
        fungible::Balanced,
        tokens::{Fortitude, Precision, Preservation},
    },
    weights::Weight,
};
use pallet_precompiles::{
    frame,
    open::{IOpen, NUMBER},
};
use sp_keyring::Sr25519Keyring;

use super::*;

fn iopen() -> H160 {
    frame::address(NUMBER)
}

fn transfer(to: H160) -> IOpen::transferCall {
    IOpen::transferCall {
        to: sol(to),
        value: amount(OPEN),
    }
}

/// What a transaction costs Alith, planck.
#[track_caller]
fn cost(transaction: &Transaction) -> (Balance, Outcome) {
    let before = balance(alith().address());
    let outcome = transaction.apply();
    (before - balance(alith().address()), outcome)
}

fn to_stranger() -> Transaction {
    Transaction::call(iopen(), 0, transfer(stranger()).abi_encode())
}

/// A transfer in a signed call of a contract, with a limit for deposits.
fn signed_transfer(deposit_limit: Balance) -> bool {
    Revive::call(
        RuntimeOrigin::signed(Sr25519Keyring::Alice.to_account_id()),
        iopen(),
        0,
        Weight::from_parts(10_000_000_000, 1_000_000),
        deposit_limit,
        transfer(stranger()).abi_encode(),
    )
    .is_ok()
}

#[test]
fn a_transfer_to_a_new_account_should_cost_its_gas_and_the_value() {
    on_development_chain(|| {
        let (cost, outcome) = cost(&to_stranger());

        assert!(outcome.success);
        assert_eq!(cost, outcome.gas_used * GWEI + OPEN);
        assert_eq!(balance(stranger()), OPEN);
    });
}

#[test]
fn a_transfer_to_a_new_account_should_pay_its_tip_for_the_gas_alone() {
    on_development_chain(|| {
        let (cost, outcome) = cost(&Transaction {
            max_fee: 10 * GWEI,
            max_priority_fee: GWEI,
            ..to_stranger()
        });

        assert_eq!(cost, outcome.gas_used * 2 * GWEI + OPEN);
    });
}

#[test]
fn a_new_account_should_take_the_gas_of_its_existential_deposit() {
    on_development_chain(|| {
        let known = done(iopen(), 0, &transfer(baltathar().address()));
        let new = done(iopen(), 0, &transfer(stranger()));

        let deposit = EXISTENTIAL_DEPOSIT / GWEI;
        assert!(new.gas_used > known.gas_used + deposit);
    });
}

#[test]
fn a_contract_that_creates_an_account_should_cost_the_signer_gas_alone() {
    on_development_chain(|| {
        let prober = prober();
        assert_ok!(Balances::transfer_keep_alive(
            signed(CONSUMER),
            account(prober).into(),
            2 * OPEN
        ));
        let run = Prober::runCall {
            target: sol(iopen()),
            input: transfer(stranger()).abi_encode().into(),
        };

        let (cost, outcome) = cost(&Transaction::call(prober, 0, run.abi_encode()));

        assert!(outcome.success);
        assert_eq!(cost, outcome.gas_used * GWEI);
        assert_eq!((balance(prober), balance(stranger())), (OPEN, OPEN));
    });
}

#[test]
fn an_account_should_not_be_created_beyond_the_signers_gas() {
    let mut enough = 0;
    on_development_chain(|| enough = done(iopen(), 0, &transfer(stranger())).gas_used);
    on_development_chain(|| {
        let gas = u64::try_from(enough - EXISTENTIAL_DEPOSIT / GWEI / 2);

        let (cost, outcome) = cost(&Transaction {
            gas: gas.expect("gas fits"),
            ..to_stranger()
        });

        assert!(!outcome.success);
        assert_eq!(cost, outcome.gas_used * GWEI);
        assert!(!System::account_exists(&account(stranger())));
    });
}

#[test]
fn the_estimate_of_a_transfer_to_a_new_account_should_fit() {
    on_development_chain(|| {
        let transaction = to_stranger();
        let estimate = transaction.estimate().expect("it can be estimated");

        let outcome = Transaction {
            gas: estimate.try_into().expect("gas fits"),
            ..transaction
        }
        .apply();

        assert!(outcome.success, "{estimate} is not enough");
    });
}

#[test]
fn a_signed_call_should_take_a_new_accounts_deposit_from_who_signed() {
    on_development_chain(|| {
        let alice = Sr25519Keyring::Alice.to_account_id();
        let before = Balances::free_balance(&alice);

        assert!(signed_transfer(EXISTENTIAL_DEPOSIT));

        let paid = before - Balances::free_balance(&alice);
        assert_eq!(paid, OPEN + EXISTENTIAL_DEPOSIT);
        assert_eq!(balance(stranger()), OPEN);
    });
}

#[test]
fn a_signed_calls_limit_should_hold_for_a_new_accounts_deposit() {
    on_development_chain(|| {
        assert!(!signed_transfer(EXISTENTIAL_DEPOSIT - 1));
        assert!(!System::account_exists(&account(stranger())));
    });
}

#[test]
fn a_signed_call_should_take_nothing_from_its_fee() {
    on_development_chain(|| {
        // As the extensions of a signed transaction do.
        let fee = <Balances as Balanced<_>>::withdraw(
            &Sr25519Keyring::Alice.to_account_id(),
            OPEN,
            Precision::Exact,
            Preservation::Preserve,
            Fortitude::Polite,
        );
        TransactionPayment::deposit_txfee(fee.expect("Alice has it"));

        assert!(signed_transfer(EXISTENTIAL_DEPOSIT));

        assert_eq!(TransactionPayment::remaining_txfee::<Balance>(), OPEN);
    });
}
