// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use polkadot_sdk::*;
use sp_runtime::BuildStorage;

use super::mock::*;

fn genesis(balances: Vec<(openledger_primitives::AccountId, u128)>) {
    let mut storage = Default::default();
    pallet_balances::GenesisConfig::<Test> {
        balances,
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("the balances are valid");
    crate::GenesisConfig::<Test>::default()
        .assimilate_storage(&mut storage)
        .expect("the pot exists");
}

#[test]
#[should_panic(expected = "genesis must give the existential deposit")]
fn genesis_should_refuse_a_chain_whose_pot_does_not_exist() {
    genesis(vec![(ALICE, FUNDS)]);
}

#[test]
fn genesis_should_take_a_chain_whose_pot_exists() {
    genesis(vec![(ALICE, FUNDS), (AiGovernance::pot(), ED)]);
}

#[test]
fn the_runtime_should_pass_the_integrity_test() {
    new_test_ext().execute_with(|| {
        <AiGovernance as frame_support::traits::Hooks<u32>>::integrity_test();
    });
}
