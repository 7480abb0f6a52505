// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Transactions as they arrive from outside: through the pool's checks and a block's.

use codec::{Decode, Encode};
use frame_system::offchain::CreateAuthorizedTransaction;
use openledger_primitives::{JobRef, SignedReceipt, H256};
use polkadot_sdk::*;
use sp_runtime::{
    traits::{Applyable, Checkable, DispatchInfoOf},
    transaction_validity::{InvalidTransaction, TransactionSource},
};

use super::chain::*;
use crate::*;

/// The transaction with which an offchain worker submits receipts.
fn submission(receipts: Vec<SignedReceipt>) -> UncheckedExtrinsic {
    let receipts = receipts.try_into().expect("the batch fits");
    let call = pallet_attribution::Call::<Runtime>::submit_receipts { receipts };
    <Runtime as CreateAuthorizedTransaction<pallet_attribution::Call<Runtime>>>::create_authorized_transaction(
        call.into(),
    )
}

/// As if the chain had come to block `number`.
fn at_block(number: BlockNumber) {
    for earlier in 0..number {
        frame_system::BlockHash::<Runtime>::insert(earlier, H256([7; 32]));
    }
    System::set_block_number(number);
}

fn validate(
    transaction: UncheckedExtrinsic,
) -> sp_runtime::transaction_validity::TransactionValidity {
    Executive::validate_transaction(
        TransactionSource::External,
        transaction,
        System::block_hash(0),
    )
}

#[test]
fn a_valid_submission_should_enter_the_pool_with_a_tag_for_each_job() {
    on_development_chain(|| {
        let (adapter, contributions) = ready();
        let jobs = [request(adapter, OPEN), request(adapter, OPEN)];
        let receipts: Vec<_> = jobs
            .iter()
            .map(|job| receipt(*job, adapter, &[(contributions[0], 1_000_000)], 10))
            .collect();

        let validity = validate(submission(receipts)).expect("the submission is valid");

        assert_eq!(validity.provides.len(), 2);
        assert!(validity.propagate);
    });
}

#[test]
fn a_submission_that_is_made_again_in_a_later_block_should_be_another_transaction() {
    on_development_chain(|| {
        let (adapter, contributions) = ready();
        let job = request(adapter, OPEN);
        let receipts = vec![receipt(job, adapter, &[(contributions[0], 1_000_000)], 10)];
        at_block(20);
        let first = submission(receipts.clone());
        at_block(28);
        let again = submission(receipts);

        assert_ne!(first.encode(), again.encode());
        validate(again).expect("it is valid all the same");
    });
}

#[test]
fn a_submission_should_be_valid_on_a_fork_that_lags_some_blocks() {
    on_development_chain(|| {
        let (adapter, contributions) = ready();
        let job = request(adapter, OPEN);
        let receipts = vec![receipt(job, adapter, &[(contributions[0], 1_000_000)], 10)];
        System::set_block_number(25);
        let ahead = submission(receipts);
        at_block(20);

        validate(ahead).expect("its era began before this block");
    });
}

#[test]
fn a_forged_receipt_should_not_enter_the_pool() {
    on_development_chain(|| {
        let (adapter, contributions) = ready();
        let job = request(adapter, OPEN);
        let mut forged = receipt(job, adapter, &[(contributions[0], 1_000_000)], 10);
        forged.receipt.units = 100;

        assert_eq!(
            validate(submission(vec![forged])),
            Err(InvalidTransaction::BadProof.into())
        );
    });
}

#[test]
fn a_submission_should_settle_without_a_fee() {
    on_development_chain(|| {
        let (adapter, contributions) = ready();
        let job = request(adapter, OPEN);
        let transaction = submission(vec![receipt(
            job,
            adapter,
            &[(contributions[0], 1_000_000)],
            10,
        )]);
        let checked = transaction
            .check(&frame_system::ChainContext::<Runtime>::default())
            .expect("it needs no signature");
        let info: DispatchInfoOf<RuntimeCall> =
            frame_support::dispatch::GetDispatchInfo::get_dispatch_info(&checked.function);

        let outcome = checked.apply::<Runtime>(&info, 1_000).expect("it is valid");

        assert!(outcome.is_ok());
        assert_eq!(Attribution::ended(vec![JobRef::Escrowed(job)]), [true]);
    });
}

#[test]
fn random_bytes_should_not_decode_into_a_submission() {
    let mut bytes = RuntimeCall::Attribution(pallet_attribution::Call::submit_receipts {
        receipts: Default::default(),
    })
    .encode();
    // A batch that claims more receipts than its bound allows.
    bytes.truncate(2);
    codec::Compact(1_000u32).encode_to(&mut bytes);
    bytes.extend([0u8; 4_096]);
    assert!(RuntimeCall::decode(&mut &bytes[..]).is_err());
}
