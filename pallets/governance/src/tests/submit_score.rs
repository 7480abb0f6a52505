// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Bounties whose bar is a score.

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{ContributionId, DatanetId, Ppm, ProposalId, H256};
use polkadot_sdk::*;
use sp_runtime::DispatchError;

use super::{build::*, mock::*};
use crate::{Error, Event, Finding, QualityBar, Reports, Rewards, ScoreReport, Status, Subject};

/// An active bounty for scores of at least 0.5, and an accepted contribution of 7 rows of Alice.
fn start() -> (ProposalId, DatanetId, ContributionId) {
    let (id, datanet) = active_bounty(QualityBar::Score(Ppm(500_000)));
    let contribution = accepted(&ALICE, datanet, 7);
    (id, datanet, contribution)
}

fn reports(id: ProposalId, contribution: ContributionId) -> usize {
    Reports::<Test>::get(id, Subject::Contribution(contribution)).len()
}

#[test]
fn submit_score_should_pay_once_a_quorum_agrees() {
    run(|| {
        let (id, _, contribution) = start();
        assert_ok!(try_score(0, id, contribution, score(600_000)));
        assert_ok!(try_score(1, id, contribution, score(600_000)));
        assert_eq!((free(&ALICE), pot()), (FUNDS + 35, 500 - 35));
    });
}

#[test]
fn submit_score_should_pay_nothing_below_the_quorum() {
    run(|| {
        let (id, _, contribution) = start();
        assert_ok!(try_score(0, id, contribution, score(600_000)));
        assert_eq!((free(&ALICE), pot()), (FUNDS, 500));
    });
}

#[test]
fn submit_score_should_not_count_another_score_as_agreement() {
    run(|| {
        let (id, _, contribution) = start();
        assert_ok!(try_score(0, id, contribution, score(600_000)));
        assert_ok!(try_score(1, id, contribution, score(600_001)));
        assert_eq!(free(&ALICE), FUNDS);
    });
}

#[test]
fn submit_score_should_not_count_another_report_as_agreement() {
    run(|| {
        let (id, _, contribution) = start();
        let other = ScoreReport {
            report: H256::repeat_byte(1),
            ..score(600_000)
        };
        assert_ok!(try_score(0, id, contribution, score(600_000)));
        assert_ok!(try_score(1, id, contribution, other));
        assert_eq!(free(&ALICE), FUNDS);
    });
}

#[test]
fn submit_score_should_take_a_score_at_the_bar() {
    run(|| {
        let (id, _, contribution) = start();
        assert_ok!(try_score(0, id, contribution, score(500_000)));
    });
}

#[test]
fn submit_score_should_delete_the_reports_with_the_quorum() {
    run(|| {
        let (id, _, contribution) = start();
        for (by, value) in [(0, 600_001), (1, 600_000), (2, 600_000)] {
            assert_ok!(try_score(by, id, contribution, score(value)));
        }
        assert_eq!(reports(id, contribution), 0);
    });
}

#[test]
fn submit_score_should_end_the_bounty_with_the_pot() {
    run(|| {
        let (id, datanet, _) = start();
        let large = accepted(&BOB, datanet, 1_000);
        assert_ok!(try_score(0, id, large, score(600_000)));
        assert_ok!(try_score(1, id, large, score(600_000)));
        assert_eq!(proposal(id).status, Status::Completed);
        assert_eq!(free(&BOB), FUNDS + 500);
    });
}

#[test]
fn submit_score_should_emit_an_event() {
    run(|| {
        let (id, _, contribution) = start();
        assert_ok!(try_score(2, id, contribution, score(600_000)));
        assert_last(Event::EvaluationReported {
            proposal: id,
            subject: Subject::Contribution(contribution),
            evaluator: evaluator(2),
            finding: Finding::Score(score(600_000)),
            agreeing: 1,
            stake: STAKE,
            needed: 35,
        });
    });
}

#[test]
fn submit_score_should_need_at_stake_what_it_pays() {
    run(|| {
        let (id, _, contribution) = start();
        for (by, stake) in [(0, 17), (1, 17)] {
            EvaluatorTable::insert(evaluator(by), stake);
            assert_ok!(try_score(by, id, contribution, score(600_000)));
        }
        assert_eq!((free(&ALICE), pot()), (FUNDS, 500));
    });
}

#[test]
fn submit_score_should_need_no_more_at_stake_than_the_pot_pays() {
    run(|| {
        let (id, datanet, _) = start();
        let large = accepted(&BOB, datanet, 1_000);
        for (by, stake) in [(0, 250), (1, 250)] {
            EvaluatorTable::insert(evaluator(by), stake);
            assert_ok!(try_score(by, id, large, score(600_000)));
        }
        assert_eq!(free(&BOB), FUNDS + 500);
    });
}

