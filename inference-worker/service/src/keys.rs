// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The receipt key: an ed25519 key in a file that only its owner can read.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use openledger_primitives::{ed25519, worker::registration_payload, AccountId, H256};
use polkadot_sdk::sp_core::{
    crypto::{Ss58AddressFormat, Ss58Codec},
    Pair,
};
use serde::{Deserialize, Serialize};

/// The SS58 prefix of OpenLedger addresses.
pub const SS58_PREFIX: u16 = 1984;

/// Largest key file that is read, bytes.
const MAX_KEY_FILE: u64 = 4096;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("cannot access the key file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// There is no key yet.
    #[error(
        "there is no key file {0}: create one with `openledger-worker key generate --out {0}`"
    )]
    Missing(PathBuf),
    /// A key that exists is never overwritten: receipts of its owner could no longer be signed.
    #[error("{0} exists already: move it away first, a key is never overwritten")]
    Exists(PathBuf),
    /// Others could read the key.
    #[error("{path} has mode {mode:04o}, others can read it: run `chmod 600 {path}`")]
    LaxMode {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is not a key file.
    #[error("{path} is not a key file: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The secret URI is not valid.
    #[error(
        "the secret URI is not valid: give a seed phrase, a 0x… seed or a path such as //Worker"
    )]
    Suri,
    /// The text is not an account.
    #[error("{0} is not an SS58 account")]
    Account(String),
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KeyFile {
    scheme: String,
    public: String,
    seed: String,
}

/// A receipt key.
#[derive(Clone)]
pub struct ReceiptKey {
    pair: ed25519::Pair,
}

/// What `register_worker` needs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationProof {
    /// The operator's account, SS58.
    pub account: String,
    /// The chain's genesis hash.
    pub genesis: H256,
    /// The receipt key, 0x and 64 digits.
    pub receipt_key: String,
    /// The signature, 0x and 128 digits.
    pub proof: String,
}

impl ReceiptKey {
    /// A new key from the operating system's randomness, or from a secret URI.
    ///
    /// # Errors
    /// [`KeyError::Suri`] when the secret URI is not valid.
    pub fn generate(suri: Option<&str>) -> Result<Self, KeyError> {
        let pair = match suri {
            Some(suri) => ed25519::Pair::from_string(suri, None).map_err(|_| KeyError::Suri)?,
            None => ed25519::Pair::generate().0,
        };
        Ok(Self { pair })
    }

