// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Moving OPEN into and out of the pallet's account.

use crate::{shares::PoolError, Config, Error, HoldReason, Pallet, TreasuryOwed};
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::{
    frame_support::{
        ensure,
        storage::with_storage_layer,
        traits::{
            fungible::{Inspect, InspectHold, MutateHold},
            tokens::{
                DepositConsequence, Fortitude, Precision, Preservation, Provenance, Restriction,
            },
            Get,
        },
    },
    sp_runtime::{traits::AccountIdConversion, DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    /// The account that holds all stake. Nobody has a key of it.
    pub fn account() -> AccountId {
        T::PalletId::get().into_account_truncating()
    }

    /// What is on hold in the pallet's account, planck.
    pub fn held() -> Balance {
        T::Currency::balance_on_hold(&HoldReason::Stake.into(), &Self::account())
    }

    /// Moves `amount` from the free balance of `who` to the pallet's account, on hold. `who` stays
    /// alive, and what is frozen or locked in its account is not touched.
    pub(crate) fn take_in(who: &AccountId, amount: Balance) -> DispatchResult {
        T::Currency::transfer_and_hold(
            &HoldReason::Stake.into(),
            who,
            &Self::account(),
            amount,
            Precision::Exact,
            Preservation::Preserve,
            Fortitude::Polite,
        )
        .map(drop)
        .map_err(|_| Error::<T>::InsufficientFunds.into())
    }

    /// Pays `amount` of what is on hold to `who`.
    pub(crate) fn pay(who: &AccountId, amount: Balance) -> DispatchResult {
        if amount == 0 {
            return Ok(());
        }
        ensure!(
            T::Currency::can_deposit(who, amount, Provenance::Extant)
                == DepositConsequence::Success,
            Error::<T>::BelowExistentialDeposit
        );
        T::Currency::transfer_on_hold(
            &HoldReason::Stake.into(),
            &Self::account(),
            who,
            amount,
            Precision::Exact,
            Restriction::Free,
            Fortitude::Force,
        )
        .map(drop)
    }

    /// Sends slashed OPEN to the treasury, with what is owed to it already. What it cannot take now
    /// stays on hold, so that a slash never fails.
    pub(crate) fn to_treasury(amount: Balance) {
        if amount == 0 {
            return;
        }
        let owed = TreasuryOwed::<T>::get().saturating_add(amount);
        match with_storage_layer(|| Self::pay(&T::Treasury::get(), owed)) {
            Ok(()) => TreasuryOwed::<T>::kill(),
            Err(_) => TreasuryOwed::<T>::put(owed),
        }
    }

    /// What a reward pot can pay and stay alive, planck.
    pub(crate) fn payable(pot: &AccountId) -> Balance {
        T::Currency::reducible_balance(pot, Preservation::Preserve, Fortitude::Polite)
    }

    /// The call's error for a pool that takes no deposit.
    pub(crate) fn pool_error(error: PoolError) -> DispatchError {
        match error {
            PoolError::Wiped => Error::<T>::PoolWiped,
            PoolError::NoShares => Error::<T>::AmountTooSmall,
            PoolError::Overflow => Error::<T>::PoolExhausted,
        }
        .into()
    }
}
