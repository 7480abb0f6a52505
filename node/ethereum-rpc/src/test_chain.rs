// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A chain in memory for tests: real blocks with really signed transactions, without a runtime.

use std::sync::{Arc, Mutex};

use openledger_primitives::{
    ethereum::{EthereumEvents, LogPhase, PhasedLog},
    BlockNumber,
};
use pallet_revive::evm::{
    Account, Transaction1559Unsigned, TransactionLegacyUnsigned, TransactionUnsigned,
};
use pallet_revive_types::runtime_api::{BlockV1, HashesOrTransactionInfosV1, ReceiptGasInfoV1};
use polkadot_sdk::*;
use sp_core::{H160, H256, U256};
use sp_crypto_hashing::keccak_256;

use crate::index::{
    BlockParts, BlockSource, BuildError, ExtrinsicParts, Follower, Index, IndexedBlock,
};

/// Wei per gas in all blocks.
pub(crate) const BASE_FEE: u64 = 1_000_000_000;
/// Gas of every transaction.
pub(crate) const GAS: u64 = 21_000;

/// An address that only its first byte tells from others.
pub(crate) fn address(byte: u8) -> H160 {
    H160::repeat_byte(byte)
}

/// A word that only its first byte tells from others.
pub(crate) fn word(byte: u8) -> H256 {
    H256::repeat_byte(byte)
}

/// A call of `to`, or a deployment, that Alith signed.
pub(crate) fn transaction(nonce: u64, to: Option<H160>) -> Vec<u8> {
    signed_1559(nonce, to, 2 * BASE_FEE, 0)
}

/// The same with fees, wei per gas.
pub(crate) fn signed_1559(nonce: u64, to: Option<H160>, most: u64, tip: u64) -> Vec<u8> {
    let unsigned = Transaction1559Unsigned {
        chain_id: 1984.into(),
        gas: GAS.into(),
        max_fee_per_gas: most.into(),
        max_priority_fee_per_gas: tip.into(),
        nonce: nonce.into(),
        to,
        ..Default::default()
    };
    sign(TransactionUnsigned::Transaction1559Unsigned(unsigned))
}

/// A legacy call of `to` that Alith signed.
pub(crate) fn signed_legacy(nonce: u64, to: H160, gas_price: u64) -> Vec<u8> {
    let unsigned = TransactionLegacyUnsigned {
        chain_id: Some(1984.into()),
        gas: GAS.into(),
        gas_price: gas_price.into(),
        nonce: nonce.into(),
        to: Some(to),
        ..Default::default()
    };
    sign(TransactionUnsigned::TransactionLegacyUnsigned(unsigned))
}

fn sign(unsigned: TransactionUnsigned) -> Vec<u8> {
    Account::default()
        .sign_transaction(unsigned)
        .signed_payload()
}

/// A log.
pub(crate) fn log(phase: LogPhase, address: H160, topics: &[H256]) -> PhasedLog {
    PhasedLog {
        phase,
        address,
        topics: topics.to_vec(),
        data: vec![1, 2, 3],
    }
}

/// A log of the extrinsic at `position`.
pub(crate) fn log_in(position: u32, address: H160, topics: &[H256]) -> PhasedLog {
    log(LogPhase::Extrinsic(position), address, topics)
}

/// An extrinsic with an Ethereum transaction.
pub(crate) fn ethereum(payload: Vec<u8>) -> ExtrinsicParts {
    ExtrinsicParts {
        hash: H256(sp_crypto_hashing::blake2_256(&payload)),
        payload: Some(payload),
        signer: None,
    }
}

/// Another extrinsic.
pub(crate) fn native(byte: u8, signer: Option<H160>) -> ExtrinsicParts {
    ExtrinsicParts {
        hash: word(byte),
        payload: None,
        signer,
    }
}

