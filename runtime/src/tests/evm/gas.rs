// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The gas of ordinary transactions, as `docs/evm.md` gives it. On a chain that is not idle a
//! transaction needs less.

use super::*;
use crate::predeploys::Predeploy;

const WOPEN: H160 = Predeploy::WrappedOpen.address();

fn wopen(signature: &str, words: &[[u8; 32]]) -> Transaction {
    Transaction::call(WOPEN, 0, input(signature, words))
}

fn deposit() -> Transaction {
    Transaction::call(WOPEN, OPEN, input("deposit()", &[]))
}

fn transfer() -> Transaction {
    let words = [word(stranger()), number(7)];
    wopen("transfer(address,uint256)", &words)
}

fn approve() -> Transaction {
    let words = [word(stranger()), number(7)];
    wopen("approve(address,uint256)", &words)
}

/// Applies the last of the transactions, and compares its gas with the documented one: to one part
/// in a hundred, for what depends on the lengths of signatures and on the weights of the pallets.
#[track_caller]
fn assert_gas(documented: Balance, transactions: &[fn() -> Transaction]) {
    on_development_chain(|| {
        let mut gas_used = 0;
        for transaction in transactions {
            let outcome = transaction().apply();
            assert!(outcome.success);
            gas_used = outcome.gas_used;
        }
        assert!(
            gas_used.abs_diff(documented) * 100 <= documented,
            "{gas_used} instead of {documented}"
        );
    });
}

#[test]
fn a_transfer_should_take_the_documented_gas() {
    assert_gas(15_565, &[Transaction::default]);
}

#[test]
fn a_transfer_to_a_new_account_should_take_the_documented_gas() {
    let to_stranger = || Transaction {
        to: Some(stranger()),
        ..Default::default()
    };
    assert_gas(16_565, &[to_stranger]);
}

#[test]
fn the_first_deposit_of_wopen_should_take_the_documented_gas() {
    assert_gas(42_107, &[deposit]);
}

#[test]
fn a_further_deposit_of_wopen_should_take_the_documented_gas() {
    assert_gas(19_308, &[deposit, deposit]);
}

#[test]
fn a_token_transfer_to_a_new_holder_should_take_the_documented_gas() {
    assert_gas(32_117, &[deposit, transfer]);
}

#[test]
fn a_token_transfer_to_a_holder_should_take_the_documented_gas() {
    assert_gas(20_718, &[deposit, transfer, transfer]);
}

#[test]
fn a_token_approval_should_take_the_documented_gas() {
    assert_gas(30_275, &[approve]);
}

#[test]
fn the_deployment_of_multicall_should_take_the_documented_gas() {
    let deployment = || Transaction::deployment(&Predeploy::Multicall3.code());
    assert_gas(191_940, &[deployment]);
}
