// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Error, Event, WorkerOfKey, Workers};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::Pair,
};

#[test]
fn retire_worker_should_remove_the_worker() {
    run(|| {
        register();
        assert_ok!(Inference::retire_worker(RuntimeOrigin::signed(worker())));
        assert!(!Workers::<Test>::contains_key(worker()));
    });
}

#[test]
fn retire_worker_should_free_the_key() {
    run(|| {
        register();
        assert_ok!(Inference::retire_worker(RuntimeOrigin::signed(worker())));
        assert!(!WorkerOfKey::<Test>::contains_key(receipt_pair().public()));
    });
}

#[test]
fn retire_worker_should_let_the_stake_go() {
    run(|| {
        register();
        assert_ok!(Inference::retire_worker(RuntimeOrigin::signed(worker())));
        assert!(!Bonded::get().contains(&worker()));
    });
}

#[test]
fn retire_worker_should_emit_an_event() {
    run(|| {
        register();
        assert_ok!(Inference::retire_worker(RuntimeOrigin::signed(worker())));
        assert_eq!(
            events().last(),
            Some(&Event::WorkerRetired { worker: worker() })
        );
    });
}

#[test]
fn retire_worker_should_fail_for_an_unregistered_account() {
    run(|| {
        let call = Inference::retire_worker(RuntimeOrigin::signed(worker()));
        assert_noop!(call, Error::<Test>::UnknownWorker);
    });
}

#[test]
fn retire_worker_should_allow_to_register_again() {
    run(|| {
        register();
        assert_ok!(Inference::retire_worker(RuntimeOrigin::signed(worker())));
        register();
        assert!(Bonded::get().contains(&worker()));
    });
}
