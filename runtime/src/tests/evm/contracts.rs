// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Contracts: what they cost, what limits them, and that nothing is minted for them.

use frame_support::storage::{with_transaction, TransactionOutcome};
use pallet_revive::{create1, create2};
use polkadot_sdk::*;
use sp_runtime::DispatchError;

use super::*;
use crate::{configs::TreasuryAccount, predeploys::Predeploy};

const WOPEN: H160 = Predeploy::WrappedOpen.address();

/// The code of a contract that does nothing, of `length` bytes.
fn stop(length: usize) -> Vec<u8> {
    vec![0; length]
}

/// Where Alith's deployment with a nonce goes.
fn deployed(nonce: u64) -> H160 {
    create1(&alith().address(), nonce)
}

/// The result of a call that changes nothing.
fn view(to: H160, input: Vec<u8>) -> Vec<u8> {
    let generic = GenericTransaction {
        from: Some(alith().address()),
        to: Some(to),
        input: Bytes(input).into(),
        ..Default::default()
    };
    let dry_run = || Revive::dry_run_eth_transact(generic, None, false, None);
    // As in a node, where each call has a state of its own.
    with_transaction(|| TransactionOutcome::Rollback(Ok::<_, DispatchError>(dry_run())))
        .expect("the layers are few")
        .expect("the call does not revert")
        .data
}

/// Applies what was estimated with exactly the gas that was estimated.
#[track_caller]
fn assert_estimate(transaction: Transaction) {
    let estimate = transaction.estimate().expect("it can be estimated");
    let outcome = Transaction {
        gas: estimate.try_into().unwrap(),
        ..transaction
    }
    .apply();
    assert!(outcome.success, "{estimate} is not enough");
    assert!(
        estimate * 10 <= outcome.gas_used * 13,
        "{estimate} is more than 1.3 times {}",
        outcome.gas_used
    );
}

#[test]
fn the_estimate_of_a_transfer_should_fit() {
    on_development_chain(|| assert_estimate(Transaction::default()));
}

#[test]
fn the_estimate_of_a_transfer_to_a_new_account_should_fit() {
    on_development_chain(|| {
        assert_estimate(Transaction {
            to: Some(stranger()),
            ..Default::default()
        })
    });
}

#[test]
fn the_estimate_of_a_deployment_should_fit() {
    on_development_chain(|| {
        assert_estimate(Transaction::deployment(&Predeploy::Multicall3.code()))
    });
}

#[test]
fn the_estimate_of_a_token_transfer_should_fit() {
    on_development_chain(|| {
        assert!(
            Transaction::call(WOPEN, OPEN, input("deposit()", &[]))
                .apply()
                .success
        );

        assert_estimate(Transaction::call(
            WOPEN,
            0,
            input("transfer(address,uint256)", &[word(stranger()), number(7)]),
        ));
    });
}

#[test]
fn the_estimate_of_an_approval_should_fit() {
    on_development_chain(|| {
        assert_estimate(Transaction::call(
            WOPEN,
            0,
            input("approve(address,uint256)", &[word(stranger()), number(7)]),
        ))
    });
}

#[test]
fn wrapped_open_should_come_back() {
    on_development_chain(|| {
        assert!(
            Transaction::call(WOPEN, OPEN, input("deposit()", &[]))
                .apply()
                .success
        );
        let held = view(
            WOPEN,
            input("balanceOf(address)", &[word(alith().address())]),
        );
        assert_eq!(held, number(OPEN));

        let before = balance(alith().address());
        let outcome =
            Transaction::call(WOPEN, 0, input("withdraw(uint256)", &[number(OPEN)])).apply();

        assert!(outcome.success);
        assert_eq!(
            balance(alith().address()) + outcome.gas_used * GWEI,
            before + OPEN
        );
        assert_eq!(balance(WOPEN), 0);
    });
}

#[test]
fn a_contracts_existential_deposit_should_come_from_the_treasury() {
    on_development_chain(|| {
        let before = Balances::free_balance(TreasuryAccount::get());
        let stakers = Balances::free_balance(configs::StakersPot::get());

        let outcome = Transaction::deployment(&stop(1)).apply();

        assert!(outcome.success);
        // The stakers' part of the fee is no more than the treasury's.
        let fee = Balances::free_balance(configs::StakersPot::get()) - stakers;
        let part = Balances::free_balance(TreasuryAccount::get()) + EXISTENTIAL_DEPOSIT - before;
        assert!(part >= fee && part - fee <= 2, "{part} {fee}");
        assert!(
            part > EXISTENTIAL_DEPOSIT,
            "creating contracts must not drain it"
        );
    });
}

#[test]
fn nobody_should_vote_with_a_contracts_existential_deposit() {
    on_development_chain(|| {
        let before = Balances::inactive_issuance();

        assert!(Transaction::deployment(&stop(1)).apply().success);

        assert_eq!(Balances::inactive_issuance(), before + EXISTENTIAL_DEPOSIT);
    });
}

#[test]
fn code_of_the_greatest_size_should_be_deployed() {
    on_development_chain(|| {
        let nonce = Transaction::default().nonce.into();

        assert!(Transaction::deployment(&stop(24_576)).apply().success);

        assert_eq!(Revive::code(&deployed(nonce)).len(), 24_576);
    });
}

#[test]
fn larger_code_should_not_be_deployed() {
    on_development_chain(|| {
        let nonce = Transaction::default().nonce.into();

        assert!(!Transaction::deployment(&stop(24_577)).apply().success);

        assert!(Revive::code(&deployed(nonce)).is_empty());
    });
}

#[test]
fn the_create2_deployer_should_deploy_where_it_does_on_other_chains() {
    on_development_chain(|| {
        let deployer = Predeploy::Create2Deployer.address();
        let (salt, creation) = ([9; 32], creation_code(&stop(3)));
        let input = salt.iter().copied().chain(creation.clone()).collect();

        assert!(Transaction::call(deployer, 0, input).apply().success);

        let address = create2(&deployer, &creation, &[], &salt);
        assert_eq!(Revive::code(&address), stop(3));
    });
}

#[test]
fn multicall_should_know_the_block() {
    on_development_chain(|| {
        let block = view(
            Predeploy::Multicall3.address(),
            input("getBlockNumber()", &[]),
        );
        assert_eq!(block, number(Balance::from(System::block_number())));
    });
}

#[test]
fn multicall_should_know_the_chain() {
    on_development_chain(|| {
        let chain = view(Predeploy::Multicall3.address(), input("getChainId()", &[]));
        assert_eq!(chain, number(DEVELOPMENT_CHAIN.into()));
    });
}
