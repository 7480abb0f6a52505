// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Eras: who validates in the next one, and what its start changes.
//!
//! The session pallet asks for the validators of a session one session ahead. The last session of an
//! era is the time of the election; the era then is *planned* until its first session starts. Stake
//! that leaves in between counts as having left in the planned era, because its election counted it.

use alloc::vec::Vec;

use crate::{
    ActiveEra, Attendances, Candidates, Config, EraBlocks, EraIndex, EraSessions, EraStart,
    EraValidators, Event, Exposure, Exposures, Offences, Operators, Pallet, PlannedEra,
    SessionInterface, ValidatorCount,
};
use openledger_primitives::AccountId;
use polkadot_sdk::{
    frame_support::{traits::Get, BoundedVec},
    frame_system::{self, pallet_prelude::BlockNumberFor},
};

/// Validators and what stands behind each.
type Elected = Vec<(AccountId, Exposure)>;

impl<T: Config> Pallet<T> {
    /// The candidates with the most stake that have session keys, most first: as many as there are
    /// to be validators. Reads a candidate and its keys for each, and the keys of each that has none.
    pub fn elect(era: EraIndex) -> Elected {
        let count = usize::try_from(ValidatorCount::<T>::get().min(T::MaxValidators::get()))
            .unwrap_or(usize::MAX);
        Candidates::<T>::iter_keys()
            .map(|key| key.account)
            .filter(T::Session::has_keys)
            .map(|account| {
                let exposure = Self::exposure_at(era, &account);
                (account, exposure)
            })
            .take(count)
            .collect()
    }

    /// Elects the validators of session `session` if a new era starts with it.
    pub(crate) fn plan(session: u32) -> Option<Elected> {
        if PlannedEra::<T>::exists() {
            return None;
        }
        let active = ActiveEra::<T>::get();
        let end = active.session.saturating_add(T::SessionsPerEra::get());
        if session < end {
            return None;
        }
        let era = active.index.saturating_add(1);
        let mut elected = Self::elect(era);
        if !Self::are_enough(&elected) {
            Self::deposit_event(Event::ElectionFailed {
                era,
                found: Self::count(&elected),
            });
            elected = Self::stay(active.index, era);
        }
        Self::write_plan(era, session, &elected);
        // Without any, as on a chain that starts without operators, the session pallet keeps its own.
        (!elected.is_empty()).then_some(elected)
    }

    /// Elects the validators of the first era. `None`, and the session pallet takes those of its
    /// genesis keys, when there are too few candidates.
    pub(crate) fn plan_genesis(session: u32) -> Option<Elected> {
        if session > 0 {
            return Self::plan(session);
        }
        let elected = Self::elect(0);
        if !Self::are_enough(&elected) {
            return None;
        }
        Self::write_plan(0, session, &elected);
        Some(elected)
    }

    /// Makes the session pallet's validators of genesis those of the first era.
    pub(crate) fn adopt(validators: Vec<AccountId>) {
        if validators.is_empty() {
            return;
        }
        let elected: Elected = validators
            .into_iter()
            .map(|account| {
                let exposure = Self::exposure_at(0, &account);
                (account, exposure)
            })
            .collect();
        Self::write_plan(0, 0, &elected);
        Self::start_era(0);
    }

    /// Starts the planned era with its first session.
    pub(crate) fn start_era(session: u32) {
        let Some(planned) = PlannedEra::<T>::get().filter(|era| era.session <= session) else {
            return;
        };
        let ended = ActiveEra::<T>::get();
        PlannedEra::<T>::kill();
        ActiveEra::<T>::put(planned);
        EraSessions::<T>::insert(planned.index, planned.session);
        if planned.index > ended.index {
            Self::close_era(ended.index);
            for validator in EraValidators::<T>::take(ended.index) {
                Exposures::<T>::remove(ended.index, &validator);
                if !Operators::<T>::contains_key(&validator) {
                    Attendances::<T>::remove(validator);
                }
            }
            Self::forget(planned.index);
        }
        Self::deposit_event(Event::EraStarted { era: planned.index });
    }

    /// Deletes what only offences of eras need that are too old to be punished now.
    fn forget(now: EraIndex) {
        let Some(outdated) = now.checked_sub(T::BondingDuration::get()) else {
            return;
        };
        if let Some(session) = EraSessions::<T>::take(outdated) {
            let next = EraSessions::<T>::get(outdated.saturating_add(1)).unwrap_or(session);
            T::Session::prune_up_to(next);
        }
        EraBlocks::<T>::remove(outdated);
        // A slash that was reported at the last moment is applied after the deferral.
        let applied = T::SlashDeferral::get().saturating_add(2);
        if let Some(settled) = outdated.checked_sub(applied) {
            let _ = Offences::<T>::clear_prefix(settled, T::MaxOperators::get(), None);
        }
    }

    /// The validators of the last era, with what stands behind them now: those that are operators,
    /// or, when they are too few, those without any stake as well.
    fn stay(last: EraIndex, era: EraIndex) -> Elected {
        let (operators, others): (Elected, Elected) = EraValidators::<T>::get(last)
            .into_iter()
            .filter(T::Session::has_keys)
            .map(|account| {
                let exposure = Self::exposure_at(era, &account);
                (account, exposure)
            })
            .partition(|(account, _)| Operators::<T>::contains_key(account));
        if Self::are_enough(&operators) {
            operators
        } else {
            [operators, others].concat()
        }
    }

    fn write_plan(era: EraIndex, session: u32, elected: &Elected) {
        let validators: Vec<AccountId> =
            elected.iter().map(|(account, _)| account.clone()).collect();
        EraValidators::<T>::insert(era, BoundedVec::truncate_from(validators));
        for (account, exposure) in elected {
            Exposures::<T>::insert(era, account, exposure);
        }
        PlannedEra::<T>::put(EraStart {
            index: era,
            session,
        });
        EraBlocks::<T>::insert(era, frame_system::Pallet::<T>::block_number());
        Self::deposit_event(Event::EraPlanned {
            era,
            validators: Self::count(elected),
        });
    }

    /// The era that stake counted for in block `at`. For a block of which that is not known any more,
    /// one that is too long ago to be punished. Looks at no more than `BondingDuration + 1` eras.
    pub(crate) fn era_at(at: BlockNumberFor<T>) -> EraIndex {
        let now = Self::current_era();
        let oldest = now.saturating_sub(T::BondingDuration::get());
        (oldest..=now)
            .rev()
            .find(|era| EraBlocks::<T>::get(era).is_some_and(|first| first <= at))
            .unwrap_or(oldest.saturating_sub(1))
    }

    fn exposure_at(era: EraIndex, account: &AccountId) -> Exposure {
        Operators::<T>::get(account).map_or(
            Exposure {
                era,
                ..Exposure::default()
            },
            |operator| Exposure {
                era,
                total: operator.pool.stake,
                own: operator.self_bond(),
            },
        )
    }

    fn are_enough(elected: &Elected) -> bool {
        Self::count(elected) >= T::MinValidators::get()
    }

    fn count(elected: &Elected) -> u32 {
        u32::try_from(elected.len()).unwrap_or(u32::MAX)
    }
}
