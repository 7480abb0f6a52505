// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{AdapterId, ProposalId, VersionRef, H256};
use polkadot_sdk::*;
use sp_runtime::DispatchError;

use super::{build::*, mock::*};
use crate::{
    Deadlines, Error, Event, Finding, Kind, MilestoneReport, MilestoneState, QualityBar, Status,
    Subject, Threshold,
};

/// A grant with milestones of 100 until block 50 and 250 until block 60, the version that both are
/// measured on, and an adapter of the developer.
fn start() -> (ProposalId, VersionRef, AdapterId) {
    let version = version();
    let adapter = adapter(&DEVELOPER);
    let id = enacted(grant(vec![
        milestone(version, 100, 50),
        milestone(version, 250, 60),
    ]));
    (id, version, adapter)
}

/// The developer's free balance once its adapter is registered.
fn before() -> u128 {
    FUNDS - 20
}

/// Lets two evaluators report the same on a milestone.
fn reach(id: ProposalId, number: u8, report: MilestoneReport) {
    assert_ok!(try_evaluate(0, id, number, report));
    assert_ok!(try_evaluate(1, id, number, report));
}

#[test]
fn submit_evaluation_should_pay_the_beneficiary_once_a_quorum_agrees() {
    run(|| {
        let (id, version, adapter) = start();
        reach(id, 0, report(adapter, version, 950_000));
        assert_eq!((free(&DEVELOPER), pot()), (before() + 100, 250));
    });
}

#[test]
fn submit_evaluation_should_pay_milestones_in_any_order() {
    run(|| {
        let (id, version, adapter) = start();
        reach(id, 1, report(adapter, version, 950_000));
        assert_eq!((free(&DEVELOPER), pot()), (before() + 250, 100));
    });
}

#[test]
fn submit_evaluation_should_keep_what_the_milestone_was_paid_for() {
    run(|| {
        let (id, version, adapter) = start();
        let report = report(adapter, version, 950_000);
        reach(id, 0, report);
        assert_eq!(
            proposal(id).milestones.to_vec(),
            [MilestoneState::Paid(report), MilestoneState::Open]
        );
    });
}

#[test]
fn submit_evaluation_should_complete_the_grant_with_the_last_milestone() {
    run(|| {
        let (id, version, adapter) = start();
        reach(id, 0, report(adapter, version, 950_000));
        reach(id, 1, report(adapter, version, 950_000));
        assert_eq!(proposal(id).status, Status::Completed);
        assert_eq!(Deadlines::<Test>::iter().count(), 0);
    });
}

#[test]
fn submit_evaluation_should_emit_an_event_with_the_payment() {
    run(|| {
        let (id, version, adapter) = start();
        let report = report(adapter, version, 950_000);
        reach(id, 0, report);
        assert_last(Event::MilestonePaid {
            proposal: id,
            milestone: 0,
            report,
            beneficiary: DEVELOPER,
            amount: 100,
        });
    });
}

#[test]
fn submit_evaluation_should_emit_an_event_with_each_report() {
    run(|| {
        let (id, version, adapter) = start();
        let report = report(adapter, version, 950_000);
        assert_ok!(try_evaluate(3, id, 1, report));
        assert_last(Event::EvaluationReported {
            proposal: id,
            subject: Subject::Milestone(1),
            evaluator: evaluator(3),
            finding: Finding::Milestone(report),
            agreeing: 1,
            stake: STAKE,
            needed: 250,
        });
    });
}

#[test]
fn submit_evaluation_should_pay_nothing_below_the_quorum() {
    run(|| {
        let (id, version, adapter) = start();
        assert_ok!(try_evaluate(0, id, 0, report(adapter, version, 950_000)));
        assert_eq!((free(&DEVELOPER), pot()), (before(), 350));
    });
}

#[test]
fn submit_evaluation_should_not_count_another_value_as_agreement() {
    run(|| {
        let (id, version, adapter) = start();
        assert_ok!(try_evaluate(0, id, 0, report(adapter, version, 950_000)));
        assert_ok!(try_evaluate(1, id, 0, report(adapter, version, 950_001)));
        assert_eq!(pot(), 350);
    });
}

