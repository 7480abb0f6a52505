// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Genesis presets: `development` (one validator) and `local_testnet` (three).
//!
//! Both give sudo to Alice and share out exactly 1,000,000,000 OPEN. A preset for a real network
//! sets no sudo key.

use alloc::{vec, vec::Vec};

use frame_support::build_struct_json_patch;
use polkadot_sdk::*;
use serde_json::Value;
use sp_consensus_babe::AuthorityId as BabeId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::traits::AccountIdConversion;

use crate::{
    configs::{AttributionPalletId, StakersPot, TreasuryAccount},
    AccountId, BabeConfig, Balance, BalancesConfig, RuntimeGenesisConfig, SessionConfig,
    SessionKeys, SudoConfig, BABE_GENESIS_EPOCH_CONFIG, OPEN,
};

/// All the OPEN there is and ever will be, planck.
pub const TOTAL_SUPPLY: Balance = 1_000_000_000 * OPEN;

/// What each development account starts with, planck.
pub const DEVELOPMENT_ENDOWMENT: Balance = 10_000_000 * OPEN;

/// What each pot that only the runtime can spend from starts with, so that its account exists,
/// planck.
pub const POT_ENDOWMENT: Balance = OPEN;

/// The name of the preset with three validators.
pub const LOCAL_TESTNET: &str = sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;

/// A validator's account and session keys.
fn validator(account: Sr25519Keyring, finality: Ed25519Keyring) -> (AccountId, SessionKeys) {
    let babe: BabeId = account.public().into();
    let grandpa: GrandpaId = finality.public().into();
    (account.to_account_id(), SessionKeys { babe, grandpa })
}

/// A chain for development: well-known accounts, all else in the treasury.
fn development_genesis(validators: Vec<(AccountId, SessionKeys)>) -> Value {
    let pots = [
        AttributionPalletId::get().into_account_truncating(),
        StakersPot::get(),
    ];
    let mut balances: Vec<(AccountId, Balance)> = Sr25519Keyring::well_known()
        .map(|account| (account.to_account_id(), DEVELOPMENT_ENDOWMENT))
        .chain(pots.into_iter().map(|pot| (pot, POT_ENDOWMENT)))
        .collect();
    let shared_out = balances
        .iter()
        .fold(0, |sum: Balance, (_, amount)| sum.saturating_add(*amount));
    balances.push((
        TreasuryAccount::get(),
        TOTAL_SUPPLY.saturating_sub(shared_out),
    ));

    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig { balances },
        babe: BabeConfig {
            epoch_config: BABE_GENESIS_EPOCH_CONFIG
        },
        session: SessionConfig {
            keys: validators
                .into_iter()
                .map(|(account, keys)| (account.clone(), account, keys))
                .collect::<Vec<_>>(),
        },
        sudo: SudoConfig {
            key: Some(Sr25519Keyring::Alice.to_account_id())
        },
    })
}

/// The genesis of a preset as JSON, or `None` when there is no preset of that name.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let alice = validator(Sr25519Keyring::Alice, Ed25519Keyring::Alice);
    let patch = match id.as_ref() {
        sp_genesis_builder::DEV_RUNTIME_PRESET => development_genesis(vec![alice]),
        LOCAL_TESTNET => development_genesis(vec![
            alice,
            validator(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
            validator(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
        ]),
        _ => return None,
    };
    serde_json::to_vec(&patch).ok()
}

/// The names of the presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![
        PresetId::from(sp_genesis_builder::DEV_RUNTIME_PRESET),
        PresetId::from(LOCAL_TESTNET),
    ]
}
