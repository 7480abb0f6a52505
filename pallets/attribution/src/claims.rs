// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Claims, and the fee split that governance sets.

use crate::{Config, Credits, Error, Event, FeeSplitStore, Pallet, TotalsStore};
use openledger_primitives::{
    listeners::AttributionListener, traits::AttributionAdmin, AccountId, FeeSplit, FeeSplitError,
};
use polkadot_sdk::{
    frame_support::ensure,
    sp_runtime::{ArithmeticError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    /// Moves all credits of `account` from the pot to its free balance.
    pub(crate) fn pay_credits(account: AccountId) -> DispatchResult {
        let amount = Credits::<T>::take(&account);
        ensure!(amount > 0, Error::<T>::NothingToClaim);
        let mut totals = TotalsStore::<T>::get();
        totals.claimed = totals
            .claimed
            .checked_add(amount)
            .ok_or(ArithmeticError::Overflow)?;
        TotalsStore::<T>::put(totals);
        ensure!(
            Self::pay_from_pot(&account, amount),
            Error::<T>::BelowExistentialDeposit
        );
        T::Listener::claimed(&account, amount);
        Self::deposit_event(Event::Claimed { account, amount });
        Ok(())
    }

    pub(crate) fn do_set_fee_split(split: FeeSplit) -> DispatchResult {
        split.validate().map_err(|error| match error {
            FeeSplitError::WrongSum => Error::<T>::SplitWrongSum,
            FeeSplitError::ContributorsBelowFloor => Error::<T>::ContributorsBelowFloor,
        })?;
        FeeSplitStore::<T>::put(split);
        Self::deposit_event(Event::FeeSplitSet { split });
        Ok(())
    }
}

impl<T: Config> AttributionAdmin for Pallet<T> {
    fn set_fee_split(split: FeeSplit) -> DispatchResult {
        Self::do_set_fee_split(split)
    }
}
