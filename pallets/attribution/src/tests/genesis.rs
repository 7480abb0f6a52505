// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use polkadot_sdk::sp_io::TestExternalities;

#[test]
fn a_genesis_that_endows_the_pot_should_build() {
    new_test_ext().execute_with(|| {
        assert_eq!(Balances::free_balance(Attribution::pot()), ED);
    });
}

#[test]
#[should_panic = "genesis must give the existential deposit to pallet-attribution's pot"]
fn a_genesis_that_forgets_the_pot_should_not_build() {
    let _ = genesis(&[]);
}

#[test]
fn a_genesis_without_any_money_should_build() {
    use polkadot_sdk::sp_runtime::BuildStorage;
    let storage = crate::GenesisConfig::<Test>::default()
        .build_storage()
        .expect("valid");
    TestExternalities::new(storage).execute_with(|| assert_eq!(pot_hold(), 0));
}
