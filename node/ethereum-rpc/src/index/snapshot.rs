// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Reading the tables of the index, as they were at one moment.

use codec::Decode;
use openledger_primitives::BlockNumber;
use polkadot_sdk::*;
use redb::{ReadTransaction, ReadableTable};
use sp_core::H256;

use super::{
    record::{BlockRecord, IndexedBlock, LogRecord, TransactionRecord},
    store::{
        short_hash, Result, StoreError, BLOCKS, FACTS, FACT_FIRST, HASHES, LOGS, OCCURRENCES,
        POSITIONS, TRANSACTIONS,
    },
};
use crate::types::LogSelection;

/// With more values than this in a filter, reading all blocks with logs costs less than looking each
/// value up.
const MAX_LOOKUPS: usize = 64;

/// The index as it was at one moment.
pub struct Snapshot {
    transaction: ReadTransaction,
}

impl Snapshot {
    pub(super) fn new(transaction: ReadTransaction) -> Self {
        Self { transaction }
    }

    /// The first block from which on the index is complete.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn first(&self) -> Result<Option<BlockNumber>> {
        let facts = self.transaction.open_table(FACTS)?;
        let first = facts.get(FACT_FIRST)?;
        first.map(|value| decode(value.value())).transpose()
    }

    /// The topmost block.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn last(&self) -> Result<Option<BlockRecord>> {
        let blocks = self.transaction.open_table(BLOCKS)?;
        let last = blocks.last()?;
        last.map(|(_, value)| decode(value.value())).transpose()
    }

    /// The header of a block.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn block(&self, number: BlockNumber) -> Result<Option<BlockRecord>> {
        let blocks = self.transaction.open_table(BLOCKS)?;
        let value = blocks.get(number)?;
        value.map(|value| decode(value.value())).transpose()
    }

    /// The transactions of a block.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn transactions(&self, number: BlockNumber) -> Result<Vec<TransactionRecord>> {
        let transactions = self.transaction.open_table(TRANSACTIONS)?;
        let value = transactions.get(number)?;
        value.map_or(Ok(Vec::new()), |value| decode(value.value()))
    }

    /// The logs of a block.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn logs(&self, number: BlockNumber) -> Result<Vec<LogRecord>> {
        let logs = self.transaction.open_table(LOGS)?;
        let value = logs.get(number)?;
        value.map_or(Ok(Vec::new()), |value| decode(value.value()))
    }

    /// A block with all that belongs to it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn indexed_block(&self, number: BlockNumber) -> Result<Option<IndexedBlock>> {
        let Some(block) = self.block(number)? else {
            return Ok(None);
        };
        Ok(Some(IndexedBlock {
            block,
            transactions: self.transactions(number)?,
            logs: self.logs(number)?,
        }))
    }

    /// The number of the block with an Ethereum hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn number_of(&self, hash: H256) -> Result<Option<BlockNumber>> {
        let hashes = self.transaction.open_table(HASHES)?;
        Ok(hashes.get(hash.0)?.map(|number| number.value()))
    }

    /// The block of a transaction, and its position there; the last ones if it is there more than
    /// once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn position_of(&self, hash: H256) -> Result<Option<(BlockNumber, u32)>> {
        let positions = self.transaction.open_table(POSITIONS)?;
        let all = (hash.0, BlockNumber::MIN, u32::MIN)..=(hash.0, BlockNumber::MAX, u32::MAX);
        let Some(last) = positions.range(all)?.next_back() else {
            return Ok(None);
        };
        let (_, number, position) = last?.0.value();
        Ok(Some((number, position)))
    }

    /// The numbers, ascending and at most `limit`, of the blocks from `from` to `to` that may have
    /// a log of `selection`: all blocks with logs when it admits every log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn candidates(
        &self,
        from: BlockNumber,
        to: BlockNumber,
        selection: &LogSelection,
        limit: usize,
    ) -> Result<Candidates> {
        let addresses = selection.addresses().iter().map(|value| value.as_bytes());
        let mut places = vec![(0u8, addresses.map(short_hash).collect::<Vec<_>>())];
        for (place, alternatives) in (1u8..).zip(selection.topics()) {
            let values = alternatives
                .iter()
                .map(|value| short_hash(value.as_bytes()));
            places.push((place, values.collect()));
        }
        places.retain(|(_, values)| !values.is_empty());
        let values: usize = places.iter().map(|(_, values)| values.len()).sum();
        if places.is_empty() || values > MAX_LOOKUPS {
            return self.blocks_with_logs(from, to, limit);
        }
        self.blocks_with_all(from, to, &places, limit)
    }

    fn blocks_with_logs(
        &self,
        from: BlockNumber,
        to: BlockNumber,
        limit: usize,
    ) -> Result<Candidates> {
        let logs = self.transaction.open_table(LOGS)?;
        let mut numbers = Vec::new();
        for entry in logs.range(from..=to)? {
            if numbers.len() == limit {
                return Ok(Candidates::TooMany);
            }
            numbers.push(entry?.0.value());
        }
        Ok(Candidates::Blocks(numbers))
    }

    /// The blocks in which at each place one of its values occurs. Instead of intersecting whole
    /// lists, every place is asked for its next block, and all go on from the furthest answer, so
    /// that the cost follows the rarest place.
    fn blocks_with_all(
        &self,
        from: BlockNumber,
        to: BlockNumber,
        places: &[(u8, Vec<u64>)],
        limit: usize,
    ) -> Result<Candidates> {
        let occurrences = self.transaction.open_table(OCCURRENCES)?;
        let mut numbers = Vec::new();
        let mut at = from;
        for _ in 0..limit.saturating_mul(4) {
            let mut nearest = BlockNumber::MAX;
            let mut furthest = at;
            for (place, values) in places {
                let mut next = None;
                for value in values {
                    let range = (*place, *value, at)..=(*place, *value, next.unwrap_or(to));
                    if let Some(entry) = occurrences.range(range)?.next() {
                        next = Some(entry?.0.value().2);
                    }
                }
                let Some(next) = next else {
                    return Ok(Candidates::Blocks(numbers));
                };
                nearest = nearest.min(next);
                furthest = furthest.max(next);
            }
            if nearest == furthest {
                if numbers.len() == limit {
                    return Ok(Candidates::TooMany);
                }
                numbers.push(nearest);
                furthest = furthest.saturating_add(1);
            }
            if furthest > to {
                return Ok(Candidates::Blocks(numbers));
            }
            at = furthest;
        }
        Ok(Candidates::TooMany)
    }
}

/// The blocks that may have a wanted log.
#[derive(Debug, Eq, PartialEq)]
pub enum Candidates {
    /// These, ascending.
    Blocks(Vec<BlockNumber>),
    /// More than the limit.
    TooMany,
}

fn decode<T: Decode>(mut bytes: &[u8]) -> Result<T> {
    T::decode(&mut bytes).map_err(|_| StoreError::Damaged("a value cannot be decoded"))
}
