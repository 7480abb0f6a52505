// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Model grants.

use crate::{
    Config, Deadlines, Due, Error, Event, Finding, Grant, Milestone, MilestoneReport,
    MilestoneState, Pallet, Proposal, Proposals, Reports, Subject,
};
use openledger_primitives::{traits::Models, AccountId, Balance, BlockNumber, ProposalId};
use polkadot_sdk::{
    frame_support::ensure,
    sp_runtime::{DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    /// Sets the payouts of a grant aside.
    pub(crate) fn start_grant(
        id: ProposalId,
        proposal: &mut Proposal,
        grant: &Grant,
    ) -> DispatchResult {
        let now = Self::now();
        for (number, milestone) in numbered(grant) {
            ensure!(milestone.deadline > now, Error::<T>::DeadlinePassed);
            Deadlines::<T>::insert(Due::new(milestone.deadline, id, number), ());
            proposal
                .milestones
                .try_push(MilestoneState::Open)
                .map_err(|_| DispatchError::Corruption)?;
        }
        let amount = proposal.kind.amount().ok_or(Error::<T>::AmountTooLarge)?;
        Self::fund(proposal, amount)
    }

    /// Takes an evaluator's report on a milestone, and pays the milestone once a quorum agrees.
    pub(crate) fn do_submit_evaluation(
        evaluator: AccountId,
        id: ProposalId,
        number: u8,
        report: MilestoneReport,
    ) -> DispatchResult {
        Self::ensure_evaluator(&evaluator)?;
        let mut proposal = Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
        let Some(grant) = proposal.active_grant() else {
            return Err(Error::<T>::NotActiveGrant.into());
        };
        let beneficiary = grant.beneficiary.clone();
        let milestone = Self::open_milestone(&proposal, grant, number)?;
        let (payout, deadline) = (milestone.payout, milestone.deadline);
        ensure!(beneficiary != evaluator, Error::<T>::OwnWork);
        Self::ensure_reached(&beneficiary, milestone, &report)?;

        let subject = Subject::Milestone(number);
        let finding = Finding::Milestone(report);
        let needed = proposal.funds.paid_with(payout);
        if Self::record_report(id, subject, evaluator, finding, needed)? {
            Self::pay(&mut proposal, &beneficiary, payout)?;
            let state = MilestoneState::Paid(report);
            Self::close_milestone(id, &mut proposal, number, deadline, state)?;
            Self::deposit_event(Event::MilestonePaid {
                proposal: id,
                milestone: number,
                report,
                beneficiary,
                amount: payout,
            });
            Self::complete_grant(id, &mut proposal)?;
            Proposals::<T>::insert(id, proposal);
        }
        Ok(())
    }

    /// A milestone that can still be reached.
    fn open_milestone<'a>(
        proposal: &Proposal,
        grant: &'a Grant,
        number: u8,
    ) -> Result<&'a Milestone, DispatchError> {
        let milestone = grant
            .milestones
            .get(usize::from(number))
            .ok_or(Error::<T>::UnknownMilestone)?;
        let state = proposal.milestones.get(usize::from(number));
        ensure!(
            state == Some(&MilestoneState::Open),
            Error::<T>::MilestoneClosed
        );
        ensure!(Self::now() < milestone.deadline, Error::<T>::DeadlinePassed);
        Ok(milestone)
    }

    /// Whether a report shows that an adapter of the beneficiary reaches a milestone.
    fn ensure_reached(
        beneficiary: &AccountId,
        milestone: &Milestone,
        report: &MilestoneReport,
    ) -> DispatchResult {
        ensure!(
            report.evaluation == milestone.evaluation,
            Error::<T>::WrongEvaluation
        );
        ensure!(
            milestone.threshold.is_reached(report.value),
            Error::<T>::BelowThreshold
        );
        let terms = T::Models::terms(report.adapter).ok_or(Error::<T>::UnknownAdapter)?;
        ensure!(
            terms.developer == *beneficiary,
            Error::<T>::NotBeneficiarysAdapter
        );
        Ok(())
    }

    /// Gives the payouts of all milestones whose deadline has passed back to the treasury. Returns
    /// how many there were.
    pub(crate) fn refund_overdue(
        id: ProposalId,
        proposal: &mut Proposal,
    ) -> Result<u32, DispatchError> {
        let now = Self::now();
        let Some(grant) = proposal.active_grant().cloned() else {
            return Err(Error::<T>::NotActiveGrant.into());
        };
        let mut refunded = 0u32;
        for (number, milestone) in numbered(&grant) {
            let state = proposal.milestones.get(usize::from(number));
            if state != Some(&MilestoneState::Open) || now < milestone.deadline {
                continue;
            }
            let (amount, deadline) = (milestone.payout, milestone.deadline);
            Self::refund(proposal, amount)?;
            Self::close_milestone(id, proposal, number, deadline, MilestoneState::Refunded)?;
            Self::report_refund(id, number, amount);
            refunded = refunded.saturating_add(1);
        }
        Self::complete_grant(id, proposal)?;
        Ok(refunded)
    }

    fn report_refund(proposal: ProposalId, milestone: u8, amount: Balance) {
        Self::deposit_event(Event::MilestoneRefunded {
            proposal,
            milestone,
            amount,
        });
    }

    /// Takes a milestone out of the open ones.
    fn close_milestone(
        id: ProposalId,
        proposal: &mut Proposal,
        number: u8,
        deadline: BlockNumber,
        state: MilestoneState,
    ) -> DispatchResult {
        let slot = proposal
            .milestones
            .get_mut(usize::from(number))
            .ok_or(Error::<T>::UnknownMilestone)?;
        *slot = state;
        Deadlines::<T>::remove(Due::new(deadline, id, number));
        Reports::<T>::remove(id, Subject::Milestone(number));
        Ok(())
    }

    /// Completes a grant that has no open milestone left.
    fn complete_grant(id: ProposalId, proposal: &mut Proposal) -> DispatchResult {
        if proposal.milestones.contains(&MilestoneState::Open) {
            return Ok(());
        }
        Self::complete(id, proposal)
    }
}

/// The milestones of a grant with their numbers. There are at most `MAX_MILESTONES`, so that none
/// is left out.
fn numbered(grant: &Grant) -> impl Iterator<Item = (u8, &Milestone)> {
    (0u8..).zip(&grant.milestones)
}
