// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What other pallets and the runtime APIs read, and what governance does by its proposals.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use openledger_primitives::{
    traits::{AdapterTerms, BaseModelAdmin, BaseModelListing, Datanets, Models},
    views::{AdapterStatus, AdapterView, Lineage},
    AccountId, AdapterId, BaseModelId, ContributionId, DatanetId, VersionRef,
};

use polkadot_sdk::{
    sp_core::Get,
    sp_runtime::{DispatchError, DispatchResult},
};

use crate::{Adapter, Adapters, BaseModel, BaseModels, Config, Event, NextAdapterId, Pallet};

/// The most adapters that one query answers.
pub const MAX_ADAPTERS_PER_QUERY: u32 = 256;

impl<T: Config> Pallet<T> {
    /// An adapter, or `None` when there is none of that id.
    pub fn adapter_view(adapter: AdapterId) -> Option<AdapterView> {
        let record = Adapters::<T>::get(adapter)?;
        let base_model = BaseModels::<T>::get(record.base_model)?;
        Some(AdapterView {
            adapter,
            servable: is_servable(&record, &base_model),
            name: String::from_utf8_lossy(&record.name).into_owned(),
            developer: record.developer,
            base_model: record.base_model,
            base_model_hash: base_model.hash,
            versions: record.versions.iter().map(|entry| entry.version).collect(),
            artifact: record.artifacts.artifact,
            manifest: record.artifacts.manifest,
            influence_index: record.artifacts.influence_index,
            unit_price: record.unit_price,
            metrics: record.metrics,
            status: record.status,
        })
    }

    /// Up to `limit` (at most [`MAX_ADAPTERS_PER_QUERY`]) adapters from `from` on, ascending.
    pub fn adapters(from: AdapterId, limit: u32) -> Vec<AdapterView> {
        let end = from.0.saturating_add(limit.min(MAX_ADAPTERS_PER_QUERY));
        (from.0..end.min(NextAdapterId::<T>::get().0))
            .filter_map(|id| Self::adapter_view(AdapterId(id)))
            .collect()
    }

    /// Adapter → versions → contributions → accounts, or `None` when there is no such adapter.
    pub fn lineage(adapter: AdapterId) -> Option<Lineage> {
        let record = Adapters::<T>::get(adapter)?;
        // Each version of a Datanet contains the ones before it: the last has them all. Versions
        // ascend, so the last is the one that stays in the map.
        let last: BTreeMap<DatanetId, VersionRef> = record
            .versions
            .iter()
            .map(|entry| (entry.version.datanet, entry.version))
            .collect();
        let mut contributions: Vec<_> =
            last.values().flat_map(T::Datanets::contributions).collect();
        contributions.sort_by_key(|entry| entry.contribution);
        Some(Lineage {
            adapter: Self::adapter_view(adapter)?,
            contributions,
        })
    }
}

/// Whether an adapter takes new jobs.
fn is_servable<M: Get<u32>>(adapter: &Adapter<M>, base_model: &BaseModel) -> bool {
    adapter.status == AdapterStatus::Published && base_model.listed
}

impl<T: Config> BaseModelAdmin for Pallet<T> {
    fn is_listed(base_model: BaseModelId) -> bool {
        BaseModels::<T>::get(base_model).is_some_and(|record| record.listed)
    }

    fn list(listing: BaseModelListing) -> Result<BaseModelId, DispatchError> {
        let BaseModelListing {
            hash,
            name,
            hidden_size,
            layers,
            licence,
        } = listing;
        let base_model = Self::do_register_base_model(BaseModel {
            hash,
            name,
            hidden_size,
            layers,
            licence,
            listed: true,
        })?;
        Self::deposit_event(Event::BaseModelRegistered { base_model, hash });
        Ok(base_model)
    }

    fn delist(base_model: BaseModelId) -> DispatchResult {
        Self::do_delist_base_model(base_model)?;
        Self::deposit_event(Event::BaseModelDelisted { base_model });
        Ok(())
    }
}

impl<T: Config> Models for Pallet<T> {
    fn terms(adapter: AdapterId) -> Option<AdapterTerms> {
        let record = Adapters::<T>::get(adapter)?;
        let base_model = BaseModels::<T>::get(record.base_model)?;
        Some(AdapterTerms {
            servable: is_servable(&record, &base_model),
            lowest_unit_price: record.lowest_unit_price(Self::now()),
            unit_price: record.unit_price,
            artifact: record.artifacts.artifact,
            developer: record.developer,
        })
    }

    fn contributor_in_lineage(
        adapter: AdapterId,
        contribution: ContributionId,
    ) -> Option<AccountId> {
        let record = Adapters::<T>::get(adapter)?;
        let accepted = T::Datanets::accepted(contribution)?;
        record
            .versions
            .iter()
            .any(|entry| {
                entry.version.datanet == accepted.datanet && accepted.index < entry.contributions
            })
            .then_some(accepted.contributor)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_adapter(
        developer: &AccountId,
        contributions: u32,
    ) -> (AdapterId, Vec<ContributionId>) {
        crate::benchmarking::published_adapter::<T>(developer, contributions)
    }
}
