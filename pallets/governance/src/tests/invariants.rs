// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Random interleavings of calls, acceptances and time, with the invariants checked after each.

use std::collections::BTreeMap;

use frame_support::traits::fungible::Inspect;
use openledger_primitives::{AccountId, Balance, ProposalId};
use polkadot_sdk::*;
use proptest::prelude::*;

use super::{build::*, mock::*, steps::*};
use crate::{CloseReason, Kind, MilestoneState, Proposal, Proposals, QualityBar, Rewards, Status};

/// What the proposals say that each account was paid and lost.
#[derive(Default)]
struct Paid {
    to: BTreeMap<AccountId, Balance>,
    forfeited_by: BTreeMap<AccountId, Balance>,
    granted: Balance,
    refunded: Balance,
}

fn paid() -> Paid {
    let mut paid = Paid::default();
    for (id, proposal) in Proposals::<Test>::iter() {
        paid.granted += proposal.funds.granted;
        paid.refunded += proposal.funds.refunded;
        if proposal.status == Status::Closed(CloseReason::Killed) {
            *paid.forfeited_by.entry(proposal.proposer).or_default() += DEPOSIT;
        }
        if let Kind::ModelGrant(grant) = &proposal.kind {
            for (milestone, state) in grant.milestones.iter().zip(&proposal.milestones) {
                if matches!(state, MilestoneState::Paid(_)) {
                    *paid.to.entry(grant.beneficiary.clone()).or_default() += milestone.payout;
                }
            }
        }
        for (contribution, reward) in Rewards::<Test>::iter_prefix(id) {
            let record = pallet_datanets::Contributions::<Test>::get(contribution)
                .expect("only accepted contributions are paid");
            *paid.to.entry(record.contributor).or_default() += reward;
        }
    }
    paid
}

/// 1. Every account has what it started with, what the proposals say it was paid, and less what it
///    forfeited.
fn assert_accounts_add_up(start: &Start, spent: &Spent) {
    let paid = paid();
    for index in 0..ACCOUNTS {
        let who = account(index);
        let got = paid.to.get(&who).copied().unwrap_or(0);
        let lost = paid.forfeited_by.get(&who).copied().unwrap_or(0);
        let donated = if who == DONOR { spent.donated } else { 0 };
        assert_eq!(
            Balances::total_balance(&who) + lost + donated,
            FUNDS + got,
            "account {index}"
        );
    }
    let forfeited: Balance = paid.forfeited_by.values().sum();
    assert_eq!(
        Balances::total_balance(&TREASURY) + paid.granted + spent.by_treasury,
        start.treasury + paid.refunded + forfeited
    );
    assert_eq!(free(&AiGovernance::pot()), ED + spent.donated);
}

/// 2. No contribution is paid twice, none for more than its rows, none that came in too early.
fn assert_rewards_are_due() {
    let mut seen = BTreeMap::new();
    for (id, contribution, reward) in Rewards::<Test>::iter() {
        assert_eq!(seen.insert(contribution, id), None, "paid twice");
        let record = pallet_datanets::Contributions::<Test>::get(contribution)
            .expect("only accepted contributions are paid");
        let proposal = proposal(id);
        let Kind::DatanetBounty(bounty) = &proposal.kind else {
            panic!("only bounties pay for contributions");
        };
        assert!(reward <= bounty.price_per_row * Balance::from(record.rows));
        assert_eq!(reward % bounty.price_per_row, 0, "a part of a row was paid");
        assert!(Some(record.contributed_at) > proposal.active_since());
        assert_eq!(record.datanet, bounty.datanet);
    }
}

/// 3. What was proposed never changes, and its history only grows, but that the failure of a retry
///    replaces the one before.
fn assert_history_grows(seen: &mut BTreeMap<ProposalId, Proposal>) {
    for (id, proposal) in Proposals::<Test>::iter() {
        if let Some(before) = seen.get(&id) {
            assert_eq!(before.kind, proposal.kind);
            let kept = before.history.iter().zip(&proposal.history);
            for (earlier, later) in kept {
                let replaced = matches!(earlier.1, Status::EnactmentFailed { .. });
                assert!(earlier == later || replaced, "history was rewritten");
            }
            assert!(before.history.len() <= proposal.history.len());
        }
        seen.insert(id, proposal);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn invariants_should_hold_after_every_step(ops in prop::collection::vec(op(), 1..100)) {
        new_test_ext().execute_with(|| {
            let start = start();
            let issuance = Balances::total_issuance();
            let (mut spent, mut seen) = (Spent::default(), BTreeMap::new());
            for op in ops {
                let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
                if apply(op, &start, &mut spent).is_err() {
                    let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
                    assert_eq!(before, after, "a failed call changed something");
                }
                assert_eq!(AiGovernance::do_try_state(), Ok(()));
                assert_accounts_add_up(&start, &spent);
                assert_rewards_are_due();
                assert_history_grows(&mut seen);
                assert_eq!(Balances::total_issuance(), issuance);
            }
        });
    }
}

/// What happened in a run.
#[derive(Default)]
struct Happened {
    rewards: usize,
    scored: usize,
    paid_milestones: usize,
    refunded_milestones: usize,
    failed: usize,
    lapsed_or_killed: usize,
}

impl Happened {
    fn count(&mut self) {
        for (id, proposal) in Proposals::<Test>::iter() {
            let rewards = Rewards::<Test>::iter_prefix(id).count();
            match &proposal.kind {
                Kind::DatanetBounty(bounty) if bounty.bar != QualityBar::Accepted => {
                    self.scored += rewards;
                }
                _ => self.rewards += rewards,
            }
            for state in &proposal.milestones {
                match state {
                    MilestoneState::Paid(_) => self.paid_milestones += 1,
                    MilestoneState::Refunded => self.refunded_milestones += 1,
                    MilestoneState::Open => {}
                }
            }
            let failed = |entry: &(_, Status)| matches!(entry.1, Status::EnactmentFailed { .. });
            self.failed += usize::from(proposal.history.iter().any(failed));
            self.lapsed_or_killed += usize::from(matches!(
                proposal.status,
                Status::Closed(CloseReason::Lapsed | CloseReason::Killed)
            ));
        }
    }
}

/// The interleavings above would say little if money never moved in them.
#[test]
fn random_steps_should_reach_every_end_of_a_proposal() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let mut happened = Happened::default();
    for _ in 0..64 {
        let ops = prop::collection::vec(op(), 99..100)
            .new_tree(&mut runner)
            .expect("the strategy has no filter")
            .current();
        new_test_ext().execute_with(|| {
            let start = start();
            for op in ops {
                // Many of them fail, as they should.
                let _ = apply(op, &start, &mut Spent::default());
            }
            happened.count();
        });
    }
    let few = [
        (happened.rewards, 20),
        (happened.scored, 5),
        (happened.paid_milestones, 5),
        (happened.refunded_milestones, 10),
        (happened.failed, 10),
        (happened.lapsed_or_killed, 5),
    ];
    assert!(
        few.iter().all(|(times, least)| times >= least),
        "something happens too seldom: {few:?}"
    );
}
