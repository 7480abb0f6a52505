// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Making a block of the index out of what the chain and its runtime know.

use std::{collections::VecDeque, marker::PhantomData, sync::Arc};

use codec::Encode;
use openledger_primitives::{
    ethereum::{EthereumEvents, LogPhase, PhasedLog},
    runtime_api::EthereumApi,
    BlockNumber,
};
use pallet_revive::{
    evm::{GenericTransaction, TransactionSigned},
    ReviveApi,
};
use pallet_revive_types::runtime_api::{
    BlockInputPayloadV1, BlockV1, BlockVersionedInputPayload, BlockVersionedOutputPayload,
    GasPriceInputPayloadV1, GasPriceVersionedInputPayload, GasPriceVersionedOutputPayload,
    HashesOrTransactionInfosV1, MaxExtrinsicWeightInGasInputPayloadV1,
    MaxExtrinsicWeightInGasVersionedInputPayload, MaxExtrinsicWeightInGasVersionedOutputPayload,
    ReceiptDataInputPayloadV1, ReceiptDataVersionedInputPayload, ReceiptDataVersionedOutputPayload,
    ReceiptGasInfoV1,
};
use polkadot_sdk::*;
use rayon::prelude::*;
use sc_client_api::BlockBackend;
use sp_api::{CallApiAt, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_core::{H160, H256, U256};
use sp_crypto_hashing::{blake2_256, keccak_256};
use sp_runtime::traits::{Block as BlockT, Header as HeaderT, NumberFor};

use super::{
    encoding,
    record::{BlockRecord, BlockRef, IndexedBlock, LogRecord, TransactionKind, TransactionRecord},
};
use crate::view::{EthereumRuntimeApi, EthereumView};

/// Why a block cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Its state or body was pruned, or never was here: it will not come back.
    #[error("its state or body is not on this node")]
    Unavailable,
    /// It may succeed later.
    #[error("{0}")]
    Failed(String),
}

/// What a [`super::Follower`] follows.
pub trait BlockSource: Send + Sync + 'static {
    /// The best chain's block at a height.
    ///
    /// # Errors
    /// [`BuildError::Failed`].
    fn hash_at(&self, number: BlockNumber) -> Result<Option<H256>, BuildError>;

    /// The height of the best block.
    fn best(&self) -> BlockNumber;

    /// The height of the last finalised block.
    fn finalized(&self) -> BlockNumber;

    /// Whether [`BlockSource::build`] finds what it needs of a block on this node.
    fn is_available(&self, hash: H256) -> bool;

    /// What the index stores of a block.
    ///
    /// # Errors
    /// [`BuildError`].
    fn build(&self, hash: H256) -> Result<IndexedBlock, BuildError>;
}

/// Blocks of the node's own client.
pub struct ChainSource<Block, Client, View> {
    client: Arc<Client>,
    marker: PhantomData<fn() -> (Block, View)>,
}

impl<Block, Client, View> ChainSource<Block, Client, View> {
    /// Reads from `client`.
    pub fn new(client: Arc<Client>) -> Self {
        Self {
            client,
            marker: PhantomData,
        }
    }
}

