// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the calls do: the life of base models and adapters.

use openledger_primitives::{
    traits::Datanets,
    views::{AdapterMetrics, AdapterStatus},
    AccountId, AdapterId, Balance, BaseModelId, BlockNumber, Ppm, VersionRef,
};
use polkadot_sdk::{
    frame_support::{
        ensure,
        traits::{fungible::MutateHold, tokens::Precision, Get},
        BoundedVec,
    },
    frame_system,
    sp_runtime::{DispatchError, DispatchResult, SaturatedConversion},
};

use crate::{
    Adapter, AdapterByArtifact, AdapterOf, Adapters, Artifacts, BaseModel, BaseModelByHash,
    BaseModels, Config, Error, HoldReason, LineageVersion, Name, NextAdapterId, NextBaseModelId,
    Pallet, PastPrice,
};

/// An adapter as its developer registers it.
pub(crate) struct Draft<MaxVersions: Get<u32>> {
    pub base_model: BaseModelId,
    pub name: Name,
    pub versions: BoundedVec<VersionRef, MaxVersions>,
    pub artifacts: Artifacts,
    pub unit_price: Balance,
    pub metrics: AdapterMetrics,
}

impl<T: Config> Pallet<T> {
    /// Lists a base model.
    pub(crate) fn do_register_base_model(model: BaseModel) -> Result<BaseModelId, DispatchError> {
        ensure!(is_readable(&model.name), Error::<T>::InvalidName);
        ensure!(is_readable(&model.licence), Error::<T>::InvalidLicence);
        ensure!(
            model.hidden_size > 0 && model.layers > 0,
            Error::<T>::InvalidShape
        );
        ensure!(
            !BaseModelByHash::<T>::contains_key(model.hash),
            Error::<T>::BaseModelTaken
        );

        let id = NextBaseModelId::<T>::get();
        NextBaseModelId::<T>::put(id.next().ok_or(Error::<T>::IdsExhausted)?);
        BaseModelByHash::<T>::insert(model.hash, id);
        BaseModels::<T>::insert(id, model);
        Ok(id)
    }

    /// Delists a base model.
    pub(crate) fn do_delist_base_model(base_model: BaseModelId) -> DispatchResult {
        BaseModels::<T>::try_mutate(base_model, |slot| {
            let model = slot.as_mut().ok_or(Error::<T>::UnknownBaseModel)?;
            ensure!(model.listed, Error::<T>::BaseModelDelisted);
            model.listed = false;
            Ok(())
        })
    }

    /// Registers an adapter and holds its deposit.
    pub(crate) fn do_register_adapter(
        developer: &AccountId,
        draft: Draft<T::MaxVersions>,
    ) -> Result<AdapterId, DispatchError> {
        let Draft {
            base_model,
            name,
            versions,
            artifacts,
            unit_price,
            metrics,
        } = draft;
        Self::ensure_listed(base_model)?;
        ensure!(is_readable(&name), Error::<T>::InvalidName);
        Self::ensure_enough(unit_price)?;
        ensure!(
            metrics.accuracy <= Ppm::ONE && metrics.baseline_accuracy <= Ppm::ONE,
            Error::<T>::InvalidMetrics
        );
        ensure!(
            !AdapterByArtifact::<T>::contains_key(artifacts.artifact),
            Error::<T>::ArtifactTaken
        );
        let versions = Self::lineage_of(&versions)?;

        let adapter = NextAdapterId::<T>::get();
        NextAdapterId::<T>::put(adapter.next().ok_or(Error::<T>::IdsExhausted)?);
        let deposit = T::AdapterDeposit::get();
        T::Currency::hold(&HoldReason::Adapter.into(), developer, deposit)?;
        AdapterByArtifact::<T>::insert(artifacts.artifact, adapter);
        Adapters::<T>::insert(
            adapter,
            Adapter {
                developer: developer.clone(),
                base_model,
                name,
                versions,
                artifacts,
                unit_price,
                past_prices: BoundedVec::new(),
                metrics,
                status: AdapterStatus::Draft,
                deposit,
                registered_at: Self::now(),
            },
        );
        Ok(adapter)
    }

