// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Setting money aside and giving it back.

use crate::{Config, Error, HoldReason, Pallet};
use openledger_primitives::{traits::OnDelivery, AccountId, Balance};
use polkadot_sdk::{
    frame_support::{
        ensure,
        traits::{
            fungible::{Inspect, InspectHold, MutateHold},
            tokens::Precision,
        },
    },
    frame_system,
    sp_runtime::{DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    /// Puts `amount` on hold that is going to be spent, if [`Self::ensure_spendable`].
    pub(crate) fn set_aside(
        reason: HoldReason,
        who: &AccountId,
        amount: Balance,
    ) -> DispatchResult {
        Self::ensure_spendable(who, amount)?;
        T::Currency::hold(&reason.into(), who, amount)
    }

    /// Ensures that `amount` more can be set aside to be spent. The existential deposit stays free,
    /// and the account could spend all that is already held for spending, and `amount` too, and
    /// still have what is frozen: a hold counts towards a freeze, so that the ordinary check would
    /// let locked tokens be spent by setting them aside twice.
    ///
    /// # Errors
    /// [`Error::InsufficientFunds`].
    pub fn ensure_spendable(who: &AccountId, amount: Balance) -> DispatchResult {
        let data = frame_system::Account::<T>::get(who).data;
        let committed = Self::held(HoldReason::JobEscrow, who)
            .saturating_add(Self::held(HoldReason::ChannelDeposit, who))
            .saturating_add(T::OnDelivery::committed(who))
            .saturating_add(amount);
        let free = data
            .free
            .checked_sub(amount)
            .ok_or(Error::<T>::InsufficientFunds)?;
        ensure!(
            free >= T::Currency::minimum_balance(),
            Error::<T>::InsufficientFunds
        );
        let kept = data
            .free
            .saturating_add(data.reserved)
            .saturating_sub(committed);
        ensure!(kept >= data.frozen, Error::<T>::InsufficientFunds);
        Ok(())
    }

    /// Releases exactly `amount` of what is on hold.
    pub(crate) fn give_back(
        reason: HoldReason,
        who: &AccountId,
        amount: Balance,
    ) -> Result<(), DispatchError> {
        if amount == 0 {
            return Ok(());
        }
        T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(|_| ())
    }

    /// What is on hold for `reason`, planck.
    pub(crate) fn held(reason: HoldReason, who: &AccountId) -> Balance {
        T::Currency::balance_on_hold(&reason.into(), who)
    }
}
