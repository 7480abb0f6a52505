// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! That `do_try_state` notices what must not happen.

use frame_support::{
    assert_ok,
    traits::{
        fungible::MutateHold,
        tokens::{Fortitude, Precision},
    },
};
use openledger_primitives::{views::AdapterStatus, AdapterId, BaseModelId};
use polkadot_sdk::*;

use super::mock::*;
use crate::{
    AdapterByArtifact, AdapterOf, Adapters, BaseModelByHash, HoldReason, NextAdapterId,
    NextBaseModelId,
};

/// A chain with a published adapter; then `corrupt`.
fn corrupted(corrupt: impl FnOnce(AdapterId)) -> Result<(), &'static str> {
    new_test_ext().execute_with(|| {
        let id = published();
        assert_ok!(Models::do_try_state());
        corrupt(id);
        Models::do_try_state().map_err(Into::into)
    })
}

fn edit(id: AdapterId, edit: impl FnOnce(&mut AdapterOf<Test>)) {
    Adapters::<Test>::mutate(id, |slot| edit(slot.as_mut().expect("it exists")));
}

#[test]
fn try_state_should_notice_an_adapter_of_the_future() {
    let result = corrupted(|_| NextAdapterId::<Test>::kill());
    assert_eq!(result, Err("an adapter has an id of the future"));
}

#[test]
fn try_state_should_notice_a_missing_adapter() {
    let result = corrupted(|_| NextAdapterId::<Test>::put(AdapterId(2)));
    assert_eq!(result, Err("an adapter is missing"));
}

#[test]
fn try_state_should_notice_a_missing_base_model() {
    let result = corrupted(|_| NextBaseModelId::<Test>::put(BaseModelId(2)));
    assert_eq!(result, Err("a base model is missing"));
}

#[test]
fn try_state_should_notice_a_hash_that_leads_nowhere() {
    let result = corrupted(|_| BaseModelByHash::<Test>::insert(model_hash(9), BaseModelId(0)));
    assert_eq!(result, Err("a hash leads to no base model"));
}

#[test]
fn try_state_should_notice_an_artifact_that_is_free() {
    let result = corrupted(|_| AdapterByArtifact::<Test>::remove(artifacts(0).artifact));
    assert_eq!(result, Err("an artifact does not lead to its adapter"));
}

#[test]
fn try_state_should_notice_a_price_of_zero() {
    let result = corrupted(|id| edit(id, |adapter| adapter.unit_price = 0));
    assert_eq!(result, Err("a price is zero"));
}

#[test]
fn try_state_should_notice_an_edited_lineage() {
    let result = corrupted(|id| {
        edit(id, |adapter| {
            for entry in adapter.versions.iter_mut() {
                entry.contributions += 1;
            }
        });
    });
    assert_eq!(result, Err("a version changed"));
}

#[test]
fn try_state_should_notice_a_deposit_of_a_deprecated_adapter() {
    let result = corrupted(|id| edit(id, |adapter| adapter.status = AdapterStatus::Deprecated));
    assert_eq!(result, Err("a deprecated adapter still has its deposit"));
}

#[test]
fn try_state_should_notice_a_deposit_that_is_not_held() {
    let result = corrupted(|_| {
        Balances::burn_all_held(
            &HoldReason::Adapter.into(),
            &DEVELOPER,
            Precision::Exact,
            Fortitude::Force,
        )
        .expect("the deposit is held");
    });
    assert_eq!(result, Err("what is held is not the sum of the deposits"));
}
