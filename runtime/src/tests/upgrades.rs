// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What try-runtime checks of an upgrade: `scripts/try-runtime.sh` builds and runs this.

use frame_support::traits::{GetStorageVersion, StorageVersion};
use frame_try_runtime::UpgradeCheckSelect;
use polkadot_sdk::*;

use super::chain::on_chain;
use crate::{genesis_presets::preset_names, Executive, Pace};

/// Runs the migrations, with their checks before and after, and every pallet's `try_state`.
fn upgrade() {
    // A genesis of this runtime has its storage versions; the chain that it is for has the one before.
    StorageVersion::new(0).put::<Pace>();
    Executive::try_runtime_upgrade(UpgradeCheckSelect::All).expect("every check passes");
    assert_eq!(
        Pace::on_chain_storage_version(),
        Pace::in_code_storage_version()
    );
}

#[test]
fn an_upgrade_should_pass_every_check_on_every_preset() {
    for preset in preset_names() {
        on_chain(preset.as_ref(), upgrade);
    }
}

#[cfg(feature = "upgrade-rehearsal")]
#[test]
fn the_rehearsal_should_note_its_block_once() {
    use crate::{migrations::rehearsal::RehearsedAt, System};

    on_chain(sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET, || {
        upgrade();
        System::set_block_number(2);
        Executive::try_runtime_upgrade(UpgradeCheckSelect::All).expect("every check passes");

        assert_eq!(RehearsedAt::get(), Some(1));
    });
}
