// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What stands behind reports on a milestone: a quorum's stake, which stands behind one proposal at a time,
//! the places for reports, and what becomes of the reports of evaluators that are chilled.

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{Balance, ProposalId};
use polkadot_sdk::*;

use super::{build::*, mock::*};
use crate::{Backings, Error, Event, Finding, MilestoneReport, Reports, Subject};

/// What the first milestone pays, planck.
const PAYOUT: Balance = 100;

/// A grant with milestones of [`PAYOUT`] and of 250 planck, and a report that reaches both.
fn start() -> (ProposalId, MilestoneReport) {
    let version = version();
    let adapter = adapter(&DEVELOPER);
    let id = enacted(grant(vec![
        milestone(version, PAYOUT, 50),
        milestone(version, 250, 60),
    ]));
    (id, report(adapter, version, 950_000))
}

/// Another report that reaches the milestones.
fn other(report: MilestoneReport, number: u64) -> MilestoneReport {
    MilestoneReport {
        value: report.value + number,
        ..report
    }
}

/// Lets evaluators report the same on a milestone, each with the stake named.
fn reach(id: ProposalId, milestone: u8, report: MilestoneReport, stakes: &[(u8, Balance)]) {
    for (by, stake) in stakes {
        EvaluatorTable::insert(evaluator(*by), stake);
        assert_ok!(try_evaluate(*by, id, milestone, report));
    }
}

/// Fills the places for reports on the first milestone with reports that all differ.
fn fill(id: ProposalId, report: MilestoneReport, stakes: [Balance; MAX_REPORTS as usize]) {
    for (by, stake) in (0u8..).zip(stakes) {
        reach(id, 0, other(report, by.into()), &[(by, stake)]);
    }
}

/// Who has reported on the first milestone.
fn reporters(id: ProposalId) -> Vec<u8> {
    let all = Reports::<Test>::get(id, Subject::Milestone(0));
    (0..8)
        .filter(|by| all.iter().any(|report| report.evaluator == evaluator(*by)))
        .collect()
}

#[test]
fn a_milestone_should_be_paid_when_as_much_is_at_stake() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, PAYOUT / 2), (1, PAYOUT / 2)]);
        assert_eq!(pot(), 250);
    });
}

#[test]
fn a_milestone_should_not_be_paid_when_less_is_at_stake() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, PAYOUT / 2), (1, PAYOUT / 2 - 1)]);
        assert_eq!(pot(), 350);
    });
}

#[test]
fn a_milestone_should_not_be_paid_below_the_quorum_however_much_is_at_stake() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, 1_000 * PAYOUT)]);
        assert_eq!(pot(), 350);
    });
}

#[test]
fn a_milestone_should_be_paid_once_another_evaluator_adds_what_is_missing() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, 40), (1, 40), (2, 20)]);
        assert_eq!(pot(), 250);
    });
}

#[test]
fn the_stake_of_those_who_report_something_else_should_not_count() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, other(report, 1), &[(2, PAYOUT)]);
        reach(id, 0, report, &[(0, 40), (1, 40)]);
        assert_eq!(pot(), 350);
    });
}

#[test]
fn the_same_stake_should_not_stand_behind_two_milestones() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, 125), (1, 125)]);
        reach(id, 1, report, &[(0, 125), (1, 125)]);
        assert_eq!(pot(), 250);
    });
}

/// Expects that the last report on the first milestone was evaluator 1's, the second that says so, and that
/// `stake` planck are behind both.
#[track_caller]
fn assert_two_agree(id: ProposalId, report: MilestoneReport, stake: Balance) {
    assert_last(Event::EvaluationReported {
        proposal: id,
        subject: Subject::Milestone(0),
        evaluator: evaluator(1),
        finding: Finding::Milestone(report),
        agreeing: 2,
        stake,
        needed: PAYOUT,
    });
}

/// What an evaluator's stake stands behind, planck, in order of the proposals.
fn backings(by: u8) -> Vec<(ProposalId, Balance)> {
    Backings::<Test>::get(evaluator(by))
        .into_iter()
        .map(|backing| (backing.proposal, backing.amount))
        .collect()
}

#[test]
fn a_payment_should_have_each_evaluators_part_stand_behind_it() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, 60), (1, 90)]);
        assert_eq!(backings(0), [(id, 40)]);
        assert_eq!(backings(1), [(id, 60)]);
    });
}

#[test]
fn parts_should_be_rounded_up() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, 70), (1, 77)]);
        assert_eq!(backings(0), [(id, 48)]);
        assert_eq!(backings(1), [(id, 53)]);
    });
}

#[test]
fn nothing_should_stand_behind_a_report_without_a_quorum() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, 1_000)]);
        assert_eq!(backings(0), []);
    });
}

#[test]
fn a_further_payment_should_count_what_stands_behind_the_proposal_already() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, 175), (1, 175)]);
        reach(id, 1, report, &[(0, 175), (1, 175)]);
        assert_eq!(pot(), 0);
        assert_eq!(backings(0), [(id, 175)]);
    });
}