#[test]
fn submit_evaluation_should_not_count_another_hash_as_agreement() {
    run(|| {
        let (id, version, adapter) = start();
        let report = report(adapter, version, 950_000);
        let other = MilestoneReport {
            report: H256::repeat_byte(1),
            ..report
        };
        assert_ok!(try_evaluate(0, id, 0, report));
        assert_ok!(try_evaluate(1, id, 0, other));
        assert_eq!(pot(), 350);
    });
}

#[test]
fn submit_evaluation_should_not_count_another_adapter_as_agreement() {
    run(|| {
        let (id, version, first) = start();
        let second = adapter(&DEVELOPER);
        assert_ok!(try_evaluate(0, id, 0, report(first, version, 950_000)));
        assert_ok!(try_evaluate(1, id, 0, report(second, version, 950_000)));
        assert_eq!(pot(), 350);
    });
}

#[test]
fn submit_evaluation_should_not_count_reports_on_another_milestone() {
    run(|| {
        let (id, version, adapter) = start();
        assert_ok!(try_evaluate(0, id, 0, report(adapter, version, 950_000)));
        assert_ok!(try_evaluate(1, id, 1, report(adapter, version, 950_000)));
        assert_eq!(pot(), 350);
    });
}

#[test]
fn submit_evaluation_should_fail_for_the_same_report_again() {
    run(|| {
        let (id, version, adapter) = start();
        let report = report(adapter, version, 950_000);
        assert_ok!(try_evaluate(0, id, 0, report));
        assert_noop!(try_evaluate(0, id, 0, report), Error::<Test>::SameReport);
    });
}

#[test]
fn submit_evaluation_should_let_an_evaluator_replace_a_report() {
    run(|| {
        let (id, version, adapter) = start();
        let report = |value| report(adapter, version, value);
        assert_ok!(try_evaluate(0, id, 0, report(950_000)));
        assert_ok!(try_evaluate(0, id, 0, report(940_000)));
        assert_ok!(try_evaluate(1, id, 0, report(940_000)));
        assert_eq!(pot(), 250);
    });
}

#[test]
fn submit_evaluation_should_no_longer_count_a_replaced_report() {
    run(|| {
        let (id, version, adapter) = start();
        let report = |value| report(adapter, version, value);
        assert_ok!(try_evaluate(0, id, 0, report(950_000)));
        assert_ok!(try_evaluate(0, id, 0, report(940_000)));
        assert_ok!(try_evaluate(1, id, 0, report(950_000)));
        assert_eq!(pot(), 350);
    });
}

#[test]
fn submit_evaluation_should_fail_to_replace_a_report_twice() {
    run(|| {
        let (id, version, adapter) = start();
        let report = |value| report(adapter, version, value);
        assert_ok!(try_evaluate(0, id, 0, report(950_000)));
        assert_ok!(try_evaluate(0, id, 0, report(940_000)));
        assert_noop!(
            try_evaluate(0, id, 0, report(950_000)),
            Error::<Test>::AlreadyRevised
        );
    });
}

#[test]
fn submit_evaluation_should_not_count_who_is_no_longer_an_evaluator() {
    run(|| {
        let (id, version, adapter) = start();
        let report = report(adapter, version, 950_000);
        assert_ok!(try_evaluate(0, id, 0, report));
        EvaluatorTable::remove(evaluator(0));
        assert_ok!(try_evaluate(1, id, 0, report));
        assert_eq!(pot(), 350);
    });
}

#[test]
fn submit_evaluation_should_fail_for_who_is_no_evaluator() {
    run(|| {
        let (id, version, adapter) = start();
        assert_noop!(
            try_evaluate(9, id, 0, report(adapter, version, 950_000)),
            Error::<Test>::NotEvaluator
        );
    });
}

#[test]
fn submit_evaluation_should_fail_for_the_beneficiary() {
    run(|| {
        let (id, version, adapter) = start();
        EvaluatorTable::insert(DEVELOPER, STAKE);
        let report = report(adapter, version, 950_000);
        assert_noop!(
            AiGovernance::submit_evaluation(signed(DEVELOPER), id, 0, report),
            Error::<Test>::OwnWork
        );
    });
}

#[test]
fn submit_evaluation_should_fail_below_the_threshold() {
    run(|| {
        let (id, version, adapter) = start();
        assert_noop!(
            try_evaluate(0, id, 0, report(adapter, version, 899_999)),
            Error::<Test>::BelowThreshold
        );
    });
}

