// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Every way that money moves here.

use crate::{Config, Error, Event, HoldReason, Pallet, Proposal};
use openledger_primitives::{AccountId, Balance, ProposalId};
use polkadot_sdk::{
    frame_support::{
        ensure,
        traits::{
            fungible::MutateHold,
            tokens::{Fortitude, Precision, Preservation, Restriction},
            Get,
        },
        PalletId,
    },
    sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchResult, TokenError},
};

impl<T: Config> Pallet<T> {
    /// The account in which bounties and grants are on hold. Nobody has its key.
    pub fn pot() -> AccountId {
        let id: PalletId = T::PalletId::get();
        id.into_account_truncating()
    }

    /// Puts a proposal's deposit on hold.
    pub(crate) fn hold_deposit(proposer: &AccountId, amount: Balance) -> DispatchResult {
        T::Currency::hold(&HoldReason::ProposalDeposit.into(), proposer, amount)
            .map_err(|_| Error::<T>::InsufficientFunds.into())
    }

    /// Gives a proposal's deposit back.
    pub(crate) fn return_deposit(id: ProposalId, proposal: &mut Proposal) -> DispatchResult {
        let amount = core::mem::take(&mut proposal.deposit);
        let reason = HoldReason::ProposalDeposit.into();
        T::Currency::release(&reason, &proposal.proposer, amount, Precision::Exact)?;
        Self::deposit_event(Event::DepositReturned {
            proposal: id,
            proposer: proposal.proposer.clone(),
            amount,
        });
        Ok(())
    }

    /// Moves a proposal's deposit to the treasury.
    pub(crate) fn forfeit_deposit(id: ProposalId, proposal: &mut Proposal) -> DispatchResult {
        let amount = core::mem::take(&mut proposal.deposit);
        let reason = HoldReason::ProposalDeposit;
        Self::move_held(reason, &proposal.proposer, &T::Treasury::get(), amount)?;
        Self::deposit_event(Event::DepositForfeited {
            proposal: id,
            proposer: proposal.proposer.clone(),
            amount,
        });
        Ok(())
    }

    /// Moves `amount` from the treasury to the pot's hold. The treasury keeps its existential
    /// deposit.
    pub(crate) fn fund(proposal: &mut Proposal, amount: Balance) -> DispatchResult {
        let moved = T::Currency::transfer_and_hold(
            &HoldReason::Funding.into(),
            &T::Treasury::get(),
            &Self::pot(),
            amount,
            Precision::Exact,
            Preservation::Preserve,
            Fortitude::Polite,
        )?;
        ensure!(moved == amount, TokenError::FundsUnavailable);
        proposal.funds.granted = add(proposal.funds.granted, amount)?;
        Ok(())
    }

    /// Pays `amount` of a proposal's money.
    pub(crate) fn pay(proposal: &mut Proposal, to: &AccountId, amount: Balance) -> DispatchResult {
        ensure!(
            amount <= proposal.funds.left(),
            TokenError::FundsUnavailable
        );
        Self::move_held(HoldReason::Funding, &Self::pot(), to, amount)?;
        proposal.funds.paid = add(proposal.funds.paid, amount)?;
        Ok(())
    }

    /// Gives `amount` of a proposal's money back to the treasury.
    pub(crate) fn refund(proposal: &mut Proposal, amount: Balance) -> DispatchResult {
        ensure!(
            amount <= proposal.funds.left(),
            TokenError::FundsUnavailable
        );
        let treasury = T::Treasury::get();
        Self::move_held(HoldReason::Funding, &Self::pot(), &treasury, amount)?;
        proposal.funds.refunded = add(proposal.funds.refunded, amount)?;
        Ok(())
    }

    /// Moves exactly `amount` from the hold of `from` to the free balance of `to`.
    fn move_held(
        reason: HoldReason,
        from: &AccountId,
        to: &AccountId,
        amount: Balance,
    ) -> DispatchResult {
        if amount == 0 {
            return Ok(());
        }
        let moved = T::Currency::transfer_on_hold(
            &reason.into(),
            from,
            to,
            amount,
            Precision::Exact,
            Restriction::Free,
            Fortitude::Force,
        )?;
        ensure!(moved == amount, TokenError::FundsUnavailable);
        Ok(())
    }
}

/// The sum, which no amount of OPEN in existence can overflow.
fn add(a: Balance, b: Balance) -> Result<Balance, ArithmeticError> {
    a.checked_add(b).ok_or(ArithmeticError::Overflow)
}
