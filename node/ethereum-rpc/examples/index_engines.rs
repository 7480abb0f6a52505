// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Measures which storage engine suits the index: the same blocks are written to and read from
//! redb, ParityDB and SQLite, in the layout of `src/index/store.rs`.
//!
//! `cargo run -p openledger-ethereum-rpc --example index_engines --features engine-comparison`
//!
//! `docs/decisions/` has the figures and what was chosen by them.

use std::{
    error::Error,
    path::Path,
    time::{Duration, Instant},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Blocks written.
const BLOCKS: u32 = 3_000;
/// Transactions in a block, with a hash and a record each.
const TRANSACTIONS: u32 = 100;
/// Bytes of a transaction's record.
const TRANSACTION_BYTES: usize = 320;
/// Logs in a block.
const LOGS: u32 = 100;
/// Bytes of a log's record.
const LOG_BYTES: usize = 190;
/// Blocks between two commits that wait for the disk.
const FLUSH: u32 = 64;
/// Questions of each kind.
const QUESTIONS: u32 = 300;
/// Blocks in a question for a range.
const RANGE: u32 = 1_000;

/// A block as it is stored.
struct Block {
    number: u32,
    transactions: Vec<u8>,
    logs: Vec<u8>,
    hashes: Vec<[u8; 32]>,
    /// Place and short hash of every address and topic, sorted.
    occurrences: Vec<(u8, u64)>,
}

/// Numbers that look random and are the same in every run.
fn mix(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn hash(number: u32, position: u32) -> [u8; 32] {
    let mut hash = [0; 32];
    for (lane, bytes) in hash.chunks_exact_mut(8).enumerate() {
        let seed = u64::from(number) << 40 | u64::from(position) << 8 | lane as u64;
        bytes.copy_from_slice(&mix(seed).to_be_bytes());
    }
    hash
}

impl Block {
    fn new(number: u32) -> Self {
        // One contract, one event, and transfers between 2,000 accounts.
        let mut occurrences = vec![(0, mix(1)), (1, mix(2))];
        for log in 0..LOGS {
            let seed = u64::from(number) * u64::from(LOGS) + u64::from(log);
            occurrences.push((2, mix(mix(seed) % 2_000)));
            occurrences.push((3, mix(mix(seed + 7) % 2_000)));
        }
        occurrences.sort_unstable();
        occurrences.dedup();
        let filler = |bytes: usize| (0..bytes).map(|byte| mix(byte as u64) as u8).collect();
        Self {
            number,
            transactions: filler(TRANSACTIONS as usize * TRANSACTION_BYTES),
            logs: filler(LOGS as usize * LOG_BYTES),
            hashes: (0..TRANSACTIONS)
                .map(|position| hash(number, position))
                .collect(),
            occurrences,
        }
    }
}

/// What the index asks of an engine.
trait Engine: Sized {
    const NAME: &'static str;

    fn open(folder: &Path) -> Result<Self>;
    /// One commit; readers see the block afterwards.
    fn append(&mut self, block: &Block, durable: bool) -> Result<()>;
    /// Where a transaction is, and the bytes of its block's transactions.
    fn lookup(&self, hash: [u8; 32]) -> Result<usize>;
    /// The bytes of the logs of a range of blocks.
    fn logs(&self, from: u32, to: u32) -> Result<usize>;
    /// How many blocks have a value at a place.
    fn occurrences(&self, place: u8, value: u64) -> Result<usize>;
}

/// Place, value and number as one key that sorts by them.
fn occurrence_key(place: u8, value: u64, number: u32) -> [u8; 13] {
    let mut key = [place; 13];
    key[1..9].copy_from_slice(&value.to_be_bytes());
    key[9..].copy_from_slice(&number.to_be_bytes());
    key
}

mod with_redb {
    use redb::{Database, Durability, ReadableDatabase, TableDefinition};

    use super::*;

    const TRANSACTIONS: TableDefinition<u32, &[u8]> = TableDefinition::new("transactions");
    const LOGS: TableDefinition<u32, &[u8]> = TableDefinition::new("logs");
    const POSITIONS: TableDefinition<[u8; 32], (u32, u32)> = TableDefinition::new("positions");
    const OCCURRENCES: TableDefinition<(u8, u64, u32), ()> = TableDefinition::new("occurrences");

    pub struct Redb(Database);

    impl Engine for Redb {
        const NAME: &'static str = "redb";

        fn open(folder: &Path) -> Result<Self> {
            let database = Database::builder()
                .set_cache_size(64 << 20)
                .create(folder.join("index.redb"))?;
            Ok(Self(database))
        }

        fn append(&mut self, block: &Block, durable: bool) -> Result<()> {
            let mut write = self.0.begin_write()?;
            write.set_durability(if durable {
                Durability::Immediate
            } else {
                Durability::None
            })?;
            write
                .open_table(TRANSACTIONS)?
                .insert(block.number, &block.transactions[..])?;
            write
                .open_table(LOGS)?
                .insert(block.number, &block.logs[..])?;
            {
                let mut positions = write.open_table(POSITIONS)?;
                for (position, hash) in (0..).zip(&block.hashes) {
                    positions.insert(*hash, (block.number, position))?;
                }
                let mut occurrences = write.open_table(OCCURRENCES)?;
                for (place, value) in &block.occurrences {
                    occurrences.insert((*place, *value, block.number), ())?;
                }
            }
            write.commit()?;
            Ok(())
        }

        fn lookup(&self, hash: [u8; 32]) -> Result<usize> {
            let read = self.0.begin_read()?;
            let position = read
                .open_table(POSITIONS)?
                .get(hash)?
                .ok_or("no transaction")?;
            let block = read.open_table(TRANSACTIONS)?.get(position.value().0)?;
            Ok(block.ok_or("no block")?.value().to_vec().len())
        }

        fn logs(&self, from: u32, to: u32) -> Result<usize> {
            let read = self.0.begin_read()?;
            let mut bytes = 0;
            for entry in read.open_table(LOGS)?.range(from..=to)? {
                bytes += entry?.1.value().to_vec().len();
            }
            Ok(bytes)
        }

        fn occurrences(&self, place: u8, value: u64) -> Result<usize> {
            let read = self.0.begin_read()?;
            let occurrences = read.open_table(OCCURRENCES)?;
            Ok(occurrences
                .range((place, value, 0)..=(place, value, u32::MAX))?
                .count())
        }
    }
}

mod with_parity_db {
    use parity_db::{ColumnOptions, Db, Options};

    use super::*;

    const TRANSACTIONS: u8 = 0;
    const LOGS: u8 = 1;
    const POSITIONS: u8 = 2;
    const OCCURRENCES: u8 = 3;

    pub struct ParityDb(Db);

    impl Engine for ParityDb {
        const NAME: &'static str = "ParityDB";

        fn open(folder: &Path) -> Result<Self> {
            let mut options = Options::with_columns(folder, 4);
            let tree = ColumnOptions {
                btree_index: true,
                ..Default::default()
            };
            for (column, settings) in options.columns.iter_mut().enumerate() {
                *settings = match column as u8 {
                    POSITIONS => ColumnOptions {
                        uniform: true,
                        ..Default::default()
                    },
                    _ => tree.clone(),
                };
            }
            Ok(Self(Db::open_or_create(&options)?))
        }

        // A commit is queued, and visible at once; whether it waits for the disk cannot be chosen.
        fn append(&mut self, block: &Block, _durable: bool) -> Result<()> {
            let number = block.number.to_be_bytes();
            let mut changes = vec![
                (
                    TRANSACTIONS,
                    number.to_vec(),
                    Some(block.transactions.clone()),
                ),
                (LOGS, number.to_vec(), Some(block.logs.clone())),
            ];
            for (position, hash) in (0u32..).zip(&block.hashes) {
                let place = [number, position.to_be_bytes()].concat();
                changes.push((POSITIONS, hash.to_vec(), Some(place)));
            }
            for (place, value) in &block.occurrences {
                let key = occurrence_key(*place, *value, block.number);
                changes.push((OCCURRENCES, key.to_vec(), Some(Vec::new())));
            }
            self.0.commit(changes)?;
            Ok(())
        }

        fn lookup(&self, hash: [u8; 32]) -> Result<usize> {
            let position = self.0.get(POSITIONS, &hash)?.ok_or("no transaction")?;
            let block = self.0.get(TRANSACTIONS, &position[..4])?;
            Ok(block.ok_or("no block")?.len())
        }

        fn logs(&self, from: u32, to: u32) -> Result<usize> {
            let mut entries = self.0.iter(LOGS)?;
            entries.seek(&from.to_be_bytes())?;
            let mut bytes = 0;
            while let Some((key, value)) = entries.next()? {
                if key[..] > to.to_be_bytes()[..] {
                    break;
                }
                bytes += value.len();
            }
            Ok(bytes)
        }

        fn occurrences(&self, place: u8, value: u64) -> Result<usize> {
            let mut entries = self.0.iter(OCCURRENCES)?;
            let from = occurrence_key(place, value, 0);
            entries.seek(&from)?;
            let mut count = 0;
            while let Some((key, _)) = entries.next()? {
                if key[..9] != from[..9] {
                    break;
                }
                count += 1;
            }
            Ok(count)
        }
    }
}

mod with_sqlite {
    use rusqlite::{params, Connection};

    use super::*;

    pub struct Sqlite(Connection);

    impl Engine for Sqlite {
        const NAME: &'static str = "SQLite";

        fn open(folder: &Path) -> Result<Self> {
            let connection = Connection::open(folder.join("index.sqlite"))?;
            connection.execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
                 PRAGMA cache_size = -65536;
                 CREATE TABLE transactions (number INTEGER PRIMARY KEY, bytes BLOB);
                 CREATE TABLE logs (number INTEGER PRIMARY KEY, bytes BLOB);
                 CREATE TABLE positions (hash BLOB PRIMARY KEY, number INT, position INT)
                     WITHOUT ROWID;
                 CREATE TABLE occurrences (place INT, value INT, number INT,
                     PRIMARY KEY (place, value, number)) WITHOUT ROWID;",
            )?;
            Ok(Self(connection))
        }

        // With a write-ahead log and `synchronous = NORMAL` a checkpoint waits for the disk.
        fn append(&mut self, block: &Block, _durable: bool) -> Result<()> {
            let write = self.0.transaction()?;
            write
                .prepare_cached("INSERT INTO transactions VALUES (?, ?)")?
                .execute(params![block.number, block.transactions])?;
            write
                .prepare_cached("INSERT INTO logs VALUES (?, ?)")?
                .execute(params![block.number, block.logs])?;
            {
                let mut insert = write.prepare_cached("INSERT INTO positions VALUES (?, ?, ?)")?;
                for (position, hash) in (0u32..).zip(&block.hashes) {
                    insert.execute(params![hash, block.number, position])?;
                }
                let mut insert =
                    write.prepare_cached("INSERT INTO occurrences VALUES (?, ?, ?)")?;
                for (place, value) in &block.occurrences {
                    insert.execute(params![place, *value as i64, block.number])?;
                }
            }
            write.commit()?;
            Ok(())
        }

        fn lookup(&self, hash: [u8; 32]) -> Result<usize> {
            let mut select = self.0.prepare_cached(
                "SELECT bytes FROM positions JOIN transactions USING (number) WHERE hash = ?",
            )?;
            let bytes: Vec<u8> = select.query_row(params![hash], |row| row.get(0))?;
            Ok(bytes.len())
        }

        fn logs(&self, from: u32, to: u32) -> Result<usize> {
            let mut select = self
                .0
                .prepare_cached("SELECT bytes FROM logs WHERE number BETWEEN ? AND ?")?;
            let mut rows = select.query(params![from, to])?;
            let mut bytes = 0;
            while let Some(row) = rows.next()? {
                bytes += row.get::<_, Vec<u8>>(0)?.len();
            }
            Ok(bytes)
        }

        fn occurrences(&self, place: u8, value: u64) -> Result<usize> {
            let mut select = self
                .0
                .prepare_cached("SELECT number FROM occurrences WHERE place = ? AND value = ?")?;
            let mut rows = select.query(params![place, value as i64])?;
            let mut count = 0;
            while rows.next()?.is_some() {
                count += 1;
            }
            Ok(count)
        }
    }
}

/// Half and nearly all of the times were no longer than these, in microseconds.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_micros();
    format!("{:>7} / {:>7}", at(50), at(99))
}

