// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{Ppm, ProposalId};
use polkadot_sdk::*;
use sp_runtime::DispatchError;

use super::{build::*, mock::*};
use crate::{Error, Event, QualityBar, Reports};

/// A bounty with one report on each of three contributions, on which nobody agreed.
fn with_reports() -> ProposalId {
    let (id, datanet) = active_bounty(QualityBar::Score(Ppm(500_000)));
    for _ in 0..3 {
        let contribution = accepted(&ALICE, datanet, 1);
        assert_ok!(try_score(0, id, contribution, score(600_000)));
    }
    id
}

fn ended() -> ProposalId {
    let id = with_reports();
    idle_at(50);
    id
}

fn left(id: ProposalId) -> usize {
    Reports::<Test>::iter_prefix(id).count()
}

#[test]
fn prune_reports_should_delete_what_no_quorum_agreed_on() {
    run(|| {
        let id = ended();
        assert_ok!(AiGovernance::prune_reports(signed(STRANGER), id, 10));
        assert_eq!(left(id), 0);
    });
}

#[test]
fn prune_reports_should_delete_no_more_than_the_limit() {
    run(|| {
        let id = ended();
        assert_ok!(AiGovernance::prune_reports(signed(STRANGER), id, 2));
        assert_eq!(left(id), 1);
    });
}

#[test]
fn prune_reports_should_leave_other_proposals_alone() {
    run(|| {
        let (id, other) = (ended(), with_bounty_that_runs());
        assert_ok!(AiGovernance::prune_reports(signed(STRANGER), id, 10));
        assert_eq!(left(other), 1);
    });
}

/// Another bounty, with one report, that still runs.
fn with_bounty_that_runs() -> ProposalId {
    let datanet = datanet();
    let mut bounty = bounty(datanet, QualityBar::Score(Ppm(500_000)));
    bounty.ends_at = 500;
    let id = enacted(crate::Kind::DatanetBounty(bounty));
    at(51);
    let contribution = accepted(&ALICE, datanet, 1);
    assert_ok!(try_score(0, id, contribution, score(600_000)));
    id
}

#[test]
fn prune_reports_should_emit_an_event() {
    run(|| {
        let id = ended();
        assert_ok!(AiGovernance::prune_reports(signed(STRANGER), id, 2));
        assert_last(Event::ReportsPruned {
            proposal: id,
            subjects: 2,
        });
    });
}

#[test]
fn prune_reports_should_fail_while_the_bounty_runs() {
    run(|| {
        let id = with_reports();
        assert_noop!(
            AiGovernance::prune_reports(signed(STRANGER), id, 10),
            Error::<Test>::NotCompleted
        );
    });
}

#[test]
fn prune_reports_should_fail_when_there_are_none() {
    run(|| {
        let id = enacted(crate::Kind::ListBaseModel(listing(1)));
        assert_noop!(
            AiGovernance::prune_reports(signed(STRANGER), id, 10),
            Error::<Test>::NothingToPrune
        );
    });
}

#[test]
fn prune_reports_should_fail_for_an_unknown_proposal() {
    run(|| {
        assert_noop!(
            AiGovernance::prune_reports(signed(STRANGER), ProposalId(0), 10),
            Error::<Test>::UnknownProposal
        );
    });
}

#[test]
fn prune_reports_should_refuse_the_root() {
    run(|| {
        let id = ended();
        assert_noop!(
            AiGovernance::prune_reports(RuntimeOrigin::root(), id, 10),
            DispatchError::BadOrigin
        );
    });
}
