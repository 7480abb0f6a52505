// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The tables of the index. `docs/decisions/` has the measurement that chose the engine.
//!
//! A block is three values under its number (header, transactions, logs), so that a range of blocks
//! is read in order and one block is written with few insertions. Two tables lead from hashes to
//! blocks; one lists, for each address and topic, the blocks in which it occurs.
//!
//! Blocks are committed without waiting for the disk and made durable in groups: what a crash
//! loses is built again from the chain.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use codec::Encode;
use openledger_primitives::BlockNumber;
use polkadot_sdk::*;
use redb::{
    Database, Durability, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction,
};
use sp_core::H256;
use sp_crypto_hashing::twox_64;

use super::{
    record::{IndexedBlock, LogRecord},
    snapshot::Snapshot,
};

/// Raised when the layout changes; an index of another version is built anew.
const VERSION: u32 = 2;
/// Bytes of pages that the store keeps in memory.
const CACHE_BYTES: usize = 64 << 20;

/// Facts about the whole index: [`VERSION`], genesis, first block.
pub(super) const FACTS: TableDefinition<&str, &[u8]> = TableDefinition::new("facts");
/// Number → [`BlockRecord`].
pub(super) const BLOCKS: TableDefinition<u32, &[u8]> = TableDefinition::new("blocks");
/// Number → `Vec<TransactionRecord>`; absent when empty.
pub(super) const TRANSACTIONS: TableDefinition<u32, &[u8]> = TableDefinition::new("transactions");
/// Number → `Vec<LogRecord>`; absent when empty.
pub(super) const LOGS: TableDefinition<u32, &[u8]> = TableDefinition::new("logs");
/// Ethereum hash of a block → number.
pub(super) const HASHES: TableDefinition<[u8; 32], u32> = TableDefinition::new("hashes");
/// Hash of a transaction, number of a block that has it, and position there. Extrinsics that nobody
/// signed can be in the chain more than once, with one hash.
pub(super) const POSITIONS: TableDefinition<([u8; 32], u32, u32), ()> =
    TableDefinition::new("positions");
/// Place (0 for the address, 1 to 4 for topics), first eight bytes of the value's hash, number.
pub(super) const OCCURRENCES: TableDefinition<(u8, u64, u32), ()> =
    TableDefinition::new("occurrences");

const FACT_VERSION: &str = "version";
const FACT_GENESIS: &str = "genesis";
pub(super) const FACT_FIRST: &str = "first";

