// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// blake2-256 of `bytes`: the name of a file in the content store and its hash on chain.
pub fn content_hash(bytes: &[u8]) -> [u8; 32] {
    finish(hasher().update(bytes))
}

pub(crate) fn hasher() -> blake2b_simd::State {
    blake2b_simd::Params::new().hash_length(32).to_state()
}

pub(crate) fn finish(state: &blake2b_simd::State) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(state.finalize().as_bytes());
    hash
}

/// A blake2-256 hash that is written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HexHash(pub [u8; 32]);

impl From<[u8; 32]> for HexHash {
    fn from(hash: [u8; 32]) -> Self {
        Self(hash)
    }
}

impl From<HexHash> for [u8; 32] {
    fn from(hash: HexHash) -> Self {
        hash.0
    }
}

impl fmt::Display for HexHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for HexHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for HexHash {
    type Err = String;

    /// Reads exactly 64 lower-case hexadecimal digits. Upper case and `0x` are refused, so that a
    /// hash has one spelling and equal manifests have equal bytes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let mut hash = [0; 32];
        if !lower || hex::decode_to_slice(text, &mut hash).is_err() {
            return Err("a hash is 64 lower-case hexadecimal digits".into());
        }
        Ok(Self(hash))
    }
}

impl Serialize for HexHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HexHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_hash_is_blake2_256() {
        assert_eq!(
            HexHash(content_hash(b"abc")).to_string(),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
        );
    }

    #[test]
    fn a_hash_survives_being_written() {
        let hash = HexHash(content_hash(b"row"));
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }

    #[test]
    fn an_upper_case_hash_is_refused() {
        let text = HexHash(content_hash(b"row")).to_string().to_uppercase();
        assert!(text.parse::<HexHash>().is_err());
    }

    #[test]
    fn a_short_hash_is_refused() {
        assert!("ab".parse::<HexHash>().is_err());
    }
}
