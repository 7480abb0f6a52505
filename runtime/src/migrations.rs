// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Changes of storage between releases of the runtime. They run in the first block of a new one;
//! `scripts/try-runtime.sh` runs their checks before and after.

/// What this release changes: nothing, it is the first.
#[cfg(not(feature = "upgrade-rehearsal"))]
pub type Migrations = ();

/// What the runtime of the upgrade's rehearsal changes.
#[cfg(feature = "upgrade-rehearsal")]
pub type Migrations = rehearsal::NoteUpgrade;

/// A migration to rehearse upgrades with, in tests and nowhere else.
#[cfg(feature = "upgrade-rehearsal")]
pub mod rehearsal {
    use core::marker::PhantomData;

    use frame_support::{
        migrations::VersionedMigration,
        storage_alias,
        traits::UncheckedOnRuntimeUpgrade,
        weights::{constants::ParityDbWeight, Weight},
    };
    use polkadot_sdk::*;
    #[cfg(feature = "try-runtime")]
    use {
        alloc::vec::Vec,
        codec::{Decode, Encode},
        sp_runtime::TryRuntimeError,
    };

    #[cfg(feature = "try-runtime")]
    use crate::{Balance, Balances};
    use crate::{BlockNumber, Pace, Runtime, System};

    /// The version of the next runtime.
    #[sp_version::runtime_version]
    pub const VERSION: sp_version::RuntimeVersion = sp_version::RuntimeVersion {
        spec_name: alloc::borrow::Cow::Borrowed("openledger"),
        impl_name: alloc::borrow::Cow::Borrowed("openledger"),
        authoring_version: 1,
        spec_version: 101,
        impl_version: 1,
        apis: crate::apis::RUNTIME_API_VERSIONS,
        transaction_version: 1,
        system_version: 1,
    };

    /// The block of the upgrade.
    #[storage_alias]
    pub type RehearsedAt = StorageValue<Pace, BlockNumber>;

    /// Raises the storage version of the pace to 1 and notes the block.
    pub type NoteUpgrade = VersionedMigration<0, 1, Note<Runtime>, Pace, ParityDbWeight>;

    /// What [`NoteUpgrade`] does once.
    pub struct Note<T>(PhantomData<T>);

    impl UncheckedOnRuntimeUpgrade for Note<Runtime> {
        fn on_runtime_upgrade() -> Weight {
            RehearsedAt::put(System::block_number());
            ParityDbWeight::get().reads_writes(1, 1)
        }

        #[cfg(feature = "try-runtime")]
        fn pre_upgrade() -> Result<Vec<u8>, TryRuntimeError> {
            frame_support::ensure!(!RehearsedAt::exists(), "it was rehearsed before");
            Ok(Balances::total_issuance().encode())
        }

        #[cfg(feature = "try-runtime")]
        fn post_upgrade(before: Vec<u8>) -> Result<(), TryRuntimeError> {
            let issuance = Balance::decode(&mut &before[..]).map_err(|_| "no balance")?;
            frame_support::ensure!(
                Balances::total_issuance() == issuance,
                "an upgrade must not mint or burn"
            );
            frame_support::ensure!(
                RehearsedAt::get() == Some(System::block_number()),
                "the block is not noted"
            );
            Ok(())
        }
    }
}
