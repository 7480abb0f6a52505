// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{AccountId, DatanetId};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use super::mock::*;
use crate::{Error, Event, HoldReason};

fn transfer(from: AccountId, id: DatanetId, to: AccountId) -> DispatchResult {
    Datanets::transfer_datanet(RuntimeOrigin::signed(from), id, to)
}

#[test]
fn transfer_datanet_should_change_the_owner() {
    run(|| {
        let id = create();
        assert_ok!(transfer(OWNER, id, BOB));
        assert_eq!(datanet(id).owner, BOB);
    });
}

#[test]
fn transfer_datanet_should_move_the_deposit() {
    run(|| {
        let id = create();
        assert_ok!(transfer(OWNER, id, BOB));
        assert_eq!(held(HoldReason::Datanet, &OWNER), 0);
        assert_eq!(held(HoldReason::Datanet, &BOB), DatanetDeposit::get());
    });
}

#[test]
fn transfer_datanet_should_leave_the_new_owner_their_free_balance() {
    run(|| {
        let id = create();
        assert_ok!(transfer(OWNER, id, BOB));
        assert_eq!(Balances::free_balance(&BOB), FUNDS);
    });
}

#[test]
fn transfer_datanet_should_give_the_new_owner_the_rights() {
    run(|| {
        let id = create();
        let contribution = contribute(&ALICE, id, 10);
        assert_ok!(transfer(OWNER, id, BOB));
        assert_ok!(Datanets::accept_contribution(
            RuntimeOrigin::signed(BOB),
            contribution,
            REPORT
        ));
    });
}

#[test]
fn transfer_datanet_should_take_the_rights_from_the_old_owner() {
    run(|| {
        let id = create();
        assert_ok!(transfer(OWNER, id, BOB));
        assert_noop!(
            Datanets::set_policy(RuntimeOrigin::signed(OWNER), id, policy()),
            Error::<Test>::NotOwner
        );
    });
}

#[test]
fn transfer_datanet_should_emit_an_event() {
    run(|| {
        let id = create();
        assert_ok!(transfer(OWNER, id, BOB));
        assert_eq!(
            last_event(),
            Event::DatanetTransferred {
                datanet: id,
                from: OWNER,
                to: BOB
            }
        );
    });
}

#[test]
fn transfer_datanet_should_fail_when_the_new_owner_has_no_account() {
    run(|| {
        let id = create();
        let result = transfer(OWNER, id, account(ACCOUNTS));
        assert!(matches!(result, Err(DispatchError::Token(_))), "{result:?}");
        assert_eq!(datanet(id).owner, OWNER);
    });
}

#[test]
fn transfer_datanet_should_fail_when_the_new_owner_is_the_present_one() {
    run(|| {
        let id = create();
        assert_noop!(transfer(OWNER, id, OWNER), Error::<Test>::AlreadyOwner);
    });
}

#[test]
fn transfer_datanet_should_fail_for_anyone_but_the_owner() {
    run(|| {
        let id = create();
        assert_noop!(transfer(ALICE, id, BOB), Error::<Test>::NotOwner);
    });
}

#[test]
fn transfer_datanet_should_fail_when_there_is_no_such_datanet() {
    run(|| {
        assert_noop!(
            transfer(OWNER, DatanetId(2), BOB),
            Error::<Test>::UnknownDatanet
        );
    });
}

#[test]
fn transfer_datanet_should_refuse_the_root() {
    run(|| {
        let id = create();
        assert_noop!(
            Datanets::transfer_datanet(RuntimeOrigin::root(), id, BOB),
            DispatchError::BadOrigin
        );
    });
}
