// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Slashes: reported, deferred, applied.
//!
//! A slash reaches the operator's pool and every unbonding pool from the era of the offence on, and
//! marks what was redelegated since: a fixed number of items, however many delegators there are. Of
//! several reports of an operator for one era only the highest counts. What it adds to the earlier
//! ones waits in the queue by itself, so that each can be cancelled; but what is due in the same era
//! is one entry, which is raised. When many validators equivocate at once, each report raises the
//! fraction of all of them: the queue then has as many entries as offenders, not as their square. A
//! slash that was cancelled counts as one that was never reported.

use crate::{
    shares::Fraction, ActiveEra, ChillReason, Config, EraIndex, EraOffence, Error, Event, Exposure,
    Offences, Operators, Pallet, Pending, PendingSlashes, SessionInterface, SlashId, SlashQueue,
    SlashQueueEnds, Trails, UnappliedSlash, Unbonding, WeightInfo,
};
use openledger_primitives::{traits::SlashReason, AccountId, Balance};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get, weights::Weight},
    frame_system::{self, pallet_prelude::BlockNumberFor},
    sp_runtime::{DispatchResult, Perbill, Saturating},
    sp_staking::{
        offence::{OffenceDetails, OnOffenceHandler},
        SessionIndex,
    },
};

impl<T: Config, Reporter> OnOffenceHandler<Reporter, (AccountId, Exposure), Weight> for Pallet<T> {
    /// Queues a slash for each offender; the fraction comes from the offence. Reporters are validators
    /// that do their duty, and get nothing.
    fn on_offence(
        offenders: &[OffenceDetails<Reporter, (AccountId, Exposure)>],
        fractions: &[Perbill],
        _: SessionIndex,
    ) -> Weight {
        let mut weight = Weight::zero();
        for (details, fraction) in offenders.iter().zip(fractions) {
            let (operator, exposure) = &details.offender;
            T::Session::report_offender(operator, *fraction);
            Self::queue_slash(operator, exposure.era, *fraction, SlashReason::Equivocation);
            weight.saturating_accrue(T::WeightInfo::queue_slash());
        }
        weight
    }
}

impl<T: Config> Pallet<T> {
    /// Chills an operator and queues what `fraction` adds to earlier slashes of it for `era`.
    pub(crate) fn queue_slash(
        operator: &AccountId,
        era: EraIndex,
        fraction: Perbill,
        reason: SlashReason,
    ) {
        let now = ActiveEra::<T>::get().index;
        if Self::withdrawable_at(era) <= now {
            // What stood behind it then may have been withdrawn.
            Self::deposit_event(Event::OffenceOutdated {
                operator: operator.clone(),
                era,
            });
            return;
        }
        if Operators::<T>::contains_key(operator) {
            // A chill refuses nothing.
            let _ = Self::mutate_operator(operator, |record| {
                Self::chill_record(operator, record, ChillReason::Slashed);
                Ok(())
            });
        }
        let offence = Offences::<T>::get(era, operator);
        let added = fraction.saturating_sub(offence.highest);
        if added.is_zero() {
            return;
        }
        let slash = UnappliedSlash {
            operator: operator.clone(),
            era,
            fraction: added,
            reason,
            apply_at: now.saturating_add(T::SlashDeferral::get()),
        };
        let id = Self::raise(offence.queued, &slash).unwrap_or_else(|| Self::enqueue(slash));
        Offences::<T>::insert(
            era,
            operator,
            EraOffence {
                highest: fraction,
                queued: Some(id),
                ..offence
            },
        );
    }

    /// Adds `slash` to the one that the last report for the same operator and era left in the queue,
    /// if that still waits and is due in the same era. Returns its number.
    fn raise(queued: Option<SlashId>, slash: &UnappliedSlash) -> Option<SlashId> {
        let id = queued?;
        let waiting = SlashQueue::<T>::get(id).filter(|one| one.apply_at == slash.apply_at)?;
        let fraction = waiting.fraction.saturating_add(slash.fraction);
        let raised = UnappliedSlash {
            fraction,
            reason: slash.reason,
            ..waiting
        };
        SlashQueue::<T>::insert(id, raised);
        Self::deposit_event(Event::SlashRaised {
            id,
            operator: slash.operator.clone(),
            fraction,
            reason: slash.reason,
        });
        Some(id)
    }

    /// Puts a slash at the end of the queue. Returns its number.
    fn enqueue(slash: UnappliedSlash) -> SlashId {
        let (first, id) = SlashQueueEnds::<T>::get();
        SlashQueueEnds::<T>::put((first, id.saturating_add(1)));
        SlashQueue::<T>::insert(id, &slash);
        let UnappliedSlash {
            operator,
            era,
            fraction,
            reason,
            apply_at,
        } = slash;
        Pending::<T>::mutate(&operator, |pending| {
            let (count, earliest) = pending.map_or((0, era), |all| (all.count, all.earliest));
            *pending = Some(PendingSlashes {
                count: count.saturating_add(1),
                earliest: earliest.min(era),
            });
        });
        Self::deposit_event(Event::SlashQueued {
            id,
            operator,
            era,
            fraction,
            reason,
            apply_at,
        });
        id
    }

    pub(crate) fn do_slash_operator(
        operator: &AccountId,
        fraction: Perbill,
        at: BlockNumberFor<T>,
    ) -> DispatchResult {
        ensure!(!fraction.is_zero(), Error::<T>::NothingToSlash);
        let now = frame_system::Pallet::<T>::block_number();
        ensure!(at <= now, Error::<T>::OffenceInFuture);
        Self::slash_at(operator, fraction, at, SlashReason::FalseWork)
    }