impl<Block, Client, View> BlockSource for ChainSource<Block, Client, View>
where
    Block: BlockT<Hash = H256>,
    NumberFor<Block>: Into<u32> + From<u32>,
    Client: HeaderBackend<Block>
        + BlockBackend<Block>
        + ProvideRuntimeApi<Block>
        + CallApiAt<Block>
        + Send
        + Sync
        + 'static,
    Client::Api: EthereumRuntimeApi<Block>,
    View: EthereumView<Block>,
{
    fn hash_at(&self, number: BlockNumber) -> Result<Option<H256>, BuildError> {
        self.client.hash(number.into()).map_err(failed)
    }

    fn best(&self) -> BlockNumber {
        self.client.info().best_number.into()
    }

    fn finalized(&self) -> BlockNumber {
        self.client.info().finalized_number.into()
    }

    fn is_available(&self, hash: H256) -> bool {
        matches!(self.client.block_body(hash), Ok(Some(_))) && self.client.state_at(hash).is_ok()
    }

    fn build(&self, hash: H256) -> Result<IndexedBlock, BuildError> {
        let header = self
            .client
            .header(hash)
            .map_err(failed)?
            .ok_or(BuildError::Unavailable)?;
        let extrinsics = self
            .client
            .block_body(hash)
            .map_err(failed)?
            .ok_or(BuildError::Unavailable)?;
        if self.client.state_at(hash).is_err() {
            return Err(BuildError::Unavailable);
        }
        let api = self.client.runtime_api();
        let BlockVersionedOutputPayload::V1(block) = api
            .eth_block_versioned(hash, BlockVersionedInputPayload::V1(BlockInputPayloadV1))
            .map_err(failed)?;
        let ReceiptDataVersionedOutputPayload::V1(gas) = api
            .eth_receipt_data_versioned(
                hash,
                ReceiptDataVersionedInputPayload::V1(ReceiptDataInputPayloadV1),
            )
            .map_err(failed)?;
        let MaxExtrinsicWeightInGasVersionedOutputPayload::V1(most) = api
            .max_extrinsic_weight_in_gas_versioned(
                hash,
                MaxExtrinsicWeightInGasVersionedInputPayload::V1(
                    MaxExtrinsicWeightInGasInputPayloadV1,
                ),
            )
            .map_err(failed)?;
        let GasPriceVersionedOutputPayload::V1(price) = api
            .gas_price_versioned(
                hash,
                GasPriceVersionedInputPayload::V1(GasPriceInputPayloadV1),
            )
            .map_err(failed)?;
        let events = api.ethereum_events(hash).map_err(failed)?;
        BlockParts {
            substrate: hash,
            substrate_parent: *header.parent_hash(),
            block: block.block,
            gas: gas.receipt_data,
            gas_limit: most.max_extrinsic_weight_in_gas,
            next_base_fee: price.gas_price,
            events,
            extrinsics: extrinsics
                .iter()
                .map(ExtrinsicParts::read::<Block, View>)
                .collect(),
        }
        .assemble()
    }
}

fn failed(error: impl std::fmt::Display) -> BuildError {
    BuildError::Failed(error.to_string())
}

/// What matters of an extrinsic.
#[derive(Clone, Debug)]
pub struct ExtrinsicParts {
    /// blake2-256 of its bytes.
    pub hash: H256,
    /// The Ethereum transaction that it carries.
    pub payload: Option<Vec<u8>>,
    /// Who signed it otherwise.
    pub signer: Option<H160>,
}

impl ExtrinsicParts {
    fn read<Block: BlockT, View: EthereumView<Block>>(extrinsic: &Block::Extrinsic) -> Self {
        Self {
            hash: H256(blake2_256(&extrinsic.encode())),
            payload: View::ethereum_payload(extrinsic),
            signer: View::signer(extrinsic),
        }
    }
}

/// What the chain and the runtime say of a block.
pub struct BlockParts {
    /// The chain's hash.
    pub substrate: H256,
    /// The chain's hash of the block before.
    pub substrate_parent: H256,
    /// pallet-revive's block.
    pub block: BlockV1,
    /// Gas of each of its transactions.
    pub gas: Vec<ReceiptGasInfoV1>,
    /// The most gas that one transaction can use.
    pub gas_limit: U256,
    /// Wei per gas in the next block.
    pub next_base_fee: U256,
    /// Logs and failures.
    pub events: EthereumEvents,
    /// The chain's block.
    pub extrinsics: Vec<ExtrinsicParts>,
}

