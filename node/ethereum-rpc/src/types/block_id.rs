// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Naming a block: by number, by tag, or by hash as in EIP-1898.

use std::fmt;

use polkadot_sdk::*;
use serde::{
    de::{self, MapAccess, Visitor},
    Deserialize, Deserializer,
};
use sp_core::H256;

/// A block's role, instead of its number.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum BlockTag {
    /// The first block.
    Earliest,
    /// The last finalised block; nothing less is safe here, so `safe` means the same.
    Finalized,
    /// See [`BlockTag::Finalized`].
    Safe,
    /// The best block.
    #[default]
    Latest,
    /// The best block with the transactions that wait in the pool.
    Pending,
}

/// The block that a request is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BlockId {
    /// By its Ethereum hash.
    Hash {
        /// The Ethereum hash.
        hash: H256,
        /// Whether the block must be on the best chain. The index only knows such blocks, so that
        /// this only decides which error is given.
        require_canonical: bool,
    },
    /// By its number.
    Number(u64),
    /// By its role.
    Tag(BlockTag),
}

impl Default for BlockId {
    fn default() -> Self {
        Self::Tag(BlockTag::Latest)
    }
}

impl From<u64> for BlockId {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<BlockTag> for BlockId {
    fn from(tag: BlockTag) -> Self {
        Self::Tag(tag)
    }
}

/// Reads `0x…` with at most 64 bits.
fn quantity(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix("0x").ok_or_else(|| {
        format!("invalid block {text:?}: want a hex number with 0x, a 32-byte hash or a tag")
    })?;
    u64::from_str_radix(digits, 16)
        .map_err(|error| format!("invalid block number {text:?}: {error}"))
}

fn parse(text: &str) -> Result<BlockId, String> {
    Ok(match text {
        "earliest" => BlockTag::Earliest.into(),
        "finalized" => BlockTag::Finalized.into(),
        "safe" => BlockTag::Safe.into(),
        "latest" | "" => BlockTag::Latest.into(),
        "pending" => BlockTag::Pending.into(),
        hash if hash.len() == 66 => BlockId::Hash {
            hash: hash
                .parse()
                .map_err(|error| format!("invalid block hash: {error}"))?,
            require_canonical: false,
        },
        number => BlockId::Number(quantity(number)?),
    })
}

impl<'de> Deserialize<'de> for BlockId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BlockIdVisitor)
    }
}

struct BlockIdVisitor;

impl<'de> Visitor<'de> for BlockIdVisitor {
    type Value = BlockId;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .write_str("a block number, hash or tag, or an object with blockHash or blockNumber")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<BlockId, E> {
        parse(text).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<BlockId, E> {
        Ok(BlockId::Number(number))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BlockId, A::Error> {
        let (mut number, mut hash, mut require_canonical) = (None, None, false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "blockNumber" => number = Some(map.next_value::<String>()?),
                "blockHash" => hash = Some(map.next_value::<H256>()?),
                "requireCanonical" => require_canonical = map.next_value()?,
                other => {
                    return Err(de::Error::unknown_field(
                        other,
                        &["blockNumber", "blockHash", "requireCanonical"],
                    ))
                }
            }
        }
        match (number, hash) {
            (Some(number), None) => parse(&number).map_err(de::Error::custom),
            (None, Some(hash)) => Ok(BlockId::Hash {
                hash,
                require_canonical,
            }),
            _ => Err(de::Error::custom("want either blockNumber or blockHash")),
        }
    }
}
