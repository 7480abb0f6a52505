// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Capabilities, Error, Event, WorkerOfKey, Workers};
use openledger_primitives::AccountId;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::{ed25519, Pair},
    sp_runtime::DispatchError,
};

fn new_pair() -> ed25519::Pair {
    ed25519::Pair::from_seed(&[9; 32])
}

fn update(who: AccountId, pair: &ed25519::Pair) -> Result<(), DispatchError> {
    let signed = proof(pair, &who);
    let capabilities = Capabilities::try_from(b"new".to_vec()).expect("short");
    Inference::update_worker(
        RuntimeOrigin::signed(who),
        pair.public(),
        signed,
        capabilities,
    )
}

#[test]
fn update_worker_should_replace_the_key() {
    run(|| {
        register();
        assert_ok!(update(worker(), &new_pair()));
        assert_eq!(
            Inference::worker_of_key(new_pair().public()),
            Some(worker())
        );
    });
}

#[test]
fn update_worker_should_free_the_old_key() {
    run(|| {
        register();
        assert_ok!(update(worker(), &new_pair()));
        assert!(!WorkerOfKey::<Test>::contains_key(receipt_pair().public()));
    });
}

#[test]
fn update_worker_should_accept_the_present_key() {
    run(|| {
        register();
        assert_ok!(update(worker(), &receipt_pair()));
        let capabilities = Workers::<Test>::get(worker())
            .expect("registered")
            .capabilities;
        assert_eq!(capabilities.into_inner(), b"new");
    });
}

#[test]
fn update_worker_should_leave_the_stake_bound() {
    run(|| {
        register();
        assert_ok!(update(worker(), &new_pair()));
        assert!(Bonded::get().contains(&worker()));
    });
}

#[test]
fn update_worker_should_emit_an_event() {
    run(|| {
        register();
        assert_ok!(update(worker(), &new_pair()));
        let receipt_key = new_pair().public();
        let expected = Event::WorkerUpdated {
            worker: worker(),
            receipt_key,
        };
        assert_eq!(events().last(), Some(&expected));
    });
}

#[test]
fn update_worker_should_fail_for_an_unregistered_account() {
    run(|| {
        assert_noop!(update(other(), &new_pair()), Error::<Test>::UnknownWorker);
    });
}

#[test]
fn update_worker_should_fail_when_another_worker_has_the_key() {
    run(|| {
        register();
        let origin = RuntimeOrigin::signed(other());
        let (key, signed) = (new_pair().public(), proof(&new_pair(), &other()));
        assert_ok!(Inference::register_worker(
            origin,
            key,
            signed,
            Capabilities::default()
        ));
        assert_noop!(update(other(), &receipt_pair()), Error::<Test>::KeyTaken);
    });
}

#[test]
fn update_worker_should_fail_without_a_proof_by_the_new_key() {
    run(|| {
        register();
        let signed = proof(&receipt_pair(), &worker());
        let origin = RuntimeOrigin::signed(worker());
        let capabilities = Capabilities::default();
        let call = Inference::update_worker(origin, new_pair().public(), signed, capabilities);
        assert_noop!(call, Error::<Test>::BadKeyProof);
    });
}