    /// The sizes of published versions that ascend, each once.
    fn lineage_of(
        versions: &BoundedVec<VersionRef, T::MaxVersions>,
    ) -> Result<BoundedVec<LineageVersion, T::MaxVersions>, DispatchError> {
        ensure!(!versions.is_empty(), Error::<T>::NoVersions);
        let mut lineage = BoundedVec::new();
        let mut previous = None;
        for version in versions {
            ensure!(previous != Some(version), Error::<T>::DuplicateVersion);
            ensure!(previous < Some(version), Error::<T>::UnsortedVersions);
            let summary = T::Datanets::version(version).ok_or(Error::<T>::UnknownVersion)?;
            let entry = LineageVersion {
                version: *version,
                contributions: summary.contributions,
            };
            // As many entries as `versions` has, under the same bound.
            lineage
                .try_push(entry)
                .map_err(|_| DispatchError::Other("more versions than their bound"))?;
            previous = Some(version);
        }
        Ok(lineage)
    }

    /// Sets the price and gives the one before.
    pub(crate) fn do_set_price(
        who: &AccountId,
        adapter: AdapterId,
        unit_price: Balance,
    ) -> Result<Balance, DispatchError> {
        Self::mutate_own(adapter, who, |record| {
            ensure!(
                record.status != AdapterStatus::Deprecated,
                Error::<T>::Deprecated
            );
            Self::ensure_enough(unit_price)?;
            let previous = record.unit_price;
            ensure!(unit_price != previous, Error::<T>::SamePrice);
            // Nobody can have been answered at the price of a draft.
            if record.status == AdapterStatus::Published {
                let now = Self::now();
                record.past_prices.retain(|past| now < past.until);
                let until = now.saturating_add(T::PriceNotice::get());
                record
                    .past_prices
                    .try_push(PastPrice {
                        unit_price: previous,
                        until,
                    })
                    .map_err(|_| Error::<T>::PriceChangedTooOften)?;
            }
            record.unit_price = unit_price;
            Ok(previous)
        })
    }

    /// Offers a draft.
    pub(crate) fn do_publish(who: &AccountId, adapter: AdapterId) -> DispatchResult {
        Self::mutate_own(adapter, who, |record| {
            ensure!(record.status == AdapterStatus::Draft, Error::<T>::NotDraft);
            Self::ensure_listed(record.base_model)?;
            record.status = AdapterStatus::Published;
            Ok(())
        })
    }

    /// Ends an adapter's life and returns its deposit, all but what pays for the record.
    pub(crate) fn do_deprecate(who: &AccountId, adapter: AdapterId) -> DispatchResult {
        Self::mutate_own(adapter, who, |record| {
            ensure!(
                record.status != AdapterStatus::Deprecated,
                Error::<T>::Deprecated
            );
            let kept = record.deposit.min(T::RecordDeposit::get());
            T::Currency::release(
                &HoldReason::Adapter.into(),
                &record.developer,
                record.deposit.saturating_sub(kept),
                Precision::Exact,
            )?;
            record.deposit = kept;
            record.status = AdapterStatus::Deprecated;
            Ok(())
        })
    }

    /// Changes an adapter if `who` developed it; an error leaves it as it was.
    fn mutate_own<R>(
        adapter: AdapterId,
        who: &AccountId,
        change: impl FnOnce(&mut AdapterOf<T>) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        Adapters::<T>::try_mutate(adapter, |slot| {
            let record = slot.as_mut().ok_or(Error::<T>::UnknownAdapter)?;
            ensure!(record.developer == *who, Error::<T>::NotDeveloper);
            change(record)
        })
    }

    /// Whether an adapter may ask that much per unit.
    fn ensure_enough(unit_price: Balance) -> DispatchResult {
        ensure!(
            unit_price >= T::MinUnitPrice::get(),
            Error::<T>::PriceBelowMinimum
        );
        Ok(())
    }

    /// Whether a base model is there and listed.
    fn ensure_listed(base_model: BaseModelId) -> DispatchResult {
        let model = BaseModels::<T>::get(base_model).ok_or(Error::<T>::UnknownBaseModel)?;
        ensure!(model.listed, Error::<T>::BaseModelDelisted);
        Ok(())
    }

    /// The present block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }
}

/// Whether bytes are a text that is not empty.
fn is_readable(bytes: &[u8]) -> bool {
    !bytes.is_empty() && core::str::from_utf8(bytes).is_ok()
}