    /// Writes the key to a new file of mode 0600.
    ///
    /// # Errors
    /// [`KeyError::Exists`] when the file exists, [`KeyError::Io`] when it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        let io = |source| KeyError::Io {
            path: path.into(),
            source,
        };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|source| match source.kind() {
                std::io::ErrorKind::AlreadyExists => KeyError::Exists(path.into()),
                _ => io(source),
            })?;
        let content = KeyFile {
            scheme: "ed25519".into(),
            public: format!("0x{}", hex::encode(self.public().0)),
            seed: format!("0x{}", hex::encode(self.pair.seed())),
        };
        let mut text = serde_json::to_string_pretty(&content)
            .map_err(|error| io(std::io::Error::other(error)))?;
        text.push('\n');
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(io)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyError::LaxMode`] when anyone but the owner may read or write the file;
    /// [`KeyError::Missing`], [`KeyError::Malformed`] or [`KeyError::Io`] when it is no key.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let io = |source| KeyError::Io {
            path: path.into(),
            source,
        };
        let file = File::open(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => KeyError::Missing(path.into()),
            _ => io(source),
        })?;
        // Asked of the open file, so that what is checked is what is read.
        let mode = file.metadata().map_err(io)?.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeyError::LaxMode {
                path: path.into(),
                mode,
            });
        }
        let mut text = String::new();
        file.take(MAX_KEY_FILE)
            .read_to_string(&mut text)
            .map_err(io)?;
        let malformed = |reason: &str| KeyError::Malformed {
            path: path.into(),
            reason: reason.into(),
        };
        let content: KeyFile = serde_json::from_str(&text)
            .map_err(|_| malformed("expected JSON with the fields scheme, public and seed"))?;
        if content.scheme != "ed25519" {
            return Err(malformed("its scheme is not ed25519"));
        }
        let mut seed = [0; 32];
        hex::decode_to_slice(content.seed.trim_start_matches("0x"), &mut seed)
            .map_err(|_| malformed("its seed is not 64 hexadecimal digits"))?;
        let key = Self {
            pair: ed25519::Pair::from_seed(&seed),
        };
        if content.public.trim_start_matches("0x") != hex::encode(key.public().0) {
            return Err(malformed("its public key does not belong to its seed"));
        }
        Ok(key)
    }

    /// The public key, as registered on chain.
    pub fn public(&self) -> ed25519::Public {
        self.pair.public()
    }

    /// Signs a receipt's payload.
    pub fn sign(&self, payload: &[u8; 32]) -> ed25519::Signature {
        self.pair.sign(payload)
    }

    /// The proof that goes with `register_worker`: the operator's account cannot claim a key that
    /// its operator does not hold, and a proof for one chain or account is none for another.
    pub fn prove(&self, genesis: H256, account: &AccountId) -> RegistrationProof {
        let signature = self.pair.sign(&registration_payload(&genesis, account));
        RegistrationProof {
            account: to_ss58(account),
            genesis,
            receipt_key: format!("0x{}", hex::encode(self.public().0)),
            proof: format!("0x{}", hex::encode(signature.0)),
        }
    }
}

/// An account from its SS58 text, of any prefix.
///
/// # Errors
/// [`KeyError::Account`] when it is none.
pub fn account_from_ss58(text: &str) -> Result<AccountId, KeyError> {
    AccountId::from_ss58check_with_version(text)
        .map(|(account, _)| account)
        .map_err(|_| KeyError::Account(text.into()))
}

/// An account as OpenLedger writes it.
pub fn to_ss58(account: &AccountId) -> String {
    account.to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> (tempfile::TempDir, PathBuf, ReceiptKey) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.json");
        let key = ReceiptKey::generate(None).unwrap();
        key.save(&path).unwrap();
        (dir, path, key)
    }

    #[test]
    fn a_saved_key_should_be_readable_by_its_owner_only() {
        let (_dir, path, _) = saved();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_saved_key_should_load_as_the_same_key() {
        let (_dir, path, key) = saved();
        assert_eq!(ReceiptKey::load(&path).unwrap().public(), key.public());
    }

    #[test]
    fn a_key_that_others_can_read_should_be_refused() {
        let (_dir, path, _) = saved();
        for mode in [0o640, 0o604, 0o666] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let error = ReceiptKey::load(&path).err().unwrap();
            assert!(matches!(error, KeyError::LaxMode { .. }), "{error}");
            assert!(error.to_string().contains("chmod 600"));
        }
    }

    #[test]
    fn a_key_should_never_be_overwritten() {
        let (_dir, path, key) = saved();
        assert!(matches!(key.save(&path), Err(KeyError::Exists(_))));
    }

    #[test]
    fn a_missing_key_should_say_how_to_create_one() {
        let dir = tempfile::tempdir().unwrap();
        let error = ReceiptKey::load(&dir.path().join("none")).err().unwrap();
        assert!(error.to_string().contains("key generate"), "{error}");
    }

    #[test]
    fn a_file_of_something_else_should_be_refused() {
        let (_dir, path, _) = saved();
        std::fs::write(&path, "{}").unwrap();
        assert!(matches!(
            ReceiptKey::load(&path),
            Err(KeyError::Malformed { .. })
        ));
    }

    #[test]
    fn the_registration_proof_should_verify_for_its_account_only() {
        let key = ReceiptKey::generate(Some("//Worker")).unwrap();
        let (genesis, account) = (H256([7; 32]), AccountId::new([1; 32]));
        let proof = key.prove(genesis, &account);
        let mut signature = [0; 64];
        hex::decode_to_slice(proof.proof.trim_start_matches("0x"), &mut signature).unwrap();
        let signature = ed25519::Signature::from(signature);
        let verify = |account| {
            ed25519::Pair::verify(
                &signature,
                registration_payload(&genesis, account),
                &key.public(),
            )
        };
        assert!(verify(&account));
        assert!(!verify(&AccountId::new([2; 32])));
    }

    #[test]
    fn an_account_should_survive_being_written() {
        let account = AccountId::new([9; 32]);
        assert_eq!(account_from_ss58(&to_ss58(&account)).unwrap(), account);
    }
}
