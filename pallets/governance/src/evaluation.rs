// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Reports of evaluators, and when enough of them agree.

use alloc::vec::Vec;

use crate::{
    Backing, Backings, Config, Error, Event, Finding, Pallet, Proposals, Reports, SignedReport,
    Status, Subject, MAX_PRUNED,
};
use openledger_primitives::{
    traits::{OperatorRole, OperatorRoles, OperatorStake},
    AccountId, Balance, BlockNumber, ProposalId,
};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get, BoundedVec},
    frame_system::Pallet as System,
    sp_runtime::{
        helpers_128bit::multiply_by_rational_with_rounding, DispatchError, DispatchResult,
        Rounding, SaturatedConversion,
    },
};

impl<T: Config> Pallet<T> {
    /// Whether an account may report: an operator with the evaluator's role and its stake.
    pub(crate) fn ensure_evaluator(who: &AccountId) -> DispatchResult {
        ensure!(Self::is_evaluator(who), Error::<T>::NotEvaluator);
        Ok(())
    }

    fn is_evaluator(who: &AccountId) -> bool {
        T::Evaluators::is_active(who, OperatorRole::Evaluator)
    }

    /// What an evaluator has at stake, planck: nothing when it is none any more.
    fn at_stake(who: &AccountId) -> Balance {
        if Self::is_evaluator(who) {
            T::Evaluators::stake_of(who)
        } else {
            0
        }
    }

    /// What an evaluator has at stake for a proposal, planck: its stake without what stands behind other
    /// proposals.
    fn free_stake(who: &AccountId, id: ProposalId, now: BlockNumber) -> Balance {
        let backings = Backings::<T>::get(who);
        let others = || {
            let live = backings.iter().filter(|backing| now < backing.until);
            live.filter(|backing| backing.proposal != id)
        };
        if others().count() >= T::MaxBackings::get() as usize {
            return 0;
        }
        let behind = others().fold(0, |sum: Balance, backing| {
            sum.saturating_add(backing.amount)
        });
        Self::at_stake(who).saturating_sub(behind)
    }

    /// Takes an evaluator's report, which may replace an earlier one once. True when with it a
    /// quorum agrees to the letter and has at least `needed` planck at stake; the reports on the
    /// subject are deleted then, and the evaluators' stake stands behind the proposal. Where only stake
    /// is missing, an evaluator's report again has it counted again.
    pub(crate) fn record_report(
        id: ProposalId,
        subject: Subject,
        evaluator: AccountId,
        finding: Finding,
        needed: Balance,
    ) -> Result<bool, DispatchError> {
        let mut reports = Reports::<T>::get(id, subject);
        let own = reports
            .iter_mut()
            .find(|report| report.evaluator == evaluator);
        let mut repeated = false;
        if let Some(report) = own {
            repeated = report.finding == finding;
            if !repeated {
                ensure!(!report.revised, Error::<T>::AlreadyRevised);
                report.finding = finding;
                report.revised = true;
            }
        } else {
            let report = SignedReport {
                evaluator: evaluator.clone(),
                finding,
                revised: false,
            };
            Self::make_room(&mut reports, &evaluator);
            reports
                .try_push(report)
                .map_err(|_| Error::<T>::TooManyReports)?;
        }
        let now = System::<T>::block_number().saturated_into();
        let agreement = Self::agreement(&reports, &finding, id, now);
        let agreeing = u32::try_from(agreement.len()).unwrap_or(u32::MAX);
        let stake = agreement
            .iter()
            .fold(0, |sum: Balance, (_, free)| sum.saturating_add(*free));
        let enough = agreeing >= T::EvaluatorQuorum::get().max(1);
        let quorum = enough && stake >= needed;
        ensure!(enough || !repeated, Error::<T>::SameReport);
        ensure!(quorum || !repeated, Error::<T>::StakeTooLow);
        if quorum {
            Reports::<T>::remove(id, subject);
            for (evaluator, free) in agreement {
                Self::back(evaluator, id, Self::part(needed, free, stake), now)?;
            }
        } else {
            Reports::<T>::insert(id, subject, reports);
        }
        Self::deposit_event(Event::EvaluationReported {
            proposal: id,
            subject,
            evaluator,
            finding,
            agreeing,
            stake,
            needed,
        });
        Ok(quorum)
    }

