// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Session keys: who registers some sets a deposit aside for as long.

use codec::Encode;
use frame_support::{
    assert_noop, assert_ok,
    traits::fungible::{InspectHold, Mutate},
};
use polkadot_sdk::*;
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{traits::Dispatchable, DispatchResult, TokenError};

use super::chain::{on_development_chain, signed};
use crate::*;

const OPERATOR: Sr25519Keyring = Sr25519Keyring::Bob;

/// Registers new session keys, as a node makes them, for an account.
fn set_keys(account: Sr25519Keyring) -> DispatchResult {
    let mut node = TestExternalities::default();
    node.register_extension(KeystoreExt::new(MemoryKeystore::new()));
    let owner = account.to_account_id().encode();
    let made = node.execute_with(|| SessionKeys::generate(&owner, None));
    let call = RuntimeCall::Session(pallet_session::Call::set_keys {
        keys: made.keys,
        proof: made.proof.encode(),
    });
    call.dispatch(signed(account))
        .map(|_| ())
        .map_err(|failed| failed.error)
}

fn deposit() -> Balance {
    <Runtime as pallet_session::Config>::KeyDeposit::get()
}

fn held(account: Sr25519Keyring) -> Balance {
    let reason = RuntimeHoldReason::Session(pallet_session::HoldReason::Keys);
    Balances::balance_on_hold(&reason, &account.to_account_id())
}

#[test]
fn session_keys_should_hold_a_deposit() {
    on_development_chain(|| {
        assert_ok!(set_keys(OPERATOR));
        assert_eq!(held(OPERATOR), 532 * MILLI_OPEN);
    });
}

#[test]
fn other_session_keys_should_hold_no_second_deposit() {
    on_development_chain(|| {
        assert_ok!(set_keys(OPERATOR));
        assert_ok!(set_keys(OPERATOR));
        assert_eq!(held(OPERATOR), deposit());
    });
}

#[test]
fn purging_session_keys_should_give_the_deposit_back() {
    on_development_chain(|| {
        assert_ok!(set_keys(OPERATOR));
        assert_ok!(Session::purge_keys(signed(OPERATOR)));
        assert_eq!(held(OPERATOR), 0);
    });
}

#[test]
fn a_validator_of_genesis_should_change_its_keys_without_a_deposit() {
    on_development_chain(|| {
        assert_ok!(set_keys(Sr25519Keyring::Alice));
        assert_eq!(held(Sr25519Keyring::Alice), 0);
    });
}

#[test]
fn session_keys_should_be_refused_to_who_cannot_pay_the_deposit() {
    on_development_chain(|| {
        let poor = OPERATOR.to_account_id();
        let rest = Balances::free_balance(&poor) - deposit();
        let treasury = configs::TreasuryAccount::get();
        let keep = frame_support::traits::tokens::Preservation::Preserve;
        assert_ok!(<Balances as Mutate<_>>::transfer(
            &poor, &treasury, rest, keep
        ));
        assert_noop!(set_keys(OPERATOR), TokenError::FundsUnavailable);
    });
}
