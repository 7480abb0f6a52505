// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::DatanetId;
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use super::mock::*;
use crate::{Error, Event, Policy};

fn set(who: openledger_primitives::AccountId, id: DatanetId, policy: Policy) -> DispatchResult {
    Datanets::set_policy(RuntimeOrigin::signed(who), id, policy)
}

#[test]
fn set_policy_should_replace_the_rules() {
    run(|| {
        let id = create();
        let closed = Policy {
            open: false,
            ..policy()
        };
        assert_ok!(set(OWNER, id, closed));
        assert_eq!(datanet(id).policy, closed);
    });
}

#[test]
fn set_policy_should_emit_an_event() {
    run(|| {
        let id = create();
        let closed = Policy {
            open: false,
            ..policy()
        };
        assert_ok!(set(OWNER, id, closed));
        assert_eq!(
            last_event(),
            Event::PolicySet {
                datanet: id,
                policy: closed
            }
        );
    });
}

#[test]
fn set_policy_should_leave_pending_contributions_pending() {
    run(|| {
        let id = create();
        let contribution = contribute(&ALICE, id, 10);
        assert_ok!(set(
            OWNER,
            id,
            Policy {
                open: false,
                min_rows: 500,
                ..policy()
            }
        ));
        accept(contribution);
        assert_eq!(datanet(id).accepted, 1);
    });
}

#[test]
fn set_policy_should_fail_for_anyone_but_the_owner() {
    run(|| {
        let id = create();
        assert_noop!(set(ALICE, id, policy()), Error::<Test>::NotOwner);
    });
}

#[test]
fn set_policy_should_fail_when_there_is_no_such_datanet() {
    run(|| {
        assert_noop!(
            set(OWNER, DatanetId(9), policy()),
            Error::<Test>::UnknownDatanet
        );
    });
}

#[test]
fn set_policy_should_fail_when_the_policy_is_invalid() {
    run(|| {
        let id = create();
        assert_noop!(
            set(
                OWNER,
                id,
                Policy {
                    min_rows: 0,
                    ..policy()
                }
            ),
            Error::<Test>::InvalidRowRange
        );
    });
}

#[test]
fn set_policy_should_refuse_the_root() {
    run(|| {
        let id = create();
        assert_noop!(
            Datanets::set_policy(RuntimeOrigin::root(), id, policy()),
            DispatchError::BadOrigin
        );
    });
}
