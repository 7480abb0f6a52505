// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{traits::Models as _, views::AdapterStatus, AccountId, AdapterId};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use super::mock::*;
use crate::{Error, Event};

fn try_deprecate(who: AccountId, id: AdapterId) -> DispatchResult {
    Models::deprecate(RuntimeOrigin::signed(who), id)
}

#[test]
fn deprecate_should_return_the_deposit_but_for_the_records() {
    run(|| {
        let id = published();
        assert_ok!(try_deprecate(DEVELOPER, id));
        let kept = RecordDeposit::get();
        assert_eq!(held(&DEVELOPER), kept);
        assert_eq!(Balances::free_balance(&DEVELOPER), FUNDS - kept);
    });
}

#[test]
fn deprecate_should_write_down_what_it_keeps() {
    run(|| {
        let id = published();
        assert_ok!(try_deprecate(DEVELOPER, id));
        assert_eq!(adapter(id).deposit, RecordDeposit::get());
    });
}

#[test]
fn deprecate_should_stop_it_taking_jobs() {
    run(|| {
        let id = published();
        assert_ok!(try_deprecate(DEVELOPER, id));
        assert_eq!(adapter(id).status, AdapterStatus::Deprecated);
        assert!(!Models::terms(id).expect("it is known").servable);
    });
}

#[test]
fn deprecate_should_leave_the_lineage_to_open_jobs() {
    run(|| {
        let (version, contributions) = version(1);
        let id = draft(&[version]);
        assert_ok!(try_deprecate(DEVELOPER, id));
        assert_eq!(
            Models::contributor_in_lineage(id, contributions[0]),
            Some(account(3))
        );
    });
}

#[test]
fn deprecate_should_end_a_draft() {
    run(|| {
        let id = draft(&[version(1).0]);
        assert_ok!(try_deprecate(DEVELOPER, id));
        assert_eq!(adapter(id).status, AdapterStatus::Deprecated);
    });
}

#[test]
fn deprecate_should_keep_what_pays_for_the_record_of_a_draft() {
    run(|| {
        let id = draft(&[version(1).0]);
        assert_ok!(try_deprecate(DEVELOPER, id));
        assert_eq!(held(&DEVELOPER), RecordDeposit::get());
    });
}

#[test]
fn deprecate_should_emit_an_event() {
    run(|| {
        let adapter = published();
        assert_ok!(try_deprecate(DEVELOPER, adapter));
        assert_eq!(last_event(), Event::AdapterDeprecated { adapter });
    });
}

#[test]
fn deprecate_should_fail_the_second_time() {
    run(|| {
        let id = published();
        assert_ok!(try_deprecate(DEVELOPER, id));
        assert_noop!(try_deprecate(DEVELOPER, id), Error::<Test>::Deprecated);
    });
}

#[test]
fn deprecate_should_fail_for_anyone_but_the_developer() {
    run(|| {
        let id = published();
        assert_noop!(try_deprecate(STRANGER, id), Error::<Test>::NotDeveloper);
    });
}

#[test]
fn deprecate_should_fail_when_there_is_no_such_adapter() {
    run(|| {
        assert_noop!(
            try_deprecate(DEVELOPER, AdapterId(1)),
            Error::<Test>::UnknownAdapter
        );
    });
}

#[test]
fn deprecate_should_refuse_the_root() {
    run(|| {
        let id = published();
        assert_noop!(
            Models::deprecate(RuntimeOrigin::root(), id),
            DispatchError::BadOrigin
        );
    });
}