#[test]
fn submit_score_should_need_at_stake_what_was_paid_for_other_contributions_too() {
    run(|| {
        let (id, datanet, first) = start();
        let second = accepted(&BOB, datanet, 7);
        for (by, stake) in [(0, 35), (1, 34)] {
            EvaluatorTable::insert(evaluator(by), stake);
            assert_ok!(try_score(by, id, first, score(600_000)));
            assert_ok!(try_score(by, id, second, score(600_000)));
        }
        assert_eq!((free(&ALICE), free(&BOB)), (FUNDS + 35, FUNDS));
    });
}

#[test]
fn submit_score_should_fail_for_who_is_no_evaluator() {
    run(|| {
        let (id, _, contribution) = start();
        assert_noop!(
            AiGovernance::submit_score(signed(STRANGER), id, contribution, score(600_000)),
            Error::<Test>::NotEvaluator
        );
    });
}

#[test]
fn submit_score_should_fail_for_the_contributor() {
    run(|| {
        let (id, _, contribution) = start();
        EvaluatorTable::insert(ALICE, STAKE);
        assert_noop!(
            AiGovernance::submit_score(signed(ALICE), id, contribution, score(600_000)),
            Error::<Test>::OwnWork
        );
    });
}

#[test]
fn submit_score_should_fail_below_the_bar() {
    run(|| {
        let (id, _, contribution) = start();
        assert_noop!(
            try_score(0, id, contribution, score(499_999)),
            Error::<Test>::BelowThreshold
        );
    });
}

#[test]
fn submit_score_should_fail_above_the_whole() {
    run(|| {
        let (id, _, contribution) = start();
        assert_noop!(
            try_score(0, id, contribution, score(1_000_001)),
            Error::<Test>::InvalidScore
        );
    });
}

#[test]
fn submit_score_should_fail_for_a_pending_contribution() {
    run(|| {
        let (id, datanet, _) = start();
        let pending = contribute(&BOB, datanet, 7);
        assert_noop!(
            try_score(0, id, pending, score(600_000)),
            Error::<Test>::ContributionNotAccepted
        );
    });
}

#[test]
fn submit_score_should_fail_for_a_contribution_of_another_datanet() {
    run(|| {
        let (id, _, _) = start();
        let other = accepted(&BOB, datanet(), 7);
        assert_noop!(
            try_score(0, id, other, score(600_000)),
            Error::<Test>::ContributionNotEligible
        );
    });
}

#[test]
fn submit_score_should_fail_for_what_came_in_before_the_start() {
    run(|| {
        let datanet = datanet();
        let early = accepted(&ALICE, datanet, 7);
        let bounty = bounty(datanet, QualityBar::Score(Ppm(500_000)));
        let id = enacted(crate::Kind::DatanetBounty(bounty));
        at(2);
        assert_noop!(
            try_score(0, id, early, score(600_000)),
            Error::<Test>::ContributionNotEligible
        );
    });
}

#[test]
fn submit_score_should_fail_from_the_end_on() {
    run(|| {
        let (id, _, contribution) = start();
        at(50);
        assert_noop!(
            try_score(0, id, contribution, score(600_000)),
            Error::<Test>::ContributionNotEligible
        );
    });
}

#[test]
fn submit_score_should_fail_for_what_was_paid() {
    run(|| {
        let (id, _, contribution) = start();
        assert_ok!(try_score(0, id, contribution, score(600_000)));
        assert_ok!(try_score(1, id, contribution, score(600_000)));
        assert_noop!(
            try_score(2, id, contribution, score(600_000)),
            Error::<Test>::AlreadyRewarded
        );
        assert!(Rewards::<Test>::contains_key(id, contribution));
    });
}

#[test]
fn submit_score_should_fail_where_acceptance_is_the_bar() {
    run(|| {
        let (id, datanet) = active_bounty(QualityBar::Accepted);
        let contribution = accepted(&ALICE, datanet, 7);
        assert_noop!(
            try_score(0, id, contribution, score(600_000)),
            Error::<Test>::NeedsNoScore
        );
    });
}

#[test]
fn submit_score_should_fail_for_what_is_no_bounty() {
    run(|| {
        let (_, _, contribution) = start();
        let id = enacted(crate::Kind::ListBaseModel(listing(1)));
        assert_noop!(
            try_score(0, id, contribution, score(600_000)),
            Error::<Test>::NotActiveBounty
        );
    });
}

#[test]
fn submit_score_should_fail_for_an_unknown_proposal() {
    run(|| {
        let (_, _, contribution) = start();
        assert_noop!(
            try_score(0, ProposalId(9), contribution, score(600_000)),
            Error::<Test>::UnknownProposal
        );
    });
}

#[test]
fn submit_score_should_refuse_the_root() {
    run(|| {
        let (id, _, contribution) = start();
        assert_noop!(
            AiGovernance::submit_score(RuntimeOrigin::root(), id, contribution, score(600_000)),
            DispatchError::BadOrigin
        );
    });
}
