// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{
    traits::Models as _, views::AdapterStatus, AccountId, AdapterId, BaseModelId,
};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use super::mock::*;
use crate::{Error, Event};

fn try_publish(who: AccountId, id: AdapterId) -> DispatchResult {
    Models::publish(RuntimeOrigin::signed(who), id)
}

#[test]
fn publish_should_make_a_draft_take_jobs() {
    run(|| {
        let id = draft(&[version(1).0]);
        assert!(!Models::terms(id).expect("it is known").servable);
        assert_ok!(try_publish(DEVELOPER, id));
        assert_eq!(adapter(id).status, AdapterStatus::Published);
        assert!(Models::terms(id).expect("it is known").servable);
    });
}

#[test]
fn publish_should_keep_the_deposit() {
    run(|| {
        published();
        assert_eq!(held(&DEVELOPER), AdapterDeposit::get());
    });
}

#[test]
fn publish_should_emit_an_event() {
    run(|| {
        let adapter = published();
        assert_eq!(last_event(), Event::AdapterPublished { adapter });
    });
}

#[test]
fn publish_should_fail_when_it_is_published() {
    run(|| {
        let id = published();
        assert_noop!(try_publish(DEVELOPER, id), Error::<Test>::NotDraft);
    });
}

#[test]
fn publish_should_fail_when_it_is_deprecated() {
    run(|| {
        let id = published();
        assert_ok!(Models::deprecate(RuntimeOrigin::signed(DEVELOPER), id));
        assert_noop!(try_publish(DEVELOPER, id), Error::<Test>::NotDraft);
    });
}

#[test]
fn publish_should_fail_when_the_base_model_is_delisted() {
    run(|| {
        let id = draft(&[version(1).0]);
        assert_ok!(Models::delist_base_model(
            RuntimeOrigin::root(),
            BaseModelId(0)
        ));
        assert_noop!(try_publish(DEVELOPER, id), Error::<Test>::BaseModelDelisted);
    });
}

#[test]
fn publish_should_fail_for_anyone_but_the_developer() {
    run(|| {
        let id = draft(&[version(1).0]);
        assert_noop!(try_publish(STRANGER, id), Error::<Test>::NotDeveloper);
    });
}

#[test]
fn publish_should_fail_when_there_is_no_such_adapter() {
    run(|| {
        assert_noop!(
            try_publish(DEVELOPER, AdapterId(1)),
            Error::<Test>::UnknownAdapter
        );
    });
}

#[test]
fn publish_should_refuse_the_root() {
    run(|| {
        let id = draft(&[version(1).0]);
        assert_noop!(
            Models::publish(RuntimeOrigin::root(), id),
            DispatchError::BadOrigin
        );
    });
}
