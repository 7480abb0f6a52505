// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! JSON-RPC: the SDK's APIs beside those that sc-service always answers, and ours, one file per
//! API. `docs/rpc.md` describes ours with examples. Ethereum's come from `openledger-ethereum-rpc`.

mod attribution;
mod datanets;
mod error;
#[cfg(test)]
mod mock;
mod models;
#[cfg(test)]
mod tests;
mod types;

use std::sync::Arc;

use jsonrpsee::RpcModule;
use openledger_runtime::{opaque::Block, AccountId, Balance, BlockNumber, Hash, Nonce};
use polkadot_sdk::*;
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_grandpa::{
    FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_rpc::SubscriptionTaskExecutor;
use sp_blockchain::HeaderBackend;
use sp_keystore::KeystorePtr;

use crate::service::{FullBackend, FullClient, FullPool, FullSelectChain};
use attribution::{Attribution, AttributionApiServer};
use datanets::{Datanets, DatanetsApiServer};
use error::Error;
use models::{Models, ModelsApiServer};

/// What the APIs read.
pub struct Dependencies {
    /// The chain and its runtime.
    pub client: Arc<FullClient>,
    /// Transactions that wait for a block.
    pub pool: Arc<FullPool>,
    /// Which of several chains is the best.
    pub select_chain: FullSelectChain,
    /// The chain's specification.
    pub chain_spec: Box<dyn sc_chain_spec::ChainSpec>,
    /// The node's keys.
    pub keystore: KeystorePtr,
    /// Answers questions about epochs.
    pub babe: BabeWorkerHandle<Block>,
    /// Finality.
    pub grandpa: GrandpaDependencies,
    /// Ethereum's methods, which share an index and filters.
    pub ethereum: RpcModule<()>,
}

/// What the finality API reads.
pub struct GrandpaDependencies {
    /// The voting rounds that go on.
    pub voter_state: SharedVoterState,
    /// The validators that finalise.
    pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
    /// Proofs of finality as they come.
    pub justifications: GrandpaJustificationStream<Block>,
    /// Proofs of finality of older blocks.
    pub proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// Puts the APIs together.
pub fn create(
    dependencies: Dependencies,
    executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
    use pallet_transaction_payment::RuntimeDispatchInfo;
    use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
    use sc_consensus_babe_rpc::{Babe, BabeApiServer};
    use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
    use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
    use substrate_frame_rpc_system::{System, SystemApiServer};

    let Dependencies {
        client,
        pool,
        select_chain,
        chain_spec,
        keystore,
        babe,
        grandpa,
        ethereum,
    } = dependencies;
    let mut module = RpcModule::new(());
    module.merge(SystemApiServer::<Hash, AccountId, Nonce>::into_rpc(
        System::<_, _, Block>::new(client.clone(), pool),
    ))?;
    module.merge(TransactionPaymentApiServer::<
        Hash,
        RuntimeDispatchInfo<Balance>,
    >::into_rpc(TransactionPayment::<_, Block>::new(
        client.clone(),
    )))?;
    module.merge(Babe::new(client.clone(), babe.clone(), keystore, select_chain).into_rpc())?;
    module.merge(
        Grandpa::new(
            executor,
            grandpa.authority_set.clone(),
            grandpa.voter_state,
            grandpa.justifications,
            grandpa.proofs,
        )
        .into_rpc(),
    )?;
    module.merge(
        SyncState::new(chain_spec, client.clone(), grandpa.authority_set, babe)?.into_rpc(),
    )?;
    module.merge(Attribution::new(client.clone()).into_rpc())?;
    module.merge(Datanets::new(client.clone()).into_rpc())?;
    module.merge(Models::new(client).into_rpc())?;
    module.merge(ethereum)?;
    Ok(module)
}

/// The block that a question is about: `at`, which must be known, or the best one.
fn block_or_best<C: HeaderBackend<Block>>(client: &C, at: Option<Hash>) -> Result<Hash, Error> {
    let Some(hash) = at else {
        return Ok(client.info().best_hash);
    };
    match client.header(hash) {
        Ok(Some(_)) => Ok(hash),
        Ok(None) => Err(Error::UnknownBlock(hash)),
        Err(error) => Err(Error::RuntimeFailed {
            call: "header",
            at: hash,
            source: error.to_string(),
        }),
    }
}