fn timed(count: u32, mut act: impl FnMut(u32) -> Result<()>) -> Result<String> {
    let mut times = Vec::new();
    for turn in 0..count {
        let begin = Instant::now();
        act(turn)?;
        times.push(begin.elapsed());
    }
    Ok(spread(times))
}

fn bytes_of(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

fn measure<E: Engine>(blocks: &[Block]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut engine = E::open(folder.path())?;
    let begin = Instant::now();
    let mut pending = blocks.iter();
    let append = timed(BLOCKS, |turn| {
        let block = pending.next().ok_or("no block")?;
        engine.append(block, turn % FLUSH == FLUSH - 1)
    })?;
    let written = begin.elapsed();
    let random = |turn: u32, below: u32| (mix(u64::from(turn)) % u64::from(below)) as u32;
    let lookup = timed(QUESTIONS, |turn| {
        let hash = hash(random(turn, BLOCKS), random(turn + 1, TRANSACTIONS));
        let bytes = engine.lookup(hash)?;
        assert_eq!(bytes, TRANSACTIONS as usize * TRANSACTION_BYTES);
        Ok(())
    })?;
    let range = timed(QUESTIONS / 10, |turn| {
        let from = random(turn, BLOCKS - RANGE);
        let bytes = engine.logs(from, from + RANGE - 1)?;
        assert_eq!(bytes, RANGE as usize * LOGS as usize * LOG_BYTES);
        Ok(())
    })?;
    let occurrences = timed(QUESTIONS, |turn| {
        assert!(engine.occurrences(2, mix(u64::from(random(turn, 2_000))))? > 0);
        Ok(())
    })?;
    println!(
        "{:<9} append {append}   all {:>6} ms   transaction {lookup}   logs of {RANGE} blocks \
         {range}   topic {occurrences}   {} MiB",
        E::NAME,
        written.as_millis(),
        bytes_of(folder.path())? >> 20,
    );
    Ok(())
}

fn main() -> Result<()> {
    println!(
        "{BLOCKS} blocks of {TRANSACTIONS} transactions and {LOGS} logs; microseconds, p50 / p99"
    );
    let blocks: Vec<Block> = (0..BLOCKS).map(Block::new).collect();
    measure::<with_redb::Redb>(&blocks)?;
    measure::<with_parity_db::ParityDb>(&blocks)?;
    measure::<with_sqlite::Sqlite>(&blocks)
}
