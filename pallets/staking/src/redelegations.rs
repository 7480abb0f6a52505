// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Moving between pools, and what the pool that was left still has a claim to.
//!
//! A redelegated part answers for the pool that it left: slashes for the era in which it left or an
//! earlier one follow it. A slash cannot visit every position, so it only writes what it left of
//! each planck into the [`Trail`] of the pool and era; each position works out its own loss from
//! there when it is next touched.

use crate::{
    shares::mul_div, ActiveEra, Config, Delegation, Error, Event, Operator, Pallet, Pending,
    Redelegated, Trail, Trails, KEPT_ALL,
};
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get},
    sp_runtime::DispatchResult,
};

/// What touching a position did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Planck that it lost to slashes of the pool that it left.
    lost: Balance,
    /// Planck of such slashes that are dealt with now, be it that there was too little to take.
    realised: Balance,
    /// The trail that it does not follow any more.
    closed: Option<(AccountId, crate::EraIndex)>,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_redelegate(
        delegator: AccountId,
        from: AccountId,
        to: AccountId,
        amount: Balance,
    ) -> DispatchResult {
        ensure!(from != to, Error::<T>::SameOperator);
        // What is known already must not be outrun; later reports follow by the trail.
        Self::ensure_no_pending(&from)?;
        let value = Self::leave(&delegator, &from, amount)?;
        let shares = Self::join(&delegator, &to, value)?;
        let era = Self::current_era();
        let trail = Trails::<T>::get(&from, era).unwrap_or(Trail {
            open: 0,
            kept: KEPT_ALL,
        });
        Self::mutate_position(&delegator, &to, false, |_, position| {
            ensure!(position.redelegated.is_none(), Error::<T>::RedelegationOpen);
            position.redelegated = Some(Redelegated {
                from: from.clone(),
                era,
                shares,
                value,
                kept: trail.kept,
                realised: 0,
            });
            Ok(())
        })?;
        Trails::<T>::insert(
            &from,
            era,
            Trail {
                open: trail.open.saturating_add(1),
                ..trail
            },
        );
        Self::deposit_event(Event::Redelegated {
            delegator,
            from,
            to,
            amount: value,
            frozen_until: era.saturating_add(T::BondingDuration::get()),
        });
        Ok(())
    }

    pub(crate) fn do_realise_slash(delegator: AccountId, operator: AccountId) -> DispatchResult {
        let before = crate::Delegations::<T>::get(&delegator, &operator)
            .ok_or(Error::<T>::NotDelegated)?
            .redelegated;
        Self::mutate_position(&delegator, &operator, false, |_, position| {
            ensure!(position.redelegated != before, Error::<T>::NothingToRealise);
            Ok(())
        })
    }

    /// What slashes of the pool that a part left cost it beyond what was taken already, planck:
    /// `value * (kept_then - kept_now) / kept_then - realised`, rounded down.
    pub(crate) fn loss(part: &Redelegated) -> Balance {
        let now = Trails::<T>::get(&part.from, part.era).map_or(part.kept, |trail| trail.kept);
        let lost = u128::from(part.kept.saturating_sub(now));
        mul_div(part.value, lost, u128::from(part.kept))
            .unwrap_or(0)
            .saturating_sub(part.realised)
    }

    /// Whether no slash of the pool that a part left can reach it any more.
    pub(crate) fn is_over(part: &Redelegated) -> bool {
        let end = part.era.saturating_add(T::BondingDuration::get());
        ActiveEra::<T>::get().index >= end && !Self::is_reached(&part.from, part.era)
    }

    /// Whether a slash is pending that reaches what left the pool of `operator` in `era`.
    pub(crate) fn is_reached(operator: &AccountId, era: crate::EraIndex) -> bool {
        Pending::<T>::get(operator).is_some_and(|pending| pending.earliest <= era)
    }

    /// Takes from a position what it lost by its past, and ends its cool-down if that is over. It
    /// never loses more than the part that came from the other pool is worth. Writes nothing.
    pub(crate) fn settle(record: &mut Operator, position: &mut Delegation) -> Settled {
        let Some(part) = position.redelegated.as_mut() else {
            return Settled::default();
        };
        let mut settled = Settled::default();
        let loss = Self::loss(part);
        if loss > 0 {
            let (burnt, taken) = record.pool.withdraw(part.shares, loss);
            part.shares = part.shares.saturating_sub(burnt);
            part.realised = part.realised.saturating_add(loss);
            position.shares = position.shares.saturating_sub(burnt);
            settled.lost = taken;
            settled.realised = loss;
        }
        // A part of which nothing is left cannot lose more, and its position may be deleted.
        if part.shares == 0 || Self::is_over(part) {
            settled.closed = Some((part.from.clone(), part.era));
            position.redelegated = None;
        }
        settled
    }

    /// Writes what [`Pallet::settle`] did outside of the position and the operator.
    pub(crate) fn finish_settlement(delegator: &AccountId, operator: &AccountId, settled: Settled) {
        if settled.realised > 0 {
            Self::to_treasury(settled.lost);
            Self::deposit_event(Event::SlashRealised {
                delegator: delegator.clone(),
                operator: operator.clone(),
                amount: settled.lost,
            });
        }
        if let Some((from, era)) = settled.closed {
            Trails::<T>::mutate_exists(from, era, |trail| {
                *trail = trail.and_then(|trail| {
                    let open = trail.open.saturating_sub(1);
                    (open > 0).then_some(Trail { open, ..trail })
                });
            });
        }
    }
}
