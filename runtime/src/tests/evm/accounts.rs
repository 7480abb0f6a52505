// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! One OPEN in two kinds of account: sr25519 keys' and Ethereum keys'.

use frame_support::assert_ok;
use pallet_revive::AddressMapper;
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring;

use super::*;
use crate::{predeploys::ethereum_account, tests::chain::signed};

type Mapper = <Runtime as pallet_revive::Config>::AddressMapper;

/// An account that genesis knows nothing of.
fn newcomer() -> AccountId {
    AccountId::new([0x51; 32])
}

#[test]
fn a_new_account_should_have_an_ethereum_address_at_once() {
    on_development_chain(|| {
        assert!(!Mapper::is_mapped(&newcomer()));

        assert_ok!(Balances::transfer_keep_alive(
            signed(Sr25519Keyring::Alice),
            newcomer().into(),
            OPEN
        ));

        assert_eq!(
            Mapper::to_account_id(&Mapper::to_address(&newcomer())),
            newcomer()
        );
    });
}

#[test]
fn an_account_that_ends_should_lose_its_ethereum_address() {
    on_development_chain(|| {
        assert_ok!(Balances::transfer_keep_alive(
            signed(Sr25519Keyring::Alice),
            newcomer().into(),
            OPEN
        ));
        assert_ok!(Balances::transfer_all(
            RuntimeOrigin::signed(newcomer()),
            Sr25519Keyring::Alice.to_account_id().into(),
            false
        ));

        assert!(!Mapper::is_mapped(&newcomer()));
    });
}

#[test]
fn metamask_should_pay_an_sr25519_account_by_its_ethereum_address() {
    on_development_chain(|| {
        let bob = Sr25519Keyring::Bob.to_account_id();
        let before = Balances::free_balance(&bob);

        let outcome = Transaction {
            to: Some(Mapper::to_address(&bob)),
            ..Default::default()
        }
        .apply();

        assert!(outcome.success);
        assert_eq!(Balances::free_balance(&bob), before + OPEN);
    });
}

#[test]
fn an_sr25519_account_should_pay_an_ethereum_account_by_its_account() {
    on_development_chain(|| {
        assert_ok!(Balances::transfer_keep_alive(
            signed(Sr25519Keyring::Alice),
            ethereum_account(stranger()).into(),
            OPEN
        ));

        assert_eq!(balance(stranger()), OPEN - EXISTENTIAL_DEPOSIT);
    });
}

#[test]
fn an_sr25519_account_should_pay_an_ethereum_account_by_its_address() {
    on_development_chain(|| {
        assert_ok!(Revive::call(
            signed(Sr25519Keyring::Alice),
            stranger(),
            OPEN,
            frame_support::weights::Weight::from_parts(1_000_000_000, 0),
            EXISTENTIAL_DEPOSIT,
            Vec::new(),
        ));

        assert_eq!(balance(stranger()), OPEN);
    });
}

#[test]
fn a_proxy_that_moves_no_open_should_not_move_it_through_the_evm() {
    use frame_support::traits::InstanceFilter;
    let call = RuntimeCall::Revive(pallet_revive::Call::call {
        dest: stranger(),
        value: OPEN,
        weight_limit: Default::default(),
        storage_deposit_limit: 0,
        data: Vec::new(),
    });
    assert!(!configs::ProxyType::NonTransfer.filter(&call));
}
