// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Transactions that the runtime itself makes, and the chain as the inference coordinator sees it.

use alloc::vec::Vec;

use frame_support::dispatch::DispatchClass;
use frame_system::offchain::{
    CreateAuthorizedTransaction, CreateBare, CreateTransaction, CreateTransactionBase,
    SubmitTransaction,
};
use openledger_offchain_workers::Verdict;
use openledger_primitives::{views::JobView, JobId, SignedReceipt, H256};
use sp_runtime::{generic::Era, DispatchError, RuntimeAppPublic};

use crate::*;

/// The period of the era of transactions that the runtime makes, blocks: longer than a pool refuses
/// what it knows, so that no two of them that are made in that time are the same.
const ERA_PERIOD: u64 = 1024;

/// How far back that era begins, blocks.
const ERA_MARGIN: BlockNumber = 8;

impl<C> CreateTransactionBase<C> for Runtime
where
    RuntimeCall: From<C>,
{
    type Extrinsic = UncheckedExtrinsic;
    type RuntimeCall = RuntimeCall;
}

impl<C> CreateBare<C> for Runtime
where
    RuntimeCall: From<C>,
{
    fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
        generic::UncheckedExtrinsic::new_bare(call).into()
    }
}

impl<C> CreateTransaction<C> for Runtime
where
    RuntimeCall: From<C>,
{
    type Extension = TxExtension;

    fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
        generic::UncheckedExtrinsic::new_transaction(call, extension).into()
    }
}

impl<C> CreateAuthorizedTransaction<C> for Runtime
where
    RuntimeCall: From<C>,
{
    fn create_extension() -> TxExtension {
        // The era makes what is submitted again another transaction: a pool refuses for half an hour
        // the same bytes that it saw in a block, or dropped, and what settled on a fork that was given
        // up has to settle again. It begins some blocks back, so that it is valid on shorter forks.
        let birth = System::block_number().saturating_sub(ERA_MARGIN);
        let era = Era::mortal(ERA_PERIOD, birth.into());
        transactions::extension(era, 0, transactions::fees(0))
    }
}

impl openledger_offchain_workers::Chain for Runtime {
    fn genesis() -> H256 {
        System::block_hash(0)
    }

    fn validators() -> Vec<[u8; 32]> {
        Babe::authorities()
            .iter()
            .map(|(key, _)| raw(key))
            .collect()
    }

    fn local_validator() -> Option<[u8; 32]> {
        let session = Self::validators();
        sp_consensus_babe::AuthorityId::all()
            .iter()
            .map(raw)
            .find(|key| session.contains(key))
    }

    fn open_jobs(from: JobId, limit: u32, now: BlockNumber) -> Vec<JobView> {
        Inference::jobs_to_answer(from, limit, now)
    }

    fn check(receipt: &SignedReceipt) -> Verdict {
        match Attribution::check(receipt) {
            Ok(_) => Verdict::Payable,
            Err(error) if is_forgery(error) => Verdict::Forged,
            Err(_) => Verdict::Unpayable,
        }
    }

    fn submit(receipts: Vec<SignedReceipt>) -> Result<(), ()> {
        // Every part is offered, also when the pool does not take an earlier one.
        let mut outcome = Ok(());
        let mut rest = &receipts[..];
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(fitting(rest));
            outcome = submit_batch(batch).and(outcome);
            rest = later;
        }
        outcome
    }

    fn max_batch() -> u32 {
        configs::MaxReceiptsPerBatch::get()
    }
}

/// The call that brings receipts on chain.
type Submission = pallet_attribution::Call<Runtime>;

/// How many of the first receipts one transaction takes: as many as a quarter of a block's ordinary
/// weight settles, and always one.
fn fitting(receipts: &[SignedReceipt]) -> usize {
    let weights = configs::RuntimeBlockWeights::get();
    let limit = weights
        .get(DispatchClass::Normal)
        .max_total
        .unwrap_or(weights.max_block)
        / 4;
    let fits = |count: &usize| {
        receipts.get(..*count).is_some_and(|batch| {
            Attribution::batch_weight(batch)
                .saturating_add(Attribution::batch_check_weight(batch))
                .all_lte(limit)
        })
    };
    (2..=receipts.len()).take_while(fits).last().unwrap_or(1)
}

/// Brings receipts into the transaction pool as one transaction.
fn submit_batch(receipts: &[SignedReceipt]) -> Result<(), ()> {
    let receipts = receipts.to_vec().try_into().map_err(drop)?;
    let call = Submission::submit_receipts { receipts };
    let transaction =
        <Runtime as CreateAuthorizedTransaction<Submission>>::create_authorized_transaction(
            call.into(),
        );
    SubmitTransaction::<Runtime, Submission>::submit_transaction(transaction)
}

/// Whether a receipt was refused for something that its worker could have checked alone, rather
/// than because the chain has moved on.
///
/// A receipt that does not fit its job by adapter, input or units is no forgery: until a job is
/// finalised its number can come to mean another one, and what an honest worker signed on a fork
/// that was given up then looks just like it.
fn is_forgery(error: DispatchError) -> bool {
    use pallet_attribution::Error;
    let rules: [Error<Runtime>; 14] = [
        Error::WrongReceiptVersion,
        Error::WrongChain,
        Error::WrongArtifact,
        Error::WrongVoucher,
        Error::WrongOutput,
        Error::BadSignature,
        Error::VectorEmpty,
        Error::VectorUnsorted,
        Error::VectorDuplicate,
        Error::VectorZeroShare,
        Error::VectorWrongSum,
        Error::VectorTooLong,
        Error::OutsideLineage,
        Error::NoUnits,
    ];
    rules
        .into_iter()
        .any(|rule| DispatchError::from(rule) == error)
}

/// A BABE key's bytes.
fn raw(key: &sp_consensus_babe::AuthorityId) -> [u8; 32] {
    sp_core::sr25519::Public::from(key.clone()).0
}
