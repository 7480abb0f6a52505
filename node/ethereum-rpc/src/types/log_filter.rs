// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Filters that select logs.

use polkadot_sdk::*;
use serde::{Deserialize, Deserializer};
use sp_core::{H160, H256};

use super::{BlockId, BlockTag};
use crate::{error::Error, index::LogRecord};

/// The most addresses, or alternatives for one topic, that a filter may name.
pub const MAX_ALTERNATIVES: usize = 1_000;
/// The most topics that a log has.
pub const MAX_TOPICS: usize = 4;

/// One value or several of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// All of them.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values,
        }
    }
}

/// A filter as clients send it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogFilter {
    /// First block, by default the latest.
    #[serde(default, deserialize_with = "number_or_tag")]
    pub from_block: Option<BlockId>,
    /// Last block, by default the latest.
    #[serde(default, deserialize_with = "number_or_tag")]
    pub to_block: Option<BlockId>,
    /// This block alone (EIP-234).
    #[serde(default)]
    pub block_hash: Option<H256>,
    /// Contracts; any when empty.
    #[serde(default)]
    pub address: Option<OneOrMany<H160>>,
    /// For each position the words that may stand there; null or empty for any.
    #[serde(default)]
    pub topics: Option<Vec<Option<OneOrMany<Option<H256>>>>>,
}

fn number_or_tag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BlockId>, D::Error> {
    Ok(match Option::<BlockId>::deserialize(deserializer)? {
        Some(BlockId::Hash { .. }) => {
            return Err(serde::de::Error::custom(
                "fromBlock and toBlock are numbers or tags; use blockHash for a hash",
            ))
        }
        other => other,
    })
}

impl LogFilter {
    /// What it selects, without the blocks.
    ///
    /// # Errors
    /// [`Error::InvalidParams`] for more than [`MAX_TOPICS`] topics or [`MAX_ALTERNATIVES`]
    /// alternatives.
    pub fn selection(&self) -> Result<LogSelection, Error> {
        LogSelection::new(self.address.clone(), self.topics.clone())
    }

    /// The first and the last block, of which `blockHash` excludes both.
    ///
    /// # Errors
    /// [`Error::InvalidParams`] when a hash stands beside a range, or the range ends before it begins.
    pub fn blocks(&self) -> Result<LogBlocks, Error> {
        match (self.block_hash, self.from_block, self.to_block) {
            (Some(hash), None, None) => Ok(LogBlocks::One(hash)),
            (Some(_), _, _) => Err(Error::InvalidParams(
                "cannot specify both blockHash and fromBlock/toBlock, choose one or the other"
                    .into(),
            )),
            (None, Some(BlockId::Number(from)), Some(BlockId::Number(to))) if from > to => {
                Err(reversed(from, to))
            }
            (None, from, to) => Ok(LogBlocks::Range {
                from: from.unwrap_or(BlockTag::Latest.into()),
                to: to.unwrap_or(BlockTag::Latest.into()),
            }),
        }
    }
}

/// The error for a range of blocks that ends before it begins.
pub(crate) fn reversed(from: u64, to: u64) -> Error {
    Error::InvalidParams(format!(
        "invalid block range params: fromBlock {from} is after toBlock {to}"
    ))
}

/// The blocks that a filter asks about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogBlocks {
    /// One, by Ethereum hash.
    One(H256),
    /// All from `from` to `to`.
    Range {
        /// The first.
        from: BlockId,
        /// The last.
        to: BlockId,
    },
}

/// Which logs are wanted: those of any of `addresses` whose every topic is among the alternatives
/// for its position. An empty list admits all. The lists are sorted, so that long ones are searched
/// fast: every new log is compared with those of every subscription.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LogSelection {
    addresses: Vec<H160>,
    topics: Vec<Vec<H256>>,
}

