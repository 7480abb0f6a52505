// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What other pallets see of stake, and what this one needs of the session pallet.

use alloc::vec::Vec;
use core::marker::PhantomData;

use crate::{ActiveEra, Config, Error, Exposure, Exposures, Operators, Pallet, WeightInfo};
use openledger_primitives::{
    traits::{OperatorRole, OperatorRoles, OperatorStake, SlashOperator, SlashReason, WorkPoints},
    AccountId, Balance, BlockNumber,
};
use pallet_session::historical;
use polkadot_sdk::{
    frame_support::{ensure, weights::Weight},
    sp_runtime::{traits::Convert, DispatchResult, Perbill},
    sp_staking::offence::OffenceSeverity,
};

/// The session pallet, as staking sees it.
pub trait SessionInterface {
    /// Whether an account has session keys: without, it cannot be elected.
    fn has_keys(validator: &AccountId) -> bool;

    /// The validators of the present session. Genesis asks for them.
    fn validators() -> Vec<AccountId>;

    /// A validator offended, so severely: it may be kept from authoring.
    fn report_offender(validator: &AccountId, severity: Perbill);

    /// Offences of sessions before `session` are not punished any more.
    fn prune_up_to(session: u32);

    /// Gives an account session keys.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_keys(validator: &AccountId);
}

/// [`SessionInterface`] by the session pallet of the runtime `T`.
pub struct SessionOf<T>(PhantomData<T>);

impl<T> SessionInterface for SessionOf<T>
where
    T: pallet_session::Config<ValidatorId = AccountId> + historical::Config,
{
    fn has_keys(validator: &AccountId) -> bool {
        pallet_session::NextKeys::<T>::contains_key(validator)
    }

    fn validators() -> Vec<AccountId> {
        pallet_session::Validators::<T>::get()
    }

    fn report_offender(validator: &AccountId, severity: Perbill) {
        pallet_session::Pallet::<T>::report_offence(validator.clone(), OffenceSeverity(severity));
    }

    fn prune_up_to(session: u32) {
        historical::Pallet::<T>::prune_up_to(session);
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_keys(validator: &AccountId) {
        use codec::Decode;
        use polkadot_sdk::sp_runtime::traits::TrailingZeroInput;
        let bytes = codec::Encode::encode(validator);
        if let Ok(keys) = T::Keys::decode(&mut TrailingZeroInput::new(&bytes)) {
            pallet_session::NextKeys::<T>::insert(validator, keys);
        }
    }
}

/// What stood behind a validator of the active era when it was elected: the same throughout the era,
/// so that an offence has one identity.
pub struct ExposureOf<T>(PhantomData<T>);

impl<T: Config> Convert<AccountId, Option<Exposure>> for ExposureOf<T> {
    fn convert(validator: AccountId) -> Option<Exposure> {
        let era = ActiveEra::<T>::get().index;
        // Validators that were not elected, as on a chain that starts without operators, are known
        // by no more than their account.
        Some(Exposures::<T>::get(era, validator).unwrap_or_default())
    }
}

impl<T: Config> OperatorStake for Pallet<T> {
    /// Marks an active operator with the role of a worker as serving: it then keeps role and
    /// self-bond until [`OperatorStake::unbond_worker`].
    fn bond_worker(operator: &AccountId) -> DispatchResult {
        ensure!(
            Self::is_active(operator, OperatorRole::Worker),
            Error::<T>::NotAWorker
        );
        Self::mutate_operator(operator, |record| {
            record.serving = true;
            Ok(())
        })
    }

    fn unbond_worker(operator: &AccountId) -> DispatchResult {
        Self::mutate_operator(operator, |record| {
            record.serving = false;
            Ok(())
        })
    }

    fn stake_of(operator: &AccountId) -> Balance {
        Operators::<T>::get(operator).map_or(0, |record| record.pool.stake)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_worker(operator: &AccountId) {
        Self::benchmark_operator(operator, OperatorRole::Worker);
    }
}

impl<T: Config> OperatorRoles for Pallet<T> {
    fn is_active(operator: &AccountId, role: OperatorRole) -> bool {
        Operators::<T>::get(operator).is_some_and(|record| Self::acts_as(&record, role))
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_operator(operator: &AccountId, role: OperatorRole) {
        crate::benchmarking::make_operator::<T>(operator, role);
    }
}

impl<T: Config> WorkPoints for Pallet<T> {
    /// One that does not act as a worker, as it was chilled since it answered, gets no points.
    fn note_settled(worker: &AccountId, fee: Balance) {
        let earned = Self::points_for(fee);
        if earned > 0 && Self::is_active(worker, OperatorRole::Worker) {
            let era = ActiveEra::<T>::get().index;
            Self::add_points(era, worker, |points| {
                points.worker = points.worker.saturating_add(earned);
            });
        }
    }

    fn weight() -> Weight {
        T::WeightInfo::note_settled()
    }
}

impl<T: Config> SlashOperator for Pallet<T> {
    fn slash(
        operator: &AccountId,
        fraction: Perbill,
        at: BlockNumber,
        reason: SlashReason,
    ) -> DispatchResult {
        Self::slash_at(operator, fraction, at.into(), reason)
    }

    fn weight() -> Weight {
        T::WeightInfo::queue_slash()
    }
}
