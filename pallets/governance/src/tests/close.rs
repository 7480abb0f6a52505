// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::ProposalId;
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use super::{build::*, mock::*};
use crate::{CloseReason, Error, Event, HoldReason, Kind, QualityBar, ReferendumState, Status};

fn close(id: ProposalId) -> DispatchResult {
    AiGovernance::close(signed(STRANGER), id)
}

fn submitted() -> ProposalId {
    submit(Kind::ListBaseModel(listing(1)))
}

/// A proposal whose enactment failed in block 1.
fn failed() -> ProposalId {
    let mut bounty = bounty(datanet(), QualityBar::Accepted);
    bounty.pot = TREASURY_FUNDS;
    enacted(Kind::DatanetBounty(bounty))
}

/// Closes a proposal whose referendum ended as `state`.
fn closed_after(state: ReferendumState) -> ProposalId {
    let id = submitted();
    decide_on(id, state);
    assert_ok!(close(id));
    id
}

#[test]
fn close_should_return_the_deposit_of_a_rejected_proposal() {
    run(|| {
        closed_after(ReferendumState::Rejected);
        assert_eq!(free(&PROPOSER), FUNDS);
    });
}

#[test]
fn close_should_keep_why_the_proposal_ended() {
    let reasons = [
        (ReferendumState::Rejected, CloseReason::Rejected),
        (ReferendumState::Cancelled, CloseReason::Cancelled),
        (ReferendumState::TimedOut, CloseReason::TimedOut),
        (ReferendumState::Killed, CloseReason::Killed),
    ];
    for (state, reason) in reasons {
        run(|| {
            let id = closed_after(state);
            assert_eq!(proposal(id).status, Status::Closed(reason));
        });
    }
}

#[test]
fn close_should_return_the_deposit_of_a_cancelled_proposal() {
    run(|| {
        closed_after(ReferendumState::Cancelled);
        assert_eq!(free(&PROPOSER), FUNDS);
    });
}

#[test]
fn close_should_return_the_deposit_of_a_proposal_that_timed_out() {
    run(|| {
        closed_after(ReferendumState::TimedOut);
        assert_eq!(free(&PROPOSER), FUNDS);
    });
}

#[test]
fn close_should_give_the_deposit_of_a_killed_proposal_to_the_treasury() {
    run(|| {
        closed_after(ReferendumState::Killed);
        assert_eq!(free(&PROPOSER), FUNDS - DEPOSIT);
        assert_eq!(free(&TREASURY), TREASURY_FUNDS + DEPOSIT);
    });
}

#[test]
fn close_should_tell_of_the_forfeited_deposit() {
    run(|| {
        let id = closed_after(ReferendumState::Killed);
        let event = Event::DepositForfeited {
            proposal: id,
            proposer: PROPOSER,
            amount: DEPOSIT,
        };
        assert!(events().contains(&event));
    });
}

#[test]
fn close_should_emit_an_event() {
    run(|| {
        let id = closed_after(ReferendumState::Rejected);
        assert_last(Event::ProposalClosed {
            proposal: id,
            reason: CloseReason::Rejected,
        });
    });
}

#[test]
fn close_should_fail_while_the_referendum_runs() {
    run(|| {
        let id = submitted();
        assert_noop!(close(id), Error::<Test>::ReferendumOngoing);
    });
}

#[test]
fn close_should_fail_the_second_time() {
    run(|| {
        let id = closed_after(ReferendumState::Rejected);
        assert_noop!(close(id), Error::<Test>::NotSubmitted);
    });
}

#[test]
fn close_should_fail_after_the_enactment() {
    run(|| {
        let id = enacted(Kind::ListBaseModel(listing(1)));
        assert_noop!(close(id), Error::<Test>::NotSubmitted);
    });
}

#[test]
fn close_should_fail_while_an_approved_proposal_can_be_enacted() {
    run(|| {
        let id = submitted();
        decide_on(id, ReferendumState::Approved { at: 5 });
        at(5 + ENACTMENT_PERIOD - 1);
        assert_noop!(close(id), Error::<Test>::EnactmentPeriodRuns);
    });
}

#[test]
fn close_should_end_an_approved_proposal_that_nobody_enacted_in_time() {
    run(|| {
        let id = submitted();
        decide_on(id, ReferendumState::Approved { at: 5 });
        at(5 + ENACTMENT_PERIOD);
        assert_ok!(close(id));
        assert_eq!(proposal(id).status, Status::Closed(CloseReason::Lapsed));
    });
}

#[test]
fn close_should_fail_while_a_failed_proposal_can_be_retried() {
    run(|| {
        let id = failed();
        at(1 + ENACTMENT_PERIOD - 1);
        assert_noop!(close(id), Error::<Test>::EnactmentPeriodRuns);
    });
}

#[test]
fn close_should_end_a_failed_proposal_after_its_period() {
    run(|| {
        let id = failed();
        at(1 + ENACTMENT_PERIOD);
        assert_ok!(close(id));
        assert_eq!(proposal(id).status, Status::Closed(CloseReason::Lapsed));
    });
}

#[test]
fn close_should_return_the_deposit_of_a_failed_proposal() {
    run(|| {
        let id = failed();
        at(1 + ENACTMENT_PERIOD);
        assert_ok!(close(id));
        assert_eq!(held(HoldReason::ProposalDeposit, &PROPOSER), 0);
    });
}

#[test]
fn close_should_fail_when_the_referendum_is_not_known() {
    run(|| {
        let id = submitted();
        ReferendumTable::remove(proposal(id).referendum);
        assert_noop!(close(id), Error::<Test>::UnknownReferendum);
    });
}

#[test]
fn close_should_fail_for_an_unknown_proposal() {
    run(|| {
        assert_noop!(close(ProposalId(0)), Error::<Test>::UnknownProposal);
    });
}

#[test]
fn close_should_refuse_the_root() {
    run(|| {
        let id = submitted();
        assert_noop!(
            AiGovernance::close(RuntimeOrigin::root(), id),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn close_should_leave_a_closed_proposal_that_a_later_origin_cannot_enact() {
    run(|| {
        let id = closed_after(ReferendumState::Rejected);
        assert_noop!(
            AiGovernance::enact(RuntimeOrigin::root(), id),
            Error::<Test>::NotSubmitted
        );
    });
}
