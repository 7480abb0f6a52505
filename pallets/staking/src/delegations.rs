// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Joining and leaving somebody else's pool.

use crate::{Config, Delegation, Delegations, Error, Event, Operator, Pallet};
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get},
    sp_runtime::{DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_delegate(
        delegator: AccountId,
        operator: AccountId,
        amount: Balance,
    ) -> DispatchResult {
        let shares = Self::join(&delegator, &operator, amount)?;
        Self::take_in(&delegator, amount)?;
        Self::deposit_event(Event::Delegated {
            delegator,
            operator,
            amount,
            shares,
        });
        Ok(())
    }

    pub(crate) fn do_undelegate(
        delegator: AccountId,
        operator: AccountId,
        amount: Balance,
    ) -> DispatchResult {
        let taken = Self::leave(&delegator, &operator, amount)?;
        Self::start_unbonding(delegator, operator, taken)
    }

    /// Buys `delegator` shares of the pool of `operator` for `amount` and returns how many. The money
    /// is the caller's to bring.
    pub(crate) fn join(
        delegator: &AccountId,
        operator: &AccountId,
        amount: Balance,
    ) -> Result<Balance, DispatchError> {
        ensure!(delegator != operator, Error::<T>::OwnPool);
        Self::ensure_no_pending(operator)?;
        Self::mutate_position(delegator, operator, true, |record, position| {
            Self::ensure_not_retiring(record)?;
            let worth = record.pool.value_of(position.shares).saturating_add(amount);
            let shares = record.pool.deposit(amount).map_err(Self::pool_error)?;
            ensure!(
                worth >= T::MinDelegation::get(),
                Error::<T>::BelowMinDelegation
            );
            position.shares = position
                .shares
                .checked_add(shares)
                .ok_or(Error::<T>::PoolExhausted)?;
            Ok(shares)
        })
    }

    /// Takes `amount` of what `delegator` has with `operator` out of the pool, or all that can leave
    /// if that is no more, and returns how much it is. What stays is enough, or nothing.
    pub(crate) fn leave(
        delegator: &AccountId,
        operator: &AccountId,
        amount: Balance,
    ) -> Result<Balance, DispatchError> {
        ensure!(delegator != operator, Error::<T>::OwnPool);
        ensure!(amount > 0, Error::<T>::AmountTooSmall);
        Self::mutate_position(delegator, operator, false, |record, position| {
            let free = position.free_shares();
            // Shares of a pool without any worth can leave, too: for nothing.
            ensure!(free > 0, Error::<T>::PositionFrozen);
            let (burnt, taken) = record.pool.withdraw(free, amount);
            position.shares = position.shares.saturating_sub(burnt);
            let rest = record.pool.value_of(position.shares);
            ensure!(
                position.shares == 0 || rest >= T::MinDelegation::get(),
                Error::<T>::RemainderBelowMinDelegation
            );
            Ok(taken)
        })
    }

    /// Reads a position and its operator, takes from it what slashes of a pool that it left have
    /// cost it, lets `change` change both, and writes them. `create` starts a position where there
    /// is none. A position without shares is deleted. Writes nothing when `change` fails.
    pub(crate) fn mutate_position<R>(
        delegator: &AccountId,
        operator: &AccountId,
        create: bool,
        change: impl FnOnce(&mut Operator, &mut Delegation) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        let mut position = match Delegations::<T>::get(delegator, operator) {
            Some(position) => position,
            None if create => Delegation::default(),
            None => return Err(Error::<T>::NotDelegated.into()),
        };
        let (result, settled) = Self::mutate_operator(operator, |record| {
            let settled = Self::settle(record, &mut position);
            change(record, &mut position).map(|result| (result, settled))
        })?;
        Self::finish_settlement(delegator, operator, settled);
        if position.shares == 0 {
            Delegations::<T>::remove(delegator, operator);
        } else {
            Delegations::<T>::insert(delegator, operator, position);
        }
        Ok(result)
    }
}
