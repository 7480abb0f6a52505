// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Reports of evaluators, and when enough of them agree.

use crate::{
    Config, Error, Event, Finding, Pallet, Proposals, Reports, SignedReport, Status, Subject,
    MAX_PRUNED,
};
use openledger_primitives::{
    traits::{OperatorRole, OperatorRoles},
    AccountId, ProposalId,
};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get},
    sp_runtime::{DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    /// Whether an account may report: an operator with the evaluator's role and its stake.
    pub(crate) fn ensure_evaluator(who: &AccountId) -> DispatchResult {
        ensure!(
            T::Evaluators::is_active(who, OperatorRole::Evaluator),
            Error::<T>::NotEvaluator
        );
        Ok(())
    }

    /// Takes an evaluator's report, which may replace an earlier one once. True when with it a
    /// quorum agrees to the letter; the reports on the subject are deleted then. Reports of those
    /// who are no longer evaluators are dropped: nothing stands behind them any more.
    pub(crate) fn record_report(
        id: ProposalId,
        subject: Subject,
        evaluator: AccountId,
        finding: Finding,
    ) -> Result<bool, DispatchError> {
        let mut reports = Reports::<T>::get(id, subject);
        reports.retain(|report| {
            report.evaluator == evaluator
                || T::Evaluators::is_active(&report.evaluator, OperatorRole::Evaluator)
        });
        let own = reports
            .iter_mut()
            .find(|report| report.evaluator == evaluator);
        if let Some(report) = own {
            ensure!(report.finding != finding, Error::<T>::SameReport);
            ensure!(!report.revised, Error::<T>::AlreadyRevised);
            report.finding = finding;
            report.revised = true;
        } else {
            let report = SignedReport {
                evaluator: evaluator.clone(),
                finding,
                revised: false,
            };
            reports
                .try_push(report)
                .map_err(|_| Error::<T>::TooManyReports)?;
        }
        let agreeing = reports
            .iter()
            .filter(|report| report.finding == finding)
            .fold(0u32, |count, _| count.saturating_add(1));
        let quorum = agreeing >= T::EvaluatorQuorum::get().max(1);
        if quorum {
            Reports::<T>::remove(id, subject);
        } else {
            Reports::<T>::insert(id, subject, reports);
        }
        Self::deposit_event(Event::EvaluationReported {
            proposal: id,
            subject,
            evaluator,
            finding,
            agreeing,
        });
        Ok(quorum)
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
