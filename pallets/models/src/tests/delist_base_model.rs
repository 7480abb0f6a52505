// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{traits::Models as _, BaseModelId};
use polkadot_sdk::*;
use sp_runtime::DispatchError;

use super::mock::*;
use crate::{Error, Event};

#[test]
fn delist_base_model_should_stop_its_adapters_taking_jobs() {
    run(|| {
        let adapter = published();
        assert_ok!(Models::delist_base_model(
            RuntimeOrigin::root(),
            BaseModelId(0)
        ));
        assert!(!Models::terms(adapter).expect("it is known").servable);
    });
}

#[test]
fn delist_base_model_should_leave_the_terms_to_open_jobs() {
    run(|| {
        let adapter = published();
        let before = Models::terms(adapter).expect("it is known");
        assert_ok!(Models::delist_base_model(
            RuntimeOrigin::root(),
            BaseModelId(0)
        ));
        let after = Models::terms(adapter).expect("it is known");
        assert_eq!(
            (before.artifact, before.unit_price),
            (after.artifact, after.unit_price)
        );
    });
}

#[test]
fn delist_base_model_should_emit_an_event() {
    run(|| {
        let base_model = base_model(0);
        assert_ok!(Models::delist_base_model(RuntimeOrigin::root(), base_model));
        assert_eq!(last_event(), Event::BaseModelDelisted { base_model });
    });
}

#[test]
fn delist_base_model_should_fail_for_anyone_but_governance() {
    run(|| {
        let id = base_model(0);
        assert_noop!(
            Models::delist_base_model(RuntimeOrigin::signed(DEVELOPER), id),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn delist_base_model_should_fail_when_there_is_no_such_model() {
    run(|| {
        assert_noop!(
            Models::delist_base_model(RuntimeOrigin::root(), BaseModelId(0)),
            Error::<Test>::UnknownBaseModel
        );
    });
}

#[test]
fn delist_base_model_should_fail_when_it_is_delisted() {
    run(|| {
        let id = base_model(0);
        assert_ok!(Models::delist_base_model(RuntimeOrigin::root(), id));
        assert_noop!(
            Models::delist_base_model(RuntimeOrigin::root(), id),
            Error::<Test>::BaseModelDelisted
        );
    });
}
