// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Capabilities, Error, Event, Worker, WorkerOfKey, Workers};
use openledger_primitives::{worker::registration_payload, AccountId, H256};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::{ed25519, Pair},
    sp_runtime::DispatchError,
};

fn call(
    who: AccountId,
    key: ed25519::Public,
    proof: ed25519::Signature,
) -> Result<(), DispatchError> {
    let capabilities = Capabilities::try_from(b"MiniLM".to_vec()).expect("short");
    Inference::register_worker(RuntimeOrigin::signed(who), key, proof, capabilities)
}

#[test]
fn register_worker_should_store_the_worker() {
    run(|| {
        let pair = receipt_pair();
        assert_ok!(call(worker(), pair.public(), proof(&pair, &worker())));
        let capabilities = Capabilities::try_from(b"MiniLM".to_vec()).expect("short");
        let expected = Worker {
            receipt_key: pair.public(),
            capabilities,
        };
        assert_eq!(Workers::<Test>::get(worker()), Some(expected));
    });
}

#[test]
fn register_worker_should_lead_from_the_key_to_the_account() {
    run(|| {
        register();
        assert_eq!(
            WorkerOfKey::<Test>::get(receipt_pair().public()),
            Some(worker())
        );
    });
}

#[test]
fn register_worker_should_bind_the_stake() {
    run(|| {
        register();
        assert!(Bonded::get().contains(&worker()));
    });
}

#[test]
fn register_worker_should_emit_an_event() {
    run(|| {
        register();
        let receipt_key = receipt_pair().public();
        assert_eq!(
            events(),
            [Event::WorkerRegistered {
                worker: worker(),
                receipt_key
            }]
        );
    });
}

#[test]
fn register_worker_should_fail_when_the_account_is_registered() {
    run(|| {
        register();
        let pair = ed25519::Pair::from_seed(&[9; 32]);
        let call = call(worker(), pair.public(), proof(&pair, &worker()));
        assert_noop!(call, Error::<Test>::AlreadyRegistered);
    });
}

#[test]
fn register_worker_should_fail_when_another_worker_has_the_key() {
    run(|| {
        register();
        let pair = receipt_pair();
        let call = call(other(), pair.public(), proof(&pair, &other()));
        assert_noop!(call, Error::<Test>::KeyTaken);
    });
}

#[test]
fn register_worker_should_fail_with_a_proof_for_another_account() {
    run(|| {
        let pair = receipt_pair();
        let call = call(worker(), pair.public(), proof(&pair, &other()));
        assert_noop!(call, Error::<Test>::BadKeyProof);
    });
}

#[test]
fn register_worker_should_fail_with_a_proof_for_another_chain() {
    run(|| {
        let pair = receipt_pair();
        let signed = pair.sign(&registration_payload(&H256([1; 32]), &worker()));
        assert_noop!(
            call(worker(), pair.public(), signed),
            Error::<Test>::BadKeyProof
        );
    });
}

#[test]
fn register_worker_should_fail_with_a_proof_by_another_key() {
    run(|| {
        let another = ed25519::Pair::from_seed(&[9; 32]);
        let call = call(
            worker(),
            receipt_pair().public(),
            proof(&another, &worker()),
        );
        assert_noop!(call, Error::<Test>::BadKeyProof);
    });
}

#[test]
fn register_worker_should_fail_without_the_stake() {
    run(|| {
        let poor = AccountId::new([8; 32]);
        let pair = receipt_pair();
        let call = call(poor.clone(), pair.public(), proof(&pair, &poor));
        assert_noop!(call, DispatchError::Other(NO_OPERATOR));
    });
}

#[test]
fn register_worker_should_fail_without_a_signature() {
    run(|| {
        let pair = receipt_pair();
        let signed = proof(&pair, &worker());
        let capabilities = Capabilities::default();
        let call =
            Inference::register_worker(RuntimeOrigin::root(), pair.public(), signed, capabilities);
        assert_noop!(call, DispatchError::BadOrigin);
    });
}
