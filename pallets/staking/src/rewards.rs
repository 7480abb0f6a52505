// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Rewards: by points, out of what fees brought and genesis set aside.
//!
//! At the end of an era its rewards move from the pots into the pallet's account; the following
//! blocks hand them out to pools, a bounded number in each. The part of a side without any points
//! stays in the pots and is shared again in the next era, so that the first worker of a quiet chain
//! does not find the rewards of all the eras before.
//!
//! A worker can be its own consumer, and settle as much as it likes for what of the fees does not
//! come back to it. So its points are the fees, not the receipts, and the incentive pot adds no more
//! to them than is lost that way.

use crate::{
    shares::mul_div, ActiveEra, Config, EraIndex, Event, NextPayout, OperatorPoints, Pallet,
    Payout, Payouts, Points, Reserve, RewardSplit, Status, TotalPoints, WeightInfo,
};
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::{
    frame_support::{storage::with_storage_layer, traits::Get, weights::Weight},
    sp_runtime::traits::Zero,
};

impl<T: Config> Pallet<T> {
    /// Adds to what an operator did in an era, and to what all did.
    pub(crate) fn add_points(era: EraIndex, operator: &AccountId, add: impl Fn(&mut Points)) {
        OperatorPoints::<T>::mutate(era, operator, &add);
        TotalPoints::<T>::mutate(era, &add);
    }

    /// The points for a settled fee, planck: one for each whole [`Config::WorkPoint`]. It saturates
    /// where no sum of OPEN comes to.
    pub(crate) fn points_for(fee: Balance) -> u64 {
        let points = fee.checked_div(T::WorkPoint::get()).unwrap_or(0);
        u64::try_from(points).unwrap_or(u64::MAX)
    }

    /// What the incentive pot pays in an era at most, planck: half as much after each
    /// `HalvingPeriod`.
    pub fn incentive(era: EraIndex) -> Balance {
        let halvings = era.checked_div(T::HalvingPeriod::get()).unwrap_or(0);
        T::InitialIncentive::get()
            .checked_shr(halvings)
            .unwrap_or(0)
    }

    /// Ends an era: collects its rewards.
    pub(crate) fn close_era(era: EraIndex) {
        let points = TotalPoints::<T>::take(era);
        let mut payout = Payout {
            validators: 0,
            workers: 0,
            points,
            paid: 0,
        };
        let fees = Self::split(&points, Self::payable(&T::StakersPot::get()));
        Self::collect(&mut payout, &T::StakersPot::get(), fees);
        let incentives = Self::incentives(era, &points);
        Self::collect(&mut payout, &T::IncentivePot::get(), incentives);
        Self::collect_reserve(&mut payout);
        let Payout {
            validators,
            workers,
            ..
        } = payout;
        Payouts::<T>::insert(era, payout);
        Self::deposit_event(Event::EraClosed {
            era,
            validators,
            workers,
        });
    }

    /// What the incentive pot pays validators and workers for an era, planck. For workers that is at
    /// most `MaxWorkerIncentive` of the fees that their points stand for, rounded down; the rest
    /// stays in the pot.
    fn incentives(era: EraIndex, points: &Points) -> (Balance, Balance) {
        let amount = Self::incentive(era).min(Self::payable(&T::IncentivePot::get()));
        let (validators, workers) = Self::split(points, amount);
        let fees = T::WorkPoint::get().saturating_mul(points.worker.into());
        let most = T::MaxWorkerIncentive::get().mul_floor(fees);
        (validators, workers.min(most))
    }

    /// Moves the parts of validators and workers out of a pot into the pallet's account.
    fn collect(payout: &mut Payout, pot: &AccountId, (validators, workers): (Balance, Balance)) {
        let sum = validators.saturating_add(workers);
        // A pot that cannot pay, whatever the reason, pays another time.
        if sum > 0 && with_storage_layer(|| Self::take_in(pot, sum)).is_ok() {
            payout.validators = payout.validators.saturating_add(validators);
            payout.workers = payout.workers.saturating_add(workers);
        }
    }

    /// The same for what earlier eras left, which is in the account already.
    fn collect_reserve(payout: &mut Payout) {
        let reserve = Reserve::<T>::get();
        let (validators, workers) = Self::split(&payout.points, reserve);
        payout.validators = payout.validators.saturating_add(validators);
        payout.workers = payout.workers.saturating_add(workers);
        Self::put_reserve(reserve.saturating_sub(validators).saturating_sub(workers));
    }

