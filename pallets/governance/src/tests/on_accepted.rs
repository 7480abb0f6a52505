// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Bounties whose bar is acceptance.

use frame_support::assert_ok;
use openledger_primitives::{
    traits::{AcceptedContribution, OnAccepted},
    ContributionId, Ppm, H256,
};
use polkadot_sdk::*;

use super::{build::*, mock::*};
use crate::{ActiveBounties, Deadlines, Event, Kind, QualityBar, Rewards, Status, WeightInfo};

const ACCEPTED: QualityBar = QualityBar::Accepted;

#[test]
fn on_accepted_should_pay_the_contributor_for_each_row() {
    run(|| {
        let (_, datanet) = active_bounty(ACCEPTED);
        accepted(&ALICE, datanet, 7);
        assert_eq!(free(&ALICE), FUNDS + 7 * 5);
    });
}

#[test]
fn on_accepted_should_pay_from_the_pot() {
    run(|| {
        let (id, datanet) = active_bounty(ACCEPTED);
        accepted(&ALICE, datanet, 7);
        assert_eq!(pot(), 500 - 7 * 5);
        assert_eq!(proposal(id).funds.left(), 500 - 7 * 5);
    });
}

#[test]
fn on_accepted_should_write_the_reward_down() {
    run(|| {
        let (id, datanet) = active_bounty(ACCEPTED);
        let contribution = accepted(&ALICE, datanet, 7);
        assert_eq!(Rewards::<Test>::get(id, contribution), Some(35));
    });
}

#[test]
fn on_accepted_should_emit_an_event() {
    run(|| {
        let (id, datanet) = active_bounty(ACCEPTED);
        let contribution = accepted(&ALICE, datanet, 7);
        assert_last(Event::BountyPaid {
            proposal: id,
            contribution,
            contributor: ALICE,
            rows: 7,
            amount: 35,
        });
    });
}

#[test]
fn on_accepted_should_pay_the_last_contribution_for_the_rows_that_the_pot_has_money_for() {
    run(|| {
        let (_, datanet) = active_bounty(ACCEPTED);
        accepted(&ALICE, datanet, 97);
        accepted(&BOB, datanet, 10);
        assert_eq!(free(&BOB), FUNDS + 3 * 5);
    });
}

#[test]
fn on_accepted_should_end_the_bounty_when_the_pot_is_empty() {
    run(|| {
        let (id, datanet) = active_bounty(ACCEPTED);
        accepted(&ALICE, datanet, 100);
        assert_eq!(proposal(id).status, Status::Completed);
        assert_eq!(ActiveBounties::<Test>::get(datanet), None);
        assert_eq!(Deadlines::<Test>::iter().count(), 0);
    });
}

#[test]
fn on_accepted_should_return_what_does_not_pay_for_a_row_to_the_treasury() {
    run(|| {
        let datanet = datanet();
        let mut bounty = bounty(datanet, ACCEPTED);
        bounty.pot = 503;
        enacted(Kind::DatanetBounty(bounty));
        at(2);
        accepted(&ALICE, datanet, 100);
        assert_eq!((free(&TREASURY), pot()), (TREASURY_FUNDS - 500, 0));
    });
}

#[test]
fn on_accepted_should_pay_nothing_after_the_pot_is_empty() {
    run(|| {
        let (_, datanet) = active_bounty(ACCEPTED);
        accepted(&ALICE, datanet, 100);
        accepted(&BOB, datanet, 1);
        assert_eq!(free(&BOB), FUNDS);
    });
}

#[test]
fn on_accepted_should_let_the_datanet_have_another_bounty_afterwards() {
    run(|| {
        let (_, datanet) = active_bounty(ACCEPTED);
        accepted(&ALICE, datanet, 100);
        let id = enacted(Kind::DatanetBounty(bounty(datanet, ACCEPTED)));
        assert_eq!(proposal(id).status, Status::Active);
    });
}

