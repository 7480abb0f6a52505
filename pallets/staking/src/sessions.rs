// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Sessions and blocks: what the session and authorship pallets tell.

use alloc::vec::Vec;

use crate::{
    ActiveEra, Attendances, ChillReason, Config, EraValidators, Event, Exposure, Exposures,
    Operators, Pallet, SessionBlocks, Status, UnjudgedShare, WeightInfo, WHOLE_BLOCK,
};
use openledger_primitives::{traits::SlashReason, AccountId};
use pallet_session::historical;
use polkadot_sdk::{
    frame_support::{dispatch::DispatchClass, traits::Get},
    frame_system::{self, pallet_prelude::BlockNumberFor},
    pallet_authorship,
};

/// Points for a block.
pub const POINTS_PER_BLOCK: u64 = 20;

impl<T: Config> pallet_session::SessionManager<AccountId> for Pallet<T> {
    fn new_session(index: u32) -> Option<Vec<AccountId>> {
        Self::plan(index).map(accounts)
    }

    fn new_session_genesis(index: u32) -> Option<Vec<AccountId>> {
        Self::plan_genesis(index).map(accounts)
    }

    fn start_session(index: u32) {
        Self::start_era(index);
    }

    fn end_session(_: u32) {
        Self::judge_session();
    }
}

impl<T: Config> historical::SessionManager<AccountId, Exposure> for Pallet<T> {
    fn new_session(index: u32) -> Option<Vec<(AccountId, Exposure)>> {
        Self::plan(index)
    }

    fn new_session_genesis(index: u32) -> Option<Vec<(AccountId, Exposure)>> {
        Self::plan_genesis(index)
    }

    fn start_session(index: u32) {
        <Self as pallet_session::SessionManager<_>>::start_session(index);
    }

    fn end_session(index: u32) {
        <Self as pallet_session::SessionManager<_>>::end_session(index);
    }
}

fn accounts(elected: Vec<(AccountId, Exposure)>) -> Vec<AccountId> {
    elected.into_iter().map(|(account, _)| account).collect()
}

impl<T: Config> pallet_authorship::EventHandler<AccountId, BlockNumberFor<T>> for Pallet<T> {
    fn note_author(author: AccountId) {
        // The authorship pallet counts nothing for this.
        frame_system::Pallet::<T>::register_extra_weight_unchecked(
            T::WeightInfo::note_author(),
            DispatchClass::Mandatory,
        );
        SessionBlocks::<T>::mutate(|blocks| *blocks = blocks.saturating_add(1));
        let era = ActiveEra::<T>::get().index;
        if !Exposures::<T>::contains_key(era, &author) {
            // Authors that were not elected, as on a chain that starts without operators.
            return;
        }
        Attendances::<T>::mutate(&author, |attendance| {
            attendance.authored = attendance.authored.saturating_add(1);
        });
        Self::add_points(era, &author, |points| {
            points.validator = points.validator.saturating_add(POINTS_PER_BLOCK);
        });
    }
}

impl<T: Config> Pallet<T> {
    /// At the end of a session: adds each validator's share of its blocks to what is expected of it.
    /// Once the shares have come to `OfflineMinBlocks`, in as many sessions as that takes, chills
    /// validators that authored too little, and slashes those that were on probation for it.
    pub(crate) fn judge_session() {
        let blocks = u64::from(SessionBlocks::<T>::take());
        let validators = EraValidators::<T>::get(ActiveEra::<T>::get().index);
        let count = u64::try_from(validators.len()).unwrap_or(u64::MAX);
        let Some(share) = blocks.saturating_mul(WHOLE_BLOCK).checked_div(count) else {
            return;
        };
        let least = u64::from(T::OfflineMinBlocks::get()).saturating_mul(WHOLE_BLOCK);
        let unjudged = UnjudgedShare::<T>::get().saturating_add(share);
        let is_judged = unjudged >= least;
        if is_judged {
            UnjudgedShare::<T>::kill();
        } else {
            UnjudgedShare::<T>::put(unjudged);
        }
        let absent: Vec<AccountId> = validators
            .into_iter()
            .filter(|validator| Self::is_absent(validator, share, is_judged.then_some(least)))
            .collect();
        Self::answer_for(absent, count);
    }

    /// Adds `share` to what is expected of a validator. If it is judged and that comes to `least`,
    /// which may take one that joined later a judgement longer: starts anew, and says whether it
    /// missed its blocks.
    fn is_absent(validator: &AccountId, share: u64, least: Option<u64>) -> bool {
        let mut attendance = Attendances::<T>::get(validator);
        attendance.expected = attendance.expected.saturating_add(share);
        if least.is_some_and(|least| attendance.expected >= least) {
            Attendances::<T>::remove(validator);
            return attendance.has_missed(T::OfflineThreshold::get());
        }
        Attendances::<T>::insert(validator, attendance);
        false
    }

    /// Lets validators answer for missed blocks, unless they are more than a third of all: then the
    /// network was split or much of it was down, which is not for each of them to answer for.
    fn answer_for(absent: Vec<AccountId>, validators: u64) {
        let count = u64::try_from(absent.len()).unwrap_or(u64::MAX);
        if count.saturating_mul(3) > validators {
            Self::deposit_event(Event::OutageSpared {
                absent: u32::try_from(count).unwrap_or(u32::MAX),
                validators: u32::try_from(validators).unwrap_or(u32::MAX),
            });
            return;
        }
        for validator in absent {
            Self::missed_blocks(&validator);
        }
    }

    /// Chills a validator for missed blocks, and slashes it on probation. One that is chilled for it
    /// already, or chilled by a slash and so perhaps kept from authoring, is left alone.
    fn missed_blocks(validator: &AccountId) {
        let Some(operator) = Operators::<T>::get(validator) else {
            return;
        };
        match operator.status {
            Status::Retiring
            | Status::Chilled {
                reason: ChillReason::MissedBlocks | ChillReason::Slashed,
                ..
            } => return,
            Status::Active | Status::Chilled { .. } => {}
        }
        let era = ActiveEra::<T>::get().index;
        let repeated = operator.probation.is_some_and(|until| era <= until);
        // It is an operator, and nothing here refuses.
        let _ = Self::mutate_operator(validator, |operator| {
            Self::chill_record(validator, operator, ChillReason::MissedBlocks);
            Ok(())
        });
        if repeated {
            let fraction = T::OfflineSlash::get();
            Self::queue_slash(validator, era, fraction, SlashReason::MissedBlocks);
        }
    }
}
