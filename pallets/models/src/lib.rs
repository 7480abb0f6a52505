// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! # Models
//!
//! Which base models are served, which adapters were trained on which data, and what they cost.
//!
//! How the money moves:
//! - `register_adapter` holds `AdapterDeposit` from the developer (hold reason `Adapter`).
//! - `deprecate` gives it back, all but `RecordDeposit`: the record stays for good, and so does what
//!   it costs.
//! - Nothing else moves. The price that a developer sets here is what consumers pay per unit, by
//!   the inference pallet; the developer's part of it is credited by the attribution pallet.
//!
//! Lineage: an adapter names the published versions that it was trained on when it is registered,
//! and they are never edited. Versions never change either, so adapter → versions → contributions →
//! accounts is fixed for good.
//!
//! Prices: a new price holds for new jobs at once. An answer that was given before the change can
//! still be settled at the earlier price for `PriceNotice` blocks.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

#[cfg(any(feature = "runtime-benchmarks", test))]
mod benchmarking;
mod lifecycle;
mod queries;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::{Adapter, Artifacts, BaseModel, Licence, LineageVersion, Name, PastPrice};
pub use weights::WeightInfo;

use polkadot_sdk::*;

/// An adapter's record under the runtime's bounds.
pub type AdapterOf<T> = Adapter<<T as Config>::MaxVersions>;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::{
        pallet_prelude::*,
        traits::{
            fungible::{Inspect, MutateHold},
            EnsureOrigin, StorageVersion,
        },
    };
    use frame_system::pallet_prelude::*;
    use openledger_primitives::{
        listeners::ModelsListener, traits, views::AdapterMetrics, AccountId, AdapterId, Balance,
        BaseModelId, BlockNumber, VersionRef, H256,
    };

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the pallet needs of the runtime.
    #[pallet::config]
    pub trait Config: polkadot_sdk::frame_system::Config<AccountId = AccountId> {
        /// The currency that deposits are held in.
        type Currency: Inspect<AccountId, Balance = Balance>
            + MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;

        /// What a developer has held for an adapter until it is deprecated, planck.
        #[pallet::constant]
        type AdapterDeposit: Get<Balance>;

        /// What of it stays on hold after that, planck, since the record is never deleted.
        #[pallet::constant]
        type RecordDeposit: Get<Balance>;

        /// The least that an adapter can ask per unit, planck, not zero. At least the inference
        /// pallet's `MinFee`, so that an answer of any length pays for its receipt.
        #[pallet::constant]
        type MinUnitPrice: Get<Balance>;

        /// Who lists and delists base models: governance.
        type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Where the versions that adapters are trained on come from.
        type Datanets: traits::Datanets;

        /// The most versions that an adapter is trained on.
        #[pallet::constant]
        type MaxVersions: Get<u32>;

        /// How many blocks a price still holds for earlier answers after it was replaced.
        #[pallet::constant]
        type PriceNotice: Get<BlockNumber>;

        /// Is told what happens to adapters, to show it elsewhere.
        type Listener: ModelsListener;

        /// The weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Why funds are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The deposit for an adapter.
        Adapter,
    }

    /// The next base model's id. Counts up; an id is never given out twice.
    #[pallet::storage]
    pub type NextBaseModelId<T> = StorageValue<_, BaseModelId, ValueQuery>;

    /// The base models. Created by `register_base_model`; never deleted.
    #[pallet::storage]
    pub type BaseModels<T> = StorageMap<_, Blake2_128Concat, BaseModelId, BaseModel>;

    /// Which base model has a weights hash. Created by `register_base_model`; never deleted.
    #[pallet::storage]
    pub type BaseModelByHash<T> = StorageMap<_, Blake2_128Concat, H256, BaseModelId>;

    /// The next adapter's id. Counts up; an id is never given out twice.
    #[pallet::storage]
    pub type NextAdapterId<T> = StorageValue<_, AdapterId, ValueQuery>;

    /// The adapters. Created by `register_adapter`; never deleted, since receipts and lineages
    /// refer to them.
    #[pallet::storage]
    pub type Adapters<T: Config> = StorageMap<_, Blake2_128Concat, AdapterId, AdapterOf<T>>;

    /// Which adapter has an artifact hash. Created by `register_adapter`; never deleted.
    #[pallet::storage]
    pub type AdapterByArtifact<T> = StorageMap<_, Blake2_128Concat, H256, AdapterId>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A base model was listed: adapters can be registered on it.
        BaseModelRegistered {
            /// The base model.
            base_model: BaseModelId,
            /// blake2-256 of its weights.
            hash: H256,
        },
        /// A base model was delisted: adapters on it take no new jobs.
        BaseModelDelisted {
            /// The base model.
            base_model: BaseModelId,
        },
        /// An adapter was registered as a draft.
        AdapterRegistered {
            /// The adapter.
            adapter: AdapterId,
            /// Its developer.
            developer: AccountId,
            /// The base model that it adapts.
            base_model: BaseModelId,
            /// blake2-256 of its safetensors.
            artifact: H256,
            /// Planck per unit.
            unit_price: Balance,
        },
        /// An adapter's price changed for new jobs.
        PriceSet {
            /// The adapter.
            adapter: AdapterId,
            /// Planck per unit from now on.
            unit_price: Balance,
            /// Planck per unit until now.
            previous: Balance,
        },
        /// An adapter takes jobs.
        AdapterPublished {
            /// The adapter.
            adapter: AdapterId,
        },
        /// An adapter takes no new jobs, for good; its deposit is returned, all but what pays for
        /// its record.
        AdapterDeprecated {
            /// The adapter.
            adapter: AdapterId,
        },
    }

    /// What can go wrong. Nothing is changed then.
    #[pallet::error]
    #[derive(PartialEq, Eq)]
    pub enum Error<T> {
        /// There is no such base model: check its id.
        UnknownBaseModel,
        /// There is no such adapter: check its id.
        UnknownAdapter,
        /// A base model with these weights is listed, or was: use its id.
        BaseModelTaken,
        /// The base model is delisted: choose another one.
        BaseModelDelisted,
        /// Only the adapter's developer can do this: sign with the developer's account.
        NotDeveloper,
        /// The name is empty or not UTF-8: give a readable name.
        InvalidName,
        /// The licence is empty or not UTF-8: give an SPDX licence expression.
        InvalidLicence,
        /// The hidden size or the number of layers is zero: read them from the model's
        /// configuration.
        InvalidShape,
        /// No version is named: name those that the adapter was trained on.
        NoVersions,
        /// A version is named twice: name each once.
        DuplicateVersion,
        /// The versions do not ascend by Datanet and number: sort them.
        UnsortedVersions,
        /// A version is not published: publish it first, or check its number.
        UnknownVersion,
        /// An adapter with this artifact is registered: each artifact belongs to one adapter.
        ArtifactTaken,
        /// The price is below `MinUnitPrice`: a short answer's fee could not pay for its receipt.
        /// Ask for more per unit.
        PriceBelowMinimum,
        /// The price is the present one: nothing to change.
        SamePrice,
        /// Too many earlier prices are still within their notice: wait until the oldest has ended.
        PriceChangedTooOften,
        /// An accuracy is above 1,000,000 ppm: give a share of the whole.
        InvalidMetrics,
        /// The adapter is published or deprecated already.
        NotDraft,
        /// The adapter is deprecated, which is final: register a new one.
        Deprecated,
        /// The identifiers have run out. This cannot be helped by the caller.
        IdsExhausted,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Lists a base model, so that adapters can be registered on it. Governance only.
        ///
        /// - `hash`: blake2-256 of its weights; listed once.
        /// - `name`: UTF-8, 1 to 64 bytes.
        /// - `hidden_size`, `layers`: its shape, neither zero.
        /// - `licence`: SPDX licence expression, UTF-8, 1 to 32 bytes.
        ///
        /// Emits `BaseModelRegistered`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_base_model())]
        pub fn register_base_model(
            origin: OriginFor<T>,
            hash: H256,
            name: Name,
            hidden_size: u32,
            layers: u32,
            licence: Licence,
        ) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            let model = BaseModel {
                hash,
                name,
                hidden_size,
                layers,
                licence,
                listed: true,
            };
            let base_model = Self::do_register_base_model(model)?;
            Self::deposit_event(Event::BaseModelRegistered { base_model, hash });
            Ok(())
        }

        /// Delists a base model for good: adapters on it take no new jobs; open ones still settle.
        /// Governance only.
        ///
        /// Emits `BaseModelDelisted`.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::delist_base_model())]
        pub fn delist_base_model(origin: OriginFor<T>, base_model: BaseModelId) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            Self::do_delist_base_model(base_model)?;
            Self::deposit_event(Event::BaseModelDelisted { base_model });
            Ok(())
        }

        /// Registers an adapter as a draft with the caller as its developer, and holds
        /// `AdapterDeposit` from the caller.
        ///
        /// - `base_model`: a listed base model.
        /// - `name`: UTF-8, 1 to 64 bytes. Names need not be unique.
        /// - `versions`: the published versions it was trained on, ascending, each once.
        /// - `artifacts`: the hashes of its files; no two adapters share an artifact.
        /// - `unit_price`: planck per unit, at least `MinUnitPrice`.
        /// - `metrics`: what training measured.
        ///
        /// Emits `AdapterRegistered`.
        #[pallet::call_index(2)]
        #[pallet::weight(
            T::WeightInfo::register_adapter(versions.len() as u32)
                .saturating_add(T::Listener::weight())
        )]
        pub fn register_adapter(
            origin: OriginFor<T>,
            base_model: BaseModelId,
            name: Name,
            versions: BoundedVec<VersionRef, T::MaxVersions>,
            artifacts: Artifacts,
            unit_price: Balance,
            metrics: AdapterMetrics,
        ) -> DispatchResult {
            let developer = ensure_signed(origin)?;
            let draft = lifecycle::Draft {
                base_model,
                name,
                versions,
                artifacts,
                unit_price,
                metrics,
            };
            let adapter = Self::do_register_adapter(&developer, draft)?;
            let artifact = artifacts.artifact;
            T::Listener::registered(adapter, &developer, base_model, artifact, unit_price);
            Self::deposit_event(Event::AdapterRegistered {
                adapter,
                developer,
                base_model,
                artifact,
                unit_price,
            });
            Ok(())
        }

        /// Sets what new jobs pay per unit. Answers given before can still be settled at the
        /// earlier price for `PriceNotice` blocks. Developer only.
        ///
        /// - `unit_price`: planck per unit, at least `MinUnitPrice` and not the present price.
        ///
        /// Emits `PriceSet`.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::set_price().saturating_add(T::Listener::weight()))]
        pub fn set_price(
            origin: OriginFor<T>,
            adapter: AdapterId,
            unit_price: Balance,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            let previous = Self::do_set_price(&who, adapter, unit_price)?;
            T::Listener::price_set(adapter, unit_price, previous);
            Self::deposit_event(Event::PriceSet {
                adapter,
                unit_price,
                previous,
            });
            Ok(())
        }

        /// Offers a draft: from now on it takes jobs. Developer only.
        ///
        /// Emits `AdapterPublished`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::publish().saturating_add(T::Listener::weight()))]
        pub fn publish(origin: OriginFor<T>, adapter: AdapterId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_publish(&who, adapter)?;
            T::Listener::published(adapter);
            Self::deposit_event(Event::AdapterPublished { adapter });
            Ok(())
        }

        /// Ends an adapter's life: it takes no new jobs, open ones still settle, and the deposit is
        /// returned, all but `RecordDeposit`. Developer only.
        ///
        /// Emits `AdapterDeprecated`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::deprecate().saturating_add(T::Listener::weight()))]
        pub fn deprecate(origin: OriginFor<T>, adapter: AdapterId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_deprecate(&who, adapter)?;
            T::Listener::deprecated(adapter);
            Self::deposit_event(Event::AdapterDeprecated { adapter });
            Ok(())
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(
                T::MaxVersions::get() > 0,
                "an adapter must be able to have a lineage"
            );
            assert!(
                T::MinUnitPrice::get() > 0,
                "contributors could not be paid by a price of zero"
            );
            assert!(
                T::RecordDeposit::get() <= T::AdapterDeposit::get(),
                "what stays of a deposit is a part of it"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}
