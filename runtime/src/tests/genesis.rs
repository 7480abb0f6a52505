// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Genesis presets.

use frame_support::traits::Get;
use polkadot_sdk::*;
use sp_runtime::{traits::AccountIdConversion, BuildStorage};

use super::chain::{genesis, on_development_chain};
use crate::{configs::AttributionPalletId, *};

/// Runs `test` on the state that `config` makes.
fn on_genesis(config: RuntimeGenesisConfig, test: impl FnOnce()) {
    let storage = config.build_storage().expect("the genesis builds");
    sp_io::TestExternalities::new(storage).execute_with(test);
}

#[test]
fn every_preset_should_share_out_the_whole_supply() {
    for preset in genesis_presets::preset_names() {
        on_genesis(genesis(preset.as_ref()), || {
            assert_eq!(Balances::total_issuance(), genesis_presets::TOTAL_SUPPLY);
        });
    }
}

#[test]
fn the_local_preset_should_have_four_validators() {
    on_genesis(genesis(genesis_presets::LOCAL_TESTNET), || {
        assert_eq!(Session::validators().len(), 4);
        assert_eq!(Babe::authorities().len(), 4);
        assert_eq!(Grandpa::grandpa_authorities().len(), 4);
    });
}

#[test]
fn the_local_preset_should_have_short_epochs() {
    on_genesis(genesis(genesis_presets::LOCAL_TESTNET), || {
        assert_eq!(
            <Runtime as pallet_babe::Config>::EpochDuration::get(),
            genesis_presets::FAST_EPOCH
        );
    });
}

#[test]
fn the_first_validators_should_be_elected() {
    on_genesis(genesis(genesis_presets::LOCAL_TESTNET), || {
        assert_eq!(first_elected(), 4);
    });
}

#[test]
fn fewer_first_validators_than_an_era_has_should_not_be_elected() {
    let mut config = genesis(genesis_presets::LOCAL_TESTNET);
    config.pace.min_validators = 5;
    on_genesis(config, || {
        assert_eq!(Session::validators().len(), 4);
        assert_eq!(first_elected(), 0);
    });
}

/// How many validators of the first era were elected.
fn first_elected() -> usize {
    pallet_operator_staking::EraValidators::<Runtime>::get(0).len()
}

#[test]
fn the_candidate_should_elect_sixteen_validators_and_no_fewer_than_four() {
    on_genesis(genesis(genesis_presets::MAINNET_CANDIDATE), || {
        assert_eq!(
            pallet_operator_staking::ValidatorCount::<Runtime>::get(),
            16
        );
        assert_eq!(
            <Runtime as pallet_operator_staking::Config>::MinValidators::get(),
            4
        );
    });
}

#[test]
fn one_validator_should_be_enough_for_a_development_chain() {
    on_development_chain(|| {
        assert_eq!(
            <Runtime as pallet_operator_staking::Config>::MinValidators::get(),
            1
        );
    });
}

#[test]
fn staking_should_know_the_validators_of_genesis() {
    on_development_chain(|| {
        let known = pallet_operator_staking::EraValidators::<Runtime>::get(0);
        assert!(!known.is_empty());
        assert_eq!(known.into_inner(), Session::validators());
    });
}

#[test]
#[should_panic(expected = "a day of governance has")]
fn a_day_without_blocks_should_not_be_a_pace() {
    let mut config = genesis(sp_genesis_builder::DEV_RUNTIME_PRESET);
    config.pace.governance_day = 0;
    let _ = config.build_storage();
}

#[test]
#[should_panic(expected = "stake stays until")]
fn stake_should_not_leave_before_a_slash_of_its_time() {
    let mut config = genesis(sp_genesis_builder::DEV_RUNTIME_PRESET);
    config.pace.bonding_duration = config.pace.slash_deferral;
    let _ = config.build_storage();
}

#[test]
#[should_panic(expected = "an era has validators")]
fn an_era_without_validators_should_not_be_a_pace() {
    let mut config = genesis(sp_genesis_builder::DEV_RUNTIME_PRESET);
    config.pace.min_validators = 0;
    let _ = config.build_storage();
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
