// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Benchmarks: each call on its longest path with its longest arguments, and the adapter from which
//! the benchmarks of other pallets start.

use alloc::{vec, vec::Vec};
use codec::Encode;
use openledger_primitives::{
    content_hash,
    views::{AdapterMetrics, AdapterStatus},
    AccountId, AdapterId, BaseModelId, ContributionId, Ppm, VersionRef, H256,
};
use polkadot_sdk::{
    frame_benchmarking::v2::*,
    frame_support::{
        traits::{
            fungible::{Inspect, Unbalanced},
            tokens::Precision,
            Get,
        },
        BoundedVec,
    },
    frame_system::RawOrigin,
    sp_core::ConstU32,
};

use crate::{
    types::MAX_PAST_PRICES, Adapters, Artifacts, BaseModel, BaseModels, Call, Config,
    NextAdapterId, NextBaseModelId, Pallet, PastPrice,
};

/// Gives `who` the deposit of one adapter.
fn fund<T: Config>(who: &AccountId) {
    let amount = T::Currency::minimum_balance()
        .saturating_mul(10)
        .saturating_add(T::AdapterDeposit::get());
    T::Currency::set_total_issuance(T::Currency::total_issuance().saturating_add(amount));
    T::Currency::increase_balance(who, amount, Precision::Exact)
        .expect("an amount far below the maximum can be added");
}

fn developer<T: Config>() -> AccountId {
    let who: AccountId = account("developer", 0, 0);
    fund::<T>(&who);
    who
}

/// A text as long as its bound.
fn longest<const BOUND: u32>() -> BoundedVec<u8, ConstU32<BOUND>> {
    BoundedVec::truncate_from(vec![b'x'; BOUND as usize])
}

/// An origin that lists base models.
fn admin<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    #[cfg(feature = "runtime-benchmarks")]
    {
        use polkadot_sdk::frame_support::traits::EnsureOrigin;
        <T::AdminOrigin as EnsureOrigin<T::RuntimeOrigin>>::try_successful_origin()
            .map_err(|()| BenchmarkError::Weightless)
    }
    // Without the feature, origins cannot be asked for one; the tests' runtime takes the root.
    #[cfg(not(feature = "runtime-benchmarks"))]
    {
        Ok(RawOrigin::Root.into())
    }
}

/// A published version of a new Datanet.
// Without the feature it comes from the tests' runtime, whatever `T` is.
#[cfg_attr(
    not(feature = "runtime-benchmarks"),
    allow(clippy::extra_unused_type_parameters)
)]
fn version<T: Config>(contributions: u32) -> (VersionRef, Vec<ContributionId>) {
    #[cfg(feature = "runtime-benchmarks")]
    {
        <T::Datanets as openledger_primitives::traits::Datanets>::benchmark_version(contributions)
    }
    #[cfg(not(feature = "runtime-benchmarks"))]
    {
        // A benchmark starts from empty storage: without the funds of the tests' genesis.
        crate::tests::mock::fund();
        crate::tests::mock::version(contributions)
    }
}

fn base_model<T: Config>() -> BaseModelId {
    let model = BaseModel {
        hash: content_hash(&("base model", NextBaseModelId::<T>::get()).encode()),
        name: longest(),
        hidden_size: 384,
        layers: 6,
        licence: longest(),
        listed: true,
    };
    Pallet::<T>::do_register_base_model(model).expect("the hash is new")
}

fn artifacts<T: Config>() -> Artifacts {
    Artifacts {
        artifact: content_hash(&("artifact", NextAdapterId::<T>::get()).encode()),
        manifest: H256::repeat_byte(1),
        influence_index: H256::repeat_byte(2),
    }
}

fn metrics() -> AdapterMetrics {
    AdapterMetrics {
        accuracy: Ppm(900_000),
        baseline_accuracy: Ppm(820_000),
        held_out_rows: 300,
    }
}

fn versions<T: Config>(count: u32) -> BoundedVec<VersionRef, T::MaxVersions> {
    BoundedVec::truncate_from((0..count).map(|_| version::<T>(1).0).collect())
}

/// An adapter with the longest lineage.
fn draft<T: Config>(developer: &AccountId) -> AdapterId {
    let adapter = NextAdapterId::<T>::get();
    Pallet::<T>::register_adapter(
        RawOrigin::Signed(developer.clone()).into(),
        base_model::<T>(),
        longest(),
        versions::<T>(T::MaxVersions::get()),
        artifacts::<T>(),
        T::MinUnitPrice::get(),
        metrics(),
    )
    .expect("the developer has the deposit");
    adapter
}