#[test]
fn on_accepted_should_pay_nothing_for_what_came_in_before_the_start() {
    run(|| {
        let datanet = datanet();
        let contribution = contribute(&ALICE, datanet, 7);
        at(2);
        enacted(Kind::DatanetBounty(bounty(datanet, ACCEPTED)));
        at(3);
        accept(contribution);
        assert_eq!(free(&ALICE), FUNDS);
    });
}

#[test]
fn on_accepted_should_pay_nothing_for_what_came_in_in_the_block_of_the_start() {
    run(|| {
        let datanet = datanet();
        enacted(Kind::DatanetBounty(bounty(datanet, ACCEPTED)));
        accepted(&ALICE, datanet, 7);
        assert_eq!(free(&ALICE), FUNDS);
    });
}

#[test]
fn on_accepted_should_pay_nothing_from_the_end_on() {
    run(|| {
        let (_, datanet) = active_bounty(ACCEPTED);
        at(50);
        accepted(&ALICE, datanet, 7);
        assert_eq!(free(&ALICE), FUNDS);
    });
}

#[test]
fn on_accepted_should_pay_until_the_block_before_the_end() {
    run(|| {
        let (_, datanet) = active_bounty(ACCEPTED);
        at(49);
        accepted(&ALICE, datanet, 7);
        assert_eq!(free(&ALICE), FUNDS + 35);
    });
}

#[test]
fn on_accepted_should_pay_nothing_for_another_datanet() {
    run(|| {
        active_bounty(ACCEPTED);
        let other = datanet();
        accepted(&ALICE, other, 7);
        assert_eq!(free(&ALICE), FUNDS);
    });
}

#[test]
fn on_accepted_should_pay_nothing_for_what_is_rejected() {
    run(|| {
        let (_, datanet) = active_bounty(ACCEPTED);
        let contribution = contribute(&ALICE, datanet, 7);
        assert_ok!(Datanets::reject_contribution(
            signed(OWNER),
            contribution,
            openledger_primitives::views::RejectReason::LowQuality,
            H256::zero()
        ));
        assert_eq!((free(&ALICE), pot()), (FUNDS, 500));
    });
}

#[test]
fn on_accepted_should_wait_for_a_score_when_that_is_the_bar() {
    run(|| {
        let (_, datanet) = active_bounty(QualityBar::Score(Ppm(500_000)));
        accepted(&ALICE, datanet, 7);
        assert_eq!((free(&ALICE), pot()), (FUNDS, 500));
    });
}

/// As Datanets tell of an acceptance.
fn tell(datanet: openledger_primitives::DatanetId, contributor: openledger_primitives::AccountId) {
    let accepted = AcceptedContribution {
        datanet,
        index: 0,
        contributor,
        rows: 1,
        contributed_at: 2,
    };
    AiGovernance::on_accepted(ContributionId(70), &accepted);
}

#[test]
fn on_accepted_should_pay_once_even_if_it_is_told_twice() {
    run(|| {
        let (_, datanet) = active_bounty(ACCEPTED);
        tell(datanet, ALICE);
        tell(datanet, ALICE);
        assert_eq!(free(&ALICE), FUNDS + 5);
    });
}

#[test]
fn on_accepted_should_keep_the_money_when_the_contributor_cannot_be_paid() {
    run(|| {
        let (id, datanet) = active_bounty(ACCEPTED);
        // 5 planck are below the existential deposit of an account that is not there.
        tell(datanet, STRANGER);
        assert_eq!((pot(), proposal(id).funds.paid), (500, 0));
    });
}

#[test]
fn on_accepted_should_tell_when_the_contributor_cannot_be_paid() {
    run(|| {
        let (id, datanet) = active_bounty(ACCEPTED);
        tell(datanet, STRANGER);
        assert_last(Event::BountyPaymentFailed {
            proposal: id,
            contribution: ContributionId(70),
            error: sp_runtime::TokenError::CannotCreate.into(),
        });
    });
}

#[test]
fn on_accepted_should_weigh_what_its_benchmark_measured() {
    assert_eq!(
        <AiGovernance as OnAccepted>::weight(),
        TestWeights::on_accepted()
    );
}
