// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use openledger_primitives::{Balance, ContributionId, DatanetId, Ppm, ProposalId, VersionRef};

use super::build::*;
use crate::{Due, Funds, Kind, QualityBar, Threshold};

#[test]
fn due_should_be_ordered_as_its_bytes() {
    let dues = [
        Due::new(1, ProposalId(700), 3),
        Due::new(2, ProposalId(0), 0),
        Due::new(255, ProposalId(1), 0),
        Due::new(256, ProposalId(0), 1),
        Due::new(256, ProposalId(0), 2),
        Due::new(256, ProposalId(65_536), 0),
        Due::new(u32::MAX, ProposalId(0), 0),
    ];
    let encoded: Vec<_> = dues.iter().map(codec::Encode::encode).collect();
    assert!(encoded.is_sorted());
    assert!(dues.is_sorted());
}

#[test]
fn due_should_give_back_what_it_is_made_of() {
    let due = Due::new(0x0102_0304, ProposalId(0x0506_0708), 9);
    assert_eq!(
        (due.at(), due.proposal()),
        (0x0102_0304, ProposalId(0x0506_0708))
    );
}

#[test]
fn at_least_should_be_reached_from_the_threshold_up() {
    let reached = [9, 10, 11].map(|value| Threshold::AtLeast(10).is_reached(value));
    assert_eq!(reached, [false, true, true]);
}

#[test]
fn at_most_should_be_reached_from_the_threshold_down() {
    let reached = [9, 10, 11].map(|value| Threshold::AtMost(10).is_reached(value));
    assert_eq!(reached, [true, true, false]);
}

#[test]
fn amount_should_be_the_sum_of_a_grants_payouts() {
    let version = VersionRef {
        datanet: DatanetId(0),
        number: 1,
    };
    let kind = grant(vec![milestone(version, 3, 9), milestone(version, 4, 9)]);
    assert_eq!(kind.amount(), Some(7));
}

#[test]
fn amount_should_not_wrap_around() {
    let version = VersionRef {
        datanet: DatanetId(0),
        number: 1,
    };
    let kind = grant(vec![
        milestone(version, Balance::MAX, 9),
        milestone(version, 1, 9),
    ]);
    assert_eq!(kind.amount(), None);
}

#[test]
fn amount_should_be_a_bountys_pot() {
    let bounty = bounty(DatanetId(0), QualityBar::Score(Ppm(1)));
    assert_eq!(Kind::DatanetBounty(bounty).amount(), Some(500));
}

#[test]
fn left_should_be_what_is_neither_paid_nor_refunded() {
    let funds = Funds {
        granted: 10,
        paid: 3,
        refunded: 5,
    };
    assert_eq!(funds.left(), 2);
}

#[test]
fn subjects_should_not_collide() {
    use crate::Subject;
    use codec::Encode;
    let milestone = Subject::Milestone(0).encode();
    assert_ne!(milestone, Subject::Contribution(ContributionId(0)).encode());
}
