// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Datanet bounties.

use crate::{
    ActiveBounties, Bounty, Config, Deadlines, Due, Error, Event, Finding, Pallet, Proposal,
    Proposals, QualityBar, Rewards, ScoreReport, Status, Subject, WeightInfo,
};
use openledger_primitives::{
    traits::{AcceptedContribution, Datanets, OnAccepted},
    AccountId, Balance, ContributionId, Ppm, ProposalId,
};
use polkadot_sdk::{
    frame_support::{ensure, storage::with_storage_layer, weights::Weight},
    sp_runtime::{ArithmeticError, DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    /// Fills a bounty's pot and makes it the Datanet's.
    pub(crate) fn start_bounty(
        id: ProposalId,
        proposal: &mut Proposal,
        bounty: &Bounty,
    ) -> DispatchResult {
        ensure!(bounty.ends_at > Self::now(), Error::<T>::DeadlinePassed);
        ensure!(
            !ActiveBounties::<T>::contains_key(bounty.datanet),
            Error::<T>::BountyActive
        );
        Self::fund(proposal, bounty.pot)?;
        ActiveBounties::<T>::insert(bounty.datanet, id);
        Deadlines::<T>::insert(Due::new(bounty.ends_at, id, 0), ());
        Ok(())
    }

    /// Whether a bounty pays for an accepted contribution: it came in after the bounty became
    /// active, so that nobody is paid for what was there anyway, and the bounty has not ended.
    fn is_eligible(proposal: &Proposal, bounty: &Bounty, accepted: &AcceptedContribution) -> bool {
        accepted.datanet == bounty.datanet
            && Self::now() < bounty.ends_at
            && proposal
                .active_since()
                .is_some_and(|since| accepted.contributed_at > since)
    }

    /// Pays for a contribution that was just accepted, if acceptance is the bar.
    fn reward_accepted(
        id: ProposalId,
        contribution: ContributionId,
        accepted: &AcceptedContribution,
    ) -> DispatchResult {
        let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
        let Some(bounty) = proposal.active_bounty().cloned() else {
            return Err(Error::<T>::NotActiveBounty.into());
        };
        let due = bounty.bar == QualityBar::Accepted
            && Self::is_eligible(&proposal, &bounty, accepted)
            && !Rewards::<T>::contains_key(id, contribution);
        if due {
            Self::reward(id, proposal, &bounty, contribution, accepted)?;
        }
        Ok(())
    }

    /// Takes an evaluator's score for an accepted contribution, and pays for the contribution once
    /// a quorum agrees.
    pub(crate) fn do_submit_score(
        evaluator: AccountId,
        id: ProposalId,
        contribution: ContributionId,
        report: ScoreReport,
    ) -> DispatchResult {
        Self::ensure_evaluator(&evaluator)?;
        let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
        let Some(bounty) = proposal.active_bounty().cloned() else {
            return Err(Error::<T>::NotActiveBounty.into());
        };
        let QualityBar::Score(least) = bounty.bar else {
            return Err(Error::<T>::NeedsNoScore.into());
        };
        let accepted =
            T::Datanets::accepted(contribution).ok_or(Error::<T>::ContributionNotAccepted)?;
        ensure!(
            Self::is_eligible(&proposal, &bounty, &accepted),
            Error::<T>::ContributionNotEligible
        );
        ensure!(
            !Rewards::<T>::contains_key(id, contribution),
            Error::<T>::AlreadyRewarded
        );
        ensure!(accepted.contributor != evaluator, Error::<T>::OwnWork);
        ensure!(report.score <= Ppm::ONE, Error::<T>::InvalidScore);
        ensure!(report.score >= least, Error::<T>::BelowThreshold);

        let subject = Subject::Contribution(contribution);
        let (_, amount) = payable(proposal.funds.left(), bounty.price_per_row, accepted.rows)?;
        let needed = proposal.funds.paid_with(amount);
        if Self::record_report(id, subject, evaluator, Finding::Score(report), needed)? {
            Self::reward(id, proposal, &bounty, contribution, &accepted)?;
        }
        Ok(())
    }

    /// Pays for a contribution's rows, as many as the pot has money for, and ends the bounty when
    /// it has no money for another one.
    fn reward(
        id: ProposalId,
        mut proposal: Proposal,
        bounty: &Bounty,
        contribution: ContributionId,
        accepted: &AcceptedContribution,
    ) -> DispatchResult {
        let (rows, amount) = payable(proposal.funds.left(), bounty.price_per_row, accepted.rows)?;
        Self::pay(&mut proposal, &accepted.contributor, amount)?;
        Rewards::<T>::insert(id, contribution, amount);
        Self::deposit_event(Event::BountyPaid {
            proposal: id,
            contribution,
            contributor: accepted.contributor.clone(),
            rows,
            amount,
        });
        if proposal.funds.left() < bounty.price_per_row {
            Self::end_bounty(id, &mut proposal)?;
        }
        Proposals::<T>::insert(id, proposal);
        Ok(())
    }

    /// Ends an active bounty and gives what is left back to the treasury.
    pub(crate) fn end_bounty(id: ProposalId, proposal: &mut Proposal) -> DispatchResult {
        let Some(bounty) = proposal.active_bounty().cloned() else {
            return Err(Error::<T>::NotActiveBounty.into());
        };
        let left = proposal.funds.left();
        Self::refund(proposal, left)?;
        ActiveBounties::<T>::remove(bounty.datanet);
        Deadlines::<T>::remove(Due::new(bounty.ends_at, id, 0));
        Self::complete(id, proposal)
    }

    /// Ends a proposal whose money is all paid or refunded.
    pub(crate) fn complete(id: ProposalId, proposal: &mut Proposal) -> DispatchResult {
        proposal.advance(Self::now(), Status::Completed)?;
        Self::deposit_event(Event::ProposalCompleted {
            proposal: id,
            paid: proposal.funds.paid,
            refunded: proposal.funds.refunded,
        });
        Ok(())
    }
}

/// How many of `rows` rows at `price` planck `left` planck pay for, and what they cost: whole rows
/// only.
fn payable(left: Balance, price: Balance, rows: u32) -> Result<(u32, Balance), DispatchError> {
    let affordable = left
        .checked_div(price)
        .ok_or(ArithmeticError::DivisionByZero)?;
    let rows = rows.min(u32::try_from(affordable).unwrap_or(u32::MAX));
    let amount = price
        .checked_mul(rows.into())
        .ok_or(ArithmeticError::Overflow)?;
    Ok((rows, amount))
}

impl<T: Config> OnAccepted for Pallet<T> {
    fn on_accepted(contribution: ContributionId, accepted: &AcceptedContribution) {
        let Some(proposal) = ActiveBounties::<T>::get(accepted.datanet) else {
            return;
        };
        // A payment that fails leaves the money in the pot and must not keep the owner from
        // accepting.
        let rewarded =
            with_storage_layer(|| Self::reward_accepted(proposal, contribution, accepted));
        if let Err(error) = rewarded {
            Self::deposit_event(Event::BountyPaymentFailed {
                proposal,
                contribution,
                error,
            });
        }
    }

    fn weight() -> Weight {
        T::WeightInfo::on_accepted()
    }
}
