// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What a worker's receipt key signs to show that it belongs to the account that registers it.

use polkadot_sdk::{sp_core::H256, sp_io::hashing::blake2_256};

use crate::AccountId;

/// The domain that keeps a registration's signature from meaning anything else.
const DOMAIN: &[u8] = b"openledger/worker/v1";

/// What is signed: blake2-256 over the domain, the chain's genesis hash and the worker's account.
pub fn registration_payload(genesis: &H256, account: &AccountId) -> [u8; 32] {
    let account: &[u8] = account.as_ref();
    blake2_256(&[DOMAIN, genesis.as_bytes(), account].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_should_cover_domain_genesis_and_account() {
        let mut bytes = b"openledger/worker/v1".to_vec();
        bytes.extend([7; 32]);
        bytes.extend([9; 32]);
        let payload = registration_payload(&H256([7; 32]), &AccountId::new([9; 32]));
        assert_eq!(payload, blake2_256(&bytes));
    }
}
