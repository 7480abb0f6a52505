// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The worker registry.

use crate::{Capabilities, Config, Error, Event, Pallet, Worker, WorkerOfKey, Workers};
use openledger_primitives::{traits::OperatorStake, worker::registration_payload, AccountId};
use polkadot_sdk::{
    frame_support::ensure,
    sp_core::ed25519,
    sp_io,
    sp_runtime::{DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register_worker(
        worker: AccountId,
        receipt_key: ed25519::Public,
        proof: ed25519::Signature,
        capabilities: Capabilities,
    ) -> DispatchResult {
        ensure!(
            !Workers::<T>::contains_key(&worker),
            Error::<T>::AlreadyRegistered
        );
        ensure!(
            !WorkerOfKey::<T>::contains_key(receipt_key),
            Error::<T>::KeyTaken
        );
        Self::check_key_proof(&worker, &receipt_key, &proof)?;
        T::Stake::bond_worker(&worker)?;
        WorkerOfKey::<T>::insert(receipt_key, &worker);
        Workers::<T>::insert(
            &worker,
            Worker {
                receipt_key,
                capabilities,
            },
        );
        Self::deposit_event(Event::WorkerRegistered {
            worker,
            receipt_key,
        });
        Ok(())
    }

    pub(crate) fn do_update_worker(
        worker: AccountId,
        receipt_key: ed25519::Public,
        proof: ed25519::Signature,
        capabilities: Capabilities,
    ) -> DispatchResult {
        let registered = Workers::<T>::get(&worker).ok_or(Error::<T>::UnknownWorker)?;
        let owner = WorkerOfKey::<T>::get(receipt_key);
        ensure!(
            owner.is_none_or(|owner| owner == worker),
            Error::<T>::KeyTaken
        );
        Self::check_key_proof(&worker, &receipt_key, &proof)?;
        WorkerOfKey::<T>::remove(registered.receipt_key);
        WorkerOfKey::<T>::insert(receipt_key, &worker);
        Workers::<T>::insert(
            &worker,
            Worker {
                receipt_key,
                capabilities,
            },
        );
        Self::deposit_event(Event::WorkerUpdated {
            worker,
            receipt_key,
        });
        Ok(())
    }

    pub(crate) fn do_retire_worker(worker: AccountId) -> DispatchResult {
        let registered = Workers::<T>::get(&worker).ok_or(Error::<T>::UnknownWorker)?;
        T::Stake::unbond_worker(&worker)?;
        WorkerOfKey::<T>::remove(registered.receipt_key);
        Workers::<T>::remove(&worker);
        Self::deposit_event(Event::WorkerRetired { worker });
        Ok(())
    }

    /// The key signs chain and account, so that nobody registers a key that another one holds.
    fn check_key_proof(
        worker: &AccountId,
        key: &ed25519::Public,
        proof: &ed25519::Signature,
    ) -> Result<(), DispatchError> {
        let payload = registration_payload(&Self::genesis(), worker);
        let signed = sp_io::crypto::ed25519_verify(proof, &payload, key);
        ensure!(signed, Error::<T>::BadKeyProof);
        Ok(())
    }
}
