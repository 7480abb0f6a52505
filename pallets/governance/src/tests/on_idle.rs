// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{
    traits::Hooks,
    weights::{constants::RocksDbWeight, Weight},
};
use openledger_primitives::BlockNumber;
use polkadot_sdk::*;

use super::{build::*, mock::*};
use crate::{Deadlines, Event, Kind, QualityBar, Status, WeightInfo};

/// A bounty of 500 on a new Datanet that ends at `ends_at`.
fn bounty_until(ends_at: BlockNumber) -> openledger_primitives::ProposalId {
    let mut bounty = bounty(datanet(), QualityBar::Accepted);
    bounty.ends_at = ends_at;
    enacted(Kind::DatanetBounty(bounty))
}

/// The weight of concluding `count` proposals and looking for the next.
fn weight_of(count: u64) -> Weight {
    let look = RocksDbWeight::get().reads(1);
    let step = TestWeights::conclude(crate::types::MAX_MILESTONES) + look;
    step * count + look
}

#[test]
fn on_idle_should_end_a_bounty_at_its_end() {
    run(|| {
        let id = bounty_until(50);
        idle_at(50);
        assert_eq!(proposal(id).status, Status::Completed);
        assert_eq!(free(&TREASURY), TREASURY_FUNDS);
    });
}

#[test]
fn on_idle_should_leave_a_bounty_before_its_end() {
    run(|| {
        let id = bounty_until(50);
        idle_at(49);
        assert_eq!(proposal(id).status, Status::Active);
    });
}

#[test]
fn on_idle_should_refund_a_milestone_at_its_deadline() {
    run(|| {
        let version = version();
        enacted(grant(vec![
            milestone(version, 100, 20),
            milestone(version, 250, 60),
        ]));
        idle_at(20);
        assert_eq!(pot(), 250);
    });
}

#[test]
fn on_idle_should_refund_milestones_with_the_same_deadline_together() {
    run(|| {
        let version = version();
        let id = enacted(grant(vec![
            milestone(version, 100, 20),
            milestone(version, 250, 20),
        ]));
        idle_at(20);
        assert_eq!(proposal(id).status, Status::Completed);
    });
}

#[test]
fn on_idle_should_catch_up_after_blocks_without_weight() {
    run(|| {
        let (first, second) = (bounty_until(20), bounty_until(30));
        idle_at(45);
        assert_eq!(proposal(first).status, Status::Completed);
        assert_eq!(proposal(second).status, Status::Completed);
    });
}

#[test]
fn on_idle_should_take_the_earliest_first_when_the_weight_is_short() {
    run(|| {
        let (late, early) = (bounty_until(300), bounty_until(30));
        at(300);
        AiGovernance::on_idle(300, weight_of(1));
        assert_eq!(proposal(early).status, Status::Completed);
        assert_eq!(proposal(late).status, Status::Active);
    });
}

#[test]
fn on_idle_should_do_nothing_without_weight() {
    run(|| {
        let id = bounty_until(20);
        at(20);
        assert_eq!(AiGovernance::on_idle(20, Weight::zero()), Weight::zero());
        assert_eq!(proposal(id).status, Status::Active);
    });
}

#[test]
fn on_idle_should_tell_the_weight_that_it_used() {
    run(|| {
        bounty_until(20);
        bounty_until(20);
        assert_eq!(idle_at(20), weight_of(2));
    });
}

#[test]
fn on_idle_should_cost_one_look_when_nothing_is_due() {
    run(|| {
        bounty_until(50);
        assert_eq!(idle_at(20), weight_of(0));
    });
}

#[test]
fn on_idle_should_go_on_after_what_it_cannot_conclude() {
    run(|| {
        let (broken, sound) = (bounty_until(20), bounty_until(30));
        // More than the pot holds.
        crate::Proposals::<Test>::mutate(broken, |proposal| {
            proposal.as_mut().expect("it exists").funds.granted = 5_000;
        });
        idle_at(30);
        assert_eq!(proposal(broken).status, Status::Active);
        assert_eq!(proposal(sound).status, Status::Completed);
        // As it was, for the invariants.
        crate::Proposals::<Test>::mutate(broken, |proposal| {
            proposal.as_mut().expect("it exists").funds.granted = 500;
        });
    });
}

#[test]
fn on_idle_should_tell_of_what_it_cannot_conclude() {
    new_test_ext().execute_with(|| {
        let broken = bounty_until(20);
        crate::Proposals::<Test>::mutate(broken, |proposal| {
            proposal.as_mut().expect("it exists").funds.granted = 5_000;
        });
        idle_at(20);
        assert!(matches!(
            events().last(),
            Some(Event::ConclusionFailed { proposal, .. }) if *proposal == broken
        ));
        assert_eq!(Deadlines::<Test>::iter().count(), 1);
    });
}