impl LogSelection {
    /// See [`LogFilter::selection`].
    ///
    /// # Errors
    /// [`Error::InvalidParams`] for more than [`MAX_TOPICS`] topics or [`MAX_ALTERNATIVES`]
    /// alternatives.
    pub fn new(
        address: Option<OneOrMany<H160>>,
        topics: Option<Vec<Option<OneOrMany<Option<H256>>>>>,
    ) -> Result<Self, Error> {
        let addresses = address.map(OneOrMany::into_vec).unwrap_or_default();
        let topics = topics.unwrap_or_default();
        if topics.len() > MAX_TOPICS {
            return Err(Error::InvalidParams(format!(
                "exceed max topics: a log has at most {MAX_TOPICS}"
            )));
        }
        let topics: Vec<Vec<H256>> = topics
            .into_iter()
            .map(|alternatives| {
                let alternatives = alternatives.map(OneOrMany::into_vec).unwrap_or_default();
                // A null among the alternatives admits every word.
                alternatives
                    .into_iter()
                    .collect::<Option<Vec<H256>>>()
                    .unwrap_or_default()
            })
            .collect();
        if addresses.len() > MAX_ALTERNATIVES
            || topics
                .iter()
                .any(|alternatives| alternatives.len() > MAX_ALTERNATIVES)
        {
            return Err(Error::InvalidParams(format!(
                "exceed max addresses or topics: at most {MAX_ALTERNATIVES} alternatives"
            )));
        }
        Ok(Self {
            addresses: sorted(addresses),
            topics: topics.into_iter().map(sorted).collect(),
        })
    }

    /// The contracts; any when empty.
    #[must_use]
    pub fn addresses(&self) -> &[H160] {
        &self.addresses
    }

    /// For each position the words that may stand there; any when empty.
    #[must_use]
    pub fn topics(&self) -> &[Vec<H256>] {
        &self.topics
    }

    /// Whether a log is wanted. A position that the filter names must exist in the log, even when
    /// any word may stand there, as in go-ethereum.
    #[must_use]
    pub fn matches(&self, log: &LogRecord) -> bool {
        is_admitted(&self.addresses, &log.address)
            && self.topics.len() <= log.topics.len()
            && self
                .topics
                .iter()
                .zip(&log.topics)
                .all(|(wanted, topic)| is_admitted(wanted, topic))
    }
}

/// The values in order, each once.
fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort_unstable();
    values.dedup();
    values
}

/// Whether a value is among the sorted alternatives, of which an empty list admits all.
fn is_admitted<T: Ord>(alternatives: &[T], value: &T) -> bool {
    alternatives.is_empty() || alternatives.binary_search(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a selection of these bytes, for the address and for the first topic, admits a log of
    /// address 2 and topic 3.
    fn admits(addresses: &[u8], topics: &[u8]) -> bool {
        let address = addresses.iter().copied().map(H160::repeat_byte).collect();
        let topics = topics.iter().copied();
        let topics = topics.map(|byte| Some(H256::repeat_byte(byte))).collect();
        let selection = LogSelection::new(
            Some(OneOrMany::Many(address)),
            Some(vec![Some(OneOrMany::Many(topics))]),
        )
        .expect("the selection is small");
        selection.matches(&LogRecord {
            address: H160::repeat_byte(2),
            topics: vec![H256::repeat_byte(3)],
            data: Vec::new(),
            transaction: 0,
            transaction_hash: H256::zero(),
        })
    }

    #[test]
    fn alternatives_should_be_found_in_any_order() {
        assert!(admits(&[9, 2, 5, 2], &[8, 4, 3, 1]));
    }

    #[test]
    fn a_value_that_is_no_alternative_should_not_be_admitted() {
        assert_eq!(
            [admits(&[9, 5, 1], &[3]), admits(&[2], &[8, 4, 1])],
            [false, false]
        );
    }

    #[test]
    fn no_alternatives_should_admit_all() {
        assert!(admits(&[], &[]));
    }
}
