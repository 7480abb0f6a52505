// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The Ethereum accounts that every development chain funds. Their keys are public: they sign for
//! whoever asks, and only on chains that people try things on.

use std::sync::OnceLock;

use pallet_revive::evm::{TransactionSigned, TransactionUnsigned};
use polkadot_sdk::*;
use sp_core::{ecdsa, Pair, H160};
use sp_crypto_hashing::keccak_256;

/// The secret keys of Alith, Baltathar, Charleth, Dorothy and Ethan, as every EVM developer's tools
/// know them.
const SECRETS: [[u8; 32]; 5] = [
    secret("5fb92d6e98884f76de468fa3f6278f8807c48bebc13595d45af5bdc4da702133"),
    secret("8075991ce870b93a8870eca0c0f91913d12f47948ca0fd25b49c6fa7cdbeee8b"),
    secret("0b6e18cafb6ed99687ec547bd28139cafdd2bffe70e6b688025de6b445aa5c5b"),
    secret("39539ab1876910bbf3a223d84a29e28f1cb4e2e456503e7e91ed39b2e7223d68"),
    secret("7dce9bc8babb68fec1409be38c8e1a52650206a7ed90ff956ae8a6d15eeaaef4"),
];

/// An account with a public secret.
#[derive(Clone)]
pub struct DevelopmentAccount {
    address: H160,
    pair: ecdsa::Pair,
}

impl DevelopmentAccount {
    fn new(secret: &[u8; 32]) -> Option<Self> {
        let pair = ecdsa::Pair::from_seed_slice(secret).ok()?;
        // An address is the hash of the uncompressed key; signing and recovering gives it.
        let message = keccak_256(b"who am I?");
        let key =
            sp_io::crypto::secp256k1_ecdsa_recover(&pair.sign_prehashed(&message).0, &message)
                .ok()?;
        Some(Self {
            address: H160::from_slice(keccak_256(&key).get(12..)?),
            pair,
        })
    }

    /// The account's address.
    pub fn address(&self) -> H160 {
        self.address
    }

    /// Signs a transaction.
    pub fn sign(&self, transaction: TransactionUnsigned) -> TransactionSigned {
        let hash = keccak_256(&transaction.unsigned_payload());
        transaction.with_signature(self.pair.sign_prehashed(&hash).0)
    }
}

/// All development accounts, Alith first.
pub fn accounts() -> &'static [DevelopmentAccount] {
    static ACCOUNTS: OnceLock<Vec<DevelopmentAccount>> = OnceLock::new();
    ACCOUNTS.get_or_init(|| SECRETS.iter().filter_map(DevelopmentAccount::new).collect())
}

/// The development account with this address.
pub fn account(address: H160) -> Option<&'static DevelopmentAccount> {
    accounts().iter().find(|account| account.address == address)
}

/// Reads a key while the crate is compiled.
const fn secret(text: &str) -> [u8; 32] {
    let text = text.as_bytes();
    let mut key = [0; 32];
    let mut at = 0;
    while at < 32 {
        key[at] = digit(text[2 * at]) * 16 + digit(text[2 * at + 1]);
        at += 1;
    }
    key
}

/// Reads a hex digit while the crate is compiled.
const fn digit(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0',
        _ => character - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_should_be_the_well_known_ones() {
        let addresses: Vec<_> = accounts()
            .iter()
            .map(|account| const_hex::encode(account.address()))
            .collect();
        assert_eq!(
            addresses,
            [
                "f24ff3a9cf04c71dbc94d0b566f7a27b94566cac",
                "3cd0a705a2dc65e5b1e1205896baa2be8a07c6e0",
                "798d4ba9baf0064ec19eb4f0a1a45785ae9d6dfc",
                "773539d4ac0e786233d90a233654ccee26a613d9",
                "ff64d3f6efe2317ee2807d223a0bdc4c0c49dfdb",
            ]
        );
    }

    #[test]
    fn strangers_should_have_no_key_here() {
        assert!(account(H160::zero()).is_none());
    }
}
