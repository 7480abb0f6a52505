// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::ProposalId;
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use super::{build::*, mock::*};
use crate::{
    ActiveBounties, Error, Event, Kind, MilestoneState, QualityBar, Reports, Status, Subject,
};

fn conclude(id: ProposalId) -> DispatchResult {
    AiGovernance::conclude(signed(STRANGER), id)
}

/// A grant with milestones of 100 until block 50 and 250 until block 60.
fn active_grant() -> ProposalId {
    let version = version();
    enacted(grant(vec![
        milestone(version, 100, 50),
        milestone(version, 250, 60),
    ]))
}

#[test]
fn conclude_should_return_what_a_bounty_has_left() {
    run(|| {
        let (id, datanet) = active_bounty(QualityBar::Accepted);
        accepted(&ALICE, datanet, 7);
        at(50);
        assert_ok!(conclude(id));
        assert_eq!((free(&TREASURY), pot()), (TREASURY_FUNDS - 35, 0));
    });
}

#[test]
fn conclude_should_complete_the_bounty() {
    run(|| {
        let (id, datanet) = active_bounty(QualityBar::Accepted);
        at(50);
        assert_ok!(conclude(id));
        assert_eq!(proposal(id).status, Status::Completed);
        assert_eq!(ActiveBounties::<Test>::get(datanet), None);
    });
}

#[test]
fn conclude_should_emit_an_event() {
    run(|| {
        let (id, datanet) = active_bounty(QualityBar::Accepted);
        accepted(&ALICE, datanet, 7);
        at(50);
        assert_ok!(conclude(id));
        assert_last(Event::ProposalCompleted {
            proposal: id,
            paid: 35,
            refunded: 465,
        });
    });
}

#[test]
fn conclude_should_fail_before_the_end_of_a_bounty() {
    run(|| {
        let (id, _) = active_bounty(QualityBar::Accepted);
        at(49);
        assert_noop!(conclude(id), Error::<Test>::NothingDue);
    });
}

#[test]
fn conclude_should_return_the_payout_of_an_overdue_milestone() {
    run(|| {
        let id = active_grant();
        at(50);
        assert_ok!(conclude(id));
        assert_eq!((free(&TREASURY), pot()), (TREASURY_FUNDS - 250, 250));
    });
}

#[test]
fn conclude_should_leave_the_other_milestones_open() {
    run(|| {
        let id = active_grant();
        at(50);
        assert_ok!(conclude(id));
        assert_eq!(
            proposal(id).milestones.to_vec(),
            [MilestoneState::Refunded, MilestoneState::Open]
        );
    });
}

#[test]
fn conclude_should_complete_a_grant_whose_milestones_are_all_overdue() {
    run(|| {
        let id = active_grant();
        at(60);
        assert_ok!(conclude(id));
        assert_eq!(proposal(id).status, Status::Completed);
        assert_eq!((free(&TREASURY), pot()), (TREASURY_FUNDS, 0));
    });
}

#[test]
fn conclude_should_emit_an_event_for_each_milestone() {
    run(|| {
        let id = active_grant();
        at(50);
        assert_ok!(conclude(id));
        assert_last(Event::MilestoneRefunded {
            proposal: id,
            milestone: 0,
            amount: 100,
        });
    });
}

#[test]
fn conclude_should_delete_the_reports_on_an_overdue_milestone() {
    run(|| {
        let adapter = adapter(&DEVELOPER);
        let version = version();
        let id = enacted(grant(vec![
            milestone(version, 100, 50),
            milestone(version, 250, 60),
        ]));
        assert_ok!(try_evaluate(0, id, 0, report(adapter, version, 950_000)));
        at(50);
        assert_ok!(conclude(id));
        assert!(!Reports::<Test>::contains_key(id, Subject::Milestone(0)));
    });
}

#[test]
fn conclude_should_fail_before_any_deadline_of_a_grant() {
    run(|| {
        let id = active_grant();
        at(49);
        assert_noop!(conclude(id), Error::<Test>::NothingDue);
    });
}

#[test]
fn conclude_should_fail_the_second_time() {
    run(|| {
        let id = active_grant();
        at(50);
        assert_ok!(conclude(id));
        assert_noop!(conclude(id), Error::<Test>::NothingDue);
    });
}

#[test]
fn conclude_should_fail_for_a_completed_proposal() {
    run(|| {
        let (id, _) = active_bounty(QualityBar::Accepted);
        at(50);
        assert_ok!(conclude(id));
        assert_noop!(conclude(id), Error::<Test>::NotActive);
    });
}

#[test]
fn conclude_should_fail_before_the_enactment() {
    run(|| {
        let id = submit(Kind::ListBaseModel(listing(1)));
        assert_noop!(conclude(id), Error::<Test>::NotActive);
    });
}

#[test]
fn conclude_should_fail_for_an_unknown_proposal() {
    run(|| {
        assert_noop!(conclude(ProposalId(0)), Error::<Test>::UnknownProposal);
    });
}

#[test]
fn conclude_should_refuse_the_root() {
    run(|| {
        let id = active_grant();
        at(50);
        assert_noop!(
            AiGovernance::conclude(RuntimeOrigin::root(), id),
            DispatchError::BadOrigin
        );
    });
}
