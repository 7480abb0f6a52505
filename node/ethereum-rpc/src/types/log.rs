// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Logs.

use std::fmt::Write;

use openledger_primitives::BlockNumber;
use polkadot_sdk::*;
use serde::{ser::Error as _, Serialize, Serializer};
use serde_json::value::RawValue;
use sp_core::{H160, H256};

use crate::index::{BlockRef, LogRecord};

/// A log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Log {
    /// Who emitted it.
    pub address: H160,
    /// Indexed words.
    pub topics: Vec<H256>,
    /// ABI-encoded data.
    pub data: Vec<u8>,
    /// Ethereum hash of the block.
    pub block_hash: H256,
    /// Its number.
    pub block_number: BlockNumber,
    /// Hash of the transaction.
    pub transaction_hash: H256,
    /// Position of the transaction in the block.
    pub transaction_index: u32,
    /// Position of the log in the block.
    pub log_index: u32,
    /// Whether a reorganisation took it back.
    pub removed: bool,
}

impl Log {
    /// The log at `position` in a block.
    #[must_use]
    pub fn new(block: BlockRef, position: u32, record: LogRecord, removed: bool) -> Self {
        Self {
            address: record.address,
            topics: record.topics,
            data: record.data,
            block_hash: block.ethereum,
            block_number: block.number,
            transaction_hash: record.transaction_hash,
            transaction_index: record.transaction,
            log_index: position,
            removed,
        }
    }

    /// Bytes of the log in an answer, JSON: no fewer than there are, and hardly more.
    #[must_use]
    pub fn size(&self) -> usize {
        let topics = self.topics.len().saturating_mul(TOPIC_SIZE);
        let data = self.data.len().saturating_mul(2);
        LOG_SIZE.saturating_add(topics).saturating_add(data)
    }

    /// The log as JSON, in one piece: an answer may have ten thousand, and to write them field by field takes
    /// most of its time.
    ///
    /// # Errors
    /// None is known: what is written is JSON.
    pub fn to_json(&self) -> serde_json::Result<Box<RawValue>> {
        let mut json = String::with_capacity(self.size());
        self.write_json(&mut json)
            .map_err(serde_json::Error::custom)?;
        RawValue::from_string(json)
    }

    fn write_json(&self, json: &mut String) -> std::fmt::Result {
        json.write_str(r#"{"address":"#)?;
        write_bytes(json, self.address.as_bytes())?;
        json.write_str(r#","topics":["#)?;
        for (index, topic) in self.topics.iter().enumerate() {
            if index > 0 {
                json.write_char(',')?;
            }
            write_bytes(json, topic.as_bytes())?;
        }
        json.write_str(r#"],"data":"#)?;
        write_bytes(json, &self.data)?;
        json.write_str(r#","blockHash":"#)?;
        write_bytes(json, self.block_hash.as_bytes())?;
        write!(json, r#","blockNumber":"{:#x}""#, self.block_number)?;
        json.write_str(r#","transactionHash":"#)?;
        write_bytes(json, self.transaction_hash.as_bytes())?;
        write!(
            json,
            r#","transactionIndex":"{:#x}","logIndex":"{:#x}","removed":{}}}"#,
            self.transaction_index, self.log_index, self.removed
        )
    }
}

impl Serialize for Log {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json()
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

/// Writes bytes as a string of hex digits.
fn write_bytes(json: &mut String, bytes: &[u8]) -> std::fmt::Result {
    write!(json, "\"{:#x}\"", const_hex::display(bytes))
}

/// Bytes of a log without topics and data, JSON, when its numbers have 32 bits.
const LOG_SIZE: usize = 347;
/// Bytes of a topic: a word in hex, its quotation marks and a comma.
const TOPIC_SIZE: usize = 69;

#[cfg(test)]
mod tests {
    use super::*;

    fn log(topics: usize, bytes: usize, number: u32) -> Log {
        let block = BlockRef {
            number,
            ethereum: H256::repeat_byte(1),
            substrate: H256::zero(),
        };
        let record = LogRecord {
            address: H160::repeat_byte(2),
            topics: vec![H256::repeat_byte(3); topics],
            data: vec![4; bytes],
            transaction: number,
            transaction_hash: H256::repeat_byte(5),
        };
        Log::new(block, number, record, false)
    }

    fn written(log: &Log) -> usize {
        serde_json::to_string(log).expect("it is plain data").len()
    }

    #[test]
    fn a_log_should_not_be_larger_than_its_size_says() {
        for log in [log(0, 0, u32::MAX), log(4, 1_000, u32::MAX), log(1, 32, 7)] {
            assert!(written(&log) <= log.size(), "{}", written(&log));
        }
    }

    #[test]
    fn a_log_should_hardly_be_smaller_than_its_size_says() {
        for log in [log(0, 0, u32::MAX), log(4, 1_000, 7)] {
            assert!(log.size() - written(&log) < 32);
        }
    }

    #[test]
    fn a_log_should_be_written_as_clients_read_it() {
        let expected = serde_json::json!({
            "address": format!("0x{}", "02".repeat(20)),
            "topics": [format!("0x{}", "03".repeat(32)), format!("0x{}", "03".repeat(32))],
            "data": format!("0x{}", "04".repeat(100)),
            "blockHash": format!("0x{}", "01".repeat(32)),
            "blockNumber": "0x1f",
            "transactionHash": format!("0x{}", "05".repeat(32)),
            "transactionIndex": "0x1f",
            "logIndex": "0x1f",
            "removed": false,
        });
        assert_eq!(serde_json::to_value(log(2, 100, 31)).unwrap(), expected);
    }

    #[test]
    fn a_log_without_topics_and_data_should_say_so() {
        let log = serde_json::to_value(log(0, 0, 0)).unwrap();
        let written = (&log["topics"], &log["data"], &log["logIndex"]);
        assert_eq!(
            written,
            (&serde_json::json!([]), &"0x".into(), &"0x0".into())
        );
    }
}
