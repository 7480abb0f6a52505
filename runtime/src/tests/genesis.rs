// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Genesis presets.

use polkadot_sdk::*;
use sp_runtime::{traits::AccountIdConversion, BuildStorage};

use super::chain::{genesis, on_development_chain};
use crate::{configs::AttributionPalletId, *};

#[test]
fn every_preset_should_share_out_the_whole_supply() {
    for preset in genesis_presets::preset_names() {
        let storage = genesis(preset.as_ref())
            .build_storage()
            .expect("the genesis builds");
        sp_io::TestExternalities::new(storage).execute_with(|| {
            assert_eq!(Balances::total_issuance(), genesis_presets::TOTAL_SUPPLY);
        });
    }
}

#[test]
fn the_local_preset_should_have_three_validators() {
    let storage = genesis(genesis_presets::LOCAL_TESTNET)
        .build_storage()
        .expect("the genesis builds");
    sp_io::TestExternalities::new(storage).execute_with(|| {
        assert_eq!(Session::validators().len(), 3);
        assert_eq!(Babe::authorities().len(), 3);
        assert_eq!(Grandpa::grandpa_authorities().len(), 3);
    });
}

#[test]
fn an_unknown_preset_should_not_exist() {
    assert_eq!(genesis_presets::get_preset(&"mainnet".into()), None);
}

#[test]
fn pots_should_exist_from_the_start() {
    on_development_chain(|| {
        let pot: AccountId = AttributionPalletId::get().into_account_truncating();
        assert_eq!(Balances::free_balance(pot), genesis_presets::POT_ENDOWMENT);
    });
}