#[test]
fn submit_evaluation_should_take_a_value_at_the_threshold() {
    run(|| {
        let (id, version, adapter) = start();
        assert_ok!(try_evaluate(0, id, 0, report(adapter, version, 900_000)));
    });
}

#[test]
fn submit_evaluation_should_fail_above_a_threshold_where_less_is_better() {
    run(|| {
        let version = version();
        let adapter = adapter(&DEVELOPER);
        let mut milestone = milestone(version, 100, 50);
        milestone.threshold = Threshold::AtMost(12_500_000);
        let id = enacted(grant(vec![milestone]));
        assert_ok!(try_evaluate(0, id, 0, report(adapter, version, 12_500_000)));
        assert_noop!(
            try_evaluate(1, id, 0, report(adapter, version, 12_500_001)),
            Error::<Test>::BelowThreshold
        );
    });
}

#[test]
fn submit_evaluation_should_fail_for_another_evaluation_version() {
    run(|| {
        let (id, version, adapter) = start();
        let other = VersionRef {
            number: 2,
            ..version
        };
        assert_noop!(
            try_evaluate(0, id, 0, report(adapter, other, 950_000)),
            Error::<Test>::WrongEvaluation
        );
    });
}

#[test]
fn submit_evaluation_should_fail_for_another_developers_adapter() {
    run(|| {
        let (id, version, _) = start();
        let other = adapter(&ALICE);
        assert_noop!(
            try_evaluate(0, id, 0, report(other, version, 950_000)),
            Error::<Test>::NotBeneficiarysAdapter
        );
    });
}

#[test]
fn submit_evaluation_should_fail_for_an_unknown_adapter() {
    run(|| {
        let (id, version, _) = start();
        assert_noop!(
            try_evaluate(0, id, 0, report(AdapterId(9), version, 950_000)),
            Error::<Test>::UnknownAdapter
        );
    });
}

#[test]
fn submit_evaluation_should_fail_from_the_deadline_on() {
    run(|| {
        let (id, version, adapter) = start();
        at(50);
        assert_noop!(
            try_evaluate(0, id, 0, report(adapter, version, 950_000)),
            Error::<Test>::DeadlinePassed
        );
    });
}

#[test]
fn submit_evaluation_should_fail_for_a_paid_milestone() {
    run(|| {
        let (id, version, adapter) = start();
        let report = report(adapter, version, 950_000);
        reach(id, 0, report);
        assert_noop!(
            try_evaluate(2, id, 0, report),
            Error::<Test>::MilestoneClosed
        );
    });
}

#[test]
fn submit_evaluation_should_fail_for_an_unknown_milestone() {
    run(|| {
        let (id, version, adapter) = start();
        assert_noop!(
            try_evaluate(0, id, 2, report(adapter, version, 950_000)),
            Error::<Test>::UnknownMilestone
        );
    });
}

#[test]
fn submit_evaluation_should_fail_before_the_enactment() {
    run(|| {
        let version = version();
        let adapter = adapter(&DEVELOPER);
        let id = submit(grant(vec![milestone(version, 100, 50)]));
        assert_noop!(
            try_evaluate(0, id, 0, report(adapter, version, 950_000)),
            Error::<Test>::NotActiveGrant
        );
    });
}

#[test]
fn submit_evaluation_should_fail_for_what_is_no_grant() {
    run(|| {
        let (_, version, adapter) = start();
        let bounty = bounty(datanet(), QualityBar::Accepted);
        let id = enacted(Kind::DatanetBounty(bounty));
        assert_noop!(
            try_evaluate(0, id, 0, report(adapter, version, 950_000)),
            Error::<Test>::NotActiveGrant
        );
    });
}

#[test]
fn submit_evaluation_should_fail_for_an_unknown_proposal() {
    run(|| {
        let (_, version, adapter) = start();
        assert_noop!(
            try_evaluate(0, ProposalId(9), 0, report(adapter, version, 950_000)),
            Error::<Test>::UnknownProposal
        );
    });
}

#[test]
fn submit_evaluation_should_refuse_the_root() {
    run(|| {
        let (id, version, adapter) = start();
        let report = report(adapter, version, 950_000);
        assert_noop!(
            AiGovernance::submit_evaluation(RuntimeOrigin::root(), id, 0, report),
            DispatchError::BadOrigin
        );
    });
}
