// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::ContributionId;
use polkadot_sdk::*;
use sp_runtime::DispatchError;

use super::mock::*;
use crate::{Contributions, Error, Event, HoldReason};

fn withdraw(
    who: openledger_primitives::AccountId,
    contribution: ContributionId,
) -> sp_runtime::DispatchResult {
    Datanets::withdraw_contribution(RuntimeOrigin::signed(who), contribution)
}

#[test]
fn withdraw_contribution_should_return_the_deposit() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_ok!(withdraw(ALICE, contribution));
        assert_eq!(held(HoldReason::Contribution, &ALICE), 0);
        assert_eq!(Balances::free_balance(&ALICE), FUNDS);
    });
}

#[test]
fn withdraw_contribution_should_remove_the_record() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_ok!(withdraw(ALICE, contribution));
        assert_eq!(Contributions::<Test>::get(contribution), None);
    });
}

#[test]
fn withdraw_contribution_should_make_room_for_another_pending_one() {
    run(|| {
        let id = create();
        let contribution = contribute(&ALICE, id, 10);
        assert_ok!(withdraw(ALICE, contribution));
        assert_eq!(datanet(id).pending, 0);
    });
}

#[test]
fn withdraw_contribution_should_let_the_content_be_contributed_again() {
    run(|| {
        let id = create();
        let contribution = contribute(&ALICE, id, 10);
        assert_ok!(withdraw(ALICE, contribution));
        assert_ok!(try_contribute(&BOB, id, 10, contribution.0 as u32));
    });
}

#[test]
fn withdraw_contribution_should_emit_an_event() {
    run(|| {
        let id = create();
        let contribution = contribute(&ALICE, id, 10);
        assert_ok!(withdraw(ALICE, contribution));
        assert_eq!(
            last_event(),
            Event::ContributionWithdrawn {
                datanet: id,
                contribution
            }
        );
    });
}

#[test]
fn withdraw_contribution_should_fail_for_anyone_but_the_contributor() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_noop!(withdraw(OWNER, contribution), Error::<Test>::NotContributor);
    });
}

#[test]
fn withdraw_contribution_should_fail_when_it_is_accepted() {
    run(|| {
        let contribution = accepted(&ALICE, create(), 10);
        assert_noop!(withdraw(ALICE, contribution), Error::<Test>::NotPending);
    });
}

#[test]
fn withdraw_contribution_should_fail_when_there_is_none() {
    run(|| {
        assert_noop!(
            withdraw(ALICE, ContributionId(5)),
            Error::<Test>::UnknownContribution
        );
    });
}

#[test]
fn withdraw_contribution_should_fail_the_second_time() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_ok!(withdraw(ALICE, contribution));
        assert_noop!(
            withdraw(ALICE, contribution),
            Error::<Test>::UnknownContribution
        );
    });
}

#[test]
fn withdraw_contribution_should_refuse_the_root() {
    run(|| {
        let contribution = contribute(&ALICE, create(), 10);
        assert_noop!(
            Datanets::withdraw_contribution(RuntimeOrigin::root(), contribution),
            DispatchError::BadOrigin
        );
    });
}
