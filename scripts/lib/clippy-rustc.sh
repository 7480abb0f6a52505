#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Clippy as the workspace's compiler (RUSTC_WORKSPACE_WRAPPER), warnings being errors. `cargo clippy` would
# check the SDK's thousand crates anew, which takes as long as half of their build; so they are shared
# with it. See part_clippy in scripts/test.sh.

exec clippy-driver "$@" -D warnings
