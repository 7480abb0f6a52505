// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! OPEN as contracts hold it.

use frame_support::traits::{
    fungible::{
        hold, Balanced, Dust, Inspect, InspectHold, Mutate, MutateHold, Unbalanced, UnbalancedHold,
    },
    tokens::{
        DepositConsequence, Fortitude, Precision, Preservation, Provenance, WithdrawConsequence,
    },
};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use crate::{configs::TreasuryAccount, AccountId, Balance, Balances, RuntimeHoldReason};

/// [`Balances`], except that nothing is minted or burned: `pallet-revive` creates each contract's
/// existential deposit and destroys it with the contract. Here the treasury lends it instead and
/// gets it back, so that total issuance never changes. What the treasury lends a contract is a
/// fraction of its part of the fee for creating it.
pub struct FixedIssuance;

impl Inspect<AccountId> for FixedIssuance {
    type Balance = Balance;

    fn total_issuance() -> Balance {
        <Balances as Inspect<AccountId>>::total_issuance()
    }

    fn active_issuance() -> Balance {
        <Balances as Inspect<AccountId>>::active_issuance()
    }

    fn minimum_balance() -> Balance {
        <Balances as Inspect<AccountId>>::minimum_balance()
    }

    fn total_balance(who: &AccountId) -> Balance {
        <Balances as Inspect<AccountId>>::total_balance(who)
    }

    fn balance(who: &AccountId) -> Balance {
        <Balances as Inspect<AccountId>>::balance(who)
    }

    fn reducible_balance(who: &AccountId, keep: Preservation, force: Fortitude) -> Balance {
        <Balances as Inspect<AccountId>>::reducible_balance(who, keep, force)
    }

    fn can_deposit(who: &AccountId, amount: Balance, origin: Provenance) -> DepositConsequence {
        <Balances as Inspect<AccountId>>::can_deposit(who, amount, origin)
    }

    fn can_withdraw(who: &AccountId, amount: Balance) -> WithdrawConsequence<Balance> {
        <Balances as Inspect<AccountId>>::can_withdraw(who, amount)
    }
}

impl Unbalanced<AccountId> for FixedIssuance {
    fn handle_dust(dust: Dust<AccountId, Self>) {
        <Balances as Unbalanced<AccountId>>::handle_dust(Dust(dust.0));
    }

    fn write_balance(who: &AccountId, amount: Balance) -> Result<Option<Balance>, DispatchError> {
        <Balances as Unbalanced<AccountId>>::write_balance(who, amount)
    }

    fn set_total_issuance(amount: Balance) {
        <Balances as Unbalanced<AccountId>>::set_total_issuance(amount);
    }

    // Like what the treasury holds, nobody votes with what it lends.
    fn deactivate(amount: Balance) {
        <Balances as Unbalanced<AccountId>>::deactivate(amount);
    }

    fn reactivate(amount: Balance) {
        <Balances as Unbalanced<AccountId>>::reactivate(amount);
    }
}

impl Mutate<AccountId> for FixedIssuance {
    /// Lends `amount` of the treasury.
    fn mint_into(who: &AccountId, amount: Balance) -> Result<Balance, DispatchError> {
        <Balances as Mutate<AccountId>>::transfer(
            &TreasuryAccount::get(),
            who,
            amount,
            Preservation::Preserve,
        )
    }

    /// Gives back to the treasury.
    fn burn_from(
        who: &AccountId,
        amount: Balance,
        preservation: Preservation,
        precision: Precision,
        force: Fortitude,
    ) -> Result<Balance, DispatchError> {
        let reducible = Self::reducible_balance(who, preservation, force);
        let amount = match precision {
            Precision::Exact => amount,
            Precision::BestEffort => amount.min(reducible),
        };
        <Balances as Mutate<AccountId>>::transfer(
            who,
            &TreasuryAccount::get(),
            amount,
            preservation,
        )
    }

    /// Really changes the issuance: it stands behind the balances that a caller of `eth_call`
    /// pretends to have, which no block ever sees, and behind genesis, where it changes nothing.
    fn set_balance(who: &AccountId, amount: Balance) -> Balance {
        <Balances as Mutate<AccountId>>::set_balance(who, amount)
    }

    fn done_transfer(source: &AccountId, dest: &AccountId, amount: Balance) {
        <Balances as Mutate<AccountId>>::done_transfer(source, dest, amount);
    }
}

impl Balanced<AccountId> for FixedIssuance {
    type OnDropDebt = <Balances as Balanced<AccountId>>::OnDropDebt;
    type OnDropCredit = <Balances as Balanced<AccountId>>::OnDropCredit;

    fn done_deposit(who: &AccountId, amount: Balance) {
        <Balances as Balanced<AccountId>>::done_deposit(who, amount);
    }

    fn done_withdraw(who: &AccountId, amount: Balance) {
        <Balances as Balanced<AccountId>>::done_withdraw(who, amount);
    }
}

impl InspectHold<AccountId> for FixedIssuance {
    type Reason = RuntimeHoldReason;

    fn total_balance_on_hold(who: &AccountId) -> Balance {
        <Balances as InspectHold<AccountId>>::total_balance_on_hold(who)
    }

    fn reducible_total_balance_on_hold(who: &AccountId, force: Fortitude) -> Balance {
        <Balances as InspectHold<AccountId>>::reducible_total_balance_on_hold(who, force)
    }

    fn balance_on_hold(reason: &RuntimeHoldReason, who: &AccountId) -> Balance {
        <Balances as InspectHold<AccountId>>::balance_on_hold(reason, who)
    }

    fn hold_available(reason: &RuntimeHoldReason, who: &AccountId) -> bool {
        <Balances as InspectHold<AccountId>>::hold_available(reason, who)
    }
}

impl UnbalancedHold<AccountId> for FixedIssuance {
    fn set_balance_on_hold(
        reason: &RuntimeHoldReason,
        who: &AccountId,
        amount: Balance,
    ) -> DispatchResult {
        <Balances as UnbalancedHold<AccountId>>::set_balance_on_hold(reason, who, amount)
    }
}

impl MutateHold<AccountId> for FixedIssuance {
    fn done_hold(reason: &RuntimeHoldReason, who: &AccountId, amount: Balance) {
        <Balances as hold::Mutate<AccountId>>::done_hold(reason, who, amount);
    }

    fn done_release(reason: &RuntimeHoldReason, who: &AccountId, amount: Balance) {
        <Balances as hold::Mutate<AccountId>>::done_release(reason, who, amount);
    }

    fn done_transfer_on_hold(
        reason: &RuntimeHoldReason,
        source: &AccountId,
        dest: &AccountId,
        amount: Balance,
    ) {
        <Balances as hold::Mutate<AccountId>>::done_transfer_on_hold(reason, source, dest, amount);
    }

    fn done_transfer_and_hold(
        reason: &RuntimeHoldReason,
        source: &AccountId,
        dest: &AccountId,
        amount: Balance,
    ) {
        <Balances as hold::Mutate<AccountId>>::done_transfer_and_hold(reason, source, dest, amount);
    }
}
