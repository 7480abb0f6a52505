// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A block between its header and its state root.

use codec::Encode;
use openledger_primitives::runtime_api::AuthoringApi;
use openledger_runtime::{
    apis::RuntimeApi,
    opaque::{Block, Header, UncheckedExtrinsic},
    BlockNumber, Hash,
};
use polkadot_sdk::*;
use sp_api::{
    ApiError, ApiExt, ApiRef, ConstructRuntimeApi, Core, ProofRecorder, ProvideRuntimeApi,
};
use sp_block_builder::BlockBuilder;
use sp_blockchain::Error;
use sp_consensus::Proposal;
use sp_core::traits::CallContext;
use sp_externalities::Extensions;
use sp_inherents::InherentData;
use sp_runtime::{
    traits::{Block as _, Header as _},
    transaction_validity::TransactionValidityError,
    Digest, ExtrinsicInclusionMode, TransactionOutcome,
};
use sp_weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight};

use crate::service::FullClient;

/// A call of the runtime ends once what it applied weighs more. The time to make a block is looked at
/// between calls.
const BATCH_WEIGHT: Weight = Weight::from_parts(10 * WEIGHT_REF_TIME_PER_MILLIS, u64::MAX);

/// The most bytes that the number of a block's transactions takes.
const COUNT_SIZE: usize = 5;

/// What became of transactions.
pub struct Applied {
    /// How many of the first are in the block.
    pub count: usize,
    /// Why the one after them is not; `None` when the runtime did not come to it.
    pub refusal: Option<TransactionValidityError>,
}

/// A block that transactions can be added to.
pub struct BlockInMaking<'a> {
    client: &'a FullClient,
    api: ApiRef<'a, <RuntimeApi as ConstructRuntimeApi<Block, FullClient>>::RuntimeApi>,
    parent: Hash,
    mode: ExtrinsicInclusionMode,
    transactions: Vec<UncheckedExtrinsic>,
    /// Bytes, without a proof.
    size: usize,
}

impl<'a> BlockInMaking<'a> {
    /// Begins a block after `parent`. `recorder` gets the state that is read.
    ///
    /// # Errors
    /// When the parent's state is not there or its runtime is not of this node.
    pub fn begin(
        client: &'a FullClient,
        parent: Hash,
        parent_number: BlockNumber,
        digest: Digest,
        recorder: Option<ProofRecorder<Block>>,
        extensions: Extensions,
    ) -> Result<Self, Error> {
        let header = Header::new(
            parent_number.saturating_add(1),
            Default::default(),
            Default::default(),
            parent,
            digest,
        );
        let mut api = client.runtime_api();
        if let Some(recorder) = recorder {
            api.record_proof_with_recorder(recorder);
        }
        for extension in extensions.into_extensions() {
            api.register_extension(extension);
        }
        api.set_call_context(CallContext::Onchain { import: false });
        if !api.has_api::<dyn AuthoringApi<Block>>(parent)? {
            return Err(Error::VersionInvalid("AuthoringApi".into()));
        }
        let mode = api.initialize_block(parent, &header)?;
        Ok(Self {
            client,
            api,
            parent,
            mode,
            transactions: Vec::new(),
            size: header.encoded_size() + COUNT_SIZE,
        })
    }

    /// Whether the block takes more than inherents.
    pub fn mode(&self) -> ExtrinsicInclusionMode {
        self.mode
    }

    /// The bytes of the block and of the proof, where one is recorded.
    pub fn size(&self) -> usize {
        let proof = self
            .api
            .proof_recorder()
            .map_or(0, |recorder| recorder.estimate_encoded_size());
        self.size.saturating_add(proof)
    }

    /// The transactions that the runtime makes of `data`.
    pub fn inherents(&self, data: InherentData) -> Result<Vec<UncheckedExtrinsic>, Error> {
        let inherents = self.api.execute_in_transaction(|api| {
            TransactionOutcome::Rollback(api.inherent_extrinsics(self.parent, data))
        });
        Ok(inherents?)
    }

    /// Adds transactions in their order up to one that does not belong in the block.
    ///
    /// # Errors
    /// When the runtime panics: then none of them is in the block.
    pub fn apply(&mut self, transactions: Vec<UncheckedExtrinsic>) -> Result<Applied, ApiError> {
        let results = self.api.execute_in_transaction(|api| {
            match api.apply_transactions(self.parent, transactions.clone(), BATCH_WEIGHT) {
                Ok(results) if results.is_empty() => TransactionOutcome::Rollback(Err(
                    ApiError::Application(Box::from("the runtime applied nothing")),
                )),
                Ok(results) => TransactionOutcome::Commit(Ok(results)),
                Err(error) => TransactionOutcome::Rollback(Err(error)),
            }
        })?;
        let mut applied = Applied {
            count: 0,
            refusal: None,
        };
        for (transaction, result) in transactions.into_iter().zip(results) {
            if let Err(error) = result {
                applied.refusal = Some(error);
                break;
            }
            self.size = self.size.saturating_add(transaction.encoded_size());
            self.transactions.push(transaction);
            applied.count += 1;
        }
        Ok(applied)
    }

    /// Ends the block and computes the root of its state.
    pub fn end(self) -> Result<Proposal<Block>, Error> {
        let header = self.api.finalize_block(self.parent)?;
        let state = self.client.state_at(self.parent)?;
        let storage_changes = self
            .api
            .into_storage_changes(&state, self.parent)
            .map_err(Error::StorageChanges)?;
        Ok(Proposal {
            block: Block::new(header, self.transactions),
            storage_changes,
        })
    }
}
