// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Transactions that the runtime itself makes, and the chain as the inference coordinator sees it.

use alloc::vec::Vec;

use frame_system::offchain::{
    CreateAuthorizedTransaction, CreateBare, CreateTransaction, CreateTransactionBase,
    SubmitTransaction,
};
use openledger_primitives::{views::JobView, SignedReceipt, H256};
use sp_runtime::{generic::Era, RuntimeAppPublic};

use crate::*;

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
        UncheckedExtrinsic::new_bare(call)
    }
}

impl<C> CreateTransaction<C> for Runtime
where
    RuntimeCall: From<C>,
{
    type Extension = TxExtension;

    fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
        UncheckedExtrinsic::new_transaction(call, extension)
    }
}

impl<C> CreateAuthorizedTransaction<C> for Runtime
where
    RuntimeCall: From<C>,
{
    fn create_extension() -> TxExtension {
        (
            frame_system::AuthorizeCall::new(),
            frame_system::CheckNonZeroSender::new(),
            frame_system::CheckSpecVersion::new(),
            frame_system::CheckTxVersion::new(),
            frame_system::CheckGenesis::new(),
            frame_system::CheckEra::from(Era::Immortal),
            frame_system::CheckNonce::from(0),
            frame_system::CheckWeight::new(),
            pallet_transaction_payment::ChargeTransactionPayment::from(0),
            frame_metadata_hash_extension::CheckMetadataHash::new(false),
            frame_system::WeightReclaim::new(),
        )
    }
}

impl openledger_offchain_workers::Chain for Runtime {
    type MaxBatch = configs::MaxReceiptsPerBatch;

    fn genesis() -> H256 {
        System::block_hash(0)
    }

    fn validators() -> Vec<[u8; 32]> {
        Babe::authorities().iter().map(|(key, _)| raw(key)).collect()
    }

    fn local_validator() -> Option<[u8; 32]> {
        let session = Self::validators();
        sp_consensus_babe::AuthorityId::all()
            .iter()
            .map(raw)
            .find(|key| session.contains(key))
    }

    fn open_jobs(limit: u32) -> Vec<JobView> {
        Inference::open_jobs(limit)
    }

    fn check(receipt: &SignedReceipt) -> bool {
        Attribution::check(receipt).is_ok()
    }

    fn submit(receipts: Vec<SignedReceipt>) -> Result<(), ()> {
        let receipts = receipts.try_into().map_err(drop)?;
        let call = pallet_attribution::Call::submit_receipts { receipts };
        let transaction =
            <Self as CreateAuthorizedTransaction<pallet_attribution::Call<Runtime>>>::create_authorized_transaction(call.into());
        SubmitTransaction::<Self, pallet_attribution::Call<Runtime>>::submit_transaction(transaction)
    }
}

/// A BABE key's bytes.
fn raw(key: &sp_consensus_babe::AuthorityId) -> [u8; 32] {
    sp_core::sr25519::Public::from(key.clone()).0
}
