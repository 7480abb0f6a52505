// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What has left a pool and cannot be withdrawn yet.

use crate::{ActiveEra, Config, Error, Event, Pallet, Ticket, Tickets, Unbonding};
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get, BoundedVec},
    sp_runtime::{DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    /// Puts `amount`, which left the pool of `operator`, into its unbonding pool of the present era
    /// and gives `delegator` a ticket for it. An amount of zero, from a pool that was slashed to
    /// nothing, needs none.
    pub(crate) fn start_unbonding(
        delegator: AccountId,
        operator: AccountId,
        amount: Balance,
    ) -> DispatchResult {
        let era = Self::current_era();
        if amount > 0 {
            let mut pool = Unbonding::<T>::get(&operator, era).unwrap_or_default();
            let shares = pool.deposit(amount).map_err(Self::pool_error)?;
            Unbonding::<T>::insert(&operator, era, pool);
            Tickets::<T>::try_mutate(&delegator, &operator, |tickets| {
                match tickets.last_mut().filter(|ticket| ticket.era == era) {
                    Some(ticket) => {
                        ticket.shares = ticket
                            .shares
                            .checked_add(shares)
                            .ok_or(Error::<T>::PoolExhausted)?;
                    }
                    None => tickets
                        .try_push(Ticket { era, shares })
                        .map_err(|_| Error::<T>::TooManyTickets)?,
                }
                Ok::<_, DispatchError>(())
            })?;
        }
        Self::deposit_event(Event::Undelegated {
            delegator,
            operator,
            amount,
            withdrawable_at: Self::withdrawable_at(era),
        });
        Ok(())
    }

    /// Pays all tickets that have waited long enough and that no pending slash reaches. Returns how
    /// many that were.
    pub(crate) fn do_withdraw(
        delegator: AccountId,
        operator: AccountId,
    ) -> Result<u32, DispatchError> {
        let tickets = Tickets::<T>::get(&delegator, &operator);
        ensure!(!tickets.is_empty(), Error::<T>::NothingToWithdraw);
        let now = ActiveEra::<T>::get().index;
        let (mut paid, mut amount, mut reached) = (0u32, 0u128, false);
        let mut kept = BoundedVec::<Ticket, T::MaxTickets>::default();
        for ticket in tickets {
            let matured = Self::withdrawable_at(ticket.era) <= now;
            let waits = matured && Self::is_reached(&operator, ticket.era);
            reached |= waits;
            if !matured || waits {
                // There are no more of them than before.
                kept.try_push(ticket)
                    .map_err(|_| Error::<T>::TooManyTickets)?;
                continue;
            }
            paid = paid.saturating_add(1);
            amount = amount.saturating_add(Self::redeem_ticket(&operator, &ticket));
        }
        if paid == 0 {
            let error = if reached {
                Error::<T>::SlashPending
            } else {
                Error::<T>::NotMatured
            };
            return Err(error.into());
        }
        if kept.is_empty() {
            Tickets::<T>::remove(&delegator, &operator);
        } else {
            Tickets::<T>::insert(&delegator, &operator, kept);
        }
        Self::pay(&delegator, amount)?;
        Self::deposit_event(Event::Withdrawn {
            delegator,
            operator,
            amount,
        });
        Ok(paid)
    }

    /// Takes a ticket's worth out of its pool, planck.
    fn redeem_ticket(operator: &AccountId, ticket: &Ticket) -> Balance {
        Unbonding::<T>::mutate_exists(operator, ticket.era, |pool| {
            let Some(inner) = pool.as_mut() else {
                return 0;
            };
            let amount = inner.redeem(ticket.shares);
            if inner.shares == 0 {
                *pool = None;
            }
            amount
        })
    }

    /// The era from which what left a pool in `era` can be withdrawn.
    pub(crate) fn withdrawable_at(era: crate::EraIndex) -> crate::EraIndex {
        era.saturating_add(T::BondingDuration::get())
    }
}