impl BlockParts {
    /// Joins them.
    ///
    /// # Errors
    /// [`BuildError::Failed`] when they contradict each other.
    pub fn assemble(self) -> Result<IndexedBlock, BuildError> {
        let HashesOrTransactionInfosV1::Hashes(hashes) = self.block.transactions.clone() else {
            return Err(failed(
                "the runtime's block has no list of transaction hashes",
            ));
        };
        let transactions = self.executed(&hashes)?;
        let mut logs = LogsByPhase::new(self.events.logs);
        let mut assembly = Assembly::default();
        for (position, mut record) in transactions {
            record.extrinsic = Some(position);
            record.success = self.events.reverted.binary_search(&position).is_err();
            assembly.add(record, logs.take(LogPhase::Extrinsic(position)));
        }
        for (phase, logs) in logs.rest() {
            let record = synthetic_transaction(self.substrate, phase, &self.extrinsics, &logs);
            assembly.add(record, logs);
        }
        let reference = BlockRef {
            number: u32::try_from(self.block.number)
                .map_err(|_| failed("the runtime's block has a number of more than 32 bits"))?,
            ethereum: self.block.hash,
            substrate: self.substrate,
        };
        let mut block = BlockRecord {
            next_base_fee: self.next_base_fee,
            transactions: hashes,
            // A block of many transactions can use more than one of them could.
            gas_limit: self.gas_limit.max(self.block.gas_used),
            ..header(reference, self.substrate_parent, self.block)
        };
        block.size = encoding::size(&block, &assembly.transactions);
        Ok(IndexedBlock {
            block,
            transactions: assembly.transactions,
            logs: assembly.logs,
        })
    }

    /// The Ethereum transactions that the runtime executed, with the positions of their extrinsics.
    fn executed(&self, hashes: &[H256]) -> Result<Vec<(u32, TransactionRecord)>, BuildError> {
        if hashes.len() != self.gas.len() {
            return Err(failed(format!(
                "the runtime counts {} Ethereum transactions but tells the gas of {}",
                hashes.len(),
                self.gas.len()
            )));
        }
        // Both lists have the order of inclusion; an extrinsic whose transaction the runtime does
        // not list was included without being executed.
        let mut listed = hashes.iter().zip(&self.gas).peekable();
        let mut found = Vec::with_capacity(hashes.len());
        for (position, extrinsic) in (0u32..).zip(&self.extrinsics) {
            let Some(payload) = &extrinsic.payload else {
                continue;
            };
            let hash = H256(keccak_256(payload));
            if let Some((_, gas)) = listed.next_if(|(listed, _)| **listed == hash) {
                found.push((position, hash, payload, gas));
            }
        }
        if let Some((hash, _)) = listed.next() {
            return Err(failed(format!(
                "the runtime lists transaction {hash:?}, which the block does not contain"
            )));
        }
        let base_fee = self.block.base_fee_per_gas;
        // Recovering the signers is most of the work of a full block.
        found
            .into_par_iter()
            .map(|(position, hash, payload, gas)| {
                let record = ethereum_transaction(hash, payload, gas, base_fee)?;
                Ok((position, record))
            })
            .collect()
    }
}

/// The header's part of a block.
fn header(reference: BlockRef, substrate_parent: H256, block: BlockV1) -> BlockRecord {
    BlockRecord {
        reference,
        parent: block.parent_hash,
        substrate_parent,
        timestamp: u64::try_from(block.timestamp).unwrap_or(u64::MAX),
        author: block.miner,
        state_root: block.state_root,
        transactions_root: block.transactions_root,
        receipts_root: block.receipts_root,
        logs_bloom: Box::new(block.logs_bloom.0),
        gas_limit: block.gas_limit,
        gas_used: block.gas_used,
        base_fee: block.base_fee_per_gas,
        next_base_fee: block.base_fee_per_gas,
        mix_hash: block.mix_hash,
        nonce: block.nonce.0,
        extra_data: block.extra_data.0,
        uncles_hash: block.sha_3_uncles,
        withdrawals_root: block.withdrawals_root,
        size: 0,
        transactions: Vec::new(),
    }
}

/// The transactions and logs of a block as they add up.
#[derive(Default)]
struct Assembly {
    transactions: Vec<TransactionRecord>,
    logs: Vec<LogRecord>,
    gas: U256,
}

impl Assembly {
    fn add(&mut self, mut record: TransactionRecord, logs: Vec<PhasedLog>) {
        self.gas = self.gas.saturating_add(record.gas_used);
        record.cumulative_gas_used = self.gas;
        record.first_log = count(self.logs.len());
        record.logs = count(logs.len());
        let transaction = count(self.transactions.len());
        self.logs.extend(logs.into_iter().map(|log| LogRecord {
            address: log.address,
            topics: log.topics,
            data: log.data,
            transaction,
            transaction_hash: record.hash,
        }));
        self.transactions.push(record);
    }
}

