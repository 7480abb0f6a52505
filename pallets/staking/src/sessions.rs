// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Sessions and blocks: what the session and authorship pallets tell.

use alloc::vec::Vec;

use crate::{
    ActiveEra, Authored, ChillReason, Config, EraValidators, Exposure, Exposures, Operators,
    Pallet, SessionBlocks, Status, WeightInfo,
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
        Authored::<T>::mutate(&author, |blocks| *blocks = blocks.saturating_add(1));
        Self::add_points(era, &author, |points| {
            points.validator = points.validator.saturating_add(POINTS_PER_BLOCK);
        });
    }
}

impl<T: Config> Pallet<T> {
    /// At the end of a session: chills validators that authored too little of it, and slashes those
    /// that were on probation for it.
    pub(crate) fn judge_session() {
        let era = ActiveEra::<T>::get().index;
        let validators = EraValidators::<T>::get(era);
        let count = u32::try_from(validators.len()).unwrap_or(u32::MAX);
        let share = SessionBlocks::<T>::take().checked_div(count).unwrap_or(0);
        let least = T::OfflineThreshold::get().mul_ceil(share);
        let counts = share >= T::OfflineMinBlocks::get();
        for validator in validators {
            let authored = Authored::<T>::take(&validator);
            if counts && authored < least {
                Self::missed_blocks(&validator);
            }
        }
    }

    /// Answers for a session of missed blocks. One that is chilled for it already, or chilled by a
    /// slash and so perhaps kept from authoring, is left alone.
    pub(crate) fn missed_blocks(validator: &AccountId) {
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
