// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What each preset gives the EVM.

use pallet_revive::AddressMapper;
use polkadot_sdk::*;
use sp_runtime::BuildStorage;

use super::*;
use crate::{
    configs::evm::{ChainId, LOCAL_CHAIN, MAIN_CHAIN},
    genesis_presets::{DEVELOPMENT_ENDOWMENT, ETHEREUM_ACCOUNTS, LOCAL_TESTNET, MAINNET_CANDIDATE},
    predeploys::{ethereum_account, Predeploy},
    tests::chain::genesis,
};

fn on(preset: &str, test: impl FnOnce()) {
    let storage = genesis(preset).build_storage().expect("the genesis builds");
    sp_io::TestExternalities::new(storage).execute_with(test);
}

fn on_each_preset(test: impl Fn()) {
    for preset in genesis_presets::preset_names() {
        on(preset.as_ref(), &test);
    }
}

#[test]
fn each_preset_should_have_its_chain_id() {
    use frame_support::traits::Get;
    for (preset, id) in [
        (sp_genesis_builder::DEV_RUNTIME_PRESET, DEVELOPMENT_CHAIN),
        (LOCAL_TESTNET, LOCAL_CHAIN),
        (MAINNET_CANDIDATE, MAIN_CHAIN),
    ] {
        on(preset, || assert_eq!(ChainId::get(), id));
    }
}

#[test]
#[should_panic(expected = "a chain id is at least 1")]
fn zero_should_not_be_a_chain_id() {
    let mut config = genesis(sp_genesis_builder::DEV_RUNTIME_PRESET);
    config.ethereum_chain.chain_id = 0;
    let _ = config.build_storage();
}

#[test]
fn each_preset_should_have_the_predeploys() {
    on_each_preset(|| {
        for contract in Predeploy::ALL {
            assert!(contract.code().len() > 60, "{contract:?}");
            assert_eq!(
                Revive::code(&contract.address()),
                contract.code(),
                "{contract:?}"
            );
        }
    });
}

#[test]
fn predeploys_should_begin_as_contracts_without_open() {
    on_each_preset(|| {
        for contract in Predeploy::ALL {
            assert_eq!(balance(contract.address()), 0, "{contract:?}");
            assert_eq!(Revive::evm_nonce(&contract.address()), 1, "{contract:?}");
        }
    });
}

#[test]
fn every_account_of_genesis_should_have_an_ethereum_address() {
    on_each_preset(|| {
        for account in frame_system::Account::<Runtime>::iter_keys() {
            type Mapper = <Runtime as pallet_revive::Config>::AddressMapper;
            assert_eq!(
                Mapper::to_account_id(&Mapper::to_address(&account)),
                account
            );
        }
    });
}

#[test]
fn the_development_presets_should_fund_ethereums_development_accounts() {
    for preset in [sp_genesis_builder::DEV_RUNTIME_PRESET, LOCAL_TESTNET] {
        on(preset, || {
            for address in ETHEREUM_ACCOUNTS {
                let account = ethereum_account(address);
                assert_eq!(Balances::free_balance(account), DEVELOPMENT_ENDOWMENT);
            }
        });
    }
}

#[test]
fn alith_should_hold_the_key_of_the_first_of_them() {
    assert_eq!(alith().address(), ETHEREUM_ACCOUNTS[0]);
}

#[test]
fn the_candidate_should_fund_no_development_account() {
    on(MAINNET_CANDIDATE, || {
        for address in ETHEREUM_ACCOUNTS {
            assert_eq!(Balances::free_balance(ethereum_account(address)), 0);
        }
    });
}
