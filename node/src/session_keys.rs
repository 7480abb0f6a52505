// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `key generate-session`: a validator's session keys, made without a running node.
//!
//! The same as the RPC method `author_rotateKeysWithOwner`, for machines whose RPC is closed.

use codec::Encode;
use openledger_runtime::{AccountId, SessionKeys};
use polkadot_sdk::*;
use sc_cli::{KeystoreParams, SharedParams, SubstrateCli};
use sc_keystore::LocalKeystore;
use sc_service::{config::KeystoreConfig, BasePath};
use serde_json::{json, Value};
use sp_core::{bytes::to_hex, crypto::key_types};
use sp_keystore::{KeystoreExt, KeystorePtr};

/// Make session keys in the keystore, and print what `session.setKeys` takes.
///
/// Prints JSON: each public key, `keys` and `proof` for the call. The secrets stay in the keystore.
/// Use the same --chain and --base-path as for the node.
#[derive(Debug, Clone, clap::Parser)]
pub struct GenerateSessionCmd {
    /// The account that will call `session.setKeys`: its SS58 address, or its 32 bytes as 0x….
    ///
    /// The proof is valid for this account only.
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub account: AccountId,

    /// Which chain, and where its data lies.
    #[clap(flatten)]
    pub shared_params: SharedParams,

    /// Where the keystore lies.
    #[clap(flatten)]
    pub keystore_params: KeystoreParams,
}

impl GenerateSessionCmd {
    /// Makes the keys and prints them.
    pub fn run<C: SubstrateCli>(&self, cli: &C) -> sc_cli::Result<()> {
        let spec = cli.load_spec(&self.shared_params.chain_id(self.shared_params.is_dev()))?;
        let base_path = self
            .shared_params
            .base_path()?
            .unwrap_or_else(|| BasePath::from_project("", "", &C::executable_name()));
        let config = self
            .keystore_params
            .keystore_config(&base_path.config_dir(spec.id()))?;
        let KeystoreConfig::Path { path, password } = config else {
            return Err("session keys need a keystore on disk".into());
        };
        let keystore: KeystorePtr = LocalKeystore::open(&path, password)
            .map_err(|error| format!("the keystore {} cannot be opened: {error}", path.display()))?
            .into();
        let mut made = generate(keystore, &self.account)?;
        if let Some(fields) = made.as_object_mut() {
            fields.insert("keystore".into(), json!(path));
        }
        println!("{made:#}");
        Ok(())
    }
}

fn parse_account(text: &str) -> Result<AccountId, String> {
    text.parse()
        .map_err(|_| "write the account's SS58 address, or its 32 bytes as 0x…".into())
}

/// Makes a key of each kind, and the proof that `owner` may register them.
fn generate(keystore: KeystorePtr, owner: &AccountId) -> Result<Value, String> {
    let failed = |error| format!("the keystore takes no key: {error}");
    let babe = keystore
        .sr25519_generate_new(key_types::BABE, None)
        .map_err(failed)?;
    let grandpa = keystore
        .ed25519_generate_new(key_types::GRANDPA, None)
        .map_err(failed)?;
    let mut keys = SessionKeys {
        babe: babe.into(),
        grandpa: grandpa.into(),
    };
    // The runtime's own code signs the proof, over the keystore and a chain without state.
    let mut chain = sp_io::TestExternalities::default();
    chain.register_extension(KeystoreExt::from(keystore));
    let proof = chain
        .execute_with(|| keys.create_ownership_proof(&owner.encode()))
        .map_err(|()| "the keystore does not sign with the keys that it has just made")?;
    Ok(json!({
        "babe": to_hex(babe.as_ref(), false),
        "grandpa": to_hex(grandpa.as_ref(), false),
        "keys": to_hex(&keys.encode(), false),
        "proof": to_hex(&proof.encode(), false),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use codec::Decode;
    use sp_core::bytes::from_hex;
    use sp_keyring::Sr25519Keyring;
    use sp_keystore::{testing::MemoryKeystore, Keystore};
    use sp_runtime::traits::OpaqueKeys;
    use std::sync::Arc;

    fn made_for(owner: &AccountId) -> (Arc<MemoryKeystore>, SessionKeys, Vec<u8>) {
        let keystore = Arc::new(MemoryKeystore::new());
        let made = generate(keystore.clone(), owner).expect("a keystore in memory takes keys");
        let bytes = |name: &str| {
            from_hex(made[name].as_str().expect("it is text")).expect("it is hexadecimal")
        };
        let keys = SessionKeys::decode(&mut &bytes("keys")[..]).expect("they are session keys");
        (keystore, keys, bytes("proof"))
    }

    #[test]
    fn the_secrets_should_be_in_the_keystore() {
        let (keystore, keys, _) = made_for(&Sr25519Keyring::Alice.to_account_id());
        assert!(keystore.has_keys(&keys.into_raw_public_keys()));
    }

    #[test]
    fn the_chain_should_accept_the_proof_of_the_account() {
        let owner = Sr25519Keyring::Alice.to_account_id();
        let (_, keys, proof) = made_for(&owner);
        assert!(keys.ownership_proof_is_valid(&owner.encode(), &proof));
    }

    #[test]
    fn the_chain_should_refuse_the_proof_for_another_account() {
        let (_, keys, proof) = made_for(&Sr25519Keyring::Alice.to_account_id());
        let other = Sr25519Keyring::Bob.to_account_id();
        assert!(!keys.ownership_proof_is_valid(&other.encode(), &proof));
    }

    #[test]
    fn an_account_should_be_read_as_address_and_as_bytes() {
        let alice = Sr25519Keyring::Alice.to_account_id();
        for text in [
            "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
            "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d",
        ] {
            assert_eq!(parse_account(text), Ok(alice.clone()));
        }
    }

    #[test]
    fn what_is_no_account_should_be_refused_with_what_is() {
        assert!(parse_account("alice")
            .expect_err("it is a name")
            .contains("SS58"));
    }
}
