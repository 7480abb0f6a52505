// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Calls of the runtime by Ethereum wallets, as the node tries them out: `openledger-ethereum-rpc`
//! relies on the gas to bound them.

use codec::Encode;
use frame_support::{
    storage::{with_transaction, TransactionOutcome},
    weights::Weight,
};
use pallet_revive::RUNTIME_PALLETS_ADDR;
use polkadot_sdk::*;
use sp_runtime::DispatchError;

use super::*;

/// The most gas that the node lets such a call have.
fn most_gas() -> U256 {
    Revive::evm_max_extrinsic_weight_in_gas().saturating_add(2_500_000.into())
}

/// The gas that a call needs, tried out with `gas`.
fn tried(from: H160, call: &RuntimeCall, gas: Option<U256>) -> Result<U256, EthTransactError> {
    let generic = GenericTransaction {
        from: Some(from),
        to: Some(RUNTIME_PALLETS_ADDR),
        input: Bytes(call.encode()).into(),
        gas,
        ..Default::default()
    };
    let dry_run = || Revive::dry_run_eth_transact(generic, None, false, None);
    // As in a node, where each call has a state of its own.
    with_transaction(|| TransactionOutcome::Rollback(Ok::<_, DispatchError>(dry_run())))
        .expect("the layers are few")
        .map(|info| info.eth_gas)
}

/// A call that may run for days, and here is done at once.
fn endless() -> RuntimeCall {
    RuntimeCall::from(pallet_revive::Call::<Runtime>::call {
        dest: baltathar().address(),
        value: 0,
        weight_limit: Weight::from_parts(1 << 62, 1 << 40),
        storage_deposit_limit: 0,
        data: Vec::new(),
    })
}

fn remark(length: usize) -> RuntimeCall {
    RuntimeCall::from(frame_system::Call::<Runtime>::remark {
        remark: vec![7; length],
    })
}

/// Whether a call was refused before anything of it ran.
fn is_refused_at_once(outcome: Result<U256, EthTransactError>) -> bool {
    matches!(outcome, Err(EthTransactError::Message(text)) if text == "Invalid call: Payment")
}

#[test]
fn a_call_that_weighs_more_than_its_gas_should_not_be_tried() {
    on_development_chain(|| {
        assert!(is_refused_at_once(tried(
            alith().address(),
            &endless(),
            Some(most_gas())
        )));
    });
}

#[test]
fn a_call_within_another_should_count_as_what_it_weighs() {
    on_development_chain(|| {
        let batch = RuntimeCall::from(pallet_utility::Call::<Runtime>::batch {
            calls: vec![remark(1), endless()],
        });

        assert!(is_refused_at_once(tried(
            alith().address(),
            &batch,
            Some(most_gas())
        )));
    });
}

#[test]
fn without_gas_nothing_bounds_a_call_that_is_tried() {
    on_development_chain(|| {
        assert!(!is_refused_at_once(tried(
            alith().address(),
            &endless(),
            None
        )));
    });
}

#[test]
fn the_longest_calls_should_be_tried_within_the_gas() {
    on_development_chain(|| {
        let outcome = tried(alith().address(), &remark(120 * 1024), Some(most_gas()));

        assert!(outcome.is_ok(), "{outcome:?}");
    });
}

#[test]
fn a_sender_without_funds_should_be_told_the_gas() {
    on_development_chain(|| {
        assert!(tried(stranger(), &remark(1), Some(most_gas())).is_ok());
    });
}

#[test]
fn the_gas_that_a_call_needs_should_be_enough() {
    on_development_chain(|| {
        let call = remark(1_000);
        let needed = tried(alith().address(), &call, Some(most_gas())).unwrap();

        let transaction = Transaction {
            gas: needed.low_u64(),
            ..Transaction::call(RUNTIME_PALLETS_ADDR, 0, call.encode())
        };

        assert!(transaction.validate().is_ok());
        assert!(transaction.apply().success);
    });
}