/// Writes `count` past prices into an adapter's record whose notice has not ended.
fn replace_prices<T: Config>(adapter: AdapterId, count: u32) {
    let past = PastPrice {
        unit_price: T::MinUnitPrice::get(),
        until: u32::MAX,
    };
    Adapters::<T>::mutate(adapter, |slot| {
        if let Some(record) = slot {
            record.past_prices = BoundedVec::truncate_from(vec![past; count as usize]);
        }
    });
}

/// A published adapter of `developer` at the least price, with the longest record: trained on as many
/// versions as it can be, of which the last has `contributions` contributions, and with as many past
/// prices. So each look at the record, and into its lineage, takes what it can take at most.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn published_adapter<T: Config>(
    developer: &AccountId,
    contributions: u32,
) -> (AdapterId, Vec<ContributionId>) {
    fund::<T>(developer);
    let mut versions = versions::<T>(T::MaxVersions::get().saturating_sub(1)).into_inner();
    // Datanets count up, so that of the last one is the last of the lineage.
    let (version, contributions) = version::<T>(contributions);
    versions.push(version);
    let adapter = NextAdapterId::<T>::get();
    let origin = RawOrigin::Signed(developer.clone());
    Pallet::<T>::register_adapter(
        origin.clone().into(),
        base_model::<T>(),
        longest(),
        BoundedVec::truncate_from(versions),
        artifacts::<T>(),
        T::MinUnitPrice::get(),
        metrics(),
    )
    .expect("the developer has the deposit");
    Pallet::<T>::publish(origin.into(), adapter).expect("the adapter is a draft");
    replace_prices::<T>(adapter, MAX_PAST_PRICES);
    (adapter, contributions)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register_base_model() -> Result<(), BenchmarkError> {
        let origin = admin::<T>()?;

        #[extrinsic_call]
        _(
            origin as T::RuntimeOrigin,
            H256::repeat_byte(1),
            longest(),
            384,
            6,
            longest(),
        );

        assert!(BaseModels::<T>::contains_key(BaseModelId(0)));
        Ok(())
    }

    #[benchmark]
    fn delist_base_model() -> Result<(), BenchmarkError> {
        let origin = admin::<T>()?;
        let model = base_model::<T>();

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, model);

        assert!(BaseModels::<T>::get(model).is_some_and(|record| !record.listed));
        Ok(())
    }

    #[benchmark]
    fn register_adapter(v: Linear<1, { T::MaxVersions::get() }>) {
        let developer = developer::<T>();
        let model = base_model::<T>();
        let versions = versions::<T>(v);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(developer),
            model,
            longest(),
            versions,
            artifacts::<T>(),
            T::MinUnitPrice::get(),
            metrics(),
        );

        assert!(Adapters::<T>::contains_key(AdapterId(0)));
    }

    #[benchmark]
    fn set_price() {
        let developer = developer::<T>();
        let adapter = draft::<T>(&developer);
        let origin = RawOrigin::Signed(developer.clone());
        Pallet::<T>::publish(origin.into(), adapter).expect("the adapter is a draft");
        // One place is left among the past prices.
        replace_prices::<T>(adapter, MAX_PAST_PRICES.saturating_sub(1));
        let price = T::MinUnitPrice::get().saturating_add(1);

        #[extrinsic_call]
        _(RawOrigin::Signed(developer), adapter, price);

        assert!(Adapters::<T>::get(adapter).is_some_and(|record| record.unit_price == price));
    }

    #[benchmark]
    fn publish() {
        let developer = developer::<T>();
        let adapter = draft::<T>(&developer);

        #[extrinsic_call]
        _(RawOrigin::Signed(developer), adapter);

        assert!(Adapters::<T>::get(adapter)
            .is_some_and(|record| record.status == AdapterStatus::Published));
    }

    #[benchmark]
    fn deprecate() {
        let developer = developer::<T>();
        let adapter = draft::<T>(&developer);

        #[extrinsic_call]
        _(RawOrigin::Signed(developer), adapter);

        assert!(Adapters::<T>::get(adapter)
            .is_some_and(|record| record.status == AdapterStatus::Deprecated));
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::tests::mock::new_test_ext(),
        crate::tests::mock::Test
    );
}
