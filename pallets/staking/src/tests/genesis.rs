// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Exposures, GenesisConfig, Operators, RewardSplit, ValidatorCount};
use frame_support::assert_ok;
use polkadot_sdk::*;
use sp_runtime::{BuildStorage, Perbill};

fn test(storage: sp_core::storage::Storage, test: impl FnOnce()) {
    sp_io::TestExternalities::new(storage).execute_with(test);
}

#[test]
fn genesis_should_bond_out_of_the_genesis_balance() {
    run(|| {
        assert_eq!(free(&account(1)), FUNDS - BOND);
        assert_eq!(Staking::held(), BOND * u128::from(GENESIS_VALIDATORS));
    });
}

#[test]
fn genesis_should_set_the_default_split() {
    run(|| assert_eq!(RewardSplit::<Test>::get(), Perbill::from_percent(70)));
}

#[test]
fn genesis_without_operators_should_leave_the_session_pallets_validators() {
    test(storage_with(vec![]), || {
        System::set_block_number(1);
        assert_eq!(session(), [account(1), account(2), account(3)]);
        eras(2);
        assert_eq!(session(), [account(1), account(2), account(3)]);
        assert_ok!(Staking::do_try_state());
    });
}

#[test]
fn a_chain_without_operators_should_elect_those_that_register() {
    test(storage_with(vec![]), || {
        System::set_block_number(1);
        register(4, validator_role(), 2_000);
        register(5, validator_role(), 1_000);
        next_era();
        assert_eq!(session(), [account(4), account(5)]);
    });
}

#[test]
fn genesis_should_adopt_the_session_pallets_validators_when_it_was_built_first() {
    let mut storage = balances();
    build_session(&mut storage);
    build_staking((1..=3).map(genesis_operator).collect(), &mut storage);
    test(storage, || {
        assert!(Exposures::<Test>::contains_key(0, account(3)));
        assert_ok!(Staking::do_try_state());
    });
}

#[test]
#[should_panic = "existential deposit"]
fn genesis_should_refuse_a_chain_whose_account_for_stake_does_not_exist() {
    let mut storage = frame_system::GenesisConfig::<Test>::default()
        .build_storage()
        .expect("valid");
    pallet_balances::GenesisConfig::<Test> {
        balances: vec![(account(1), FUNDS)],
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("valid");
    build_staking(vec![], &mut storage);
}

#[test]
#[should_panic = "BelowSelfBond"]
fn genesis_should_refuse_an_operator_below_its_bond() {
    let mut operator = genesis_operator(1);
    operator.bond = VALIDATOR_BOND - 1;
    storage_with(vec![operator]);
}

#[test]
#[should_panic = "within its bounds"]
fn genesis_should_refuse_a_number_of_validators_out_of_bounds() {
    let mut storage = balances();
    GenesisConfig::<Test> {
        validator_count: 6,
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("valid");
}

#[test]
fn genesis_without_a_number_of_validators_should_elect_the_fewest() {
    let mut storage = balances();
    GenesisConfig::<Test>::default()
        .assimilate_storage(&mut storage)
        .expect("valid");
    test(storage, || assert_eq!(ValidatorCount::<Test>::get(), 2));
}

#[test]
fn genesis_of_nothing_should_build() {
    let storage = frame_system::GenesisConfig::<Test>::default()
        .build_storage()
        .expect("valid");
    test(storage, || {
        assert_eq!(Operators::<Test>::iter().count(), 0);
    });
}