#[test]
fn the_same_stake_should_not_stand_behind_two_proposals() {
    run(|| {
        let (first, report) = start();
        reach(first, 0, report, &[(0, 75), (1, 75)]);
        let (second, report) = start();
        reach(second, 0, report, &[(0, 75), (1, 75)]);
        assert_two_agree(second, report, 50);
        assert_eq!(pot(), 250 + 350);
    });
}

#[test]
fn stake_should_be_free_again_when_its_time_is_over() {
    run(|| {
        let (first, report) = start();
        reach(first, 0, report, &[(0, 75), (1, 75)]);
        at(System::block_number() + BACKING_PERIOD);
        let (second, report) = start();
        reach(second, 0, report, &[(0, 75), (1, 75)]);
        assert_eq!(backings(0), [(second, 50)]);
    });
}

#[test]
fn stake_should_not_be_free_a_block_earlier() {
    run(|| {
        let (first, report) = start();
        reach(first, 0, report, &[(0, 75), (1, 75)]);
        let (second, report) = start();
        at(System::block_number() + BACKING_PERIOD - 1);
        reach(second, 0, report, &[(0, 75), (1, 75)]);
        assert_eq!(backings(0), [(first, 50)]);
    });
}

#[test]
fn stake_behind_as_many_proposals_as_it_can_should_count_as_none_for_another() {
    run(|| {
        for _ in 0..MAX_BACKINGS {
            let (id, report) = start();
            reach(id, 0, report, &[(0, 1_000), (1, 1_000)]);
        }
        let (id, report) = start();
        reach(id, 0, report, &[(0, 1_000), (1, 1_000)]);
        assert_two_agree(id, report, 0);
    });
}

#[test]
fn stake_behind_as_many_proposals_as_it_can_should_count_for_each_of_those() {
    run(|| {
        let mut last = start();
        reach(last.0, 0, last.1, &[(0, 1_000), (1, 1_000)]);
        for _ in 1..MAX_BACKINGS {
            last = start();
            reach(last.0, 0, last.1, &[(0, 1_000), (1, 1_000)]);
        }
        reach(last.0, 1, last.1, &[(0, 1_000), (1, 1_000)]);
        assert_eq!(backings(0).last(), Some(&(last.0, 175)));
    });
}

#[test]
fn a_repeated_report_should_be_counted_again_when_only_stake_was_missing() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, 40), (1, 40)]);
        EvaluatorTable::insert(evaluator(1), 60);
        assert_ok!(try_evaluate(0, id, 0, report));
        assert_eq!(pot(), 250);
    });
}

#[test]
fn a_repeated_report_should_fail_while_stake_is_missing() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, 40), (1, 40)]);
        assert_noop!(try_evaluate(0, id, 0, report), Error::<Test>::StakeTooLow);
    });
}

#[test]
fn a_report_should_tell_how_much_stake_is_missing() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, 40), (1, 41)]);
        assert_two_agree(id, report, 81);
    });
}

#[test]
fn a_report_should_take_the_place_of_the_one_with_the_least_stake() {
    run(|| {
        let (id, report) = start();
        fill(id, report, [50, 20, 10, 30]);
        reach(id, 0, report, &[(4, 11)]);
        assert_eq!(reporters(id), [0, 1, 3, 4]);
    });
}

#[test]
fn a_report_should_find_no_place_without_more_stake_than_another() {
    run(|| {
        let (id, report) = start();
        fill(id, report, [50, 20, 10, 30]);
        EvaluatorTable::insert(evaluator(4), 10);
        assert_noop!(
            try_evaluate(4, id, 0, report),
            Error::<Test>::TooManyReports
        );
    });
}

#[test]
fn a_report_should_take_the_place_of_who_is_no_longer_an_evaluator() {
    run(|| {
        let (id, report) = start();
        fill(id, report, [50, 20, 10, 30]);
        EvaluatorTable::remove(evaluator(0));
        reach(id, 0, report, &[(4, 1)]);
        assert_eq!(reporters(id), [1, 2, 3, 4]);
    });
}

#[test]
fn the_report_of_who_is_chilled_should_stay() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, STAKE)]);
        EvaluatorTable::remove(evaluator(0));
        reach(id, 0, other(report, 1), &[(1, STAKE)]);
        assert_eq!(reporters(id), [0, 1]);
    });
}

#[test]
fn the_report_of_who_was_chilled_should_count_once_it_acts_again() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, STAKE)]);
        EvaluatorTable::remove(evaluator(0));
        reach(id, 0, other(report, 1), &[(1, STAKE)]);
        EvaluatorTable::insert(evaluator(0), STAKE);
        reach(id, 0, report, &[(2, STAKE)]);
        assert_eq!(pot(), 250);
    });
}

#[test]
fn an_evaluator_should_have_no_try_more_by_being_chilled() {
    run(|| {
        let (id, report) = start();
        reach(id, 0, report, &[(0, STAKE)]);
        reach(id, 0, other(report, 1), &[(0, STAKE)]);
        EvaluatorTable::remove(evaluator(0));
        reach(id, 0, other(report, 2), &[(1, STAKE)]);
        EvaluatorTable::insert(evaluator(0), STAKE);
        assert_noop!(
            try_evaluate(0, id, 0, other(report, 2)),
            Error::<Test>::AlreadyRevised
        );
    });
}
