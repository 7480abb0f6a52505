// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `try_state` notices what no call does.

use frame_support::traits::{
    fungible::{MutateHold, UnbalancedHold},
    tokens::Precision,
};
use openledger_primitives::{Ppm, ProposalId};
use polkadot_sdk::*;

use super::{build::*, mock::*};
use crate::{
    ActiveBounties, Backing, Backings, Deadlines, Due, Finding, HoldReason, MilestoneState,
    NextProposalId, Proposal, Proposals, QualityBar, Reports, Rewards, SignedReport, Status,
    Subject,
};

fn change(id: ProposalId, change: impl FnOnce(&mut Proposal)) {
    Proposals::<Test>::mutate(id, |slot| change(slot.as_mut().expect("it exists")));
}

/// What `try_state` says once `damage` is done to a chain with a bounty.
fn after(damage: impl FnOnce(ProposalId)) -> Result<(), &'static str> {
    new_test_ext().execute_with(|| {
        let (id, datanet) = active_bounty(QualityBar::Score(Ppm(1)));
        let contribution = accepted(&ALICE, datanet, 1);
        try_score(0, id, contribution, score(5)).expect("the score is valid");
        submit(crate::Kind::ListBaseModel(listing(1)));
        AiGovernance::do_try_state().expect("nothing is damaged");
        damage(id);
        AiGovernance::do_try_state().map_err(|error| error.into())
    })
}

#[test]
fn try_state_should_notice_money_that_is_missing_from_the_pot() {
    let result = after(|_| {
        let reason = HoldReason::Funding.into();
        Balances::decrease_balance_on_hold(&reason, &AiGovernance::pot(), 1, Precision::Exact)
            .expect("the pot has money");
    });
    assert_eq!(
        result,
        Err("the pot does not hold what the proposals have left")
    );
}

#[test]
fn try_state_should_notice_a_deposit_that_is_not_on_hold() {
    let result = after(|_| {
        let reason = HoldReason::ProposalDeposit.into();
        Balances::release(&reason, &PROPOSER, 1, Precision::Exact).expect("there is a deposit");
    });
    assert_eq!(
        result,
        Err("the hold for deposits is not the sum of the deposits")
    );
}

#[test]
fn try_state_should_notice_a_deposit_of_a_decided_proposal() {
    let result = after(|id| change(id, |proposal| proposal.deposit = 1));
    assert_eq!(result, Err("a decided proposal has a deposit"));
}

#[test]
fn try_state_should_notice_a_history_that_ends_otherwise() {
    let result = after(|id| {
        change(id, |proposal| {
            proposal.history.pop();
        });
    });
    assert_eq!(result, Err("a history does not end with the status"));
}

#[test]
fn try_state_should_notice_money_of_a_completed_proposal() {
    let result = after(|id| {
        change(id, |proposal| {
            proposal
                .advance(9, Status::Completed)
                .expect("the history has room");
        });
    });
    assert_eq!(result, Err("a proposal that is not active has money"));
}

#[test]
fn try_state_should_notice_a_reward_that_was_not_paid() {
    let result = after(|id| {
        Rewards::<Test>::insert(id, openledger_primitives::ContributionId(40), 5);
    });
    assert_eq!(result, Err("a bounty's rewards are not what it paid"));
}

#[test]
fn try_state_should_notice_spending_above_the_grant() {
    let result = after(|id| change(id, |proposal| proposal.funds.paid = 501));
    assert_eq!(result, Err("a proposal spent more than it was granted"));
}

#[test]
fn try_state_should_notice_a_missing_deadline() {
    let result = after(|id| Deadlines::<Test>::remove(Due::new(50, id, 0)));
    assert_eq!(result, Err("the deadlines are not those of the proposals"));
}

#[test]
fn try_state_should_notice_an_active_bounty_of_no_proposal() {
    let result = after(|id| {
        ActiveBounties::<Test>::insert(openledger_primitives::DatanetId(40), id);
    });
    assert_eq!(
        result,
        Err("the active bounties are not those of the proposals")
    );
}

#[test]
fn try_state_should_notice_an_identifier_that_was_not_given_out() {
    let result = after(|_| NextProposalId::<Test>::put(ProposalId(1)));
    assert_eq!(result, Err("a proposal's identifier was not given out"));
}

#[test]
fn try_state_should_notice_an_evaluator_that_reported_twice() {
    let result = after(|id| {
        let subject = Subject::Contribution(openledger_primitives::ContributionId(0));
        Reports::<Test>::mutate(id, subject, |reports| {
            let again = SignedReport {
                evaluator: evaluator(0),
                finding: Finding::Score(score(6)),
                revised: false,
            };
            reports.try_push(again).expect("there is room");
        });
    });
    assert_eq!(result, Err("an evaluator reported twice"));
}

/// What `try_state` says of stake behind a bounty that has paid nothing.
fn backed(amounts: &[(u32, u128)]) -> Result<(), &'static str> {
    after(|id| {
        let backings = amounts.iter().map(|(other, amount)| Backing {
            proposal: ProposalId(id.0 + other),
            amount: *amount,
            until: 9,
        });
        let backings: Vec<_> = backings.collect();
        Backings::<Test>::insert(
            evaluator(0),
            frame_support::BoundedVec::truncate_from(backings),
        );
    })
}

#[test]
fn try_state_should_notice_damaged_backings() {
    for (amounts, error) in [
        (&[][..], "a list of backings is empty"),
        (&[(0, 1), (0, 1)], "stake stands behind a proposal twice"),
        (&[(0, 0)], "no stake stands behind a proposal that is named"),
        (&[(7, 1)], "stake stands behind no proposal"),
        (
            &[(0, 1)],
            "more stake stands behind a proposal than it has paid",
        ),
    ] {
        assert_eq!(backed(amounts), Err(error));
    }
}

#[test]
fn try_state_should_notice_milestones_that_do_not_add_up() {
    new_test_ext().execute_with(|| {
        let version = version();
        let id = enacted(grant(vec![
            milestone(version, 100, 50),
            milestone(version, 250, 60),
        ]));
        change(id, |proposal| {
            proposal.milestones[0] = MilestoneState::Refunded;
        });
        assert_eq!(
            AiGovernance::do_try_state(),
            Err("a grant has not left what its open milestones pay".into())
        );
    });
}