    /// The evaluators that say `finding`, each with what it has at stake for the proposal, planck.
    /// Reports of those who are no evaluators now do not count: nothing stands behind them. But they
    /// stay, so that who chills and comes back has no try more than others.
    fn agreement(
        reports: &[SignedReport],
        finding: &Finding,
        id: ProposalId,
        now: BlockNumber,
    ) -> Vec<(AccountId, Balance)> {
        reports
            .iter()
            .filter(|report| report.finding == *finding && Self::is_evaluator(&report.evaluator))
            .map(|report| {
                let free = Self::free_stake(&report.evaluator, id, now);
                (report.evaluator.clone(), free)
            })
            .collect()
    }

    /// The part of `needed` of one who has `free` of `stake`, rounded up, planck. At most `free`, as
    /// `needed` is at most `stake`.
    fn part(needed: Balance, free: Balance, stake: Balance) -> Balance {
        multiply_by_rational_with_rounding(needed, free, stake, Rounding::Up)
            .unwrap_or(free)
            .min(free)
    }

    /// Has an evaluator's stake stand behind a proposal with `amount` planck, or with what it stands
    /// there already, if that is more.
    fn back(
        evaluator: AccountId,
        id: ProposalId,
        amount: Balance,
        now: BlockNumber,
    ) -> DispatchResult {
        if amount == 0 {
            return Ok(());
        }
        Backings::<T>::try_mutate(evaluator, |backings| {
            backings.retain(|backing| now < backing.until);
            let until = now.saturating_add(T::BackingPeriod::get());
            match backings.binary_search_by_key(&id, |backing| backing.proposal) {
                Ok(index) => {
                    let known = backings.get_mut(index).ok_or(DispatchError::Corruption)?;
                    known.amount = known.amount.max(amount);
                    known.until = until;
                    Ok(())
                }
                Err(index) => {
                    let backing = Backing {
                        proposal: id,
                        amount,
                        until,
                    };
                    // Cannot fail: who stands behind as many as that has nothing free for another.
                    backings
                        .try_insert(index, backing)
                        .map_err(|_| DispatchError::Corruption)
                }
            }
        })
    }

    /// In a list that is full, takes out the report with the least at stake if that is less than
    /// `evaluator` has: many small evaluators cannot keep the others from reporting.
    fn make_room(reports: &mut BoundedVec<SignedReport, T::MaxReports>, evaluator: &AccountId) {
        if !reports.is_full() {
            return;
        }
        let least = reports
            .iter()
            .enumerate()
            .map(|(index, report)| (Self::at_stake(&report.evaluator), index))
            .min();
        if let Some((_, index)) = least.filter(|(stake, _)| *stake < Self::at_stake(evaluator)) {
            reports.remove(index);
        }
    }

    /// Deletes up to `limit` subjects' reports of a proposal that has ended: those that no quorum
    /// agreed on. Returns how many.
    pub(crate) fn do_prune_reports(id: ProposalId, limit: u32) -> Result<u32, DispatchError> {
        let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
        ensure!(
            proposal.status == Status::Completed,
            Error::<T>::NotCompleted
        );
        let limit = usize::try_from(limit.min(MAX_PRUNED)).unwrap_or(0);
        let removed = Reports::<T>::drain_prefix(id)
            .take(limit)
            .fold(0u32, |count, _| count.saturating_add(1));
        ensure!(removed > 0, Error::<T>::NothingToPrune);
        Ok(removed)
    }
}
