// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The pallet's invariants.

use crate::{
    ActiveBounties, Backings, Config, Deadlines, Due, HoldReason, Kind, MilestoneState,
    NextProposalId, Pallet, Proposal, Proposals, Reports, Rewards, Status, Subject,
};
use alloc::collections::{BTreeMap, BTreeSet};
use openledger_primitives::{AccountId, Balance, DatanetId, ProposalId};
use polkadot_sdk::{
    frame_support::{ensure, traits::fungible::InspectHold},
    sp_runtime::TryRuntimeError,
};

/// What the proposals say, to be compared with the rest of the storage.
#[derive(Default)]
struct Expected {
    deposits: BTreeMap<AccountId, Balance>,
    pot: Balance,
    bounties: BTreeMap<DatanetId, ProposalId>,
    deadlines: BTreeSet<Due>,
}

impl<T: Config> Pallet<T> {
    /// Checks every invariant.
    ///
    /// 1. What is on hold for deposits is the sum of the waiting proposals' deposits, per proposer.
    /// 2. What is on hold in the pot is the sum of what the active proposals have left, and each
    ///    proposal's money is what it was granted less what it paid and refunded.
    /// 3. A grant has left what its open milestones pay; a bounty has left what it was granted less
    ///    its rewards.
    /// 4. The active bounties of Datanets and the deadlines are exactly those of the proposals.
    /// 5. Only proposals that wait for their enactment have a deposit, only active ones have money, and
    ///    a history ends with the present status.
    /// 6. Reports are by different evaluators, and on open milestones or a bounty's contributions.
    /// 7. Stake stands behind each proposal once, with something, and none behind what does not exist.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut expected = Expected::default();
        for (id, proposal) in Proposals::<T>::iter() {
            ensure!(
                id < NextProposalId::<T>::get(),
                "a proposal's identifier was not given out"
            );
            Self::try_status(&proposal)?;
            Self::try_funds(id, &proposal)?;
            expected.add(id, &proposal)?;
        }
        for (proposer, deposits) in expected.deposits {
            let held = Self::held(HoldReason::ProposalDeposit, &proposer);
            ensure!(
                held == deposits,
                "the hold for deposits is not the sum of the deposits"
            );
        }
        ensure!(
            Self::held(HoldReason::Funding, &Self::pot()) == expected.pot,
            "the pot does not hold what the proposals have left"
        );
        let bounties: BTreeMap<_, _> = ActiveBounties::<T>::iter().collect();
        ensure!(
            bounties == expected.bounties,
            "the active bounties are not those of the proposals"
        );
        let deadlines: BTreeSet<_> = Deadlines::<T>::iter_keys().collect();
        ensure!(
            deadlines == expected.deadlines,
            "the deadlines are not those of the proposals"
        );
        Self::try_reports()?;
        Self::try_backings()
    }

    fn try_status(proposal: &Proposal) -> Result<(), TryRuntimeError> {
        let waits = matches!(
            proposal.status,
            Status::Submitted | Status::EnactmentFailed { .. }
        );
        ensure!(
            waits || proposal.deposit == 0,
            "a decided proposal has a deposit"
        );
        let last = proposal.history.last().map(|(_, status)| status);
        ensure!(
            last == Some(&proposal.status),
            "a history does not end with the status"
        );
        let ordered = proposal
            .history
            .iter()
            .zip(proposal.history.iter().skip(1))
            .all(|((before, _), (after, _))| before <= after);
        ensure!(ordered, "a history is not in order");
        let active = proposal.status == Status::Active;
        ensure!(
            active || proposal.funds.left() == 0,
            "a proposal that is not active has money"
        );
        Ok(())
    }

    fn try_funds(id: ProposalId, proposal: &Proposal) -> Result<(), TryRuntimeError> {
        let funds = proposal.funds;
        let spent = funds
            .paid
            .checked_add(funds.refunded)
            .ok_or("funds overflow")?;
        ensure!(
            spent <= funds.granted,
            "a proposal spent more than it was granted"
        );
        match &proposal.kind {
            Kind::ModelGrant(grant) if proposal.active_since().is_some() => {
                ensure!(
                    proposal.milestones.len() == grant.milestones.len(),
                    "a milestone has no state"
                );
                let open = grant
                    .milestones
                    .iter()
                    .zip(&proposal.milestones)
                    .filter(|(_, state)| **state == MilestoneState::Open)
                    .fold(0, |sum: Balance, (milestone, _)| {
                        sum.saturating_add(milestone.payout)
                    });
                ensure!(
                    open == funds.left(),
                    "a grant has not left what its open milestones pay"
                );
                ensure!(
                    (open > 0) == (proposal.status == Status::Active),
                    "a grant is active without an open milestone"
                );
            }
            Kind::DatanetBounty(bounty) => {
                let rewards = Rewards::<T>::iter_prefix_values(id)
                    .fold(0, |sum: Balance, reward| sum.saturating_add(reward));
                ensure!(
                    rewards == funds.paid,
                    "a bounty's rewards are not what it paid"
                );
                ensure!(
                    proposal.status != Status::Active || funds.left() >= bounty.price_per_row,
                    "an active bounty cannot pay for a row"
                );
            }
            _ => ensure!(
                proposal.milestones.is_empty() && funds.granted == 0,
                "a proposal has money that it did not ask for"
            ),
        }
        Ok(())
    }

    fn try_reports() -> Result<(), TryRuntimeError> {
        for (id, subject, reports) in Reports::<T>::iter() {
            let proposal = Proposals::<T>::get(id).ok_or("reports have no proposal")?;
            let evaluators: BTreeSet<_> = reports.iter().map(|report| &report.evaluator).collect();
            ensure!(
                !reports.is_empty() && evaluators.len() == reports.len(),
                "an evaluator reported twice"
            );
            match subject {
                Subject::Milestone(number) => ensure!(
                    proposal.milestones.get(usize::from(number)) == Some(&MilestoneState::Open),
                    "a closed milestone has reports"
                ),
                Subject::Contribution(contribution) => ensure!(
                    !Rewards::<T>::contains_key(id, contribution),
                    "a contribution that was paid has reports"
                ),
            }
        }
        Ok(())
    }

    fn try_backings() -> Result<(), TryRuntimeError> {
        for backings in Backings::<T>::iter_values() {
            ensure!(!backings.is_empty(), "a list of backings is empty");
            let ordered = backings
                .iter()
                .zip(backings.iter().skip(1))
                .all(|(before, after)| before.proposal < after.proposal);
            ensure!(ordered, "stake stands behind a proposal twice");
            for backing in backings {
                ensure!(
                    backing.amount > 0,
                    "no stake stands behind a proposal that is named"
                );
                let funds = Proposals::<T>::get(backing.proposal)
                    .ok_or("stake stands behind no proposal")?
                    .funds;
                ensure!(
                    backing.amount <= funds.paid,
                    "more stake stands behind a proposal than it has paid"
                );
            }
        }
        Ok(())
    }

    /// What is on hold for `reason`, planck.
    fn held(reason: HoldReason, who: &AccountId) -> Balance {
        T::Currency::balance_on_hold(&reason.into(), who)
    }
}

impl Expected {
    fn add(&mut self, id: ProposalId, proposal: &Proposal) -> Result<(), TryRuntimeError> {
        let deposits = self.deposits.entry(proposal.proposer.clone()).or_default();
        *deposits = deposits
            .checked_add(proposal.deposit)
            .ok_or("deposits overflow")?;
        self.pot = self
            .pot
            .checked_add(proposal.funds.left())
            .ok_or("the pot overflows")?;
        if let Some(bounty) = proposal.active_bounty() {
            let other = self.bounties.insert(bounty.datanet, id);
            ensure!(other.is_none(), "a Datanet has two active bounties");
            self.deadlines.insert(Due::new(bounty.ends_at, id, 0));
        }
        if let Some(grant) = proposal.active_grant() {
            let states = grant.milestones.iter().zip(&proposal.milestones);
            for (number, (milestone, state)) in (0u8..).zip(states) {
                if *state == MilestoneState::Open {
                    self.deadlines
                        .insert(Due::new(milestone.deadline, id, number));
                }
            }
        }
        Ok(())
    }
}
