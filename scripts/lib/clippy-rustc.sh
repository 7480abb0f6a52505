#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Clippy as the workspace's compiler (RUSTC_WORKSPACE_WRAPPER), warnings being errors. `cargo clippy` would
# check the SDK's thousand crates anew, which takes as long as half of their build; so they are shared
# with it. Programs and tests are not linked: nobody runs them. See part_clippy in scripts/test.sh.

case " $* " in
    *" --crate-name build_script_"*) ;;
    *" --test "* | *" --crate-type bin "*) set -- "$@" -C "linker=$(dirname "$0")/no-linker.sh" ;;
esac
exec clippy-driver "$@" -D warnings