/// The parts of a block on `parent`. `salt` tells blocks of one height apart.
pub(crate) fn parts(
    parent: Option<&IndexedBlock>,
    salt: u8,
    extrinsics: Vec<ExtrinsicParts>,
    logs: Vec<PhasedLog>,
) -> BlockParts {
    let number = parent.map_or(0, |parent| parent.block.reference.number + 1);
    let hashes: Vec<H256> = extrinsics
        .iter()
        .filter_map(|extrinsic| extrinsic.payload.as_ref())
        .map(|payload| H256(keccak_256(payload)))
        .collect();
    let seed = (
        number,
        salt,
        parent.map(|parent| parent.block.reference.substrate),
    );
    let seed = codec::Encode::encode(&seed);
    BlockParts {
        substrate: H256(sp_crypto_hashing::blake2_256(&seed)),
        substrate_parent: parent.map_or(H256::zero(), |parent| parent.block.reference.substrate),
        gas: hashes
            .iter()
            .map(|_| ReceiptGasInfoV1 {
                gas_used: GAS.into(),
                effective_gas_price: BASE_FEE.into(),
            })
            .collect(),
        block: BlockV1 {
            number: number.into(),
            hash: H256(keccak_256(&seed)),
            parent_hash: parent.map_or(H256::zero(), |parent| parent.block.reference.ethereum),
            base_fee_per_gas: BASE_FEE.into(),
            gas_used: U256::from(GAS).saturating_mul(hashes.len().into()),
            gas_limit: u64::MAX.into(),
            transactions: HashesOrTransactionInfosV1::Hashes(hashes),
            ..Default::default()
        },
        gas_limit: (10 * GAS).into(),
        next_base_fee: (BASE_FEE + 1).into(),
        events: EthereumEvents {
            logs,
            reverted: Vec::new(),
        },
        extrinsics,
    }
}

/// The blocks of a node: what a reorganisation changes at once.
#[derive(Clone, Default)]
pub(crate) struct TestChain {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    best: Vec<IndexedBlock>,
    finalized: BlockNumber,
    /// States below this height are pruned.
    pruned: BlockNumber,
    built: usize,
    /// Whether the next block that is asked for makes the follower panic.
    panics: bool,
}

impl TestChain {
    /// A chain with a first block.
    pub(crate) fn new() -> Self {
        let chain = Self::default();
        chain.add(Vec::new(), Vec::new());
        chain
    }

    /// Adds a block to the best chain.
    pub(crate) fn add(
        &self,
        extrinsics: Vec<ExtrinsicParts>,
        logs: Vec<PhasedLog>,
    ) -> IndexedBlock {
        self.add_salted(0, extrinsics, logs)
    }

    /// Adds a block that differs from others of its height.
    pub(crate) fn add_salted(
        &self,
        salt: u8,
        extrinsics: Vec<ExtrinsicParts>,
        logs: Vec<PhasedLog>,
    ) -> IndexedBlock {
        let mut state = self.state.lock().unwrap();
        let block = parts(state.best.last(), salt, extrinsics, logs)
            .assemble()
            .unwrap();
        state.best.push(block.clone());
        block
    }

    /// Adds `count` empty blocks.
    pub(crate) fn add_empty(&self, count: usize) {
        for _ in 0..count {
            self.add(Vec::new(), Vec::new());
        }
    }

    /// Drops the topmost `count` blocks.
    pub(crate) fn drop_last(&self, count: usize) {
        let mut state = self.state.lock().unwrap();
        let kept = state.best.len() - count;
        state.best.truncate(kept);
    }

    /// Finalises a height.
    pub(crate) fn finalize(&self, number: BlockNumber) {
        self.state.lock().unwrap().finalized = number;
    }

    /// Prunes the states below a height.
    pub(crate) fn prune(&self, number: BlockNumber) {
        self.state.lock().unwrap().pruned = number;
    }

    /// Makes the follower panic, once.
    pub(crate) fn panic_once(&self) {
        self.state.lock().unwrap().panics = true;
    }

    /// How many blocks were asked for.
    pub(crate) fn built(&self) -> usize {
        self.state.lock().unwrap().built
    }

    /// A follower of this chain.
    pub(crate) fn follower(&self, index: &Index) -> Follower<Self> {
        Follower::new(index.clone(), self.clone())
    }
}

impl BlockSource for TestChain {
    fn hash_at(&self, number: BlockNumber) -> Result<Option<H256>, BuildError> {
        let state = self.state.lock().unwrap();
        let block = state.best.get(number as usize);
        Ok(block.map(|block| block.block.reference.substrate))
    }

    fn best(&self) -> BlockNumber {
        self.state.lock().unwrap().best.len() as u32 - 1
    }

    fn finalized(&self) -> BlockNumber {
        self.state.lock().unwrap().finalized
    }

    fn is_available(&self, hash: H256) -> bool {
        let state = self.state.lock().unwrap();
        let block = state
            .best
            .iter()
            .find(|block| block.block.reference.substrate == hash);
        block.is_some_and(|block| block.block.reference.number >= state.pruned)
    }

    fn build(&self, hash: H256) -> Result<IndexedBlock, BuildError> {
        let panics = std::mem::take(&mut self.state.lock().unwrap().panics);
        assert!(!panics, "a test says so");
        if !self.is_available(hash) {
            return Err(BuildError::Unavailable);
        }
        let mut state = self.state.lock().unwrap();
        state.built += 1;
        let block = state
            .best
            .iter()
            .find(|block| block.block.reference.substrate == hash);
        block.cloned().ok_or(BuildError::Unavailable)
    }
}
