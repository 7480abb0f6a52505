// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use openledger_primitives::ethereum::{LogPhase, PhasedLog};
use pallet_revive::evm::Account;
use polkadot_sdk::*;
use sp_core::U256;

use crate::{
    index::{BuildError, ExtrinsicParts, IndexedBlock, TransactionKind},
    test_chain::{
        address, ethereum, log, log_in, native, parts, signed_1559, signed_legacy, transaction,
        word, BASE_FEE, GAS,
    },
};

fn block(extrinsics: Vec<ExtrinsicParts>, logs: Vec<PhasedLog>) -> IndexedBlock {
    parts(None, 0, extrinsics, logs).assemble().unwrap()
}

/// Two transactions with a native extrinsic before each.
fn mixed() -> Vec<ExtrinsicParts> {
    vec![
        native(1, None),
        ethereum(transaction(0, Some(address(1)))),
        native(2, Some(address(9))),
        ethereum(transaction(1, Some(address(2)))),
    ]
}

fn price_of(payload: Vec<u8>) -> U256 {
    block(vec![ethereum(payload)], Vec::new()).transactions[0].effective_gas_price
}

#[test]
fn gas_should_accumulate_over_a_block() {
    let gas: Vec<U256> = block(mixed(), Vec::new())
        .transactions
        .iter()
        .map(|transaction| transaction.cumulative_gas_used)
        .collect();
    assert_eq!(gas, [GAS.into(), (2 * GAS).into()]);
}

#[test]
fn positions_should_count_ethereum_transactions_only() {
    let block = block(mixed(), vec![log_in(3, address(2), &[])]);
    assert_eq!(block.logs[0].transaction, 1);
}

#[test]
fn the_extrinsics_position_should_be_kept() {
    assert_eq!(
        block(mixed(), Vec::new()).transactions[1].extrinsic,
        Some(3)
    );
}

#[test]
fn logs_should_stand_in_the_order_of_their_transactions() {
    let logs = vec![
        log_in(1, address(1), &[]),
        log_in(1, address(2), &[]),
        log_in(3, address(3), &[]),
    ];
    let block = block(mixed(), logs);
    assert_eq!(block.logs_of(1).first().unwrap().address, address(3));
}

#[test]
fn a_reverted_transaction_should_not_succeed() {
    let mut parts = parts(None, 0, mixed(), Vec::new());
    parts.events.reverted = vec![3];
    let block = parts.assemble().unwrap();
    assert!(!block.transactions[1].success);
}

#[test]
fn a_deployment_should_tell_the_contracts_address() {
    let block = block(vec![ethereum(transaction(5, None))], Vec::new());
    let expected = pallet_revive::create1(&Account::default().address(), 5);
    assert_eq!(block.transactions[0].contract, Some(expected));
}

#[test]
fn a_call_should_tell_no_contracts_address() {
    assert_eq!(block(mixed(), Vec::new()).transactions[0].contract, None);
}

#[test]
fn the_signer_should_be_recovered() {
    assert_eq!(
        block(mixed(), Vec::new()).transactions[0].from,
        Account::default().address()
    );
}

#[test]
fn the_price_should_be_the_base_fee_with_the_tip() {
    let payload = signed_1559(0, Some(address(1)), 3 * BASE_FEE, 7);
    assert_eq!(price_of(payload), (BASE_FEE + 7).into());
}

#[test]
fn the_price_should_not_exceed_the_maximum() {
    let payload = signed_1559(0, Some(address(1)), BASE_FEE + 3, 7);
    assert_eq!(price_of(payload), (BASE_FEE + 3).into());
}

#[test]
fn a_legacy_transaction_should_pay_its_gas_price() {
    let payload = signed_legacy(0, address(1), 5 * BASE_FEE);
    assert_eq!(price_of(payload), (5 * BASE_FEE).into());
}

#[test]
fn logs_of_other_extrinsics_should_follow_those_of_ethereum_transactions() {
    let logs = vec![log_in(0, address(8), &[]), log_in(3, address(2), &[])];
    let block = block(mixed(), logs);
    let order: Vec<_> = block.logs.iter().map(|log| log.address).collect();
    assert_eq!(order, [address(2), address(8)]);
}

#[test]
fn a_synthetic_transaction_should_have_the_extrinsics_hash() {
    let block = block(mixed(), vec![log_in(2, address(8), &[])]);
    assert_eq!(block.transactions[2].hash, word(2));
}

#[test]
fn a_synthetic_transaction_should_have_the_extrinsics_signer() {
    let block = block(mixed(), vec![log_in(2, address(8), &[])]);
    assert_eq!(block.transactions[2].from, address(9));
}

#[test]
fn a_synthetic_transaction_should_not_be_in_the_blocks_list() {
    let block = block(mixed(), vec![log_in(2, address(8), &[])]);
    assert!(!block.block.transactions.contains(&word(2)));
}

#[test]
fn logs_of_hooks_should_have_synthetic_transactions_of_their_own() {
    let logs = vec![
        log(LogPhase::Initialization, address(5), &[]),
        log(LogPhase::Finalization, address(6), &[]),
    ];
    let block = block(Vec::new(), logs);
    let kinds: Vec<_> = block
        .transactions
        .iter()
        .map(|transaction| transaction.kind)
        .collect();
    assert_eq!(kinds, [TransactionKind::Synthetic; 2]);
    assert_ne!(block.transactions[0].hash, block.transactions[1].hash);
}

#[test]
fn an_unexecuted_transaction_should_be_left_out() {
    let mut parts = parts(None, 0, mixed(), Vec::new());
    // The runtime lists the second alone.
    if let pallet_revive_types::runtime_api::HashesOrTransactionInfosV1::Hashes(hashes) =
        &mut parts.block.transactions
    {
        hashes.remove(0);
    }
    parts.gas.remove(0);
    let block = parts.assemble().unwrap();
    assert_eq!(block.transactions[0].extrinsic, Some(3));
}

#[test]
fn a_listed_transaction_that_the_block_lacks_should_be_refused() {
    let mut parts = parts(None, 0, mixed(), Vec::new());
    parts.extrinsics.pop();
    assert!(matches!(parts.assemble(), Err(BuildError::Failed(_))));
}

#[test]
fn gas_for_another_number_of_transactions_should_be_refused() {
    let mut parts = parts(None, 0, mixed(), Vec::new());
    parts.gas.pop();
    assert!(matches!(parts.assemble(), Err(BuildError::Failed(_))));
}

#[test]
fn a_block_should_not_use_more_gas_than_its_limit() {
    let mut parts = parts(None, 0, mixed(), Vec::new());
    parts.gas_limit = GAS.into();
    let block = parts.assemble().unwrap().block;
    assert!(block.gas_used <= block.gas_limit);
}
