// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{BaseModelId, H256};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use super::mock::*;
use crate::{BaseModelByHash, BaseModels, Error, Event, NextBaseModelId};

fn register(hash: H256, name: &[u8], shape: (u32, u32), licence: &[u8]) -> DispatchResult {
    let (hidden_size, layers) = shape;
    let origin = RuntimeOrigin::root();
    Models::register_base_model(origin, hash, text(name), hidden_size, layers, text(licence))
}

#[test]
fn register_base_model_should_list_it() {
    run(|| {
        assert_ok!(register(model_hash(0), b"MiniLM", (384, 6), b"Apache-2.0"));
        let model = BaseModels::<Test>::get(BaseModelId(0)).expect("it is there");
        assert_eq!(model.hash, model_hash(0));
        assert_eq!(model.name.as_slice(), b"MiniLM");
        assert_eq!((model.hidden_size, model.layers), (384, 6));
        assert_eq!(model.licence.as_slice(), b"Apache-2.0");
        assert!(model.listed);
    });
}

#[test]
fn register_base_model_should_be_found_by_its_hash() {
    run(|| {
        let id = base_model(3);
        assert_eq!(BaseModelByHash::<Test>::get(model_hash(3)), Some(id));
    });
}

#[test]
fn register_base_model_should_emit_an_event() {
    run(|| {
        let base_model = base_model(0);
        assert_eq!(
            last_event(),
            Event::BaseModelRegistered {
                base_model,
                hash: model_hash(0)
            }
        );
    });
}

#[test]
fn register_base_model_should_fail_for_anyone_but_governance() {
    run(|| {
        assert_noop!(
            Models::register_base_model(
                RuntimeOrigin::signed(DEVELOPER),
                model_hash(0),
                text(b"MiniLM"),
                384,
                6,
                text(b"MIT")
            ),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn register_base_model_should_fail_when_the_hash_is_listed() {
    run(|| {
        base_model(0);
        assert_noop!(
            register(model_hash(0), b"Another", (384, 6), b"MIT"),
            Error::<Test>::BaseModelTaken
        );
    });
}

#[test]
fn register_base_model_should_fail_when_the_hash_was_delisted() {
    run(|| {
        let id = base_model(0);
        assert_ok!(Models::delist_base_model(RuntimeOrigin::root(), id));
        assert_noop!(
            register(model_hash(0), b"Again", (384, 6), b"MIT"),
            Error::<Test>::BaseModelTaken
        );
    });
}

#[test]
fn register_base_model_should_fail_when_the_name_is_empty() {
    run(|| {
        assert_noop!(
            register(model_hash(0), b"", (384, 6), b"MIT"),
            Error::<Test>::InvalidName
        );
    });
}

#[test]
fn register_base_model_should_fail_when_the_licence_is_not_utf8() {
    run(|| {
        assert_noop!(
            register(model_hash(0), b"MiniLM", (384, 6), b"\xff"),
            Error::<Test>::InvalidLicence
        );
    });
}

#[test]
fn register_base_model_should_fail_when_the_hidden_size_is_zero() {
    run(|| {
        assert_noop!(
            register(model_hash(0), b"MiniLM", (0, 6), b"MIT"),
            Error::<Test>::InvalidShape
        );
    });
}

#[test]
fn register_base_model_should_fail_when_there_are_no_layers() {
    run(|| {
        assert_noop!(
            register(model_hash(0), b"MiniLM", (384, 0), b"MIT"),
            Error::<Test>::InvalidShape
        );
    });
}

#[test]
fn register_base_model_should_fail_when_the_ids_have_run_out() {
    // Without `run`: a chain whose ids have run out has no gapless ids.
    new_test_ext().execute_with(|| {
        NextBaseModelId::<Test>::put(BaseModelId(u32::MAX));
        assert_noop!(
            register(model_hash(0), b"MiniLM", (384, 6), b"MIT"),
            Error::<Test>::IdsExhausted
        );
    });
}