    /// Queues a slash for the era that block `at` lies in. Fails where that would add nothing.
    pub(crate) fn slash_at(
        operator: &AccountId,
        fraction: Perbill,
        at: BlockNumberFor<T>,
        reason: SlashReason,
    ) -> DispatchResult {
        // One that has retired since answers with what unbonds.
        ensure!(
            Operators::<T>::contains_key(operator)
                || Unbonding::<T>::iter_key_prefix(operator).next().is_some(),
            Error::<T>::UnknownOperator
        );
        let era = Self::era_at(at);
        ensure!(
            Self::withdrawable_at(era) > ActiveEra::<T>::get().index,
            Error::<T>::OffenceOutdated
        );
        ensure!(
            fraction > Offences::<T>::get(era, operator).highest,
            Error::<T>::AlreadySlashed
        );
        Self::queue_slash(operator, era, fraction, reason);
        Ok(())
    }

    pub(crate) fn do_cancel_slash(id: SlashId) -> DispatchResult {
        let slash = SlashQueue::<T>::take(id).ok_or(Error::<T>::UnknownSlash)?;
        Offences::<T>::mutate_exists(slash.era, &slash.operator, |offence| {
            if let Some(offence) = offence {
                offence.highest = offence.highest.saturating_sub(slash.fraction);
            }
        });
        Self::no_longer_pending(&slash.operator);
        Self::deposit_event(Event::SlashCancelled {
            id,
            operator: slash.operator,
        });
        Ok(())
    }

    /// Applies slashes whose deferral is over, a bounded number of them. Returns the weight.
    pub(crate) fn apply_due_slashes() -> Weight {
        let mut weight = T::DbWeight::get().reads(1);
        let (mut first, next) = SlashQueueEnds::<T>::get();
        if first >= next {
            return weight;
        }
        weight.saturating_accrue(T::DbWeight::get().reads_writes(1, 1));
        let now = ActiveEra::<T>::get().index;
        for _ in 0..T::SlashesPerBlock::get() {
            if first >= next {
                break;
            }
            weight.saturating_accrue(T::DbWeight::get().reads(1));
            // A cancelled slash leaves its place empty.
            if let Some(slash) = SlashQueue::<T>::get(first) {
                if slash.apply_at > now {
                    break;
                }
                SlashQueue::<T>::remove(first);
                let eras = Self::apply_slash(first, &slash);
                weight.saturating_accrue(T::WeightInfo::apply_slash(eras));
            }
            first = first.saturating_add(1);
        }
        SlashQueueEnds::<T>::put((first, next));
        weight
    }

    /// Applies a slash. Returns how many eras' unbonding pools it looked at.
    pub(crate) fn apply_slash(id: SlashId, slash: &UnappliedSlash) -> u32 {
        let UnappliedSlash { operator, era, .. } = slash;
        let applied = Offences::<T>::mutate_exists(era, operator, |offence| {
            offence.as_mut().map_or(Perbill::zero(), |offence| {
                let before = offence.applied;
                offence.applied = before.saturating_add(slash.fraction);
                before
            })
        });
        let fraction = Self::of_rest(applied, slash.fraction);
        // A pool that came into being after the offence has nothing to do with it.
        let mut amount = Self::mutate_operator(operator, |record| {
            Ok(if record.registered <= *era {
                record.pool.cut(fraction)
            } else {
                0
            })
        })
        .unwrap_or(0);
        let mut eras = 0u32;
        for left in *era..=Self::current_era() {
            amount = amount.saturating_add(Self::slash_left(operator, left, fraction));
            eras = eras.saturating_add(1);
        }
        Self::to_treasury(amount);
        Self::no_longer_pending(operator);
        Self::deposit_event(Event::Slashed {
            id,
            operator: operator.clone(),
            amount,
        });
        eras
    }

    /// Slashes what left a pool in `era`: what unbonds, at once; what was redelegated, by its trail.
    /// Returns what it took, planck.
    fn slash_left(operator: &AccountId, era: EraIndex, fraction: Fraction) -> Balance {
        Trails::<T>::mutate_exists(operator, era, |trail| {
            if let Some(trail) = trail.as_mut() {
                let lost = fraction.of(trail.kept.into());
                let lost = u64::try_from(lost).unwrap_or(trail.kept);
                trail.kept = trail.kept.saturating_sub(lost);
            }
        });
        Unbonding::<T>::mutate_exists(operator, era, |pool| {
            pool.as_mut().map_or(0, |pool| pool.cut(fraction))
        })
    }

    /// `fraction` of the stake before any slash for the era, as a fraction of what is left of it
    /// after `applied`.
    fn of_rest(applied: Perbill, fraction: Perbill) -> Fraction {
        let rest = Perbill::one().saturating_sub(applied);
        Fraction {
            part: fraction.min(rest).deconstruct().into(),
            whole: rest.deconstruct().max(1).into(),
        }
    }

    fn no_longer_pending(operator: &AccountId) {
        Pending::<T>::mutate_exists(operator, |pending| {
            *pending = pending.and_then(|all| {
                let count = all.count.saturating_sub(1);
                (count > 0).then_some(PendingSlashes { count, ..all })
            });
        });
    }
}
