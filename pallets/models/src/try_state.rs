// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's storage.

use alloc::collections::BTreeMap;
use openledger_primitives::{traits::Datanets, views::AdapterStatus, AccountId, Balance};
use polkadot_sdk::{
    frame_support::{
        ensure,
        traits::{fungible::InspectHold, Get},
    },
    sp_runtime::TryRuntimeError,
};

use crate::{
    AdapterByArtifact, AdapterOf, Adapters, BaseModelByHash, BaseModels, Config, HoldReason,
    NextAdapterId, NextBaseModelId, Pallet,
};

type Check = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet:
    /// 1. ids count up without a gap;
    /// 2. each hash leads to the base model or adapter that has it, and there are no others;
    /// 3. an adapter's base model exists, its price is not zero, and its lineage names published
    ///    versions, ascending, with the sizes that they have;
    /// 4. of a deprecated adapter's deposit no more is left than pays for its record;
    /// 5. what is held from a developer is the sum of the deposits.
    pub fn do_try_state() -> Check {
        Self::check_base_models()?;
        let mut deposits = BTreeMap::<AccountId, Balance>::new();
        let mut adapters = 0u32;
        for (id, adapter) in Adapters::<T>::iter() {
            ensure!(
                id < NextAdapterId::<T>::get(),
                "an adapter has an id of the future"
            );
            ensure!(
                AdapterByArtifact::<T>::get(adapter.artifacts.artifact) == Some(id),
                "an artifact does not lead to its adapter"
            );
            Self::check_adapter(&adapter)?;
            let sum = deposits.entry(adapter.developer).or_default();
            *sum = sum.saturating_add(adapter.deposit);
            adapters = adapters.saturating_add(1);
        }
        ensure!(
            adapters == NextAdapterId::<T>::get().0,
            "an adapter is missing"
        );
        ensure!(
            AdapterByArtifact::<T>::iter().count() == adapters as usize,
            "an artifact leads to no adapter"
        );
        let reason: T::RuntimeHoldReason = HoldReason::Adapter.into();
        for (developer, sum) in deposits {
            ensure!(
                T::Currency::balance_on_hold(&reason, &developer) == sum,
                "what is held is not the sum of the deposits"
            );
        }
        Ok(())
    }

    fn check_base_models() -> Check {
        let mut models = 0u32;
        for (id, model) in BaseModels::<T>::iter() {
            ensure!(
                id < NextBaseModelId::<T>::get(),
                "a base model has an id of the future"
            );
            ensure!(
                BaseModelByHash::<T>::get(model.hash) == Some(id),
                "a hash does not lead to its base model"
            );
            models = models.saturating_add(1);
        }
        ensure!(
            models == NextBaseModelId::<T>::get().0,
            "a base model is missing"
        );
        ensure!(
            BaseModelByHash::<T>::iter().count() == models as usize,
            "a hash leads to no base model"
        );
        Ok(())
    }

    fn check_adapter(adapter: &AdapterOf<T>) -> Check {
        ensure!(
            BaseModels::<T>::contains_key(adapter.base_model),
            "a base model is unknown"
        );
        ensure!(adapter.unit_price > 0, "a price is zero");
        ensure!(
            adapter.past_prices.iter().all(|past| past.unit_price > 0),
            "a price was zero"
        );
        ensure!(
            adapter.status != AdapterStatus::Deprecated
                || adapter.deposit <= T::RecordDeposit::get(),
            "a deprecated adapter still has its deposit"
        );
        ensure!(!adapter.versions.is_empty(), "an adapter has no lineage");
        ensure!(
            adapter.versions.windows(2).all(|pair| match pair {
                [before, after] => before.version < after.version,
                _ => true,
            }),
            "a lineage does not ascend"
        );
        for entry in &adapter.versions {
            let summary = T::Datanets::version(&entry.version).ok_or("a version is unknown")?;
            ensure!(
                summary.contributions == entry.contributions,
                "a version changed"
            );
        }
        Ok(())
    }
}
