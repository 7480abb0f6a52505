// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! # Datanets
//!
//! Who contributed which data, and which of it a model can be trained on.
//!
//! How the money moves:
//! - `create_datanet` holds `DatanetDeposit` from the owner (hold reason `Datanet`). It stays while
//!   the Datanet exists, and goes with it to a new owner.
//! - `contribute` holds `ContributionDeposit` from the contributor (hold reason `Contribution`).
//! - `withdraw_contribution`, `accept_contribution` and `reject_contribution` give it back in full:
//!   an owner alone can never burn a contributor's money.
//! - Nothing else moves. What contributions earn is paid by the attribution pallet.
//!
//! How the data moves: a contribution is pending until the Datanet's owner accepts or rejects it.
//! An accepted contribution is appended to the Datanet's list, which is never edited. A version is
//! the first so many entries of that list under one Merkle root, so that what is published cannot
//! change, and row → contribution → account can be proven from the root alone.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

#[cfg(any(feature = "runtime-benchmarks", test))]
pub mod benchmarking;
mod curation;
mod outcomes;
mod queries;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::{Contribution, Datanet, Licence, Name, Policy, Uri, Version};
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;
use polkadot_sdk::*;

#[import_section(outcomes::outcomes)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::{
        pallet_prelude::*,
        traits::{
            fungible::{Inspect, MutateHold},
            StorageVersion,
        },
    };
    use frame_system::pallet_prelude::*;
    use openledger_primitives::{
        listeners::DatanetsListener,
        merkle::ContributionLeaf,
        traits::{Datanets as _, OnAccepted, VersionSummary},
        views::RejectReason,
        AccountId, Balance, ContributionId, DatanetId, VersionRef, H256,
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

        /// What the owner of a Datanet has held for it, planck.
        #[pallet::constant]
        type DatanetDeposit: Get<Balance>;

        /// What a contributor has held for a contribution while it is pending, planck.
        #[pallet::constant]
        type ContributionDeposit: Get<Balance>;

        /// The most contributions that a Datanet accepts, and so the most of a version.
        #[pallet::constant]
        type MaxContributions: Get<u32>;

        /// The most contributions of a Datanet that wait for evaluation.
        #[pallet::constant]
        type MaxPending: Get<u32>;

        /// The most rejected contributions of a Datanet whose records are kept, at least 1: the
        /// oldest makes room for the next.
        #[pallet::constant]
        type MaxRejected: Get<u32>;

        /// Is told of every contribution that is accepted.
        type OnAccepted: OnAccepted;

        /// Is told what happens, to show it elsewhere.
        type Listener: DatanetsListener;

        /// The weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Why funds are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The deposit for a Datanet.
        Datanet,
        /// The deposit for a pending contribution.
        Contribution,
    }

    /// The next Datanet's id. Counts up; an id is never given out twice.
    #[pallet::storage]
    pub type NextDatanetId<T> = StorageValue<_, DatanetId, ValueQuery>;

    /// The next contribution's id, over all Datanets. Counts up; an id is never given out twice.
    #[pallet::storage]
    pub type NextContributionId<T> = StorageValue<_, ContributionId, ValueQuery>;

    /// The Datanets. Created by `create_datanet`; never deleted.
    #[pallet::storage]
    pub type Datanets<T> = StorageMap<_, Blake2_128Concat, DatanetId, Datanet>;

    /// The contributions. Created by `contribute`. Deleted by `withdraw_contribution`, or when
    /// `MaxRejected` later ones of its Datanet are rejected after it was; an accepted one never is.
    #[pallet::storage]
    pub type Contributions<T> = StorageMap<_, Blake2_128Concat, ContributionId, Contribution>;

    /// The contributions of each Datanet that wait for evaluation, at most `MaxPending`. Added by
    /// `contribute`; deleted when the contribution is withdrawn, accepted or rejected.
    #[pallet::storage]
    pub type Pending<T> =
        StorageDoubleMap<_, Blake2_128Concat, DatanetId, Twox64Concat, ContributionId, ()>;

    /// The accepted contributions of each Datanet by their place, from 0, as the leaves of its
    /// versions' trees. Appended by `accept_contribution`; never changed or deleted.
    #[pallet::storage]
    pub type Accepted<T> =
        StorageDoubleMap<_, Blake2_128Concat, DatanetId, Twox64Concat, u32, ContributionLeaf>;

    /// The last `MaxRejected` rejected contributions of each Datanet by the ordinal of the
    /// rejection, from 0. Appended by `reject_contribution`, which deletes the oldest.
    #[pallet::storage]
    pub type Rejected<T> =
        StorageDoubleMap<_, Blake2_128Concat, DatanetId, Twox64Concat, u32, ContributionId>;

    /// The versions of each Datanet by number, from 1. Created by `publish_version`; never changed
    /// or deleted.
    #[pallet::storage]
    pub type Versions<T> =
        StorageDoubleMap<_, Blake2_128Concat, DatanetId, Twox64Concat, u32, Version>;

    /// Which pending or accepted contribution of a Datanet has a content hash. Created by
    /// `contribute`; deleted when the contribution is withdrawn or rejected.
    #[pallet::storage]
    pub type ContentTaken<T> =
        StorageDoubleMap<_, Blake2_128Concat, DatanetId, Blake2_128Concat, H256, ContributionId>;

    /// Which pending or accepted contribution of a Datanet has a rows root. Created by
    /// `contribute`; deleted when the contribution is withdrawn or rejected.
    #[pallet::storage]
    pub type RootsTaken<T> =
        StorageDoubleMap<_, Blake2_128Concat, DatanetId, Blake2_128Concat, H256, ContributionId>;

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Creates a Datanet that the caller owns, and holds `DatanetDeposit` from the caller.
        ///
        /// - `name`: UTF-8, 1 to 64 bytes. Names need not be unique.
        /// - `policy`: the rules for contributions.
        ///
        /// Emits `DatanetCreated`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::create_datanet().saturating_add(T::Listener::weight()))]
        pub fn create_datanet(origin: OriginFor<T>, name: Name, policy: Policy) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            let datanet = Self::do_create(&owner, name, policy)?;
            T::Listener::created(datanet, &owner);
            Self::deposit_event(Event::DatanetCreated { datanet, owner });
            Ok(())
        }

        /// Sets the rules for contributions that come in from now on. Owner only.
        ///
        /// Emits `PolicySet`.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::set_policy())]
        pub fn set_policy(
            origin: OriginFor<T>,
            datanet: DatanetId,
            policy: Policy,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::ensure_valid_policy(&policy)?;
            Self::mutate_owned(datanet, &who, |record| {
                record.policy = policy;
                Ok(())
            })?;
            Self::deposit_event(Event::PolicySet { datanet, policy });
            Ok(())
        }

        /// Contributes rows to an open Datanet, and holds `ContributionDeposit` from the caller
        /// until the contribution is accepted, rejected or withdrawn. The rows themselves lie in
        /// the content store.
        ///
        /// - `rows_root`: the Merkle root of the rows (`merkle::rows_root`).
        /// - `rows`: how many rows there are.
        /// - `bytes`: the content's size in bytes.
        /// - `content`: blake2-256 of the content.
        /// - `licence`: SPDX licence expression, UTF-8, 1 to 32 bytes.
        /// - `uri`: where else the content is; UTF-8, may be empty.
        ///
        /// Emits `Contributed`.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::contribute().saturating_add(T::Listener::weight()))]
        #[allow(clippy::too_many_arguments)]
        pub fn contribute(
            origin: OriginFor<T>,
            datanet: DatanetId,
            rows_root: H256,
            rows: u32,
            bytes: u64,
            content: H256,
            licence: Licence,
            uri: Uri,
        ) -> DispatchResult {
            let contributor = ensure_signed(origin)?;
            let batch = curation::Batch {
                rows_root,
                rows,
                bytes,
                content,
                licence,
                uri,
            };
            let contribution = Self::do_contribute(&contributor, datanet, batch)?;
            T::Listener::contributed(datanet, contribution, &contributor, rows);
            Self::deposit_event(Event::Contributed {
                datanet,
                contribution,
                contributor,
                rows,
            });
            Ok(())
        }

        /// Takes a pending contribution back: its record is removed, its deposit returned, and its
        /// content can be contributed again. Contributor only.
        ///
        /// Emits `ContributionWithdrawn`.
        #[pallet::call_index(3)]
        #[pallet::weight(
            T::WeightInfo::withdraw_contribution().saturating_add(T::Listener::weight())
        )]
        pub fn withdraw_contribution(
            origin: OriginFor<T>,
            contribution: ContributionId,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            let datanet = Self::do_withdraw(&who, contribution)?;
            T::Listener::withdrawn(datanet, contribution);
            Self::deposit_event(Event::ContributionWithdrawn {
                datanet,
                contribution,
            });
            Ok(())
        }

        /// Accepts a pending contribution: it is part of every later version, and its deposit is
        /// returned. Owner of the Datanet only.
        ///
        /// - `report`: blake2-256 of the evaluation report that the decision rests on.
        ///
        /// Emits `ContributionAccepted`.
        #[pallet::call_index(4)]
        #[pallet::weight(
            T::WeightInfo::accept_contribution()
                .saturating_add(T::OnAccepted::weight())
                .saturating_add(T::Listener::weight())
        )]
        pub fn accept_contribution(
            origin: OriginFor<T>,
            contribution: ContributionId,
            report: H256,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            let (datanet, index, first_row) = Self::do_accept(&who, contribution, report)?;
            Self::deposit_event(Event::ContributionAccepted {
                datanet,
                contribution,
                index,
                first_row,
                report,
            });
            if let Some(accepted) = Self::accepted(contribution) {
                T::OnAccepted::on_accepted(contribution, &accepted);
                T::Listener::accepted(datanet, contribution, &accepted.contributor, index);
            }
            Ok(())
        }

        /// Rejects a pending contribution for good and returns its deposit. Its content can be
        /// contributed again. Owner of the Datanet only.
        ///
        /// - `reason`: why. `Duplicate` names another contribution of the same Datanet.
        /// - `report`: blake2-256 of the evaluation report that the decision rests on.
        ///
        /// Emits `ContributionRejected`, and `RejectedPruned` when the oldest record makes room.
        #[pallet::call_index(5)]
        #[pallet::weight(
            T::WeightInfo::reject_contribution().saturating_add(T::Listener::weight())
        )]
        pub fn reject_contribution(
            origin: OriginFor<T>,
            contribution: ContributionId,
            reason: RejectReason,
            report: H256,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            let (datanet, pruned) = Self::do_reject(&who, contribution, reason, report)?;
            T::Listener::rejected(datanet, contribution, &reason);
            if let Some(contribution) = pruned {
                Self::deposit_event(Event::RejectedPruned {
                    datanet,
                    contribution,
                });
            }
            Self::deposit_event(Event::ContributionRejected {
                datanet,
                contribution,
                reason,
                report,
            });
            Ok(())
        }

        /// Publishes every accepted contribution as the Datanet's next version. Owner only; at
        /// least one contribution must be in no version yet.
        ///
        /// Emits `VersionPublished`.
        #[pallet::call_index(6)]
        #[pallet::weight(
            T::WeightInfo::publish_version(T::MaxContributions::get())
                .saturating_add(T::Listener::weight())
        )]
        pub fn publish_version(
            origin: OriginFor<T>,
            datanet: DatanetId,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let (
                version,
                Version {
                    root,
                    contributions,
                    rows,
                    ..
                },
            ) = Self::do_publish(&who, datanet)?;
            Self::deposit_event(Event::VersionPublished {
                version,
                root,
                contributions,
                rows,
            });
            let summary = VersionSummary {
                root,
                contributions,
                rows,
            };
            T::Listener::published(version, &summary);
            let weight = T::WeightInfo::publish_version(contributions);
            Ok(Some(weight.saturating_add(T::Listener::weight())).into())
        }

        /// Gives a Datanet to another account, which must exist. The deposit goes with it: it is
        /// moved from the caller's held balance to the new owner's. Owner only.
        ///
        /// Emits `DatanetTransferred`.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::transfer_datanet().saturating_add(T::Listener::weight()))]
        pub fn transfer_datanet(
            origin: OriginFor<T>,
            datanet: DatanetId,
            new_owner: AccountId,
        ) -> DispatchResult {
            let from = ensure_signed(origin)?;
            Self::do_transfer(&from, datanet, &new_owner)?;
            T::Listener::transferred(datanet, &from, &new_owner);
            Self::deposit_event(Event::DatanetTransferred {
                datanet,
                from,
                to: new_owner,
            });
            Ok(())
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(
                T::MaxContributions::get() > 0,
                "a Datanet must be able to accept something"
            );
            assert!(
                T::MaxPending::get() > 0,
                "a Datanet must be able to take something"
            );
            assert!(
                T::MaxRejected::get() > 0,
                "the last rejection must stay readable"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}