    /// The parts of `amount` for validators and workers. A side without points has none.
    fn split(points: &Points, amount: Balance) -> (Balance, Balance) {
        let for_validators = RewardSplit::<T>::get().mul_floor(amount);
        let for_workers = amount.saturating_sub(for_validators);
        let of = |points: u64, part: Balance| if points > 0 { part } else { 0 };
        (
            of(points.validator, for_validators),
            of(points.worker, for_workers),
        )
    }

    /// Hands out rewards of eras that are over, oldest first, to a bounded number of operators.
    /// Returns the weight.
    pub(crate) fn pay_out() -> Weight {
        let mut weight = T::DbWeight::get().reads(2);
        let active = ActiveEra::<T>::get().index;
        let first = NextPayout::<T>::get();
        let mut era = first;
        let mut left = T::PayoutsPerBlock::get();
        while era < active && left > 0 {
            let (paid, done) = Self::pay_era(era, left);
            weight.saturating_accrue(T::WeightInfo::pay_operator().saturating_mul(paid.into()));
            weight.saturating_accrue(T::WeightInfo::finish_era());
            // An era costs at least one, so that the number of eras passed is bounded, too.
            left = left.saturating_sub(paid.max(1));
            if !done {
                break;
            }
            era = era.saturating_add(1);
        }
        if era != first {
            NextPayout::<T>::put(era);
        }
        weight
    }

    /// Pays up to `limit` operators for an era. Returns how many it paid, and whether those were
    /// the last.
    pub(crate) fn pay_era(era: EraIndex, limit: u32) -> (u32, bool) {
        let Some(mut payout) = Payouts::<T>::get(era) else {
            return (0, true);
        };
        let mut paid = 0u32;
        for (operator, points) in OperatorPoints::<T>::drain_prefix(era)
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
        {
            let reward = Self::reward(&payout, &points);
            let taken = Self::pay_operator(&operator, era, reward);
            payout.paid = payout.paid.saturating_add(taken);
            paid = paid.saturating_add(1);
        }
        if paid == limit {
            // There may be more.
            Payouts::<T>::insert(era, payout);
            return (paid, false);
        }
        Payouts::<T>::remove(era);
        let rest = payout
            .validators
            .saturating_add(payout.workers)
            .saturating_sub(payout.paid);
        Self::put_reserve(Reserve::<T>::get().saturating_add(rest));
        (paid, true)
    }

    /// What `points` are worth, planck: the side's rewards times the operator's part of the side's
    /// points, rounded down.
    fn reward(payout: &Payout, points: &Points) -> Balance {
        let part = |amount: Balance, points: u64, all: u64| {
            mul_div(amount, points.into(), all.into()).unwrap_or(0)
        };
        part(payout.validators, points.validator, payout.points.validator).saturating_add(part(
            payout.workers,
            points.worker,
            payout.points.worker,
        ))
    }

    /// Gives a pool its reward: all shares gain, after the commission has bought the operator shares.
    /// Returns what the pool took: all, or nothing if nobody owns it or nothing is left in it.
    pub(crate) fn pay_operator(account: &AccountId, era: EraIndex, amount: Balance) -> Balance {
        if amount.is_zero() {
            return 0;
        }
        let outcome = Self::mutate_operator(account, |operator| {
            let commission = match operator.status {
                Status::Retiring => 0,
                _ => operator.commission.mul_floor(amount),
            };
            let mut pool = operator.pool;
            if !pool.reward(amount.saturating_sub(commission)) {
                return Ok((0, 0));
            }
            // Commission that does not buy a share is everybody's.
            match pool.deposit(commission) {
                Ok(shares) => {
                    operator.own_shares = operator.own_shares.saturating_add(shares);
                }
                Err(_) if pool.reward(commission) => {}
                Err(_) => return Ok((0, 0)),
            }
            operator.pool = pool;
            Ok((amount, commission))
        });
        let (taken, commission) = outcome.unwrap_or_default();
        if taken > 0 {
            Self::deposit_event(Event::Rewarded {
                operator: account.clone(),
                era,
                amount,
                commission,
            });
        }
        taken
    }

    fn put_reserve(reserve: Balance) {
        if reserve == 0 {
            Reserve::<T>::kill();
        } else {
            Reserve::<T>::put(reserve);
        }
    }
}
