// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

mod builder;
mod follower;
mod queries;

use polkadot_sdk::*;
use sp_core::H256;
use tempfile::TempDir;

use super::Index;

const GENESIS: H256 = H256::repeat_byte(7);

/// An index of its own, which lies in the folder.
fn new_index() -> (Index, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Index::open(folder.path(), GENESIS).unwrap(), folder)
}