/// A block has far fewer than 2³² of anything.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The logs of a block, grouped by phase in the order of the first log of each.
struct LogsByPhase {
    groups: VecDeque<(LogPhase, Vec<PhasedLog>)>,
}

impl LogsByPhase {
    fn new(logs: Vec<PhasedLog>) -> Self {
        let mut groups: VecDeque<(LogPhase, Vec<PhasedLog>)> = VecDeque::new();
        for log in logs {
            match groups.back_mut() {
                Some((phase, group)) if *phase == log.phase => group.push(log),
                _ => groups.push_back((log.phase, vec![log])),
            }
        }
        Self { groups }
    }

    /// The logs of one phase, which are taken out.
    fn take(&mut self, phase: LogPhase) -> Vec<PhasedLog> {
        let at = self.groups.iter().position(|(other, _)| *other == phase);
        at.and_then(|at| self.groups.remove(at))
            .map(|(_, logs)| logs)
            .unwrap_or_default()
    }

    /// All that nobody took.
    fn rest(self) -> impl Iterator<Item = (LogPhase, Vec<PhasedLog>)> {
        self.groups.into_iter()
    }
}

/// A transaction that an Ethereum key signed.
fn ethereum_transaction(
    hash: H256,
    payload: &[u8],
    gas: &ReceiptGasInfoV1,
    base_fee: U256,
) -> Result<TransactionRecord, BuildError> {
    let signed = TransactionSigned::decode(payload)
        .map_err(|error| failed(format!("transaction {hash:?}: {error}")))?;
    let from = signed
        .recover_eth_address()
        .map_err(|()| failed(format!("transaction {hash:?} has no valid signature")))?;
    // With the highest base fee, nothing is cut from the gas price of a legacy transaction.
    let fields = GenericTransaction::from_signed(signed, U256::MAX, Some(from));
    let to = fields.to;
    let nonce = fields.nonce.unwrap_or_default();
    Ok(TransactionRecord {
        hash,
        kind: TransactionKind::Ethereum,
        extrinsic: None,
        from,
        to,
        contract: match to {
            None => u64::try_from(nonce)
                .ok()
                .map(|nonce| pallet_revive::create1(&from, nonce)),
            Some(_) => None,
        },
        payload: payload.to_vec(),
        success: true,
        gas_used: gas.gas_used,
        cumulative_gas_used: U256::zero(),
        effective_gas_price: effective_price(&fields, base_fee).unwrap_or(gas.effective_gas_price),
        first_log: 0,
        logs: 0,
    })
}

/// What a transaction pays per gas, wei: the base fee and its tip, at most its maximum; or its gas
/// price, if it has but one, whose excess over the base fee is the tip.
fn effective_price(fields: &GenericTransaction, base_fee: U256) -> Option<U256> {
    match (fields.max_fee_per_gas, fields.max_priority_fee_per_gas) {
        (Some(most), Some(tip)) => Some(most.min(base_fee.saturating_add(tip))),
        _ => fields.gas_price,
    }
}

/// What stands for an extrinsic, or a hook of the runtime, that emitted logs without being an
/// Ethereum transaction.
fn synthetic_transaction(
    block: H256,
    phase: LogPhase,
    extrinsics: &[ExtrinsicParts],
    logs: &[PhasedLog],
) -> TransactionRecord {
    let position = match phase {
        LogPhase::Extrinsic(position) => Some(position),
        LogPhase::Initialization | LogPhase::Finalization => None,
    };
    let extrinsic = position.and_then(|position| extrinsics.get(position as usize));
    TransactionRecord {
        hash: extrinsic.map_or_else(
            || H256(blake2_256(&(block, phase).encode())),
            |extrinsic| extrinsic.hash,
        ),
        kind: TransactionKind::Synthetic,
        extrinsic: position,
        from: extrinsic
            .and_then(|extrinsic| extrinsic.signer)
            .unwrap_or_default(),
        to: logs.first().map(|log| log.address),
        contract: None,
        payload: Vec::new(),
        success: true,
        gas_used: U256::zero(),
        cumulative_gas_used: U256::zero(),
        effective_gas_price: U256::zero(),
        first_log: 0,
        logs: 0,
    }
}