/// The store cannot do what it should.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be made.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The engine failed.
    #[error("{0}")]
    Engine(#[from] redb::Error),
    /// A value is not what was written.
    #[error("the index is damaged ({0}); start the node with --ethereum-rebuild-index")]
    Damaged(&'static str),
}

macro_rules! from_engine {
    ($($error:ident),*) => {
        $(impl From<redb::$error> for StoreError {
            fn from(error: redb::$error) -> Self {
                Self::Engine(error.into())
            }
        })*
    };
}
from_engine!(
    DatabaseError,
    TransactionError,
    TableError,
    StorageError,
    CommitError,
    SetDurabilityError
);

/// What the calls return.
pub(super) type Result<T> = std::result::Result<T, StoreError>;

/// The tables. Readers see the last commit and never wait for a writer.
#[derive(Clone)]
pub struct Store {
    file: Arc<PathBuf>,
    /// `None` after a failure, as of a full disk: the engine then wants to be opened anew.
    database: Arc<Mutex<Option<Arc<Database>>>>,
}

impl Store {
    /// Opens the index in `folder`, or begins one. One of another chain or version is emptied.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(folder: &Path, genesis: H256) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let store = Self {
            file: Arc::new(folder.join("index.redb")),
            database: Arc::default(),
        };
        store.begin(genesis)?;
        Ok(store)
    }

    fn database(&self) -> Result<Arc<Database>> {
        // An open database replaces none, in one step.
        let mut database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(database) = &*database {
            return Ok(database.clone());
        }
        let opened = Database::builder()
            .set_cache_size(CACHE_BYTES)
            .create(&*self.file)?;
        let opened = Arc::new(opened);
        *database = Some(opened.clone());
        Ok(opened)
    }

    /// Closes the file; the next use opens it again.
    pub(super) fn close(&self) {
        *self.database.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Creates the tables; empties them when they are another chain's or version's.
    fn begin(&self, genesis: H256) -> Result<()> {
        self.write(true, |transaction| {
            let is_ours = {
                let facts = transaction.open_table(FACTS)?;
                let version = facts.get(FACT_VERSION)?.map(|value| value.value().to_vec());
                let of = facts.get(FACT_GENESIS)?.map(|value| value.value().to_vec());
                version == Some(VERSION.encode()) && of == Some(genesis.encode())
            };
            if !is_ours {
                Self::empty(transaction)?;
                let mut facts = transaction.open_table(FACTS)?;
                facts.insert(FACT_VERSION, &VERSION.encode()[..])?;
                facts.insert(FACT_GENESIS, &genesis.encode()[..])?;
            }
            Self::create(transaction)
        })
    }

    fn create(transaction: &WriteTransaction) -> Result<()> {
        transaction.open_table(BLOCKS)?;
        transaction.open_table(TRANSACTIONS)?;
        transaction.open_table(LOGS)?;
        transaction.open_table(HASHES)?;
        transaction.open_table(POSITIONS)?;
        transaction.open_table(OCCURRENCES)?;
        Ok(())
    }

    fn empty(transaction: &WriteTransaction) -> Result<()> {
        transaction.delete_table(BLOCKS)?;
        transaction.delete_table(TRANSACTIONS)?;
        transaction.delete_table(LOGS)?;
        transaction.delete_table(HASHES)?;
        transaction.delete_table(POSITIONS)?;
        transaction.delete_table(OCCURRENCES)?;
        transaction.open_table(FACTS)?.remove(FACT_FIRST)?;
        Ok(())
    }

    /// Forgets all blocks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn clear(&self) -> Result<()> {
        self.write(true, |transaction| {
            Self::empty(transaction)?;
            Self::create(transaction)
        })
    }

    /// Adds a block on top. With `durable`, it and all before it survive a crash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn append(&self, block: &IndexedBlock, durable: bool) -> Result<()> {
        self.write(durable, |transaction| {
            let number = block.block.reference.number;
            {
                let mut facts = transaction.open_table(FACTS)?;
                if facts.get(FACT_FIRST)?.is_none() {
                    facts.insert(FACT_FIRST, &number.encode()[..])?;
                }
            }
            transaction
                .open_table(BLOCKS)?
                .insert(number, &block.block.encode()[..])?;
            transaction
                .open_table(HASHES)?
                .insert(block.block.reference.ethereum.0, number)?;
            if !block.transactions.is_empty() {
                transaction
                    .open_table(TRANSACTIONS)?
                    .insert(number, &block.transactions.encode()[..])?;
                let mut positions = transaction.open_table(POSITIONS)?;
                for (position, record) in (0u32..).zip(&block.transactions) {
                    positions.insert((record.hash.0, number, position), ())?;
                }
            }
            if !block.logs.is_empty() {
                transaction
                    .open_table(LOGS)?
                    .insert(number, &block.logs.encode()[..])?;
                let mut occurrences = transaction.open_table(OCCURRENCES)?;
                for (place, value) in occurrences_of(&block.logs) {
                    occurrences.insert((place, value, number), ())?;
                }
            }
            Ok(())
        })
    }

    /// Takes back the topmost block.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn retract(&self, block: &IndexedBlock) -> Result<()> {
        self.write(false, |transaction| {
            let number = block.block.reference.number;
            let is_last = {
                let mut blocks = transaction.open_table(BLOCKS)?;
                blocks.remove(number)?;
                let last = blocks.last()?.is_none();
                last
            };
            if is_last {
                transaction.open_table(FACTS)?.remove(FACT_FIRST)?;
            }
            transaction.open_table(TRANSACTIONS)?.remove(number)?;
            transaction.open_table(LOGS)?.remove(number)?;
            transaction
                .open_table(HASHES)?
                .remove(block.block.reference.ethereum.0)?;
            let mut positions = transaction.open_table(POSITIONS)?;
            for (position, record) in (0u32..).zip(&block.transactions) {
                positions.remove((record.hash.0, number, position))?;
            }
            let mut occurrences = transaction.open_table(OCCURRENCES)?;
            for (place, value) in occurrences_of(&block.logs) {
                occurrences.remove((place, value, number))?;
            }
            Ok(())
        })
    }

    /// Says that the index is complete only from the next block on, because those before could not
    /// be read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_first(&self, number: BlockNumber) -> Result<()> {
        self.write(true, |transaction| {
            transaction
                .open_table(FACTS)?
                .insert(FACT_FIRST, &number.encode()[..])?;
            Ok(())
        })
    }

    /// Makes all that was written survive a crash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn flush(&self) -> Result<()> {
        self.write(true, |_| Ok(()))
    }

    fn write(
        &self,
        durable: bool,
        change: impl FnOnce(&WriteTransaction) -> Result<()>,
    ) -> Result<()> {
        let result = self.try_write(durable, change);
        if matches!(result, Err(StoreError::Engine(_))) {
            self.close();
        }
        result
    }

    fn try_write(
        &self,
        durable: bool,
        change: impl FnOnce(&WriteTransaction) -> Result<()>,
    ) -> Result<()> {
        let mut transaction = self.database()?.begin_write()?;
        transaction.set_durability(if durable {
            Durability::Immediate
        } else {
            Durability::None
        })?;
        // Otherwise opening the index after a crash would read all of it.
        transaction.set_quick_repair(durable);
        change(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// One consistent state to read from.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn snapshot(&self) -> Result<Snapshot> {
        Ok(Snapshot::new(self.database()?.begin_read()?))
    }
}

/// The places and values by which a block's logs are found, each once.
fn occurrences_of(logs: &[LogRecord]) -> std::collections::BTreeSet<(u8, u64)> {
    logs.iter()
        .flat_map(|log| {
            let topics = log.topics.iter().map(H256::as_bytes);
            (0u8..).zip(std::iter::once(log.address.as_bytes()).chain(topics))
        })
        .map(|(place, value)| (place, short_hash(value)))
        .collect()
}

/// Eight bytes that stand for a value. Two values with the same ones cost a needless look into a
/// block, no more: the logs themselves are compared whole.
pub(super) fn short_hash(value: &[u8]) -> u64 {
    u64::from_be_bytes(twox_64(value))
}
